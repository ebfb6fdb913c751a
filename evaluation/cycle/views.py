"""The year: overview, calendar, rules by track, working days, work plans."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evaluation.cycle import selectors, services
from evaluation.cycle.forms import (
    CalendarDayForm,
    CycleForm,
    NewCycleForm,
    PlanForm,
    ReturnForm,
    StepForm,
    TrackRulesForm,
    row_changes,
    row_sets,
)
from evaluation.cycle.models import CalendarDay, Cycle, Track, TrackRules, WorkPlan
from evaluation.cycle.working_days import year_is_known
from evaluation.errors import DomainError
from evaluation.files.responses import attachment
from evaluation.files.services import store_evidence
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role, Unit

EVERYBODY = tuple(Role)
PLAN_READERS = (Role.OFFICE, Role.AUDITOR, Role.ORGANISATION, Role.UNIT_ADMIN, Role.APPROVER)
YEARS = range(2000, 2100)


@require_safe
@role_required(*EVERYBODY)
def overview(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    context = {
        "cycle": cycle,
        "steps": selectors.steps_of(cycle),
        "rules": selectors.rules_by_track(cycle),
        "latest_meeting": selectors.latest_meeting_day(cycle),
        "is_known": year_is_known(year),
        "is_office": _is_office(request),
        "next_year": year + 1,
    }
    return render(request, "cycle/overview_page.html", context)


@role_required(Role.OFFICE)
def cycle_create(request: AuthenticatedRequest, year: int) -> HttpResponse:
    if year not in YEARS:
        raise Http404
    if Cycle.objects.filter(year=year).exists():
        return redirect("cycle:overview", year)
    last = Cycle.objects.first()
    form = NewCycleForm(year, request.POST or None, initial={"city_name": last.city_name if last else ""})
    if request.method == "POST" and form.is_valid():
        try:
            services.create_cycle(year=year, actor=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The year is set up with the default rules. Check them, then open it."))
            return redirect("cycle:overview", year)
    return render(request, "cycle/create_page.html", {"form": form, "new_year": year})


@role_required(Role.OFFICE)
def cycle_edit(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    form = CycleForm(request.POST or None, instance=cycle)
    step_forms = [StepForm(request.POST or None, instance=row, prefix=f"step{row.step}") for row in cycle.steps.all()]
    if request.method == "POST" and all([form.is_valid(), *(row.is_valid() for row in step_forms)]):
        days = {row.instance.step: (row.cleaned_data["starts"], row.cleaned_data["ends"]) for row in step_forms}
        try:
            services.change_cycle(cycle=cycle, actor=request.user, fields=form.cleaned_data, days=days)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The year is changed."))
            return redirect("cycle:overview", year)
    context = {"cycle": cycle, "form": form, "step_forms": step_forms}
    return render(request, "cycle/cycle_form_page.html", context)


@require_POST
@role_required(Role.OFFICE)
def cycle_open(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    try:
        services.open_cycle(cycle=cycle, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The year is under way."))
    return redirect("cycle:overview", year)


@require_POST
@role_required(Role.OFFICE)
def cycle_close(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    try:
        services.close_cycle(cycle=cycle, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The year is closed."))
    return redirect("cycle:overview", year)


@require_safe
@role_required(*EVERYBODY)
def rules_detail(request: AuthenticatedRequest, year: int, track: str) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    rules = _rules(cycle, track)
    context = {"cycle": cycle, "rules": rules, "points_off": selectors.points_off(rules), "tracks": Track}
    return render(request, "cycle/rules_page.html", {**context, "is_office": _is_office(request)})


@role_required(Role.OFFICE)
def rules_edit(request: AuthenticatedRequest, year: int, track: str) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    rules = _rules(cycle, track)
    if rules.frozen_at:
        messages.error(request, _("These rules are frozen: a pass or a paper ballot has been issued under them."))
        return redirect("cycle:rules-detail", year, track)
    form, sets = TrackRulesForm(request.POST or None, instance=rules), row_sets(rules, request.POST or None)
    if request.method == "POST" and all([form.is_valid(), *(rows.is_valid() for rows in sets.values())]):
        try:
            services.change_rules(rules=rules, actor=request.user, fields=form.cleaned_data, rows=row_changes(sets))
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            _tell_of_points(request, _rules(cycle, track))
            return redirect("cycle:rules-detail", year, track)
    context = {"cycle": cycle, "rules": rules, "form": form, "sets": sets}
    return render(request, "cycle/rules_form_page.html", context)


@require_safe
@role_required(*EVERYBODY)
def calendar(request: AuthenticatedRequest, year: int) -> HttpResponse:
    return _calendar_page(request, year, CalendarDayForm())


@require_POST
@role_required(Role.OFFICE)
def calendar_add(request: AuthenticatedRequest, year: int) -> HttpResponse:
    form = CalendarDayForm(request.POST)
    if not form.is_valid():
        return _calendar_page(request, year, form)
    get_object_or_404(Cycle, year=year)
    services.set_calendar_day(actor=request.user, **form.cleaned_data)
    messages.success(request, _("The day is noted."))
    return redirect("cycle:calendar", year)


@require_POST
@role_required(Role.OFFICE)
def calendar_remove(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    day = get_object_or_404(CalendarDay, pk=pk)
    services.remove_calendar_day(day=day, actor=request.user)
    messages.success(request, _("The day is what its weekday says again."))
    return redirect("cycle:calendar", year)


@require_POST
@role_required(Role.OFFICE)
def calendar_load(request: AuthenticatedRequest, year: int) -> HttpResponse:
    get_object_or_404(Cycle, year=year)
    try:
        added = services.load_holidays(year=year, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(count)s days added.") % {"count": added})
    return redirect("cycle:calendar", year)


@require_safe
@role_required(*PLAN_READERS)
def plan_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    rows = selectors.unit_plans(cycle, selectors.planning_units(request.user))
    waiting = [row for row in rows if row.plan is None or row.plan.status != WorkPlan.Status.SUBMITTED]
    waiting_only = request.GET.get("state") == "waiting"
    context = {
        "cycle": cycle,
        "rows": waiting if waiting_only else rows,
        "total": len(rows),
        "waiting_only": waiting_only,
        "submitted": len(rows) - len(waiting),
        "latest_meeting": selectors.latest_meeting_day(cycle),
        "days_after": selectors.days_after_meeting(cycle),
    }
    return render(request, "cycle/plan_list_page.html", context)


@require_safe
@role_required(*PLAN_READERS)
def plan_detail(request: AuthenticatedRequest, year: int, unit: int) -> HttpResponse:
    return _plan_page(request, year, unit, ReturnForm())


@role_required(Role.UNIT_ADMIN)
def plan_edit(request: AuthenticatedRequest, year: int, unit: int) -> HttpResponse:
    cycle, own = get_object_or_404(Cycle, year=year), _own_unit(request, unit)
    plan = WorkPlan.objects.filter(cycle=cycle, unit=own).first()
    form = PlanForm(request.POST or None, request.FILES or None, instance=plan or WorkPlan(cycle=cycle, unit=own))
    if request.method == "POST" and form.is_valid():
        try:
            _save_plan(request, cycle, own, form)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The plan is saved. Submit it when it is complete."))
            return redirect("cycle:plan-detail", year, unit)
    context = {"cycle": cycle, "unit": own, "form": form, "latest_meeting": selectors.latest_meeting_day(cycle)}
    return render(request, "cycle/plan_form_page.html", context)


@require_POST
@role_required(Role.UNIT_ADMIN)
def plan_submit(request: AuthenticatedRequest, year: int, unit: int) -> HttpResponse:
    plan = get_object_or_404(WorkPlan, cycle__year=year, unit=_own_unit(request, unit))
    try:
        services.submit_plan(plan=plan, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The plan is with the office."))
    return redirect("cycle:plan-detail", year, unit)


@require_POST
@role_required(Role.OFFICE)
def plan_return(request: AuthenticatedRequest, year: int, unit: int) -> HttpResponse:
    plan = get_object_or_404(WorkPlan, cycle__year=year, unit=unit)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _plan_page(request, year, unit, form)
    try:
        services.return_plan(plan=plan, actor=request.user, reason=form.cleaned_data["reason"])
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The plan is returned to the unit."))
    return redirect("cycle:plan-detail", year, unit)


@require_safe
@role_required(*PLAN_READERS)
def plan_file(request: AuthenticatedRequest, year: int, unit: int) -> FileResponse:
    units = selectors.planning_units(request.user)
    plan = get_object_or_404(WorkPlan.objects.select_related("file"), cycle__year=year, unit=unit, unit__in=units)
    return attachment(plan.file)


def _plan_page(request: AuthenticatedRequest, year: int, unit_pk: int, form: ReturnForm) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    unit = get_object_or_404(selectors.planning_units(request.user), pk=unit_pk)
    context = {
        "cycle": cycle,
        "unit": unit,
        "plan": WorkPlan.objects.select_related("file").filter(cycle=cycle, unit=unit).first(),
        "form": form,
        "is_office": _is_office(request),
        "may_write": Unit.objects.acted_for_by(request.user, Role.UNIT_ADMIN).filter(pk=unit.pk).exists(),
        "latest_meeting": selectors.latest_meeting_day(cycle),
    }
    return render(request, "cycle/plan_page.html", context)


def _save_plan(request: AuthenticatedRequest, cycle: Cycle, unit: Unit, form: PlanForm) -> None:
    given = form.cleaned_data
    stored = store_evidence(upload=given["upload"], actor=request.user) if given["upload"] else None
    services.save_plan(
        cycle=cycle,
        unit=unit,
        actor=request.user,
        text=given["text"],
        meeting_planned_on=given["meeting_planned_on"],
        file=stored,
    )


def _own_unit(request: AuthenticatedRequest, pk: int) -> Unit:
    own = Unit.objects.acted_for_by(request.user, Role.UNIT_ADMIN)
    return get_object_or_404(own.exclude(kind=Unit.Kind.VILLAGE), pk=pk, merged_into__isnull=True)


def _calendar_page(request: AuthenticatedRequest, year: int, form: CalendarDayForm) -> HttpResponse:
    context = {
        "cycle": get_object_or_404(Cycle, year=year),
        "days": CalendarDay.objects.filter(day__year__in=[year, year + 1]),
        "is_known": year_is_known(year),
        "form": form,
        "is_office": _is_office(request),
    }
    return render(request, "cycle/calendar_page.html", context)


def _tell_of_points(request: AuthenticatedRequest, rules: TrackRules) -> None:
    messages.success(request, _("The rules are changed."))
    total = selectors.points_off(rules)
    if total is not None:
        words = _("Base points and daily points make %(total)s, not the 100 of the source. Check that this is meant.")
        messages.warning(request, words % {"total": total})


def _rules(cycle: Cycle, track: str) -> TrackRules:
    try:
        return services.rules_of(cycle, track)
    except TrackRules.DoesNotExist as error:
        raise Http404 from error


def _is_office(request: AuthenticatedRequest) -> bool:
    return Role.OFFICE in roles_of(request.user)
