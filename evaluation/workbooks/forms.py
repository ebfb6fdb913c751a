"""Empty forms to be filled in: what an office's own form looks like, with lists to choose from and an example row."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from openpyxl import Workbook as NewWorkbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from evaluation.workbooks.shapes import Value
from evaluation.workbooks.text import text_key
from evaluation.workbooks.writing import Written, display_width, put, sheet_title

EXAMPLE = "例"
EXAMPLE_WORD = re.compile(
    r"[(\[【]?(示例|样例|范例|填写示例|填表示例|例如|举例|例)[)\]】]?[0-9一二三]?(?:[.、行]|:.*)?"
)
SERIAL = "序号"
YES_NO = ("是", "否")
CHOICES_SHEET = "选项"
# A list that stands in the rule itself may have 255 signs; what is longer stands on the hidden sheet.
LIST_MOST = 250
ROWS_SHOWN, ROWS_CHECKED = 20, 3000
LINE = Side(style="thin", color="FF7F7F7F")
GRID = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
HEAD = PatternFill("solid", fgColor="FFF2F2F2")
GREY = "FF8C8C8C"
TITLE_FONT, BODY_FONT = "方正小标宋简体", "宋体"
WIDTHS = {
    "serial": 6,
    "name": 12,
    "party": 16,
    "date": 14,
    "day": 14,
    "number": 10,
    "integer": 10,
    "yes_no": 9,
    "telephone": 16,
}
FORMATS = {"day": "yyyy-mm-dd", "integer": "0", "number": "General"}
PROMPTS = {
    "date": "请填写年月或年月日，如2011-06、2011年6月。",
    "day": "请填写年月日，如2012-06-25。",
    "number": "请填写数字，不写单位。",
    "integer": "请填写整数，不写单位。",
    "yes_no": "请填“是”或“否”。",
    "telephone": "请填写办公电话或手机号码。",
    "choice": "请从下拉列表中选择。",
}


class FormColumn(Protocol):
    """What a form must know of a column; ``intake.columns.Column`` says so of every import."""

    @property
    def label(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def choices(self) -> Sequence[str]: ...
    @property
    def required(self) -> bool: ...
    @property
    def length(self) -> int: ...
    @property
    def example(self) -> str: ...


Column = TypeVar("Column", bound=FormColumn)


@dataclass(frozen=True, slots=True)
class PlainColumn:
    """A column of a form that no import reads, or of a test. ``length`` 0: no limit is said."""

    label: str
    kind: str = "text"
    choices: Sequence[str] = ()
    required: bool = False
    length: int = 0
    example: str = ""


@dataclass(frozen=True, slots=True)
class EmptyForm:
    """One sheet of a form. ``example``: a row in grey over the empty ones, a cell a column; empty: there is none.

    ``rows`` stand filled in already (names of cadres, categories). ``title`` is the sheet's, ``heading`` the form's.
    """

    title: str
    columns: Sequence[FormColumn]
    heading: str = ""
    notes: Sequence[str] = ()
    example: Sequence[Written] = ()
    rows: Sequence[Sequence[Written]] = ()
    empty_rows: int = ROWS_SHOWN
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)


def is_example_row(first: Value) -> bool:
    """Tell by its first cell that a row is a form's example, which no import reads.

    >>> is_example_row("例"), is_example_row("（示例）"), is_example_row("例会办"), is_example_row(1)
    (True, True, False, False)
    """
    return bool(EXAMPLE_WORD.fullmatch(text_key(first)))


def write_form(
    title: str,
    columns: Sequence[FormColumn],
    *,
    heading: str = "",
    notes: Sequence[str] = (),
    example: Sequence[Written] | None = None,
    rows: Sequence[Sequence[Written]] = (),
    choices: Mapping[str, Sequence[str]] | None = None,
    empty_rows: int = ROWS_SHOWN,
) -> bytes:
    """Return a form of one sheet as .xlsx: title, how to fill it in, header, an example in grey, empty rows.

    A column 序号 is put first where there is none. ``example`` is what stands in the columns (by default each column's
    own example). ``choices``: lists by the column's label, where they are known only now. Every list becomes a
    drop-down, dates and numbers are checked by the spreadsheet program itself.
    """
    given = tuple(column.example for column in columns) if example is None else tuple(example)
    return write_forms([EmptyForm(title, columns, heading, notes, given, rows, empty_rows, choices or {})])


def labelled(columns: Sequence[Column], labels: Sequence[str]) -> list[Column]:
    """Return the columns of ``labels`` in their order, as a form of the city's has them. Raises ``KeyError``."""
    by_label = {str(column.label): column for column in columns}
    return [by_label[label] for label in labels]


