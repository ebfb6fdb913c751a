"""The timer: every part by itself, again without effect, and what pages say of it."""

from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from accounts.models import User
from evaluation.ballots.models import BallotBox
from evaluation.cycle.models import Cycle
from evaluation.daily.models import DailyDeduction
from evaluation.desk import periods
from evaluation.desk.models import TimerRun
from evaluation.desk.periods import PERIODS, Period, advance_periods, timer_state
from evaluation.rectification.models import RectificationPlan
from evaluation.rectification.services import (
    ItemValues,
    draft_plans,
    propose_overdue_items,
    publish_plans,
    save_plan,
    submit_plans,
)
from evaluation.units.models import Unit
from tests.factories import appraisal_of, published_pool

pytestmark = pytest.mark.django_db
AFTER = date(2013, 1, 1)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel("2012-12-03T09:00:00+08:00", tick=False) as traveller:
        yield traveller


def public_plan(cycle: Cycle, unit: Unit, writer: User, publisher: User) -> RectificationPlan:
    row = appraisal_of(cycle=cycle, unit=unit)
    (plan,) = draft_plans(publication=published_pool(cycle=cycle, appraisals=[row]), actor=writer)
    item = ItemValues("opinion", "排队长", "增设窗口", "十分钟内", date(2012, 12, 31))
    save_plan(plan=plan, items=[item], actor=writer)
    submit_plans(plans=[plan], actor=writer)
    return publish_plans(plans=[plan], approver=publisher)[0]


@pytest.fixture
def plan(cycle: Cycle, unit: Unit, unit_admin: User, approver: User) -> RectificationPlan:
    return public_plan(cycle, unit, unit_admin, approver)


def run(**options: str) -> str:
    out = StringIO()
    call_command("advance_periods", stdout=out, **options)
    return out.getvalue()


def test_the_second_run_changes_nothing(plan: RectificationPlan, clock: time_machine.Traveller) -> None:
    clock.move_to("2013-01-02T02:00:00+08:00")
    assert "items-overdue: 1\n" in run()
    assert "items-overdue: 0\n" in run()
    assert DailyDeduction.objects.filter(status="proposed").count() == 1


def test_every_part_is_named_and_has_a_row(cycle: Cycle) -> None:
    lines = run().splitlines()
    steps = [period.step for period in PERIODS]
    assert [line.partition(":")[0] for line in lines] == steps
    assert set(TimerRun.objects.values_list("step", flat=True)) == set(steps)


def test_one_that_fails_does_not_stop_the_others_and_leaves_nothing_half_done(plan: RectificationPlan) -> None:
    def half(today: date) -> int:
        propose_overdue_items(today=today)
        raise ValueError("张三的电话")

    broken = Period("broken", "broken", half)
    whole = Period("whole", "whole", lambda today: propose_overdue_items(today=today))
    first, second = advance_periods(today=AFTER, periods=[broken, whole])
    assert (first.problem, second.number) == ("ValueError", 1)
    assert TimerRun.objects.get(step="broken").problem == "ValueError"


def test_a_failure_is_named_and_ends_with_one(cycle: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(today: date | None = None) -> int:
        raise ValueError

    monkeypatch.setattr(periods, "freeze_months", fails)
    with pytest.raises(CommandError, match="months-frozen") as failure:
        run()
    assert failure.value.returncode == 1
    assert TimerRun.objects.exclude(problem="").get().step == "months-frozen"


def test_as_of_a_moment_that_has_passed(plan: RectificationPlan, clock: time_machine.Traveller) -> None:
    clock.move_to("2013-01-05T09:00:00+08:00")
    assert "items-overdue: 0" in run(at="2012-12-31T23:59")
    assert "items-overdue: 1" in run(at="2013-01-01T00:00")


@pytest.mark.parametrize("at", ["2013-06-01T00:00", "tomorrow"])
def test_no_other_moment(cycle: Cycle, at: str) -> None:
    with pytest.raises(CommandError):
        run(at=at)


def test_boxes_are_closed_too_and_the_old_command_stays(cycle: Cycle, unit: Unit) -> None:
    closes = timezone.now() - timedelta(minutes=1)
    box = BallotBox.objects.create(
        cycle=cycle, unit=unit, track="mid_level", kind="public", title="箱", closes_at=closes
    )
    for state in ("ready", "open"):
        BallotBox.objects.filter(pk=box.pk).update(state=state)
    assert "boxes: 1" in run()
    out = StringIO()
    call_command("advance_boxes", stdout=out)
    assert "closed 0" in out.getvalue()


def test_the_office_is_told_when_the_timer_is_silent(cycle: Cycle, clock: time_machine.Traveller) -> None:
    assert timer_state(cycle).is_silent
    advance_periods()
    state = timer_state(cycle)
    assert (state.is_silent, state.last is not None and state.last.ran_at) == (False, timezone.now())
    clock.shift(timedelta(days=2))
    assert not timer_state(cycle).is_silent
    clock.shift(timedelta(seconds=1))
    assert timer_state(cycle).is_silent
    cycle.status = Cycle.Status.CLOSED
    assert not timer_state(cycle).is_silent


def test_a_part_that_was_never_run_is_not_forgotten(cycle: Cycle) -> None:
    advance_periods()
    TimerRun.objects.filter(step="notices").delete()
    assert timer_state(cycle).is_silent
