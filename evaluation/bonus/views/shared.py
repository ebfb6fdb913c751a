"""Who reads and who acts in this room, and how a press is answered."""

from collections.abc import Callable, Iterable, Mapping

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from evaluation.bonus.models import BonusClaim, BonusClaimQuerySet
from evaluation.cycle.models import BonusLevel, Cycle, Track
from evaluation.errors import DomainError
from evaluation.roster.models import Appraisal, AppraisalQuerySet
from evaluation.units.access import AuthenticatedRequest
from evaluation.units.models import Role

READERS = (Role.OFFICE, Role.UNIT_ADMIN, Role.APPROVER, Role.CADRE, Role.ORGANISATION, Role.AUDITOR)
CLAIMERS = (Role.OFFICE, Role.UNIT_ADMIN, Role.CADRE)


def cycle_of(year: int) -> Cycle:
    return get_object_or_404(Cycle, year=year)


def visible_claims(request: AuthenticatedRequest, year: int) -> BonusClaimQuerySet:
    return BonusClaim.objects.visible_to(request.user).filter(appraisal__cycle__year=year)


def claim_or_404(request: AuthenticatedRequest, year: int, pk: int) -> BonusClaim:
    return get_object_or_404(visible_claims(request, year).for_list(), pk=pk)


def filtered(rows: BonusClaimQuerySet, asked: Mapping[str, str]) -> BonusClaimQuerySet:
    """As the list was filtered: by state, and by name or award."""
    status, query = asked.get("status", ""), asked.get("q", "").strip()
    if status in BonusClaim.Status.values:
        rows = rows.filter(status=status)
    if query:
        rows = rows.filter(Q(appraisal__name__icontains=query) | Q(award__icontains=query))
    return rows


def claimable(request: AuthenticatedRequest, cycle: Cycle) -> AppraisalQuerySet:
    """A cadre claims for themselves, the unit for its cadres."""
    mine = Appraisal.objects.writable_by(request.user).values("pk")
    rows = Appraisal.objects.filter(Q(pk__in=mine) | Q(cadre__user=request.user), cycle=cycle)
    return rows.exclude(track=Track.BUREAU_LEADER).for_list()


def level_label(claim: BonusClaim, levels: Iterable[BonusLevel]) -> str:
    code = claim.approved_level or claim.level
    of_track = (row for row in levels if row.rules.track == claim.appraisal.track and row.code == code)
    found = next(of_track, None)
    return f"{found.label} (+{found.points.normalize():f})" if found else code


def acted(
    request: AuthenticatedRequest, year: int, claim: BonusClaim, act: Callable[[], object], done: str
) -> HttpResponse:
    """Do it and say so, or say why not; back to the claim."""
    try:
        act()
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("bonus:claim-detail", year, claim.pk)