def write_forms(forms: Sequence[EmptyForm]) -> bytes:
    """Return several forms as the sheets of one workbook, in their order."""
    book = NewWorkbook()
    book.remove(book.worksheets[0])
    used: set[str] = {CHOICES_SHEET}
    lists = _Lists(book)
    for form in forms:
        _write_sheet(book.create_sheet(sheet_title(form.title, used)), form, lists)
    lists.close()
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class _Lists:
    """The hidden sheet: one column a list that is too long to stand in a rule."""

    def __init__(self, book: NewWorkbook) -> None:
        self.book = book
        self.places: dict[tuple[str, ...], str] = {}
        self.sheet: Worksheet | None = None

    def formula(self, choices: Sequence[str]) -> str:
        key = tuple(choices)
        inline = ",".join(key)
        plain = not any(sign in choice for choice in key for sign in ',"') and not key[0].startswith(("=", "+"))
        if plain and len(inline) <= LIST_MOST:
            return f'"{inline}"'
        return self.places.get(key) or self._written(key)

    def _written(self, key: tuple[str, ...]) -> str:
        if self.sheet is None:
            self.sheet = self.book.create_sheet(CHOICES_SHEET)
            self.sheet.sheet_state = "hidden"
        column = len(self.places) + 1
        for row, choice in enumerate(key, start=1):
            put(self.sheet, row, column, choice)
        letter = get_column_letter(column)
        self.places[key] = f"'{CHOICES_SHEET}'!${letter}$1:${letter}${len(key)}"
        return self.places[key]

    def close(self) -> None:
        if self.sheet is not None:
            self.book.move_sheet(self.sheet, len(self.book.sheetnames))


