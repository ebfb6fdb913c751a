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
from evaluation.rectification.drafting import notice_reasons, notice_text
from evaluation.rectification.models import RectificationNotice, RectificationNoticeQuerySet
from evaluation.rectification.papers import notice_papers
from evaluation.rectification.selectors import judged_of, marks_of, opinions_by_aspect, published_results
from evaluation.registry.models import IssuedDocument, Kind
from evaluation.registry.numbers import document_number
from evaluation.registry.services import about_of, drawing, issue_document, require_number
from evaluation.results.models import Publication, Result
from evaluation.roster.own_case import require_not_own
from evaluation.units.access import roles_of
from evaluation.units.models import Role, Unit

Status = RectificationNotice.Status
DAYS_TO_RECTIFY = 15
SYSTEM = "system"
KIND = Kind.RECTIFICATION_NOTICE


@transaction.atomic
def propose_notices(*, publication: Publication, actor: User | str) -> list[RectificationNotice]:
    """Propose a notice for every cadre of whom the rules of the track ask for one and who has none yet (C11).

    An aspect's mean below the mark, a deduction of a rule that asks for one, as many opinions shown on one aspect as
    the rules say. What it rests on is kept with it. Raises ``DomainError``: ``never`` where the rules ask for none;
    ``not_published`` before the public notice.
    """
    publication = Publication.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=publication.pk)
    rules = TrackRules.objects.get(cycle=publication.cycle_id, track=publication.track)
    if rules.notice_when == TrackRules.DaysNotice.NEVER:
        raise DomainError("never", _("The rules of this track ask for no rectification notices."))
    if publication.status not in (Publication.Status.NOTICE, Publication.Status.FINAL):
        raise DomainError("not_published", _("Notices follow published results."))
    results = published_results().filter(publication=publication, appraisal__notice__isnull=True)
    rows = list(results.select_related("publication", "appraisal").order_by("list_order"))
    opinions = opinions_by_aspect(appraisals=[row.appraisal_id for row in rows])
    marks = marks_of(publication.cycle) if rows else {}
    due = add_working_days(timezone.localdate(), DAYS_TO_RECTIFY)
    asked = [
        (row, notice_reasons(judged_of(result=row, marks=marks), opinions=opinions[row.appraisal_id])) for row in rows
    ]
    return [_propose(row, reasons, due, actor) for row, reasons in asked if reasons]


def propose_all_notices() -> int:
    """Propose the notices of every final list of the years that are open; return how many. For the timer.

    Where the rules ask for none nothing happens; what was proposed or dropped before stays as it is.
    """
    finals = Publication.objects.current().filter(
        status=Publication.Status.FINAL, cycle__status=Cycle.Status.OPEN, results__appraisal__notice__isnull=True
    )
    asking = TrackRules.objects.exclude(notice_when=TrackRules.DaysNotice.NEVER).values_list("cycle", "track")
    wanted = set(asking)
    pools = [pool for pool in finals.distinct().order_by("pk") if (pool.cycle_id, pool.track) in wanted]
    return sum(len(propose_notices(publication=pool, actor=SYSTEM)) for pool in pools)


def _propose(result: Result, reasons: list[dict[str, Any]], due: date, actor: User | str) -> RectificationNotice:
    notice = RectificationNotice.objects.create(
        appraisal=result.appraisal,
        unit_id=result.appraisal.home_unit_id,
        reasons=reasons,
        text=notice_text(reasons),
        due=due,
    )
    why = "; ".join(f"{reason['kind']} {reason['code']}" for reason in reasons)
    changes = {"status": ("", Status.PROPOSED)}
    record(actor=actor, action="notice-proposed", target=notice, detail={"reasons": reasons}, changes=changes, why=why)
    return notice


@transaction.atomic
def edit_notice(*, notice: RectificationNotice, text: str, number: str, due: date, actor: User) -> RectificationNotice:
    """Word a notice that is not issued.

    Raises ``DomainError``: ``not_proposed``; ``number_shape``; ``number_taken``; ``own_case``.
    """
    number = document_number(number)
    notice = _locked([notice])[0]
    _require_proposed(notice)
    require_not_own(notice.appraisal.cadre, actor)
    taken = _of_cycle(notice.appraisal.cycle).exclude(pk=notice.pk).filter(number=number)
    if number and taken.exists():
        raise DomainError("number_taken", _("Another notice of this year bears this number. Enter another one."))
    before = {"number": notice.number, "due": notice.due}
    notice.text, notice.number, notice.due = text.strip(), number, due
    notice.save(update_fields=["text", "number", "due"])
    changes = {name: (old, getattr(notice, name)) for name, old in before.items()}
    record(actor=actor, action="notice-edited", target=notice, changes=changes)
    return notice


def issue_notices(*, notices: Iterable[RectificationNotice], actor: User) -> list[RectificationNotice]:
    """Issue notices to the home units, each kept as issued in the registry; none if one of them cannot be.

    Whoever issues numbers: the organising unit, or the office in its own name. The number is the typed one, or blank,
    or the next of an automatic series. All are looked at first; then each is drawn and issued in a transaction of its
    own, so that nobody waits for the drawing of a whole list. Raises ``DomainError``: ``nothing_chosen``;
    ``not_proposed``; ``not_final`` while the result can still change; ``due_passed``; ``own_case``; and as
    ``require_number``.
    """
    chosen = _chosen(notices)
    for notice in chosen:
        _require_issuable(notice, actor)
    return [_issue(notice, actor) for notice in chosen]


