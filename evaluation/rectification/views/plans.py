from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.rectification import selectors
from evaluation.rectification.chain import chain_of
from evaluation.rectification.forms import CompletionForm, ItemFormSet, PlanFormSet
from evaluation.rectification.ledger import parts_of
from evaluation.rectification.models import RectificationPlan, RectificationPlanQuerySet
from evaluation.rectification.papers import plan_paper
from evaluation.rectification.services import (
    ItemValues,
    accept_plans,
    complete_plan,
    draft_plans,
    publish_plans,
    ratings_of,
    report_items,
    return_completion,
    return_plans,
    save_plan,
    submit_plans,
    takes_ratings,
)
from evaluation.rectification.views import APPROVERS, READERS, STAFF, WRITERS
from evaluation.rectification.workbook import plan_workbook
from evaluation.registry.responses import paper_links, paper_response, workbook_response
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role, Unit

Status = RectificationPlan.Status
Narrowed = Callable[[Any, RectificationPlanQuerySet], RectificationPlanQuerySet]

FORMATS = ("pdf", "docx", "xlsx")


def _visible(request: AuthenticatedRequest, year: int) -> tuple[Cycle, RectificationPlanQuerySet]:
    cycle = get_object_or_404(Cycle, year=year)
    return cycle, RectificationPlan.objects.visible_to(request.user).of_cycle(cycle)


@require_GET
@role_required(*READERS)
def plan_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle, visible = _visible(request, year)
    today, user = timezone.localdate(), request.user
    waiting = {
        "submittable": _keys(selectors.submittable_by(user, visible)),
        "publishable": _keys(selectors.publishable_by(user, visible)),
        "acceptable": _keys(selectors.acceptable_by(user, visible)),
    }
    rows, chosen = _filtered(request, visible)
    context = {
        "cycle": cycle,
        "page_obj": Paginator(selectors.with_progress(rows, today=today).for_list(), 50).get_page(
            request.GET.get("page")
        ),
        "statuses": Status.choices,
        "may_see_missing": bool(roles_of(user) & {*STAFF, Role.ORGANISATION, Role.AUDITOR}),
        "draftable_count": selectors.draftable_by(user, cycle).count(),
        "choosable": set().union(*waiting.values()),
        **waiting,
        **chosen,
    }
    return render(request, "rectification/plan_list_page.html", context)


def _keys(plans: RectificationPlanQuerySet) -> set[int]:
    return set(plans.values_list("pk", flat=True))


def _filtered(
    request: AuthenticatedRequest, rows: RectificationPlanQuerySet
) -> tuple[RectificationPlanQuerySet, dict[str, Any]]:
    status, query = request.GET.get("status", ""), request.GET.get("q", "").strip()
    if status in Status.values:
        rows = rows.filter(status=status)
    if status == "overdue":
        rows = selectors.overdue(rows, today=timezone.localdate())
    if query:
        rows = rows.filter(appraisal__name__icontains=query)
    return rows, {"status": status, "query": query}


