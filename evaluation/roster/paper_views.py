"""Annex 1 to be printed: of one unit, or of every unit whose list the reader may see."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from evaluation.audit.services import note_papers
from evaluation.registry.responses import paper_response
from evaluation.roster import selectors
from evaluation.roster.papers import scope_list_paper, scope_list_papers
from evaluation.roster.views import READERS, cycle_of
from evaluation.units.access import AuthenticatedRequest, role_required


@require_safe
@role_required(*READERS)
def annex_file(request: AuthenticatedRequest, year: int, code: str, form: str) -> HttpResponse:
    cycle = cycle_of(year)
    unit = get_object_or_404(selectors.organising_units(request.user, cycle), code=code)
    return paper_response(scope_list_paper(cycle, unit), f"附件1评议对象范围表-{unit.name}-{year}", form)


@require_safe
@role_required(*READERS)
def annex_list_file(request: AuthenticatedRequest, year: int, form: str) -> HttpResponse:
    """Those with somebody on the list, each on pages of its own, in one file."""
    cycle = cycle_of(year)
    units = [unit for unit in selectors.organising_units(request.user, cycle) if unit.listed]  # type: ignore[attr-defined]
    answer = paper_response(scope_list_papers(cycle, units), f"附件1评议对象范围表-{year}", form)
    note_papers(actor=request.user, target=cycle, paper="scope-list", count=len(units), form=form)
    return answer
