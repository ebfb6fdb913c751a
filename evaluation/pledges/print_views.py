"""What is printed of published pledges: posters, plates, boards, and the list for the media."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.files.responses import download
from evaluation.guard.pages import site_tested
from evaluation.pledges.models import Pledge
from evaluation.pledges.paper_pages import PRINTERS, filtered, wanted_of
from evaluation.pledges.posters import SCALES, board_pdf, plates_pdf, poster_pdf
from evaluation.pledges.review import appraisals_with_paper
from evaluation.pledges.workbook import media_list
from evaluation.roster.models import Appraisal
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role, Unit, UnitQuerySet

MOST_AT_ONCE = 120
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _size(request: AuthenticatedRequest, usual: str) -> str:
    asked = request.POST.get("size") or request.GET.get("size", usual)
    if asked not in SCALES:
        raise Http404
    return asked


def _printed(request: AuthenticatedRequest, year: int) -> list[Pledge]:
    """The published pledges that were ticked, or all of the filtered list."""
    cycle = get_object_or_404(Cycle, year=year)
    rows = appraisals_with_paper(Pledge, Appraisal.objects.visible_to(request.user), cycle)
    if request.POST.get("all"):
        rows = filtered(rows, {**wanted_of(request.POST), "status": ""})
    else:
        rows = rows.filter(pk__in=[key for key in request.POST.getlist("pk") if key.isdecimal() and len(key) < 18])
    chosen = Pledge.objects.filter(appraisal__in=rows.values("pk"), status=Pledge.Status.PUBLISHED).for_list()
    if chosen.count() > MOST_AT_ONCE:
        message = _("At most {number} are printed at once. Choose a unit in the filter first.")
        raise DomainError("too_many", message.format(number=MOST_AT_ONCE))
    return list(chosen)


def _back(request: AuthenticatedRequest, year: int, error: DomainError) -> HttpResponse:
    messages.error(request, str(error))
    return redirect("pledges:pledge-list", year)


@require_GET
@role_required(*PRINTERS, Role.CADRE)
@site_tested
def pledge_poster(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    size = _size(request, "A4")
    rows = Pledge.objects.visible_to(request.user).filter(appraisal__cycle__year=year, appraisal__exempt=False)
    pledge = get_object_or_404(rows.select_related("appraisal"), appraisal=pk)
    try:
        content = poster_pdf([pledge], size=size)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("pledges:pledge-detail", year, pk)
    return download(content, f"{pledge.appraisal.name}公开履职承诺公示{size}.pdf", PDF)


@require_POST
@role_required(*PRINTERS)
@site_tested
def pledge_posters(request: AuthenticatedRequest, year: int) -> HttpResponse:
    size = _size(request, "A4")
    try:
        content = poster_pdf(_printed(request, year), size=size)
    except DomainError as error:
        return _back(request, year, error)
    return download(content, f"{year}年公开履职承诺公示{size}.pdf", PDF)


@require_POST
@role_required(*PRINTERS)
@site_tested
def pledge_plates(request: AuthenticatedRequest, year: int) -> HttpResponse:
    try:
        content = plates_pdf(_printed(request, year))
    except DomainError as error:
        return _back(request, year, error)
    return download(content, f"{year}年岗位牌.pdf", PDF)


@require_GET
@role_required(*PRINTERS)
@site_tested
def unit_board(request: AuthenticatedRequest, year: int, code: str) -> HttpResponse:
    size = _size(request, "A3")
    cycle = get_object_or_404(Cycle, year=year)
    unit = get_object_or_404(printing_units(request), code=code)
    try:
        content = board_pdf(cycle, unit, size=size)
    except DomainError as error:
        return _back(request, year, error)
    return download(content, f"{unit.name}公开履职承诺公示栏{size}.pdf", PDF)


@require_GET
@role_required(*PRINTERS)
def media_file(request: AuthenticatedRequest, year: int) -> HttpResponse:
    """The whole city's for the office, a unit's for whoever acts for it; ``?unit=`` names one."""
    cycle = get_object_or_404(Cycle, year=year)
    code = request.GET.get("unit", "")
    if not code and Role.OFFICE in roles_of(request.user):
        return download(media_list(cycle), f"{year}年公开履职承诺一览表.xlsx", XLSX)
    unit = get_object_or_404(printing_units(request), code=code)
    return download(media_list(cycle, unit), f"{unit.name}{year}年公开履职承诺一览表.xlsx", XLSX)


def printing_units(request: AuthenticatedRequest) -> UnitQuerySet:
    if Role.OFFICE in roles_of(request.user):
        return Unit.objects.all()
    return Unit.objects.acted_for_by(request.user, Role.UNIT_ADMIN, Role.APPROVER)


def pledge_downloads(request: AuthenticatedRequest, pledge: object) -> list[tuple[str, str, str]]:
    """What can be printed of one pledge, for ``components/_downloads.html``."""
    if not isinstance(pledge, Pledge) or pledge.status != Pledge.Status.PUBLISHED:
        return []
    if not roles_of(request.user) & {*PRINTERS, Role.CADRE}:
        return []
    address = reverse("pledges:pledge-poster", args=[pledge.appraisal.cycle.year, pledge.appraisal_id])
    return [
        (_("Poster for the window, A4"), address, "PDF"),
        (_("Poster for the window, A3"), f"{address}?size=A3", "PDF"),
    ]


def list_downloads(
    request: AuthenticatedRequest, cycle: Cycle, units: list[Unit], wanted: str
) -> list[tuple[str, str, str]]:
    """The board of the one unit that is shown, and the list for the media: of that unit, or of the city."""
    roles = roles_of(request.user)
    if not roles & set(PRINTERS):
        return []
    mine = set(printing_units(request).values_list("pk", flat=True))
    shown = [unit for unit in units if unit.pk in mine and wanted in ("", unit.code)]
    media = reverse("pledges:media-list", args=[cycle.year])
    if len(shown) != 1:
        return [(_("List for the media, whole city"), media, "XLSX")] if Role.OFFICE in roles else []
    board = reverse("pledges:unit-board", args=[cycle.year, shown[0].code])
    return [
        (_("Board of the unit, A3"), board, "PDF"),
        (_("Board of the unit, A4"), f"{board}?size=A4", "PDF"),
        (_("List for the media"), f"{media}?unit={shown[0].code}", "XLSX"),
    ]