def _write_sheet(sheet: Worksheet, form: EmptyForm, lists: _Lists) -> None:
    columns = list(form.columns)
    serial = bool(columns) and text_key(columns[0].label) == SERIAL
    shown: list[FormColumn] = columns if serial else [PlainColumn(SERIAL, kind="serial"), *columns]
    row = _write_top(sheet, form, len(shown))
    _write_header(sheet, row, shown)
    first = row + 1
    if any(value not in (None, "") for value in form.example):
        row += 1
        example = form.example[1:] if serial else form.example
        _write_row(sheet, row, [EXAMPLE, *example], shown, grey=True)
    for number, values in enumerate(form.rows, start=1):
        row += 1
        _write_row(sheet, row, values if serial else [number, *values], shown)
    for _number in range(form.empty_rows):
        row += 1
        _write_row(sheet, row, [None] * len(shown), shown)
    for place, column in enumerate(shown, start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = _width(column, form, place - 1 if serial else place - 2)
        rule = _rule(column, form.choices.get(str(column.label), column.choices), lists)
        if rule is not None:
            rule.add(f"{letter}{first}:{letter}{first + ROWS_CHECKED}")
            sheet.add_data_validation(rule)
    _set_up(sheet, first)


def _write_top(sheet: Worksheet, form: EmptyForm, width: int) -> int:
    """Title and notes; return the row of the header."""
    put(sheet, 1, 1, form.heading or form.title).font = Font(name=TITLE_FONT, size=18, bold=True)
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=width)
    sheet.cell(1, 1).alignment = Alignment(horizontal="center", vertical="center")
    sheet.row_dimensions[1].height = 34
    if not form.notes:
        return 2
    put(sheet, 2, 1, "\n".join(form.notes)).font = Font(name=BODY_FONT, size=10)
    sheet.merge_cells(start_row=2, end_row=2, start_column=1, end_column=width)
    sheet.cell(2, 1).alignment = Alignment(wrap_text=True, vertical="top")
    lines = sum(1 + display_width(note) // max(14 * width, 60) for note in form.notes)
    sheet.row_dimensions[2].height = 14 * lines + 4
    return 3


def _write_header(sheet: Worksheet, row: int, columns: Sequence[FormColumn]) -> None:
    for place, column in enumerate(columns, start=1):
        cell = put(sheet, row, place, f"{column.label}*" if column.required else str(column.label))
        cell.font, cell.fill, cell.border = Font(name=BODY_FONT, size=11, bold=True), HEAD, GRID
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.row_dimensions[row].height = 32


def _write_row(
    sheet: Worksheet, row: int, values: Sequence[Written], columns: Sequence[FormColumn], *, grey: bool = False
) -> None:
    for place, column in enumerate(columns, start=1):
        cell = put(sheet, row, place, values[place - 1] if place <= len(values) else None)
        cell.border = GRID
        cell.font = Font(name=BODY_FONT, size=11, italic=grey, color=GREY if grey else None)
        centred = column.kind in WIDTHS
        cell.alignment = Alignment(horizontal="center" if centred else None, vertical="center", wrap_text=True)
        cell.number_format = FORMATS.get(column.kind, "@" if column.kind != "serial" else "General")
    sheet.row_dimensions[row].height = None if any(values) else 24


def _width(column: FormColumn, form: EmptyForm, place: int) -> float:
    if column.kind in WIDTHS:
        return float(max(WIDTHS[column.kind], min(display_width(str(column.label)) + 3, 20)))
    said = [row[place] for row in (form.example, *form.rows[:50]) if 0 <= place < len(row)]
    widest = max([display_width(str(column.label)) + 3, *(display_width(text) + 2 for text in said)])
    return float(min(max(widest, 12), 40))


def _rule(column: FormColumn, choices: Sequence[str], lists: _Lists) -> DataValidation | None:
    """What the spreadsheet program lets be typed in a column, and what it says first."""
    kind = column.kind
    if choices or kind == "yes_no":
        listed = list(choices) or list(YES_NO)
        prompt = PROMPTS["yes_no" if kind == "yes_no" else "choice"]
        return _told(DataValidation(type="list", formula1=lists.formula(listed), allow_blank=True), column, prompt)
    if kind == "day":
        rule = DataValidation(type="date", operator="between", formula1="DATE(1930,1,1)", formula2="DATE(2099,12,31)")
        return _told(rule, column, PROMPTS["day"])
    if kind in ("number", "integer"):
        rule = DataValidation(
            type="whole" if kind == "integer" else "decimal", operator="between", formula1="0", formula2="1000000"
        )
        return _told(rule, column, PROMPTS[kind])
    if kind in PROMPTS:
        return _told(DataValidation(type=None), column, PROMPTS[kind])
    if column.length:
        rule = DataValidation(type="textLength", operator="lessThanOrEqual", formula1=str(column.length))
        return _told(rule, column, f"不超过{column.length}个字。", says_first=False)
    return None


def _told(rule: DataValidation, column: FormColumn, prompt: str, *, says_first: bool = True) -> DataValidation:
    rule.allow_blank = True
    rule.promptTitle, rule.prompt = str(column.label)[:32], prompt
    rule.errorTitle, rule.error = "填写有误", prompt
    rule.showInputMessage, rule.showErrorMessage = says_first, rule.type is not None
    return rule


def _set_up(sheet: Worksheet, first: int) -> None:
    sheet.freeze_panes = f"A{first}"
    sheet.print_title_rows = f"{first - 1}:{first - 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"  # type: ignore[union-attr]
