"""Races with real threads and transactions; each with the control that fails without its guard."""

import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evaluation.ballots import boxes, casting
from evaluation.ballots.boxes import close_box
from evaluation.ballots.models import BallotBox, Envelope, Pass
from evaluation.ballots.passes import Slip, receipt_of, token_digest
from evaluation.errors import DomainError
from tests.ballots.conftest import Hall, open_hall_with

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hall(real_commits: None) -> Hall:
    return open_hall_with(slips=40)


@pytest.fixture
def on_postgresql() -> None:
    """Guards that only PostgreSQL needs: SQLite has one writer at a time whatever we do."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


def at_once(work: Callable[[int], Any], number: int) -> list[Any]:
    barrier = threading.Barrier(number)

    def one(place: int) -> Any:
        try:
            barrier.wait(timeout=30)
            return work(place)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def post_one_slip_24_times(hall: Hall) -> list[Any]:
    slip, sheet = hall.slips[0], hall.sheet(hall.box.spec["grades"][0])
    return at_once(lambda _place: Client().post(reverse("vote:cast"), {"secret": slip.token, **sheet}), 24)


def receipt_on(answer: Any) -> str:
    """From the page itself: what a test client keeps of a template's context is not made for threads."""
    found = re.search(r'class="receipt-code"><strong>(\S+)</strong>', answer.content.decode())
    assert found
    return found[1]


def test_one_slip_posted_24_times_is_one_ballot(hall: Hall) -> None:
    answers = post_one_slip_24_times(hall)
    assert {answer.status_code for answer in answers} == {200}
    assert len({receipt_on(answer) for answer in answers}) == 1
    assert Envelope.objects.count() == 1
    assert Pass.objects.filter(state="spent").count() == 1


