"""From tallies, deductions and awards to one composite, with everything a page needs to explain it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from .bases import effective_bases, shares_received
from .bonus import Award, BonusScore, bonus_score
from .checks import ACCEPT, REALLOCATE, check_appraisal
from .daily import DailyScore, Deduction, daily_score
from .means import AspectMean, aspect_means, group_share
from .ranking import PoolEntry
from .rounding import half_up
from .rules import GroupRule, TrackRules
from .tally import NO_TALLY, GroupTally

SERVICE_RECIPIENT = "service_recipient"


class Status(StrEnum):
    SCORED = "scored"
    INCOMPLETE = "incomplete"
    EXEMPT = "exempt"


class Standing(StrEnum):
    """What became of a group: it counts, it is left out and its base shared, or somebody must still decide."""

    SCORED = "scored"
    LEFT_OUT = "left_out"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class GroupCount:
    """The sample of one group, scored or not.

    ``graded`` is the largest number of graded marks on any one aspect; ``short`` where it is below ``min_valid`` or
    zero; ``decision`` is ``accept``, ``reallocate`` or ``None``.
    """

    valid: int
    graded: int
    min_valid: int
    decision: str | None = None

    @property
    def short(self) -> bool:
        return self.graded == 0 or self.graded < self.min_valid

    @property
    def standing(self) -> Standing:
        if self.decision == REALLOCATE:
            return Standing.LEFT_OUT
        if self.short and (self.decision != ACCEPT or self.graded == 0):
            return Standing.UNDECIDED
        return Standing.SCORED


@dataclass(frozen=True, slots=True)
class GroupScore:
    """One scored group: ``effective_base`` × ``share`` = ``points``, rounded once, half up.

    ``effective_base`` is ``base`` and what was ``received`` (group left out → exact points), fixed to 0.01 by largest
    remainder. ``share`` (exact, 0 to 1) is the weighted mean of ``aspect_means`` ÷ 100.
    """

    base: Decimal
    received: Mapping[str, Fraction]
    effective_base: Decimal
    aspect_means: Mapping[str, AspectMean]
    share: Fraction
    points: Decimal
    valid: int
    graded: int


@dataclass(frozen=True, slots=True)
class Score:
    """The result of one appraisal. All points have two places; the printed parts add up.

    ``groups`` holds scored groups only, in rules order, and is empty unless ``status`` is scored; ``counts`` holds
    every group. ``democratic`` and ``composite`` are ``None`` unless scored; ``daily`` and ``bonus`` are ``None`` for
    exempt only (``daily_parts`` and ``bonus_parts`` explain them). ``missing``: groups that are not scored;
    ``shortfall``: groups with too small a sample, decided or not; ``undecided``: those that keep an appraisal
    incomplete until somebody decides.
    """

    status: Status
    groups: Mapping[str, GroupScore] = field(default_factory=dict)
    counts: Mapping[str, GroupCount] = field(default_factory=dict)
    democratic: Decimal | None = None
    daily_parts: DailyScore | None = None
    bonus_parts: BonusScore | None = None
    missing: tuple[str, ...] = ()

    @property
    def daily(self) -> Decimal | None:
        return None if self.daily_parts is None else self.daily_parts.points

    @property
    def bonus(self) -> Decimal | None:
        return None if self.bonus_parts is None else self.bonus_parts.points

    @property
    def composite(self) -> Decimal | None:
        """Democratic + daily + bonus, the sum of what is printed."""
        if self.democratic is None or self.daily is None or self.bonus is None:
            return None
        return self.democratic + self.daily + self.bonus

    @property
    def shortfall(self) -> tuple[str, ...]:
        return tuple(code for code, count in self.counts.items() if count.short)

    @property
    def undecided(self) -> tuple[str, ...]:
        return tuple(code for code, count in self.counts.items() if count.standing == Standing.UNDECIDED)

    def pool_entry(self, key: Hashable) -> PoolEntry:
        """Return what ranks this score in its pool. Raises ``ValueError`` where it has no composite."""
        if self.composite is None or self.democratic is None or self.daily is None:
            raise ValueError("an appraisal without a composite has no rank")
        service = self.groups.get(SERVICE_RECIPIENT)
        return PoolEntry(
            key=key,
            composite=self.composite,
            democratic=self.democratic,
            service=service.points if service else Decimal(0),
            daily=self.daily,
        )


def group_counts(
    *, rules: TrackRules, tallies: Mapping[str, GroupTally], missing: Mapping[str, str] | None = None
) -> dict[str, GroupCount]:
    """Return the sample of every group of the rules, in their order: what a decision on a shortfall starts from."""
    return {
        group.code: _group_count(group, tallies.get(group.code, NO_TALLY), (missing or {}).get(group.code))
        for group in rules.groups
    }


def score_appraisal(
    *,
    rules: TrackRules,
    tallies: Mapping[str, GroupTally],
    missing: Mapping[str, str],
    deductions: Sequence[Deduction],
    awards: Sequence[Award],
    exempt: bool = False,
) -> Score:
    """Compute one appraisal (C14–C26).

    ``tallies``: group → its tally, summed over boxes; a group without ballots may be absent. ``missing``: group →
    ``accept`` (score the small sample all the same) or ``reallocate`` (leave the group out, even where it has
    ballots, and share its base). ``deductions`` are the confirmed, ``awards`` the approved ones. A group that falls
    short without a decision, or without a graded mark and not reallocated, makes the appraisal incomplete; so does
    having no group scored. Raises ``InvalidValueError`` (a ``ValueError``) that names what the rules do not know.
    """
    check_appraisal(rules=rules, tallies=tallies, missing=missing, deductions=deductions, awards=awards)
    counts = group_counts(rules=rules, tallies=tallies, missing=missing)
    if exempt:
        return Score(status=Status.EXEMPT, counts=counts)
    scored = [code for code, count in counts.items() if count.standing == Standing.SCORED]
    complete = bool(scored) and all(count.standing != Standing.UNDECIDED for count in counts.values())
    groups = _group_scores(rules, tallies, counts, scored) if complete else {}
    return Score(
        status=Status.SCORED if complete else Status.INCOMPLETE,
        groups=groups,
        counts=counts,
        democratic=sum((group.points for group in groups.values()), Decimal("0.00")) if complete else None,
        daily_parts=daily_score(rules=rules, deductions=deductions),
        bonus_parts=bonus_score(rules=rules, awards=awards),
        missing=tuple(code for code in counts if code not in scored),
    )


def _group_count(group: GroupRule, tally: GroupTally, decision: str | None) -> GroupCount:
    return GroupCount(valid=tally.valid, graded=tally.graded_sheets, min_valid=group.min_valid, decision=decision)


def _group_scores(
    rules: TrackRules, tallies: Mapping[str, GroupTally], counts: Mapping[str, GroupCount], scored: Sequence[str]
) -> dict[str, GroupScore]:
    bases = effective_bases(rules=rules, scored=scored)
    received = shares_received(rules=rules, scored=scored)
    scores = {}
    for code in scored:
        means = aspect_means(rules=rules, tally=tallies[code])
        share = group_share(means.values())
        scores[code] = GroupScore(
            base=rules.group(code).base,
            received=received[code],
            effective_base=bases[code],
            aspect_means=means,
            share=share,
            points=half_up(Fraction(bases[code]) * share),
            valid=counts[code].valid,
            graded=counts[code].graded,
        )
    return scores
