from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.files.responses import attachment
from evaluation.rectification import ledger
from evaluation.rectification.forms import ExtensionForm, ItemReportForm
from evaluation.rectification.models import ItemExtension, PlanItem, PlanItemQuerySet, RectificationPlan
from evaluation.rectification.papers import ledger_paper
from evaluation.rectification.services import ask_extension, decide_extension, propose_overdue_items, report_item
from evaluation.rectification.views import APPROVERS, READERS, STAFF, WRITERS
from evaluation.rectification.workbook import ledger_workbook
from evaluation.registry.responses import paper_links, paper_response, workbook_response
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import CITY_ROLES, Role, Unit, UnitQuerySet

FORMATS = ("pdf", "docx", "xlsx")


def _visible(request: AuthenticatedRequest, year: int) -> tuple[Cycle, PlanItemQuerySet]:
    """Items of published plans: what is still being drawn up stands on the pages of plans."""
    cycle = get_object_or_404(Cycle, year=year)
    rows = PlanItem.objects.visible_to(request.user).of_cycle(cycle)
    return cycle, rows.filter(plan__published_at__isnull=False)


@require_GET
@role_required(*READERS)
def item_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle, visible = _visible(request, year)
    today = timezone.localdate()
    rows, chosen = _narrowed(request, visible)
    listed = ledger.listed(rows, today=today, state=chosen["state"])
    units = Unit.objects.filter(pk__in=visible.values("plan__appraisal__organising_unit"))
    context = {
        "cycle": cycle,
        "page_obj": Paginator(listed, 50).get_page(request.GET.get("page")),
        "parts": ledger.parts_of_rows(rows, today=today),
        "states": PlanItem.State.choices,
        "sources": PlanItem.Source.choices,
        "units": units.order_by("order", "name"),
        "is_office": Role.OFFICE in roles_of(request.user),
        "today": today,
        "downloads": _ledger_links(request, year, chosen["unit"]),
        **chosen,
    }
    return render(request, "rectification/item_list_page.html", context)


@require_GET
@role_required(Role.OFFICE, Role.ORGANISATION, Role.AUDITOR)
def ledger_list_file(request: AuthenticatedRequest, year: int, form: str) -> HttpResponse:
    """The ledger of the whole city."""
    return _ledger(get_object_or_404(Cycle, year=year), None, form)


@require_GET
@role_required(*STAFF, Role.ORGANISATION, Role.AUDITOR)
def ledger_file(request: AuthenticatedRequest, year: int, code: str, form: str) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    return _ledger(cycle, get_object_or_404(_units_read(request), code=code), form)


def _ledger(cycle: Cycle, unit: Unit | None, form: str) -> HttpResponse:
    stem = f"整改台账-{unit.name if unit else cycle.city_name}-{cycle.year}"
    if form == "xlsx":
        return workbook_response(ledger_workbook(cycle, unit), stem)
    return paper_response(ledger_paper(cycle, unit), stem, form)


def _units_read(request: AuthenticatedRequest) -> UnitQuerySet:
    """Units whose whole ledger this person reads."""
    if roles_of(request.user) & CITY_ROLES:
        return Unit.objects.all()
    return Unit.objects.acted_for_by(request.user, Role.UNIT_ADMIN, Role.APPROVER)


def _ledger_links(request: AuthenticatedRequest, year: int, code: str) -> list[tuple[str, str, str]]:
    """Of the unit that is chosen, or the only one; city roles of the whole city too. Nothing for a cadre."""
    if not roles_of(request.user) & {*STAFF, *CITY_ROLES}:
        return []
    if not code and roles_of(request.user) & CITY_ROLES:
        return paper_links(_("Ledger"), "rectification:ledger-list-file", year, forms=FORMATS)
    units = list(_units_read(request).filter(code=code) if code else _units_read(request)[:2])
    if len(units) != 1:
        return []
    return paper_links(_("Ledger"), "rectification:ledger-file", year, units[0].code, forms=FORMATS)