@require_GET
@role_required(*READERS)
def plan_detail(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    cycle, visible = _visible(request, year)
    shown = visible.for_list().select_related("submitted_by", "accepted_by", "completed_by")
    plan = get_object_or_404(shown.prefetch_related("items__files", "items__extensions"), pk=pk)
    only = visible.filter(pk=pk)
    mine = only.writable_by(request.user).exists()
    context = {
        "cycle": cycle,
        "plan": plan,
        "items": plan.items.all(),
        "parts": parts_of(plan.items.all(), today=timezone.localdate()),
        "links": chain_of(plan, request.user),
        "ratings": ratings_of(plan),
        "takes_ratings": takes_ratings(plan),
        "comments": _comments_seen(request, plan),
        "today": timezone.localdate(),
        "may_edit": mine and plan.status in (Status.DRAFT, Status.RETURNED),
        "may_report": mine and plan.status == Status.PUBLISHED,
        "downloads": paper_links(
            _("Rectification plan"), "rectification:plan-file", year, pk, forms=("pdf", "docx", "xlsx")
        ),
        "may_publish": selectors.publishable_by(request.user, only).exists(),
        "may_accept": selectors.acceptable_by(request.user, only).exists(),
    }
    return render(request, "rectification/plan_detail_page.html", context)


@require_GET
@role_required(*READERS)
def plan_file(request: AuthenticatedRequest, year: int, pk: int, form: str) -> HttpResponse:
    plan = get_object_or_404(_visible(request, year)[1].for_list(), pk=pk)
    stem = f"整改计划-{plan.appraisal.name}-{year}"
    if form == "xlsx":
        return workbook_response(plan_workbook(plan), stem)
    return paper_response(plan_paper(plan), stem, form)


@require_GET
@role_required(*STAFF, Role.ORGANISATION, Role.AUDITOR)
def plan_missing(request: AuthenticatedRequest, year: int) -> HttpResponse:
    """Mid-level cadres without a published plan, and the day by which it is to be public."""
    cycle = get_object_or_404(Cycle, year=year)
    rows = selectors.without_public_plan(request.user, cycle)
    unit = request.GET.get("unit", "")
    units = Unit.objects.filter(pk__in=rows.order_by().values("organising_unit")).order_by("order", "name")
    if unit:
        rows = rows.filter(organising_unit__code=unit)
    context = {
        "cycle": cycle,
        "page_obj": Paginator(rows.for_list(), 50).get_page(request.GET.get("page")),
        "units": units,
        "unit": unit,
        "today": timezone.localdate(),
    }
    return render(request, "rectification/plan_missing_page.html", context)


def _comments_seen(request: AuthenticatedRequest, plan: RectificationPlan) -> Any:
    """What moderation let through; the rest stands on the page of opinions for those who moderate."""
    return plan.comments.filter(status="shown")


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def plan_edit(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    cycle, visible = _visible(request, year)
    plan = _to_write(request, visible, pk)
    if plan.status not in (Status.DRAFT, Status.RETURNED):
        return redirect("rectification:plan-detail", year, pk)
    formset = _formset(request, plan)
    wants_saving = request.method == "POST" and "more" not in request.POST
    if wants_saving and formset.is_valid() and _saved(request, plan, formset):
        return redirect("rectification:plan-detail", year, pk)
    return render(request, "rectification/plan_form_page.html", {"cycle": cycle, "plan": plan, "formset": formset})


def _to_write(request: AuthenticatedRequest, visible: RectificationPlanQuerySet, pk: int) -> RectificationPlan:
    """Whoever may see the plan and not write it is told so."""
    plan: RectificationPlan = get_object_or_404(visible.for_list(), pk=pk)
    if not visible.filter(pk=pk).writable_by(request.user).exists():
        raise PermissionDenied
    return plan


def _formset(request: AuthenticatedRequest, plan: RectificationPlan) -> ItemFormSet:
    if request.method == "POST":
        data = _with_a_row_more(request.POST) if "more" in request.POST else request.POST
        return cast(ItemFormSet, PlanFormSet(data, prefix="items"))
    names = ("source", "problem", "measure", "effect", "due", "person")
    return cast(ItemFormSet, PlanFormSet(initial=list(plan.items.values(*names)), prefix="items"))


def _with_a_row_more(posted: QueryDict) -> QueryDict:
    """Without script a row is added by the server: what was typed comes back with one empty row."""
    data = posted.copy()
    total = data.get("items-TOTAL_FORMS", "0")
    data["items-TOTAL_FORMS"] = str(int(total) + 1) if total.isdecimal() and len(total) < 4 else "1"
    return data


def _saved(request: AuthenticatedRequest, plan: RectificationPlan, formset: ItemFormSet) -> bool:
    """Save, and submit where that was asked; what was typed is kept either way."""
    try:
        save_plan(plan=plan, items=[ItemValues(**row) for row in formset.rows()], actor=request.user)
        if "submit" in request.POST:
            submit_plans(plans=[plan], actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, _("The plan is submitted.") if "submit" in request.POST else _("The plan is saved."))
    return True


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def plan_report(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    cycle, visible = _visible(request, year)
    plan = _to_write(request, visible, pk)
    if plan.status != Status.PUBLISHED:
        return redirect("rectification:plan-detail", year, pk)
    form = CompletionForm(request.POST if request.method == "POST" else None, plan=plan)
    if form.is_valid() and _reported(request, plan, form):
        return redirect("rectification:plan-detail", year, pk)
    return render(request, "rectification/plan_report_page.html", {"cycle": cycle, "plan": plan, "form": form})


def _reported(request: AuthenticatedRequest, plan: RectificationPlan, form: CompletionForm) -> bool:
    try:
        report_items(plan=plan, completions=form.completions(), actor=request.user)
        if "complete" in request.POST:
            complete_plan(plan=plan, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, _("What was done is noted."))
    return True


@require_POST
@role_required(*WRITERS)
def plan_draft(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    try:
        plans = draft_plans(appraisals=selectors.draftable_by(request.user, cycle), actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("rectification:plan-list", year)
    messages.success(request, _("%(count)d plans are drawn up and wait to be written.") % {"count": len(plans)})
    if len(plans) == 1:
        return redirect("rectification:plan-edit", year, plans[0].pk)
    return redirect("rectification:plan-list", year)


def _chosen(
    request: AuthenticatedRequest, allowed: RectificationPlanQuerySet, narrowed: Narrowed
) -> RectificationPlanQuerySet:
    """The posted rows that wait for this act; where none does, the posted ones, so that the service says why."""
    waiting = narrowed(request.user, allowed)
    if request.POST.get("all"):
        return waiting
    keys = [key for key in request.POST.getlist("pk") if key.isdecimal()]
    return waiting.filter(pk__in=keys) if waiting.filter(pk__in=keys).exists() else allowed.filter(pk__in=keys)


def _act(
    request: AuthenticatedRequest, year: int, act: Callable[[], list[RectificationPlan]], done: str
) -> HttpResponse:
    try:
        messages.success(request, done % {"count": len(act())})
    except DomainError as error:
        messages.error(request, str(error))
    if request.POST.get("back", "").isdecimal():
        return redirect("rectification:plan-detail", year, int(request.POST["back"]))
    return redirect("rectification:plan-list", year)


@require_POST
@role_required(*WRITERS)
def plan_submit(request: AuthenticatedRequest, year: int) -> HttpResponse:
    allowed = _visible(request, year)[1].writable_by(request.user)
    plans = _chosen(request, allowed, selectors.submittable_by)
    return _act(
        request, year, lambda: submit_plans(plans=plans, actor=request.user), _("%(count)d plans are submitted.")
    )


@require_POST
@role_required(*APPROVERS)
def plan_publish(request: AuthenticatedRequest, year: int) -> HttpResponse:
    allowed = _visible(request, year)[1].approvable_by(request.user)
    plans = _chosen(request, allowed, selectors.publishable_by)
    done = _("%(count)d plans are published; residents can give their opinions.")
    return _act(request, year, lambda: publish_plans(plans=plans, approver=request.user), done)


@require_POST
@role_required(*APPROVERS)
def plan_return(request: AuthenticatedRequest, year: int) -> HttpResponse:
    allowed = _visible(request, year)[1].approvable_by(request.user)
    plans = _chosen(request, allowed, selectors.publishable_by)
    reason = request.POST.get("reason", "")
    return _act(
        request,
        year,
        lambda: return_plans(plans=plans, approver=request.user, reason=reason),
        _("%(count)d plans are returned."),
    )


@require_POST
@role_required(*APPROVERS)
def plan_accept(request: AuthenticatedRequest, year: int) -> HttpResponse:
    allowed = _visible(request, year)[1].approvable_by(request.user)
    plans = _chosen(request, allowed, selectors.acceptable_by)
    return _act(
        request, year, lambda: accept_plans(plans=plans, approver=request.user), _("%(count)d plans are accepted.")
    )


@require_POST
@role_required(*APPROVERS)
def plan_send_back(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    plan = get_object_or_404(_visible(request, year)[1].approvable_by(request.user), pk=pk)
    try:
        return_completion(plan=plan, approver=request.user, reason=request.POST.get("reason", ""))
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The plan is not accepted; it is under way again."))
    return redirect("rectification:plan-detail", year, pk)
