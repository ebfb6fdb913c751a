"""What is left of the 20 points, and who may confirm what."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q, Sum

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.daily.models import DailyDeduction, DailyDeductionQuerySet, Defence, DefenceQuerySet
from evaluation.roster.models import Appraisal
from evaluation.scoring import daily_points
from evaluation.units.access import roles_of
from evaluation.units.models import Role, Unit


@dataclass(frozen=True)
class DailyBalance:
    """Points: ``used`` is what was deducted, ``left`` what remains of the base (C25)."""

    used: Decimal
    left: Decimal


def confirmable_by(user: User, deductions: DailyDeductionQuerySet) -> DailyDeductionQuerySet:
    """Those that ``user`` may confirm: recorded, by somebody else, in a unit whose approver this is (or the office)."""
    waiting = deductions.filter(status=DailyDeduction.Status.RECORDED).exclude(recorded_by=user)
    if Role.OFFICE in roles_of(user):
        return waiting
    return waiting.filter(appraisal__organising_unit__in=Unit.objects.acted_for_by(user, Role.APPROVER).values("pk"))


def of_cycle(deductions: DailyDeductionQuerySet, cycle: Cycle) -> DailyDeductionQuerySet:
    return deductions.filter(Q(cycle=cycle) | Q(cycle__isnull=True, appraisal__cycle=cycle))


def balances(*, appraisals: Iterable[Appraisal], base: Decimal) -> dict[int, DailyBalance]:
    """Return by appraisal id what confirmed deductions used and left of ``base`` points; one query."""
    ids = [appraisal.pk for appraisal in appraisals]
    rows = (
        DailyDeduction.objects.filter(appraisal__in=ids, status=DailyDeduction.Status.CONFIRMED)
        .values("appraisal")
        .annotate(used=Sum(F("points") * F("count")))
    )
    used = {row["appraisal"]: Decimal(row["used"]) for row in rows}
    return {
        pk: DailyBalance(
            used=used.get(pk, Decimal(0)), left=daily_points(base=base, deductions=[used.get(pk, Decimal(0))])
        )
        for pk in ids
    }


def open_defences(appraisals: Iterable[Appraisal]) -> DefenceQuerySet:
    """Defences under review against deductions that count for ``appraisals``: results wait for them."""
    return Defence.objects.filter(
        deduction__appraisal__in=[appraisal.pk for appraisal in appraisals],
        deduction__status=DailyDeduction.Status.CONFIRMED,
        status=Defence.Status.OPEN,
    )
