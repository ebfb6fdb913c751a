"""Pages of the service ledger: frames by unit, records, the import."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.intake.models import ImportJob
from evaluation.intake.pages import job_context, marked_copy_response, uploaded_bytes, xlsx_response
from evaluation.intake.selectors import jobs_visible_to
from evaluation.intake.services import discard_import
from evaluation.recipients import selectors, services
from evaluation.recipients.forms import RecordFilterForm
from evaluation.recipients.models import ServiceRecord
from evaluation.recipients.workbook import empty_ledger
from evaluation.roster.forms import UploadForm
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role

PAGE = 50
READERS = (Role.OFFICE, Role.UNIT_ADMIN, Role.APPROVER, Role.ORGANISATION, Role.AUDITOR)
WRITERS = (Role.OFFICE, Role.UNIT_ADMIN)


def cycle_of(year: int) -> Cycle:
    return get_object_or_404(Cycle, year=year)


def may_write(request: AuthenticatedRequest) -> bool:
    return bool(roles_of(request.user) & set(WRITERS))


@require_safe
@role_required(*READERS)
def frame_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = cycle_of(year)
    page = Paginator(selectors.frames(request.user, cycle), PAGE).get_page(request.GET.get("page"))
    context = {"cycle": cycle, "page_obj": page, "may_write": may_write(request)}
    return render(request, "recipients/frame_list_page.html", context)


@require_safe
@role_required(*READERS)
def record_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = cycle_of(year)
    form = RecordFilterForm(request.user, cycle, request.GET)
    form.is_valid()
    chosen = form.cleaned_data
    rows = selectors.record_list(request.user, cycle, unit=chosen.get("unit"), words=chosen.get("q", ""))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "recipients/record_list_page.html", {"cycle": cycle, "form": form, "page_obj": page})


@require_safe
@role_required(*WRITERS)
def ledger_template(request: AuthenticatedRequest, year: int) -> HttpResponse:
    return xlsx_response(empty_ledger(year=cycle_of(year).year), _("ledger-form.xlsx"))


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*WRITERS)
def import_create(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = cycle_of(year)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            job = services.preview_ledger(
                cycle=cycle, data=uploaded_bytes(upload), name=upload.name, actor=request.user
            )
        except DomainError as error:
            form.add_error("file", str(error))
        else:
            return redirect("recipients:import-detail", year, job.pk)
    jobs = jobs_visible_to(request.user, kind=ImportJob.Kind.LEDGER, year=year)[:10]
    return render(request, "recipients/import_form_page.html", {"cycle": cycle, "form": form, "jobs": jobs})


def visible_job(request: AuthenticatedRequest, year: int, pk: int) -> ImportJob:
    return get_object_or_404(jobs_visible_to(request.user, kind=ImportJob.Kind.LEDGER, year=year), pk=pk)


@require_safe
@role_required(*WRITERS)
def import_detail(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    job = visible_job(request, year, pk)
    return render(
        request, "recipients/import_detail_page.html", {"cycle": cycle_of(year), **job_context(job, ServiceRecord)}
    )


@require_POST
@role_required(*WRITERS)
def import_confirm(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    job = visible_job(request, year, pk)
    try:
        services.confirm_ledger_import(job=job, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The ledger has been imported."))
    return redirect("recipients:import-detail", year, pk)


@require_POST
@role_required(*WRITERS)
def import_discard(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    job = visible_job(request, year, pk)
    try:
        discard_import(job=job, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The file has been discarded; nothing was changed."))
    return redirect("recipients:import-create", year)


@require_safe
@role_required(*WRITERS)
def import_marked(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    return marked_copy_response(visible_job(request, year, pk))
