"""Where the base points of a missing group go."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor

from .rounding import from_cents
from .rules import GroupRule, TrackRules


def shares_received(*, rules: TrackRules, scored: Collection[str]) -> dict[str, dict[str, Fraction]]:
    """Return scored group → group left out → points received from it, exact.

    What a group leaves goes to the scored groups of its own part in proportion to their original bases; where the
    part has none, to all scored groups. All groups left out are dealt with at once, so their order is of no effect.
    """
    staying = [group for group in rules.groups if group.code in scored]
    received: dict[str, dict[str, Fraction]] = {group.code: {} for group in staying}
    for left_out in rules.groups:
        if left_out.code not in scored:
            _share_out(left_out, [group for group in staying if group.part == left_out.part] or staying, received)
    return received


def effective_bases(*, rules: TrackRules, scored: Collection[str]) -> dict[str, Decimal]:
    """Return the base of every scored group, two places; together exactly the base of the track.

    Raises ``ValueError`` where no group is scored.
    """
    if not scored:
        raise ValueError("no group is scored")
    received = shares_received(rules=rules, scored=scored)
    exact = {code: Fraction(rules.group(code).base) + sum(shares.values()) for code, shares in received.items()}
    return largest_remainder(exact)


def largest_remainder(exact: Mapping[str, Fraction]) -> dict[str, Decimal]:
    """Fix exact points to 0.01 each so that their sum, itself a whole number of cents, stays what it is.

    Everyone gets their whole cents; the cents left over go to the largest remainders, equal ones in the order given.

    >>> third = Fraction(100, 3)
    >>> largest_remainder({"a": third, "b": third, "c": third})
    {'a': Decimal('33.34'), 'b': Decimal('33.33'), 'c': Decimal('33.33')}
    """
    cents = {code: floor(points * 100) for code, points in exact.items()}
    remainders = {code: points * 100 - cents[code] for code, points in exact.items()}
    left_over = int(sum(remainders.values()))
    for code in sorted(remainders, key=lambda code: -remainders[code])[:left_over]:
        cents[code] += 1
    return {code: from_cents(number) for code, number in cents.items()}


def _share_out(left_out: GroupRule, heirs: Sequence[GroupRule], received: Mapping[str, dict[str, Fraction]]) -> None:
    together = _sum(heir.base for heir in heirs)
    for heir in heirs:
        received[heir.code][left_out.code] = Fraction(left_out.base) * Fraction(heir.base) / together


def _sum(bases: Iterable[Decimal]) -> Fraction:
    return sum((Fraction(base) for base in bases), Fraction(0))
