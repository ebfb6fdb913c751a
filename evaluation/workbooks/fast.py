"""Read a plain .xlsx quickly: calamine reads it once it is certain that it cannot hurt.

calamine lays a sheet out as a full rectangle and believes what a package says of itself, so every part is inflated and
measured here first, and the XML of a sheet searched for far cells, before calamine sees the file. What is not plain
(cells without addresses, prefixes, entities, escapes) is left to the slow reader of ``xlsx``.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from io import BytesIO
from typing import Any, cast

from openpyxl.utils.cell import range_boundaries
from python_calamine import CalamineError, CalamineWorkbook, load_workbook

from evaluation.workbooks.rows import Area, rows_of, too_many_rows
from evaluation.workbooks.shapes import Limits, Row

DENSE = 2_500_000
SPREAD = 64_000_000  # bytes, if every cell were the longest of the shared strings: calamine copies it into each
PREFIXED = re.compile(rb":(?:row|c|v|f|is|si|t|sheetData|mergeCell)[ />]")
ESCAPE = re.compile(rb"_x[0-9A-Fa-f]{4}_")
COLUMN = re.compile(rb'<c r="([A-Z]{1,3})[0-9]')
NUMBER = re.compile(rb'<c r="[A-Z]{1,3}([0-9]{1,7})"')
ROW_NUMBER = re.compile(rb'<row r="([0-9]{1,7})"')
FORMULA = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*>\s*<f[ />]')
ERROR = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*\bt="e"[^>]*>(?:(?!</c>).)*?<v>(#[^<]{1,20})</v>', re.S)
MERGE = re.compile(rb'<mergeCell[^>]*\bref="([A-Z]{1,3}[0-9]{1,7}(?::[A-Z]{1,3}[0-9]{1,7})?)"')


class NotPlain(Exception):
    """The file is not as nearly every program writes it; the slow reader decides about it."""


class FastReader:
    """One measured package. ``NotPlain`` from any method means: let the slow reader do it."""

    def __init__(self, data: bytes, archive: zipfile.ZipFile, limits: Limits) -> None:
        self.data, self.archive, self.limits = data, archive, limits
        self.cells_left = limits.cells
        self.parts = {entry.filename: entry for entry in archive.infolist()}
        if len(self.parts) != len(archive.infolist()):
            raise NotPlain
        self.inflated = {name: inflated(data, entry, keep=kept(name)) for name, entry in self.parts.items()}
        strings = self.inflated.get("xl/sharedStrings.xml") or b""
        if is_odd(strings) or strings.count(b"<si") > limits.cells or len(strings) > limits.strings_bytes:
            raise NotPlain
        self.longest = max(map(len, strings.split(b"<si")))
        self.book: CalamineWorkbook | None = None

    def rows(self, title: str, path: str) -> tuple[Row, ...]:
        """Return the rows of a sheet, if it is plain."""
        xml = self.inflated.get(path)
        if xml is None or is_odd(xml):
            raise NotPlain
        if elements(xml, b"<row") > self.limits.row_elements:
            raise too_many_rows(title, self.limits.row_elements)
        if not self.is_plain(xml):
            raise NotPlain
        values = self.values(title)
        for column, row, text in ERROR.findall(xml) if b't="e"' in xml else ():
            values[int(row) - 1][column_number(column) - 1] = text.decode()
        found = FORMULA.findall(xml) if b"<f" in xml else ()
        formulas = [(int(row), column_number(column)) for column, row in found]
        return rows_of(title, values, merges=merges_in(xml), formulas=formulas, limits=self.limits)

    def is_plain(self, xml: bytes) -> bool:
        """Tell whether every cell says where it stands, and the sheet is small enough laid out in full."""
        if len(xml) > self.limits.sheet_bytes:
            return False
        cells, rows = elements(xml, b"<c"), elements(xml, b"<row")
        self.cells_left -= cells
        if self.cells_left < 0 or cells * self.longest > SPREAD:
            return False
        columns, numbers = COLUMN.findall(xml), NUMBER.findall(xml)
        if not len(columns) == len(numbers) == cells or len(ROW_NUMBER.findall(xml)) != rows:
            return False
        width = max(map(column_number, set(columns)), default=0)
        height = max(map(int, set(numbers)), default=0)
        return width <= self.limits.columns and height <= self.limits.row_elements and width * height <= DENSE

    def values(self, title: str) -> list[list[Any]]:
        try:
            if self.book is None:
                self.book = load_workbook(BytesIO(self.data))
            if self.book.sheet_names.count(title) != 1:
                raise NotPlain
            return cast(list[list[Any]], self.book.get_sheet_by_name(title).to_python(skip_empty_area=False))
        except (CalamineError, ValueError, OverflowError) as error:
            raise NotPlain from error


def is_odd(xml: bytes) -> bool:
    """Tell whether XML has what only other programs write: declarations, prefixes, escaped signs."""
    return b"<!" in xml or PREFIXED.search(xml) is not None or (b"_x" in xml and ESCAPE.search(xml) is not None)


def elements(xml: bytes, tag: bytes) -> int:
    return sum(xml.count(tag + end) for end in (b" ", b">", b"/"))


def kept(name: str) -> bool:
    return name.startswith("xl/worksheets/") or name == "xl/sharedStrings.xml"


def inflated(data: bytes, entry: zipfile.ZipInfo, *, keep: bool) -> bytes | None:
    """Inflate one part and see that it is as long as it says; ``NotPlain`` if not."""
    name, extra = struct.unpack_from("<HH", data, entry.header_offset + 26)
    start = entry.header_offset + 30 + name + extra
    packed = data[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED and len(packed) == entry.file_size:
        return packed if keep else None
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise NotPlain
    machine = zlib.decompressobj(-15)
    whole = machine.decompress(packed, entry.file_size + 1)
    if len(whole) != entry.file_size or machine.unconsumed_tail or not machine.eof or machine.unused_data:
        raise NotPlain
    return whole if keep else None


def merges_in(xml: bytes) -> list[Area]:
    found = []
    if b"<mergeCell" in xml:
        for reference in MERGE.findall(xml):
            left, top, right, bottom = range_boundaries(reference.decode())
            found.append(cast(Area, (top, left, bottom, right)))
    return found


def column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
