"""Any workbook that an office may send: bytes to plain rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from django.utils.translation import gettext_lazy as _

from evaluation.workbooks.old import is_ods, read_ods, read_xls
from evaluation.workbooks.shapes import LIMITS, Limits, Row, Sheet, Workbook, WorkbookError
from evaluation.workbooks.xlsx import encrypted, not_a_workbook, read_xlsx, too_large, too_many_sheets

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SPREADSHEET_NAMES = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".et")
GUARDED = re.compile(r"'(?=[=+\-@\t\r])")
OTHER_KINDS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b")


def read_workbook(data: bytes, name: str, limits: Limits = LIMITS) -> Workbook:
    """Return the sheets of an .xlsx, .xls, .ods or .csv file as plain rows.

    What the file is, its content says, not its name: an .xlsx called .xls is read. Merged cells are filled, empty rows
    left out, row numbers kept; formulas give their remembered result and are marked. CSV is UTF-8 (with or without a
    byte order mark), UTF-16 with one, or GB18030; separated by comma, semicolon or tab.

    Raises ``WorkbookError`` (``code``): ``empty``, ``too_large``, ``too_many_sheets``, ``too_many_rows``, ``far_cell``,
    ``encrypted``, ``binary_format``, ``external_links``, ``damaged``, ``not_a_workbook``; within seconds and 200 MB.
    """
    if not data.strip(b"\0 \r\n\t"):
        raise WorkbookError("empty", _("The file is empty."))
    if len(data) > limits.bytes:
        raise too_large()
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        if data.count(b"PK\x01\x02") > 2 * limits.entries:  # listing 400,000 parts alone takes seconds
            raise too_many_sheets(limits)
        read_zip = read_ods if is_ods(data) else read_xlsx
        return Workbook(name, read_zip(data, limits))
    if data[:8] == OLE:
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise encrypted()
        return Workbook(name, read_xls(data, limits))
    if data.startswith(OTHER_KINDS) or is_markup(data) or name.lower().endswith(SPREADSHEET_NAMES):
        raise not_a_workbook()
    return Workbook(name, (read_csv(data, limits),))


def is_markup(data: bytes) -> bool:
    return bool(re.match(rb"(\xef\xbb\xbf)?\s*<(!doctype|html|\?xml|table|mso|style|meta)", data[:200].lower()))


def read_csv(data: bytes, limits: Limits = LIMITS) -> Sheet:
    """Return a text table as one visible sheet without a title."""
    text = decode(data)
    rows: list[Row] = []
    cells = 0
    source = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    try:
        for values in source:
            cells += len(values)
            if len(rows) > limits.rows or len(values) > limits.columns or cells > limits.cells:
                raise WorkbookError("too_many_rows", _("The table is too large. Split it into several files."))
            kept = tuple(GUARDED.sub("", value, count=1) if GUARDED.match(value) else value for value in values)
            if any(value.strip() for value in kept):
                rows.append(Row(number=source.line_num, cells=kept))
    except csv.Error as error:
        raise WorkbookError(
            "damaged",
            _("Row %(row)s cannot be read. Check its quotation marks.") % {"row": source.line_num},
            row=source.line_num,
        ) from error
    return Sheet(title="", hidden=False, rows=tuple(rows))


def decode(data: bytes) -> str:
    """Return the text in whichever of the encodings offices use; ``WorkbookError`` if it is none of them."""
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise not_a_workbook()


def delimiter_of(text: str) -> str:
    """Return the separator that stands most evenly in the first lines: comma, tab or semicolon."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in text[:20_000].splitlines()[:20] if line.strip()]
    found = Counter({sign: sum(sign in line for line in lines) for sign in ",\t;"})
    return max(",\t;", key=lambda sign: found[sign])
