from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from evaluation.cycle.models import Cycle, Step
from evaluation.cycle.selectors import end_of_step
from evaluation.daily.doubles import Doubles, doubles_among
from evaluation.daily.models import DailyDeduction, DailyDeductionQuerySet
from evaluation.daily.selectors import balances_of, confirmable_by
from evaluation.daily.services import confirm_deductions, return_deductions
from evaluation.daily.views.shared import (
    CONFIRMERS,
    attempt,
    chosen_keys,
    cycle_of,
    label_of,
    rule_labels,
    visible,
)
from evaluation.roster.models import Appraisal
from evaluation.units.access import AuthenticatedRequest, role_required


@require_GET
@role_required(*CONFIRMERS)
def confirm_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    """What waits for this person, as cards for a phone: everything that one decides by, and one button."""
    cycle = cycle_of(year)
    rows = confirmable_by(request.user, visible(request, cycle)).for_list().order_by("cadre__name", "found_on", "pk")
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    listed = list(page)
    labels = rule_labels(cycle)
    doubles = doubles_among(listed, user=request.user)
    lefts = _left_after(listed, cycle)
    context = {
        "cycle": cycle,
        "page_obj": page,
        "due": end_of_step(cycle, Step.RESULT),
        "cards": [
            _card(row, label_of(row, labels), left, double)
            for row, left, double in zip(listed, lefts, doubles, strict=True)
        ],
    }
    return render(request, "daily/confirm_list_page.html", context)


def _card(row: DailyDeduction, label: str, left: Decimal | None, doubles: Doubles) -> dict[str, Any]:
    return {"row": row, "label": label, "total": row.points * row.count, "left": left, "doubles": doubles}


def _left_after(rows: list[DailyDeduction], cycle: Cycle) -> list[Decimal | None]:
    """What is left of each cadre's points once the list up to this row is confirmed."""
    appraisals = {row.appraisal_id: row.appraisal for row in rows if row.appraisal is not None}
    kept = balances_of([one for one in appraisals.values() if one], cycle)
    taken: dict[int | None, Decimal] = {}
    found: list[Decimal | None] = []
    for row in rows:
        taken[row.appraisal_id] = taken.get(row.appraisal_id, Decimal(0)) + row.points * row.count
        balance = kept.get(row.appraisal_id or 0)
        found.append(max(balance[0].left - taken[row.appraisal_id], Decimal(0)) if balance else None)
    return found


def _approvable(request: AuthenticatedRequest, cycle: Cycle) -> DailyDeductionQuerySet:
    approvable = Appraisal.objects.approvable_by(request.user).values("pk")
    return visible(request, cycle).filter(appraisal__in=approvable)


def _chosen(request: AuthenticatedRequest, cycle: Cycle) -> list[DailyDeduction]:
    """The posted rows, or all that wait for this user; one that is not theirs to confirm is refused by the service."""
    if request.POST.get("all"):
        return list(confirmable_by(request.user, visible(request, cycle)))
    return list(_approvable(request, cycle).filter(pk__in=chosen_keys(request)).order_by("pk"))


@require_POST
@role_required(*CONFIRMERS)
def deduction_confirm(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = cycle_of(year)
    rows = _chosen(request, cycle)
    done = ngettext("%(count)d deduction counts now.", "%(count)d deductions count now.", len(rows))
    despite = chosen_keys(request, "despite")
    attempt(
        request,
        lambda: confirm_deductions(deductions=rows, approver=request.user, despite_doubles=despite),
        done % {"count": len(rows)},
    )
    return redirect("daily:confirm-list", year)


@require_POST
@role_required(*CONFIRMERS)
def deduction_return_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    rows = _chosen(request, cycle_of(year))
    reason = request.POST.get("reason", "")[:200]
    done = _("%(count)d deductions were returned to be corrected.") % {"count": len(rows)}
    attempt(request, lambda: return_deductions(deductions=rows, approver=request.user, reason=reason), done)
    return redirect("daily:confirm-list", year)


@require_POST
@role_required(*CONFIRMERS)
def deduction_return(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    deduction = get_object_or_404(_approvable(request, cycle_of(year)), pk=pk)
    reason = request.POST.get("reason", "")[:200]
    done = _("The deduction was returned to be corrected.")
    attempt(request, lambda: return_deductions(deductions=[deduction], approver=request.user, reason=reason), done)
    return redirect("daily:deduction-detail", year, pk)
