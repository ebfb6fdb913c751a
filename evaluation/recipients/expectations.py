"""What a draw would bring, told before it is made: sections, numbers, and where the least will not be reached (C15)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evaluation.recipients.drawing import Share, share_of

TURNOUT = 50
TURNOUTS = (30, 50, 70, 100)


@dataclass(frozen=True, slots=True)
class Expected:
    """One section. ``coming``: people, if ``turnout`` percent of the drawn take part; ``least``: sheets wanted."""

    section: str
    share: Share
    coming: int
    least: int

    @property
    def shortfall(self) -> int:
        return max(0, self.least - self.coming)

    @property
    def is_out_of_reach(self) -> bool:
        """Not even if everybody comes."""
        return self.share.size < self.least


def expected_of(
    sizes: Mapping[str, int], *, each: int, reserve_each: int, least: int, turnout: int = TURNOUT
) -> list[Expected]:
    """Return what to expect of every section; ``sizes`` says how many people it served.

    >>> [one] = expected_of({"救助科": 40}, each=18, reserve_each=5, least=10)
    >>> one.coming, one.shortfall, one.is_out_of_reach
    (9, 1, False)
    """
    made = []
    for section, size in sorted(sizes.items()):
        share = share_of(size, each=each, reserve_each=reserve_each, min_valid=least)
        made.append(Expected(section, share, share.main * turnout // 100, least))
    return made


@dataclass(frozen=True, slots=True)
class Summary:
    sections: int
    people: int
    drawn: int
    whole: int
    out_of_reach: int
    short: int


def summary_of(rows: Iterable[Expected]) -> Summary:
    listed = list(rows)
    return Summary(
        sections=len(listed),
        people=sum(row.share.size for row in listed),
        drawn=sum(row.share.main for row in listed),
        whole=sum(row.share.is_whole for row in listed),
        out_of_reach=sum(row.is_out_of_reach for row in listed),
        short=sum(row.shortfall > 0 and not row.is_out_of_reach for row in listed),
    )
