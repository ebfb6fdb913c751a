from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_POST, require_safe

from evaluation.archive.catalogue import BY_CODE
from evaluation.archive.models import PaperJob, PaperPart
from evaluation.archive.planning import plan_file, plan_pack, plan_selection, title_of
from evaluation.archive.printable import Asked, Kind, Printable
from evaluation.archive.services import TYPES, advance_job, note_download, start_job
from evaluation.archive.shelf import Shelf, units_with_papers
from evaluation.archive.shown import number_of_papers, progress_of, sections_of
from evaluation.cycle.models import Cycle
from evaluation.documents.zips import file_stem
from evaluation.errors import DomainError
from evaluation.files.responses import attachment, download
from evaluation.meetings.models import ReportMeeting
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role, Unit

MAKERS = (Role.UNIT_ADMIN, Role.APPROVER, Role.OFFICE)
READERS = (*MAKERS, Role.AUDITOR)
FORMATS = ("pdf", "docx", "xlsx")
SHOWN_JOBS = 5


@require_safe
@role_required(*READERS)
def paper_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    units = units_with_papers(cycle=cycle, user=request.user)
    unit = _unit_asked(request, units)
    kind = request.GET.get("kind", "")
    kind = kind if kind in Kind.values else ""
    shelf = _shelf(request, cycle, units, unit)
    sections = sections_of(shelf, kind=kind)
    return render(
        request,
        "archive/paper_list_page.html",
        {
            "cycle": cycle,
            "units": units,
            "unit": unit,
            "kind": kind,
            "kinds": Kind.choices,
            "may_see_all": bool(roles_of(request.user) & {Role.OFFICE, Role.AUDITOR}),
            "formats": [(form, form.upper()) for form in FORMATS],
            "sections": sections,
            "number": number_of_papers(sections),
            "meetings": shelf.meetings if unit else [],
            "may_make": bool(roles_of(request.user) & set(MAKERS)),
            "jobs": _jobs(request, cycle),
        },
    )


@require_safe
@role_required(*READERS)
def paper_file(request: AuthenticatedRequest, year: int, code: str, target: str, format: str) -> HttpResponse:  # noqa: A002
    """One paper that has no page of its own in its room; found as the catalogue finds it, or not at all."""
    cycle = get_object_or_404(Cycle, year=year)
    printable = BY_CODE.get(code)
    if printable is None or format not in printable.formats or not roles_of(request.user) & printable.who:
        raise Http404
    shelf = _shelf(request, cycle, units_with_papers(cycle=cycle, user=request.user), None)
    item = next((one for one in printable.items(shelf) if one.target == target and not one.why_not), None)
    if item is None:
        raise Http404
    with override("zh-hans"):
        data = printable.drawn[format](Asked(cycle, target, request.user))
    return download(data, f"{file_stem(title_of(printable, item))}.{format}", TYPES[format])


