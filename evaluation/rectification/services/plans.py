"""Plans: drawn up, submitted, published by another, carried out, accepted by another (C11)."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.cycle.models import Cycle
from evaluation.cycle.working_days import add_working_days
from evaluation.errors import DomainError
from evaluation.guard.citizen_numbers import require_no_citizen_number
from evaluation.rectification.drafting import Judged, problems_of
from evaluation.rectification.models import PlanItem, RectificationPlan
from evaluation.rectification.selectors import judged_of, marks_of, opinions_shown, published_results
from evaluation.rectification.services.proposals import propose_returned_twice
from evaluation.results.models import Publication, Result
from evaluation.roster.models import Appraisal
from evaluation.roster.own_case import require_not_own

Status = RectificationPlan.Status
OPEN = (Status.DRAFT, Status.RETURNED)
LONGEST = timedelta(days=366)
RETURNS_UNTIL_PROPOSED = 2


@dataclass(frozen=True)
class ItemValues:
    """One row of a plan; ``source`` is a value of ``PlanItem.Source``, ``due`` the last day."""

    source: str
    problem: str
    measure: str = ""
    effect: str = ""
    due: date | None = None
    person: str = ""


@transaction.atomic
def draft_plans(
    *, actor: User, publication: Publication | None = None, appraisals: Iterable[Appraisal] | None = None
) -> list[RectificationPlan]:
    """Draw up plans for a publication, or for ``appraisals``, prefilled from opinions, low aspects and deductions.

    Whoever has a plan, or no published result, is passed over. Raises ``DomainError`` ``nothing_to_draft`` where
    nobody is left.
    """
    results = published_results().filter(appraisal__plan__isnull=True)
    if publication is not None:
        results = results.filter(publication=publication)
    if appraisals is not None:
        results = results.filter(appraisal__in=[appraisal.pk for appraisal in appraisals])
    rows = list(results.select_related("publication__cycle", "appraisal").order_by("publication", "list_order"))
    if not rows:
        raise DomainError(
            "nothing_to_draft", _("There is no published result without a plan here. Plans follow published results.")
        )
    opinions = opinions_shown(appraisals=[row.appraisal_id for row in rows])
    cycles = {row.publication.cycle_id: row.publication.cycle for row in rows}
    marks = {pk: marks_of(cycle) for pk, cycle in cycles.items()}
    return [
        _draft(row, judged_of(result=row, marks=marks[row.publication.cycle_id]), opinions[row.appraisal_id], actor)
        for row in rows
    ]


def _draft(result: Result, judged: Judged, opinions: list[str], actor: User) -> RectificationPlan:
    plan = RectificationPlan.objects.create(appraisal=result.appraisal)
    problems = problems_of(judged, opinions=opinions)
    PlanItem.objects.bulk_create(
        PlanItem(plan=plan, order=place, source=problem.source, problem=problem.text, person=result.appraisal.name[:60])
        for place, problem in enumerate(problems, start=1)
    )
    changes = {"status": ("", plan.status)}
    record(actor=actor, action="plan-drafted", target=plan, detail={"items": len(problems)}, changes=changes)
    return plan


@transaction.atomic
def save_plan(*, plan: RectificationPlan, items: Sequence[ItemValues], actor: User) -> RectificationPlan:
    """Replace the rows of a plan that is not submitted.

    Raises ``DomainError``: ``not_open``; ``citizen_number``.
    """
    plan = _locked(plan)
    if plan.status not in OPEN:
        raise DomainError("not_open", _("This plan has been submitted and can no longer be edited."))
    require_no_citizen_number(
        *(text for item in items for text in (item.problem, item.measure, item.effect, item.person))
    )
    plan.items.all().delete()
    PlanItem.objects.bulk_create(
        PlanItem(plan=plan, order=place, **asdict(item)) for place, item in enumerate(items, start=1)
    )
    record(actor=actor, action="plan-saved", target=plan, detail={"items": len(items)})
    return plan


@transaction.atomic
def submit_plans(*, plans: Iterable[RectificationPlan], actor: User) -> list[RectificationPlan]:
    """Submit plans to the approver, all or none.

    Raises ``DomainError``: ``nothing_chosen``; ``not_open``; ``no_items``; ``incomplete`` (every row needs measure,
    effect and time); ``due_out_of_bounds`` (from today to a year after the deadline of the cycle).
    """
    return [_submit(plan, actor) for plan in _locked_all(plans)]


def _submit(plan: RectificationPlan, actor: User) -> RectificationPlan:
    if plan.status not in OPEN:
        raise DomainError("not_open", _("The plan of %(name)s has been submitted already.") % {"name": plan.appraisal})
    _check_items(plan)
    # Whoever is not named otherwise sees to it themselves.
    plan.items.filter(person="").update(person=plan.appraisal.name[:60])
    before = plan.status
    plan.status, plan.submitted_by, plan.submitted_at, plan.return_reason = (
        Status.SUBMITTED,
        actor,
        timezone.now(),
        "",
    )
    plan.save(update_fields=["status", "submitted_by", "submitted_at", "return_reason"])
    record(actor=actor, action="plan-submitted", target=plan, changes={"status": (before, plan.status)})
    return plan


def _check_items(plan: RectificationPlan) -> None:
    items = list(plan.items.all())
    if not items:
        raise DomainError("no_items", _("The plan of %(name)s has no items yet.") % {"name": plan.appraisal})
    today, latest = timezone.localdate(), latest_day(plan)
    for number, item in enumerate(items, start=1):
        words = {"name": plan.appraisal, "number": number, "latest": latest}
        if not (item.problem.strip() and item.measure.strip() and item.effect.strip() and item.due):
            raise DomainError(
                "incomplete", _("%(name)s, item %(number)s: enter problem, measure, effect and time.") % words
            )
        if not today <= item.due <= latest:
            raise DomainError(
                "due_out_of_bounds",
                _("%(name)s, item %(number)s: choose a day from today to %(latest)s.") % words,
            )


def latest_day(plan: RectificationPlan) -> date:
    """Return the last day on which an item may fall due; ``plan`` with its cycle loaded."""
    return max(timezone.localdate(), plan.appraisal.cycle.deadline) + LONGEST


@transaction.atomic
def publish_plans(*, plans: Iterable[RectificationPlan], approver: User) -> list[RectificationPlan]:
    """Publish submitted plans, all or none; opinions are taken for the cycle's working days from then on (C11).

    Raises ``DomainError``: ``nothing_chosen``; ``not_submitted``; ``same_person`` if ``approver`` submitted one;
    ``own_case``.
    """
    rows = _locked_all(plans)
    days = {plan.appraisal.cycle_id: plan.appraisal.cycle for plan in rows}
    until = {pk: comments_until(cycle) for pk, cycle in days.items()}
    return [_publish(plan, approver, until[plan.appraisal.cycle_id]) for plan in rows]


def comments_until(cycle: Cycle) -> date:
    """Return the last day of opinions on a plan published today."""
    return add_working_days(timezone.localdate(), cycle.comment_days)


def _publish(plan: RectificationPlan, approver: User, until: date) -> RectificationPlan:
    _require_submitted(plan)
    require_not_own(plan.appraisal.cadre, approver)
    if plan.submitted_by_id == approver.pk:
        raise DomainError("same_person", _("Whoever submitted a plan cannot publish it."))
    plan.items.update(first_due=F("due"))
    plan.status, plan.published_at, plan.comments_until = Status.PUBLISHED, timezone.now(), until
    plan.save(update_fields=["status", "published_at", "comments_until"])
    changes = {"status": (Status.SUBMITTED, plan.status)}
    record(actor=approver, action="plan-published", target=plan, detail={"until": until}, changes=changes)
    return plan


@transaction.atomic
def return_plans(*, plans: Iterable[RectificationPlan], approver: User, reason: str) -> list[RectificationPlan]:
    """Send submitted plans back.

    Raises ``DomainError``: ``reason_missing``, ``nothing_chosen``, ``not_submitted``, ``same_person``, ``own_case``.
    """
    reason = _reason(reason)
    rows = _locked_all(plans)
    for plan in rows:
        _require_submitted(plan)
        require_not_own(plan.appraisal.cadre, approver)
        if plan.submitted_by_id == approver.pk:
            raise DomainError("same_person", _("Whoever submitted a plan does not decide on it."))
        plan.status, plan.return_reason = Status.RETURNED, reason
        plan.save(update_fields=["status", "return_reason"])
        changes = {"status": (Status.SUBMITTED, plan.status)}
        record(actor=approver, action="plan-returned", target=plan, changes=changes, why=reason)
    return rows


@transaction.atomic
def complete_plan(*, plan: RectificationPlan, actor: User) -> RectificationPlan:
    """Report the plan as done. Raises ``DomainError``: ``not_under_way``; ``not_done`` names the open item."""
    plan = _locked(plan)
    require_under_way(plan)
    for number, item in enumerate(plan.items.all(), start=1):
        if not (item.completion.strip() and item.completed_on):
            raise DomainError(
                "not_done", _("Item %(number)s: say what was done, and on which day.") % {"number": number}
            )
    plan.status, plan.completed_by, plan.completed_at, plan.return_reason = Status.COMPLETED, actor, timezone.now(), ""
    plan.save(update_fields=["status", "completed_by", "completed_at", "return_reason"])
    record(actor=actor, action="plan-completed", target=plan, changes={"status": (Status.PUBLISHED, plan.status)})
    return plan


@transaction.atomic
def accept_plans(*, plans: Iterable[RectificationPlan], approver: User) -> list[RectificationPlan]:
    """Accept plans that were reported as done, all or none; residents rate them for the cycle's working days from then.

    Raises ``DomainError``: ``nothing_chosen``; ``not_completed``; ``same_person`` if ``approver`` submitted the plan
    or reported it as done; ``own_case``.
    """
    rows = _locked_all(plans)
    cycles = {plan.appraisal.cycle_id: plan.appraisal.cycle for plan in rows}
    until = {pk: add_working_days(timezone.localdate(), cycle.rating_days) for pk, cycle in cycles.items()}
    return [_accept(plan, approver, until[plan.appraisal.cycle_id]) for plan in rows]


def _accept(plan: RectificationPlan, approver: User, until: date) -> RectificationPlan:
    _require_completed(plan)
    _require_another(plan, approver)
    plan.status, plan.accepted_by, plan.accepted_at = Status.ACCEPTED, approver, timezone.now()
    plan.rating_until = until
    plan.save(update_fields=["status", "accepted_by", "accepted_at", "rating_until"])
    changes = {"status": (Status.COMPLETED, plan.status)}
    record(actor=approver, action="plan-accepted", target=plan, detail={"ratings until": until}, changes=changes)
    return plan


@transaction.atomic
def return_completion(*, plan: RectificationPlan, approver: User, reason: str) -> RectificationPlan:
    """Refuse the acceptance: the plan stays public and is under way again; the second time proposes rule 2 (C20).

    Raises ``DomainError``: ``reason_missing``; ``not_completed``; ``same_person``; ``own_case``.
    """
    reason = _reason(reason)
    plan = _locked(plan)
    _require_completed(plan)
    _require_another(plan, approver)
    plan.status, plan.return_reason = Status.PUBLISHED, reason
    plan.times_returned += 1
    plan.completed_at = plan.completed_by = None
    plan.save(update_fields=["status", "return_reason", "times_returned", "completed_at", "completed_by"])
    changes = {
        "status": (Status.COMPLETED, plan.status),
        "times_returned": (plan.times_returned - 1, plan.times_returned),
    }
    record(actor=approver, action="plan-not-accepted", target=plan, changes=changes, why=reason)
    if plan.times_returned >= RETURNS_UNTIL_PROPOSED:
        propose_returned_twice(plan=plan, reason=reason)
    return plan


def _require_another(plan: RectificationPlan, approver: User) -> None:
    require_not_own(plan.appraisal.cadre, approver)
    if approver.pk in (plan.submitted_by_id, plan.completed_by_id):
        raise DomainError("same_person", _("Whoever submitted a plan or reported it as done cannot accept it."))


def _locked(plan: RectificationPlan) -> RectificationPlan:
    rows = RectificationPlan.objects.select_for_update(of=("self",)).select_related(
        "appraisal__cycle", "appraisal__cadre"
    )
    return rows.get(pk=plan.pk)


def _locked_all(plans: Iterable[RectificationPlan]) -> list[RectificationPlan]:
    rows = RectificationPlan.objects.select_for_update(of=("self",)).select_related(
        "appraisal__cycle", "appraisal__cadre"
    )
    found = list(rows.filter(pk__in=[plan.pk for plan in plans]).prefetch_related("items").order_by("pk"))
    if not found:
        raise DomainError("nothing_chosen", _("Choose at least one plan."))
    return found


def _reason(reason: str) -> str:
    if not reason.strip():
        raise DomainError("reason_missing", _("Enter the reason, so that the other side knows what to correct."))
    return reason.strip()[:200]


def _require_submitted(plan: RectificationPlan) -> None:
    if plan.status != Status.SUBMITTED:
        raise DomainError(
            "not_submitted", _("The plan of %(name)s does not wait for a decision.") % {"name": plan.appraisal}
        )


def require_under_way(plan: RectificationPlan) -> None:
    if plan.status != Status.PUBLISHED:
        raise DomainError("not_under_way", _("Only a published plan that is under way can be reported on."))


def _require_completed(plan: RectificationPlan) -> None:
    if plan.status != Status.COMPLETED:
        raise DomainError(
            "not_completed", _("The plan of %(name)s has not been reported as done.") % {"name": plan.appraisal}
        )
