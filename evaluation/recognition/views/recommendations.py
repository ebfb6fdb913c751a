from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.audit.services import note_papers
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.recognition import selectors
from evaluation.recognition.counting import LEAST, MOST, count_characters, is_of_good_length
from evaluation.recognition.forms import RecommendationForm
from evaluation.recognition.models import Recommendation, RecommendationQuerySet
from evaluation.recognition.papers import recommendation_paper, recommendation_papers
from evaluation.recognition.services import (
    OPEN,
    choose_candidate,
    return_recommendation,
    save_recommendation,
    submit_recommendation,
)
from evaluation.recognition.views import READERS, WRITERS, sees_the_city
from evaluation.registry.responses import paper_links, paper_response
from evaluation.roster.models import Appraisal
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role, Unit

Status = Recommendation.Status
TEXTS = ("resume", "honours", "deeds")


@require_GET
@role_required(*READERS)
def recommendation_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    units = selectors.recommending_units(cycle=cycle, user=request.user)
    query = request.GET.get("q", "").strip()
    if query:
        units = units.filter(name__icontains=query)
    page = Paginator(units, 50).get_page(request.GET.get("page"))
    visible = Recommendation.objects.visible_to(request.user).filter(cycle=cycle)
    context = {
        "cycle": cycle,
        "page_obj": page,
        "rows": [_row(unit) for unit in page],
        "query": query,
        "submitted_count": visible.filter(status=Status.SUBMITTED).count(),
        "is_late": timezone.localdate() > cycle.deadline,
        "city_wide": sees_the_city(request),
        "downloads": paper_links(_("All that were submitted (Annex 4)"), "recognition:recommendation-list-file", year),
    }
    return render(request, "recognition/recommendation_list_page.html", context)


def _row(unit: Unit) -> dict[str, Any]:
    of_year: list[Recommendation] = unit.of_year  # type: ignore[attr-defined]
    recommendation = of_year[0] if of_year else None
    length = count_characters(recommendation.deeds) if recommendation else 0
    return {"unit": unit, "recommendation": recommendation, "length": length}


def _unit(request: AuthenticatedRequest, cycle: Cycle, code: str) -> Unit:
    return get_object_or_404(selectors.recommending_units(cycle=cycle, user=request.user), code=code)


def _writes(request: AuthenticatedRequest, unit: Unit) -> bool:
    if Role.OFFICE in roles_of(request.user):
        return True
    return Unit.objects.acted_for_by(request.user, Role.UNIT_ADMIN).filter(pk=unit.pk).exists()


@require_GET
@role_required(*READERS)
def candidate_list(request: AuthenticatedRequest, year: int, unit_code: str) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    unit = _unit(request, cycle, unit_code)
    recommendation = Recommendation.objects.filter(cycle=cycle, unit=unit).first()
    is_open = recommendation is None or recommendation.status in OPEN
    context = {
        "cycle": cycle,
        "unit": unit,
        "candidates": selectors.candidates_of(cycle=cycle, unit=unit),
        "recommendation": recommendation,
        "may_choose": is_open and _writes(request, unit),
    }
    return render(request, "recognition/candidate_list_page.html", context)


