"""Python looks for cycles again when the last of those who read at one time is done."""

import gc
from collections.abc import Iterator
from threading import Event, Thread

import pytest

from evaluation.intake.collecting import collecting_nothing


@pytest.fixture(autouse=True)
def collecting() -> Iterator[None]:
    assert gc.isenabled()
    yield
    gc.enable()


def test_two_at_once_and_the_first_to_begin_ends_first() -> None:
    begun, done = Event(), Event()

    def read() -> None:
        with collecting_nothing():
            begun.set()
            done.wait(5)

    first = Thread(target=read)
    first.start()
    begun.wait(5)
    with collecting_nothing():
        done.set()
        first.join(5)
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_reading_that_fails_ends_too() -> None:
    with pytest.raises(ValueError, match="no"), collecting_nothing():
        raise ValueError("no")
    assert gc.isenabled()


def test_who_collects_nothing_anyway_is_left_so() -> None:
    gc.disable()
    with collecting_nothing():
        pass
    assert not gc.isenabled()
