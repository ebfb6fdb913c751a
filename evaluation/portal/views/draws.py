from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from evaluation.cycle.models import Cycle
from evaluation.portal.addresses import cycle_of, text_of
from evaluation.recipients.models import Draw, Frame

PER_PAGE = 50


def draw_list(request: HttpRequest, year: int) -> HttpResponse:
    """Every frame with its digest, published before any seed, and the draws made from it: no names, no contacts."""
    cycle = cycle_of(year)
    query = text_of(request, "q")
    page = Paginator(public_frames(cycle, query), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/draw_list_page.html", {"cycle": cycle, "page_obj": page, "query": query})


def public_frames(cycle: Cycle, query: str = "") -> QuerySet[Frame]:
    frames = Frame.objects.filter(cycle=cycle).filter(Q(unit__name__icontains=query) | Q(name__icontains=query))
    return (
        frames.select_related("unit")
        .prefetch_related(Prefetch("draws", Draw.objects.order_by("pk")))
        .order_by("unit__order", "unit_id", "pk")
    )


def draw_detail(request: HttpRequest, year: int, code: str) -> HttpResponse:
    draw = get_object_or_404(
        Draw.objects.select_related("frame__unit", "frame__cycle"), frame__cycle=cycle_of(year), public_code=code
    )
    context = {
        "cycle": draw.frame.cycle,
        "draw": draw,
        "frame": draw.frame,
        "twice": 2 * draw.least,
        "totals": draw.strata.aggregate(size=Sum("size"), main=Sum("main"), reserve=Sum("reserve")),
        "others": draw.frame.draws.exclude(pk=draw.pk),
        "page_obj": Paginator(draw.strata.order_by("section"), PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "portal/draw_page.html", context)
