from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from evaluation.bonus.selectors import similar_claims
from evaluation.bonus.services import approve_claims, refuse_claim, reopen_claim, set_another_award, set_same_award
from evaluation.bonus.views.shared import acted, claim_or_404, cycle_of, filtered, visible_claims
from evaluation.errors import DomainError
from evaluation.units.access import AuthenticatedRequest, role_required
from evaluation.units.models import Role


@require_POST
@role_required(Role.OFFICE)
def claim_approve(request: AuthenticatedRequest, year: int) -> HttpResponse:
    """Those that were ticked, or, with ``all``, every one of the filtered list that waits for this person."""
    cycle_of(year)
    claims = visible_claims(request, year).filter(status="claimed")
    if request.POST.get("all"):
        claims = filtered(claims.decidable_by(request.user), request.POST.dict())
    else:
        claims = claims.filter(pk__in=[key for key in request.POST.getlist("pk") if key.isdigit() and len(key) < 12])
    try:
        done = approve_claims(claims=list(claims), actor=request.user, level=request.POST.get("level", ""))
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(count)d claims were recognised.") % {"count": len(done)})
    return redirect("bonus:claim-list", year)


@require_POST
@role_required(Role.OFFICE)
def claim_refuse(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    claim, reason = claim_or_404(request, year, pk), request.POST.get("reason", "")
    return acted(
        request,
        year,
        claim,
        lambda: refuse_claim(claim=claim, actor=request.user, reason=reason),
        _("The claim was refused; the reason is shown to whoever made it."),
    )


@require_POST
@role_required(Role.OFFICE)
def claim_reopen(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    claim, reason = claim_or_404(request, year, pk), request.POST.get("reason", "")
    return acted(
        request,
        year,
        claim,
        lambda: reopen_claim(claim=claim, actor=request.user, reason=reason),
        _("The decision was taken back; the claim is decided anew."),
    )


@require_POST
@role_required(Role.OFFICE)
def award_set(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    """Which award it is: that of another claim, or one of its own."""
    claim = claim_or_404(request, year, pk)
    chosen, reason = request.POST.get("same_award", ""), request.POST.get("reason", "")
    similar = similar_claims(appraisal=claim.appraisal, key=claim.award_key, but=pk)
    same_as = next((one for one in similar if chosen == f"same:{one.pk}"), None)

    def act() -> object:
        if same_as is not None:
            return set_same_award(claim=claim, same_as=same_as, actor=request.user, reason=reason)
        if chosen != "another":
            raise DomainError("nothing_chosen", _("Choose whether it is the same award."))
        return set_another_award(claim=claim, actor=request.user, reason=reason)

    return acted(request, year, claim, act, _("Recorded: which award it is."))
