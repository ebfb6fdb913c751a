"""The parts of an .xlsx package that plain rows need, read as a stream and within limits.

``openpyxl`` builds a whole model of the file before anybody can say no; here every part is measured before it is
opened, and counted while it is read. Its rules for dates and number formats are used.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from functools import cached_property
from io import BytesIO
from typing import IO, Any, cast
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext_lazy as _
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from evaluation.workbooks.fast import FastReader, NotPlain
from evaluation.workbooks.rows import Area, finished_rows, too_many_rows
from evaluation.workbooks.shapes import LIMITS, Limits, Row, Sheet, Value, WorkbookError

COORDINATE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
BROKEN = (
    zipfile.BadZipFile,
    ParseError,
    DefusedXmlException,
    KeyError,
    ValueError,
    IndexError,
    TypeError,
    OverflowError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    zipfile.error,
    AttributeError,
)


def read_xlsx(data: bytes, limits: Limits = LIMITS) -> tuple[Sheet, ...]:
    """Return the sheets of an .xlsx file. Raises ``WorkbookError`` for what is too large, damaged or not plain."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            check_package(archive, limits)
            package = _Package(archive, limits)
            try:
                fast = FastReader(data, archive, limits)
            except (NotPlain, *BROKEN):
                return package.sheets(None)
            return package.sheets(fast)
    except WorkbookError:
        raise
    except BROKEN as error:
        raise damaged() from error


