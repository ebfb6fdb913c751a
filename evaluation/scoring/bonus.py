"""The bonus: every award once, at its highest level (C26)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .rounding import two_places
from .rules import TrackRules


@dataclass(frozen=True, slots=True)
class Award:
    """An approved commendation: the name of the award (compared exactly) and a level of the rules."""

    award: str
    level: str


@dataclass(frozen=True, slots=True)
class AwardScore:
    """An award, its level's points, and whether it counts or gives way to a higher level of the same award."""

    award: str
    level: str
    points: Decimal
    counted: bool


@dataclass(frozen=True, slots=True)
class BonusScore:
    """``points`` are the ``uncapped`` sum of the awards that count, cut at ``cap`` where there is one; two places."""

    awards: tuple[AwardScore, ...]
    uncapped: Decimal
    cap: Decimal | None
    points: Decimal


def bonus_score(*, rules: TrackRules, awards: Sequence[Award]) -> BonusScore:
    """Return the bonus with what each award adds. Levels must be of the rules (``check_appraisal``)."""
    counted = _highest(rules, awards)
    scores = tuple(
        AwardScore(award.award, award.level, two_places(rules.level(award.level).points), counted[award.award] == index)
        for index, award in enumerate(awards)
    )
    uncapped = sum((score.points for score in scores if score.counted), Decimal("0.00"))
    points = uncapped if rules.cap is None else min(uncapped, two_places(rules.cap))
    return BonusScore(awards=scores, uncapped=uncapped, cap=rules.cap, points=points)


def _highest(rules: TrackRules, awards: Sequence[Award]) -> dict[str, int]:
    best: dict[str, int] = {}
    for index, award in enumerate(awards):
        held = best.get(award.award)
        if held is None or rules.level(award.level).points > rules.level(awards[held].level).points:
            best[award.award] = index
    return best
