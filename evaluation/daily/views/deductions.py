from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.cycle.models import Cycle, DeductionRule, Step, Track, TrackRules
from evaluation.cycle.selectors import end_of_step
from evaluation.daily.forms.deductions import DeductionForm
from evaluation.daily.models import DailyDeduction, DailyDeductionQuerySet
from evaluation.daily.selectors import balances, confirmable_by, of_cycle
from evaluation.daily.services import (
    confirm_deductions,
    record_deduction,
    return_deductions,
    revise_deduction,
    withdraw_deduction,
)
from evaluation.daily.services.deductions import OPEN
from evaluation.errors import DomainError
from evaluation.files.responses import attachment
from evaluation.files.services import store_evidence
from evaluation.roster.models import Appraisal
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role

READERS = (Role.OFFICE, Role.UNIT_ADMIN, Role.APPROVER, Role.CADRE, Role.ORGANISATION, Role.AUDITOR)
WRITERS = (Role.OFFICE, Role.UNIT_ADMIN)
CONFIRMERS = (Role.OFFICE, Role.APPROVER)
KEPT = ("rule", "count", "found_on", "source", "facts", "basis", "supervised_person", "harm", "incident_number")


def _visible(request: AuthenticatedRequest, cycle: Cycle) -> DailyDeductionQuerySet:
    return of_cycle(DailyDeduction.objects.visible_to(request.user), cycle)


def _writes(request: AuthenticatedRequest, deduction: DailyDeduction) -> bool:
    """A window head's home unit sees the deduction; only the organising unit and the office write."""
    return Appraisal.objects.writable_by(request.user).filter(deductions=deduction).exists()


@require_GET
@role_required(*READERS)
def deduction_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    visible = _visible(request, cycle)
    rows = visible.for_list()
    status, query = request.GET.get("status", ""), request.GET.get("q", "").strip()
    if status in DailyDeduction.Status.values:
        rows = rows.filter(status=status)
    if query:
        rows = rows.filter(cadre__name__icontains=query)
    confirmable = set(confirmable_by(request.user, visible).values_list("pk", flat=True))
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    labels = _rule_labels(cycle)
    context = {
        "cycle": cycle,
        "page_obj": page,
        "rows": [(row, _label_of(row, labels)) for row in page],
        "statuses": DailyDeduction.Status.choices,
        "status": status,
        "query": query,
        "confirmable": confirmable,
        "due": end_of_step(cycle, Step.RESULT),
        "is_cadre": roles_of(request.user) <= {Role.CADRE},
        "may_record": bool(roles_of(request.user) & set(WRITERS)),
    }
    return render(request, "daily/deduction_list_page.html", context)


@require_GET
@role_required(*READERS)
def balance_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    appraisals = Appraisal.objects.visible_to(request.user).filter(cycle=cycle).exclude(track=Track.BUREAU_LEADER)
    query = request.GET.get("q", "").strip()
    if query:
        appraisals = appraisals.filter(name__icontains=query)
    page = Paginator(appraisals.for_list(), 50).get_page(request.GET.get("page"))
    bases = dict(TrackRules.objects.filter(cycle=cycle).values_list("track", "daily_base"))
    rows = []
    for track in sorted({appraisal.track for appraisal in page}):
        of_track = [appraisal for appraisal in page if appraisal.track == track]
        kept = balances(appraisals=of_track, base=bases[track])
        rows += [(appraisal, kept[appraisal.pk]) for appraisal in of_track]
    context = {"cycle": cycle, "page_obj": page, "rows": rows, "query": query}
    return render(request, "daily/balance_list_page.html", context)


def _rule_labels(cycle: Cycle) -> dict[tuple[str, str], str]:
    rows = DeductionRule.objects.filter(rules__cycle=cycle).select_related("rules")
    return {(row.rules.track, row.code): row.label for row in rows}


def _label_of(deduction: DailyDeduction, labels: dict[tuple[str, str], str]) -> str:
    """The rule in words; a deduction without an appraisal of this year is named as for mid-level cadres."""
    track = deduction.appraisal.track if deduction.appraisal else Track.MID_LEVEL
    return labels.get((track, deduction.rule), deduction.rule)


