from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.recognition import selectors
from evaluation.recognition.forms import CommendationForm
from evaluation.recognition.models import Commendation, CommendationQuerySet
from evaluation.recognition.services import commend, drop_commendations, publish_commendations
from evaluation.recognition.views import APPROVERS, READERS, WRITERS, sees_the_city
from evaluation.roster.models import Appraisal
from evaluation.units.access import AuthenticatedRequest, role_required


def _visible(request: AuthenticatedRequest, cycle: Cycle) -> CommendationQuerySet:
    return Commendation.objects.visible_to(request.user).of_cycle(cycle)


def _publishable(request: AuthenticatedRequest, cycle: Cycle) -> CommendationQuerySet:
    waiting = _visible(request, cycle).approvable_by(request.user).filter(published_at__isnull=True)
    return waiting.exclude(commended_by=request.user)


@require_GET
@role_required(*READERS)
def commendation_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    visible = _visible(request, cycle)
    droppable = visible.writable_by(request.user).filter(published_at__isnull=True)
    publishable = set(_publishable(request, cycle).values_list("pk", flat=True))
    dropping = set(droppable.values_list("pk", flat=True))
    context = {
        "cycle": cycle,
        "city_wide": sees_the_city(request),
        "page_obj": Paginator(visible.for_list(), 50).get_page(request.GET.get("page")),
        "publishable": publishable,
        "droppable": dropping,
        "choosable": publishable | dropping,
        "commendable_count": selectors.commendable(cycle=cycle, user=request.user).count(),
    }
    return render(request, "recognition/commendation_list_page.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def commendation_create(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    results = selectors.commendable(cycle=cycle, user=request.user).for_list()
    query = request.GET.get("q", "").strip()
    if query:
        results = results.filter(Q(name__icontains=query) | Q(unit_name__icontains=query))
    posted = request.POST if request.method == "POST" else None
    form = CommendationForm(posted, initial={"title": f"{year}年度优秀村（社区）干部"})
    keys = [key for key in request.POST.getlist("pk") if key.isdecimal()]
    if form.is_valid():
        try:
            count = commend(
                cycle=cycle, appraisals=_chosen(request, cycle, keys), actor=request.user, **form.cleaned_data
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, _("%(count)d cadres are commended; a second person publishes.") % {"count": count}
            )
            return redirect("recognition:commendation-list", year)
    context = {
        "cycle": cycle,
        "form": form,
        "query": query,
        "chosen": {int(key) for key in keys},
        "page_obj": Paginator(results, 100).get_page(request.GET.get("page")),
    }
    return render(request, "recognition/commendation_form_page.html", context)


def _chosen(request: AuthenticatedRequest, cycle: Cycle, keys: list[str]) -> list[Appraisal]:
    return list(Appraisal.objects.writable_by(request.user).filter(cycle=cycle, pk__in=keys))


@require_POST
@role_required(*APPROVERS)
def commendation_publish(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    rows = _publishable(request, cycle)
    if not request.POST.get("all"):
        rows = _visible(request, cycle).approvable_by(request.user).filter(pk__in=_keys(request))
    return _act(
        request,
        year,
        lambda: publish_commendations(commendations=rows, approver=request.user),
        _("%(count)d commendations are published."),
    )


@require_POST
@role_required(*WRITERS)
def commendation_drop(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    rows = _visible(request, cycle).writable_by(request.user).filter(pk__in=_keys(request))
    return _act(
        request,
        year,
        lambda: drop_commendations(commendations=rows, actor=request.user),
        _("%(count)d commendations are taken back."),
    )


def _keys(request: AuthenticatedRequest) -> list[str]:
    return [key for key in request.POST.getlist("pk") if key.isdecimal()]


def _act(request: AuthenticatedRequest, year: int, act: Callable[[], int], done: str) -> HttpResponse:
    try:
        messages.success(request, done % {"count": act()})
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("recognition:commendation-list", year)
