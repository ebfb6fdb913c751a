from django.http import HttpResponse
from django.views.decorators.http import require_GET

from evaluation.audit.services import note_papers
from evaluation.bonus.models import BonusClaim
from evaluation.bonus.selectors import levels_of
from evaluation.bonus.views.shared import cycle_of, filtered
from evaluation.bonus.workbook import claims_workbook
from evaluation.cycle.models import Track
from evaluation.files.responses import download
from evaluation.files.services import XLSX
from evaluation.roster.models import Appraisal
from evaluation.units.access import AuthenticatedRequest, role_required
from evaluation.units.models import Role


@require_GET
@role_required(Role.OFFICE, Role.UNIT_ADMIN)
def claim_export(request: AuthenticatedRequest, year: int) -> HttpResponse:
    """The standing claims of the list, in the shape of the form that is read in."""
    cycle = cycle_of(year)
    mine = Appraisal.objects.writable_by(request.user).filter(cycle=cycle)
    rows = filtered(BonusClaim.objects.standing().filter(appraisal__in=mine), request.GET.dict()).for_list()
    claims = list(rows.select_related("appraisal__home_unit", "proof"))
    levels = {(level.rules.track, level.code): level.label_zh for level in levels_of(cycle, Track.values)}
    note_papers(actor=request.user, target=cycle, paper="bonus", count=len(claims), form="xlsx")
    return download(claims_workbook(year=year, claims=claims, levels=levels), f"{year}年度加分申请汇总表.xlsx", XLSX)