def _form(
    request: AuthenticatedRequest, cycle: Cycle, initial: dict[str, Any] | None = None, only: int | None = None
) -> DeductionForm:
    appraisals = Appraisal.objects.writable_by(request.user).filter(cycle=cycle).exclude(track=Track.BUREAU_LEADER)
    if only is not None:
        appraisals = appraisals.filter(pk=only)
    tracks = appraisals.order_by().values("track")
    rules = DeductionRule.objects.filter(rules__cycle=cycle, rules__track__in=tracks).select_related("rules")
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    return DeductionForm(*posted, initial=initial, appraisals=appraisals.for_list(), rules=list(rules))


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def deduction_create(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    form = _form(request, cycle, {"appraisal": request.GET.get("appraisal")})
    if form.is_valid():
        data = form.cleaned_data
        try:
            upload = data["evidence_file"]
            evidence = store_evidence(upload=upload, actor=request.user) if upload else None
            deduction = record_deduction(
                appraisal=data["appraisal"],
                actor=request.user,
                points=data["points"],
                evidence=evidence,
                **{name: data[name] for name in KEPT},
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The deduction is recorded. It counts when a second person has confirmed it."))
            return redirect("daily:deduction-detail", year, deduction.pk)
    return render(request, "daily/deduction_form_page.html", {"cycle": cycle, "form": form, "deduction": None})


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def deduction_edit(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    deduction = get_object_or_404(_visible(request, cycle).select_related("appraisal"), pk=pk)
    if not _writes(request, deduction):
        raise PermissionDenied
    initial = {name: getattr(deduction, name) for name in (*KEPT, "points", "appraisal")}
    form = _form(request, cycle, initial, only=deduction.appraisal_id)
    if form.is_valid():
        changes = {name: form.cleaned_data[name] for name in (*KEPT, "points")}
        try:
            if form.cleaned_data["evidence_file"]:
                changes["evidence"] = store_evidence(upload=form.cleaned_data["evidence_file"], actor=request.user)
            revise_deduction(deduction=deduction, actor=request.user, changes=changes)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The deduction is corrected and waits to be confirmed."))
            return redirect("daily:deduction-detail", year, pk)
    return render(request, "daily/deduction_form_page.html", {"cycle": cycle, "form": form, "deduction": deduction})


@require_GET
@role_required(*READERS)
def deduction_detail(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    deduction = get_object_or_404(_visible(request, cycle).for_list(), pk=pk)
    mine = _writes(request, deduction)
    twins = _visible(request, cycle).none()
    if deduction.incident_number:
        twins = _visible(request, cycle).filter(incident_number=deduction.incident_number).exclude(pk=pk).for_list()
    track = deduction.appraisal.track if deduction.appraisal else Track.MID_LEVEL
    rule = DeductionRule.objects.filter(rules__cycle=cycle, rules__track=track, code=deduction.rule).first()
    context = {
        "cycle": cycle,
        "deduction": deduction,
        "rule": rule,
        "due": end_of_step(cycle, Step.RESULT),
        "total": deduction.points * deduction.count,
        "twins": twins,
        "may_confirm": confirmable_by(request.user, _visible(request, cycle)).filter(pk=pk).exists(),
        "may_edit": mine and deduction.status in OPEN,
        "may_withdraw": mine and deduction.status != DailyDeduction.Status.WITHDRAWN,
    }
    return render(request, "daily/deduction_detail_page.html", context)


@require_GET
@role_required(*READERS)
def deduction_evidence(request: AuthenticatedRequest, year: int, pk: int) -> FileResponse:
    cycle = get_object_or_404(Cycle, year=year)
    deduction = get_object_or_404(_visible(request, cycle).filter(evidence__isnull=False), pk=pk)
    return attachment(deduction.evidence)


def _chosen(request: AuthenticatedRequest, cycle: Cycle) -> list[DailyDeduction]:
    """The posted rows, or all that wait for this user; one that is not theirs to confirm is refused by the service."""
    if request.POST.get("all"):
        return list(confirmable_by(request.user, _visible(request, cycle)))
    keys = [key for key in request.POST.getlist("pk") if key.isdigit()]
    return list(_approvable(request, cycle).filter(pk__in=keys))


def _approvable(request: AuthenticatedRequest, cycle: Cycle) -> DailyDeductionQuerySet:
    approvable = Appraisal.objects.approvable_by(request.user).values("pk")
    return _visible(request, cycle).filter(appraisal__in=approvable)


@require_POST
@role_required(*CONFIRMERS)
def deduction_confirm(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    try:
        done = confirm_deductions(deductions=_chosen(request, cycle), approver=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(count)d deductions count now.") % {"count": len(done)})
    return redirect("daily:deduction-list", year)


@require_POST
@role_required(*CONFIRMERS)
def deduction_return_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    try:
        reason = request.POST.get("reason", "")[:200]
        done = return_deductions(deductions=_chosen(request, cycle), approver=request.user, reason=reason)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(count)d deductions were returned to be corrected.") % {"count": len(done)})
    return redirect("daily:deduction-list", year)


@require_POST
@role_required(*CONFIRMERS)
def deduction_return(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    deduction = get_object_or_404(_approvable(request, cycle), pk=pk)
    try:
        return_deductions(deductions=[deduction], approver=request.user, reason=request.POST.get("reason", "")[:200])
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The deduction was returned to be corrected."))
    return redirect("daily:deduction-detail", year, pk)


@require_POST
@role_required(*WRITERS)
def deduction_withdraw(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    deduction = get_object_or_404(_visible(request, cycle), pk=pk)
    if not _writes(request, deduction):
        raise PermissionDenied
    try:
        withdraw_deduction(deduction=deduction, actor=request.user, reason=request.POST.get("reason", "")[:200])
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The deduction was withdrawn; the record keeps it with your reason."))
    return redirect("daily:deduction-detail", year, pk)
