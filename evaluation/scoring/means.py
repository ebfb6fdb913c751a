"""From marks to the mean of an aspect and the share of its base that a group gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .rounding import half_up
from .rules import TrackRules
from .tally import GroupTally


@dataclass(frozen=True, slots=True)
class AspectMean:
    """One aspect of one group, with what its mean is made of.

    ``total`` is Σ grade value × marks, ``graded`` the number of graded marks; ``mean`` (exact) and ``rounded`` (two
    places, for printing only) stand on the scale 0–100, and are ``None`` where nobody gave a grade.
    """

    weight: Decimal
    graded: int
    total: Fraction

    @property
    def mean(self) -> Fraction | None:
        return self.total / self.graded if self.graded else None

    @property
    def rounded(self) -> Decimal | None:
        return None if self.mean is None else half_up(self.mean)


def aspect_means(*, rules: TrackRules, tally: GroupTally) -> dict[str, AspectMean]:
    """Return every aspect of the rules, in their order, with its mean (C4, C14)."""
    values = {grade.code: Fraction(grade.value) for grade in rules.grades}
    return {
        aspect.code: AspectMean(
            weight=aspect.weight,
            graded=tally.graded(aspect.code),
            total=_total(tally.marks.get(aspect.code, {}), values),
        )
        for aspect in rules.aspects
    }


def group_share(means: Iterable[AspectMean]) -> Fraction:
    """Return the weighted mean as a share, 0 to 1, exact.

    Aspects without a graded mark drop out and the weights of the others are taken anew. Raises ``ValueError``
    where no aspect has one: such a group cannot be scored.
    """
    judged = [(Fraction(mean.weight), mean.mean) for mean in means if mean.mean is not None]
    if not judged:
        raise ValueError("a group without a graded mark has no share")
    return sum((weight * mean for weight, mean in judged), Fraction(0)) / sum(weight for weight, _ in judged) / 100


def _total(marks: Mapping[str, int], values: Mapping[str, Fraction]) -> Fraction:
    return sum((values[grade] * number for grade, number in marks.items() if grade in values), Fraction(0))
