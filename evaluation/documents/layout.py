"""What a paper's PDF and its .docx share: measures of GB/T 9704-2012, and how values become lines and cells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from math import ceil

from evaluation.documents.paper import Fields, Grid, Layout, Opinion, Paper

OFFICIAL = frozenset({Layout.CIRCULAR, Layout.LETTER, Layout.NOTICE, Layout.REPORT})
LINE = 28.99  # points from line to line: 22 lines are 225 mm
TITLE_MOST = 19  # characters of 22 points in a line of 156 mm, one kept free
LONG_ROW = 0.4  # of a page: a higher row of a table may break
SMALL_ROWS, SMALL_HEIGHT = 8, 0.5  # rows, and part of a page: a table of no more stays whole
LABEL_CHARACTER = 12 / 72 * 25.4  # millimetres of a character of a form
LABEL_LEAST, LABEL_MOST = 20.0, 30.0  # millimetres of a label's cell in a form


@dataclass(frozen=True)
class Measures:
    """Millimetres of a page: its size, its margins, and where they leave the text."""

    width: float
    height: float
    top: float
    right: float
    bottom: float
    left: float

    @property
    def text_width(self) -> float:
        return self.width - self.left - self.right

    @property
    def text_height(self) -> float:
        return self.height - self.top - self.bottom


PAGE = {
    **dict.fromkeys(OFFICIAL, Measures(width=210, height=297, top=37, right=26, bottom=35, left=28)),
    Layout.FORM: Measures(width=210, height=297, top=18, right=18, bottom=18, left=22),
    Layout.WIDE_FORM: Measures(width=297, height=210, top=18, right=15, bottom=18, left=15),
}


def as_papers(papers: Paper | Sequence[Paper]) -> Sequence[Paper]:
    return [papers] if isinstance(papers, Paper) else papers


UNPRINTABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127, *range(0xD800, 0xE000), 0xFFFE, 0xFFFF])


def printable(text: str) -> str:
    """Return ``text`` without control characters and halves of characters, which no file can hold."""
    return text.translate(UNPRINTABLE)


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text; empty lines between them are not wanted in a document."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def day_text(day: date) -> str:
    """成文日期: Arabic figures without leading zeros, ``2012年12月20日``."""
    return f"{day.year}年{day.month}月{day.day}日"


def cell_text(value: str | int | Decimal | None) -> str:
    if value is None:
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def em_width(text: str) -> float:
    """Return how wide ``text`` is, in full-width characters."""
    return sum(1.0 if ord(character) > 0x2000 else 0.5 for character in text)


# --- title ------------------------------------------------------------------------------------------------------------

AFTER, BEFORE = "》、，的于和与及", "《〈（"


def title_lines(title: str, most: int = TITLE_MOST) -> list[str]:
    """Break a title into lines of about one length, at a place where a reader would pause if one is near."""
    lines = []
    for part in paragraphs(title):
        while em_width(part) > most:
            at = _break_place(part, most, len(part) / ceil(em_width(part) / most))
            lines.append(part[:at])
            part = part[at:]
        lines.append(part)
    return lines


def _break_place(text: str, most: int, ideal: float) -> int:
    """Return where to break: the nearest pause to ``ideal`` that leaves no line too long."""
    places = [at for at in range(2, len(text) - 1) if em_width(text[:at]) <= most]

    def badness(at: int) -> float:
        is_pause = text[at - 1] in AFTER or text[at] in BEFORE
        splits_word = text[at] in "》〉），、。：的" or (text[at - 1] + text[at]).isascii()
        return abs(at - ideal) - (4 if is_pause else 0) + (20 if splits_word else 0)

    return min(places, key=badness, default=len(text))


def organ_points(organ: str) -> float:
    """Return the size of the red head: as large as one line allows, at most 22 mm."""
    return min(56.0, 430 / max(em_width(organ), 1))


def date_indent(signer: str, day: date | None) -> float:
    """Return how many characters the date stands from the right: four, more where a long signer is centred over it."""
    if day is None:
        return 2.0
    return max(4.0, (em_width(signer) - em_width(day_text(day))) / 2)


# --- tables -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    text: str
    span: int = 1
    is_label: bool = False
    rows: int = 1
    align: str = ""


@dataclass(frozen=True)
class Table:
    """``widths`` in millimetres; the first ``heads`` rows are the header. ``points``, ``pitch``: its type and lines."""

    widths: Sequence[float]
    rows: Sequence[Sequence[Cell]]
    heads: int = 0
    points: float = 12
    pitch: float = 18

    def may_break(self, row: Sequence[Cell], page: Measures) -> bool:
        """Whether a row is so high that it may run over pages: kept whole it would leave half a page empty."""
        return self._row_height(row) > page.text_height * LONG_ROW

    def stays_whole(self, page: Measures) -> bool:
        """Whether a table is so small that no page ends in it."""
        height = sum(self._row_height(row) + 2.25 for row in self.rows)
        return len(self.rows) - self.heads <= SMALL_ROWS and height <= page.text_height * SMALL_HEIGHT

    def _row_height(self, row: Sequence[Cell]) -> float:
        return max((self._height(cells) for cells in self._placed(row)), default=0)

    def _placed(self, row: Sequence[Cell]) -> Iterator[tuple[Cell, float]]:
        column = 0
        for cell in row:
            yield cell, sum(self.widths[column : column + cell.span])
            column += cell.span

    def _height(self, placed: tuple[Cell, float]) -> float:
        cell, width = placed
        places = max((width - 3) / (self.points / 72 * 25.4), 1)
        lines = sum(ceil(em_width(line) / places) or 1 for line in cell.text.split("\n"))
        return lines * self.pitch / 72 * 25.4


def label_width(paper: Paper) -> float:
    """Return the millimetres of a label's cell, one for all forms of a paper: the longest label in one line, or two."""
    labels = [label for block in paper.blocks if isinstance(block, Fields) for row in block.rows for label, _ in row]
    labels += [block.label for block in paper.blocks if isinstance(block, Opinion)]
    longest = max(map(em_width, labels), default=4)
    return min(max(longest * LABEL_CHARACTER + 3.5, LABEL_LEAST), LABEL_MOST)


