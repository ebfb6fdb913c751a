"""Plain values as a reader finds them to the rows of a sheet: trimmed, numbered, merged areas filled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from evaluation.workbooks.shapes import LIMITS, Limits, Row, Value, WorkbookError

Area = tuple[int, int, int, int]  # first row, first column, last row, last column, from 1
NONE: frozenset[int] = frozenset()


def rows_of(
    title: str,
    values: Sequence[Sequence[Any]],
    *,
    merges: Iterable[Area] = (),
    formulas: Iterable[tuple[int, int]] = (),
    limits: Limits = LIMITS,
) -> tuple[Row, ...]:
    """Return the rows that say something themselves, from all rows of a sheet from its first.

    ``formulas`` are (row, column) from 1. Raises ``WorkbookError``: ``too_many_rows``, ``far_cell``, ``too_large``.
    """
    rows = {number: cells for number, cells in enumerate(map(plain_cells, values), start=1) if cells}
    return finished_rows(title, rows, merges=merges, formulas=formulas, limits=limits)


def finished_rows(
    title: str,
    rows: dict[int, list[Value]],
    *,
    merges: Iterable[Area],
    formulas: Iterable[tuple[int, int]],
    limits: Limits,
) -> tuple[Row, ...]:
    """Return numbered rows as ``rows_of`` does; the lists of ``rows`` are used up."""
    if len(rows) > limits.rows:
        raise too_many_rows(title, max(rows))
    if max(map(len, rows.values()), default=0) > limits.columns:
        raise far_column(title)
    marked = by_row(formulas)
    filled = merged_cells(title, rows, marked, merges, limits.cells)
    if sum(len(value) for cells in rows.values() for value in cells if type(value) is str) > limits.characters:
        message = _("Sheet “%(sheet)s” holds too much text. Keep only the table, and save it again.")
        raise WorkbookError("too_large", message % {"sheet": title}, sheet=title)
    return tuple(
        Row(number, tuple(cells), filled.get(number, NONE), frozenset(marked.get(number, ())))
        if number in filled or number in marked
        else Row(number, tuple(cells))
        for number, cells in rows.items()
    )


def plain_cells(values: Sequence[Any]) -> list[Value]:
    """Return a row without the empty cells behind; whole numbers as such."""
    cells: list[Value] = [value or None if type(value) is str else plain_value(value) for value in values]
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def plain_value(value: Any) -> Value:
    if type(value) is float:
        return int(value) if value.is_integer() and abs(value) < 1e18 else value
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value
    return str(value) if isinstance(value, timedelta) else value


def by_row(cells: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    """Return the columns, from 0, of each row."""
    found: dict[int, set[int]] = {}
    for row, column in cells:
        found.setdefault(row, set()).add(column - 1)
    return found


def merged_cells(
    title: str, rows: Mapping[int, list[Value]], formulas: dict[int, set[int]], merges: Iterable[Area], most: int
) -> dict[int, frozenset[int]]:
    """Write the value of every merged area into each of its empty cells; return which ones, by row, from 0."""
    filled: dict[int, set[int]] = {}
    for top, left, bottom, right in merges:
        cells = rows.get(top, [])
        origin = cells[left - 1] if left <= len(cells) else None
        if origin is None:
            most -= 1
        else:
            wide = range(left - 1, min(right, LIMITS.columns))
            tall = range(top, bottom + 1) if bottom - top < len(rows) else sorted(n for n in rows if top <= n <= bottom)
            most -= len(wide) * max(len(tall), 1)
            if most < 0:
                break
            formula = left - 1 in formulas.get(top, ())
            for number in tall:
                if number in rows:
                    fill(rows[number], wide, origin, filled.setdefault(number, set()))
                    if formula:
                        formulas.setdefault(number, set()).update(filled[number] & set(wide))
    if most < 0:
        message = _("Sheet “%(sheet)s” merges too many cells.")
        raise WorkbookError("too_large", message % {"sheet": title}, sheet=title)
    return {number: frozenset(columns) for number, columns in filled.items() if columns}


def fill(cells: list[Value], columns: range, value: Value, filled: set[int]) -> None:
    if len(cells) < columns.stop:
        cells.extend([None] * (columns.stop - len(cells)))
    for column in columns:
        if cells[column] is None:
            cells[column] = value
            filled.add(column)


def too_many_rows(title: str, number: int) -> WorkbookError:
    message = _("Sheet “%(sheet)s” has too many rows. Delete what stands below the table, and save it again.")
    return WorkbookError("too_many_rows", message % {"sheet": title}, sheet=title, row=number)


def far_column(title: str) -> WorkbookError:
    message = _("Sheet “%(sheet)s” has something far right of a table. Delete it and save again.")
    return WorkbookError("far_cell", message % {"sheet": title}, sheet=title)
