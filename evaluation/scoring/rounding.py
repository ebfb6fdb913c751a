"""The one rounding there is, and exact cents."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor

HALF = Fraction(1, 2)


def from_cents(cents: int) -> Decimal:
    """Return points with two places.

    >>> from_cents(1500)
    Decimal('15.00')
    """
    return Decimal(cents).scaleb(-2)


def half_up(exact: Fraction) -> Decimal:
    """Round an exact number, not negative, to two places; a half goes up.

    >>> half_up(Fraction(5, 1000)), half_up(Fraction(1, 3))
    (Decimal('0.01'), Decimal('0.33'))
    """
    return from_cents(floor(exact * 100 + HALF))


def two_places(points: Decimal) -> Decimal:
    """Write points with two places, whatever their own number of zeros.

    >>> two_places(Decimal(20))
    Decimal('20.00')
    """
    return half_up(Fraction(points))
