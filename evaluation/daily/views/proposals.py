from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from evaluation.daily.models import DailyDeduction
from evaluation.daily.services import decline_proposal
from evaluation.daily.views.shared import (
    STAFF,
    WRITERS,
    attempt,
    cycle_of,
    label_of,
    rule_labels,
    visible,
    writable_or_refuse,
)
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import CITY_ROLES

Status = DailyDeduction.Status


@require_GET
@role_required(*STAFF)
def proposal_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    """What rules propose; whoever acts for the city also sees what units did not pursue, and why."""
    cycle = cycle_of(year)
    sees_declined = bool(roles_of(request.user) & CITY_ROLES)
    shows_declined = sees_declined and request.GET.get("state") == "declined"
    own = visible(request, cycle).exclude(cadre__user=request.user)
    rows = own.filter(status=Status.DECLINED if shows_declined else Status.PROPOSED)
    page = Paginator(rows.for_list(), 50).get_page(request.GET.get("page"))
    labels = rule_labels(cycle)
    writable = DailyDeduction.objects.filter(pk__in=[row.pk for row in page]).writable_by(request.user)
    context = {
        "cycle": cycle,
        "page_obj": page,
        "rows": [(row, label_of(row, labels), row.points * row.count) for row in page],
        "writable": set(writable.values_list("pk", flat=True)) if roles_of(request.user) & set(WRITERS) else set(),
        "shows_declined": shows_declined,
        "sees_declined": sees_declined,
        "declined": own.filter(status=Status.DECLINED).count() if sees_declined else 0,
    }
    return render(request, "daily/proposal_list_page.html", context)


@require_POST
@role_required(*WRITERS)
def proposal_decline(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    deduction = writable_or_refuse(request, cycle_of(year), pk)
    reason = request.POST.get("reason", "")[:200]
    done = _("Not pursued; the office and the auditors read your reason.")
    attempt(request, lambda: decline_proposal(deduction=deduction, actor=request.user, reason=reason), done)
    return redirect("daily:proposal-list", year)