def has_imprint(paper: Paper) -> bool:
    """Whether 印发机关 and 印发日期 stand in the 版记: a letter has neither (GB/T 9704-2012, 10.1)."""
    return paper.layout is not Layout.LETTER and bool(paper.printer or paper.printed_on)


def fields_table(rows: Sequence[Sequence[tuple[str, str]]], width: float, wanted: float) -> Table:
    """Lay (label, value) pairs on one grid of columns, so that rows with different numbers of pairs are one table.

    ``wanted`` is the width of a label, which is narrower where many pairs share a row.
    """
    counts = {len(row) for row in rows if row} or {1}
    label = min(wanted, width / max(counts) * 0.45)
    starts = {round(place * width / count, 3) for count in counts for place in range(count + 1)}
    values = {round(place * width / count + label, 3) for count in counts for place in range(count)}
    edges = sorted(starts | values | {0.0, round(width, 3)})
    places = {edge: at for at, edge in enumerate(edges)}
    table = []
    for row in rows:
        cells = []
        for at, (name, value) in enumerate(row):
            left, right = round(at * width / len(row), 3), round((at + 1) * width / len(row), 3)
            middle = round(at * width / len(row) + label, 3)
            cells.append(Cell(name, places[middle] - places[left], is_label=True))
            cells.append(Cell(value, places[right] - places[middle]))
        if cells:
            table.append(cells)
    return Table([right - left for left, right in pairwise(edges)], table)


def grid_table(grid: Grid, width: float) -> Table:
    """Lay out a table: header rows, widths, which columns stand right or in the middle. Every row has all columns."""
    columns = range(max([len(grid.header), *map(len, grid.rows)]))
    header = [*grid.header, *[""] * (len(columns) - len(grid.header))]
    aligns = [_align(grid, at) for at in columns]
    shares = [*grid.widths][: len(columns)] or [_share(grid, header[at], at) for at in columns]
    shares += [sum(shares) / len(shares)] * (len(columns) - len(shares)) if shares else []
    whole = sum(shares) or 1
    rows: list[list[Cell]] = [*_header_rows(header, grid.head)]
    heads = len(rows)
    for row in grid.rows:
        rows.append([Cell(cell_text(row[at]) if at < len(row) else "", align=aligns[at]) for at in columns])
    points, pitch = grid_type(len(shares))
    return Table([share / whole * width for share in shares], rows, heads, points, pitch)


def grid_type(columns: int) -> tuple[float, float]:
    """Return type size and line pitch of a table by its number of columns, in points."""
    return (12, 18) if columns <= 8 else (10.5, 15) if columns <= 13 else (9, 12.5)


def _header_rows(header: Sequence[str], head: Sequence[tuple[str, int]]) -> list[list[Cell]]:
    if not head:
        return [[Cell(text, is_label=True) for text in header]] if any(header) else []
    top: list[Cell] = []
    below: list[Cell] = []
    at = 0
    for text, span in head:
        names = header[at : at + span]
        if text:
            top.append(Cell(text, span, is_label=True))
            below.extend(Cell(name, is_label=True) for name in names)
        else:
            top.extend(Cell(name, is_label=True, rows=2) for name in names)
        at += span
    top.extend(Cell(name, is_label=True, rows=2) for name in header[at:])
    return [top, below] if below else [top]


def _align(grid: Grid, at: int) -> str:
    """Figures stand right; a column of short words stands in the middle, as on an office's own forms."""
    values = [row[at] for row in grid.rows if at < len(row) and row[at] not in (None, "")]
    if values and all(isinstance(value, int | Decimal) for value in values):
        return "right"
    return "center" if all(em_width(cell_text(value)) <= 5 for value in values) else "left"


def _share(grid: Grid, name: str, at: int) -> float:
    longest = max((em_width(cell_text(row[at])) for row in grid.rows if at < len(row)), default=0)
    return 1 + max(min(longest, 14), min(em_width(name), 4))
