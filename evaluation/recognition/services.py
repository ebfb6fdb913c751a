"""What results are used for: recommendation, ten best, commendation, year-end grades (C1, C27–C29, C31)."""

from collections.abc import Collection, Iterable, Mapping
from typing import Literal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.cycle.models import Cycle, Track
from evaluation.errors import DomainError
from evaluation.guard.citizen_numbers import require_no_citizen_number
from evaluation.recognition.counting import LIMIT, count_characters
from evaluation.recognition.models import Commendation, Recommendation, Selection, YearEndGrade
from evaluation.recognition.selectors import final_results
from evaluation.roster.models import Appraisal
from evaluation.units.access import roles_of
from evaluation.units.models import Role, Unit
from evaluation.workbooks import parse_date

Status = Recommendation.Status
OPEN = (Status.DRAFT, Status.RETURNED)
Side = Literal["office", "organisation"]


@transaction.atomic
def choose_candidate(*, cycle: Cycle, unit: Unit, appraisal: Appraisal, actor: User) -> Recommendation:
    """Name the one mid-level cadre whom ``unit`` recommends; another choice begins a new text (C27).

    Raises ``DomainError``: ``not_a_candidate`` (not organised by the unit, or the result is not final);
    ``not_open`` once submitted.
    """
    final = final_results(cycle=cycle, track=Track.MID_LEVEL).filter(publication__organising_unit=unit)
    if not final.filter(appraisal=appraisal).exists():
        raise DomainError("not_a_candidate", _("Only a mid-level cadre of the unit with a final result can be chosen."))
    found = Recommendation.objects.select_for_update().filter(cycle=cycle, unit=unit).first()
    if found is None:
        found = Recommendation.objects.create(cycle=cycle, unit=unit, appraisal=appraisal, resume=_resume(appraisal))
    elif found.status not in OPEN:
        raise DomainError("not_open", _("The recommendation has been submitted. The office can return it."))
    elif found.appraisal_id != appraisal.pk:
        found.appraisal, found.resume, found.deeds = appraisal, _resume(appraisal), ""
        found.earlier_grades, found.honours = None, None
        found.save(update_fields=["appraisal", "resume", "deeds", "earlier_grades", "honours"])
    record(actor=actor, action="candidate-chosen", target=found, detail={"appraisal": appraisal.pk})
    return found


def _resume(appraisal: Appraisal) -> str:
    """The first line of a resumé, in Chinese as the form is."""
    post = f"{appraisal.home_unit.name}{appraisal.office}{appraisal.held_post}"
    day = parse_date(appraisal.appointed) if appraisal.appointed else None
    since = f"，{day.display}起任现职" if day else ""
    return f"{appraisal.name}，现任{post}{since}。"


@transaction.atomic
def save_recommendation(
    *,
    recommendation: Recommendation,
    resume: str,
    deeds: str,
    actor: User,
    grades: Mapping[int, str] | None = None,
    honours: str = "",
) -> Recommendation:
    """Write resumé, deeds, honours, and by year the grades (codes of ``EarlierGrade``) of the three years before.

    Raises ``DomainError``: ``not_open``; ``too_long`` above 3,000; ``citizen_number``.
    """
    recommendation = _locked(recommendation)
    _require_open(recommendation)
    _require_length(deeds)
    require_no_citizen_number(resume, deeds, honours)
    recommendation.resume, recommendation.deeds = resume.strip(), deeds.strip()
    recommendation.honours = honours.strip()
    recommendation.earlier_grades = {str(year): grade for year, grade in (grades or {}).items() if grade}
    recommendation.save(update_fields=["resume", "deeds", "honours", "earlier_grades"])
    record(actor=actor, action="recommendation-saved", target=recommendation)
    return recommendation


@transaction.atomic
def submit_recommendation(*, recommendation: Recommendation, actor: User) -> Recommendation:
    """Hand the recommendation to the office, by the end of the deadline of the cycle (C27).

    What the office returned, and what the office itself submits for a unit, may follow later. Raises ``DomainError``:
    ``not_open``; ``deadline_passed``; ``incomplete``; ``too_long``; ``not_a_candidate`` while the result is not final.
    """
    recommendation = _locked(recommendation)
    _require_open(recommendation)
    _require_in_time(recommendation, actor)
    if not recommendation.resume.strip() or not recommendation.deeds.strip():
        raise DomainError("incomplete", _("Write the resumé and the deeds first."))
    _require_length(recommendation.deeds)
    if recommendation.appraisal.final_at is None:
        raise DomainError("not_a_candidate", _("The result is being corrected. Submit once it is final again."))
    before = recommendation.status
    recommendation.status, recommendation.submitted_at = Status.SUBMITTED, timezone.now()
    recommendation.return_reason = ""
    recommendation.save(update_fields=["status", "submitted_at", "return_reason"])
    changes = {"status": (before, recommendation.status)}
    record(actor=actor, action="recommendation-submitted", target=recommendation, changes=changes)
    return recommendation


