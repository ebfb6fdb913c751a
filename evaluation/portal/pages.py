"""What the page of one cadre and the page of one unit show: published rows only, read in a fixed number of queries."""

from dataclasses import replace
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from evaluation.cycle.models import Cycle, Track
from evaluation.meetings.models import ReportMeeting
from evaluation.meetings.selectors import attendance_total
from evaluation.portal import public
from evaluation.rectification.services import ratings_of, takes_ratings
from evaluation.rectification.services.comments import takes_comments
from evaluation.results.models import Publication, Result
from evaluation.results.services.objections import notice_is_running
from evaluation.results.shown import group_labels, pool_lines, shown_result
from evaluation.roster.models import Appraisal, AppraisalQuerySet
from evaluation.units.models import Unit


def cadre_page(appraisal: Appraisal) -> dict[str, Any]:
    """Return everything published of one cadre in one year (C6, C7, C10, C11), with what may still be done to it."""
    of_cadre = {"appraisal": appraisal}
    result = public.public_results().filter(**of_cadre).select_related("publication__organising_unit").first()
    plan = public.public_plans().filter(**of_cadre).prefetch_related("items", public.shown_comments()).first()
    report = public.public_reports().filter(**of_cadre).prefetch_related("statements__item").first()
    pledge = public.public_pledges().filter(**of_cadre).select_related("appraisal").first()
    return {
        "appraisal": appraisal,
        "cycle": appraisal.cycle,
        "pledge": pledge,
        "items": pledge.items.all() if pledge else [],
        "changes": pledge.changes.all() if pledge else [],
        "photo_url": photo_address(appraisal) if pledge and pledge.photo_id else "",
        "report": report,
        "statements": report.statements.all() if report else [],
        "meetings": public.public_meetings()
        .filter(Q(agenda__appraisal=appraisal) | Q(unit=appraisal.organising_unit_id), cycle=appraisal.cycle_id)
        .distinct()
        .for_list(),
        "result": result,
        "shown": shown_result(result) if result else None,
        "may_object": bool(result and notice_is_running(result.publication)),
        "plan": plan,
        "may_comment": bool(plan and takes_comments(plan)),
        "may_rate": bool(plan and takes_ratings(plan)),
        "ratings": ratings_of(plan) if plan else None,
        "today": timezone.localdate(),
        "objections": public.objection_counts(result__appraisal=appraisal) if result else None,
        "versions": public.earlier_versions(result.publication) if result else [],
        "honours": _honours(appraisal),
    }


def cadre_address(appraisal: Appraisal, cycle: Cycle, name: str = "cadre-detail") -> str:
    """Return the public address of a cadre in one year; ``appraisal`` has its home unit loaded."""
    return reverse(f"portal:{name}", args=[cycle.year, appraisal.home_unit.code, appraisal.public_code])


def photo_address(appraisal: Appraisal) -> str:
    return cadre_address(appraisal, appraisal.cycle, "cadre-photo")


def pool_page(publication: Publication) -> dict[str, Any]:
    """Return the list of one unit as published, its rows leading to the pages of the cadres."""
    results = list(publication.results.select_related("appraisal__home_unit").order_by("list_order", "pk"))
    linked = [cadre_address(result.appraisal, publication.cycle) for result in results]
    lines = [replace(line, url=url) for line, url in zip(pool_lines(publication, results), linked, strict=True)]
    return {
        "publication": publication,
        "cycle": publication.cycle,
        "groups": group_labels(publication),
        "lines": lines,
        "may_object": notice_is_running(publication),
        "objections": public.objection_counts(
            result__publication__cycle=publication.cycle,
            result__publication__track=publication.track,
            result__publication__organising_unit=publication.organising_unit,
        ),
        "versions": public.earlier_versions(publication),
    }


def _honours(appraisal: Appraisal) -> list[str]:
    selected = public.public_selections().filter(recommendation__appraisal=appraisal).exists()
    titles = public.public_commendations().filter(appraisal=appraisal).values_list("title", flat=True)
    return [*([gettext("One of the ten best section heads")] if selected else []), *titles]


def meeting_page(meeting: ReportMeeting) -> dict[str, Any]:
    """Return an announced meeting; what was said and who came is public only with the report of the meeting."""
    is_reported = meeting.status == ReportMeeting.Status.REPORTED
    attendance = list(meeting.attendance.all()) if is_reported else []
    return {
        "meeting": meeting,
        "cycle": meeting.cycle,
        "agenda": meeting.agenda.all(),
        "is_reported": is_reported,
        "attendance": attendance,
        "total": attendance_total(attendance),
        "inquiries": meeting.inquiries.select_related("appraisal") if is_reported else [],
        "today": timezone.localdate(),
    }


def unit_page(unit: Unit, cycle: Cycle) -> dict[str, Any]:
    """Return what is published of a unit in one year; a town's villages stand apart, by name and number."""
    villages = public.units_with_counts(cycle).filter(parent=unit)
    pools = Publication.objects.public().current().filter(cycle=cycle, organising_unit=unit)
    return {
        "unit": unit,
        "cycle": cycle,
        "meetings": public.public_meetings().filter(cycle=cycle, unit=unit).for_list(),
        "votes": public.public_votes(unit, cycle),
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
