from datetime import date

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from evaluation.cycle.models import Cycle
from evaluation.daily.models import DailyDeduction, MonthSheet
from evaluation.daily.months import frozen_from, months_of, next_month
from evaluation.daily.papers import month_paper, year_sheet_paper
from evaluation.daily.selectors import month_states, of_month, units_with_months
from evaluation.daily.services import close_month
from evaluation.daily.views.shared import STAFF, attempt, cycle_of, label_of, rule_labels
from evaluation.daily.workbook import month_workbook, year_sheet_workbook
from evaluation.registry.responses import paper_links, paper_response, workbook_response
from evaluation.units.access import AuthenticatedRequest, role_required
from evaluation.units.models import Role, Unit

FORMATS = ("pdf", "docx", "xlsx")
OUT = (DailyDeduction.Status.PROPOSED, DailyDeduction.Status.DECLINED)


@require_GET
@role_required(*STAFF)
def month_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = cycle_of(year)
    units = list(units_with_months(request.user, cycle))
    chosen = [unit for unit in units if unit.code == request.GET.get("unit")] or units
    states = month_states(cycle=cycle, units=chosen)
    open_now = [one for one in states if one.state != "frozen"]
    context = {
        "cycle": cycle,
        "page_obj": Paginator(states, 50).get_page(request.GET.get("page")),
        "units": units,
        "unit": chosen[0] if len(chosen) == 1 else None,
        "next_freeze": min((one.frozen_from for one in open_now), default=None),
    }
    return render(request, "daily/month_list_page.html", context)


def _unit_and_month(request: AuthenticatedRequest, cycle: Cycle, code: str, number: int) -> tuple[Unit, date]:
    unit = get_object_or_404(units_with_months(request.user, cycle), code=code)
    if not 1 <= number <= 12:
        raise Http404
    return unit, months_of(cycle)[number - 1]


@require_GET
@role_required(*STAFF)
def month_detail(request: AuthenticatedRequest, year: int, code: str, number: int) -> HttpResponse:
    return render(request, "daily/month_detail_page.html", _month(request, year, code, number))


@require_GET
@role_required(*STAFF)
def month_file(request: AuthenticatedRequest, year: int, code: str, number: int, form: str) -> HttpResponse:
    """Annex 3-2 of the month."""
    cycle = cycle_of(year)
    unit, month = _unit_and_month(request, cycle, code, number)
    stem = f"附件3-2日常考核得分表-{unit.name}-{year}年{number}月"
    if form == "xlsx":
        return workbook_response(month_workbook(cycle, unit, month, unseen_by=request.user), stem)
    return paper_response(month_paper(cycle, unit, month, unseen_by=request.user), stem, form)


@require_GET
@role_required(*STAFF)
def year_file(request: AuthenticatedRequest, year: int, code: str, form: str) -> HttpResponse:
    """Annex 3-2 of the whole year."""
    cycle = cycle_of(year)
    unit = get_object_or_404(units_with_months(request.user, cycle), code=code)
    stem = f"附件3-2日常考核得分表-{unit.name}-{year}年"
    if form == "xlsx":
        return workbook_response(year_sheet_workbook(cycle, unit, unseen_by=request.user), stem)
    return paper_response(year_sheet_paper(cycle, unit, unseen_by=request.user), stem, form)


def _month(request: AuthenticatedRequest, year: int, code: str, number: int) -> dict[str, object]:
    cycle = cycle_of(year)
    unit, month = _unit_and_month(request, cycle, code, number)
    sheet = MonthSheet.objects.filter(cycle=cycle, unit=unit, month=month).select_related("frozen_by").first()
    today, frozen = timezone.localdate(), frozen_from(month, cycle)
    labels = rule_labels(cycle)
    rows = of_month(cycle=cycle, unit=unit, month=month).exclude(status__in=OUT).exclude(cadre__user=request.user)
    listed = {case["deduction"] for line in sheet.rows for case in line["cases"]} if sheet else set()
    shown = [
        (row, label_of(row, labels), row.points * row.count, sheet is not None and row.pk not in listed)
        for row in rows.for_list().order_by("found_on", "pk")
    ]
    approves = Unit.objects.acted_for_by(request.user, Role.APPROVER).filter(pk=unit.pk).exists()
    return {
        "cycle": cycle,
        "unit": unit,
        "month": month,
        "number": number,
        "sheet": sheet,
        "frozen_from": frozen,
        "is_frozen": sheet is not None or today >= frozen,
        "rows": shown,
        "may_close": approves and sheet is None and next_month(month) <= today < frozen,
        "today": today,
        "downloads": _downloads(year, code, number),
    }


def _downloads(year: int, code: str, number: int) -> list[tuple[str, str, str]]:
    """The sheet of the month and that of the year, in every format."""
    month = paper_links(_("Annex 3-2 of the month"), "daily:month-file", year, code, number, forms=FORMATS)
    return [*month, *paper_links(_("Annex 3-2 of the year"), "daily:year-file", year, code, forms=FORMATS)]


@require_POST
@role_required(Role.APPROVER)
def month_close(request: AuthenticatedRequest, year: int, code: str, number: int) -> HttpResponse:
    cycle = cycle_of(year)
    unit, month = _unit_and_month(request, cycle, code, number)
    get_object_or_404(Unit.objects.acted_for_by(request.user, Role.APPROVER), pk=unit.pk)
    done = _("The list of the month is frozen as it stands now.")
    attempt(request, lambda: close_month(cycle=cycle, unit=unit, month=month, approver=request.user), done)
    return redirect("daily:month-detail", year, code, number)
