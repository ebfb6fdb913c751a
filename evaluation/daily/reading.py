"""The daily sheet (Annex 3-2) as offices keep it: a workbook to rows of deductions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from evaluation.daily.models import DailyDeduction
from evaluation.intake.columns import Column, Kind
from evaluation.intake.reading import Line, Problem
from evaluation.workbooks import text_key, to_halfwidth

COLUMNS = (
    Column("serial", "序号", ("编号",)),
    Column(
        "name",
        "姓名",
        ("评议对象", "被考核人", "被扣分人", "干部姓名", "考核对象"),
        required=True,
        length=60,
        kind=Kind.NAME,
        example="张三",
    ),
    Column("unit", "单位", ("单位名称", "所在单位", "评议组织单位"), length=80, example="市民政局"),
    Column("office", "科室", ("内设机构", "内设机构(下属单位)", "所在科室", "股室"), length=80, example="办公室"),
    Column(
        "rule",
        "扣分条款",
        ("条款", "扣分项目", "扣分依据条款", "考核项目"),
        required=True,
        choices=("1", "2", "3", "4", "5a", "5b", "6"),
        example="1",
    ),
    Column(
        "found_on",
        "查实日期",
        ("日期", "认定日期", "扣分日期", "时间"),
        required=True,
        kind=Kind.DAY,
        example="2012-05-29",
    ),
    Column(
        "source",
        "来源",
        ("线索来源", "问题来源"),
        choices=("投诉", "群众意见", "检查", "纪检监察", "复议诉讼", "其他"),
        example="投诉",
    ),
    Column(
        "facts",
        "事实经过",
        ("扣分事由", "事由", "主要事实", "事实", "问题情况", "存在问题"),
        required=True,
        length=2000,
        example="服务窗口上班时间无人在岗",
    ),
    Column("basis", "依据", ("认定依据", "扣分依据", "核查结论", "依据文件"), length=200, example="核查记录"),
    Column("count", "起数", ("件数", "人次", "件(人次)数", "数量", "件(起、人次)数"), example="1"),
    Column("points", "每起扣分", ("单项扣分", "每件扣分", "分值"), example="5"),
    Column("complaint", "投诉编号", ("投诉登记号",), length=20),
    Column("to_rectify", "应整改事项", ("整改事项",), length=300),
    Column("rectify_by", "整改期限", ("应整改时间",), kind=Kind.DAY),
    Column("decision", "决定或判决", ("追责决定", "决定文书", "文书号"), length=200),
    Column("impropriety", "履职不当认定", ("履职不当",), length=300),
    Column("harm", "损害或影响", ("损害后果", "不良影响"), length=200),
    Column("supervised_person", "被追责人员", ("被追究人员", "下属人员", "分管人员"), length=60),
    Column("responsibility", "当时领导责任", ("领导责任", "分管责任"), length=200),
    Column("amount_reason", "酌情理由", ("扣分理由",), length=200),
    Column("incident_number", "事件编号", ("事项编号",), length=40),
    Column("late_reason", "补录原因", ("补录理由",), length=200),
    Column("despite", "重复仍计", choices=("是", "否")),
)
TEXTS = (
    *("facts", "basis", "to_rectify", "decision", "impropriety", "harm", "supervised_person", "responsibility"),
    *("amount_reason", "incident_number", "late_reason"),
)
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

    line: Line
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


def sheet_row(line: Line) -> SheetRow:
    found_on = line.day("found_on")
    assert found_on is not None
    return SheetRow(
        line=line,
        name=line.person("name"),
        unit=line.text("unit"),
        office=line.text("office"),
        rule=rule_code(line.text("rule")) or line.text("rule"),
        found_on=found_on,
        source=source_of(line.text("source")) or DailyDeduction.Source.OTHER,
        count=int(_number(line.text("count")) or 1),
        points=_number(line.text("points")),
        rectify_by=line.day("rectify_by"),
        complaint=line.text("complaint"),
        despite=line.yes("despite"),
        given=line.given(TEXTS),
    )


def problems(line: Line) -> Iterator[Problem]:
    count, points, source = line.text("count"), line.text("points"), line.text("source")
    number = _number(count)
    if count and (number is None or number != int(number) or not 1 <= number <= 20):
        problem = _("“%(text)s” is no number of cases.") % {"text": count[:20]}
        yield line.problem("count", problem, _("Write a whole number from 1 to 20."))
    if points and _number(points) is None:
        problem = _("“%(text)s” is no number of points.") % {"text": points[:20]}
        yield line.problem("points", problem, _("Write the points of one case as a number, as 5 or 2.5."))
    if source and source_of(source) is None:
        problem = _("“%(text)s” is no source that is known here.") % {"text": source[:20]}
        yield line.problem("source", problem, _("Write 投诉, 群众意见, 检查, 纪检监察, 复议诉讼 or 其他."))


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
