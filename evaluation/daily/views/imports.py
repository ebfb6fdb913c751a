from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.daily.forms.deductions import UploadForm
from evaluation.daily.importing import confirm_daily_import, preview_daily
from evaluation.daily.models import DailyDeduction
from evaluation.daily.views.shared import WRITERS, attempt, cycle_of
from evaluation.daily.workbook import empty_sheet
from evaluation.errors import DomainError
from evaluation.intake.models import ImportJob
from evaluation.intake.pages import job_context, marked_copy_response, uploaded_bytes, xlsx_response
from evaluation.intake.selectors import jobs_visible_to
from evaluation.intake.services import discard_import
from evaluation.units.access import AuthenticatedRequest, role_required

KIND = ImportJob.Kind.DAILY


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*WRITERS)
def import_create(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = cycle_of(year)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            job = preview_daily(cycle=cycle, data=uploaded_bytes(upload), name=upload.name, actor=request.user)
        except DomainError as error:
            form.add_error("file", str(error))
        else:
            return redirect("daily:import-detail", year, job.pk)
    jobs = jobs_visible_to(request.user, kind=KIND, year=year)[:10]
    return render(request, "daily/import_form_page.html", {"cycle": cycle, "form": form, "jobs": jobs})


def _job(request: AuthenticatedRequest, year: int, pk: int) -> ImportJob:
    return get_object_or_404(jobs_visible_to(request.user, kind=KIND, year=year), pk=pk)


@require_GET
@role_required(*WRITERS)
def import_detail(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    context = {"cycle": cycle_of(year), **job_context(_job(request, year, pk), DailyDeduction)}
    return render(request, "daily/import_detail_page.html", context)


@require_POST
@role_required(*WRITERS)
def import_confirm(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    job = _job(request, year, pk)
    done = _("The sheet is imported. Attach the evidence of rule 1; each counts when a second person confirmed it.")
    attempt(request, lambda: confirm_daily_import(job=job, actor=request.user), done)
    return redirect("daily:import-detail", year, pk)


@require_POST
@role_required(*WRITERS)
def import_discard(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    job = _job(request, year, pk)
    try:
        discard_import(job=job, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The file has been discarded; nothing was changed."))
    return redirect("daily:import-create", year)


@require_GET
@role_required(*WRITERS)
def import_marked(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    return marked_copy_response(_job(request, year, pk))


@require_GET
@role_required(*WRITERS)
def import_template(request: AuthenticatedRequest, year: int) -> HttpResponse:
    return xlsx_response(empty_sheet(year=cycle_of(year).year), _("daily-sheet.xlsx"))
