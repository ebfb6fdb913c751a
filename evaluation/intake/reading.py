"""Tables in an upload: which sheets hold one, the rows of it, and what is wrong with a row whatever it is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import islice

from django.utils.translation import gettext as _

from evaluation.intake.columns import Column, Kind, Naming
from evaluation.workbooks import (
    Header,
    Row,
    Sheet,
    Workbook,
    clean_name,
    clean_text,
    find_known_header,
    guess_header,
    holds_citizen_number,
    label_keys,
    parse_date,
    parse_day,
    text_key,
    to_halfwidth,
    yes_or_no,
)
from evaluation.workbooks.forms import is_example_row

TOTAL = re.compile(r"^(合计|总计|小计|共计|总数)")
REMARK = re.compile(
    r"^[*※(（]?(注|备注|说明|填表说明|填写说明|审核人?|填表人?|填报人?|制表人?|单位负责人|负责人|主要领导|分管领导|联系人|"
    r"填报日期|填报单位|填报时间|单位\(?盖章\)?)[0-9一二三]?([(（].*[)）])?[:：.．、]"
)
NAME = re.compile(r"[^\W\d_][^\d_=+@<>\"\\/]*")
ERRORS = frozenset(["#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"])
SERIAL = "serial"  # the column that only counts the rows


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one cell (a column from 0, ``None`` where there is none) and what to do."""

    cell: int | None
    column: str
    problem: str
    advice: str


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that is not imported: where, what is wrong, and what to do.

    ``shown`` helps to recognise the row; ``cells`` are the columns (from 0) to be marked in a copy of the file.
    """

    sheet: str
    row: int
    column: str
    problem: str
    advice: str
    shown: Mapping[str, str] = field(default_factory=dict)
    cells: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: ``texts`` cleaned, by the columns that the file has (``header``)."""

    sheet: str
    row: Row
    header: Header
    texts: Mapping[str, str]

    @property
    def number(self) -> int:
        return self.row.number

    def has(self, name: str) -> bool:
        return name in self.texts

    def text(self, name: str) -> str:
        return self.texts.get(name, "")

    def person(self, name: str) -> str:
        return clean_name(self.row.at(self.header.columns.get(name)))

    def day(self, name: str) -> date | None:
        return parse_day(self.row.at(self.header.columns.get(name))) if self.texts.get(name) else None

    def decimal(self, name: str) -> Decimal | None:
        return decimal_of(self.text(name))

    def yes(self, name: str) -> bool:
        return bool(yes_or_no(self.texts.get(name)))

    def given(self, names: Iterable[str]) -> dict[str, str]:
        """Return the texts of those of ``names`` that the file has a column for."""
        return {name: self.texts[name] for name in names if name in self.texts}

    def problem(self, name: str, problem: str, advice: str) -> Problem:
        return Problem(self.header.columns.get(name), self.header.labels.get(name, ""), problem, advice)

    def rejected(self, name: str, problem: str, advice: str, shown: Mapping[str, str] | None = None) -> Rejection:
        """Return the rejection of this row because of what stands in its column ``name``."""
        shown = shown or {"name": self.text("name"), "unit": self.text("unit")}
        return rejection_of(self.sheet, self.number, [self.problem(name, problem, advice)], shown)


@dataclass(frozen=True, slots=True)
class FileTable:
    sheet: Sheet
    header: Header


@dataclass(frozen=True, slots=True)
class Gap:
    """A sheet that looks like a table but lacks columns: ``missing`` are their names, ``header`` a guess (or none)."""

    sheet: Sheet
    header: Header | None
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """What an upload holds: sheets with a table, sheets that lack columns of one, and the others by title."""

    tables: tuple[FileTable, ...]
    gaps: tuple[Gap, ...]
    sheets: tuple[str, ...]

    @property
    def ignored(self) -> tuple[str, ...]:
        return tuple(gap.sheet.title for gap in self.gaps)

    @property
    def unknown(self) -> list[tuple[str, str]]:
        """(title of the sheet, label) of every column that nobody understands."""
        return [(one.sheet.title, label) for one in self.tables for label in dict.fromkeys(one.header.unknown.values())]


Missing = Callable[[Sheet, Collection[str]], Sequence[str]]


def missing_columns(columns: Iterable[Column]) -> Missing:
    """Return the test that asks for the required columns of an importer."""
    required = [column.name for column in columns if column.required]
    return lambda _sheet, found: [name for name in required if name not in found]


