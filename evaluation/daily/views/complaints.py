"""The register of complaints: list, entry, receipt, one complaint with what may be done now."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.forms import Form
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from evaluation.audit.models import AuditEvent
from evaluation.audit.services import note_papers
from evaluation.cycle.models import Cycle, Track
from evaluation.daily import register
from evaluation.daily.forms import complaints as forms
from evaluation.daily.models import Complaint, ComplaintContact, ComplaintQuerySet, DailyDeduction, Finding
from evaluation.daily.models.complaints import UNDER_WAY
from evaluation.daily.papers import complaint_receipt_paper, complaint_record_paper, complaint_register_paper
from evaluation.daily.services import receive_complaint
from evaluation.daily.workbook import complaint_record_workbook, complaint_register_workbook
from evaluation.errors import DomainError
from evaluation.files.models import StoredFile
from evaluation.files.responses import attachment
from evaluation.registry.responses import paper_links, paper_response, workbook_response
from evaluation.roster.models import Appraisal, AppraisalQuerySet
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role, Unit, UnitQuerySet

READERS = (Role.OFFICE, Role.UNIT_ADMIN, Role.APPROVER, Role.AUDITOR)
STAFF = (Role.OFFICE, Role.UNIT_ADMIN, Role.APPROVER)
Status = Complaint.Status
ROW = 30  # pixels of one bar in the picture of the states


def visible(request: AuthenticatedRequest, cycle: Cycle) -> ComplaintQuerySet:
    return Complaint.objects.visible_to(request.user).of_cycle(cycle)


def complaint_of(request: AuthenticatedRequest, year: int, pk: int) -> Complaint:
    cycle = get_object_or_404(Cycle, year=year)
    return get_object_or_404(visible(request, cycle).for_list().select_related("appraisal__cadre"), pk=pk)


def is_office(request: AuthenticatedRequest) -> bool:
    return Role.OFFICE in roles_of(request.user)


@require_GET
@role_required(*READERS)
def complaint_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    today, every = timezone.localdate(), visible(request, cycle)
    near = register.near_until(today)
    page = Paginator(_chosen(request, every, today).for_list(), 50).get_page(request.GET.get("page"))
    chosen = {name: request.GET.get(name, "").strip() for name in ("q", "status", "unit", "late")}
    context = {
        "cycle": cycle,
        "page_obj": page,
        "rows": [(row, register.standing_of(row, today=today, near=near)) for row in page],
        "bars": _bars(register.counts_by_state(every, today)),
        "late_count": every.late(today).count(),
        "units": Unit.objects.filter(pk__in=every.order_by().values("unit_id")).for_list(),
        "statuses": Status.choices,
        "chosen": chosen,
        "may_enter": bool(roles_of(request.user) & set(STAFF)),
        "may_sweep": is_office(request),
        "downloads": [
            (label, f"{address}?{request.GET.urlencode()}", kind)
            for label, address, kind in _downloads("complaint-register-file", _("Register as a form"), year)
        ],
    }
    return render(request, "daily/complaint_list_page.html", context)


def _downloads(name: str, label: str, *keys: int) -> list[tuple[str, str, str]]:
    """The record and the register as workbooks too; a receipt is paper alone."""
    formats = ("pdf", "docx") if name == "complaint-receipt-file" else ("pdf", "docx", "xlsx")
    return paper_links(label, f"daily:{name}", *keys, forms=formats)


def _chosen(request: AuthenticatedRequest, rows: ComplaintQuerySet, today: Any) -> ComplaintQuerySet:
    status, unit = request.GET.get("status", ""), request.GET.get("unit", "")
    if status in Status.values:
        rows = register.in_state(rows, status, today)
    if unit.isascii() and unit.isdigit():
        rows = rows.filter(unit=int(unit[:9]))
    if request.GET.get("late"):
        rows = rows.late(today)
    query = request.GET.get("q", "").strip()[:80]
    return register.found(rows, query) if query else rows


def _bars(counts: dict[str, int]) -> dict[str, Any]:
    """Bars of the states, the longest half the picture; figures beside them."""
    most = max(counts.values(), default=1)
    rows = [
        {
            "status": status,
            "label": Status(status).label,
            "count": number,
            "width": number * 55 // most,
            "y": place * ROW,
            "text_y": place * ROW + 17,
        }
        for place, (status, number) in enumerate(counts.items())
    ]
    return {"rows": rows, "height": len(rows) * ROW}


def _units(request: AuthenticatedRequest) -> UnitQuerySet:
    if is_office(request):
        return Unit.objects.filter(merged_into__isnull=True).for_list()
    return Unit.objects.acted_for_by(request.user, Role.UNIT_ADMIN, Role.APPROVER).for_list()


def _nameable(cycle: Cycle) -> AppraisalQuerySet:
    return Appraisal.objects.filter(cycle=cycle).exclude(track=Track.BUREAU_LEADER).for_list()


@sensitive_post_parameters("person", "telephone", "address", "text")
@require_http_methods(["GET", "POST"])
@role_required(*STAFF)
def complaint_create(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    units = _units(request)
    appraisals = _nameable(cycle).exclude(cadre__user=request.user)
    if not is_office(request):
        appraisals = appraisals.filter(organising_unit__in=units.order_by().values("pk"))
    form = forms.ComplaintForm(
        *((request.POST, request.FILES) if request.method == "POST" else (None, None)),
        units=units,
        appraisals=appraisals,
        is_office=is_office(request),
    )
    if form.is_valid():
        data = form.cleaned_data
        try:
            complaint = receive_complaint(
                cycle=cycle,
                contact=form.contact,
                uploads=data["uploads"],
                with_office=data.get("with_office", False),
                actor=request.user,
                **{name: data[name] for name in ("channel", "unit", "appraisal", "about", "text", "happened_on")},
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect("daily:complaint-receipt", year, complaint.pk)
    return render(request, "daily/complaint_form_page.html", {"cycle": cycle, "form": form})


@require_GET
@role_required(*READERS)
def complaint_receipt(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    complaint = complaint_of(request, year, pk)
    if not register.holds_receipt(complaint, request.user, timezone.localdate()):
        raise PermissionDenied
    context = {
        "cycle": complaint.cycle,
        "complaint": complaint,
        "downloads": _downloads("complaint-receipt-file", _("Receipt to hand over"), year, pk),
    }
    return render(request, "daily/complaint_receipt_page.html", context)


@require_GET
@role_required(*READERS)
def complaint_receipt_file(request: AuthenticatedRequest, year: int, pk: int, form: str) -> HttpResponse:
    complaint = complaint_of(request, year, pk)
    if not register.holds_receipt(complaint, request.user, timezone.localdate()):
        raise PermissionDenied
    return paper_response(complaint_receipt_paper(complaint, complaint.receipt), f"投诉登记回执-{complaint}", form)


@require_GET
@role_required(*READERS)
def complaint_record_file(request: AuthenticatedRequest, year: int, pk: int, form: str) -> HttpResponse:
    complaint = complaint_of(request, year, pk)
    stem = f"投诉核查记录-{complaint}"
    if form == "xlsx":
        return workbook_response(complaint_record_workbook(complaint), stem)
    return paper_response(complaint_record_paper(complaint), stem, form)


@require_GET
@role_required(*READERS)
def complaint_register_file(request: AuthenticatedRequest, year: int, form: str) -> HttpResponse:
    """The register as the list is filtered."""
    cycle = get_object_or_404(Cycle, year=year)
    rows = _chosen(request, visible(request, cycle), timezone.localdate())
    units = list(Unit.objects.filter(pk__in=rows.order_by().values("unit_id"), parent=None)[:2])
    unit, stem = units[0] if len(units) == 1 else None, f"投诉登记簿-{year}"
    if form == "xlsx":
        answer = workbook_response(complaint_register_workbook(cycle, unit, rows), stem)
    else:
        answer = paper_response(complaint_register_paper(cycle, unit, rows), stem, form)
    note_papers(actor=request.user, target=cycle, paper="complaint-register", count=rows.count(), form=form)
    return answer


@require_GET
@role_required(*READERS)
def complaint_detail(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    complaint = complaint_of(request, year, pk)
    today = timezone.localdate()
    findings = complaint.findings.select_related("found_by", "confirmed_by", "answered_by", "rated_by")
    context = {
        "cycle": complaint.cycle,
        "complaint": complaint,
        "standing": register.standing_of(complaint, today=today, near=register.near_until(today)),
        "next": register.next_step(complaint, today),
        "stages": register.journey(complaint, today),
        "findings": findings.prefetch_related("files"),
        "extensions": complaint.extensions.select_related("asked_by", "decided_by"),
        "recusals": complaint.recusals.select_related("user", "declared_by"),
        "files": complaint.files.all(),
        "deductions": DailyDeduction.objects.visible_to(request.user).filter(complaint=complaint).for_list(),
        "history": _history(request, complaint),
        "holds_receipt": register.holds_receipt(complaint, request.user, today),
        "downloads": _downloads("complaint-record-file", _("Record of the inquiry"), year, pk),
        **_acts(request, complaint),
    }
    return render(request, "daily/complaint_detail_page.html", context)


def _history(request: AuthenticatedRequest, complaint: Complaint) -> list[AuditEvent]:
    if not roles_of(request.user) & {Role.OFFICE, Role.AUDITOR}:
        return []
    rows = AuditEvent.objects.filter(target_kind="complaint", target_id=str(complaint.pk))
    return list(rows.order_by("sequence")[:200])


def _acts(request: AuthenticatedRequest, complaint: Complaint) -> dict[str, Any]:
    """The forms of what this person may do now, and how the page names them."""
    user, lapsed = request.user, register.is_lapsed(complaint)
    staff, handles = register.acts_for(complaint, user), complaint.handler_id == user.pk
    handled = register.was_handler(complaint, user)
    found: dict[str, Any] = {"handles": handles, "has_contact": _has_contact(complaint)}
    if staff and not lapsed:
        found |= _acts_of_staff(request, complaint, handled)
    if handles:
        found |= _acts_of_handler(complaint)
    if not handled and register.decides_for(complaint, user):
        found |= _acts_of_second(complaint)
    return found


def _has_contact(complaint: Complaint) -> bool:
    return ComplaintContact.objects.filter(complaint=complaint).exists()


def _acts_of_staff(request: AuthenticatedRequest, complaint: Complaint, handled: bool) -> dict[str, Form]:
    status, made = complaint.status, dict[str, Form]()
    handlers = register.handlers_for(complaint)
    if status == Status.RECEIVED:
        made["accept_form"] = forms.HandlerForm(handlers=handlers, auto_id="accept-%s")
        made["refuse_form"] = forms.ReasonForm(auto_id="refuse-%s")
    if status in (Status.ACCEPTED, Status.CONFIRMED):
        made["assign_form"] = forms.AssignForm(
            handlers=handlers.exclude(pk=complaint.handler_id or 0), auto_id="assign-%s"
        )
    if status in (Status.RECEIVED, Status.ACCEPTED):
        made["transfer_form"] = forms.TransferForm(units=receiving_units(complaint), auto_id="transfer-%s")
    if status in (Status.RECEIVED, Status.ACCEPTED, Status.FOUND):
        made["name_form"] = forms.NameForm(appraisals=nameable(complaint), auto_id="name-%s")
    if status in (Status.RECEIVED, *UNDER_WAY, Status.ANSWERED):
        made["recusal_form"] = forms.RecusalForm(others=others(request, complaint), auto_id="recusal-%s")
    if status == Status.ANSWERED and not handled and _has_contact(complaint):
        made["call_form"] = forms.CallBackForm(may_ask_again=complaint.round == 1, auto_id="call-%s")
    return made


def _acts_of_handler(complaint: Complaint) -> dict[str, Any]:
    asked = complaint.extensions.filter(round=complaint.round).exists()
    under_way = complaint.status in UNDER_WAY
    in_time = complaint.handling_due is not None and complaint.handling_due >= timezone.localdate()
    return {
        "may_find": complaint.status == Status.ACCEPTED,
        "may_answer": complaint.status == Status.CONFIRMED,
        "may_open": under_way or complaint.status == Status.ANSWERED,
        "ask_form": forms.ReasonForm(auto_id="more-%s") if under_way and in_time and not asked else None,
    }


def _acts_of_second(complaint: Complaint) -> dict[str, Any]:
    asked = complaint.extensions.filter(round=complaint.round, decided_on__isnull=True).exists()
    found = complaint.status == Status.FOUND
    return {
        "confirm_form": forms.ConfirmForm(auto_id="confirm-%s") if found else None,
        "needs_cadre": complaint.appraisal is None and _is_upheld(complaint),
        "return_form": forms.ReasonForm(auto_id="return-%s") if found else None,
        "decide_form": forms.ExtensionDecisionForm(auto_id="decide-%s")
        if asked and complaint.status in UNDER_WAY
        else None,
    }


def _is_upheld(complaint: Complaint) -> bool:
    finding = register.finding_of(complaint)
    return finding is not None and finding.outcome in (Finding.Outcome.UPHELD, Finding.Outcome.PARTLY)


def receiving_units(complaint: Complaint) -> UnitQuerySet:
    units = Unit.objects.filter(merged_into__isnull=True, parent__isnull=True).for_list()
    return units if complaint.with_office else units.exclude(pk=complaint.unit_id)


def nameable(complaint: Complaint) -> AppraisalQuerySet:
    ids = [complaint.unit_id]
    units = Unit.objects.filter(parent=complaint.unit_id).values("pk")
    rows = _nameable(complaint.cycle)
    of_unit = rows.filter(organising_unit__in=ids) | rows.filter(home_unit__in=ids) | rows.filter(home_unit__in=units)
    return of_unit.exclude(pk=complaint.appraisal_id or 0)


def others(request: AuthenticatedRequest, complaint: Complaint) -> Any:
    return register.staff_around(complaint).exclude(pk=request.user.pk) if is_office(request) else None


@require_GET
@role_required(*READERS)
def complaint_file(request: AuthenticatedRequest, year: int, pk: int, file: int) -> FileResponse:
    """A file of the complaint or of one of its findings."""
    complaint = complaint_of(request, year, pk)
    own = complaint.files.filter(pk=file).values("pk")
    evidence = Finding.files.through.objects.filter(finding__complaint=complaint, storedfile=file).values("storedfile")
    stored = StoredFile.objects.filter(pk__in=own) | StoredFile.objects.filter(pk__in=evidence)
    return attachment(get_object_or_404(stored, pk=file))