def _require_in_time(recommendation: Recommendation, actor: User) -> None:
    deadline = recommendation.cycle.deadline
    late = timezone.localdate() > deadline and recommendation.status == Status.DRAFT
    if late and Role.OFFICE not in roles_of(actor):
        raise DomainError(
            "deadline_passed",
            _("Recommendations were due by %(day)s. Ask the office to submit it for you.") % {"day": deadline},
        )


@transaction.atomic
def return_recommendation(*, recommendation: Recommendation, actor: User, reason: str) -> Recommendation:
    """Send a recommendation back. Raises ``DomainError``: ``reason_missing``; ``not_submitted``; ``chosen_already``."""
    if not reason.strip():
        raise DomainError("reason_missing", _("Enter the reason, so that the other side knows what to correct."))
    recommendation = _locked(recommendation)
    if recommendation.status != Status.SUBMITTED:
        raise DomainError("not_submitted", _("Only a submitted recommendation can be returned."))
    if Selection.objects.filter(recommendation=recommendation).exists():
        raise DomainError("chosen_already", _("This cadre is marked for the ten best. Take the mark away first."))
    recommendation.status, recommendation.return_reason = Status.RETURNED, reason.strip()[:200]
    recommendation.save(update_fields=["status", "return_reason"])
    changes, why = {"status": (Status.SUBMITTED, recommendation.status)}, recommendation.return_reason
    record(actor=actor, action="recommendation-returned", target=recommendation, changes=changes, why=why)
    return recommendation


# The ten best


@transaction.atomic
def mark_selection(*, cycle: Cycle, recommendations: Collection[Recommendation], side: Side, actor: User) -> int:
    """Set whom one side, the office or the organisation department, wants among the ten best (C28); return how many.

    It replaces the earlier marks of that side. Raises ``DomainError``: ``published_already``; ``too_many``;
    ``not_submitted``; ``same_person`` where ``actor`` marked one of them for the other side.
    """
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    _require_unpublished(cycle)
    chosen = {row.pk for row in recommendations}
    if len(chosen) > cycle.ten_best_count:
        raise DomainError("too_many", _("Choose at most %(most)s.") % {"most": cycle.ten_best_count})
    if Recommendation.objects.filter(pk__in=chosen, cycle=cycle, status=Status.SUBMITTED).count() != len(chosen):
        raise DomainError("not_submitted", _("Only submitted recommendations of this year can be chosen."))
    column, other = ("office_by", "organisation_by") if side == "office" else ("organisation_by", "office_by")
    existing = {row.recommendation_id: row for row in Selection.objects.filter(recommendation__cycle=cycle)}
    for pk in existing.keys() | chosen:
        row = existing.get(pk) or Selection(recommendation_id=pk)
        _set_mark(row, column, other, actor if pk in chosen else None)
    record(actor=actor, action="selection-marked", target=cycle, detail={"side": side, "chosen": sorted(chosen)})
    return len(chosen)


def _set_mark(row: Selection, column: str, other: str, by: User | None) -> None:
    if by is not None and getattr(row, f"{other}_id") == by.pk:
        raise DomainError("same_person", _("The office and the organisation department must be two people."))
    if by is None and getattr(row, f"{other}_id") is None:
        row.delete()
        return
    setattr(row, column, by)
    row.save(update_fields=None if row.pk is None else [column])


@transaction.atomic
def publish_selection(*, cycle: Cycle, actor: User) -> list[Selection]:
    """Publish the ten best once both sides marked the same cadres (C28).

    Raises ``DomainError``: ``published_already``; ``nothing_chosen``; ``too_many``; ``not_agreed``.
    """
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    _require_unpublished(cycle)
    rows = list(Selection.objects.filter(recommendation__cycle=cycle).order_by("recommendation__unit__order", "pk"))
    if not rows:
        raise DomainError("nothing_chosen", _("Nobody is marked yet."))
    if any(row.office_by_id is None or row.organisation_by_id is None for row in rows):
        raise DomainError(
            "not_agreed", _("The office and the organisation department have not marked the same cadres.")
        )
    if len(rows) > cycle.ten_best_count:
        raise DomainError("too_many", _("Choose at most %(most)s.") % {"most": cycle.ten_best_count})
    for place, row in enumerate(rows, start=1):
        row.order, row.published_at = place, timezone.now()
        row.save(update_fields=["order", "published_at"])
    record(actor=actor, action="selection-published", target=cycle, detail={"chosen": len(rows)})
    return rows


def _require_unpublished(cycle: Cycle) -> None:
    if Selection.objects.published().filter(recommendation__cycle=cycle).exists():
        raise DomainError("published_already", _("The ten best of this year are published."))


