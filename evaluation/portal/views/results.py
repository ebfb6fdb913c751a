from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from evaluation.portal import public
from evaluation.portal.addresses import asked_cycle, cycle_of, text_of
from evaluation.portal.pages import listed_results, pool_page
from evaluation.results.models import Publication
from evaluation.results.shown import composite_bars
from evaluation.units.models import Unit

PER_PAGE = 50


def result_list(request: HttpRequest) -> HttpResponse:
    cycle = asked_cycle(request)
    if cycle is None:
        return render(request, "portal/result_list_page.html", {"cycle": None})
    unit, track = text_of(request, "unit"), text_of(request, "track")
    units = Unit.objects.filter(publications__in=Publication.objects.public().current().filter(cycle=cycle)).distinct()
    results = listed_results(cycle)
    if track in public.JUDGED:
        results = results.filter(publication__track=track)
    if chosen := next((row for row in units.for_list() if row.code == unit), None):
        results = results.filter(publication__organising_unit=chosen)
    page = Paginator(results, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "portal/result_list_page.html",
        {
            "cycle": cycle,
            "cycles": public.public_cycles(),
            "track": track,
            "tracks": [(code, code.label) for code in public.JUDGED],
            "unit": chosen,
            "units": units.for_list(),
            "page_obj": page,
            "lines": [(result, composite_bars(result)) for result in page],
        },
    )


def publication_detail(request: HttpRequest, year: int, unit_code: str, code: str) -> HttpResponse:
    """The list of one unit as published; an older version stays readable and says what replaced it."""
    publication = get_object_or_404(
        Publication.objects.public().select_related("organising_unit", "cycle"),
        cycle=cycle_of(year),
        organising_unit__code=unit_code,
        public_code=code,
    )
    return render(request, "portal/publication_page.html", pool_page(publication))


def honour_list(request: HttpRequest) -> HttpResponse:
    cycle = asked_cycle(request)
    chosen = public.public_selections().filter(recommendation__cycle=cycle)
    commended = public.public_commendations().filter(appraisal__cycle=cycle)
    return render(
        request,
        "portal/honour_list_page.html",
        {
            "cycle": cycle,
            "cycles": public.public_cycles(),
            "selections": chosen.select_related(
                "recommendation__appraisal__home_unit", "recommendation__unit"
            ).order_by("order", "pk"),
            "commendations": commended.select_related("appraisal__home_unit", "appraisal__organising_unit").order_by(
                "appraisal__organising_unit__order", "appraisal__order", "pk"
            ),
        },
    )