def _narrowed(request: AuthenticatedRequest, rows: PlanItemQuerySet) -> tuple[PlanItemQuerySet, dict[str, str]]:
    chosen = {name: request.GET.get(name, "").strip()[:40] for name in ("state", "source", "unit", "q")}
    if chosen["source"] in PlanItem.Source.values:
        rows = rows.filter(source=chosen["source"])
    if chosen["unit"]:
        rows = rows.filter(plan__appraisal__organising_unit__code=chosen["unit"])
    if chosen["q"]:
        rows = rows.filter(plan__appraisal__name__icontains=chosen["q"])
    return rows, chosen


@require_POST
@role_required(Role.OFFICE)
def item_propose(request: AuthenticatedRequest, year: int) -> HttpResponse:
    get_object_or_404(Cycle, year=year)
    number = propose_overdue_items(actor=request.user)
    messages.success(request, _("%(count)d deductions are proposed for overdue items.") % {"count": number})
    return redirect("rectification:item-list", year)


def _to_write(request: AuthenticatedRequest, visible: PlanItemQuerySet, pk: int) -> PlanItem:
    """Whoever may see the item and not write it is told so."""
    item: PlanItem = get_object_or_404(visible.for_list().prefetch_related("files", "extensions"), pk=pk)
    if not visible.filter(pk=pk).writable_by(request.user).exists():
        raise PermissionDenied
    return item


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def item_report(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    cycle, visible = _visible(request, year)
    item = _to_write(request, visible, pk)
    if item.plan.status != RectificationPlan.Status.PUBLISHED:
        return redirect("rectification:plan-detail", year, item.plan_id)
    posted, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    initial = {"completion": item.completion, "completed_on": item.completed_on}
    form = ItemReportForm(posted, files, initial=initial)
    if form.is_valid() and _reported(request, item, form):
        return redirect("rectification:plan-detail", year, item.plan_id)
    context = {"cycle": cycle, "item": item, "plan": item.plan, "form": form, "today": timezone.localdate()}
    return render(request, "rectification/item_report_page.html", context)


def _reported(request: AuthenticatedRequest, item: PlanItem, form: ItemReportForm) -> bool:
    try:
        report_item(item=item, actor=request.user, **form.cleaned_data)
    except DomainError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("What was done is noted."))
    return True


@require_GET
@role_required(*READERS)
def item_file(request: AuthenticatedRequest, year: int, pk: int, file_pk: int) -> HttpResponseBase:
    item = get_object_or_404(_visible(request, year)[1], pk=pk)
    return attachment(item.files.filter(pk=file_pk).first())


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def extension_ask(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    cycle, visible = _visible(request, year)
    item = _to_write(request, visible, pk)
    form = ExtensionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            ask_extension(item=item, actor=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("More time is asked for; another person decides. Until then the day stands."))
            return redirect("rectification:plan-detail", year, item.plan_id)
    context = {"cycle": cycle, "item": item, "plan": item.plan, "form": form}
    return render(request, "rectification/extension_ask_page.html", context)


@require_GET
@role_required(*READERS)
def extension_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    visible = ItemExtension.objects.visible_to(request.user).of_cycle(cycle)
    context: dict[str, Any] = {
        "cycle": cycle,
        "page_obj": Paginator(visible.for_list().order_by("-pk"), 50).get_page(request.GET.get("page")),
        "decidable": set(visible.decidable_by(request.user).values_list("pk", flat=True)),
    }
    return render(request, "rectification/extension_list_page.html", context)


@require_POST
@role_required(*APPROVERS)
def extension_decide(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    approvable = RectificationPlan.objects.approvable_by(request.user)
    rows = ItemExtension.objects.visible_to(request.user).of_cycle(cycle).filter(item__plan__in=approvable)
    extension = get_object_or_404(rows, pk=pk)
    approve = "approve" in request.POST
    try:
        decide_extension(
            extension=extension, approve=approve, actor=request.user, answer=request.POST.get("answer", "")
        )
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("More time is given.") if approve else _("No more time is given; the day stands."))
    return redirect("rectification:extension-list", year)
