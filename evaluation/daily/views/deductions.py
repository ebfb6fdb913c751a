from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.cycle.models import Cycle, DeductionRule, Step
from evaluation.cycle.selectors import end_of_step
from evaluation.daily.demands import PARTICULARS
from evaluation.daily.doubles import Doubles, doubles_of
from evaluation.daily.forms.deductions import ChooseForm, DeductionForm
from evaluation.daily.models import Complaint, DailyDeduction, Defence
from evaluation.daily.months import is_frozen, month_of
from evaluation.daily.papers import deduction_paper
from evaluation.daily.selectors import answerable_by, balances_of, confirmable_by, reviewable_by
from evaluation.daily.services import record_deduction, revise_deduction, take_up_proposal, withdraw_deduction
from evaluation.daily.services.deductions import OPEN
from evaluation.daily.views.shared import (
    READERS,
    WRITERS,
    attempt,
    clause_of,
    cycle_of,
    label_of,
    rule_labels,
    rules_for,
    visible,
    visible_or_404,
    writable_appraisals,
    writable_or_refuse,
    writes,
)
from evaluation.errors import DomainError
from evaluation.files.responses import attachment
from evaluation.registry.responses import paper_links, paper_response
from evaluation.roster.models import Appraisal
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role

Status = DailyDeduction.Status
FORM_FIELDS = (
    *("found_on", "source", "complaint", "facts", "basis", "count", "points", "incident_number", "late_reason"),
    *PARTICULARS,
)


@require_GET
@role_required(*READERS)
def deduction_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = cycle_of(year)
    own = visible(request, cycle)
    rows = own.for_list().exclude(status__in=[Status.PROPOSED, Status.DECLINED])
    status, query = request.GET.get("status", ""), request.GET.get("q", "").strip()
    if status in Status.values:
        rows = rows.filter(status=status)
    if query:
        rows = rows.filter(cadre__name__icontains=query)
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    labels = rule_labels(cycle)
    is_cadre = roles_of(request.user) <= {Role.CADRE}
    context = {
        "cycle": cycle,
        "page_obj": page,
        "rows": [(row, label_of(row, labels), _last_word(row)) for row in page],
        "statuses": [(value, word) for value, word in Status.choices if value not in ("proposed", "declined")],
        "status": status,
        "query": query,
        "due": end_of_step(cycle, Step.RESULT),
        "is_cadre": is_cadre,
        "may_record": bool(roles_of(request.user) & set(WRITERS)),
        "answerable": answerable_by(request.user).filter(cycle=cycle).first() if is_cadre else None,
        **_tabs(request, cycle),
    }
    return render(request, "daily/deduction_list_page.html", context)


def _last_word(row: DailyDeduction) -> str:
    """What is to be said beside the state: answered, to be answered, not told."""
    if row.status != Status.CONFIRMED:
        return ""
    if hasattr(row, "defence"):
        return str(_("Defence: %(state)s") % {"state": row.defence.get_status_display()})
    if not row.told_how:
        return str(_("Slip to hand over"))
    if row.defence_due and row.defence_due >= timezone.localdate():
        return str(_("May be answered until %(day)s") % {"day": f"{row.defence_due:%Y-%m-%d}"})
    return ""


