"""Compute a results file anew and compare it with what it publishes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from .bonus import bonus_score
from .checks import REALLOCATE
from .composite import Score, Status, score_appraisal
from .daily import daily_score
from .ranking import order_pool, rank_pool
from .results_file import PublishedAppraisal, PublishedResults, read_results
from .rounding import two_places
from .rules import TrackRules


@dataclass(frozen=True, slots=True)
class RecountRow:
    """One appraisal, recounted.

    ``differences`` are sentences such as ``composite: published 94.12, recounted 94.13``; ``unchecked`` names the
    figures that the file does not let anyone check; ``notes`` what a reader should know though nothing differs.
    """

    appraisal: PublishedAppraisal
    score: Score
    rank: int | None
    differences: tuple[str, ...]
    unchecked: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def id(self) -> str:
        return self.appraisal.id

    @property
    def figures(self) -> dict[str, Decimal]:
        """Every recounted figure by its published name; nothing where the appraisal is not scored."""
        return _figures(self.score, self.rank)

    def as_values(self) -> dict[str, object]:
        """Return the row as ``--json`` prints it: points as text with two places, ``None`` where not scored."""
        score, figures = self.score, self.figures
        named = {name: _text(figures.get(name)) for name in ("democratic", "daily", "bonus", "composite")}
        return {
            "id": self.id,
            "status": score.status.value,
            "groups": {code: _text(group.points) for code, group in score.groups.items()},
            **named,
            "rank": self.rank,
            "missing": list(score.missing),
            "differences": list(self.differences),
            "unchecked": list(self.unchecked),
        }


def recount(document: Mapping[str, object]) -> list[RecountRow]:
    """Return a row per appraisal of a results document, in the order of the file.

    Ranks are those within each (track, organising unit); a file holds whole pools. Raises ``InvalidValueError``
    where the document is not valid.
    """
    results = read_results(document)
    scores = {appraisal.id: _score(results, appraisal) for appraisal in results.appraisals}
    ranks = _ranks(results, scores)
    return [_row(results, appraisal, scores[appraisal.id], ranks.get(appraisal.id)) for appraisal in results.appraisals]


def pools(rows: list[RecountRow]) -> dict[tuple[str, str], list[RecountRow]]:
    """Return (track, organising unit) → its rows in the order of the list, those without a rank last."""
    found: dict[tuple[str, str], list[RecountRow]] = {}
    for row in rows:
        found.setdefault((row.appraisal.track, row.appraisal.organising_unit), []).append(row)
    return {pool: _in_order(members) for pool, members in found.items()}


def _in_order(rows: list[RecountRow]) -> list[RecountRow]:
    scored = {row.id: row for row in rows if row.score.status == Status.SCORED}
    ordered = [scored[str(entry.key)] for entry in order_pool(row.score.pool_entry(row.id) for row in scored.values())]
    return ordered + [row for row in rows if row.id not in scored]


def _score(results: PublishedResults, appraisal: PublishedAppraisal) -> Score:
    rules = results.rules[appraisal.track]
    if appraisal.suppressed and not appraisal.exempt:
        return _suppressed_score(rules, appraisal)
    return score_appraisal(
        rules=rules,
        tallies=appraisal.tallies,
        missing=appraisal.missing,
        deductions=appraisal.deductions,
        awards=appraisal.awards,
        exempt=appraisal.exempt,
    )


def _suppressed_score(rules: TrackRules, appraisal: PublishedAppraisal) -> Score:
    """Take the democratic points as published; without them, or with every group left out, nothing can be scored."""
    democratic = appraisal.published.get("democratic")
    codes = [group.code for group in rules.groups]
    left_out = tuple(code for code in codes if appraisal.missing.get(code) == REALLOCATE)
    complete = democratic is not None and len(left_out) < len(codes)
    return Score(
        status=Status.SCORED if complete else Status.INCOMPLETE,
        democratic=democratic.quantize(Decimal("0.01")) if complete and democratic is not None else None,
        daily_parts=daily_score(rules=rules, deductions=appraisal.deductions),
        bonus_parts=bonus_score(rules=rules, awards=appraisal.awards),
        missing=left_out if complete else tuple(codes),
    )


def _ranks(results: PublishedResults, scores: Mapping[str, Score]) -> dict[str, int]:
    members: dict[tuple[str, str], list[str]] = {}
    for appraisal in results.appraisals:
        if scores[appraisal.id].status == Status.SCORED:
            members.setdefault((appraisal.track, appraisal.organising_unit), []).append(appraisal.id)
    ranks: dict[str, int] = {}
    for pool in members.values():
        ranked = rank_pool(scores[one].pool_entry(one) for one in pool)
        ranks.update({one: ranked[one] for one in pool})
    return ranks


def _row(results: PublishedResults, appraisal: PublishedAppraisal, score: Score, rank: int | None) -> RecountRow:
    rules = results.rules[appraisal.track]
    return RecountRow(
        appraisal=appraisal,
        score=score,
        rank=rank,
        differences=tuple(_differences(rules, appraisal, _figures(score, rank))),
        unchecked=tuple(_unchecked(rules, appraisal, score)),
        notes=tuple(_notes(score)),
    )


def _figures(score: Score, rank: int | None) -> dict[str, Decimal]:
    if score.status != Status.SCORED:
        return {}
    figures = {f"groups.{code}": group.points for code, group in score.groups.items()}
    named = {"democratic": score.democratic, "daily": score.daily, "bonus": score.bonus, "composite": score.composite}
    figures.update({name: points for name, points in named.items() if points is not None})
    return figures if rank is None else {**figures, "rank": Decimal(rank)}


def _differences(rules: TrackRules, appraisal: PublishedAppraisal, figures: Mapping[str, Decimal]) -> list[str]:
    found = [
        f"{name}: published {published}, recounted {figures.get(name, 'none: it is not scored')}"
        for name, published in appraisal.published.items()
        if published != figures.get(name)
    ]
    democratic = appraisal.published.get("democratic")
    if appraisal.suppressed and democratic is not None and not 0 <= democratic <= rules.base:
        found.append(f"democratic: published {democratic}, but only 0 to {two_places(rules.base)} are possible")
    return found


def _unchecked(rules: TrackRules, appraisal: PublishedAppraisal, score: Score) -> list[str]:
    if not appraisal.suppressed or score.status == Status.EXEMPT:
        return []
    groups = [f"groups.{group.code}" for group in rules.groups]
    return [*groups, "democratic"]


def _notes(score: Score) -> list[str]:
    return [
        f"{code}: left out by decision, though {count.graded} graded sheets reach the {count.min_valid} needed"
        for code, count in score.counts.items()
        if count.decision == REALLOCATE and not count.short
    ]


def _text(points: Decimal | None) -> str | None:
    return None if points is None else str(points)
