"""A score as plain values: every figure of a result with what it was made of, for pages, slips and the record."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from evaluation.scoring import GroupCount, GroupScore, GroupTally, Score, Standing, TrackRules, half_up

BY_RULES = "rules"
BY_DECISION = "decision"
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class ShortfallAnswer:
    """What happens with a group that is too small: ``decision`` accept or reallocate, and who said so.

    ``source`` is ``rules`` or ``decision``; a decision carries its reason and the day.
    """

    decision: str
    source: str
    reason: str = ""
    decided_on: str = ""


def explain(*, rules: TrackRules, score: Score, answers: Mapping[str, ShortfallAnswer], hidden: bool) -> dict[str, Any]:
    """Return the explanation of one result (C10, C14–C26): strings for decimals, codes of the rules.

    ``groups`` holds every group of the rules; where ``hidden`` (a group too small to show), none of them has a
    count, mean or points, and ``aspects`` is empty, so that no page can show what it must not.
    """
    return {
        "groups": [_group(rules, score, code, answers.get(code), hidden) for code in score.counts],
        "aspects": [] if hidden else _aspects(rules, score.groups),
        "undecided": list(score.undecided),
        "base": text(rules.base),
        "democratic": text(score.democratic),
        "daily": _daily(score),
        "bonus": _bonus(score),
        "composite": text(score.composite),
    }


def text(points: Decimal | None) -> str | None:
    return None if points is None else format(points, ".2f")


def tallies_as_values(tallies: Mapping[str, GroupTally]) -> dict[str, Any]:
    """Return tallies in the shape of the results file."""
    return {
        code: {"valid": tally.valid, "marks": {aspect: dict(marks) for aspect, marks in tally.marks.items()}}
        for code, tally in tallies.items()
    }


def tallies_from_values(values: Mapping[str, Any]) -> dict[str, GroupTally]:
    return {code: GroupTally(valid=tally["valid"], marks=tally["marks"]) for code, tally in values.items()}


def _group(rules: TrackRules, score: Score, code: str, answer: ShortfallAnswer | None, hidden: bool) -> dict[str, Any]:
    count, scored = score.counts[code], score.groups.get(code)
    values: dict[str, Any] = {
        "code": code,
        "part": rules.group(code).part,
        "base": text(rules.group(code).base),
        "min_valid": count.min_valid,
        "short": count.short,
        "standing": str(count.standing),
        "effective_base": text(scored.effective_base) if scored else None,
        "received": _received(scored),
        "shortfall": _answer(answer) if answer and count.short else None,
    }
    return values if hidden else {**values, **_figures(count, scored)}


def _figures(count: GroupCount, scored: GroupScore | None) -> dict[str, Any]:
    means = scored.aspect_means.items() if scored else ()
    return {
        "valid": count.valid,
        "graded": count.graded,
        "points": text(scored.points) if scored else None,
        "rate": text(half_up(scored.share * HUNDRED)) if scored else None,
        "aspects": [
            {
                "code": code,
                "weight": text(mean.weight),
                "graded": mean.graded,
                "total": text(half_up(mean.total)),
                "mean": text(mean.rounded),
            }
            for code, mean in means
        ],
    }


def _received(scored: GroupScore | None) -> dict[str, str | None]:
    return {code: text(half_up(points)) for code, points in scored.received.items()} if scored else {}


def _answer(answer: ShortfallAnswer) -> dict[str, str]:
    return {
        "decision": answer.decision,
        "source": answer.source,
        "reason": answer.reason,
        "decided_on": answer.decided_on,
    }


def _aspects(rules: TrackRules, groups: Mapping[str, GroupScore]) -> list[dict[str, Any]]:
    """The mean of every aspect over the scored groups, weighted by their effective bases."""
    return [{"code": aspect.code, "mean": text(_overall(aspect.code, groups.values()))} for aspect in rules.aspects]


def _overall(aspect: str, groups: Iterable[GroupScore]) -> Decimal | None:
    judged = [
        (Fraction(group.effective_base), mean)
        for group in groups
        if (mean := group.aspect_means[aspect].mean) is not None
    ]
    total = sum(base for base, _mean in judged)
    return half_up(sum((base * mean for base, mean in judged), Fraction(0)) / total) if total else None


def _daily(score: Score) -> dict[str, Any] | None:
    daily = score.daily_parts
    if daily is None:
        return None
    return {
        "base": text(daily.base),
        "deducted": text(daily.deducted),
        "points": text(daily.points),
        "used_up": daily.deducted > daily.base,
    }


def _bonus(score: Score) -> dict[str, Any] | None:
    bonus = score.bonus_parts
    if bonus is None:
        return None
    return {"uncapped": text(bonus.uncapped), "cap": text(bonus.cap), "points": text(bonus.points)}


def is_undecided(count: GroupCount) -> bool:
    return count.standing == Standing.UNDECIDED