def _tabs(request: AuthenticatedRequest, cycle: Cycle) -> dict[str, Any]:
    """How many wait behind each tab, counted in one query, and what waits for this user."""
    own = visible(request, cycle)
    counted = own.aggregate(
        proposed=Count("pk", filter=Q(status=Status.PROPOSED)),
        slips=Count("pk", filter=Q(status=Status.CONFIRMED, told_how="")),
        defences=Count("pk", filter=Q(defence__status=Defence.Status.OPEN)),
    )
    return {
        "is_staff": bool(roles_of(request.user) - {Role.CADRE}),
        "counted": counted,
        "confirmable": confirmable_by(request.user, own).count(),
    }


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def deduction_create(request: AuthenticatedRequest, year: int) -> HttpResponse:
    """First whom and which rule; with both, the form with what that rule demands."""
    cycle = cycle_of(year)
    given = request.POST if request.method == "POST" else request.GET
    appraisals = writable_appraisals(request, cycle)
    choose = ChooseForm(
        given if "rule" in given else None,
        initial={"appraisal": given.get("appraisal")},
        appraisals=appraisals.for_list(),
        rules=rules_for(appraisals, cycle),
    )
    if not choose.is_valid():
        return render(request, "daily/deduction_choose_page.html", {"cycle": cycle, "form": choose})
    appraisal, code = choose.cleaned_data["appraisal"], choose.cleaned_data["rule"]
    initial = {"complaint": request.GET.get("complaint"), "found_on": timezone.localdate()}
    form = _form(request, cycle, appraisal, code, initial)

    def save() -> DailyDeduction:
        return record_deduction(
            appraisal=appraisal,
            rule=code,
            actor=request.user,
            uploads=form.cleaned_data["files"],
            despite_doubles=form.cleaned_data["despite"],
            **form.values(),
        )

    done = _("The deduction is recorded. It counts when a second person has confirmed it.")
    return _answered(request, cycle, form, save, done, None)


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def deduction_edit(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    cycle = cycle_of(year)
    deduction = writable_or_refuse(request, cycle, pk)
    form = _form(request, cycle, deduction.appraisal, deduction.rule, _initial(deduction))

    def save() -> DailyDeduction:
        return revise_deduction(
            deduction=deduction,
            actor=request.user,
            changes=form.values(),
            uploads=form.cleaned_data["files"],
            despite_doubles=form.cleaned_data["despite"],
        )

    return _answered(request, cycle, form, save, _("The deduction is corrected and waits to be confirmed."), deduction)


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def proposal_take_up(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    cycle = cycle_of(year)
    deduction = writable_or_refuse(request, cycle, pk)
    form = _form(request, cycle, deduction.appraisal, deduction.rule, _initial(deduction))

    def save() -> DailyDeduction:
        return take_up_proposal(
            deduction=deduction,
            actor=request.user,
            changes=form.values(),
            uploads=form.cleaned_data["files"],
            despite_doubles=form.cleaned_data["despite"],
        )

    done = _("The proposal is taken up as a deduction. It counts when a second person has confirmed it.")
    return _answered(request, cycle, form, save, done, deduction)


def _initial(deduction: DailyDeduction) -> dict[str, Any]:
    return {name: getattr(deduction, name) for name in FORM_FIELDS}


def _form(
    request: AuthenticatedRequest, cycle: Cycle, appraisal: Appraisal | None, code: str, initial: dict[str, Any]
) -> DeductionForm:
    appraisal = get_object_or_404(Appraisal.objects.for_list(), pk=appraisal.pk if appraisal else None)
    rule = get_object_or_404(DeductionRule, rules__cycle=cycle, rules__track=appraisal.track, code=code)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    complaints = Complaint.objects.visible_to(request.user).filter(cycle=cycle, unit=appraisal.organising_unit_id)
    complaints = complaints.filter(Q(appraisal=appraisal) | Q(appraisal=None)).order_by("-number")
    url = reverse("daily:deduction-balance", args=[cycle.year, appraisal.pk, code])
    return DeductionForm(
        *posted, appraisal=appraisal, rule=rule, complaints=complaints, balance_url=url, initial=initial
    )


def _answered(
    request: AuthenticatedRequest,
    cycle: Cycle,
    form: DeductionForm,
    save: Callable[[], DailyDeduction],
    done: str,
    deduction: DailyDeduction | None,
) -> HttpResponse:
    """Save what is valid and go to the deduction; else the form again, with what was typed."""
    if form.is_valid():
        try:
            saved = save()
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, done)
            return redirect("daily:deduction-detail", cycle.year, saved.pk)
    context = {
        "cycle": cycle,
        "form": form,
        "deduction": deduction,
        "appraisal": form.appraisal,
        "rule": form.rule,
        "lost_files": bool(form.errors and request.FILES),
        **_change(form.appraisal, cycle, form.rule, form["count"].value() if "count" in form.fields else 1,
                  form["points"].value() if "points" in form.fields else None),
    }  # fmt: skip
    return render(request, "daily/deduction_form_page.html", context)


@require_GET
@role_required(*WRITERS)
def deduction_balance(request: AuthenticatedRequest, year: int, pk: int, code: str) -> HttpResponse:
    """What would be left of the points of one cadre; a part of the form's page."""
    cycle = cycle_of(year)
    appraisal = get_object_or_404(writable_appraisals(request, cycle), pk=pk)
    rule = get_object_or_404(DeductionRule, rules__cycle=cycle, rules__track=appraisal.track, code=code)
    context = _change(appraisal, cycle, rule, request.GET.get("count"), request.GET.get("points"))
    return render(request, "daily/_balance_change_part.html", {"appraisal": appraisal, **context})


def _change(appraisal: Appraisal, cycle: Cycle, rule: DeductionRule, count: Any, points: Any) -> dict[str, Any]:
    balance, base = balances_of([appraisal], cycle)[appraisal.pk]
    taken = (_number(points) if rule.points is None else rule.points) * min(_number(count), Decimal(20))
    waiting = DailyDeduction.objects.filter(appraisal=appraisal, status=Status.RECORDED).count()
    after = max(balance.left - taken, Decimal(0))
    return {"balance": balance, "base": base, "taken": taken, "after": after, "still_waiting": waiting}


def _number(value: Any) -> Decimal:
    try:
        number = Decimal(str(value or 0))
    except InvalidOperation:
        return Decimal(0)
    return number if number.is_finite() and 0 <= number <= 100 else Decimal(0)


@require_GET
@role_required(*READERS)
def deduction_detail(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    cycle = cycle_of(year)
    deduction = visible_or_404(request, cycle, pk)
    labels = rule_labels(cycle)
    defence = getattr(deduction, "defence", None)
    mine = deduction.cadre.user_id == request.user.pk
    is_staff = bool(roles_of(request.user) - {Role.CADRE})
    doubles = doubles_of(deduction, user=request.user) if is_staff and not mine else Doubles()
    context = {
        "cycle": cycle,
        "deduction": deduction,
        "defence": defence,
        "rule_label": label_of(deduction, labels),
        "clause": clause_of(deduction, labels),
        "due": end_of_step(cycle, Step.RESULT),
        "total": deduction.points * deduction.count,
        "files": list(deduction.further_files.all()),
        "doubles": doubles,
        "is_own": mine,
        "is_staff": is_staff,
        "may_confirm": confirmable_by(request.user, visible(request, cycle)).filter(pk=pk).exists(),
        "may_answer": mine and answerable_by(request.user).filter(pk=pk).exists(),
        "downloads": _downloads(deduction, year),
        "may_review": defence is not None and _may_review(request, defence),
        **_acts(request, deduction),
    }
    return render(request, "daily/deduction_detail_page.html", context)


def _downloads(deduction: DailyDeduction, year: int) -> list[tuple[str, str, str]]:
    """The notice, of a deduction that counts."""
    if deduction.status != Status.CONFIRMED or deduction.appraisal is None:
        return []
    return paper_links(_("Notice of the deduction"), "daily:notice-file", year, deduction.pk)


def _may_review(request: AuthenticatedRequest, defence: Defence) -> bool:
    return reviewable_by(request.user, Defence.objects.filter(pk=defence.pk)).exists()


def _acts(request: AuthenticatedRequest, deduction: DailyDeduction) -> dict[str, bool]:
    """What this user may do to it as the one who writes."""
    is_office = Role.OFFICE in roles_of(request.user)
    not_own = deduction.cadre.user_id != request.user.pk
    writer = not_own and (is_office or not deduction.by_office) and writes(request, deduction)
    is_open, is_told = deduction.status in OPEN, bool(deduction.told_how)
    counts = deduction.status == Status.CONFIRMED
    answerable = counts and is_told and not hasattr(deduction, "defence")
    in_time = deduction.defence_due is not None and deduction.defence_due >= timezone.localdate()
    return {
        "may_edit": writer and is_open,
        "may_withdraw": writer and (is_open or (counts and is_office)),
        "may_take_up": writer and deduction.status in (Status.PROPOSED, *([Status.DECLINED] if is_office else [])),
        "may_hand_over": not_own and writes(request, deduction) and counts and not is_told,
        "may_enter_paper": not_own and writes(request, deduction) and answerable and in_time,
        "is_frozen": _is_frozen(deduction),
    }


def _is_frozen(deduction: DailyDeduction) -> bool:
    if deduction.appraisal is None:
        return False
    appraisal = deduction.appraisal
    month = month_of(deduction.found_on)
    return is_frozen(cycle=appraisal.cycle, unit=appraisal.organising_unit, month=month)


@require_GET
@role_required(*READERS)
def notice_file(request: AuthenticatedRequest, year: int, pk: int, form: str) -> HttpResponse:
    """The notice of a deduction that counts; the cadre takes their own."""
    counting = visible(request, cycle_of(year)).filter(status=Status.CONFIRMED, appraisal__isnull=False)
    deduction = get_object_or_404(counting.for_list(), pk=pk)
    return paper_response(deduction_paper(deduction), f"日常考核扣分告知书-{deduction.cadre.name}-{pk}", form)


@require_GET
@role_required(*READERS)
def deduction_evidence(request: AuthenticatedRequest, year: int, pk: int) -> FileResponse:
    cycle = cycle_of(year)
    deduction = get_object_or_404(visible(request, cycle).filter(evidence__isnull=False), pk=pk)
    return attachment(deduction.evidence)


@require_GET
@role_required(*READERS)
def deduction_file(request: AuthenticatedRequest, year: int, pk: int, file_pk: int) -> FileResponse:
    deduction = get_object_or_404(visible(request, cycle_of(year)), pk=pk)
    return attachment(get_object_or_404(deduction.further_files, pk=file_pk))


@require_POST
@role_required(*WRITERS)
def deduction_withdraw(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    cycle = cycle_of(year)
    deduction = writable_or_refuse(request, cycle, pk)
    reason = request.POST.get("reason", "")[:200]
    attempt(
        request,
        lambda: withdraw_deduction(deduction=deduction, actor=request.user, reason=reason),
        _("The deduction was withdrawn; the record keeps it with your reason."),
    )
    return redirect("daily:deduction-detail", year, pk)
