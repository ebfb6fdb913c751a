"""Working days, with the holidays of 2012."""

from datetime import date

import pytest

from evaluation.cycle.models import CalendarDay
from evaluation.cycle.selectors import latest_meeting_day
from evaluation.cycle.working_days import (
    add_working_days,
    is_working_day,
    seed_calendar,
    working_days_between,
    year_is_known,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def holidays(db):
    seed_calendar([2012])


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        pytest.param(date(2012, 9, 28), True, id="a Friday"),
        pytest.param(date(2012, 9, 29), True, id="a Saturday that was worked"),
        pytest.param(date(2012, 10, 1), False, id="the national day"),
        pytest.param(date(2012, 10, 13), False, id="a Saturday"),
    ],
)
def test_rows_decide(holidays, day, worked):
    assert is_working_day(day) is worked


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2012, 12, 10), 0, date(2012, 12, 10)),
        (date(2012, 12, 10), 1, date(2012, 12, 11)),
        (date(2012, 12, 14), 1, date(2012, 12, 17)),
        (date(2012, 9, 28), 2, date(2012, 10, 8)),
        (date(2012, 12, 17), -1, date(2012, 12, 14)),
    ],
)
def test_the_nth_working_day_after(holidays, start, days, end):
    assert add_working_days(start, days) == end


def test_counting_is_the_inverse_of_adding(holidays):
    start = date(2012, 9, 20)

    assert [working_days_between(start, add_working_days(start, n)) for n in range(30)] == list(range(30))


def test_nothing_lies_between_the_wrong_way_round():
    assert working_days_between(date(2012, 12, 20), date(2012, 12, 10)) == 0


def test_an_unknown_year_is_weekdays_and_says_so():
    assert seed_calendar([2031]) == 0
    assert not year_is_known(2031)
    assert is_working_day(date(2031, 10, 1))


def test_what_the_office_entered_stays():
    CalendarDay.objects.create(day=date(2012, 10, 1), is_working=True, note="值班")

    seed_calendar([2012])

    assert is_working_day(date(2012, 10, 1))


def test_the_latest_meeting_day_is_counted_back(cycle):
    day = latest_meeting_day(cycle)

    assert day == date(2012, 11, 26)
    assert working_days_between(day, cycle.deadline) == 3 + 5 + 5 + 5
