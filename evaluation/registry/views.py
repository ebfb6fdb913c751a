from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.errors import DomainError
from evaluation.files.responses import attachment
from evaluation.registry.forms import ScanForm, SeriesForm
from evaluation.registry.models import NUMBERED, IssuedDocument, IssuedDocumentQuerySet, Kind, NumberSeries
from evaluation.registry.services import add_scan, set_series, verify_document
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role, Unit

READERS = (Role.OFFICE, Role.UNIT_ADMIN, Role.APPROVER, Role.ORGANISATION, Role.AUDITOR)
SCANNERS = (Role.OFFICE, Role.UNIT_ADMIN, Role.APPROVER)
NUMBERERS = (Role.OFFICE, Role.UNIT_ADMIN)
# In an address, who numbers: the office of the city, or a unit by its code (no code has this sign).
OFFICE = "@office"


@require_GET
@role_required(*READERS)
def document_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    visible = IssuedDocument.objects.visible_to(request.user).of_year(year)
    rows, chosen = _filtered(request, visible)
    page = Paginator(rows.for_list(), 50).get_page(request.GET.get("page"))
    context = {
        "year": year,
        "page_obj": page,
        "kinds": Kind.choices,
        "units": Unit.objects.filter(pk__in=visible.order_by().values("unit")).for_list(),
        "by_office": visible.of_issuer(None).exists(),
        "OFFICE": OFFICE,
        "missing_count": visible.scannable_by(request.user).without_scan().count(),
        "numbers": bool(roles_of(request.user) & set(NUMBERERS)),
        **chosen,
    }
    return render(request, "registry/document_list_page.html", context)


@require_GET
@role_required(*READERS)
def document_detail(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    return _page(request, _document(request, year, pk), ScanForm())


@require_POST
@role_required(*SCANNERS)
def scan_add(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    document = _document(request, year, pk)
    get_object_or_404(IssuedDocument.objects.scannable_by(request.user), pk=pk)
    form = ScanForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            add_scan(document=document, upload=form.cleaned_data["scan"], actor=request.user)
        except DomainError as error:
            form.add_error("scan", str(error))
        else:
            messages.success(request, _("The scan is kept beside the document."))
            return redirect("registry:document-detail", year, pk)
    return _page(request, document, form, status=422)


@require_GET
@role_required(*READERS)
def document_file(request: AuthenticatedRequest, year: int, pk: int, form: str) -> FileResponse:
    """The kept bytes, as they went out."""
    document = _document(request, year, pk)
    if form not in ("pdf", "docx"):
        raise Http404
    return attachment(document.pdf if form == "pdf" else document.docx)


@require_GET
@role_required(*READERS)
def scan_file(request: AuthenticatedRequest, year: int, pk: int, scan_pk: int) -> FileResponse:
    scans = _document(request, year, pk).scans.select_related("file")
    return attachment(get_object_or_404(scans, pk=scan_pk).file)


@dataclass(frozen=True)
class SeriesRow:
    """How one body numbers one kind of document; ``series`` is ``None`` until it was said."""

    owner: str
    name: str
    kind: Kind
    series: NumberSeries | None


@require_GET
@role_required(*NUMBERERS)
def series_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    owners = _owners(request)
    known = {(row.unit_id, row.kind): row for row in NumberSeries.objects.filter(year=year)}
    rows = [
        SeriesRow(owner, name, kind, known.get((unit.pk if unit else None, kind.value)))
        for owner, (name, unit) in owners.items()
        for kind in NUMBERED
    ]
    return render(request, "registry/series_list_page.html", {"year": year, "rows": rows})


@require_http_methods(["GET", "POST"])
@role_required(*NUMBERERS)
def series_edit(request: AuthenticatedRequest, year: int, owner: str, kind: str) -> HttpResponse:
    owners = _owners(request)
    if owner not in owners or kind not in [numbered.value for numbered in NUMBERED]:
        raise Http404
    name, unit = owners[owner]
    series = NumberSeries.objects.of(unit).filter(kind=kind, year=year).first()
    initial = {"sign": series.prefix, "is_automatic": series.is_automatic} if series else {}
    form = SeriesForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            set_series(unit=unit, kind=kind, year=year, actor=request.user, **_typed(form))
        except DomainError as error:
            form.add_error("sign", str(error))
        else:
            messages.success(request, _("Saved: documents issued from now on are numbered so."))
            return redirect("registry:series-list", year)
    context = {"year": year, "form": form, "name": name, "kind": Kind(kind), "series": series}
    return render(request, "registry/series_form_page.html", context, status=422 if form.errors else 200)


def _typed(form: SeriesForm) -> dict[str, Any]:
    return {"prefix": form.cleaned_data["sign"], "is_automatic": form.cleaned_data["is_automatic"]}


def _owners(request: AuthenticatedRequest) -> dict[str, tuple[str, Unit | None]]:
    """Address → (name, unit) of the bodies whose documents this person numbers."""
    found: dict[str, tuple[str, Unit | None]] = {}
    if Role.OFFICE in roles_of(request.user):
        found[OFFICE] = (_("Office of the city"), None)
    own = Unit.objects.filter(memberships__user=request.user, memberships__role=Role.UNIT_ADMIN)
    return found | {unit.code: (unit.name, unit) for unit in own.for_list()}


def _document(request: AuthenticatedRequest, year: int, pk: int) -> IssuedDocument:
    visible = IssuedDocument.objects.visible_to(request.user).of_year(year)
    return get_object_or_404(visible.for_list(), pk=pk)


def _page(request: AuthenticatedRequest, document: IssuedDocument, form: ScanForm, status: int = 200) -> HttpResponse:
    same = IssuedDocument.objects.visible_to(request.user).about(document.about).filter(kind=document.kind)
    context = {
        "year": document.year,
        "document": document,
        "versions": same.order_by("-version"),
        "downloads": _downloads(document),
        "verified": verify_document(document),
        "may_scan": IssuedDocument.objects.scannable_by(request.user).filter(pk=document.pk).exists(),
        "form": form,
    }
    return render(request, "registry/document_detail_page.html", context, status=status)


def _downloads(document: IssuedDocument) -> list[tuple[str, str, str]]:
    forms = ["pdf"] + (["docx"] if document.docx else [])
    return [
        (_("As issued"), reverse("registry:document-file", args=[document.year, document.pk, form]), form.upper())
        for form in forms
    ]


def _filtered(
    request: AuthenticatedRequest, rows: IssuedDocumentQuerySet
) -> tuple[IssuedDocumentQuerySet, dict[str, Any]]:
    chosen = {name: request.GET.get(name, "").strip() for name in ("kind", "unit", "q", "scan")}
    if chosen["kind"] in Kind.values:
        rows = rows.filter(kind=chosen["kind"])
    if chosen["unit"] == OFFICE:
        rows = rows.of_issuer(None)
    elif chosen["unit"]:
        rows = rows.filter(Q(unit__code=chosen["unit"]) | Q(addressee__code=chosen["unit"]))
    if chosen["q"]:
        rows = rows.filter(Q(title__icontains=chosen["q"]) | Q(number__icontains=chosen["q"]))
    return (rows.without_scan() if chosen["scan"] == "missing" else rows), {"chosen": chosen}