# Villages


@transaction.atomic
def commend(*, cycle: Cycle, appraisals: Iterable[Appraisal], title: str, reason: str, actor: User) -> int:
    """Commend village cadres with final results, all or none; public once another person publishes (C29).

    Raises ``DomainError``: ``nothing_chosen``; ``no_title``; ``not_final``; ``commended_already``.
    """
    rows = list(appraisals)
    if not rows:
        raise DomainError("nothing_chosen", _("Choose at least one cadre."))
    if not title.strip():
        raise DomainError("no_title", _("Enter the title of the commendation."))
    keys = [row.pk for row in rows]
    final = set(
        final_results(cycle=cycle, track=Track.VILLAGE).filter(appraisal__in=keys).values_list("appraisal", flat=True)
    )
    if final != set(keys):
        raise DomainError("not_final", _("Only village cadres with a final result can be commended."))
    if Commendation.objects.filter(appraisal__in=keys).exists():
        raise DomainError("commended_already", _("One of these has been commended already. Load the page again."))
    for row in rows:
        made = Commendation.objects.create(
            appraisal=row, title=title.strip()[:80], reason=reason.strip()[:300], commended_by=actor
        )
        record(actor=actor, action="commendation-made", target=made)
    return len(rows)


@transaction.atomic
def publish_commendations(*, commendations: Iterable[Commendation], approver: User) -> int:
    """Publish commendations, all or none; return how many.

    Raises ``DomainError``: ``nothing_chosen``; ``published_already``; ``same_person`` if ``approver`` commended one.
    """
    rows = _locked_commendations(commendations)
    for row in rows:
        if row.commended_by_id == approver.pk:
            raise DomainError("same_person", _("Whoever commended a cadre cannot publish it."))
        row.published_at = timezone.now()
        row.save(update_fields=["published_at"])
        record(actor=approver, action="commendation-published", target=row)
    return len(rows)


@transaction.atomic
def drop_commendations(*, commendations: Iterable[Commendation], actor: User) -> int:
    """Take back what is not public; return how many.

    Raises ``DomainError``: ``nothing_chosen``; ``published_already``.
    """
    rows = _locked_commendations(commendations)
    for row in rows:
        record(actor=actor, action="commendation-dropped", target=row)
        row.delete()
    return len(rows)


def _locked_commendations(commendations: Iterable[Commendation]) -> list[Commendation]:
    keys = [row.pk for row in commendations]
    rows = list(Commendation.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    if not rows:
        raise DomainError("nothing_chosen", _("Choose at least one cadre."))
    if any(row.published_at for row in rows):
        raise DomainError("published_already", _("One of these commendations is public already."))
    return rows


# Leading cadres


@transaction.atomic
def enter_grades(*, grades: Mapping[Appraisal, tuple[str, str]], actor: User) -> int:
    """Enter year-end grades of leading cadres as (grade, remark); an empty grade takes the entry away (C1, C31).

    Returns how many changed. Raises ``DomainError``: ``not_a_leader``; ``unknown_grade``.
    """
    entered = {row.appraisal_id: row for row in YearEndGrade.objects.filter(appraisal__in=list(grades))}
    return sum(_enter(person, entered.get(person.pk), values, actor) for person, values in grades.items())


def _enter(person: Appraisal, row: YearEndGrade | None, values: tuple[str, str], actor: User) -> bool:
    grade, remark = values[0], values[1].strip()[:200]
    if person.track != Track.BUREAU_LEADER:
        raise DomainError("not_a_leader", _("Year-end grades are entered for leading cadres only."))
    if grade and grade not in YearEndGrade.Grade.values:
        raise DomainError("unknown_grade", _("Choose a grade from the list."))
    if (row.grade, row.remark) == (grade, remark) if row else not grade:
        return False
    if row and not grade:
        row.delete()
    else:
        values_of = {"grade": grade, "remark": remark, "entered_by": actor}
        YearEndGrade.objects.update_or_create(appraisal=person, defaults=values_of)
    record(actor=actor, action="year-end-grade-entered", target=person, detail={"grade": grade})
    return True


def _locked(recommendation: Recommendation) -> Recommendation:
    rows = Recommendation.objects.select_for_update(of=("self",)).select_related("cycle", "appraisal")
    return rows.get(pk=recommendation.pk)


def _require_open(recommendation: Recommendation) -> None:
    if recommendation.status not in OPEN:
        raise DomainError("not_open", _("The recommendation has been submitted. The office can return it."))


def _require_length(deeds: str) -> None:
    count = count_characters(deeds)
    if count > LIMIT:
        raise DomainError(
            "too_long",
            _("The deeds have %(count)s characters; at most %(limit)s are taken, about 2,000 are asked for.")
            % {"count": count, "limit": LIMIT},
        )
