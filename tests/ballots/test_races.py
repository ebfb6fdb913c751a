"""Races, on PostgreSQL with real threads and transactions; each with the control that fails without its guard."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evaluation.ballots import boxes, casting
from evaluation.ballots.boxes import close_box, create_box, make_ready, open_box
from evaluation.ballots.keys import make_scrutineer_key
from evaluation.ballots.models import BallotBox, Envelope, Pass
from evaluation.cycle.services import create_cycle, open_cycle
from evaluation.errors import DomainError
from evaluation.units.models import Role
from tests.ballots.conftest import PASSPHRASE, Hall
from tests.factories import appraisal_of, member, unit_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def only_on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


@pytest.fixture
def hall(transactional_db: None) -> Hall:
    office, scrutineer = member(role=Role.OFFICE), member(role=Role.SCRUTINEER)
    cycle = open_cycle(cycle=create_cycle(year=2012, actor=office), actor=office)
    unit = unit_of()
    appraisal_of(cycle=cycle, unit=unit)
    make_scrutineer_key(cycle=cycle, user=scrutineer, passphrase=PASSPHRASE)
    box = create_box(
        cycle=cycle,
        unit=unit,
        track="mid_level",
        kind="meeting",
        title="票箱",
        closes_at=timezone.now() + timedelta(hours=1),
        actor=office,
        groups={"representative": 400},
    )
    [box] = make_ready(boxes=[box], scrutineer=scrutineer, passphrase=PASSPHRASE)
    made = Hall(box, office, scrutineer, [])
    made.make(number=40)
    made.box = open_box(box=made.box, actor=scrutineer)
    return made


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


def test_one_slip_posted_24_times_is_one_ballot(hall: Hall) -> None:
    answers = post_one_slip_24_times(hall)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.context["receipt"] for answer in answers}) == 1
    assert Envelope.objects.count() == 1
    assert Pass.objects.filter(state="spent").count() == 1


def test_control_without_the_condition_one_slip_is_many_ballots(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(casting, "SPEND", "UPDATE evaluation_pass SET state = 'spent' WHERE digest = %s")
    post_one_slip_24_times(hall)
    assert Envelope.objects.count() > 1


@pytest.fixture
def slow_casts(monkeypatch: pytest.MonkeyPatch) -> None:
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


@pytest.mark.usefixtures("slow_casts")
def test_every_acknowledged_ballot_is_in_the_committed_list(hall: Hall) -> None:
    acknowledged, committed = close_while_casting(hall)
    assert acknowledged == committed == Envelope.objects.count()
    assert Pass.objects.filter(state="spent").count() == committed


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


def test_400_tries_of_40_slips_are_40_ballots(hall: Hall) -> None:
    sheet = hall.sheet(hall.box.spec["grades"][0])

    def three_tries(place: int) -> set[str]:
        mine = hall.slips[place::20]
        return {casting.cast(typed=slip.token, posted=sheet).receipt for slip in mine for _try in range(3)}

    receipts = at_once(three_tries, 20)
    assert len(set().union(*receipts)) == 40
    assert Envelope.objects.count() == 40


def test_two_closers_commit_one_list(hall: Hall) -> None:
    hall.cast(hall.slips[0])

    def close(_place: int) -> bool:
        try:
            close_box(box=hall.box, actor=hall.scrutineer)
        except DomainError:
            return False
        return True

    assert sum(at_once(close, 6)) == 1
