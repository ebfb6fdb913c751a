"""Candidates, recommended and commended cadres, and the figures for the annual assessment."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch

from accounts.models import User
from evaluation.cycle.models import Cycle, Track
from evaluation.daily.models import DailyDeduction
from evaluation.recognition.models import Commendation, Recommendation, Selection, SelectionQuerySet
from evaluation.results.models import Publication, Result, ResultQuerySet
from evaluation.roster.models import Appraisal, AppraisalQuerySet
from evaluation.units.access import roles_of
from evaluation.units.models import CITY_ROLES, Role, Unit, UnitQuerySet

# Held to account; supervised staff disciplined or prosecuted: no rule bars such a cadre, but nobody overlooks it.
WARNING_RULES = ("3", "5b")


@dataclass(frozen=True)
class Candidate:
    """``warnings`` are the rules under which a deduction was confirmed that whoever recommends should know of."""

    result: Result
    warnings: tuple[str, ...] = ()


def final_results(*, cycle: Cycle, track: str) -> ResultQuerySet:
    """Scored results of the version that is final; not while a correction runs."""
    return Result.objects.filter(
        publication__cycle=cycle,
        publication__track=track,
        publication__status=Publication.Status.FINAL,
        status=Result.Status.SCORED,
        appraisal__final_at__isnull=False,
    )


def candidates_of(*, cycle: Cycle, unit: Unit) -> list[Candidate]:
    """The mid-level cadres that ``unit`` organised and whose result is final, in the order of their list (C27)."""
    rows = final_results(cycle=cycle, track=Track.MID_LEVEL).filter(publication__organising_unit=unit)
    results = list(rows.select_related("appraisal__home_unit", "publication").order_by("list_order", "pk"))
    warnings = warnings_of(cycle=cycle, appraisals=[result.appraisal_id for result in results])
    return [Candidate(result, warnings.get(result.appraisal_id, ())) for result in results]


def warnings_of(*, cycle: Cycle, appraisals: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """By appraisal id, the rules of warning under which deductions of the year are confirmed; one query."""
    found: dict[int, tuple[str, ...]] = defaultdict(tuple)
    rows = DailyDeduction.objects.filter(
        appraisal__in=list(appraisals), rule__in=WARNING_RULES, status=DailyDeduction.Status.CONFIRMED, cycle=cycle
    )
    for appraisal, rule in rows.order_by("rule").values_list("appraisal", "rule").distinct():
        found[appraisal] += (rule,)
    return found


def recommending_units(*, cycle: Cycle, user: User) -> UnitQuerySet:
    """Units that organise mid-level cadres and of which ``user`` may know, with their recommendation of the year."""
    units = Unit.objects.filter(
        Exists(Appraisal.objects.filter(cycle=cycle, track=Track.MID_LEVEL, organising_unit=OuterRef("pk")))
    )
    if not roles_of(user) & CITY_ROLES:
        acted_for = Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER)
        units = units.filter(pk__in=acted_for.values("pk"))
    rows = Recommendation.objects.filter(cycle=cycle).select_related("appraisal", "selection")
    return units.prefetch_related(Prefetch("recommendations", queryset=rows, to_attr="of_year")).for_list()


def results_by_appraisal(*, cycle: Cycle, appraisals: Iterable[int]) -> dict[int, Result]:
    rows = final_results(cycle=cycle, track=Track.MID_LEVEL).filter(appraisal__in=list(appraisals))
    return {row.appraisal_id: row for row in rows}


def published_selections(cycle: Cycle) -> SelectionQuerySet:
    """The ten best as residents read them: nothing before publication (C28)."""
    return Selection.objects.published().filter(recommendation__cycle=cycle).for_list()


def commendable(*, cycle: Cycle, user: User) -> ResultQuerySet:
    """Final results of village cadres whom ``user`` may commend and nobody has (C29)."""
    writable = Appraisal.objects.writable_by(user).values("pk")
    rows = final_results(cycle=cycle, track=Track.VILLAGE).filter(appraisal__in=writable)
    return rows.exclude(appraisal__in=Commendation.objects.values("appraisal"))


def leaders(*, cycle: Cycle, appraisals: AppraisalQuerySet) -> AppraisalQuerySet:
    """Leading cadres with their entered grade, unit by unit (C1)."""
    return appraisals.filter(cycle=cycle, track=Track.BUREAU_LEADER).select_related("year_end_grade").for_list()
