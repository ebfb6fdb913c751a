from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from evaluation.ballots.acts import WRITERS, writable_box
from evaluation.ballots.card import card_pdf, card_steps
from evaluation.ballots.hall_screen import screen_of, voting_address
from evaluation.ballots.paper_pages import mark_labels
from evaluation.cycle.models import Cycle
from evaluation.units.access import AuthenticatedRequest, role_required
from evaluation.units.models import Role


@require_GET
@never_cache
@role_required(*WRITERS)
def hall_screen(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    box = writable_box(request, year, pk)
    context = {"cycle": box.cycle, "screen": screen_of(box, labels=mark_labels()), **voting_address(box)}
    return render(request, "ballots/hall_screen_page.html", context)


@require_GET
@never_cache
@role_required(*WRITERS)
def hall_figures(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    """The part of the screen that renews itself."""
    box = writable_box(request, year, pk)
    context = {"cycle": box.cycle, "screen": screen_of(box, labels=mark_labels())}
    return render(request, "ballots/_hall_part.html", context)


@require_GET
@role_required(Role.SCRUTINEER, Role.OFFICE)
def scrutineer_card(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    return render(request, "ballots/card_page.html", {"cycle": cycle, **card_steps()})


@require_GET
@role_required(Role.SCRUTINEER, Role.OFFICE)
def scrutineer_card_print(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    headers = {"Content-Disposition": f'attachment; filename="scrutineer-card-{year}.pdf"'}
    return HttpResponse(card_pdf(cycle=cycle), content_type="application/pdf", headers=headers)
