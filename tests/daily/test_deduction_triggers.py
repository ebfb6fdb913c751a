"""What never changes of deductions, defences and months, whoever writes to the database: raw SQL."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.daily.demands import DEMANDS
from evaluation.daily.models import DailyDeduction, Defence, MonthSheet
from evaluation.daily.services import freeze_months, make_defence, review_defence
from evaluation.units.models import Role, Unit
from tests.daily.making import confirmed_for, recorded_for
from tests.factories import appraisal_of, member

pytestmark = pytest.mark.django_db
GIVEN = {name: "说明" for fields in DEMANDS.values() for name in fields if name != "rectify_by"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel("2012-06-15T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def user(unit: Unit) -> User:
    return member(role=Role.CADRE, unit=unit)


@pytest.fixture
def confirmed(cycle: Cycle, unit: Unit, user: User, unit_admin: User, approver: User) -> DailyDeduction:
    return confirmed_for(appraisal_of(cycle=cycle, unit=unit, user=user), unit_admin, approver)


def execute(statement: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def refused(statement: str, *values: object) -> bool:
    try:
        execute(statement, *values)
    except DatabaseError as error:
        return "never" in str(error)
    return False


@pytest.mark.parametrize(
    "change",
    [
        "points = 1",
        "count = 3",
        "rule = '2', to_rectify = 'x', rectify_by = '2012-05-01'",
        "cadre_id = cadre_id + 1",
        "recorded_by_id = NULL",
        "confirmed_by_id = NULL",
        "facts = '别的'",
        "basis = '别的'",
        "found_on = '2012-05-01'",
        "status = 'recorded'",
        "status = 'returned'",
        "told_on = '2012-01-01'",
        "defence_due = '2030-01-01'",
    ],
)
def test_a_confirmed_deduction_never_changes(confirmed: DailyDeduction, change: str) -> None:
    assert refused(f"UPDATE evaluation_dailydeduction SET {change} WHERE id = %s", confirmed.pk)


def test_it_is_withdrawn_and_then_stays_so(confirmed: DailyDeduction) -> None:
    statement = "UPDATE evaluation_dailydeduction SET status = %s, reason = '录错' WHERE id = %s"
    execute(statement, "withdrawn", confirmed.pk)

    assert refused(statement, "confirmed", confirmed.pk)
    assert refused("DELETE FROM evaluation_dailydeduction WHERE id = %s", confirmed.pk)


@pytest.mark.parametrize(("rule", "field"), [(rule, field) for rule, fields in DEMANDS.items() for field in fields])
def test_a_recorded_deduction_never_lacks_what_its_rule_demands(
    cycle: Cycle, unit: Unit, unit_admin: User, rule: str, field: str
) -> None:
    points = {"points": 1} if rule == "6" else {}
    values = {**GIVEN, **points, "rule": rule, "rectify_by": date(2012, 5, 1)}
    deduction = recorded_for(appraisal_of(cycle=cycle, unit=unit), unit_admin, **values)
    empty = "NULL" if field == "rectify_by" else "''"

    assert refused(f"UPDATE evaluation_dailydeduction SET {field} = {empty} WHERE id = %s", deduction.pk)


def test_a_reviewed_defence_never_changes(confirmed: DailyDeduction, user: User, office: User) -> None:
    defence = make_defence(deduction=confirmed, text="情况不属实。", actor=user)
    assert refused("UPDATE evaluation_defence SET text = '别的话' WHERE id = %s", defence.pk)
    review_defence(defence=defence, is_upheld=False, answer="属实", reviewer=office)

    for change in ("answer = '别的'", "status = 'upheld'", "status = 'open'", "reviewed_by_id = NULL"):
        assert refused(f"UPDATE evaluation_defence SET {change} WHERE id = %s", defence.pk)
    assert refused("DELETE FROM evaluation_defence WHERE id = %s", defence.pk)
    assert Defence.objects.get().answer == "属实"


def test_a_frozen_month_never_changes(confirmed: DailyDeduction) -> None:
    freeze_months(today=date(2012, 7, 20))
    sheet = MonthSheet.objects.get(month=date(2012, 6, 1))

    for change in ("rows = '[]'", "sha256 = ''", "frozen_at = '2001-01-01 00:00:00+00:00'"):
        assert refused(f"UPDATE evaluation_monthsheet SET {change} WHERE id = %s", sheet.pk)
    assert refused("DELETE FROM evaluation_monthsheet WHERE id = %s", sheet.pk)
