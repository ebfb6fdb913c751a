"""Plain rows to files that open as what was written: text, numbers and dates, never a formula made of data."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING

from xlsxwriter import Workbook as NewWorkbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet as OpenedSheet


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that code has made, without its equals sign; ``cached`` is its value until it is recalculated.

    Text of a file or a form never becomes one: every other text is written as text, whatever it begins with.
    """

    text: str
    cached: str | int | float | Decimal | None = None


Written = str | int | float | Decimal | date | datetime | bool | Formula | None

ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
RISKY = ("=", "+", "-", "@", "\t", "\r")
LONGEST = 32_767
FIRST_DAY = date(1900, 3, 1)  # before it, spreadsheet programs do not agree on the day

TITLE_FONT, HEAD_FONT, BODY_FONT = "方正小标宋简体", "黑体", "宋体"
LINE, HEAD_FILL, MARK_FILL = "#7F7F7F", "#F2F2F2", "#FFE08A"
POINTS, DAY, MOMENT = "0.00", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
A4 = 9
FOOTER = "&C第 &P 页 共 &N 页"
NARROWEST, WIDEST, WIDEST_SHEET = 6, 48, 170
ROW_HEIGHT, LINE_HEIGHT, TALLEST = 21, 15, 400
SHORT = 10  # columns of nothing longer are centred


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet to write: a heading over a header over rows, notes and a line to sign below.

    ``lead`` stands under the heading at the left, ``measure`` at the right (单位：分). ``over`` is a second row over
    the header: (label, number of columns) each; under an empty label the header's own cells reach up. ``widths`` in
    characters, by column; where missing they follow the content. ``formats``: number formats by column from 0; by
    default points and other decimals have two places. ``marks`` colours cells and says why, by (row, column) counted
    from 0 within ``rows``. ``kept``: how many columns stay in sight when one moves to the right.
    """

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[Written]] = ()
    heading: str = ""
    lead: str = ""
    measure: str = ""
    over: Sequence[tuple[str, int]] = ()
    notes: Sequence[str] = ()
    signed: str = ""
    widths: Sequence[float] = ()
    formats: Mapping[int, str] = field(default_factory=dict)
    marks: Mapping[tuple[int, int], str] = field(default_factory=dict)
    kept: int = 0
    portrait: bool = False

    @property
    def first_row(self) -> int:
        """The number, from 1, of the first of ``rows`` in the sheet: what a formula refers to."""
        return 2 + bool(self.heading) + bool(self.lead or self.measure) + bool(self.over)


def write_workbook(tables: Sequence[Table], *, subject: str = "") -> bytes:
    """Return an .xlsx file with one sheet a table, set up for A4 with the header on every page.

    Every cell is text, a number, a day or a ``Formula`` made by code; text that begins with ``= + - @`` is text.
    The properties of the file name its subject (the first heading by default) and nobody.
    """
    out = io.BytesIO()
    book = NewWorkbook(out, {"in_memory": True, "default_format_properties": {"font_name": BODY_FONT, "font_size": 11}})
    book.set_properties({"title": subject or next((table.heading for table in tables if table.heading), "")})
    looks = _Looks(book)
    used: set[str] = set()
    for table in tables:
        _Page(book.add_worksheet(sheet_title(table.title, used), _Sheet), table, looks).write()
    book.close()
    return out.getvalue()


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Written]]) -> bytes:
    """Return a CSV file in UTF-8 with a byte order mark, so that spreadsheet programs read Chinese.

    Text that begins with ``= + - @`` is preceded by an apostrophe, which ``read_workbook`` takes away again.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([guarded(value) for value in header])
    writer.writerows([[guarded(plain(value)) for value in row] for row in rows])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def guarded(value: str | int | float | None) -> str | int | float | None:
    return f"'{value}" if isinstance(value, str) and value.startswith(RISKY) else value


def plain(value: Written) -> str | int | float | None:
    """Return ``value`` as text without control signs, or as a number that text would not say better."""
    if isinstance(value, Formula):
        return plain(value.cached)
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None or isinstance(value, float):
        return value
    if isinstance(value, int):
        return value if abs(value) < 10**10 else str(value)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return ILLEGAL.sub("", value.isoformat() if isinstance(value, date) else str(value))[:LONGEST]


def sheet_title(wanted: str, used: set[str]) -> str:
    """Return a sheet name the format allows, unlike the others."""
    base = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", wanted).strip(" '")[:28].rstrip(" '") or "Sheet"
    title, number = base, 1
    while title.casefold() in used:
        number += 1
        title = f"{base}{number}"
    used.add(title.casefold())
    return title


def display_width(value: object) -> int:
    """Return about how many columns a text takes; a Chinese character takes two."""
    lines = str("" if value is None else value).splitlines() or [""]
    return max(sum(2 if ord(sign) > 0x2E7F else 1 for sign in line) for line in lines)


