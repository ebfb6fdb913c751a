from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from evaluation.audit.services import note_papers
from evaluation.cycle.models import Cycle
from evaluation.files.responses import download
from evaluation.files.services import XLSX
from evaluation.pledges.columns import COLUMNS
from evaluation.pledges.models import Pledge
from evaluation.pledges.paper_pages import filtered, wanted_of
from evaluation.pledges.review import appraisals_with_paper
from evaluation.pledges.workbook_forms import pledge_workbook
from evaluation.roster.models import Appraisal
from evaluation.units.access import AuthenticatedRequest, role_required
from evaluation.units.models import Role

IMPORTING = (Role.OFFICE, Role.UNIT_ADMIN)


@require_GET
@role_required(*IMPORTING)
def pledge_export(request: AuthenticatedRequest, year: int) -> HttpResponse:
    """The list as it is filtered, in the shape of the form: corrected and brought in again."""
    cycle = get_object_or_404(Cycle, year=year)
    rows = appraisals_with_paper(Pledge, Appraisal.objects.writable_by(request.user), cycle)
    rows = filtered(rows, wanted_of(request.GET)).for_list()
    shown = list(rows.select_related("home_unit", "pledge").prefetch_related("pledge__items"))
    note_papers(actor=request.user, target=cycle, paper="pledges", count=len(shown), form="xlsx")
    return download(
        pledge_workbook(year=year, appraisals=shown, columns=COLUMNS), f"{year}年公开履职承诺汇总表.xlsx", XLSX
    )
