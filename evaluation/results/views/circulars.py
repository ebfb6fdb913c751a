from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.errors import DomainError
from evaluation.files.responses import attachment
from evaluation.registry.models import IssuedDocument, Kind
from evaluation.registry.responses import paper_links, paper_response
from evaluation.registry.services import about_of, is_automatic, kept_of
from evaluation.results.circulars import CHART, TABLE, circular_paper
from evaluation.results.forms import CircularForm
from evaluation.results.models import Circular, CircularQuerySet
from evaluation.results.services import draft_circular, drop_circular, edit_circular, issue_circular
from evaluation.results.views.shared import attempt, cycle_of
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role

CITY = (Role.OFFICE, Role.ORGANISATION, Role.AUDITOR)


@require_GET
@role_required(*CITY)
def circular_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = cycle_of(year)
    rows = _visible(request, year).for_list()
    context = {
        "cycle": cycle,
        "circulars": rows,
        "writes": Role.OFFICE in roles_of(request.user),
        "has_draft": any(row.status == Circular.Status.DRAFT for row in rows),
    }
    return render(request, "results/circular_list_page.html", context)


@require_POST
@role_required(Role.OFFICE)
def circular_create(request: AuthenticatedRequest, year: int) -> HttpResponse:
    try:
        circular = draft_circular(cycle=cycle_of(year), actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("results:circular-list", year)
    messages.success(request, _("Drawn up from the figures. Read it, word it, and let another account issue it."))
    return redirect("results:circular-edit", year, circular.pk)


@require_GET
@role_required(*CITY)
def circular_detail(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    circular = get_object_or_404(_visible(request, year).for_list(), pk=pk)
    is_draft = circular.status == Circular.Status.DRAFT
    document = IssuedDocument.objects.about(about_of(circular)).newest().first()
    context = {
        "cycle": circular.cycle,
        "circular": circular,
        "document": document,
        "downloads": paper_links(_("Circular"), "results:circular-file", year, pk),
        "may_edit": is_draft and Role.OFFICE in roles_of(request.user),
        "may_issue": _visible(request, year).filter(pk=pk).issuable_by(request.user).exists(),
    }
    return render(request, "results/circular_detail_page.html", context)


@require_http_methods(["GET", "POST"])
@role_required(Role.OFFICE)
def circular_edit(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    circular = get_object_or_404(_visible(request, year).for_list(), pk=pk)
    if circular.status != Circular.Status.DRAFT:
        return redirect("results:circular-detail", year, pk)
    names = ("title", "addressee", "text", "copies_to", "number")
    initial = {name: getattr(circular, name) for name in names}
    form = CircularForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            edit_circular(circular=circular, actor=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved. Another account of the office issues it."))
            return redirect("results:circular-detail", year, pk)
    context = {
        "cycle": circular.cycle,
        "circular": circular,
        "form": form,
        "marks": (TABLE, CHART),
        "is_automatic": is_automatic(kind=Kind.CIRCULAR, unit=None, year=year),
    }
    return render(request, "results/circular_form_page.html", context, status=422 if form.errors else 200)


@require_POST
@role_required(Role.OFFICE)
def circular_issue(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    circular = get_object_or_404(_visible(request, year), pk=pk)
    attempt(
        request,
        lambda: issue_circular(circular=circular, actor=request.user),
        _("Issued and kept as issued. Lay the signed and sealed scan beside it."),
    )
    return redirect("results:circular-detail", year, pk)


@require_POST
@role_required(Role.OFFICE)
def circular_drop(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    circular = get_object_or_404(_visible(request, year), pk=pk)
    attempt(request, lambda: drop_circular(circular=circular, actor=request.user), _("The draft is thrown away."))
    return redirect("results:circular-list", year)


@require_GET
@role_required(*CITY)
def circular_file(request: AuthenticatedRequest, year: int, pk: int, form: str) -> HttpResponseBase:
    """Of an issued circular the bytes that were issued; of a draft the draft."""
    circular = get_object_or_404(_visible(request, year).for_list(), pk=pk)
    kept = kept_of(about_of(circular), kind=Kind.CIRCULAR, form=form)
    if kept is not None:
        return attachment(kept)
    return paper_response(circular_paper(circular.cycle, circular), f"{circular.title}（草稿）", form)


def _visible(request: AuthenticatedRequest, year: int) -> CircularQuerySet:
    return Circular.objects.visible_to(request.user).filter(cycle__year=year)