def put(sheet: OpenedSheet, row: int, column: int, value: Written) -> Cell:
    """Write one cell of a workbook that openpyxl holds; text stays text whatever it begins with."""
    cell: Cell = sheet.cell(row, column)  # type: ignore[assignment]
    kept = plain(value)
    cell.value = kept
    if isinstance(kept, str):
        cell.data_type = "s"
        if kept.startswith(RISKY):
            cell.quotePrefix = True
    return cell


class _Sheet(Worksheet):
    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """Our formulas use no function newer than 2007; to look for some thirty of them in each takes half the time."""
        return formula.removeprefix("=")


class _Looks:
    """The formats of one workbook, each made once; ``quoted``: for text that begins as a formula would."""

    def __init__(self, book: NewWorkbook) -> None:
        self.book = book
        self.made: dict[tuple[tuple[str, object], ...], Format] = {}

    def look(self, text: object = None, **properties: object) -> Format:
        if isinstance(text, str) and text.startswith(RISKY):
            properties["quote_prefix"] = True
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format({"valign": "vcenter", **properties})
        return self.made[key]


TITLE = {"font_name": TITLE_FONT, "font_size": 18, "align": "center", "text_wrap": True}
HEAD = {
    "font_name": HEAD_FONT, "align": "center", "text_wrap": True, "bg_color": HEAD_FILL, "border": 1,
    "border_color": LINE,
}  # fmt: skip
NOTE = {"font_size": 10, "valign": "top", "text_wrap": True}
GRID = {"border": 1, "border_color": LINE}