@require_POST
@role_required(*MAKERS)
def selection_start(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    units = units_with_papers(cycle=cycle, user=request.user)
    unit = _unit_posted(request, units)
    shelf = _shelf(request, cycle, units, unit)
    chosen = [printable.code for printable in _of_kind(request)] if request.POST.get("all") else _chosen(request)
    formats = [form for form in FORMATS if form in request.POST.getlist("format")] or ["pdf"]
    parts = plan_selection(shelf, chosen=chosen, formats=formats)
    whose = unit.name if unit else cycle.city_name
    return _started(request, shelf, PaperJob.Kind.SELECTION, unit, f"{whose}{year}年公述民评文件", parts)


@require_POST
@role_required(*MAKERS)
def pack_start(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    meetings = ReportMeeting.objects.visible_to(request.user).filter(cycle__year=year)
    meeting = get_object_or_404(meetings.select_related("unit", "cycle"), pk=pk)
    if meeting.unit not in _acted_for(request):
        raise Http404
    shelf = Shelf(meeting.cycle, request.user, [meeting.unit])
    title = f"{meeting.unit.name}{timezone.localdate(meeting.starts_at):%Y%m%d}会议文件"
    parts = plan_pack(shelf, meeting=meeting.pk)
    about = f"meetings.ReportMeeting:{meeting.pk}"
    return _started(request, shelf, PaperJob.Kind.MEETING_PACK, meeting.unit, title, parts, about)


@require_POST
@role_required(*MAKERS)
def unit_file(request: AuthenticatedRequest, year: int, unit_code: str) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    units = {unit.code: unit for unit in units_with_papers(cycle=cycle, user=request.user)}
    if unit_code not in units:
        raise Http404
    unit = units[unit_code]
    shelf = Shelf(cycle, request.user, [unit])
    title = f"{unit.name}{year}年公述民评归档文件"
    return _started(request, shelf, PaperJob.Kind.UNIT_FILE, unit, title, plan_file(shelf))


@require_safe
@role_required(*MAKERS)
def job_detail(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    return render(request, "archive/job_page.html", _job_values(_job(request, year, pk)))


@require_POST
@role_required(*MAKERS)
def job_advance(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    job = advance_job(job=_job(request, year, pk))
    if request.headers.get("HX-Request"):
        return render(request, "archive/_job_part.html", _job_values(job))
    return redirect("archive:job-detail", year, pk)


@require_safe
@role_required(*MAKERS)
def job_download(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponseBase:
    job = get_object_or_404(PaperJob.objects.visible_to(request.user).for_list(), year=year, pk=pk)
    response = attachment(job.file)
    note_download(job=job, actor=request.user)
    return response


def _shelf(request: AuthenticatedRequest, cycle: Cycle, units: list[Unit], unit: Unit | None) -> Shelf:
    """One unit's, or all that somebody may see: the city's, for its roles."""
    is_city = unit is None and bool(roles_of(request.user) & {Role.OFFICE, Role.AUDITOR})
    return Shelf(cycle, request.user, [unit] if unit else units, is_city)


def _job(request: AuthenticatedRequest, year: int, pk: int) -> PaperJob:
    return get_object_or_404(PaperJob.objects.visible_to(request.user).for_list(), year=year, pk=pk)


def _jobs(request: AuthenticatedRequest, cycle: Cycle) -> list[PaperJob]:
    jobs = PaperJob.objects.filter(created_by=request.user, year=cycle.year)
    return list(jobs.for_list()[:SHOWN_JOBS])


def _job_values(job: PaperJob) -> dict[str, Any]:
    back = reverse("archive:paper-list", args=[job.year])
    query = f"?unit={job.unit.code}" if job.unit else ""
    return {"job": job, "year": job.year, "progress": progress_of(job), "back": f"{back}{query}"}


def _started(
    request: AuthenticatedRequest,
    shelf: Shelf,
    kind: str,
    unit: Unit | None,
    title: str,
    parts: list[PaperPart],
    about: str = "",
) -> HttpResponse:
    try:
        job = start_job(
            kind=kind, cycle=shelf.cycle, unit=unit, title=title, parts=parts, actor=request.user, about=about
        )
    except DomainError as error:
        messages.error(request, str(error))
        query = f"?unit={unit.code}" if unit else ""
        return redirect(f"{reverse('archive:paper-list', args=[shelf.cycle.year])}{query}")
    return redirect("archive:job-detail", shelf.cycle.year, job.pk)


def _unit_asked(request: AuthenticatedRequest, units: list[Unit]) -> Unit | None:
    """The unit that was asked for; nobody but city roles reads of all at once."""
    found = next((unit for unit in units if unit.code == request.GET.get("unit")), None)
    if found is None and not roles_of(request.user) & {Role.OFFICE, Role.AUDITOR}:
        return units[0] if units else None
    return found


def _unit_posted(request: AuthenticatedRequest, units: list[Unit]) -> Unit | None:
    code = request.POST.get("unit", "")
    found = next((unit for unit in units if unit.code == code), None)
    if found is None and (code or Role.OFFICE not in roles_of(request.user)):
        raise Http404
    return found


def _acted_for(request: AuthenticatedRequest) -> "Any":
    if Role.OFFICE in roles_of(request.user):
        return Unit.objects.all()
    return Unit.objects.acted_for_by(request.user, Role.UNIT_ADMIN, Role.APPROVER)


def _of_kind(request: HttpRequest) -> list[Printable]:
    kind = request.POST.get("kind", "")
    return [printable for printable in BY_CODE.values() if kind in ("", printable.kind)]


def _chosen(request: HttpRequest) -> list[str]:
    return [value[:120] for value in request.POST.getlist("pk")]
