"""Dates as offices write them: a year, a month, or a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from evaluation.workbooks.shapes import Value
from evaluation.workbooks.text import to_halfwidth, value_text

FIRST_YEAR, LAST_YEAR = 1930, 2099
EPOCH = date(1899, 12, 30)  # day 0 of the serial numbers of spreadsheet programs
PARTS = re.compile(r"(\d{4})(?:[年./\-]|$)(?:(\d{1,2})(?:[月./\-]|$)(?:(\d{1,2})[日号]?)?)?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date known to the year, the month or the day.

    >>> str(PartialDate(2004, 5)), PartialDate(2011, 12, 3).display
    ('2004-05', '2011年12月3日')
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        """Return the ISO form that is stored and sorts: 2009, 2009-06 or 2009-06-25."""
        parts = [f"{self.year:04}"] + [f"{part:02}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    @property
    def display(self) -> str:
        month = f"{self.month}月" if self.month else ""
        day = f"{self.day}日" if self.day else ""
        return f"{self.year}年{month}{day}"


def parse_date(value: Value) -> PartialDate | None:
    """Read 2004.05, 2011年6月, 2008-03-14, 2007/07/26, 2011年12月3日, 200405, a date cell or its serial number.

    Returns ``None`` where it is no date, or could be two (the number 2010.1 may have been 2010.10).

    >>> parse_date("２０１１年６月"), parse_date(2010.1), parse_date("2011.13")
    (PartialDate(year=2011, month=6, day=None), None, None)
    """
    if isinstance(value, date):  # a datetime is a date
        return _checked(value.year, value.month, value.day)
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _from_number(value)
    return _written(str(value))


def parse_day(value: Value) -> date | None:
    """Read a full day; ``None`` where the day is not given or there is no such day."""
    if isinstance(value, str):
        return _written_day(value)
    if isinstance(value, date):
        value = value.date() if isinstance(value, datetime) else value
        return value if FIRST_YEAR <= value.year <= LAST_YEAR else None
    return _day_of(parse_date(value))


@lru_cache(4096)
def _written(text: str) -> PartialDate | None:
    return _from_text(re.sub(r"\s|起|至今|任$", "", to_halfwidth(text)))


@lru_cache(4096)
def _written_day(text: str) -> date | None:
    text = re.sub(r"[ T]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?$", "", to_halfwidth(text).strip())
    return _day_of(_written(text))


def _day_of(found: PartialDate | None) -> date | None:
    if found is None or found.month is None or found.day is None:
        return None
    return date(found.year, found.month, found.day)


def _from_number(value: int | float) -> PartialDate | None:
    if float(value).is_integer():
        if 15_000 <= value < 75_000:
            day = EPOCH + timedelta(days=int(value))
            return _checked(day.year, day.month, day.day)
        return _from_text(str(int(value)))
    text = value_text(value)
    return None if re.fullmatch(r"\d{4}\.1", text) else _from_text(text)


def _from_text(text: str) -> PartialDate | None:
    match = PARTS.fullmatch(text) or COMPACT.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    return _checked(year or 0, month, day)


def _checked(year: int, month: int | None, day: int | None) -> PartialDate | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return None
    return PartialDate(year, month, day)
