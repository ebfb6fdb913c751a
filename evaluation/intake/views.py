"""The pages of every import. Each takes its ``importer`` from the URL that the room made with ``import_urls``."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evaluation.errors import DomainError
from evaluation.files.responses import drawn_picture
from evaluation.files.zips import MOST_BYTES
from evaluation.intake import services
from evaluation.intake.forms import ColumnsForm, QuestionsForm, UploadForm
from evaluation.intake.importer import IMPORTERS, Importer
from evaluation.intake.models import ImportJob, LearnedColumn
from evaluation.intake.pages import (
    import_url,
    job_context,
    job_urls,
    marked_copy_response,
    picture_url,
    uploaded_bytes,
    xlsx_response,
)
from evaluation.intake.selectors import jobs_visible_to, learned_columns, sheets_of
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role

PHOTOS_MOST = MOST_BYTES  # the importer measures the zip; this only bounds what is read


def importers_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Ask for one of the importer's roles."""

    @wraps(view)
    def guarded(request: HttpRequest, importer: Importer, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return role_required(*importer.roles)(view)(request, importer, *args, **kwargs)

    return guarded


def page_of(request: AuthenticatedRequest, importer: Importer, year: int, about: int | None) -> dict[str, Any]:
    """What stands on every page of an import; 404 where the year, or what it is about, is not this user's to see."""
    place = str(about or "")
    return {
        **importer.page_context(request.user, year, place),
        "importer": importer,
        "about": about,
        "back_url": importer.back_url(year, place),
        "create_url": import_url(importer, "create", year, place),
        "is_office": Role.OFFICE in roles_of(request.user),
    }


def visible_job(request: AuthenticatedRequest, importer: Importer, year: int, about: int | None, pk: int) -> ImportJob:
    jobs = jobs_visible_to(request.user, kind=importer.kind, year=year, about=str(about or ""))
    return get_object_or_404(jobs, pk=pk)


def zip_of(upload: UploadedFile | None) -> tuple[bytes, str] | None:
    return (bytes(upload.read(PHOTOS_MOST + 1)), upload.name or "photos.zip") if upload else None


@require_http_methods(["GET", "HEAD", "POST"])
@importers_only
def import_create(
    request: AuthenticatedRequest, importer: Importer, year: int, about: int | None = None
) -> HttpResponse:
    context = page_of(request, importer, year, about)
    form = UploadForm(importer, request.user, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            job = services.preview_import(
                importer=importer,
                year=year,
                data=uploaded_bytes(upload),
                name=upload.name,
                actor=request.user,
                about=str(about or ""),
                photos=zip_of(form.cleaned_data.get("photos")),
                given=form.given(),
            )
        except DomainError as error:
            form.add_error("file", str(error))
        else:
            act = "columns" if job.status == ImportJob.Status.COLUMNS else "detail"
            return redirect(import_url(importer, act, year, job.about, job.pk))
    jobs = jobs_visible_to(request.user, kind=importer.kind, year=year, about=str(about or ""))[:10]
    context |= {"form": form, "jobs": [(job, import_url(importer, "detail", year, job.about, job.pk)) for job in jobs]}
    return render(request, "intake/import_form_page.html", context)


@require_safe
@importers_only
def import_detail(
    request: AuthenticatedRequest, importer: Importer, year: int, pk: int, about: int | None = None
) -> HttpResponse:
    context = page_of(request, importer, year, about)
    job = visible_job(request, importer, year, about, pk)
    context |= {**job_context(importer, job), "urls": job_urls(importer, job)}
    if context["is_office"]:
        context["learnable"] = services.to_be_learned(importer=importer, job=job)
    return render(request, "intake/import_detail_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@importers_only
def import_columns(
    request: AuthenticatedRequest, importer: Importer, year: int, pk: int, about: int | None = None
) -> HttpResponse:
    """Which column means what: shown with some of what stands in each, corrected, and read again."""
    context = page_of(request, importer, year, about)
    job = visible_job(request, importer, year, about, pk)
    urls = job_urls(importer, job)
    try:
        form = ColumnsForm(importer, sheets_of(importer, job), request.POST or None)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(urls["detail"])
    if request.method == "POST" and form.is_valid():
        try:
            job = services.name_columns(importer=importer, job=job, said=form.said(), actor=request.user)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            if job.status == ImportJob.Status.PREVIEWED:
                return redirect(urls["detail"])
            messages.error(request, _("Columns are still missing; nothing can be read yet."))
            return redirect(urls["columns"])
    context |= {"job": job, "urls": urls, "form": form}
    return render(request, "intake/import_columns_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@importers_only
def import_questions(
    request: AuthenticatedRequest, importer: Importer, year: int, pk: int, about: int | None = None
) -> HttpResponse:
    """What a file leaves open, such as whom a photo shows: chosen, and read again."""
    context = page_of(request, importer, year, about)
    job = visible_job(request, importer, year, about, pk)
    urls = job_urls(importer, job)
    form = QuestionsForm(job.summary.get("questions", []), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_questions(importer=importer, job=job, answers=form.answers(), actor=request.user)
        except DomainError as error:
            messages.error(request, str(error))
        return redirect(urls["detail"])
    fields = [(field, picture_url(importer, job, number)) for number, field in enumerate(form)]
    context |= {"job": job, "urls": urls, "form": form, "fields": fields}
    return render(request, "intake/import_questions_page.html", context)


@require_safe
@importers_only
def import_picture(
    request: AuthenticatedRequest, importer: Importer, year: int, pk: int, number: int, about: int | None = None
) -> HttpResponse:
    """What the question of that number (from 0) is about."""
    page_of(request, importer, year, about)
    job = visible_job(request, importer, year, about, pk)
    questions = job.summary.get("questions", [])
    if job.photos is None or number >= len(questions):
        raise Http404
    picture = importer.picture(job.photos, questions[number]["key"])
    if picture is None:
        raise Http404
    return drawn_picture(picture)


@require_POST
@importers_only
def import_confirm(
    request: AuthenticatedRequest, importer: Importer, year: int, pk: int, about: int | None = None
) -> HttpResponse:
    page_of(request, importer, year, about)
    job = visible_job(request, importer, year, about, pk)
    try:
        services.confirm_import(importer=importer, job=job, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, str(importer.done))
        if done_url := importer.done_url(year, job.summary):
            return redirect(done_url)
    return redirect(import_url(importer, "detail", year, job.about, job.pk))


@require_POST
@importers_only
def import_discard(
    request: AuthenticatedRequest, importer: Importer, year: int, pk: int, about: int | None = None
) -> HttpResponse:
    context = page_of(request, importer, year, about)
    job = visible_job(request, importer, year, about, pk)
    try:
        services.discard_import(job=job, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The file has been discarded; nothing was changed."))
    return redirect(context["create_url"])


@require_POST
@importers_only
def import_learn(
    request: AuthenticatedRequest, importer: Importer, year: int, pk: int, about: int | None = None
) -> HttpResponse:
    """Remember the chosen columns for later files, or none of them; either way it is not asked again."""
    page_of(request, importer, year, about)
    job = visible_job(request, importer, year, about, pk)
    keys = request.POST.getlist("key") if request.POST.get("remember") else []
    try:
        number = services.learn_columns(importer=importer, job=job, keys=keys, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        done = ngettext("%(count)s column is remembered.", "%(count)s columns are remembered.", number)
        messages.success(request, done % {"count": number} if number else _("Nothing is remembered."))
    return redirect(import_url(importer, "detail", year, job.about, job.pk))


@require_safe
@importers_only
def import_marked(
    request: AuthenticatedRequest, importer: Importer, year: int, pk: int, about: int | None = None
) -> HttpResponse:
    page_of(request, importer, year, about)
    job = visible_job(request, importer, year, about, pk)
    try:
        return marked_copy_response(job)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(import_url(importer, "detail", year, job.about, job.pk))


@require_safe
@importers_only
def import_template(
    request: AuthenticatedRequest, importer: Importer, year: int, form: str = "", about: int | None = None
) -> HttpResponse:
    page_of(request, importer, year, about)
    return xlsx_response(*importer.empty_form(year, form))


@require_safe
@role_required(Role.OFFICE)
def learned_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    rows = [(row, means(row)) for row in learned_columns()]
    return render(request, "intake/learned_list_page.html", {"year": year, "learned": rows})


def means(row: LearnedColumn) -> str:
    importer = IMPORTERS.get(row.kind)
    return importer.label_of(row.field) if importer and row.field else row.field


@require_POST
@role_required(Role.OFFICE)
def learned_forget(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    services.forget_column(learned=get_object_or_404(LearnedColumn, pk=pk), actor=request.user)
    messages.success(request, _("Forgotten: later files are read without it."))
    return redirect("intake:learned-list", year)
