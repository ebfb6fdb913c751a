from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from evaluation.cycle.models import Cycle, Step
from evaluation.desk.context import year_asked
from evaluation.desk.overview import overview_of
from evaluation.desk.periods import timer_state
from evaluation.desk.progress import UnitProgress, progress_by_unit, step_now
from evaluation.desk.waiting import waiting_for
from evaluation.roster.models import Appraisal
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role, Unit

PER_PAGE = 50


@require_safe
@role_required(*Role)
def home(request: AuthenticatedRequest) -> HttpResponse:
    cycle = _cycle(request)
    return render(
        request,
        "desk/home_page.html",
        {
            "cycle": cycle,
            "cycles": Cycle.objects.all(),
            "step_now": step_now(cycle),
            "waiting": waiting_for(request.user, cycle) if cycle else [],
            "may_set_up": cycle is None and Role.OFFICE in roles_of(request.user),
            "next_year": timezone.localdate().year,
            "appraisals": _own(request, cycle),
        },
    )


@require_safe
@role_required(Role.OFFICE, Role.ORGANISATION, Role.AUDITOR)
def monitor(request: AuthenticatedRequest) -> HttpResponse:
    cycle = _cycle(request)
    if cycle is None:
        return redirect("desk:home")
    rows = progress_by_unit(cycle, today=timezone.localdate())
    query, kind, late = _filter(request)
    chosen = [row for row in rows if _fits(row, query, kind, late)]
    return render(
        request,
        "desk/monitor_page.html",
        {
            "cycle": cycle,
            "cycles": Cycle.objects.all(),
            "step_now": step_now(cycle),
            "headings": [(number, label) for number, label in enumerate(Step.labels, start=1)],
            "page_obj": Paginator(chosen, PER_PAGE).get_page(request.GET.get("page")),
            "kinds": Unit.Kind.choices,
            "query": query,
            "kind": kind,
            "late": late,
            "totals": _totals(rows),
            "timer": timer_state(cycle) if Role.OFFICE in roles_of(request.user) else None,
            "late_units": sum(row.is_late for row in rows),
            "all_units": len(rows),
        },
    )


@require_safe
@role_required(*Role)
def appraisal_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """All five steps of one cadre on one page."""
    visible = Appraisal.objects.visible_to(request.user).for_list()
    appraisal = get_object_or_404(visible.select_related("home_unit__parent"), pk=pk)
    request.__dict__["_year"] = appraisal.cycle.year
    return render(request, "desk/appraisal_page.html", overview_of(appraisal, request.user))


def _cycle(request: HttpRequest) -> Cycle | None:
    """The year that was asked for, else the newest that has begun, else the one being set up."""
    cycles = Cycle.objects.prefetch_related("steps")
    begun = cycles.exclude(status=Cycle.Status.DRAFT)
    asked = year_asked(request)
    return (cycles.filter(year=asked).first() if asked else None) or begun.first() or cycles.first()


def _own(request: AuthenticatedRequest, cycle: Cycle | None) -> list[Appraisal]:
    if cycle is None or Role.CADRE not in roles_of(request.user):
        return []
    return list(Appraisal.objects.filter(cycle=cycle, cadre__user=request.user).for_list())


def _filter(request: HttpRequest) -> tuple[str, str, bool]:
    kind = request.GET.get("kind", "")
    return (
        request.GET.get("q", "").strip()[:40],
        kind if kind in Unit.Kind.values else "",
        bool(request.GET.get("late")),
    )


def _fits(row: UnitProgress, query: str, kind: str, late: bool) -> bool:
    return query in row.unit.name and (not kind or row.unit.kind == kind) and (not late or row.is_late)


def _totals(rows: list[UnitProgress]) -> list[dict[str, Any]]:
    """By step: how many units are through, and how many are late."""
    done, late = Counter[int](), Counter[int]()
    for row in rows:
        done.update(place for place, cell in enumerate(row.cells) if cell.is_complete)
        late.update(place for place, cell in enumerate(row.cells) if cell.is_late)
    return [
        {"number": place + 1, "label": label, "done": done[place], "late": late[place], "total": len(rows)}
        for place, label in enumerate(Step.labels)
    ]
