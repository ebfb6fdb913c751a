"""The daily assessment: what is left after deductions (C19–C25)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .rounding import two_places
from .rules import TrackRules


@dataclass(frozen=True, slots=True)
class Deduction:
    """A confirmed deduction: ``count`` cases of a rule with fixed points, or one of a rule without, and its points."""

    rule: str
    count: int = 1
    points: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DeductionScore:
    """A deduction and what it costs: ``count`` × ``each`` = ``points``."""

    rule: str
    count: int
    each: Decimal
    points: Decimal


@dataclass(frozen=True, slots=True)
class DailyScore:
    """``points`` are ``base`` − ``deducted``, never below zero; two places."""

    base: Decimal
    deductions: tuple[DeductionScore, ...]
    deducted: Decimal
    points: Decimal


def daily_points(*, base: Decimal, deductions: Iterable[Decimal]) -> Decimal:
    """Return what is left of the daily assessment.

    Units: points; ``base`` is 20 by the rules, deductions are positive. Never below zero:
    deduction stops when the base is used up (C25). Raises ``ValueError`` on a negative deduction.

    >>> daily_points(base=Decimal(20), deductions=[Decimal(5), Decimal(10)])
    Decimal('5')
    """
    taken = list(deductions)
    if any(points < 0 for points in taken):
        raise ValueError("a deduction is never negative")
    return max(Decimal(0), base - sum(taken, Decimal(0)))


def daily_score(*, rules: TrackRules, deductions: Sequence[Deduction]) -> DailyScore:
    """Return the daily points with each deduction's. Deductions must fit the rules (``check_appraisal``)."""
    scores = tuple(_deduction_score(rules, deduction) for deduction in deductions)
    left = daily_points(base=rules.daily_base, deductions=[score.points for score in scores])
    return DailyScore(
        base=two_places(rules.daily_base),
        deductions=scores,
        deducted=two_places(sum((score.points for score in scores), Decimal(0))),
        points=two_places(left),
    )


def _deduction_score(rules: TrackRules, deduction: Deduction) -> DeductionScore:
    fixed = rules.deduction(deduction.rule).points
    each = two_places(deduction.points or Decimal(0) if fixed is None else fixed)
    return DeductionScore(rule=deduction.rule, count=deduction.count, each=each, points=each * deduction.count)
