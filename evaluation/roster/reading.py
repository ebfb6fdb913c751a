"""Annex 1 as offices send it: a workbook to rows of the roster, told apart by their columns (C2, C3, C13)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from evaluation.workbooks import (
    Header,
    Row,
    Sheet,
    Workbook,
    WorkbookError,
    clean_name,
    clean_text,
    find_header,
    holds_citizen_number,
    name_key,
    parse_date,
    text_key,
    yes_or_no,
)

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "serial": ("序号", "编号"),
    "unit": ("单位", "单位名称", "所在单位", "工作单位", "评议单位", "部门", "部门单位"),
    "town": ("镇(街道)", "镇街道", "镇街", "乡镇", "乡镇(街道)", "乡镇街道", "镇(乡、街道)", "镇", "街道"),
    "village": ("村(社区)", "村社区", "村(居)", "村居", "村(社区)名称", "村", "社区"),
    "kind": ("单位类别", "单位性质", "单位类型"),
    "office": ("内设机构(下属单位)", "内设机构", "科室", "所在科室", "科(室)", "内设科室", "下属单位", "股室", "处室"),
    "nature": ("职能性质", "性质", "职能"),
    "post": ("岗位名称", "岗位", "岗位及职务"),
    "position": ("职务", "职务名称", "现任职务", "职位"),
    "name": ("姓名", "名字", "干部姓名", "评议对象", "评议对象姓名"),
    "appointed": ("任现职时间", "任职时间", "任职年月", "任现职年月", "任职日期", "任现职日期"),
    "leader": ("分管领导",),
    "window": ("是否窗口负责人", "窗口负责人", "是否为窗口负责人"),
    "organising": ("评议组织单位", "组织单位", "组织评议单位"),
    "telephone": ("联系电话", "电话", "手机", "手机号码", "手机号", "办公电话", "联系方式"),
    "exempt_reason": ("免评原因", "免评理由"),
    "note": ("备注", "说明"),
}
LENGTHS = {
    "unit": 80, "town": 80, "village": 80, "organising": 80, "office": 80, "nature": 40, "post": 80, "position": 80,
    "name": 60, "leader": 60, "telephone": 40, "exempt_reason": 200, "note": 200,
}  # fmt: skip
TEXTS = ("office", "nature", "post", "position", "telephone", "leader", "note", "exempt_reason")
MID_LEVEL, VILLAGE = "mid_level", "village"
KINDS = {
    "市直属单位": "affiliated",
    "直属单位": "affiliated",
    "市级机关部门": "department",
    "镇街道": "town",
    "镇(街道)": "town",
}
TOWN = re.compile(r"(镇|乡|街道|街道办事处)$")
SERVICE_CENTRE = re.compile(r"(行政审批|行政|政务)服务(中心|局)")
TOTAL = re.compile(r"^(合计|总计|小计|共计|总数)")
REMARK = re.compile(
    r"^[*※(（]?(注|备注|说明|填表说明|填写说明|审核人?|填表人?|填报人?|制表人?|单位负责人|负责人|主要领导|分管领导|联系人|"
    r"填报日期|填报单位|填报时间|单位\(?盖章\)?)[0-9一二三]?([(（].*[)）])?[:：.．、]"
)
NAME = re.compile(r"[^\W\d_][^\d_=+@<>\"\\/]*")
ERRORS = ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")


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
class RosterRow:
    """One cadre as the file gives them.

    ``track`` is ``mid_level`` or ``village``; ``kind`` that of the unit (``department``, ``affiliated``,
    ``service_centre``, ``town``, ``village``); ``parent`` the town of a village; ``organising`` the organising unit,
    empty where it is the home unit itself, ``None`` where the file has no such column. ``given`` holds the fields of
    the columns that the file has, ``columns`` where they stand (from 0), ``labels`` what they are called there.
    """

    sheet: str
    row: int
    track: str
    unit: str
    kind: str
    parent: str
    organising: str | None
    name: str
    key: str
    window: bool
    given: Mapping[str, str]
    columns: Mapping[str, int]
    labels: Mapping[str, str]

    def rejected(self, name: str, problem: str, advice: str) -> Rejection:
        """Return the rejection of this row because of what stands in its column ``name``."""
        cells = (self.columns[name],) if name in self.columns else ()
        shown = {"name": self.name, "unit": self.unit}
        return Rejection(
            self.sheet, self.row, self.labels.get(name, "")[:40], problem[:300], advice[:300], shown, cells
        )


@dataclass(frozen=True, slots=True)
class Roster:
    rows: tuple[RosterRow, ...]
    rejections: tuple[Rejection, ...]
    sheets: tuple[str, ...]
    ignored_sheets: tuple[str, ...]

    @property
    def read(self) -> int:
        return len(self.rows) + len(self.rejections)


@dataclass(frozen=True, slots=True)
class Problem:
    cell: int | None
    column: str
    problem: str
    advice: str


def read_roster(workbook: Workbook) -> Roster:
    """Return the cadres in every visible sheet that has a header with a name and a unit.

    Notes, totals, empty and numbered but empty rows are passed over; every other row is either a ``RosterRow`` or a
    ``Rejection``. Raises ``WorkbookError("no_header")`` where no sheet has a header.
    """
    rows: list[RosterRow] = []
    rejections: list[Rejection] = []
    ignored: list[str] = []
    for sheet in workbook.visible():
        header = header_of(sheet)
        if header is None:
            ignored.append(sheet.title)
            continue
        for row in data_rows(header, sheet, COLUMNS["name"]):
            read = read_row(sheet, header, row)
            (rows if isinstance(read, RosterRow) else rejections).append(read)  # type: ignore[arg-type]
    if len(ignored) == sum(1 for _sheet in workbook.visible()):
        raise WorkbookError(
            "no_header", _("No header was found. Name the columns in one row, among them unit (单位) and name (姓名).")
        )
    sheets = tuple(sheet.title for sheet in workbook.visible())
    return Roster(tuple(service_centres(rows)), tuple(rejections), sheets, tuple(ignored))


def header_of(sheet: Sheet) -> Header | None:
    header = find_header(sheet, COLUMNS, required=["name"])
    if header is None or header.columns.keys() & {"unit", "village"} or TOWN.search(sheet.title):
        return header
    return None


def data_rows(header: Header, sheet: Sheet, name_labels: Sequence[str], name: str = "name") -> Iterator[Row]:
    """Yield the rows below the header that are neither notes nor totals nor a header again."""
    repeated = {text_key(label) for label in name_labels}
    for row in header.rows_below(sheet):
        own = [(column, clean_text(value)) for column, value in enumerate(row.cells) if column not in row.filled]
        own = [(column, text) for column, text in own if text]
        said = [column for column, _text in own if column != header.columns.get("serial")]
        if not said or text_key(row.at(header.columns[name])) in repeated:
            continue
        if not is_remark(own[0][1], own, row, header):
            yield row


def is_remark(first: str, own: Sequence[tuple[int, str]], row: Row, header: Header) -> bool:
    """Tell a total or a note below the table from a row of it."""
    if TOTAL.match(text_key(first)) or REMARK.match(first):
        return True
    spread = any(column in row.filled and row.at(column) == row.at(own[0][0]) for column in range(len(row.cells)))
    mapped = own[0][0] in header.columns.values() and own[0][0] != header.columns.get("serial")
    return len(own) == 1 and (spread or not mapped)


def read_row(sheet: Sheet, header: Header, row: Row) -> RosterRow | Rejection:
    """Read one row; every problem in it is told at once."""
    texts = {name: clean_text(row.at(column)) for name, column in header.columns.items()}
    problems = list(row_problems(sheet, header, row, texts))
    name = clean_name(row.at(header.columns["name"]))
    if problems:
        unit = texts.get("village") or texts.get("unit", "")
        shown = {key: "" if holds_citizen_number(text) else text for key, text in (("name", name), ("unit", unit))}
        return rejected(sheet.title, row.number, problems, shown)
    village = "village" in header.columns
    appointed = parse_date(row.at(header.columns.get("appointed")))
    unit = texts["village"] if village else texts.get("unit") or clean_text(sheet.title)
    given = {key: texts[key] for key in TEXTS if key in texts}
    if "appointed" in header.columns:
        given["appointed"] = str(appointed or "")
    if "window" in header.columns:
        given["window"] = "1" if yes_or_no(texts["window"]) else ""
    return RosterRow(
        sheet=sheet.title,
        row=row.number,
        track=VILLAGE if village else MID_LEVEL,
        unit=unit,
        kind="village" if village else kind_of(unit, texts.get("kind", "")),
        parent=(texts.get("town") or texts.get("unit", "")) if village else "",
        organising="" if "organising" in texts and same_unit(texts) else texts.get("organising"),
        name=name,
        key=name_key(name),
        window=bool(yes_or_no(row.at(header.columns.get("window")))),
        given=given,
        columns=header.columns,
        labels=header.labels,
    )


def rejected(sheet: str, row: int, problems: Sequence[Problem], shown: Mapping[str, str]) -> Rejection:
    """Join the problems of one row into one rejection that fits its columns."""
    once = list(dict.fromkeys(problems))
    return Rejection(
        sheet=sheet,
        row=row,
        column=", ".join(dict.fromkeys(problem.column for problem in once))[:40],
        problem=" ".join(dict.fromkeys(problem.problem for problem in once))[:300],
        advice=" ".join(dict.fromkeys(problem.advice for problem in once))[:300],
        shown={key: text[:80] for key, text in shown.items()},
        cells=tuple(sorted({problem.cell for problem in once if problem.cell is not None})),
    )


def at(header: Header, name: str, problem: str, advice: str) -> Problem:
    return Problem(header.columns.get(name), header.labels.get(name, ""), problem, advice)


def row_problems(sheet: Sheet, header: Header, row: Row, texts: Mapping[str, str]) -> Iterator[Problem]:
    yield from private_problems(header, row)
    yield from cell_problems(header, row, texts, LENGTHS)
    yield from name_problems(header, row, texts["name"])
    yield from unit_problems(sheet, header, texts)
    appointed, window = texts.get("appointed"), texts.get("window")
    if appointed and parse_date(row.at(header.columns["appointed"])) is None:
        yield at(
            header,
            "appointed",
            _("“%(text)s” is no date.") % {"text": appointed[:20]},
            _("Write it as 2011年6月 or 2011-06-25."),
        )
    if window and yes_or_no(window) is None:
        yield at(
            header,
            "window",
            _("“%(text)s” is neither yes nor no.") % {"text": window[:20]},
            _("Write 是 or 否."),
        )
    if window and texts.get("organising") and yes_or_no(window) is False and not same_unit(texts):
        yield at(
            header,
            "organising",
            _("Another unit organises the evaluation, but the cadre is no window head."),
            _("Write 是 for a window head, or leave the organising unit empty."),
        )


def same_unit(texts: Mapping[str, str]) -> bool:
    return text_key(texts.get("organising")) == text_key(texts.get("unit"))


def private_problems(header: Header, row: Row) -> Iterator[Problem]:
    """An 18-digit citizen number is refused wherever it stands (C6)."""
    labels = {column: header.labels[name] for name, column in header.columns.items()}
    for column, value in enumerate(row.cells):
        if holds_citizen_number(value):
            yield Problem(
                column,
                labels.get(column, column_letter(column)),
                _("A citizen identity number stands here."),
                _("Delete it. This system does not keep citizen identity numbers."),
            )


def cell_problems(header: Header, row: Row, texts: Mapping[str, str], lengths: Mapping[str, int]) -> Iterator[Problem]:
    for name, text in texts.items():
        if text in ERRORS:
            yield at(header, name, _("The formula in this cell has no result."), _("Write the value itself."))
        elif len(text) > lengths.get(name, 1000):
            yield at(
                header,
                name,
                _("The text is longer than %(limit)s characters.") % {"limit": lengths[name]},
                _("Shorten it."),
            )


def name_problems(header: Header, row: Row, text: str) -> Iterator[Problem]:
    if header.columns["name"] in row.formulas:
        yield at(header, "name", _("The name is a formula."), _("Write the name itself."))
    elif not text:
        yield at(header, "name", _("The name is missing."), _("Write the name, or delete the row."))
    elif not NAME.fullmatch(clean_name(text)) and text not in ERRORS:
        yield at(
            header,
            "name",
            _("“%(text)s” is no name.") % {"text": "" if holds_citizen_number(text) else text[:20]},
            _("Write only the name, without figures or signs."),
        )


def unit_problems(sheet: Sheet, header: Header, texts: Mapping[str, str]) -> Iterator[Problem]:
    wanted = ["village", "town"] if "village" in header.columns else ["unit"]
    for name in wanted:
        if name == "unit" and name not in header.columns:
            continue  # the sheet is called as the town
        if not texts.get(name) and not (name == "town" and texts.get("unit")):
            yield at(header, name, _("The unit is missing."), _("Write the unit in every row, or merge its cells."))


def kind_of(unit: str, category: str) -> str:
    """Return the kind of a unit from the column of its kind, or from its name."""
    if SERVICE_CENTRE.search(unit):
        return "service_centre"
    if TOWN.search(unit):
        return "town"
    return KINDS.get(text_key(category), "affiliated" if "直属" in category else "department")


def service_centres(rows: Sequence[RosterRow]) -> Iterator[RosterRow]:
    """Let a window head without an organising unit have the one the file names for the others."""
    named = list(dict.fromkeys(row.organising for row in rows if row.organising))
    for row in rows:
        if row.window and not row.organising and row.kind != "service_centre" and len(named) == 1:
            yield RosterRow(**{**fields_of(row), "organising": named[0]})  # type: ignore[arg-type]
        else:
            yield row


def fields_of(row: RosterRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in RosterRow.__slots__}


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
