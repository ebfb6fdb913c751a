"""The list of a month: open until its last working day, then frozen, whoever calls the timer or nobody."""

import hashlib
import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.cycle.working_days import seed_calendar
from evaluation.daily.models import DailyDeduction, MonthSheet
from evaluation.daily.months import frozen_from, is_frozen
from evaluation.daily.selectors import closable_by, month_states
from evaluation.daily.services import (
    close_month,
    confirm_deductions,
    freeze_months,
    return_deductions,
    revise_deduction,
    withdraw_deduction,
)
from evaluation.errors import DomainError
from evaluation.roster.models import Appraisal
from evaluation.units.models import Unit
from tests.daily.making import confirmed_for, recorded_for
from tests.factories import appraisal_of

pytestmark = pytest.mark.django_db
MONTHS = [
    pytest.param(date(2012, 5, 1), date(2012, 6, 8), id="an ordinary month"),
    pytest.param(date(2012, 4, 1), date(2012, 5, 9), id="the May holiday"),
    pytest.param(date(2012, 9, 1), date(2012, 10, 13), id="the national holiday"),
    pytest.param(date(2012, 12, 1), date(2013, 1, 9), id="the year end and a worked weekend"),
]
JUNE = date(2012, 6, 1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2012-07-02T10:00:00+08:00", tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def holidays(db: None) -> None:
    seed_calendar([2012, 2013])


@pytest.fixture
def appraisal(cycle: Cycle, unit: Unit) -> Appraisal:
    return appraisal_of(cycle=cycle, unit=unit, name="林敏")


def moved(clock: time_machine.Traveller, day: date, time: str = "10:00") -> None:
    clock.move_to(f"{day.isoformat()}T{time}:00+08:00")


def refused(code: str, act: object) -> None:
    with pytest.raises(DomainError) as refusal:
        act()  # type: ignore[operator]
    assert refusal.value.code == code


@pytest.mark.parametrize(("month", "first"), MONTHS)
def test_a_month_freezes_some_working_days_after_its_end(
    clock: time_machine.Traveller, cycle: Cycle, unit: Unit, appraisal: Appraisal, unit_admin: User,
    month: date, first: date,
) -> None:  # fmt: skip
    assert frozen_from(month, cycle) == first
    moved(clock, first - timedelta(days=1), "23:59")
    assert not is_frozen(cycle=cycle, unit=unit, month=month)
    recorded_for(appraisal, unit_admin, found_on=month)

    moved(clock, first, "00:00")
    assert is_frozen(cycle=cycle, unit=unit, month=month)
    refused("month_frozen", lambda: recorded_for(appraisal, unit_admin, found_on=month + timedelta(days=1)))


@pytest.mark.parametrize(("month", "first"), MONTHS)
def test_the_timer_writes_down_what_the_calendar_says(
    cycle: Cycle, unit: Unit, appraisal: Appraisal, month: date, first: date
) -> None:
    before = freeze_months(today=first - timedelta(days=1))
    assert not MonthSheet.objects.filter(month=month).exists()

    assert freeze_months(today=first) == 1
    assert MonthSheet.objects.get(month=month).unit == unit
    assert freeze_months(today=first) == 0
    assert MonthSheet.objects.count() == before + 1


def test_the_snapshot_says_what_stood(cycle: Cycle, appraisal: Appraisal, unit_admin: User, approver: User) -> None:
    deduction = confirmed_for(appraisal, unit_admin, approver, found_on=date(2012, 6, 5), count=2)
    recorded_for(appraisal, unit_admin, found_on=date(2012, 6, 6))

    freeze_months(today=date(2012, 7, 31))

    sheet = MonthSheet.objects.get(month=JUNE)
    case = {"deduction": deduction.pk, "rule": "1", "found_on": "2012-06-05", "points": "10.00"}
    assert sheet.rows == [
        {"appraisal": appraisal.pk, "name": "林敏", "cases": [case], "used": "10.00", "left": "10.00"}
    ]
    text = json.dumps(sheet.rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert sheet.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_a_finding_that_came_late_is_entered_with_its_reason(
    clock: time_machine.Traveller, appraisal: Appraisal, unit_admin: User
) -> None:
    moved(clock, date(2012, 8, 20))

    assert recorded_for(appraisal, unit_admin, late_reason="八月才查实").late_reason == "八月才查实"


def test_in_a_frozen_month_the_unit_changes_and_removes_nothing(
    clock: time_machine.Traveller, appraisal: Appraisal, unit_admin: User, approver: User, office: User
) -> None:
    deduction = recorded_for(appraisal, unit_admin)
    return_deductions(deductions=[deduction], approver=approver, reason="补依据")
    moved(clock, date(2012, 8, 20))

    refused("month_frozen", lambda: withdraw_deduction(deduction=deduction, actor=unit_admin, reason="不要"))
    refused("month_frozen", lambda: revise_deduction(deduction=deduction, actor=unit_admin, changes={"basis": "新"}))
    changes = {"basis": "新", "late_reason": "退回后补正"}
    assert revise_deduction(deduction=deduction, actor=unit_admin, changes=changes).status == "recorded"
    withdrawn = withdraw_deduction(deduction=deduction, actor=office, reason="录错")
    assert withdrawn.status == "withdrawn"


def test_what_was_recorded_in_time_can_still_be_confirmed(
    clock: time_machine.Traveller, appraisal: Appraisal, unit_admin: User, approver: User
) -> None:
    deduction = recorded_for(appraisal, unit_admin)
    moved(clock, date(2012, 8, 20))

    assert confirm_deductions(deductions=[deduction], approver=approver)[0].status == "confirmed"


def test_the_approver_closes_a_month_that_is_over_before_the_calendar_does(
    cycle: Cycle, unit: Unit, appraisal: Appraisal, unit_admin: User, approver: User
) -> None:
    deduction = recorded_for(appraisal, unit_admin)
    assert [one.month for one in closable_by(approver, cycle)] == [JUNE]
    close = {"cycle": cycle, "unit": unit, "approver": approver}
    refused("month_running", lambda: close_month(month=date(2012, 7, 1), **close))
    refused("still_recorded", lambda: close_month(month=JUNE, **close))
    confirm_deductions(deductions=[deduction], approver=approver)

    sheet = close_month(month=JUNE, **close)

    assert (sheet.frozen_by, len(sheet.rows)) == (approver, 1)
    assert is_frozen(cycle=cycle, unit=unit, month=JUNE)
    assert not closable_by(approver, cycle)
    refused("frozen_already", lambda: close_month(month=JUNE, **close))
    refused("month_frozen", lambda: recorded_for(appraisal, unit_admin, found_on=date(2012, 6, 9)))


def test_states_of_months(cycle: Cycle, unit: Unit, appraisal: Appraisal) -> None:
    found = {one.month.month: one.state for one in month_states(cycle=cycle, units=[unit])}

    assert found == {7: "running", 6: "open", **dict.fromkeys(range(1, 6), "frozen")}


def test_a_month_ends_with_its_own_total(cycle: Cycle, appraisal: Appraisal, unit_admin: User, approver: User) -> None:
    confirmed_for(appraisal, unit_admin, approver, found_on=date(2012, 6, 5))
    confirmed_for(appraisal, unit_admin, approver, found_on=date(2012, 7, 1))

    freeze_months(today=date(2012, 8, 31))

    lefts = {sheet.month.month: sheet.rows[0]["left"] for sheet in MonthSheet.objects.exclude(rows=[])}
    assert {month: Decimal(left) for month, left in lefts.items()} == {6: 15, 7: 10}


def test_only_open_years_freeze(cycle: Cycle, appraisal: Appraisal) -> None:
    Cycle.objects.filter(pk=cycle.pk).update(status="closed")

    assert freeze_months(today=date(2012, 12, 1)) == 0
    assert not DailyDeduction.objects.exists()
