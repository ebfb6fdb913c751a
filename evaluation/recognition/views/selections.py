from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.recognition import selectors
from evaluation.recognition.counting import count_characters
from evaluation.recognition.models import Recommendation, Selection
from evaluation.recognition.services import Side, mark_selection, publish_selection
from evaluation.recognition.views import CHOOSERS
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role

READERS = (Role.OFFICE, Role.ORGANISATION, Role.AUDITOR)


def _side(request: AuthenticatedRequest) -> Side | None:
    roles = roles_of(request.user)
    if Role.ORGANISATION in roles:
        return "organisation"
    return "office" if Role.OFFICE in roles else None


@require_GET
@role_required(*READERS)
def selection_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    rows = list(Recommendation.objects.filter(cycle=cycle, status=Recommendation.Status.SUBMITTED).for_list())
    keys = [row.appraisal_id for row in rows]
    results = selectors.results_by_appraisal(cycle=cycle, appraisals=keys)
    warnings = selectors.warnings_of(cycle=cycle, appraisals=keys)
    marks = {mark.recommendation_id: mark for mark in Selection.objects.filter(recommendation__cycle=cycle)}
    side = _side(request)
    context = {
        "cycle": cycle,
        "side": side,
        "rows": [
            {
                "recommendation": row,
                "result": results.get(row.appraisal_id),
                "warnings": warnings.get(row.appraisal_id, ()),
                "length": count_characters(row.deeds),
                "mark": marks.get(row.pk),
                "is_mine": bool(row.pk in marks and side and getattr(marks[row.pk], f"{side}_by_id")),
            }
            for row in rows
        ],
        "is_published": any(mark.published_at for mark in marks.values()),
        "is_agreed": bool(marks) and all(mark.office_by_id and mark.organisation_by_id for mark in marks.values()),
        "may_publish": Role.OFFICE in roles_of(request.user),
    }
    return render(request, "recognition/selection_list_page.html", context)


@require_POST
@role_required(*CHOOSERS)
def selection_mark(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    keys = [key for key in request.POST.getlist("pk") if key.isdecimal()]
    chosen = list(Recommendation.objects.filter(cycle=cycle, pk__in=keys))
    try:
        count = mark_selection(cycle=cycle, recommendations=chosen, side=_side(request) or "office", actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(count)d cadres are marked.") % {"count": count})
    return redirect("recognition:selection-list", year)


@require_POST
@role_required(Role.OFFICE)
def selection_publish(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    try:
        publish_selection(cycle=cycle, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The ten best are published."))
    return redirect("recognition:selection-list", year)
