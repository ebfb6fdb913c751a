"""What a workbook's formulas give when a spreadsheet program computes them from nothing."""

import io
import re
import zipfile

from openpyxl import load_workbook

FORMULA_VALUE = re.compile(rb"(</f>)<v>[^<]*</v>")
Difference = tuple[str, str, object, object]


def uncached(data: bytes) -> bytes:
    """The same file without any value of a formula: what is read from it afterwards was computed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, FORMULA_VALUE.sub(rb"\1", content) if name.startswith("xl/worksheets/") else content)
    return out.getvalue()


def differences(written: bytes, computed: bytes) -> tuple[int, list[Difference]]:
    """Return how many formulas ``written`` has, and where the value kept in it is not the one in ``computed``."""
    formulas, kept, found = (
        load_workbook(io.BytesIO(data), data_only=plain)
        for data, plain in ((written, False), (written, True), (computed, True))
    )
    number, wrong = 0, []
    for sheet in formulas:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            number += 1
            before, after = (book[sheet.title][cell.coordinate].value or 0 for book in (kept, found))
            if not _equal(before, after):
                wrong.append((sheet.title, cell.coordinate, before, after))
    return number, wrong


def _equal(one: object, other: object) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) < 1e-6
    return one == other
