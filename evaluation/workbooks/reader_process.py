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
    from xml.parsers.expat import ExpatError

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
    except (
        CalamineError,
        ExpatError,
        ValueError,
        KeyError,
        IndexError,
        struct.error,
        zipfile.BadZipFile,
        OSError,
        RuntimeError,
    ):
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


END = 0xFFFFFFFA  # this and what is larger ends a chain


def workbook_stream(data: bytes) -> bytes:
    """Return the stream of a compound file that holds the workbook."""
    file = CompoundFile(data)
    for name, kind, start, length in file.entries():
        if kind == 2 and name.lower() in ("workbook", "book"):
            return file.stream(start, length)
    raise ValueError("no workbook in it")


class CompoundFile:
    """The few parts of an OLE compound file that are needed: its sectors, chains, folder and streams."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        shift, self.mini_shift = struct.unpack_from("<HH", data, 0x1E)
        self.size = 1 << shift
        self.first_folder, self.cutoff, self.first_mini = (struct.unpack_from("<I", data, at)[0] for at in (48, 56, 60))
        self.fat = [entry for number in self.tables() if number < END for entry in self.numbers(self.sector(number))]
        self.folder = self.joined(self.first_folder)

    def sector(self, number: int) -> bytes:
        return self.data[(number + 1) * self.size : (number + 2) * self.size]

    def numbers(self, sector: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4]))

    def tables(self) -> list[int]:
        found = list(struct.unpack_from("<109I", self.data, 0x4C))
        more = struct.unpack_from("<I", self.data, 68)[0]
        while more < END and len(found) < 100_000:
            *rest, more = self.numbers(self.sector(more))
            found += rest
        return found

    def chain(self, number: int, table: list[int]) -> list[int]:
        found: list[int] = []
        while number < END:
            found.append(number)
            if len(found) > len(table):
                raise ValueError("a chain without end")
            number = table[number]
        return found

    def joined(self, start: int) -> bytes:
        return b"".join(map(self.sector, self.chain(start, self.fat)))

    def entries(self) -> Iterator[tuple[str, int, int, int]]:
        """Yield (name, kind, first sector, length) of everything in the folder."""
        for at in range(0, len(self.folder) - 127, 128):
            entry = self.folder[at : at + 128]
            name = entry[: max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)].decode("utf-16-le", "replace")
            start, length = struct.unpack_from("<II", entry, 116)
            yield name, entry[66], start, length

    def stream(self, start: int, length: int) -> bytes:
        if length >= self.cutoff:
            return self.joined(start)[:length]
        root = next((first for _name, kind, first, _length in self.entries() if kind == 5), END)
        small, little = self.joined(root), 1 << self.mini_shift
        table = self.numbers(self.joined(self.first_mini))
        return b"".join(small[n * little : (n + 1) * little] for n in self.chain(start, table))[:length]


# --- which cells are formulas or merged: the XML of .ods -------------------------------------------------------------


TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "


def ods_marks(data: bytes) -> dict[int, dict[str, list[Any]]]:
    """Return, by the place of a sheet, the cells of an .ods that are formulas, and its merged areas."""
    marks = OdsMarks()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("content.xml") as source:
        while piece := source.read(1 << 16):
            marks.parser.Parse(piece, False)
        marks.parser.Parse(b"", True)
    return marks.found


class OdsMarks:
    """Walks through the XML of the sheets and counts rows and columns, repeated ones too."""

    def __init__(self) -> None:
        from xml.parsers.expat import ParserCreate

        self.place, self.row, self.column, self.repeated = -1, 0, 0, 1
        self.found: dict[int, dict[str, list[Any]]] = {}
        self.parser = ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler, self.parser.EndElementHandler = self.start, self.end
        self.parser.EntityDeclHandler = self.entity

    def start(self, tag: str, given: dict[str, str]) -> None:
        if tag == TABLE + "table":
            self.place, self.row = self.place + 1, 0
            self.found[self.place] = {"merges": [], "formulas": []}
        elif tag == TABLE + "table-row":
            self.column, self.repeated = 0, int(given.get(TABLE + "number-rows-repeated", 1))
        elif tag in (TABLE + "table-cell", TABLE + "covered-table-cell"):
            self.cell(given)

    def end(self, tag: str) -> None:
        if tag == TABLE + "table-row":
            self.row += self.repeated

    def cell(self, given: dict[str, str]) -> None:
        found, row, column = self.found[self.place], self.row, self.column
        wide = int(given.get(TABLE + "number-columns-repeated", 1))
        if TABLE + "formula" in given and row < MOST_ROWS:
            down, right = range(min(self.repeated, 1000)), range(min(wide, 200))
            found["formulas"] += [[row + below, column + beside] for below in down for beside in right]
        tall = int(given.get(TABLE + "number-rows-spanned", 1))
        broad = int(given.get(TABLE + "number-columns-spanned", 1))
        if (tall > 1 or broad > 1) and wide == 1:
            found["merges"].append([row, column, row + tall - 1, column + broad - 1])
        self.column += wide
        if len(found["formulas"]) > MOST_CELLS or len(found["merges"]) > MOST_CELLS:
            raise TooLarge

    def entity(self, *_arguments: object) -> None:
        raise ValueError("entities are not read")


if __name__ == "__main__":
    sys.exit(main())
