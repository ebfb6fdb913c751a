"""Plain rows to files that open as what was written: text and numbers, never a formula made of data."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from openpyxl import Workbook as NewWorkbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

Written = str | int | float | Decimal | date | datetime | bool | None

ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
RISKY = ("=", "+", "-", "@", "\t", "\r")
THIN = Side(style="thin", color="FF9A9A9A")
GRID = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
MARKED = PatternFill("solid", fgColor="FFFFE08A")
HEAD = PatternFill("solid", fgColor="FFEDEDED")


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet to write: a heading over a header over rows, notes below.

    ``widths`` in characters, by column; where missing they follow the content. ``marks`` colours cells and says why,
    by (row, column) counted from 0 within ``rows``.
    """

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[Written]] = ()
    heading: str = ""
    lead: str = ""
    notes: Sequence[str] = ()
    widths: Sequence[float] = ()
    marks: Mapping[tuple[int, int], str] = field(default_factory=dict)


def write_workbook(tables: Sequence[Table]) -> bytes:
    """Return an .xlsx file with one sheet a table.

    Every cell is text or a number; text that begins with ``= + - @`` is text. Dates are written as text in ISO form.
    """
    book = NewWorkbook()
    book.remove(book.worksheets[0])
    used: set[str] = set()
    for table in tables:
        _write_table(book.create_sheet(sheet_title(table.title, used)), table)
    out = io.BytesIO()
    book.save(out)
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
    """Return what may stand in a cell: text without control signs, or a number that text would not say better."""
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
    return ILLEGAL.sub("", value.isoformat() if isinstance(value, date) else str(value))[:32_767]


def sheet_title(wanted: str, used: set[str]) -> str:
    """Return a sheet name the format allows, unlike the others."""
    base = re.sub(r"[\[\]:*?/\\]", " ", wanted).strip(" '")[:28] or "Sheet"
    title, number = base, 1
    while title.casefold() in used:
        number += 1
        title = f"{base}{number}"
    used.add(title.casefold())
    return title


def _write_table(sheet: Worksheet, table: Table) -> None:
    width = max(len(table.header), 1)
    row = 0
    for text, font in ((table.heading, Font(size=16, bold=True)), (table.lead, Font(size=11))):
        if text:
            row += 1
            sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
            put(sheet, row, 1, text).font = font
            sheet.cell(row, 1).alignment = Alignment(horizontal="center" if row == 1 else "left", wrap_text=True)
    row += 1
    widest = [display_width(label) for label in table.header]
    for column, label in enumerate(table.header, start=1):
        cell = put(sheet, row, column, label)
        cell.font, cell.fill, cell.border = Font(bold=True), HEAD, GRID
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.freeze_panes = f"A{row + 1}"
    sheet.print_title_rows = f"{row}:{row}"
    for place, values in enumerate(table.rows):
        row += 1
        for column, value in enumerate(values, start=1):
            cell = put(sheet, row, column, value)
            cell.border = GRID
            cell.alignment = Alignment(
                vertical="center", wrap_text=isinstance(cell.value, str) and len(cell.value) > 20
            )
            if column <= len(widest):
                widest[column - 1] = max(widest[column - 1], display_width(cell.value))
            if mark := table.marks.get((place, column - 1)):
                cell.fill, cell.comment = MARKED, Comment(mark[:400], "Minping")
    for note in table.notes:
        row += 1
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
        put(sheet, row, 1, note).alignment = Alignment(wrap_text=True, vertical="top")
    for column, characters in enumerate(widest, start=1):
        given = table.widths[column - 1] if column <= len(table.widths) else min(max(characters + 2, 6), 48)
        sheet.column_dimensions[get_column_letter(column)].width = given
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]


def put(sheet: Worksheet, row: int, column: int, value: Written) -> Cell:
    """Write one cell; text stays text whatever it begins with."""
    cell: Cell = sheet.cell(row, column)  # type: ignore[assignment]
    kept = plain(value)
    cell.value = kept
    if isinstance(kept, str):
        cell.data_type = "s"
        if kept.startswith(RISKY):
            cell.quotePrefix = True
    return cell


def display_width(value: object) -> int:
    """Return about how many columns a text takes; a Chinese character takes two."""
    lines = str("" if value is None else value).splitlines() or [""]
    return max(sum(2 if ord(sign) > 0x2E7F else 1 for sign in line) for line in lines)
