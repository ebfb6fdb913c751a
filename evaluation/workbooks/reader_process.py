"""Read an .xls or .ods in a process of its own: ``python -I reader_process.py xls|ods <bytes of memory> <seconds>``.

These formats cannot be measured before they are opened (a row may say that it repeats a million times), so they are
opened where memory and time end. The file comes on standard input; what it holds goes out as JSON. Nothing of the
project is imported here: the process lives for a moment and starts quickly. Ends with 3 for a password, 4 for a file
that is damaged, 5 for one that is too large; it is killed by the system where it wants more than it may have.
"""

import io
import json
import resource
import struct
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

LOCKED, DAMAGED, TOO_LARGE = 3, 4, 5
MOST_CELLS, MOST_DENSE, MOST_SHEETS, MOST_ROWS = 600_000, 2_500_000, 200, 1_048_576


def main() -> int:
    form, memory, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import CalamineError, PasswordError, load_workbook

    data = sys.stdin.buffer.read()
    try:
        if form == "xls" and is_locked(data):
            return LOCKED
        book = load_workbook(io.BytesIO(data))
        if len(book.sheets_metadata) > MOST_SHEETS:
            return TOO_LARGE
        marks = xls_marks(data) if form == "xls" else ods_marks(data)
        sheets = [sheet_of(book, place, marks) for place in range(len(book.sheets_metadata))]
    except PasswordError:
        return LOCKED
    except (MemoryError, OverflowError):
        return TOO_LARGE
    except (CalamineError, ValueError, KeyError, IndexError, struct.error, zipfile.BadZipFile, OSError, RuntimeError):
        return DAMAGED
    json.dump(sheets, sys.stdout, ensure_ascii=True, separators=(",", ":"))
    return 0


class TooLarge(OverflowError):
    pass


def sheet_of(book: Any, place: int, marks: dict[int, dict[str, list[Any]]]) -> dict[str, Any]:
    """Return a sheet as plain values; of a hidden one only that it is there."""
    about = book.sheets_metadata[place]
    hidden = not str(about.visible).endswith(".Visible")
    if hidden or not str(about.typ).endswith(".WorkSheet"):
        return {"title": about.name, "hidden": True, "rows": [], "merges": [], "formulas": []}
    sheet = book.get_sheet_by_index(place)
    if sheet.total_height * sheet.total_width > MOST_DENSE:
        raise TooLarge
    rows = [trimmed(row) for row in sheet.to_python(skip_empty_area=False)]
    if sum(map(len, rows)) > MOST_CELLS:
        raise TooLarge
    own = marks.get(place, {})
    merges = [[top, left, bottom, right] for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()]
    return {
        "title": about.name,
        "hidden": False,
        "rows": rows,
        "merges": merges or own.get("merges", []),
        "formulas": own.get("formulas", []),
    }


def trimmed(row: list[Any]) -> list[Any]:
    end = len(row)
    while end and row[end - 1] == "":
        end -= 1
    return [value if isinstance(value, str | int | float | bool) else told(value) for value in row[:end]]


def told(value: Any) -> Any:
    """Return what JSON has no word for as a list of one kind and one text."""
    if isinstance(value, datetime | date):
        return ["d", value.isoformat()]
    if isinstance(value, time):
        return ["t", value.isoformat()]
    return str(value) if isinstance(value, timedelta) else None


# --- which cells are formulas: the records of .xls ----------------------------------------------------------------


def xls_marks(data: bytes) -> dict[int, dict[str, list[Any]]]:
    """Return, by the place of a sheet, the cells of an .xls that are formulas."""
    stream = workbook_stream(data)
    starts = [struct.unpack_from("<I", body)[0] for kind, body in records(stream, 0) if kind == 0x0085]
    return {place: {"formulas": list(formula_cells(stream, start))} for place, start in enumerate(starts)}


def is_locked(data: bytes) -> bool:
    """Tell by its record (FILEPASS) that an .xls has a password; calamine only says that it knows no such file."""
    return any(kind == 0x002F for kind, _body in records(workbook_stream(data), 0))


def formula_cells(stream: bytes, start: int) -> Iterator[list[int]]:
    for kind, body in records(stream, start):
        if kind == 0x0006:
            yield list(struct.unpack_from("<HH", body))


