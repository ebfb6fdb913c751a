"""Ranks within one pool: a track of one organising unit."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class PoolEntry:
    """A scored appraisal of a pool; ``key`` is the caller's, unique in it; ``service``: service-recipient points."""

    key: Hashable
    composite: Decimal
    democratic: Decimal
    service: Decimal
    daily: Decimal


def rank_pool(entries: Iterable[PoolEntry]) -> dict[Hashable, int]:
    """Return key → rank by composite, highest first; equal composites share a rank (1, 2, 2, 4).

    Raises ``ValueError`` where a key stands twice.

    >>> rank_pool(PoolEntry(key, Decimal(points), *[Decimal(0)] * 3) for key, points in zip("abcd", [80, 90, 80, 70]))
    {'b': 1, 'a': 2, 'c': 2, 'd': 4}
    """
    ranks: dict[Hashable, int] = {}
    last: tuple[Decimal, int] | None = None
    for position, entry in enumerate(order_pool(entries), start=1):
        if entry.key in ranks:
            raise ValueError(f"{entry.key!r} stands twice in the pool")
        rank = last[1] if last and last[0] == entry.composite else position
        ranks[entry.key] = rank
        last = (entry.composite, rank)
    return ranks


def order_pool(entries: Iterable[PoolEntry]) -> list[PoolEntry]:
    """Return the entries in the order of the list; it never touches the rank.

    Among equal composites: democratic, then service-recipient points, then daily, highest first; what is equal in
    all of these stays in the order given.
    """
    return sorted(entries, key=lambda entry: (-entry.composite, -entry.democratic, -entry.service, -entry.daily))
