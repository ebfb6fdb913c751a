"""The daily sheet (Annex 3-2) as offices keep it: a workbook to rows of deductions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from evaluation.daily.models import DailyDeduction
from evaluation.roster.reading import Problem, Rejection, at, cell_problems, data_rows, private_problems, rejected
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
    parse_day,
    text_key,
    to_halfwidth,
    yes_or_no,
)

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "serial": ("序号", "编号"),
    "name": ("姓名", "评议对象", "被考核人", "被扣分人", "干部姓名", "考核对象"),
    "unit": ("单位", "单位名称", "所在单位", "评议组织单位"),
    "office": ("科室", "内设机构", "内设机构(下属单位)", "所在科室", "股室"),
    "rule": ("扣分条款", "条款", "扣分项目", "扣分依据条款", "考核项目"),
    "found_on": ("查实日期", "日期", "认定日期", "扣分日期", "时间"),
    "source": ("来源", "线索来源", "问题来源"),
    "facts": ("事实经过", "扣分事由", "事由", "主要事实", "事实", "问题情况", "存在问题"),
    "basis": ("依据", "认定依据", "扣分依据", "核查结论", "依据文件"),
    "count": ("起数", "件数", "人次", "件(人次)数", "数量", "件(起、人次)数"),
    "points": ("每起扣分", "单项扣分", "每件扣分", "分值"),
    "to_rectify": ("应整改事项", "整改事项"),
    "rectify_by": ("整改期限", "应整改时间"),
    "decision": ("决定或判决", "追责决定", "决定文书", "文书号"),
    "impropriety": ("履职不当认定", "履职不当"),
    "harm": ("损害或影响", "损害后果", "不良影响"),
    "supervised_person": ("被追责人员", "被追究人员", "下属人员", "分管人员"),
    "responsibility": ("当时领导责任", "领导责任", "分管责任"),
    "amount_reason": ("酌情理由", "扣分理由"),
    "incident_number": ("事件编号", "事项编号"),
    "complaint": ("投诉编号", "投诉登记号"),
    "late_reason": ("补录原因", "补录理由"),
    "despite": ("重复仍计",),
}
LENGTHS = {
    "name": 60, "unit": 80, "office": 80, "facts": 2000, "basis": 200, "to_rectify": 300, "decision": 200,
    "impropriety": 300, "harm": 200, "supervised_person": 60, "responsibility": 200, "amount_reason": 200,
    "incident_number": 40, "complaint": 20, "late_reason": 200,
}  # fmt: skip
TEXTS = (
    *("facts", "basis", "to_rectify", "decision", "impropriety", "harm", "supervised_person", "responsibility"),
    *("amount_reason", "incident_number", "late_reason"),
)
REQUIRED = ("name", "rule", "found_on", "facts")
SOURCES = {
    "complaint": ("投诉", "群众投诉", "信访", "来信来访", "12345", "热线"),
    "opinion": ("群众意见", "公众意见", "意见", "评议意见", "意见建议"),
    "inspection": ("检查", "督查", "明察暗访", "暗访", "抽查", "日常检查"),
    "discipline": ("纪检监察", "纪检", "监察", "追责", "问责", "效能问责"),
    "court": ("复议诉讼", "复议", "诉讼", "行政复议", "行政诉讼", "复议或诉讼", "判决"),
    "other": ("其他", "其它"),
}
RULE = re.compile(r"^(?:第|五[（(]二[)）]|规则|条款)?[\s.．]*([1-6])\s*([abAB])?\s*(?:项|条|款|[.．、:：·-].*)?$")
CHINESE = str.maketrans("一二三四五六", "123456")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One case of the sheet. ``given`` holds its texts; ``rule`` is a code or words that name a rule."""

    sheet: str
    row: int
    name: str
    unit: str
    office: str
    rule: str
    found_on: date
    source: str
    count: int
    points: Decimal | None
    rectify_by: date | None
    complaint: str
    despite: bool
    given: Mapping[str, str]
    columns: Mapping[str, int]
    labels: Mapping[str, str]

    def rejected(self, name: str, problem: str, advice: str) -> Rejection:
        cells = (self.columns[name],) if name in self.columns else ()
        shown = {"name": self.name, "unit": self.unit}
        return Rejection(
            self.sheet, self.row, self.labels.get(name, "")[:40], problem[:300], advice[:300], shown, cells
        )


@dataclass(frozen=True, slots=True)
class DailySheet:
    rows: tuple[SheetRow, ...]
    rejections: tuple[Rejection, ...]
    ignored_sheets: tuple[str, ...]