def check_package(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Refuse a package by its table of contents alone, before anything is unpacked."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > limits.entries or sum(is_sheet(name) for name in names) > limits.sheets:
        raise too_many_sheets(limits)
    if any(entry.flag_bits & 1 for entry in entries):
        raise encrypted()
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise WorkbookError(
            "external_links",
            _("The file takes values from other files. Break these links (Data → Edit links) and save it again."),
        )
    if not any(name.lower().startswith("xl/") for name in names):
        raise not_a_workbook()
    if any(name == "xl/workbook.bin" for name in names):
        raise binary_format()
    if sum(entry.file_size for entry in entries) > limits.unpacked or any(is_bomb(entry, limits) for entry in entries):
        raise too_large()


def is_sheet(name: str) -> bool:
    return name.startswith("xl/worksheets/") and name.endswith(".xml")


def is_bomb(entry: zipfile.ZipInfo, limits: Limits) -> bool:
    return entry.file_size > 5_000_000 and entry.file_size > limits.ratio * max(entry.compress_size, 1)


def too_large() -> WorkbookError:
    return WorkbookError("too_large", _("The file is too large. Keep only the table, in a new file, and upload that."))


def too_many_sheets(limits: Limits) -> WorkbookError:
    return WorkbookError(
        "too_many_sheets",
        _("The file has more than %(limit)s sheets. Split it into several files.") % {"limit": limits.sheets},
    )


def encrypted() -> WorkbookError:
    return WorkbookError("encrypted", _("The file is locked with a password. Save it without one and upload that."))


def binary_format() -> WorkbookError:
    message = _("The file is in a binary format (.xlsb) that is not read here. Save it as .xlsx and upload that.")
    return WorkbookError("binary_format", message)


def not_a_workbook() -> WorkbookError:
    return WorkbookError("not_a_workbook", _("This is no workbook. Upload an .xlsx, .xls, .ods or .csv file."))


def damaged() -> WorkbookError:
    message = _("The file is damaged. Open it in the spreadsheet program, save it again and upload that.")
    return WorkbookError("damaged", message)


def local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


class _Package:
    """One opened package: the shared parts, then sheet after sheet."""

    def __init__(self, archive: zipfile.ZipFile, limits: Limits) -> None:
        self.archive = archive
        self.limits = limits
        self.cells_left = limits.cells
        self.pending = 0
        self.workbook_path = self._related("", "officeDocument")[0]
        self.epoch = CALENDAR_WINDOWS_1900
        self.listed = self._listed_sheets()

    def sheets(self, fast: FastReader | None) -> tuple[Sheet, ...]:
        """Return the sheets; of a hidden one only that it is there."""
        return tuple(
            Sheet(title[:80], hidden, () if hidden else self._sheet(title, path, fast))
            for title, hidden, path in self.listed
        )

    def _sheet(self, title: str, path: str, fast: FastReader | None) -> tuple[Row, ...]:
        if fast is not None:
            try:
                return fast.rows(title, path)
            except NotPlain:
                pass
        return self._rows(title[:80], path)

    @cached_property
    def strings(self) -> list[str]:
        return self._strings()

    @cached_property
    def date_styles(self) -> frozenset[int]:
        return self._date_styles()

    def _open(self, path: str, most: int) -> IO[bytes]:
        info = self.archive.getinfo(path)
        if info.file_size > most:
            raise too_large()
        return self.archive.open(info)

    def _elements(self, path: str, most: int) -> Iterator[tuple[str, Element]]:
        """Yield (start | end, element) and refuse a part that piles up elements under one parent."""
        self.pending = 0  # whoever clears what was read sets it back
        with self._open(path, most) as source:
            for event, element in iterparse(source, events=("start", "end")):
                self.pending += event == "start"
                if self.pending > self.limits.pending:
                    raise too_large()
                yield event, element

    def _small(self, path: str) -> Element:
        root: Element | None = None
        for _event, element in self._elements(path, self.limits.part_bytes):
            root = element if root is None else root
        if root is None:
            raise ValueError(path)
        return root

    def _related(self, path: str, kind: str) -> list[str]:
        """Return the paths of the parts that ``path`` refers to as ``kind``."""
        return [target for _key, type_, target in self._relations(path) if type_.endswith("/" + kind)]

    def _relations(self, path: str) -> list[tuple[str, str, str]]:
        folder, name = posixpath.split(path)
        relations = posixpath.join(folder, "_rels", name + ".rels")
        if relations not in self.archive.namelist():
            return []
        found = []
        for item in self._small(relations):
            if item.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/" + folder, item.attrib["Target"])).lstrip("/")
                found.append((item.attrib["Id"], item.attrib["Type"], target))
        return found

    def _listed_sheets(self) -> list[tuple[str, bool, str]]:
        targets = {key: (type_, target) for key, type_, target in self._relations(self.workbook_path)}
        listed = []
        for element in self._small(self.workbook_path).iter():
            if local(element.tag) == "workbookPr" and element.get("date1904") in ("1", "true"):
                self.epoch = CALENDAR_MAC_1904
            if local(element.tag) == "sheet":
                key = next((value for name, value in element.attrib.items() if local(name) == "id" and "}" in name), "")
                type_, target = targets.get(key, ("", ""))
                if type_.endswith("/worksheet"):
                    listed.append((element.attrib["name"], element.get("state", "visible") != "visible", target))
        if len(listed) > self.limits.sheets:
            raise too_many_sheets(self.limits)
        return listed

    def _strings(self) -> list[str]:
        paths = self._related(self.workbook_path, "sharedStrings")
        if not paths:
            return []
        strings: list[str] = []
        root: Element | None = None
        characters = 0
        for event, element in self._elements(paths[0], self.limits.strings_bytes):
            root = element if root is None else root
            if event == "end" and local(element.tag) == "si":
                strings.append(string_of(element))
                characters += len(strings[-1])
                root.clear()
                self.pending = 0
                if len(strings) > self.limits.cells or characters > self.limits.characters:
                    raise too_large()
        return strings

    def _date_styles(self) -> frozenset[int]:
        """Return which cell styles show a number as a date."""
        paths = self._related(self.workbook_path, "styles")
        if not paths:
            return frozenset()
        own: dict[int, str] = {}
        styles: list[int] = []
        for part in self._small(paths[0]):
            if local(part.tag) == "numFmts":
                own = {int(item.attrib["numFmtId"]): item.attrib.get("formatCode", "") for item in part}
            if local(part.tag) == "cellXfs":
                styles = [int(item.get("numFmtId", 0)) for item in part]
        return frozenset(place for place, number in enumerate(styles) if shows_date(number, own))

    def _rows(self, title: str, path: str) -> tuple[Row, ...]:
        _known = self.strings, self.date_styles  # read before the sheet, whose elements are counted
        rows: dict[int, dict[int, Value]] = {}
        formulas: list[tuple[int, int]] = []
        merges: list[Area] = []
        number = elements = 0
        parent: list[Element] = []
        for event, element in self._elements(path, self.limits.sheet_bytes):
            tag = local(element.tag)
            if event == "start":
                parent.append(element)
                continue
            parent.pop()
            if tag == "row":
                elements += 1
                number = int(element.get("r") or number + 1)
                self._keep(title, rows, formulas, number, element)
                if elements > self.limits.row_elements or len(rows) > self.limits.rows:
                    raise too_many_rows(title, number)
                parent[-1].clear()
                self.pending = 0
            elif tag == "mergeCell" and "ref" in element.attrib:
                left, top, right, bottom = range_boundaries(element.attrib["ref"])
                merges.append(cast(Area, (top, left, bottom, right)))
        lists = {number: listed(rows.pop(number)) for number in sorted(rows)}
        return finished_rows(title, lists, merges=merges, formulas=formulas, limits=self.limits)

    def _keep(
        self,
        title: str,
        rows: dict[int, dict[int, Value]],
        formulas: list[tuple[int, int]],
        number: int,
        element: Element,
    ) -> None:
        column = 0
        for cell in element:
            match = COORDINATE.fullmatch(cell.get("r", ""))
            column = column_number(match[1]) if match else column + 1
            value = self._value(cell)
            if value is None or value == "":
                continue
            if column > self.limits.columns or number > self.limits.row_elements:
                raise self._far_cell(title, cell.get("r", ""), number)
            self.cells_left -= 1
            if self.cells_left < 0:
                raise too_large()
            if any(local(child.tag) == "f" for child in cell):
                formulas.append((number, column))
            rows.setdefault(number, {})[column] = value

    def _value(self, cell: Element) -> Value:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return string_of(next((child for child in cell if local(child.tag) == "is"), cell))
        text = next((child.text for child in cell if local(child.tag) == "v"), None)
        if text is None:
            return None
        if kind == "s":
            return self.strings[int(text)]
        if kind == "b":
            return text == "1"
        if kind == "d":
            return whole_day(datetime.fromisoformat(text.rstrip("Z")))
        if kind in ("str", "e"):
            return text[: self.limits.text]
        return self._number(text, int(cell.get("s", 0)))

    def _number(self, text: str, style: int) -> Value:
        number = int(text) if text.lstrip("-").isdigit() and len(text) < 19 else float(text)
        if style not in self.date_styles:
            return number
        try:
            return whole_day(from_excel(number, self.epoch))
        except (OverflowError, ValueError):
            return number

    def _far_cell(self, title: str, place: str, number: int) -> WorkbookError:
        message = _("Sheet “%(sheet)s” has something in cell %(cell)s, far outside a table. Delete it and save again.")
        return WorkbookError("far_cell", message % {"sheet": title, "cell": place}, sheet=title, row=number)


def shows_date(number: int, own: dict[int, str]) -> bool:
    code = own.get(number, BUILTIN_FORMATS.get(number, ""))
    return bool(is_date_format(code)) or 27 <= number <= 36 or 50 <= number <= 58  # Chinese built-in date formats


def string_of(element: Any) -> str:
    """Return the text of a string item: plain, or its runs, without the phonetic guide."""
    parts = []
    for child in element:
        if local(child.tag) == "t":
            parts.append(child.text or "")
        elif local(child.tag) == "r":
            parts.extend(piece.text or "" for piece in child if local(piece.tag) == "t")
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), "".join(parts))[: LIMITS.text]


def whole_day(value: Any) -> Value:
    """Return a moment at midnight as its day, as every reader here does."""
    return value.date() if isinstance(value, datetime) and value.time() == time() else cast(Value, value)


def listed(cells: dict[int, Value]) -> list[Value]:
    return [cells.get(column) for column in range(1, max(cells) + 1)]
