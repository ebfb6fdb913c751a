"""Two who propose at once; with the control that fails without the lock."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import IntegrityError, connection

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.daily.models import DailyDeduction
from evaluation.rectification.models import RectificationPlan
from evaluation.rectification.services import (
    draft_plans,
    proposals,
    propose_overdue_items,
    publish_plans,
    save_plan,
    submit_plans,
)
from evaluation.units.models import Unit
from tests.factories import appraisal_of, published_pool
from tests.rectification.conftest import ITEM

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
LATE = date(2013, 1, 1)


@pytest.fixture(autouse=True)
def on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite has one writer at a time whatever we do")


@pytest.fixture
def plan(cycle: Cycle, unit: Unit, unit_admin: User, approver: User) -> RectificationPlan:
    row = appraisal_of(cycle=cycle, unit=unit)
    (made,) = draft_plans(publication=published_pool(cycle=cycle, appraisals=[row]), actor=unit_admin)
    save_plan(plan=made, items=[ITEM], actor=unit_admin)
    submit_plans(plans=[made], actor=unit_admin)
    return publish_plans(plans=[made], approver=approver)[0]


def twice_at_once() -> list[str | int]:
    barrier = Barrier(2)

    def one(_place: int) -> str | int:
        try:
            barrier.wait(timeout=30)
            return propose_overdue_items(today=LATE)
        except IntegrityError:
            return "refused by the database"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, range(2)))


def slow(locked: Callable[[int], RectificationPlan]) -> Callable[[int], RectificationPlan]:
    def taken(pk: int) -> RectificationPlan:
        plan = locked(pk)
        time.sleep(0.3)
        return plan

    return taken


def test_one_proposal_and_no_error(plan: RectificationPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposals, "_locked", slow(proposals._locked))
    assert sorted(map(str, twice_at_once())) == ["0", "1"]
    assert DailyDeduction.objects.count() == 1


def test_control_without_the_lock_one_of_them_fails(plan: RectificationPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    both = Barrier(2)

    def unlocked(pk: int) -> RectificationPlan:
        return RectificationPlan.objects.select_related("appraisal__cycle").get(pk=pk)

    real = proposals.propose_deduction

    def together(**values: object) -> object:
        both.wait(timeout=30)
        return real(**values)  # type: ignore[arg-type]

    monkeypatch.setattr(proposals, "_locked", unlocked)
    monkeypatch.setattr(proposals, "propose_deduction", together)
    assert "refused by the database" in twice_at_once()
