from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.errors import DomainError
from evaluation.files.responses import attachment
from evaluation.results.forms import ReviewForm
from evaluation.results.models import Objection
from evaluation.results.services import open_objection_contact, review_objection, take_objection
from evaluation.results.targets import next_steps, target_of
from evaluation.results.views.shared import READERS, attempt, cycle_of
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role

Status = Objection.Status


@require_GET
@role_required(*READERS)
def objection_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle, today = cycle_of(year), timezone.localdate()
    rows = Objection.objects.visible_to(request.user).filter(result__publication__cycle=cycle).for_list()
    state = request.GET.get("state", "")
    if state == "late":
        rows = rows.filter(status=Status.OPEN, due__lt=today)
    elif state in Status.values:
        rows = rows.filter(status=state)
    context = {
        "cycle": cycle,
        "page_obj": Paginator(rows, 50).get_page(request.GET.get("page")),
        "states": [*Status.choices, ("late", _("Overdue"))],
        "state": state,
        "today": today,
    }
    return render(request, "results/objection_list_page.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*READERS)
def objection_detail(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    objection = _visible_or_404(request, year, pk)
    if request.method == "POST":
        objection = _reviewable_or_404(request, year, pk)
    form = ReviewForm(request.POST or None)
    if form.is_valid() and _reviewed(request, objection, form):
        return redirect("results:objection-detail", year, pk)
    return _page(request, objection, form)


@require_POST
@role_required(Role.OFFICE, Role.APPROVER)
def objection_take(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    objection = _reviewable_or_404(request, year, pk)
    attempt(
        request,
        lambda: take_objection(objection=objection, reviewer=request.user),
        _("You review this objection now."),
    )
    return redirect("results:objection-detail", year, pk)


@require_POST
@role_required(Role.OFFICE)
def objection_contact(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    """Shown on this answer alone, never kept; every opening is on record."""
    objection = _visible_or_404(request, year, pk)
    try:
        contact = open_objection_contact(objection=objection, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("results:objection-detail", year, pk)
    response = _page(request, objection, ReviewForm(), contact=contact)
    response["Cache-Control"] = "no-store"
    return response


@require_GET
@role_required(*READERS, Role.CADRE)
def objection_file(request: AuthenticatedRequest, year: int, pk: int, file_pk: int) -> FileResponse:
    objection = _visible_or_404(request, year, pk)
    if not _may_open_files(request, objection):
        raise Http404
    return attachment(objection.files.filter(pk=file_pk).first())


def _page(
    request: AuthenticatedRequest, objection: Objection, form: ReviewForm, contact: dict[str, str] | None = None
) -> HttpResponse:
    is_open = objection.status == Status.OPEN
    reviewable = is_open and Objection.objects.reviewable_by(request.user).filter(pk=objection.pk).exists()
    target = target_of(objection, request.user)
    mine = objection.taken_by_id == request.user.pk
    of_office = Role.OFFICE in roles_of(request.user)
    context: dict[str, Any] = {
        "cycle": objection.result.publication.cycle,
        "objection": objection,
        "target": target,
        "files": list(objection.files.order_by("pk")) if _may_open_files(request, objection) else [],
        "may_take": reviewable and not mine,
        "may_open": of_office and mine and objection.sealed is not None and contact is None,
        "contact": contact,
        "form": form if reviewable and (mine or objection.taken_by_id is None) else None,
        "late": is_open and objection.due < timezone.localdate(),
        "next_steps": next_steps(objection, target, request.user),
    }
    return render(request, "results/objection_detail_page.html", context, status=422 if form.errors else 200)


def _may_open_files(request: AuthenticatedRequest, objection: Objection) -> bool:
    """What a resident handed in may show who they are: for the office alone."""
    return objection.by_cadre or Role.OFFICE in roles_of(request.user)


def _visible_or_404(request: AuthenticatedRequest, year: int, pk: int) -> Objection:
    visible = Objection.objects.visible_to(request.user).filter(result__publication__cycle__year=year)
    return get_object_or_404(visible.for_list(), pk=pk)


def _reviewable_or_404(request: AuthenticatedRequest, year: int, pk: int) -> Objection:
    rows = Objection.objects.reviewable_by(request.user).filter(result__publication__cycle__year=year)
    return get_object_or_404(rows.for_list(), pk=pk)


def _reviewed(request: AuthenticatedRequest, objection: Objection, form: ReviewForm) -> bool:
    try:
        review_objection(
            objection=objection,
            reviewer=request.user,
            upheld=form.cleaned_data["upheld"] == "yes",
            answer=form.cleaned_data["answer"],
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("The review is recorded."))
    return True
