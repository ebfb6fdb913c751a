"""Working days: rows of the office decide; what has no row is what its weekday says (architecture, *Working days*)."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

import chinese_calendar

from evaluation.cycle.models import CalendarDay

DAY = timedelta(days=1)


def is_working_day(day: date) -> bool:
    """Return whether ``day`` is worked: its row if it has one, else Monday to Friday."""
    return _worked(day, _exceptions(day, day))


def add_working_days(start: date, days: int) -> date:
    """Return the ``days``-th working day after ``start``; ``start`` itself never counts. With 0, ``start``.

    Negative ``days`` count backwards. A deadline is the end of the day returned.
    """
    reach = timedelta(days=abs(days) * 2 + 60)
    exceptions = _exceptions(start - reach, start + reach)
    day, left, step = start, abs(days), DAY if days >= 0 else -DAY
    while left:
        day += step
        left -= _worked(day, exceptions)
    return day


def working_days_between(start: date, end: date) -> int:
    """Return how many working days lie after ``start`` and up to ``end``, ``end`` included; 0 if ``end`` is earlier."""
    exceptions = _exceptions(start, end)
    return sum(_worked(start + n * DAY, exceptions) for n in range(1, (end - start).days + 1))


def year_is_known(year: int) -> bool:
    """Return whether the calendar holds rows of ``year``; if not, its holidays count as weekdays: say so."""
    return CalendarDay.objects.filter(day__year=year).exists()


def seed_calendar(years: Iterable[int]) -> int:
    """Add the public holidays and moved working days of ``years``, as far as they are known; return how many rows.

    Rows that exist stay as the office left them. chinesecalendar ends with the current year.
    """
    before = CalendarDay.objects.count()
    for year in sorted(set(years)):
        if not year_is_known(year):
            rows = [CalendarDay(day=day, is_working=worked, note=note) for day, worked, note in _known_days(year)]
            CalendarDay.objects.bulk_create(rows, ignore_conflicts=True)
    return CalendarDay.objects.count() - before


@cache
def _known_days(year: int) -> list[tuple[date, bool, str]]:
    """What chinesecalendar knows of a year, read once: the day, whether it is worked, and why."""
    first = date(year, 1, 1)
    days = (first + n * DAY for n in range((date(year + 1, 1, 1) - first).days))
    try:
        return [_known(day) for day in days if chinese_calendar.is_workday(day) != (day.weekday() < 5)]
    except NotImplementedError:
        return []


def _known(day: date) -> tuple[date, bool, str]:
    is_holiday, name = chinese_calendar.get_holiday_detail(day)
    note = chinese_calendar.Holiday(name).chinese if name else ""
    return day, not is_holiday, note if is_holiday or not note else f"{note}调休"


def _exceptions(first: date, last: date) -> dict[date, bool]:
    return dict(CalendarDay.objects.filter(day__range=(first, last)).values_list("day", "is_working"))


def _worked(day: date, exceptions: dict[date, bool]) -> bool:
    return exceptions.get(day, day.weekday() < 5)
