from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from evaluation.cycle.models import Cycle, Step
from evaluation.cycle.selectors import end_of_step
from evaluation.results.forms import ProposalForm
from evaluation.results.missing import Shortfall, shortfalls_of
from evaluation.results.models import Publication, ShortfallDecision
from evaluation.results.pools import SCORED_TRACKS
from evaluation.results.services import drop_proposals, propose_decisions, settle_decisions
from evaluation.results.views.shared import READERS, WRITERS, attempt, chosen_numbers, cycle_of, writes
from evaluation.roster.models import Appraisal
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import CITY_ROLES, Role, Unit

# On a sheet, or left off every sheet of a pool that was computed.
JUDGED = Q(sheet_entries__isnull=False) | Q(results__publication__status=Publication.Status.COMPUTED)


@require_GET
@role_required(*READERS)
def shortfall_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    return _page(request, cycle_of(year), ProposalForm())


@require_POST
@role_required(*WRITERS)
def shortfall_propose(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle, form = cycle_of(year), ProposalForm(request.POST)
    if not form.is_valid():
        return _page(request, cycle, form, status=422)
    waiting = [one for one in _shortfalls(request, cycle) if one.is_open]
    keys = set(request.POST.getlist("pk"))
    chosen = [(one.appraisal, one.group.code) for one in waiting if request.POST.get("all") or one.key in keys]
    decision, reason = form.cleaned_data["decision"], form.cleaned_data["reason"]
    attempt(
        request,
        lambda: propose_decisions(cycle=cycle, chosen=chosen, decision=decision, reason=reason, actor=request.user),
        _("Proposed. Another person settles it."),
    )
    return redirect("results:shortfall-list", year)


@require_POST
@role_required(*WRITERS)
def shortfall_settle(request: AuthenticatedRequest, year: int) -> HttpResponse:
    decisions = _decisions(request, year)
    attempt(
        request,
        lambda: settle_decisions(decisions=decisions, actor=request.user),
        _("Settled. Compute the results of these units anew."),
    )
    return redirect("results:shortfall-list", year)


@require_POST
@role_required(*WRITERS)
def shortfall_drop(request: AuthenticatedRequest, year: int) -> HttpResponse:
    decisions = _decisions(request, year)
    attempt(request, lambda: drop_proposals(decisions=decisions, actor=request.user), _("The proposals were dropped."))
    return redirect("results:shortfall-list", year)


def _page(request: AuthenticatedRequest, cycle: Cycle, form: ProposalForm, status: int = 200) -> HttpResponse:
    found = _shortfalls(request, cycle)
    waiting = [one for one in found if one.is_open and one.proposal is None]
    proposed = [one for one in found if one.is_open and one.proposal is not None]
    settled = [one for one in found if not one.is_open]
    context = {
        "cycle": cycle,
        "page_obj": Paginator(waiting, 100).get_page(request.GET.get("page")),
        "proposed": proposed,
        "settled": settled[:200],
        "settled_count": len(settled),
        "due": end_of_step(cycle, Step.RESULT),
        "waiting_count": len(waiting),
        "form": form,
        "writes": writes(request),
        "chosen": set(request.POST.getlist("pk")),
        "is_office": Role.OFFICE in roles_of(request.user),
    }
    return render(request, "results/shortfall_list_page.html", context, status=status)


def _shortfalls(request: AuthenticatedRequest, cycle: Cycle) -> list[Shortfall]:
    appraisals = Appraisal.objects.filter(cycle=cycle, track__in=SCORED_TRACKS).taking_part()
    if not roles_of(request.user) & CITY_ROLES:
        units = Unit.objects.acted_for_by(request.user, Role.UNIT_ADMIN, Role.APPROVER).values("pk")
        appraisals = appraisals.filter(organising_unit__in=units)
    return shortfalls_of(cycle=cycle, appraisals=list(appraisals.filter(JUDGED).distinct().for_list()))


def _decisions(request: AuthenticatedRequest, year: int) -> list[ShortfallDecision]:
    rows = ShortfallDecision.objects.filter(appraisal__cycle__year=year, decided_by__isnull=True)
    if Role.OFFICE not in roles_of(request.user):
        units = Unit.objects.acted_for_by(request.user, Role.UNIT_ADMIN, Role.APPROVER).values("pk")
        rows = rows.filter(appraisal__organising_unit__in=units)
    if not request.POST.get("all"):
        rows = rows.filter(pk__in=chosen_numbers(request))
    return list(rows)
