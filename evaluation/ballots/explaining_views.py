from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from evaluation.ballots.explaining import commitment, committed_boxes, figures, tables
from evaluation.cycle.models import Cycle


@require_GET
def secrecy(request: HttpRequest) -> HttpResponse:
    return render(request, "vote/secrecy_page.html", {"tables": tables(), "figures": figures()})


@require_GET
def witness(request: HttpRequest) -> HttpResponse:
    cycle = Cycle.objects.exclude(status=Cycle.Status.DRAFT).order_by("-year").first()
    page = Paginator(committed_boxes(cycle), 50).get_page(request.GET.get("page"))
    context = {
        "figures": figures(),
        "year": cycle.year if cycle else None,
        "page_obj": page,
        "rows": [commitment(box) for box in page.object_list],
    }
    return render(request, "vote/witness_page.html", context)