def find_tables(
    workbook: Workbook, columns: Sequence[Column], naming: Naming, missing: Missing | None = None
) -> Tables:
    """Find the header in every visible sheet. ``missing`` names the columns that a set of found ones still lacks."""
    lacks = missing or missing_columns(columns)
    tables: list[FileTable] = []
    gaps: list[Gap] = []
    sheets = list(workbook.visible())
    for sheet in sheets:
        known = naming.known(columns, sheet.title)
        header = find_known_header(sheet, known, lambda found, sheet=sheet: not lacks(sheet, found))  # type: ignore[misc]
        if header is not None:
            tables.append(FileTable(sheet, header))
        else:
            guess = guess_header(sheet, known)
            gaps.append(Gap(sheet, guess, tuple(lacks(sheet, guess.columns.keys() if guess else ()))))
    return Tables(tuple(tables), tuple(gaps), tuple(sheet.title for sheet in sheets))


def data_rows(header: Header, sheet: Sheet, labels: Iterable[str], name: str) -> Iterator[Row]:
    """Yield the rows below the header that are neither notes, totals, examples nor a header again.

    ``name`` is the column that tells a repeated header by its ``labels``.
    """
    repeated = {text_key(label) for label in labels}
    serial, place = header.columns.get(SERIAL), header.columns.get(name)
    mapped = frozenset(column for field, column in header.columns.items() if field != SERIAL)
    for row in sheet.rows:
        if row.number <= header.last:
            continue
        own = list(islice(own_columns(row), 2))
        if not own or own == [serial] or text_key(row.at(place)) in repeated:
            continue
        first = clean_text(row.cells[own[0]])
        if not is_example_row(first) and not is_remark(first, own, row, mapped):
            yield row


def own_columns(row: Row) -> Iterator[int]:
    """Yield the columns in which a row says something itself, not through a merged neighbour."""
    for column, value in enumerate(row.cells):
        if value is not None and column not in row.filled and (value.__class__ is not str or clean_text(value)):
            yield column


def is_remark(first: str, own: Sequence[int], row: Row, mapped: Collection[int]) -> bool:
    """Tell a total or a note below the table from a row of it."""
    if TOTAL.match(text_key(first)) or REMARK.match(first):
        return True
    if len(own) > 1:
        return False
    spread = any(column in row.filled and row.at(column) == row.at(own[0]) for column in range(len(row.cells)))
    return spread or own[0] not in mapped


def lines_of(table: FileTable, columns: Sequence[Column]) -> Iterator[Line]:
    """Yield the rows of a table with their texts."""
    header = table.header
    told = telling_column(columns)
    places = tuple(header.columns.items())
    last = max(header.columns.values(), default=0)
    for row in data_rows(header, table.sheet, told.words, told.name):
        cells = row.cells
        if len(cells) <= last:
            cells = (*cells, *[None] * (last + 1 - len(cells)))
        texts = {name: "" if (value := cells[column]) is None else clean_text(value) for name, column in places}
        yield Line(table.sheet.title, row, header, texts)


def telling_column(columns: Sequence[Column]) -> Column:
    """Return the column by whose label a repeated header is told: the name, else the first required one."""
    named = [column for column in columns if column.kind in (Kind.NAME, Kind.PARTY)]
    required = [column for column in columns if column.required]
    return (named or required or list(columns))[0]


def rejection_of(sheet: str, row: int, problems: Sequence[Problem], shown: Mapping[str, str]) -> Rejection:
    """Join the problems of one row into one rejection, from left to right; no citizen number is shown."""
    once = sorted(dict.fromkeys(problems), key=lambda one: 10_000 if one.cell is None else one.cell)
    return Rejection(
        sheet=sheet,
        row=row,
        column=", ".join(dict.fromkeys(problem.column for problem in once))[:40],
        problem=" ".join(dict.fromkeys(problem.problem for problem in once))[:300],
        advice=" ".join(dict.fromkeys(problem.advice for problem in once))[:300],
        shown={key: "" if holds_citizen_number(text) else text[:80] for key, text in shown.items()},
        cells=tuple(sorted({problem.cell for problem in once if problem.cell is not None})),
    )


class Checks:
    """What is asked of every row of one table by the kinds of its columns; made once a table."""

    def __init__(self, columns: Sequence[Column], header: Header) -> None:
        self.found = [column for column in columns if column.name in header.columns]
        self.required = [column.name for column in self.found if column.required]
        self.lengths = [(column.name, column.length) for column in self.found]
        self.shortest = min((column.length for column in self.found), default=0)
        self.by_kind = [(column, CHECKS[column.kind]) for column in self.found if column.kind in CHECKS]

    def problems(self, line: Line) -> list[Problem]:
        """Return every problem of a row, empty for nearly all of them."""
        problems = private_problems(line.header, line.row) if may_hold_citizen_number(line.row) else []
        texts = line.texts
        whole = "".join(texts.values())
        if "#" in whole or len(max(texts.values(), key=len)) > self.shortest:
            for name, most in self.lengths:
                if len(texts[name]) > most or texts[name] in ERRORS:
                    problems.append(_length_problem(line, name, most))
        problems += [_empty_problem(line, name) for name in self.required if not texts[name]]
        for column, check in self.by_kind:
            if texts[column.name] and (problem := check(line, column.name)):
                problems.append(problem)
        return problems


