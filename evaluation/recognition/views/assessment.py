from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from evaluation.audit.services import note_papers
from evaluation.cycle.models import Cycle, Track
from evaluation.errors import DomainError
from evaluation.recognition.assessment import assessment_workbook, leader_lines, mid_level_lines, team_lines
from evaluation.recognition.models import YearEndGrade
from evaluation.recognition.papers import assessment_paper
from evaluation.recognition.selectors import leaders
from evaluation.recognition.services import enter_grades
from evaluation.recognition.views import READERS, WRITERS, sees_the_city
from evaluation.registry.responses import paper_links, paper_response
from evaluation.roster.models import Appraisal, AppraisalQuerySet
from evaluation.units.access import AuthenticatedRequest, role_required

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PARTS = ("teams", "leaders", "mid_level")


def _visible(request: AuthenticatedRequest, cycle: Cycle) -> AppraisalQuerySet:
    return Appraisal.objects.visible_to(request.user).filter(cycle=cycle)


@require_GET
@role_required(*READERS)
def assessment_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    part = request.GET.get("part", "")
    part = part if part in PARTS else PARTS[0]
    visible, query = _visible(request, cycle), request.GET.get("q", "").strip()
    if query:
        visible = visible.filter(organising_unit__name__icontains=query)
    people = leader_lines(cycle=cycle, appraisals=visible)
    results = mid_level_lines(cycle=cycle, appraisals=visible)
    parts: dict[str, Sequence[Any]] = {
        "teams": team_lines(people, results),
        "leaders": people,
        "mid_level": results,
    }
    context = {
        "cycle": cycle,
        "city_wide": sees_the_city(request),
        "part": part,
        "query": query,
        "grades": YearEndGrade.Grade.labels,
        "downloads": paper_links(_("The three lists as a form"), "recognition:assessment-file", year),
        "page_obj": Paginator(parts[part], 100).get_page(request.GET.get("page")),
    }
    return render(request, "recognition/assessment_list_page.html", context)


@require_GET
@role_required(*READERS)
def assessment_export(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    data = assessment_workbook(cycle=cycle, appraisals=_visible(request, cycle))
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="annual-assessment-{year}.xlsx"'
    return response


@require_GET
@role_required(*READERS)
def assessment_file(request: AuthenticatedRequest, year: int, form: str) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    appraisals = _visible(request, cycle)
    answer = paper_response(assessment_paper(cycle, appraisals), f"年度考核运用表-{year}", form)
    note_papers(actor=request.user, target=cycle, paper="annual-assessment", count=appraisals.count(), form=form)
    return answer


@require_GET
@role_required(*READERS)
def grade_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    visible = _visible(request, cycle)
    rows, query = leaders(cycle=cycle, appraisals=visible), request.GET.get("q", "").strip()
    if query:
        rows = rows.filter(organising_unit__name__icontains=query)
    writable = visible.writable_by(request.user).filter(track=Track.BUREAU_LEADER)
    context = {
        "cycle": cycle,
        "city_wide": sees_the_city(request),
        "query": query,
        "grades": YearEndGrade.Grade.choices,
        "page_obj": Paginator(rows, 50).get_page(request.GET.get("page")),
        "writable": set(writable.values_list("pk", flat=True)),
    }
    return render(request, "recognition/grade_list_page.html", context)


@require_POST
@role_required(*WRITERS)
def grade_enter(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    keys = [name.removeprefix("grade-") for name in request.POST if name.startswith("grade-")]
    people = Appraisal.objects.writable_by(request.user).filter(
        cycle=cycle, track=Track.BUREAU_LEADER, pk__in=[key for key in keys if key.isdecimal()]
    )
    grades = {
        person: (request.POST[f"grade-{person.pk}"], request.POST.get(f"remark-{person.pk}", "")) for person in people
    }
    try:
        count = enter_grades(grades=grades, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(count)d entries changed.") % {"count": count})
    return redirect("recognition:grade-list", year)