class _Page:
    """One sheet as it is written from the top; ``at`` is the next row, from 0."""

    def __init__(self, sheet: Worksheet, table: Table, looks: _Looks) -> None:
        self.sheet, self.table, self.look = sheet, table, looks.look
        self.rows = [list(row) for row in table.rows]
        self.longest = _longest(table, self.rows)
        self.widths = _widths(table, self.longest)
        self.last = len(self.widths) - 1
        self.at = 0

    def write(self) -> None:
        for column, characters in enumerate(self.widths):
            self.sheet.set_column(column, column, characters)
        self.write_top()
        first_head = self.at
        self.write_head()
        self.sheet.freeze_panes(self.at, self.table.kept)
        last_head = self.at - 1
        for place, values in enumerate(self.rows):
            self.write_row(place, values)
        self.write_below()
        self.set_up(first_head, last_head)

    def write_top(self) -> None:
        table = self.table
        if table.heading:
            lines = _lines(table.heading, sum(self.widths) / 1.8)
            self.across(0, self.last, table.heading, TITLE)
            self.next_row(34 if lines == 1 else 26 * lines)
        if table.lead or table.measure:
            self.write_lead()

    def write_lead(self) -> None:
        split, lead = self.split(), self.table.lead
        if split <= self.last:
            self.across(split, self.last, self.table.measure, {"align": "right"})
        elif self.table.measure:
            lead = f"{lead}　{self.table.measure}"
        lines = _lines(lead, sum(self.widths[:split]))
        self.across(0, split - 1, lead, {"align": "left", "text_wrap": lines > 1})
        self.next_row(ROW_HEIGHT if lines == 1 else LINE_HEIGHT * min(lines, 6) + 6)

    def split(self) -> int:
        """From which column on the measure stands: as few as hold it."""
        needed, column = display_width(self.table.measure) + 2.0, self.last + 1
        if not self.table.measure or self.last == 0:
            return column
        while needed > 0 and column > 1:
            column -= 1
            needed -= self.widths[column]
        return column

    def write_head(self) -> None:
        reaching_up: set[int] = set()
        if self.table.over:
            reaching_up = self.write_over()
        lines = 1
        for column, label in enumerate(self.table.header):
            text = str(plain(label) or "")
            lines = max(lines, _lines(text, self.widths[column]))
            if column in reaching_up:
                self.sheet.merge_range(self.at - 1, column, self.at, column, "", self.look(text, **HEAD))
                self.sheet.write_string(self.at - 1, column, text, self.look(text, **HEAD))
            else:
                self.sheet.write_string(self.at, column, text, self.look(text, **HEAD))
        self.next_row(max(26, LINE_HEIGHT * min(lines, 6) + 8))

    def write_over(self) -> set[int]:
        """Write the upper row of the header; return the columns over which it says nothing."""
        silent: set[int] = set()
        start = 0
        for label, span in self.table.over:
            if label:
                self.across(start, start + span - 1, label, HEAD)
            else:
                silent.update(range(start, min(start + span, len(self.table.header))))
            start += span
        self.next_row(24)
        return silent

    def write_row(self, place: int, values: Sequence[Written]) -> None:
        lines = 1
        for column, value in enumerate(values):
            mark = self.table.marks.get((place, column))
            look = {**GRID, "bg_color": MARK_FILL} if mark else GRID
            lines = max(lines, self.write_cell(column, value, look))
            if mark:
                self.sheet.write_comment(self.at, column, ILLEGAL.sub("", mark)[:400], {"author": "Minping"})
        self.next_row(ROW_HEIGHT if lines == 1 else min(LINE_HEIGHT * lines + 6, TALLEST))

    def write_cell(self, column: int, value: Written, look: Mapping[str, object]) -> int:
        """Write one cell; return how many lines it takes."""
        number = self.table.formats.get(column, "")
        if isinstance(value, Formula):
            style = self.look(**look, align="center", num_format=number or POINTS)
            cached = plain(value.cached)
            self.sheet.write_formula(self.at, column, f"={value.text}", style, "" if cached is None else cached)
        elif isinstance(value, date) and _is_day(value):
            form = number or (MOMENT if isinstance(value, datetime) else DAY)
            naive = value.replace(tzinfo=None) if isinstance(value, datetime) else value
            self.sheet.write_datetime(self.at, column, naive, self.look(**look, align="center", num_format=form))
        elif isinstance(kept := plain(value), int | float):
            form = number or ("0" if isinstance(value, int) else POINTS)
            self.sheet.write_number(self.at, column, kept, self.look(**look, align="center", num_format=form))
        elif kept:
            return self.write_text(column, kept, look)
        else:
            self.sheet.write_blank(self.at, column, None, self.look(**look))
        return 1

    def write_text(self, column: int, text: str, look: Mapping[str, object]) -> int:
        lines = _lines(text, (self.widths[column] if column <= self.last else WIDEST) - 1.5)
        align = "center" if column <= self.last and self.longest[column] <= SHORT else "left"
        self.sheet.write_string(self.at, column, text, self.look(text, **look, align=align, text_wrap=lines > 1))
        return lines

    def write_below(self) -> None:
        for note in self.table.notes:
            self.across(0, self.last, note, NOTE)
            self.next_row(14 * _lines(note, sum(self.widths) * 1.05) + 4)
        if self.table.signed:
            self.across(0, self.last, self.table.signed, {"align": "left"})
            self.next_row(34)

    def across(self, first: int, last: int, text: str, look: Mapping[str, object]) -> None:
        kept = str(plain(text))
        if last > first:
            self.sheet.merge_range(self.at, first, self.at, last, "", self.look(kept, **look))
        self.sheet.write_string(self.at, first, kept, self.look(kept, **look))

    def next_row(self, height: float) -> None:
        """Leave the row. Heights are always said: not every program fits them to the text when it opens a file."""
        self.sheet.set_row(self.at, height)
        self.at += 1

    def set_up(self, first_head: int, last_head: int) -> None:
        if not self.table.portrait:
            self.sheet.set_landscape()
        self.sheet.set_paper(A4)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(first_head, last_head)
        self.sheet.print_area(0, 0, self.at - 1, max([self.last, *(len(row) - 1 for row in self.rows)]))
        self.sheet.center_horizontally()
        self.sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.75)
        self.sheet.set_footer(FOOTER, {"margin": 0.35})


def _longest(table: Table, rows: Sequence[Sequence[Written]]) -> list[int]:
    """How long the longest text below each label is."""
    longest = [1] * max(len(table.header), 1)
    for values in rows:
        for column, value in enumerate(values[: len(longest)]):
            if value is not None and (size := _shown_width(value)) > longest[column]:
                longest[column] = size
    return longest


def _widths(table: Table, longest: Sequence[int]) -> list[float]:
    """As wide as what stands in a column, the widest ones narrower until the sheet can be read on paper."""
    labels = [display_width(label) for label in table.header] or [1]
    needed = [float(max(size + 2, label + 2, NARROWEST)) for size, label in zip(longest, labels, strict=True)]
    most = WIDEST
    while most > 14 and sum(min(size, most) for size in needed) > WIDEST_SHEET:
        most -= 2
    found = [min(size, most) for size in needed]
    return [*table.widths[: len(found)], *found[len(table.widths) :]]


def _shown_width(value: Written) -> int:
    if isinstance(value, str):
        return display_width(value)
    if isinstance(value, Formula):
        return display_width(value.cached) if isinstance(value.cached, str) else 7
    if isinstance(value, datetime):
        return 16
    return 10 if isinstance(value, date) else len(str(value))


def _is_day(value: date) -> bool:
    return (value.date() if isinstance(value, datetime) else value) >= FIRST_DAY


def _lines(text: str, room: float) -> int:
    return sum(max(1, ceil(display_width(line) / max(room, 4))) for line in text.splitlines() or [""])
