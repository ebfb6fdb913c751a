"""Two residents at the same moment get two numbers; with the control that fails without the lock."""

import time
from typing import Any

import pytest
from django.db import IntegrityError

from evaluation.cycle.models import Cycle
from evaluation.cycle.services import create_cycle, open_cycle
from evaluation.daily.models import Complaint
from evaluation.daily.services import complaints, receive_complaint
from evaluation.units.models import Role, Unit
from tests.ballots.conftest import real_commits  # noqa: F401
from tests.ballots.test_races import at_once, on_postgresql  # noqa: F401
from tests.daily.complaining import TEXT
from tests.factories import member, unit_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def year(real_commits: None, on_postgresql: None) -> tuple[Cycle, Unit]:  # noqa: F811
    office = member(role=Role.OFFICE)
    return open_cycle(cycle=create_cycle(year=2012, actor=office, city_name="示范市"), actor=office), unit_of()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between reading the last number and writing the next, a moment passes."""
    numbered = complaints.next_number

    def next_number(cycle: Cycle) -> int:
        number = numbered(cycle)
        time.sleep(0.1)
        return number

    monkeypatch.setattr(complaints, "next_number", next_number)


def received_at_once(cycle: Cycle, unit: Unit) -> list[Any]:
    def one(place: int) -> Any:
        try:
            return receive_complaint(cycle=cycle, unit=unit, channel="web", text=TEXT).number
        except IntegrityError:
            return None

    return at_once(one, 6)


@pytest.mark.usefixtures("slow")
def test_six_at_once_are_six_numbers_and_six_receipts(year: tuple[Cycle, Unit]) -> None:
    assert sorted(received_at_once(*year)) == [1, 2, 3, 4, 5, 6]
    assert len(set(Complaint.objects.values_list("receipt", flat=True))) == 6


@pytest.mark.usefixtures("slow")
def test_control_without_the_lock_some_are_lost(year: tuple[Cycle, Unit], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Cycle.objects, "select_for_update", Cycle.objects.all)

    assert None in received_at_once(*year)
