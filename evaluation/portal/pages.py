"""What the page of one cadre and the page of one unit show: published rows only, read in a fixed number of queries."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext

from evaluation.cycle.models import Cycle, Track
from evaluation.portal import public
from evaluation.rectification.services.comments import takes_comments
from evaluation.results.models import Publication, Result
from evaluation.results.services.objections import notice_is_running
from evaluation.roster.models import Appraisal, AppraisalQuerySet
from evaluation.units.models import Unit


def cadre_page(appraisal: Appraisal) -> dict[str, Any]:
    """Return everything published of one cadre in one year (C6, C7, C10, C11), with what may still be done to it."""
    of_cadre = {"appraisal": appraisal}
    result = public.public_results().filter(**of_cadre).select_related("publication__organising_unit").first()
    plan = public.public_plans().filter(**of_cadre).prefetch_related("items", public.shown_comments()).first()
    return {
        "appraisal": appraisal,
        "cycle": appraisal.cycle,
        "pledge": public.public_pledges().filter(**of_cadre).prefetch_related("items", "changes").first(),
        "report": public.public_reports().filter(**of_cadre).prefetch_related("statements__item").first(),
        "meetings": public.public_meetings()
        .filter(Q(agenda__appraisal=appraisal) | Q(unit=appraisal.organising_unit_id), cycle=appraisal.cycle_id)
        .distinct()
        .for_list(),
        "result": result,
        "may_object": bool(result and notice_is_running(result.publication)),
        "plan": plan,
        "may_comment": bool(plan and takes_comments(plan)),
        "honours": _honours(appraisal),
    }


def _honours(appraisal: Appraisal) -> list[str]:
    selected = public.public_selections().filter(recommendation__appraisal=appraisal).exists()
    titles = public.public_commendations().filter(appraisal=appraisal).values_list("title", flat=True)
    return [*([gettext("One of the ten best section heads")] if selected else []), *titles]


def unit_page(unit: Unit, cycle: Cycle) -> dict[str, Any]:
    """Return what is published of a unit in one year; a town's villages stand apart, by name and number."""
    villages = public.units_with_counts(cycle).filter(parent=unit)
    pools = Publication.objects.public().current().filter(cycle=cycle, organising_unit=unit)
    return {
        "unit": unit,
        "cycle": cycle,
        "meetings": public.public_meetings().filter(cycle=cycle, unit=unit).for_list(),
        "pools": pools.order_by("track"),
        "villages": villages,
    }


def cadres_of(unit: Unit, cycle: Cycle) -> AppraisalQuerySet:
    """Those of whom anything is published: the unit's own and those it organises, but not a town's villagers."""
    rows = public.public_appraisals().filter(Q(organising_unit=unit) | Q(home_unit=unit), cycle=cycle)
    if unit.kind != Unit.Kind.VILLAGE:
        rows = rows.exclude(track=Track.VILLAGE, home_unit__parent=unit)
    standing = Prefetch("results", queryset=public.public_results(), to_attr="standing_results")
    return rows.for_list().prefetch_related(standing)


def listed_results(cycle: Cycle) -> QuerySet[Result]:
    """The results list of a year: the standing versions, best first within each pool."""
    return (
        public.public_results()
        .filter(publication__cycle=cycle)
        .select_related("publication__organising_unit", "publication__cycle", "appraisal__home_unit")
        .order_by("publication__organising_unit__order", "publication__track", "publication", "list_order", "pk")
    )