@require_POST
@role_required(*WRITERS)
def recommendation_choose(request: AuthenticatedRequest, year: int, unit_code: str) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    unit = _unit(request, cycle, unit_code)
    if not _writes(request, unit):
        raise PermissionDenied
    key = request.POST.get("appraisal", "")
    appraisal = get_object_or_404(Appraisal, cycle=cycle, organising_unit=unit, pk=key if key.isdecimal() else None)
    try:
        chosen = choose_candidate(cycle=cycle, unit=unit, appraisal=appraisal, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("recognition:candidate-list", year, unit_code)
    messages.success(request, _("%(name)s is chosen. Write the resumé and the deeds.") % {"name": appraisal.name})
    return redirect("recognition:recommendation-edit", year, chosen.pk)


def _visible(request: AuthenticatedRequest, year: int) -> tuple[Cycle, RecommendationQuerySet]:
    cycle = get_object_or_404(Cycle, year=year)
    return cycle, Recommendation.objects.visible_to(request.user).filter(cycle=cycle)


@require_GET
@role_required(*READERS)
def recommendation_detail(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    cycle, visible = _visible(request, year)
    recommendation = get_object_or_404(visible.for_list(), pk=pk)
    appraisal = recommendation.appraisal_id
    length = count_characters(recommendation.deeds)
    mine = visible.filter(pk=pk).writable_by(request.user).exists()
    context = {
        "cycle": cycle,
        "recommendation": recommendation,
        "result": selectors.results_by_appraisal(cycle=cycle, appraisals=[appraisal]).get(appraisal),
        "warnings": selectors.warnings_of(cycle=cycle, appraisals=[appraisal]).get(appraisal, ()),
        "length": length,
        "is_good_length": is_of_good_length(length),
        "least": LEAST,
        "most": MOST,
        "may_edit": mine and recommendation.status in OPEN,
        "may_return": Role.OFFICE in roles_of(request.user) and recommendation.status == Status.SUBMITTED,
        "grades": _grades(recommendation),
        "downloads": paper_links(
            _("Recommendation form and deeds (Annex 4)"), "recognition:recommendation-file", year, pk
        ),
    }
    return render(request, "recognition/recommendation_detail_page.html", context)


@require_GET
@role_required(*READERS)
def recommendation_file(request: AuthenticatedRequest, year: int, pk: int, form: str) -> HttpResponse:
    """Annex 4 and the deeds."""
    recommendation = get_object_or_404(_visible(request, year)[1].for_list(), pk=pk)
    name = f"附件4推荐表-{recommendation.unit.name}-{recommendation.appraisal.name}"
    return paper_response(recommendation_paper(recommendation), name, form)


@require_GET
@role_required(*READERS)
def recommendation_list_file(request: AuthenticatedRequest, year: int, form: str) -> HttpResponse:
    """Annex 4 and deeds of all that were submitted, in one file."""
    cycle, rows = _visible(request, year)
    both = recommendation_papers(list(rows.filter(status=Status.SUBMITTED).for_list()))
    if not both:
        messages.info(request, _("Nothing was submitted yet."))
        return redirect("recognition:recommendation-list", year)
    answer = paper_response([paper for pair in both for paper in pair], f"附件4推荐表-{year}", form)
    note_papers(actor=request.user, target=cycle, paper="recommendation", count=len(both), form=form)
    return answer


def _to_write(request: AuthenticatedRequest, year: int, pk: int) -> tuple[Cycle, Recommendation]:
    cycle, visible = _visible(request, year)
    recommendation = get_object_or_404(visible.for_list(), pk=pk)
    if not visible.filter(pk=pk).writable_by(request.user).exists():
        raise PermissionDenied
    return cycle, recommendation


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def recommendation_edit(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    cycle, recommendation = _to_write(request, year, pk)
    if recommendation.status not in OPEN:
        return redirect("recognition:recommendation-detail", year, pk)
    posted = request.POST if request.method == "POST" else None
    form = RecommendationForm(posted, initial=_written(recommendation), year=year)
    if form.is_valid():
        try:
            texts = {name: form.cleaned_data[name] for name in TEXTS}
            save_recommendation(recommendation=recommendation, actor=request.user, grades=form.grades(), **texts)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            _tell_length(request, form.cleaned_data["deeds"])
            return redirect("recognition:recommendation-detail", year, pk)
    length = count_characters(str(form["deeds"].value() or ""))
    context = {"cycle": cycle, "recommendation": recommendation, "form": form, "length": length}
    return render(request, "recognition/recommendation_form_page.html", context)


def _grades(recommendation: Recommendation) -> list[tuple[str, str]]:
    """Year and grade in words."""
    words = dict(Recommendation.EarlierGrade.choices)
    return [(year, str(words.get(code, code))) for year, code in sorted((recommendation.earlier_grades or {}).items())]


def _written(recommendation: Recommendation) -> dict[str, str]:
    grades = recommendation.earlier_grades or {}
    texts = {name: getattr(recommendation, name) or "" for name in TEXTS}
    return {**texts, **{f"grade_{year}": grade for year, grade in grades.items()}}


def _tell_length(request: AuthenticatedRequest, deeds: str) -> None:
    count = count_characters(deeds)
    messages.success(request, _("Saved. The deeds have %(count)s characters.") % {"count": count})
    if not is_of_good_length(count):
        messages.warning(
            request,
            _("About 2,000 characters are asked for, %(least)s to %(most)s.") % {"least": LEAST, "most": MOST},
        )


@require_POST
@role_required(*WRITERS)
def recommendation_submit(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    _cycle, recommendation = _to_write(request, year, pk)
    try:
        submit_recommendation(recommendation=recommendation, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The recommendation has gone to the office."))
    return redirect("recognition:recommendation-detail", year, pk)


@require_POST
@role_required(Role.OFFICE)
def recommendation_return(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    recommendation = get_object_or_404(_visible(request, year)[1], pk=pk)
    try:
        return_recommendation(recommendation=recommendation, actor=request.user, reason=request.POST.get("reason", ""))
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The recommendation is returned to the unit."))
    return redirect("recognition:recommendation-detail", year, pk)
