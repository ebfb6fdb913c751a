"""Counting tries."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from evaluation.guard.models import TryCount
from evaluation.guard.services import count_try, forget_old_tries

pytestmark = pytest.mark.django_db
NOW = datetime(2012, 11, 20, 8, 0, 30, tzinfo=UTC)


def tries(times, *, parts=("code", "10.0.0.1"), limit=3, window=60):
    return [count_try(bucket_parts=parts, limit=limit, window_seconds=window) for _time in range(times)]


@time_machine.travel(NOW, tick=False)
def test_the_limit_passes_and_no_more():
    assert tries(5) == [True, True, True, False, False]


@time_machine.travel(NOW, tick=False)
def test_another_address_counts_for_itself():
    tries(4)

    assert tries(1, parts=("code", "10.0.0.2")) == [True]


@time_machine.travel(NOW, tick=False)
def test_parts_are_not_run_together():
    tries(3, parts=("co", "de"))

    assert tries(1, parts=("cod", "e")) == [True]


def test_the_next_window_begins_anew():
    with time_machine.travel(NOW, tick=False):
        tries(4)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        assert tries(1) == [True]


@time_machine.travel(NOW, tick=False)
def test_no_address_is_stored():
    tries(1, parts=("code", "10.0.0.1"))

    assert "10.0.0.1" not in TryCount.objects.get().bucket


def test_old_windows_are_forgotten():
    old = TryCount.objects.create(bucket="a", window_starts=timezone.now() - timedelta(days=3))
    fresh = TryCount.objects.create(bucket="a", window_starts=timezone.now())

    assert forget_old_tries() == 1
    assert list(TryCount.objects.all()) == [fresh] != [old]


@pytest.mark.parametrize("seconds", [0, -1, 90_000])
def test_a_window_is_at_most_a_day(seconds):
    with pytest.raises(ValueError, match="window"):
        tries(1, window=seconds)


def simultaneously(times, act):
    ready = threading.Barrier(times)

    def one(_number):
        try:
            ready.wait(timeout=20)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def read_then_write(limit):
    """What ``count_try`` would be without its one conditional UPDATE."""
    row = TryCount.objects.get(bucket="naive")
    time.sleep(0.05)
    if row.count >= limit:
        return False
    row.count += 1
    row.save(update_fields=["count"])
    return True


@pytest.mark.django_db(transaction=True)
def test_of_simultaneous_tries_exactly_the_limit_pass():
    answers = simultaneously(8, lambda: count_try(bucket_parts=["race"], limit=3, window_seconds=86_400))

    assert sorted(answers) == [False] * 5 + [True] * 3


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_more_would_pass():
    TryCount.objects.create(bucket="naive", window_starts=timezone.now())

    assert sum(simultaneously(8, lambda: read_then_write(3))) > 3