def records(stream: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    """Yield (kind, body) from one beginning to its end; what is embedded in between belongs to charts."""
    depth = 0
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        body = stream[place + 4 : place + 4 + size]
        place += 4 + size
        depth += (kind == 0x0809) - (kind == 0x000A)
        if depth <= 0 and kind == 0x000A:
            return
        if depth <= 1:
            yield kind, body


def workbook_stream(data: bytes) -> bytes:
    """Return the stream of a compound file that holds the workbook."""
    shift, mini_shift = struct.unpack_from("<HH", data, 0x1E)
    first_folder, cutoff, first_mini, first_more = (struct.unpack_from("<I", data, at)[0] for at in (48, 56, 60, 68))
    size = 1 << shift

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size]

    tables = list(struct.unpack_from("<109I", data, 0x4C))
    while first_more < 0xFFFFFFFA and len(tables) < 100_000:
        more = struct.unpack(f"<{size // 4}I", sector(first_more))
        tables += more[:-1]
        first_more = more[-1]
    fat: list[int] = []
    for number in tables:
        if number < 0xFFFFFFFA:
            fat += struct.unpack(f"<{size // 4}I", sector(number))

    def chain(number: int, table: list[int]) -> list[int]:
        found: list[int] = []
        while number < 0xFFFFFFFA:
            found.append(number)
            if len(found) > len(table):
                raise ValueError("a chain without end")
            number = table[number]
        return found

    folder = b"".join(map(sector, chain(first_folder, fat)))
    entries = [folder[at : at + 128] for at in range(0, len(folder), 128)]
    root = b""
    for entry in entries:
        name = entry[: max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)].decode("utf-16-le", "replace")
        start, length = struct.unpack_from("<I", entry, 116)[0], struct.unpack_from("<I", entry, 120)[0]
        if entry[66] == 5:
            root = b"".join(map(sector, chain(start, fat)))
        if entry[66] == 2 and name.lower() in ("workbook", "book"):
            if length >= cutoff:
                return b"".join(map(sector, chain(start, fat)))[:length]
            mini = b"".join(map(sector, chain(first_mini, fat)))
            table = list(struct.unpack(f"<{len(mini) // 4}I", mini))
            little = 1 << mini_shift
            return b"".join(root[n * little : (n + 1) * little] for n in chain(start, table))[:length]
    raise ValueError("no workbook in it")


# --- which cells are formulas or merged: the XML of .ods -------------------------------------------------------------


TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "


def ods_marks(data: bytes) -> dict[int, dict[str, list[Any]]]:
    """Return, by the place of a sheet, the cells of an .ods that are formulas, and its merged areas."""
    from xml.parsers.expat import ParserCreate, errors

    place, row, column = -1, 0, 0
    repeated = 1
    found: dict[int, dict[str, list[Any]]] = {}

    def start(tag: str, given: dict[str, str]) -> None:
        nonlocal place, row, column, repeated
        if tag == TABLE + "table":
            place, row = place + 1, 0
            found[place] = {"merges": [], "formulas": []}
        elif tag == TABLE + "table-row":
            column, repeated = 0, int(given.get(TABLE + "number-rows-repeated", 1))
        elif tag in (TABLE + "table-cell", TABLE + "covered-table-cell"):
            wide = int(given.get(TABLE + "number-columns-repeated", 1))
            if TABLE + "formula" in given and row < MOST_ROWS:
                cells = [
                    [row + down, column + right]
                    for down in range(min(repeated, 1000))
                    for right in range(min(wide, 200))
                ]
                found[place]["formulas"] += cells
            down = int(given.get(TABLE + "number-rows-spanned", 1))
            right = int(given.get(TABLE + "number-columns-spanned", 1))
            if (down > 1 or right > 1) and wide == 1:
                found[place]["merges"].append([row, column, row + down - 1, column + right - 1])
            column += wide
            if len(found[place]["formulas"]) > MOST_CELLS or len(found[place]["merges"]) > MOST_CELLS:
                raise TooLarge

    def end(tag: str) -> None:
        nonlocal row
        if tag == TABLE + "table-row":
            row += repeated

    parser = ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = start, end

    def entity(*_arguments: object) -> None:
        raise ValueError(errors.XML_ERROR_UNDEFINED_ENTITY)

    parser.EntityDeclHandler = entity
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("content.xml") as source:
        while piece := source.read(1 << 16):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    return found


if __name__ == "__main__":
    sys.exit(main())
