from decimal import Decimal

import pytest

from evaluation.scoring import PoolEntry, order_pool, rank_pool


def entry(key: str, composite: str, democratic: str = "0", service: str = "0", daily: str = "0") -> PoolEntry:
    return PoolEntry(key, Decimal(composite), Decimal(democratic), Decimal(service), Decimal(daily))


def test_equal_composites_share_a_rank() -> None:
    pool = [entry("a", "91.5"), entry("b", "99"), entry("c", "80"), entry("d", "91.50")]

    assert rank_pool(pool) == {"b": 1, "a": 2, "d": 2, "c": 4}


def test_what_decides_among_equals_orders_the_list_and_never_the_rank() -> None:
    pool = [
        entry("last", "90", "70", "30", "19"),
        entry("daily", "90", "70", "30", "20"),
        entry("service", "90", "70", "31", "18"),
        entry("democratic", "90", "71", "1", "1"),
    ]

    assert [each.key for each in order_pool(pool)] == ["democratic", "service", "daily", "last"]
    assert set(rank_pool(pool).values()) == {1}


def test_what_is_equal_in_all_stays_in_the_order_given() -> None:
    assert [each.key for each in order_pool([entry("b", "90"), entry("a", "90")])] == ["b", "a"]


def test_a_key_stands_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        rank_pool([entry("a", "90"), entry("a", "80")])


def test_nobody_has_no_rank() -> None:
    assert rank_pool([]) == {}