def may_hold_citizen_number(row: Row) -> bool:
    """Tell quickly that a row has no cell long enough for one."""
    for value in row.cells:
        if value.__class__ is str:
            if len(value) >= 18:
                return True
        elif value.__class__ in (int, float) and abs(value) >= 10**16:
            return True
    return False


def private_problems(header: Header, row: Row) -> list[Problem]:
    """An 18-digit citizen number is refused wherever it stands (C6)."""
    labels = {place: header.labels[name] for name, place in header.columns.items()}
    return [
        Problem(
            column,
            labels.get(column, column_letter(column)),
            _("A citizen identity number stands here."),
            _("Delete it. This system does not keep citizen identity numbers."),
        )
        for column, value in enumerate(row.cells)
        if holds_citizen_number(value)
    ]


def _empty_problem(line: Line, name: str) -> Problem:
    if name == "name":
        return line.problem(name, _("The name is missing."), _("Write the name, or delete the row."))
    missing = _("The %(field)s is missing.") % {"field": line.header.labels.get(name, name)}
    return line.problem(name, missing, _("Write it, or delete the row."))


def _length_problem(line: Line, name: str, most: int) -> Problem:
    if line.texts[name] in ERRORS:
        return line.problem(name, _("The formula in this cell has no result."), _("Write the value itself."))
    problem = _("The text is longer than %(limit)s characters.") % {"limit": most}
    return line.problem(name, problem, _("Shorten it."))


def _name_problem(line: Line, name: str) -> Problem | None:
    if formula := _formula_problem(line, name):
        return formula
    text = line.texts[name]
    if NAME.fullmatch(clean_name(text)) or text in ERRORS:
        return None
    said = "" if holds_citizen_number(text) else text[:20]
    problem = _("“%(text)s” is no name.") % {"text": said}
    return line.problem(name, problem, _("Write only the name, without figures or signs."))


def _formula_problem(line: Line, name: str) -> Problem | None:
    if line.row.formulas and line.header.columns[name] in line.row.formulas:
        return line.problem(name, _("The name is a formula."), _("Write the name itself."))
    return None


def _date_problem(line: Line, name: str) -> Problem | None:
    if parse_date(line.row.at(line.header.columns[name])) is not None:
        return None
    problem = _("“%(text)s” is no date.") % {"text": line.texts[name][:20]}
    return line.problem(name, problem, _("Write it as 2011年6月 or 2011-06-25."))


def _day_problem(line: Line, name: str) -> Problem | None:
    if parse_day(line.row.at(line.header.columns[name])) is not None:
        return None
    problem = _("“%(text)s” is no date.") % {"text": line.texts[name][:20]}
    return line.problem(name, problem, _("Write the full day, as 2012-05-29."))


def _number_problem(line: Line, name: str) -> Problem | None:
    if decimal_of(line.texts[name]) is not None:
        return None
    problem = _("“%(text)s” is no number.") % {"text": line.texts[name][:20]}
    return line.problem(name, problem, _("Write the number in figures."))


def _yes_no_problem(line: Line, name: str) -> Problem | None:
    if yes_or_no(line.texts[name]) is not None:
        return None
    problem = _("“%(text)s” is neither yes nor no.") % {"text": line.texts[name][:20]}
    return line.problem(name, problem, _("Write 是 or 否."))


CHECKS: Mapping[Kind, Callable[[Line, str], Problem | None]] = {
    Kind.NAME: _name_problem,
    Kind.PARTY: _formula_problem,
    Kind.DATE: _date_problem,
    Kind.DAY: _day_problem,
    Kind.NUMBER: _number_problem,
    Kind.YES_NO: _yes_no_problem,
}


def decimal_of(text: str) -> Decimal | None:
    """Read a number as offices write it.

    >>> decimal_of("1,200.5"), decimal_of("－3"), decimal_of("三")
    (Decimal('1200.5'), Decimal('-3'), None)
    """
    try:
        value = Decimal(re.sub(r"[\s,]", "", to_halfwidth(text)).replace("−", "-"))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def same_label(key: str, label: str) -> bool:
    return key in label_keys(label)


def column_letter(column: int) -> str:
    """Return the letters of a column counted from 0.

    >>> column_letter(27)
    'AB'
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
