"""Items of a published plan: what was done, with proofs; and more time, asked by one and decided by another (C11)."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.errors import DomainError
from evaluation.files.services import store_several
from evaluation.guard.citizen_numbers import require_no_citizen_number
from evaluation.rectification.models import ItemExtension, PlanItem, RectificationPlan
from evaluation.rectification.services.plans import latest_day, require_under_way
from evaluation.roster.own_case import require_not_own

Status = ItemExtension.Status


@transaction.atomic
def report_items(*, plan: RectificationPlan, completions: Mapping[int, str], actor: User) -> RectificationPlan:
    """Note what was done, by id of the item; what has no day yet was done today.

    Raises ``DomainError``: ``not_under_way``; ``citizen_number``.
    """
    plan = _locked(plan.pk)
    require_under_way(plan)
    require_no_citizen_number(*completions.values())
    changed = [
        _noted(item, completions[item.pk].strip())
        for item in plan.items.filter(pk__in=completions)
        if item.completion != completions[item.pk].strip()
    ]
    PlanItem.objects.bulk_update(changed, ["completion", "completed_on"])
    record(actor=actor, action="plan-items-reported", target=plan, detail={"items": [item.pk for item in changed]})
    return plan


def _noted(item: PlanItem, text: str) -> PlanItem:
    item.completion = text
    item.completed_on = (item.completed_on or timezone.localdate()) if text else None
    return item


@transaction.atomic
def report_item(
    *, item: PlanItem, completion: str, completed_on: date | None, actor: User, uploads: Sequence[UploadedFile] = ()
) -> PlanItem:
    """Note how one item stands, with proofs; without ``completed_on`` it stays under way. Proofs are added, never lost.

    Raises ``DomainError``: ``not_under_way``; ``citizen_number``; ``text_missing``; ``day_out_of_bounds`` (from the
    publication to today); and as ``files.store_several``.
    """
    plan = _locked(item.plan_id)
    require_under_way(plan)
    item = plan.items.select_for_update().get(pk=item.pk)
    require_no_citizen_number(completion)
    _check_report(plan, completion, completed_on)
    before = item.completed_on
    item.completion, item.completed_on = completion.strip(), completed_on
    item.save(update_fields=["completion", "completed_on"])
    stored = store_several(uploads=uploads, actor=actor, already=item.files.count())
    item.files.add(*stored)
    changes = {"completed_on": (before, completed_on)}
    record(actor=actor, action="plan-item-reported", target=item, detail={"files": len(stored)}, changes=changes)
    return item


def _check_report(plan: RectificationPlan, completion: str, completed_on: date | None) -> None:
    if not completion.strip():
        raise DomainError("text_missing", _("Say what was done."))
    first = timezone.localdate(plan.published_at) if plan.published_at else timezone.localdate()
    if completed_on and not first <= completed_on <= timezone.localdate():
        raise DomainError(
            "day_out_of_bounds",
            _("The day lies between the publication of the plan (%(first)s) and today.") % {"first": first},
        )


@transaction.atomic
def ask_extension(*, item: PlanItem, until: date, reason: str, actor: User) -> ItemExtension:
    """Ask for a later day for an item under way; the day stays as it is until another person approves.

    Raises ``DomainError``: ``not_under_way``; ``done_already``; ``due_passed`` (asked on the last day at the latest);
    ``asked_already``; ``reason_missing``; ``day_out_of_bounds`` (after the day that stands, to a year after the
    deadline of the cycle); ``citizen_number``.
    """
    plan = _locked(item.plan_id)
    require_under_way(plan)
    item = plan.items.select_for_update().get(pk=item.pk)
    old_due = _open_due(item)
    require_no_citizen_number(reason)
    _check_wish(plan, old_due, until, reason)
    extension = ItemExtension.objects.create(
        item=item, until=until, old_due=old_due, reason=reason.strip()[:200], asked_by=actor
    )
    detail = {"item": item.pk, "due": old_due, "until": until}
    changes = {"status": ("", extension.status)}
    record(
        actor=actor, action="extension-asked", target=extension, detail=detail, changes=changes, why=extension.reason
    )
    return extension


def _open_due(item: PlanItem) -> date:
    """The day that stands for an item for which more time can be asked now."""
    if item.completed_on:
        raise DomainError("done_already", _("This item has been reported as done."))
    if item.due is None or item.due < timezone.localdate():
        raise DomainError("due_passed", _("The day has passed. More time is asked for on the last day at the latest."))
    if item.extensions.filter(status=Status.ASKED).exists():
        raise DomainError("asked_already", _("More time has been asked for already. Wait for the decision."))
    return item.due


def _check_wish(plan: RectificationPlan, due: date, until: date, reason: str) -> None:
    if not reason.strip():
        raise DomainError("reason_missing", _("Enter the reason: it is public beside the new day."))
    latest = latest_day(plan)
    if not due < until <= latest:
        raise DomainError(
            "day_out_of_bounds",
            _("Choose a day after %(due)s and not later than %(latest)s.") % {"due": due, "latest": latest},
        )


@transaction.atomic
def decide_extension(*, extension: ItemExtension, approve: bool, actor: User, answer: str = "") -> ItemExtension:
    """Give more time, or refuse it with a reason. The day before stays on record and public.

    Raises ``DomainError``: ``decided_already``; ``same_person`` if ``actor`` asked; ``own_case``; ``reason_missing``
    for a refusal; ``not_under_way``; ``done_already`` where the item was done in the meantime and is to get more time.
    """
    extension = ItemExtension.objects.select_for_update(of=("self",)).select_related("item").get(pk=extension.pk)
    plan = _locked(extension.item.plan_id)
    if extension.status != Status.ASKED:
        raise DomainError("decided_already", _("This has been decided already."))
    require_not_own(plan.appraisal.cadre, actor)
    if extension.asked_by_id == actor.pk:
        raise DomainError("same_person", _("Whoever asked for more time does not decide on it."))
    if not approve and not answer.strip():
        raise DomainError("reason_missing", _("Enter the reason, so that the other side knows what to correct."))
    if approve:
        require_under_way(plan)
    return _decided(extension, approve, actor, answer.strip()[:200])


def _decided(extension: ItemExtension, approve: bool, actor: User, answer: str) -> ItemExtension:
    item = PlanItem.objects.select_for_update(of=("self",)).get(pk=extension.item_id)
    if approve and item.completed_on:
        raise DomainError("done_already", _("This item has been reported as done."))
    extension.status = Status.APPROVED if approve else Status.REFUSED
    extension.decided_by, extension.decided_at, extension.answer = actor, timezone.now(), answer
    extension.save(update_fields=["status", "decided_by", "decided_at", "answer"])
    changes: dict[str, tuple[object, object]] = {"status": (Status.ASKED, extension.status)}
    if approve:
        changes["due"] = (item.due, extension.until)
        item.due = extension.until
        item.save(update_fields=["due"])
    action = "extension-approved" if approve else "extension-refused"
    why = answer or extension.reason
    record(actor=actor, action=action, target=extension, detail={"item": item.pk}, changes=changes, why=why)
    return extension


def _locked(pk: int) -> RectificationPlan:
    rows = RectificationPlan.objects.select_for_update(of=("self",))
    return rows.select_related("appraisal__cycle", "appraisal__cadre").get(pk=pk)
