from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.audit.services import note_papers
from evaluation.cycle.models import Cycle
from evaluation.daily.forms.deductions import DefenceForm, PaperDefenceForm, ReviewForm
from evaluation.daily.models import DailyDeduction, DailyDeductionQuerySet, Defence
from evaluation.daily.papers import deduction_papers
from evaluation.daily.selectors import reviewable_by, untold
from evaluation.daily.services import hand_over_slips, make_defence, review_defence
from evaluation.daily.views.shared import (
    CONFIRMERS,
    READERS,
    STAFF,
    WRITERS,
    attempt,
    chosen_keys,
    cycle_of,
    label_of,
    rule_labels,
    visible,
    visible_or_404,
    writes,
)
from evaluation.errors import DomainError
from evaluation.files.responses import attachment
from evaluation.registry.responses import paper_links, paper_response
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role


def _writable(request: AuthenticatedRequest, cycle: Cycle) -> DailyDeductionQuerySet:
    return visible(request, cycle).writable_by(request.user).exclude(cadre__user=request.user)


@require_GET
@role_required(*WRITERS)
def slip_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    """Confirmed deductions of cadres without an account: print, hand over, note the day."""
    cycle = cycle_of(year)
    page = Paginator(untold(_writable(request, cycle)).for_list(), 50).get_page(request.GET.get("page"))
    labels = rule_labels(cycle)
    context = {
        "cycle": cycle,
        "page_obj": page,
        "rows": [(row, label_of(row, labels), row.points * row.count) for row in page],
        "today": timezone.localdate(),
        "downloads": paper_links(_("All slips"), "daily:slip-file", year),
    }
    return render(request, "daily/slip_list_page.html", context)


@require_GET
@role_required(*WRITERS)
def slip_file(request: AuthenticatedRequest, year: int, form: str) -> HttpResponse:
    """The slips in one file: those of ``?pk=``, else all that are still to be handed over."""
    cycle = cycle_of(year)
    keys = [key for key in request.GET.getlist("pk") if key.isdecimal() and len(key) < 10]
    rows = _writable(request, cycle).filter(status=DailyDeduction.Status.CONFIRMED)
    rows = rows.filter(pk__in=keys) if keys else untold(rows)
    papers = deduction_papers(rows.for_list())
    if not papers:
        messages.info(request, _("No slip is to be handed over."))
        return redirect("daily:slip-list", year)
    answer = paper_response(papers, f"日常考核扣分告知书-{year}", form)
    note_papers(actor=request.user, target=cycle, paper="deduction-slip", count=len(papers), form=form)
    return answer


@require_POST
@role_required(*WRITERS)
def slip_hand_over(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = cycle_of(year)
    rows = list(_writable(request, cycle).filter(pk__in=chosen_keys(request)).order_by("pk"))
    day = _day(request.POST.get("handed_on", ""))
    if day is None:
        messages.error(request, _("Enter the day on which it was handed over."))
        return redirect("daily:slip-list", year)
    done = ngettext(
        "%(count)d slip is noted as handed over; the time to answer runs.",
        "%(count)d slips are noted as handed over; the time to answer runs.",
        len(rows),
    )
    attempt(
        request,
        lambda: hand_over_slips(deductions=rows, handed_on=day, actor=request.user),
        done % {"count": len(rows)},
    )
    return redirect("daily:slip-list", year)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


@require_GET
@role_required(*STAFF)
def defence_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = cycle_of(year)
    rows = Defence.objects.visible_to(request.user).filter(deduction__cycle=cycle)
    rows = rows.exclude(deduction__cadre__user=request.user)
    page = Paginator(rows.for_list(), 50).get_page(request.GET.get("page"))
    reviewable = reviewable_by(request.user, rows) if roles_of(request.user) & set(CONFIRMERS) else rows.none()
    context = {
        "cycle": cycle,
        "page_obj": page,
        "reviewable": set(reviewable.values_list("pk", flat=True)),
        "today": timezone.localdate(),
    }
    return render(request, "daily/defence_list_page.html", context)


@require_http_methods(["GET", "POST"])
@role_required(Role.OFFICE, Role.UNIT_ADMIN, Role.CADRE)
def defence_create(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    """The cadre answers; or who writes for the unit enters what the cadre handed in on paper."""
    cycle = cycle_of(year)
    deduction = visible_or_404(request, cycle, pk)
    is_own = deduction.cadre.user_id == request.user.pk
    if not is_own and not writes(request, deduction):
        raise PermissionDenied
    made = DefenceForm if is_own else PaperDefenceForm
    form = made(request.POST, request.FILES) if request.method == "POST" else made()
    if form.is_valid():
        try:
            make_defence(
                deduction=deduction,
                text=form.cleaned_data["text"],
                uploads=form.cleaned_data["files"],
                actor=request.user,
                on_paper=not is_own,
            )
        except DomainError as error:
            form.add_error("files" if error.code in ("scan_missing", "not_evidence") else None, str(error))
        else:
            messages.success(request, _("The defence is under review; the outcome will stand here."))
            return redirect("daily:deduction-detail", year, pk)
    labels = rule_labels(cycle)
    context = {
        "cycle": cycle,
        "deduction": deduction,
        "rule_label": label_of(deduction, labels),
        "total": deduction.points * deduction.count,
        "form": form,
        "is_own": is_own,
    }
    return render(request, "daily/defence_form_page.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*CONFIRMERS)
def defence_review(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    cycle = cycle_of(year)
    rows = Defence.objects.visible_to(request.user).filter(deduction__cycle=cycle).for_list()
    defence = get_object_or_404(rows, pk=pk)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            review_defence(
                defence=defence,
                is_upheld=form.cleaned_data["outcome"] == "upheld",
                answer=form.cleaned_data["answer"],
                reviewer=request.user,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The outcome is recorded; the cadre reads it with your reasons."))
            return redirect("daily:deduction-detail", year, defence.deduction_id)
    deduction = visible_or_404(request, cycle, defence.deduction_id)
    labels = rule_labels(cycle)
    context = {
        "cycle": cycle,
        "defence": defence,
        "may_review": reviewable_by(request.user, Defence.objects.filter(pk=pk)).exists(),
        "deduction": deduction,
        "rule_label": label_of(deduction, labels),
        "total": deduction.points * deduction.count,
        "form": form,
    }
    return render(request, "daily/defence_review_page.html", context)


@require_GET
@role_required(*READERS)
def defence_file(request: AuthenticatedRequest, year: int, pk: int, file_pk: int) -> FileResponse:
    rows = Defence.objects.visible_to(request.user).filter(deduction__cycle=cycle_of(year))
    return attachment(get_object_or_404(get_object_or_404(rows, pk=pk).files, pk=file_pk))
