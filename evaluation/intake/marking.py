"""The same file back, with every rejected cell marked and what to do written beside it."""

from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from evaluation.intake.models import ImportJob, ImportRow
from evaluation.intake.services import bytes_of, opened
from evaluation.workbooks import Sheet, Table, value_text, write_workbook

Said = dict[str, dict[int, ImportRow]]
# What openpyxl raises for the work of other programs that it cannot read; such a file comes back as plain rows.
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, IndexError, BadZipFile, ParseError, InvalidFileException)
FILL = PatternFill("solid", fgColor="FFFFE08A")


def marked_copy(*, job: ImportJob) -> bytes:
    """Return the office's own workbook with the rejected cells coloured and commented, its look kept.

    A file in another format comes back as plain rows. Raises ``DomainError``: the codes of ``read_workbook``.
    """
    said: Said = {}
    for row in job.rows.filter(verdict=ImportRow.Verdict.REJECTED):
        said.setdefault(row.sheet, {})[row.number] = row
    data = bytes_of(job)
    workbook = opened(data=data, name=job.file.name)  # measures it, too, before anything else opens it
    if data.startswith(b"PK\x03\x04"):
        with suppress(*UNREADABLE):
            return _marked_original(data, said)
    return write_workbook([_marked_table(sheet, said.get(sheet.title, {})) for sheet in workbook.visible()])


def _marked_original(data: bytes, said: Said) -> bytes:
    book = load_workbook(BytesIO(data))
    for sheet in book.worksheets:
        if rows := said.get(sheet.title[:80]):
            _mark_sheet(sheet, rows)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _mark_sheet(sheet: Worksheet, rows: Mapping[int, ImportRow]) -> None:
    beside = sheet.max_column + 1
    for number, row in rows.items():
        text = f"{row.problem} {row.advice}"
        for column in row.values.get("cells") or [0]:
            cell = sheet.cell(number, int(column) + 1)
            if isinstance(cell, MergedCell):
                cell = _origin(sheet, number, int(column) + 1)
            cell.fill = FILL
            cell.comment = Comment(text[:400], _("Evaluation office"), width=260, height=120)
        note = sheet.cell(number, beside)
        if not isinstance(note, MergedCell):
            note.value, note.fill, note.data_type = text, FILL, "s"


def _origin(sheet: Worksheet, row: int, column: int):  # type: ignore[no-untyped-def]
    """Return the cell of a merged area that holds its value."""
    for area in sheet.merged_cells.ranges:
        if area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col:
            return sheet.cell(area.min_row, area.min_col)
    raise KeyError((row, column))


def _marked_table(sheet: Sheet, said: Mapping[int, ImportRow]) -> Table:
    """Return a sheet with its rows at their own numbers."""
    by_number = {row.number: row for row in sheet.rows}
    width = max((len(row.cells) for row in sheet.rows), default=0)
    last = max(by_number, default=1)
    rows: list[list[str | None]] = []
    marks: dict[tuple[int, int], str] = {}
    for number in range(1, last + 1):
        row, rejection = by_number.get(number), said.get(number)
        cells = [value_text(row.at(column)) if row and column not in row.filled else None for column in range(width)]
        rows.append([*cells, f"{rejection.problem} {rejection.advice}" if rejection else None])
        for column in (rejection.values.get("cells") or [0]) if rejection else ():
            marks[number - 2, int(column)] = f"{rejection.problem} {rejection.advice}" if rejection else ""
    header = [text or "" for text in rows[0]] if rows else [""]
    return Table(title=sheet.title or "Sheet", header=header, rows=rows[1:], marks=marks)
