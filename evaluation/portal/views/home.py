from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from evaluation.cycle.models import Cycle, Track
from evaluation.portal import public
from evaluation.portal.addresses import asked_cycle, cycle_of, text_of
from evaluation.portal.progress import progress_of
from evaluation.roster.models import AppraisalQuerySet
from evaluation.units.models import Unit

SHOWN_AT_ONCE = 8
PER_PAGE = 20


def home(request: HttpRequest) -> HttpResponse:
    cycle = public.public_cycles().prefetch_related("steps").first()
    return render(request, "portal/home_page.html", {"cycle": cycle, **_year(cycle), **_today()})


def year_detail(request: HttpRequest, year: int) -> HttpResponse:
    cycle = cycle_of(year)
    units = public.units_with_counts(cycle).filter(parent__isnull=True)
    return render(request, "portal/year_page.html", {"cycle": cycle, "units": units, **_year(cycle)})


def year_list(request: HttpRequest) -> HttpResponse:
    cycles = public.public_cycles().annotate(
        published=Count("publications", filter=Q(publications__status__in=["notice", "final"]), distinct=True)
    )
    return render(request, "portal/year_list_page.html", {"cycles": cycles})


def search(request: HttpRequest) -> HttpResponse:
    cycle = asked_cycle(request)
    if cycle is None:
        return render(request, "portal/search_page.html", {"cycle": None, "query": text_of(request, "q")})
    query, track = text_of(request, "q"), _track(request)
    units = Paginator(_units(cycle, query), PER_PAGE).get_page(request.GET.get("units"))
    cadres = Paginator(_cadres(cycle, query, track), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "portal/search_page.html",
        {
            "cycle": cycle,
            "cycles": public.public_cycles(),
            "query": query,
            "track": track,
            "tracks": [(track, track.label) for track in public.JUDGED],
            "units": units,
            "page_obj": cadres,
        },
    )


def _year(cycle: Cycle | None) -> dict[str, Any]:
    return {"progress": progress_of(cycle, today=timezone.localdate()) if cycle else []}


def _today() -> dict[str, Any]:
    now, today = timezone.now(), timezone.localdate()
    return {
        "boxes": public.open_public_boxes(now=now)[:SHOWN_AT_ONCE],
        "meetings": public.coming_meetings(now=now)[:SHOWN_AT_ONCE],
        "pools": public.pools_under_notice(today=today)[:SHOWN_AT_ONCE],
        "plans": public.plans_open_for_opinions(today=today)[:SHOWN_AT_ONCE],
    }


def _track(request: HttpRequest) -> str:
    asked = text_of(request, "track")
    return asked if asked in public.JUDGED else ""


def _units(cycle: Cycle, query: str) -> QuerySet[Unit]:
    units = public.units_with_counts(cycle)
    if not query:
        return units.filter(parent__isnull=True)
    return units.filter(Q(name__icontains=query) | Q(code__iexact=query))


def _cadres(cycle: Cycle, query: str, track: str) -> AppraisalQuerySet:
    found = public.public_appraisals().filter(cycle=cycle).for_list()
    if track in Track.values:
        found = found.filter(track=track)
    for word in query.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(cadre__name_key__icontains=word)
            | Q(home_unit__name__icontains=word)
            | Q(organising_unit__name__icontains=word)
            | Q(office__icontains=word)
        )
    return found
