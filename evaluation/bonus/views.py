from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.bonus.forms import ClaimForm
from evaluation.bonus.models import BonusClaim, BonusClaimQuerySet
from evaluation.bonus.services import approve_claims, award_key, claim_bonus, give_opinion, refuse_claim
from evaluation.cycle.models import BonusLevel, Cycle, Step, Track
from evaluation.cycle.selectors import end_of_step
from evaluation.errors import DomainError
from evaluation.files.responses import attachment
from evaluation.files.services import store_evidence
from evaluation.roster.models import Appraisal, AppraisalQuerySet
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role

READERS = (Role.OFFICE, Role.UNIT_ADMIN, Role.APPROVER, Role.CADRE, Role.ORGANISATION, Role.AUDITOR)
CLAIMERS = (Role.OFFICE, Role.UNIT_ADMIN, Role.CADRE)


def _visible(request: AuthenticatedRequest, cycle: Cycle) -> BonusClaimQuerySet:
    return BonusClaim.objects.visible_to(request.user).filter(appraisal__cycle=cycle)


def _claimable(request: AuthenticatedRequest, cycle: Cycle) -> AppraisalQuerySet:
    """A cadre claims for themselves, the unit for its cadres."""
    mine = Appraisal.objects.writable_by(request.user).values("pk")
    rows = Appraisal.objects.filter(Q(pk__in=mine) | Q(cadre__user=request.user), cycle=cycle)
    return rows.exclude(track=Track.BUREAU_LEADER).for_list()


def _levels(cycle: Cycle, tracks: Iterable[str] = tuple(Track)) -> list[BonusLevel]:
    rows = BonusLevel.objects.filter(rules__cycle=cycle, rules__track__in=tracks)
    return list(rows.select_related("rules"))


def _level_label(claim: BonusClaim, levels: list[BonusLevel]) -> str:
    code = claim.approved_level or claim.level
    of_track = (row for row in levels if row.rules.track == claim.appraisal.track and row.code == code)
    found = next(of_track, None)
    return f"{found.label} (+{found.points.normalize():f})" if found else code


@require_GET
@role_required(*READERS)
def claim_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    visible = _visible(request, cycle)
    rows = visible.for_list()
    status, query = request.GET.get("status", ""), request.GET.get("q", "").strip()
    if status in BonusClaim.Status.values:
        rows = rows.filter(status=status)
    if query:
        rows = rows.filter(Q(appraisal__name__icontains=query) | Q(award__icontains=query))
    roles = roles_of(request.user)
    page, levels = Paginator(rows, 50).get_page(request.GET.get("page")), _levels(cycle)
    waiting = visible.filter(status=BonusClaim.Status.CLAIMED).exclude(claimed_by=request.user)
    decidable = set(waiting.values_list("pk", flat=True)) if Role.OFFICE in roles else set()
    context = {
        "cycle": cycle,
        "page_obj": page,
        "rows": [(claim, _level_label(claim, levels)) for claim in page],
        "due": end_of_step(cycle, Step.RESULT),
        "statuses": BonusClaim.Status.choices,
        "status": status,
        "query": query,
        "decidable": decidable,
        "may_claim": bool(roles & set(CLAIMERS)),
    }
    return render(request, "bonus/claim_list_page.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*CLAIMERS)
def claim_create(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    claimable = _claimable(request, cycle)
    tracks = list(claimable.order_by().values_list("track", flat=True).distinct())
    form = ClaimForm(*posted, appraisals=claimable, levels=_levels(cycle, tracks))
    if form.is_valid():
        data = dict(form.cleaned_data)
        try:
            proof = store_evidence(upload=data.pop("proof_file"), actor=request.user)
            claim = claim_bonus(actor=request.user, proof=proof, **data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The claim was handed in. The office decides it."))
            return redirect("bonus:claim-detail", year, claim.pk)
    return render(
        request, "bonus/claim_form_page.html", {"cycle": cycle, "form": form, "due": end_of_step(cycle, Step.BALLOT)}
    )


@require_GET
@role_required(*READERS)
def claim_detail(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    claim = get_object_or_404(_visible(request, cycle).for_list(), pk=pk)
    levels = _levels(cycle, [claim.appraisal.track])
    others = [
        other
        for other in _visible(request, cycle).filter(appraisal=claim.appraisal).exclude(pk=pk)
        if award_key(other.award) == award_key(claim.award)
    ]
    undecided = claim.status == BonusClaim.Status.CLAIMED
    context = {
        "cycle": cycle,
        "claim": claim,
        "levels": levels,
        "level_labels": {level.code: f"{level.label} (+{level.points})" for level in levels},
        "others": others,
        "may_opine": undecided and Appraisal.objects.writable_by(request.user).filter(pk=claim.appraisal_id).exists(),
        "may_decide": undecided and Role.OFFICE in roles_of(request.user) and claim.claimed_by_id != request.user.pk,
    }
    return render(request, "bonus/claim_detail_page.html", context)


@require_GET
@role_required(*READERS)
def claim_proof(request: AuthenticatedRequest, year: int, pk: int) -> FileResponse:
    cycle = get_object_or_404(Cycle, year=year)
    return attachment(get_object_or_404(_visible(request, cycle).select_related("proof"), pk=pk).proof)


@require_POST
@role_required(Role.OFFICE)
def claim_approve(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    claims = _visible(request, cycle).filter(status=BonusClaim.Status.CLAIMED)
    if request.POST.get("all"):
        claims = claims.exclude(claimed_by=request.user)
    else:
        claims = claims.filter(pk__in=[key for key in request.POST.getlist("pk") if key.isdigit()])
    try:
        done = approve_claims(claims=list(claims), actor=request.user, level=request.POST.get("level", ""))
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(count)d claims were recognised.") % {"count": len(done)})
    return redirect("bonus:claim-list", year)


@require_POST
@role_required(Role.OFFICE, Role.UNIT_ADMIN)
def claim_opinion(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    claim = get_object_or_404(_visible(request, cycle), pk=pk)
    if not Appraisal.objects.writable_by(request.user).filter(pk=claim.appraisal_id).exists():
        raise PermissionDenied
    try:
        give_opinion(claim=claim, actor=request.user, opinion=request.POST.get("opinion", ""))
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The opinion of the unit is saved; the office reads it when it decides."))
    return redirect("bonus:claim-detail", year, pk)


@require_POST
@role_required(Role.OFFICE)
def claim_refuse(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    claim = get_object_or_404(_visible(request, cycle), pk=pk)
    try:
        refuse_claim(claim=claim, actor=request.user, reason=request.POST.get("reason", "")[:200])
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The claim was refused; the reason is shown to whoever made it."))
    return redirect("bonus:claim-detail", year, pk)
