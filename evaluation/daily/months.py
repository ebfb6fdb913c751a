"""The list of a unit and month: open, then frozen some working days after the month's end. Computed from dates."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone

from evaluation.cycle.models import Cycle
from evaluation.cycle.working_days import add_working_days
from evaluation.daily.models import MonthSheet
from evaluation.units.models import Unit

DAY = timedelta(days=1)


def month_of(day: date) -> date:
    """Return the first day of the month of ``day``."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    return (month + 31 * DAY).replace(day=1)


def months_of(cycle: Cycle) -> list[date]:
    """Return the twelve months of the year, as their first days."""
    return [date(cycle.year, number, 1) for number in range(1, 13)]


def frozen_from(month: date, cycle: Cycle) -> date:
    """Return the first day on which the list of ``month`` is frozen.

    The last day for entries is the ``freeze_days``-th working day after the month's end.
    """
    return add_working_days(next_month(month) - DAY, cycle.freeze_days) + DAY


def is_frozen(*, cycle: Cycle, unit: Unit, month: date, today: date | None = None) -> bool:
    """Tell whether the list of ``unit`` and ``month`` (first day) stands: by the calendar, or closed earlier."""
    if (today or timezone.localdate()) >= frozen_from(month, cycle):
        return True
    return MonthSheet.objects.filter(cycle=cycle, unit=unit, month=month).exists()


def frozen_by_now(months: Iterable[date], cycle: Cycle, today: date) -> set[date]:
    """Return which of ``months`` the calendar has frozen. A month that is under way never is."""
    return {month for month in set(months) if next_month(month) <= today and today >= frozen_from(month, cycle)}
