from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from evaluation.cycle.models import Track
from evaluation.daily.models import DailyDeduction
from evaluation.daily.pictures import bar_of
from evaluation.daily.selectors import balances_of
from evaluation.daily.views.shared import READERS, clause_of, cycle_of, label_of, rule_labels
from evaluation.roster.models import Appraisal
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import CITY_ROLES, Role, Unit

OUT = (DailyDeduction.Status.PROPOSED, DailyDeduction.Status.DECLINED)


@require_GET
@role_required(*READERS)
def balance_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = cycle_of(year)
    appraisals = Appraisal.objects.visible_to(request.user).filter(cycle=cycle).exclude(track=Track.BUREAU_LEADER)
    query = request.GET.get("q", "").strip()
    if query:
        appraisals = appraisals.filter(name__icontains=query)
    deducted = request.GET.get("show") == "deducted"
    if deducted:
        counting = DailyDeduction.objects.filter(status=DailyDeduction.Status.CONFIRMED)
        appraisals = appraisals.filter(pk__in=counting.values("appraisal"))
    page = Paginator(appraisals.for_list(), 50).get_page(request.GET.get("page"))
    kept = balances_of(page, cycle)
    rows = [(one, kept[one.pk][0], bar_of(*kept[one.pk])) for one in page]
    context = {"cycle": cycle, "page_obj": page, "rows": rows, "query": query, "deducted": deducted}
    return render(request, "daily/balance_list_page.html", context)


@require_GET
@role_required(*READERS)
def balance_detail(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    """Everything that took points from one cadre: state, clause, what it rests on, what they said to it."""
    cycle = cycle_of(year)
    seen = Appraisal.objects.visible_to(request.user).filter(cycle=cycle).exclude(track=Track.BUREAU_LEADER)
    appraisal = get_object_or_404(seen.for_list(), pk=pk)
    is_own = appraisal.cadre.user_id == request.user.pk
    deductions = DailyDeduction.objects.visible_to(request.user).filter(appraisal=appraisal).exclude(status__in=OUT)
    balance, base = balances_of([appraisal], cycle)[pk]
    labels = rule_labels(cycle)
    rows = [
        (row, label_of(row, labels), clause_of(row, labels), row.points * row.count) for row in deductions.for_list()
    ]
    context = {
        "cycle": cycle,
        "appraisal": appraisal,
        "is_own": is_own,
        "balance": balance,
        "bar": bar_of(balance, base),
        "parts": [(rule, labels.get((appraisal.track, rule)), points) for rule, points in balance.by_rule],
        "rows": rows,
        "today": timezone.localdate(),
        "may_record": _may_record(request, appraisal),
    }
    return render(request, "daily/balance_detail_page.html", context)


def _may_record(request: AuthenticatedRequest, appraisal: Appraisal) -> bool:
    if roles_of(request.user) & CITY_ROLES:
        return Role.OFFICE in roles_of(request.user)
    return Unit.objects.acted_for_by(request.user, Role.UNIT_ADMIN).filter(pk=appraisal.organising_unit_id).exists()
