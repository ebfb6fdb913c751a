"""What a workbook is once it has been read: plain rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time

Value = str | int | float | bool | date | datetime | time | None


class WorkbookError(ValueError):
    """A file that cannot be read as a workbook.

    ``code`` is a stable word; ``message`` is a sentence in the reader's language that says what is wrong and what
    to do; ``sheet`` and ``row`` say where, as far as there is a place.
    """

    def __init__(self, code: str, message: object, *, sheet: str = "", row: int = 0) -> None:
        super().__init__(str(message))
        self.code = code
        self.message = str(message)
        self.sheet = sheet
        self.row = row


@dataclass(frozen=True, slots=True)
class Row:
    """One row that says something. ``number`` counts from 1 as the office's program does.

    ``filled`` are the columns (from 0) whose value was written down from a merged neighbour, ``formulas`` those whose
    value is the remembered result of a formula.
    """

    number: int
    cells: tuple[Value, ...]
    filled: frozenset[int] = frozenset()
    formulas: frozenset[int] = frozenset()

    def at(self, column: int | None) -> Value:
        """Return the value in ``column`` (from 0), ``None`` where the row is shorter or there is no such column."""
        return self.cells[column] if column is not None and column < len(self.cells) else None


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    hidden: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Workbook:
    name: str
    sheets: tuple[Sheet, ...] = field(default_factory=tuple)

    def visible(self) -> Iterator[Sheet]:
        """Yield the sheets that an office sees when it opens the file."""
        return (sheet for sheet in self.sheets if not sheet.hidden)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is read. What is larger is refused, never cut."""

    bytes: int = 20_000_000
    unpacked: int = 150_000_000
    sheet_bytes: int = 60_000_000
    part_bytes: int = 4_000_000
    strings_bytes: int = 30_000_000
    ratio: int = 200
    entries: int = 2_000
    sheets: int = 200
    rows: int = 60_000
    row_elements: int = 100_000
    columns: int = 200
    cells: int = 600_000
    pending: int = 120_000
    text: int = 32_767
    characters: int = 20_000_000


LIMITS = Limits()
