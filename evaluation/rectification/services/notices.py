"""Rectification notices (整改通知书): proposed by the rules, issued to the home unit, received by it (C11)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.cycle.models import Cycle, TrackRules
from evaluation.cycle.working_days import add_working_days
from evaluation.errors import DomainError
from evaluation.rectification.drafting import Judged, deduction_kinds, low_aspects, notice_text
from evaluation.rectification.models import RectificationNotice, RectificationNoticeQuerySet
from evaluation.rectification.selectors import judged_of, published_results
from evaluation.results.models import Publication, Result
from evaluation.units.access import roles_of
from evaluation.units.models import Role

Status = RectificationNotice.Status
DAYS_TO_RECTIFY = 15


@transaction.atomic
def propose_notices(*, publication: Publication, actor: User) -> list[RectificationNotice]:
    """Propose a notice for every cadre of whom the rules of the track ask for one and who has none yet.

    Raises ``DomainError``: ``never`` where the rules ask for none; ``not_published`` before the public notice.
    """
    rules = TrackRules.objects.get(cycle=publication.cycle_id, track=publication.track)
    if rules.notice_when == TrackRules.DaysNotice.NEVER:
        raise DomainError("never", _("The rules of this track ask for no rectification notices."))
    if publication.status not in (Publication.Status.NOTICE, Publication.Status.FINAL):
        raise DomainError("not_published", _("Notices follow published results."))
    results = published_results().filter(publication=publication, appraisal__notice__isnull=True)
    due = add_working_days(timezone.localdate(), DAYS_TO_RECTIFY)
    made = []
    for result in results.select_related("publication", "appraisal").order_by("list_order"):
        reasons = _reasons(judged_of(result=result, marks={rules.track: rules.notice_below}))
        if reasons:
            made.append(_propose(result, reasons, due, actor))
    return made


def _reasons(judged: Judged) -> list[dict[str, Any]]:
    return [*low_aspects(judged), *deduction_kinds(judged)]


def _propose(result: Result, reasons: list[dict[str, Any]], due: date, actor: User) -> RectificationNotice:
    notice = RectificationNotice.objects.create(
        appraisal=result.appraisal,
        unit_id=result.appraisal.home_unit_id,
        reasons=reasons,
        text=notice_text(reasons),
        due=due,
    )
    record(actor=actor, action="notice-proposed", target=notice, detail={"reasons": len(reasons)})
    return notice


@transaction.atomic
def edit_notice(*, notice: RectificationNotice, text: str, number: str, due: date, actor: User) -> RectificationNotice:
    """Word a notice that is not issued. Raises ``DomainError``: ``not_proposed``; ``number_taken``."""
    notice = _locked([notice])[0]
    _require_proposed(notice)
    taken = _of_cycle(notice.appraisal.cycle).exclude(pk=notice.pk).filter(number=number)
    if number and taken.exists():
        raise DomainError("number_taken", _("Another notice of this year bears this number. Enter another one."))
    notice.text, notice.number, notice.due = text.strip(), number.strip(), due
    notice.save(update_fields=["text", "number", "due"])
    record(actor=actor, action="notice-edited", target=notice)
    return notice


@transaction.atomic
def issue_notices(*, notices: Iterable[RectificationNotice], actor: User) -> list[RectificationNotice]:
    """Issue notices to the home units, all or none; one without a number gets the next of the year.

    Raises ``DomainError``: ``nothing_chosen``; ``not_proposed``; ``not_final`` while the result can still change;
    ``due_passed``.
    """
    return [_issue(notice, actor) for notice in _locked(notices)]


def _issue(notice: RectificationNotice, actor: User) -> RectificationNotice:
    _require_proposed(notice)
    words = {"name": notice.appraisal}
    if notice.appraisal.final_at is None:
        raise DomainError("not_final", _("The result of %(name)s is not final: objections may change it.") % words)
    if notice.due <= timezone.localdate():
        raise DomainError(
            "due_passed", _("The deadline in the notice on %(name)s has passed. Enter a later one.") % words
        )
    notice.number = notice.number or _next_number(notice.appraisal.cycle)
    notice.issuer = _issuer(notice, actor)
    notice.status, notice.issued_by, notice.issued_at = Status.ISSUED, actor, timezone.now()
    notice.save(update_fields=["number", "issuer", "status", "issued_by", "issued_at"])
    record(actor=actor, action="notice-issued", target=notice, detail={"number": notice.number})
    return notice


def _issuer(notice: RectificationNotice, actor: User) -> str:
    if Role.OFFICE in roles_of(actor):
        return notice.appraisal.cycle.office_name
    return notice.appraisal.organising_unit.name


def _next_number(cycle: Cycle) -> str:
    """The row of the cycle is the lock: two issues at once get two numbers."""
    Cycle.objects.select_for_update().get(pk=cycle.pk)
    head, tail = f"民评整改〔{cycle.year}〕", "号"
    given = _of_cycle(cycle).filter(number__startswith=head).values_list("number", flat=True)
    used = [int(digits) for number in given if (digits := number[len(head) :].removesuffix(tail)).isdecimal()]
    return f"{head}{max(used, default=0) + 1}{tail}"


@transaction.atomic
def receive_notice(*, notice: RectificationNotice, actor: User) -> RectificationNotice:
    """The home unit confirms that the notice has arrived. Raises ``DomainError`` ``not_issued``."""
    notice = _locked([notice])[0]
    if notice.status != Status.ISSUED:
        raise DomainError("not_issued", _("Only a notice that is on its way can be confirmed."))
    notice.status, notice.received_at = Status.RECEIVED, timezone.now()
    notice.save(update_fields=["status", "received_at"])
    record(actor=actor, action="notice-received", target=notice)
    return notice


@transaction.atomic
def drop_notice(*, notice: RectificationNotice, reason: str, actor: User) -> RectificationNotice:
    """Decide against a proposed notice, with a reason. Raises ``DomainError``: ``reason_missing``; ``not_proposed``."""
    if not reason.strip():
        raise DomainError("reason_missing", _("Enter the reason why no notice is issued."))
    notice = _locked([notice])[0]
    _require_proposed(notice)
    notice.status, notice.drop_reason = Status.DROPPED, reason.strip()[:200]
    notice.save(update_fields=["status", "drop_reason"])
    record(actor=actor, action="notice-dropped", target=notice)
    return notice


def _of_cycle(cycle: Cycle) -> RectificationNoticeQuerySet:
    return RectificationNotice.objects.of_cycle(cycle)


def _locked(notices: Iterable[RectificationNotice]) -> list[RectificationNotice]:
    rows = RectificationNotice.objects.select_for_update(of=("self",)).select_related(
        "appraisal__cycle", "appraisal__organising_unit"
    )
    found = list(rows.filter(pk__in=[notice.pk for notice in notices]).order_by("pk"))
    if not found:
        raise DomainError("nothing_chosen", _("Choose at least one notice."))
    return found


def _require_proposed(notice: RectificationNotice) -> None:
    if notice.status != Status.PROPOSED:
        raise DomainError(
            "not_proposed", _("The notice on %(name)s has been decided already.") % {"name": notice.appraisal}
        )