def _require_issuable(notice: RectificationNotice, actor: User) -> None:
    _require_proposed(notice)
    require_not_own(notice.appraisal.cadre, actor)
    words = {"name": notice.appraisal}
    if notice.appraisal.final_at is None:
        raise DomainError("not_final", _("The result of %(name)s is not final: objections may change it.") % words)
    if notice.due <= timezone.localdate():
        raise DomainError(
            "due_passed", _("The deadline in the notice on %(name)s has passed. Enter a later one.") % words
        )
    unit, _name = _issuer(notice, actor)
    require_number(kind=KIND, unit=unit, year=notice.appraisal.cycle.year, number=notice.number)


@transaction.atomic
def _issue(notice: RectificationNotice, actor: User) -> RectificationNotice:
    notice = _locked([notice])[0]
    _require_issuable(notice, actor)
    unit, notice.issuer = _issuer(notice, actor)
    notice.status, notice.issued_by, notice.issued_at = Status.ISSUED, actor, timezone.now()
    notice.number = _kept(notice, unit, actor).number
    notice.save(update_fields=["number", "issuer", "status", "issued_by", "issued_at"])
    changes = {"status": (Status.PROPOSED, notice.status)}
    detail = {"number": notice.number, "due": notice.due}
    record(actor=actor, action="notice-issued", target=notice, detail=detail, changes=changes)
    return notice


def _issuer(notice: RectificationNotice, actor: User) -> tuple[Unit | None, str]:
    """The unit that issues, or none where the office does; and its name."""
    if Role.OFFICE in roles_of(actor):
        return None, notice.appraisal.cycle.office_name
    unit = notice.appraisal.organising_unit
    return unit, unit.name


def _kept(notice: RectificationNotice, unit: Unit | None, actor: User) -> IssuedDocument:
    return issue_document(
        kind=KIND,
        year=notice.appraisal.cycle.year,
        unit=unit,
        issuer=notice.issuer,
        addressee=notice.unit,
        about=about_of(notice),
        title=f"整改通知书（{notice.appraisal.name}）",
        draw=drawing(lambda number: notice_papers(notice, number=number)),
        actor=actor,
        number=notice.number,
    )


@transaction.atomic
def receive_notice(*, notice: RectificationNotice, actor: User) -> RectificationNotice:
    """The home unit confirms that the notice has arrived. Raises ``DomainError``: ``not_issued``; ``own_case``."""
    notice = _locked([notice])[0]
    if notice.status != Status.ISSUED:
        raise DomainError("not_issued", _("Only a notice that is on its way can be confirmed."))
    require_not_own(notice.appraisal.cadre, actor)
    notice.status, notice.received_at, notice.received_by = Status.RECEIVED, timezone.now(), actor
    notice.save(update_fields=["status", "received_at", "received_by"])
    changes = {"status": (Status.ISSUED, notice.status)}
    record(actor=actor, action="notice-received", target=notice, changes=changes)
    return notice


@transaction.atomic
def drop_notice(*, notice: RectificationNotice, reason: str, actor: User) -> RectificationNotice:
    """Decide against a proposed notice, with a reason.

    Raises ``DomainError``: ``reason_missing``; ``not_proposed``; ``own_case``.
    """
    if not reason.strip():
        raise DomainError("reason_missing", _("Enter the reason why no notice is issued."))
    notice = _locked([notice])[0]
    _require_proposed(notice)
    require_not_own(notice.appraisal.cadre, actor)
    notice.status, notice.drop_reason, notice.dropped_by = Status.DROPPED, reason.strip()[:200], actor
    notice.save(update_fields=["status", "drop_reason", "dropped_by"])
    changes = {"status": (Status.PROPOSED, notice.status)}
    record(actor=actor, action="notice-dropped", target=notice, changes=changes, why=notice.drop_reason)
    return notice


def _of_cycle(cycle: Cycle) -> RectificationNoticeQuerySet:
    return RectificationNotice.objects.of_cycle(cycle)


def _locked(notices: Iterable[RectificationNotice]) -> list[RectificationNotice]:
    return _chosen(notices, RectificationNotice.objects.select_for_update(of=("self",)))


def _chosen(
    notices: Iterable[RectificationNotice], rows: RectificationNoticeQuerySet | None = None
) -> list[RectificationNotice]:
    """With what a notice is judged and drawn by. Raises ``DomainError`` ``nothing_chosen``."""
    loaded = (RectificationNotice.objects.all() if rows is None else rows).select_related(
        "unit", "appraisal__cycle", "appraisal__organising_unit", "appraisal__cadre"
    )
    found = list(loaded.filter(pk__in=[notice.pk for notice in notices]).order_by("pk"))
    if not found:
        raise DomainError("nothing_chosen", _("Choose at least one notice."))
    return found


def _require_proposed(notice: RectificationNotice) -> None:
    if notice.status != Status.PROPOSED:
        raise DomainError(
            "not_proposed", _("The notice on %(name)s has been decided already.") % {"name": notice.appraisal}
        )
