"""The bar of the daily points: what is left, then what each rule took. Plain values for a template."""

from dataclasses import dataclass
from decimal import Decimal

from evaluation.daily.selectors import DailyBalance

HUNDRED = Decimal(100)
FILLS = (2, 3, 4)


@dataclass(frozen=True)
class Segment:
    """A part of the bar in percent of its width, as text so that no locale puts its own point into an attribute."""

    x: str
    width: str
    middle: str
    label: str
    points: Decimal
    fill: int


@dataclass(frozen=True)
class Bar:
    base: Decimal
    left: Decimal
    width: str
    segments: tuple[Segment, ...]


def bar_of(balance: DailyBalance, base: Decimal) -> Bar:
    """Return the bar of ``base`` points; what was deducted beyond them is not drawn."""
    full, start, drawn = max(base, Decimal(1)), balance.left, []
    for place, (rule, points) in enumerate(reversed(balance.by_rule)):
        width = min(points, base - start)
        if width > 0:
            drawn.append(_segment(rule, points, start, width, full, FILLS[place % len(FILLS)]))
            start += width
    return Bar(base, balance.left, _percent(balance.left, full), tuple(drawn))


def _segment(rule: str, points: Decimal, start: Decimal, width: Decimal, full: Decimal, fill: int) -> Segment:
    middle = _percent(start + width / 2, full)
    return Segment(_percent(start, full), _percent(width, full), middle, rule, points, fill)


def _percent(value: Decimal, full: Decimal) -> str:
    return format((value * HUNDRED / full).quantize(Decimal("0.01")), "f")
