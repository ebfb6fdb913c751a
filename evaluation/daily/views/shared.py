from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from evaluation.cycle.models import Cycle, DeductionRule, Track
from evaluation.daily.models import DailyDeduction, DailyDeductionQuerySet
from evaluation.daily.selectors import of_cycle
from evaluation.errors import DomainError
from evaluation.roster.models import Appraisal, AppraisalQuerySet
from evaluation.units.access import AuthenticatedRequest, roles_of
from evaluation.units.models import Role

READERS = (Role.OFFICE, Role.UNIT_ADMIN, Role.APPROVER, Role.CADRE, Role.ORGANISATION, Role.AUDITOR)
STAFF = (Role.OFFICE, Role.UNIT_ADMIN, Role.APPROVER, Role.ORGANISATION, Role.AUDITOR)
WRITERS = (Role.OFFICE, Role.UNIT_ADMIN)
CONFIRMERS = (Role.OFFICE, Role.APPROVER)


def cycle_of(year: int) -> Cycle:
    return get_object_or_404(Cycle, year=year)


def visible(request: AuthenticatedRequest, cycle: Cycle) -> DailyDeductionQuerySet:
    return of_cycle(DailyDeduction.objects.visible_to(request.user), cycle)


def visible_or_404(request: AuthenticatedRequest, cycle: Cycle, pk: int) -> DailyDeduction:
    return get_object_or_404(visible(request, cycle).for_list(), pk=pk)


def writable_or_refuse(request: AuthenticatedRequest, cycle: Cycle, pk: int) -> DailyDeduction:
    """A stranger finds nothing; who sees it without writing for its unit is refused (a window head's home unit)."""
    deduction = visible_or_404(request, cycle, pk)
    if not writes(request, deduction):
        raise PermissionDenied
    return deduction


def writes(request: AuthenticatedRequest, deduction: DailyDeduction) -> bool:
    if not roles_of(request.user) & set(WRITERS):
        return False
    return DailyDeduction.objects.filter(pk=deduction.pk).writable_by(request.user).exists()


def writable_appraisals(request: AuthenticatedRequest, cycle: Cycle) -> AppraisalQuerySet:
    return Appraisal.objects.writable_by(request.user).filter(cycle=cycle).exclude(track=Track.BUREAU_LEADER)


def rules_for(appraisals: AppraisalQuerySet, cycle: Cycle) -> list[DeductionRule]:
    tracks = appraisals.order_by().values("track")
    return list(DeductionRule.objects.filter(rules__cycle=cycle, rules__track__in=tracks).select_related("rules"))


def rule_labels(cycle: Cycle) -> dict[tuple[str, str], DeductionRule]:
    rows = DeductionRule.objects.filter(rules__cycle=cycle).select_related("rules")
    return {(row.rules.track, row.code): row for row in rows}


def label_of(deduction: DailyDeduction, labels: dict[tuple[str, str], DeductionRule]) -> str:
    """The rule in words; a deduction without an appraisal of this year is named as for mid-level cadres."""
    track = deduction.appraisal.track if deduction.appraisal else Track.MID_LEVEL
    rule = labels.get((track, deduction.rule))
    return rule.label if rule else deduction.rule


def clause_of(deduction: DailyDeduction, labels: dict[tuple[str, str], DeductionRule]) -> str:
    track = deduction.appraisal.track if deduction.appraisal else Track.MID_LEVEL
    rule = labels.get((track, deduction.rule))
    return rule.clause if rule else ""


def chosen_keys(request: AuthenticatedRequest, name: str = "pk") -> list[int]:
    return [int(key) for key in request.POST.getlist(name) if key.isdecimal() and len(key) < 10]


def attempt(request: AuthenticatedRequest, act: Callable[[], Any], done: str) -> Any:
    """Do it and say so, or say why not; what the act returned, ``None`` where it was refused."""
    try:
        result = act()
    except DomainError as error:
        messages.error(request, str(error))
        return None
    messages.success(request, done)
    return result