@pytest.mark.postgres
@pytest.mark.usefixtures("on_postgresql")
def test_control_without_the_condition_one_slip_is_many_ballots(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(casting, "SPEND", "UPDATE evaluation_pass SET state = 'spent' WHERE digest = %s")
    post_one_slip_24_times(hall)
    assert Envelope.objects.count() > 1


@pytest.fixture
def slow_casts(on_postgresql: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between reading that the box is open and dropping the envelope in, a cast sleeps: closing comes in between."""
    sleeping = "UPDATE evaluation_pass SET state = 'spent' FROM (SELECT pg_sleep(0.3)) AS nap"
    monkeypatch.setattr(casting, "SPEND", f"{sleeping} WHERE digest = %s AND state = 'issued'")


def close_while_casting(hall: Hall) -> tuple[int, int]:
    """Return how many casts were acknowledged, and how many envelopes stand in the committed list."""

    def one(place: int) -> bool:
        if place == 0:
            threading.Event().wait(0.1)
            close_box(box=hall.box, actor=hall.scrutineer)
            return False
        try:
            return not hall.cast(hall.slips[place]).again
        except (DomainError, casting.NotOpen):
            return False

    acknowledged = sum(at_once(one, 16))
    return acknowledged, len(BallotBox.objects.get(pk=hall.box.pk).committed["digests"])


@pytest.mark.postgres
@pytest.mark.usefixtures("slow_casts")
def test_every_acknowledged_ballot_is_in_the_committed_list(hall: Hall) -> None:
    acknowledged, committed = close_while_casting(hall)
    assert acknowledged == committed == Envelope.objects.count()
    assert Pass.objects.filter(state="spent").count() == committed


@pytest.mark.postgres
@pytest.mark.usefixtures("slow_casts")
def test_control_without_the_lock_ballots_are_missing_from_the_list(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(casting, "share_lock", lambda cursor, box: None)
    monkeypatch.setattr(boxes, "lock_against_casting", lambda box: None)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE evaluation_envelope DISABLE TRIGGER ballots_envelope_insert")
        cursor.execute("ALTER TABLE evaluation_pass DISABLE TRIGGER ballots_pass_one_way")
        try:
            acknowledged, committed = close_while_casting(hall)
        finally:
            cursor.execute("ALTER TABLE evaluation_envelope ENABLE TRIGGER ballots_envelope_insert")
            cursor.execute("ALTER TABLE evaluation_pass ENABLE TRIGGER ballots_pass_one_way")
    assert acknowledged > committed


def three_tries_each(hall: Hall) -> list[str]:
    """Twenty voters at a time; the tries of one slip come from three of them. Every receipt that was shown."""
    sheet = hall.sheet(hall.box.spec["grades"][0])

    def voter(place: int) -> list[str]:
        mine = [slip for turn in range(3) for slip in hall.slips[(place + turn * 7) % 20 :: 20]]
        return [casting.cast(typed=slip.token, posted=sheet).receipt for slip in mine]

    return [receipt for receipts in at_once(voter, 20) for receipt in receipts]


def test_400_slips_with_three_tries_each_are_400_ballots(real_commits: None) -> None:
    hall = open_hall_with(slips=400)
    receipts = three_tries_each(hall)
    assert len(receipts) == 1200
    assert set(receipts) == {receipt_of(slip.token) for slip in hall.slips}
    assert Envelope.objects.count() == Pass.objects.filter(state="spent").count() == 400
    hall.close()
    assert hall.box.committed["groups"]["representative"] == {"envelopes": 400, "issued": 0, "spent": 400, "void": 0}


def test_control_of_the_three_tries(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the condition on the state, and without the first look, tries are ballots."""
    monkeypatch.setattr(casting, "SPEND", "UPDATE evaluation_pass SET state = 'spent' WHERE digest = %s")
    look = casting._look
    monkeypatch.setattr(casting, "_look", lambda secret: replace(look(secret), is_spent=False))
    three_tries_each(hall)
    assert Envelope.objects.count() == 120


def casters_and_closers(hall: Hall, close: Callable[[], None]) -> tuple[set[str], list[str]]:
    """Twelve cast slip after slip while four close; receipts shown, and how each caster's tries went in turn."""
    sheet = hall.sheet(hall.box.spec["grades"][0])

    def one(place: int) -> list[tuple[str, str]]:
        if place >= 12:
            time.sleep(0.05)
            close()
            return []
        return [(slip.token, outcome(slip, sheet)) for slip in hall.slips[place::12]]

    went = at_once(one, 16)
    acknowledged = {token for tries in went for token, result in tries if result == "cast"}
    return acknowledged, ["".join(result[0] for _token, result in tries) for tries in went if tries]


def outcome(slip: Slip, sheet: dict[str, list[str]]) -> str:
    try:
        return "again" if casting.cast(typed=slip.token, posted=sheet).again else "cast"
    except casting.NotOpen:
        return "over"


def test_many_closers_and_many_casters_agree_on_one_list(real_commits: None) -> None:
    hall = open_hall_with(slips=400)

    def close() -> None:
        try:
            close_box(box=hall.box, actor=hall.scrutineer)
        except DomainError as error:
            assert error.code == "not_open"

    acknowledged, turns = casters_and_closers(hall, close)
    box = hall.refresh()
    assert box.state == "closed"
    assert 0 < len(acknowledged) == len(box.committed["digests"]) == Envelope.objects.count()
    digests = {token_digest(token) for token in acknowledged}
    assert digests == set(Pass.objects.filter(state="spent").values_list("digest", flat=True))
    assert all(re.fullmatch("c*o*", turn) for turn in turns)


def test_the_clock_of_the_database_decides_in_the_middle_of_a_crowd(real_commits: None) -> None:
    hall = open_hall_with(slips=400)
    BallotBox.objects.filter(pk=hall.box.pk).update(closes_at=timezone.now() + timedelta(seconds=0.4))
    acknowledged, turns = casters_and_closers(hall, lambda: None)
    time.sleep(0.4)
    assert all(re.fullmatch("c*o*", turn) for turn in turns)
    assert outcome(hall.slips[0], hall.sheet(hall.box.spec["grades"][0])) in {"again", "over"}
    hall.close()
    assert len(acknowledged) == len(hall.box.committed["digests"]) == Envelope.objects.count()


@pytest.mark.parametrize(("left", "result"), [(5.0, "cast"), (0.0, "over"), (-0.001, "over"), (-5.0, "over")])
def test_before_at_and_after_the_closing_time(hall: Hall, left: float, result: str) -> None:
    BallotBox.objects.filter(pk=hall.box.pk).update(closes_at=timezone.now() + timedelta(seconds=left))
    assert outcome(hall.slips[0], hall.sheet(hall.box.spec["grades"][0])) == result
    assert Envelope.objects.count() == (result == "cast")


def test_a_cast_that_waited_past_closing_is_over(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Open when it was looked up, closed when the lock was had: state and time are read after the lock."""
    held = casting.look_up(hall.slips[0].token)
    assert held.phase == casting.Phase.OPEN
    BallotBox.objects.filter(pk=hall.box.pk).update(closes_at=timezone.now())
    with pytest.raises(casting.NotOpen):
        casting.cast_held(held=held, posted=hall.sheet(hall.box.spec["grades"][0]))
    assert not Envelope.objects.exists()


def test_two_closers_commit_one_list(hall: Hall) -> None:
    hall.cast(hall.slips[0])

    def close(_place: int) -> bool:
        try:
            close_box(box=hall.box, actor=hall.scrutineer)
        except DomainError:
            return False
        return True

    assert sum(at_once(close, 6)) == 1