def read_sheet(workbook: Workbook) -> DailySheet:
    """Return the cases in every visible sheet that has a header with name, rule, date and facts.

    Every row below a header that is neither note nor total is a ``SheetRow`` or a ``Rejection``. Raises
    ``WorkbookError("no_header")`` where no sheet has a header.
    """
    rows: list[SheetRow] = []
    rejections: list[Rejection] = []
    ignored: list[str] = []
    for sheet in workbook.visible():
        header = find_header(sheet, COLUMNS, required=REQUIRED)
        if header is None:
            ignored.append(sheet.title)
            continue
        for row in data_rows(header, sheet, COLUMNS["name"]):
            read = _read_row(sheet, header, row)
            (rows if isinstance(read, SheetRow) else rejections).append(read)  # type: ignore[arg-type]
    if len(ignored) == sum(1 for _sheet in workbook.visible()):
        raise WorkbookError(
            "no_header",
            _("No header was found. Name the columns in one row, among them 姓名, 扣分条款, 查实日期 and 事实经过."),
        )
    return DailySheet(tuple(rows), tuple(rejections), tuple(ignored))


def _read_row(sheet: Sheet, header: Header, row: Row) -> SheetRow | Rejection:
    texts = {name: clean_text(row.at(column)) for name, column in header.columns.items()}
    problems = list(_problems(header, row, texts))
    name = clean_name(row.at(header.columns["name"]))
    if problems:
        shown = {"name": name, "unit": texts.get("unit", "")}
        shown = {key: "" if holds_citizen_number(text) else text for key, text in shown.items()}
        return rejected(sheet.title, row.number, problems, shown)
    found_on = parse_day(row.at(header.columns["found_on"]))
    assert found_on is not None
    return SheetRow(
        sheet=sheet.title,
        row=row.number,
        name=name,
        unit=texts.get("unit", ""),
        office=texts.get("office", ""),
        rule=rule_code(texts["rule"]) or texts["rule"],
        found_on=found_on,
        source=source_of(texts.get("source", "")) or DailyDeduction.Source.OTHER,
        count=int(_number(texts.get("count", "")) or 1),
        points=_number(texts.get("points", "")),
        rectify_by=parse_day(row.at(header.columns.get("rectify_by"))),
        complaint=texts.get("complaint", ""),
        despite=bool(yes_or_no(texts.get("despite", ""))),
        given={key: texts[key] for key in TEXTS if key in texts},
        columns=header.columns,
        labels=header.labels,
    )


def _problems(header: Header, row: Row, texts: Mapping[str, str]) -> Iterator[Problem]:
    yield from private_problems(header, row)
    yield from cell_problems(header, row, texts, LENGTHS)
    for name, label in _required_labels().items():
        if not texts[name]:
            yield at(header, name, _("The %(field)s is missing.") % {"field": label}, _("Write it, or delete the row."))
    for name in ("found_on", "rectify_by"):
        if texts.get(name) and parse_day(row.at(header.columns[name])) is None:
            problem = _("“%(text)s” is no date.") % {"text": texts[name][:20]}
            yield at(header, name, problem, _("Write the full day, as 2012-05-29."))
    yield from _number_problems(header, texts)
    if texts.get("source") and source_of(texts["source"]) is None:
        problem = _("“%(text)s” is no source that is known here.") % {"text": texts["source"][:20]}
        yield at(header, "source", problem, _("Write 投诉, 群众意见, 检查, 纪检监察, 复议诉讼 or 其他."))


def _number_problems(header: Header, texts: Mapping[str, str]) -> Iterator[Problem]:
    count = _number(texts.get("count", ""))
    if texts.get("count") and (count is None or count != int(count) or not 1 <= count <= 20):
        problem = _("“%(text)s” is no number of cases.") % {"text": texts["count"][:20]}
        yield at(header, "count", problem, _("Write a whole number from 1 to 20."))
    if texts.get("points") and _number(texts["points"]) is None:
        problem = _("“%(text)s” is no number of points.") % {"text": texts["points"][:20]}
        yield at(header, "points", problem, _("Write the points of one case as a number, as 5 or 2.5."))


def _required_labels() -> dict[str, str]:
    return {"name": _("name"), "rule": _("rule"), "found_on": _("date of the finding"), "facts": _("facts")}


def rule_code(text: str) -> str:
    """Return the code of a rule as offices write it; empty where it is words, or 5 without saying which.

    >>> rule_code("第一项"), rule_code("５a"), rule_code("6．其它"), rule_code("5"), rule_code("服务态度")
    ('1', '5a', '6', '5', '')
    """
    match = RULE.match(to_halfwidth(text).translate(CHINESE).strip())
    return "" if match is None else f"{match[1]}{(match[2] or '').lower()}"


def source_of(text: str) -> str | None:
    """Return the source that a word names, ``None`` for an unknown one, other for nothing."""
    key = text_key(text)
    if not key:
        return str(DailyDeduction.Source.OTHER)
    for code, words in SOURCES.items():
        if key in map(text_key, words):
            return code
    return None


def _number(text: str) -> Decimal | None:
    """A number with the words that offices add to it (1起, −5分): what was taken off is told without its sign."""
    bare = re.sub(r"[起件人次分个\s]", "", to_halfwidth(text)).lstrip("-−－")
    try:
        value = Decimal(bare)
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 < value < 1000 else None
