from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evaluation.portal import public
from evaluation.portal.addresses import cycle_of, text_of
from evaluation.portal.lists import award_lines, in_all, level_bars, listed_plans, standings
from evaluation.portal.rules import rules_page
from evaluation.results.models import Publication
from evaluation.units.models import Unit

PER_PAGE = 50


@require_safe
def rule_list(request: HttpRequest, year: int) -> HttpResponse:
    return render(request, "portal/rule_list_page.html", rules_page(cycle_of(year)))


@require_safe
def award_list(request: HttpRequest, year: int) -> HttpResponse:
    cycle = cycle_of(year)
    units = Unit.objects.filter(publications__in=Publication.objects.public().current().filter(cycle=cycle))
    chosen, rows = _chosen(request, units.distinct().for_list())
    lines = award_lines(cycle, unit=chosen)
    return render(
        request,
        "portal/award_list_page.html",
        {
            "cycle": cycle,
            "units": rows,
            "unit": chosen,
            "levels": level_bars(lines),
            "page_obj": Paginator(lines, PER_PAGE).get_page(request.GET.get("page")),
        },
    )


@require_safe
def rectification_list(request: HttpRequest, year: int) -> HttpResponse:
    cycle, today = cycle_of(year), timezone.localdate()
    with_plans = public.public_plans().filter(appraisal__cycle=cycle).values("appraisal__organising_unit")
    chosen, units = _chosen(request, Unit.objects.filter(pk__in=with_plans).for_list())
    rows = standings(cycle, today=today)
    plans = listed_plans(cycle, today=today, unit=chosen)
    return render(
        request,
        "portal/rectification_list_page.html",
        {
            "cycle": cycle,
            "city": in_all(rows, _("The whole city")),
            "standings": rows,
            "units": units,
            "unit": chosen,
            "today": today,
            "page_obj": Paginator(plans, PER_PAGE).get_page(request.GET.get("page")),
        },
    )


def _chosen(request: HttpRequest, units: QuerySet[Unit]) -> tuple[Unit | None, list[Unit]]:
    """The unit that ``?unit=`` names among those there are; a forged one is ignored."""
    rows, asked = list(units), text_of(request, "unit")
    return next((row for row in rows if row.code == asked), None), rows
