"""Annex 1 as offices send it: a workbook to rows of the roster, told apart by their columns (C2, C3, C13)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from evaluation.intake.columns import Column, Kind
from evaluation.intake.importer import Reading
from evaluation.intake.reading import Line, Problem, Rejection
from evaluation.workbooks import Sheet, clean_text, name_key, parse_date, text_key, yes_or_no

MID_LEVEL, VILLAGE, LEADER = "mid_level", "village", "bureau_leader"
LEADERS = re.compile(r"[科局]\(?局?\)?级|领导干部|班子成员")
COLUMNS = (
    Column("serial", "序号", ("编号",)),
    Column(
        "unit",
        "单位",
        ("单位名称", "所在单位", "工作单位", "评议单位", "部门", "部门单位"),
        length=80,
        example="市民政局",
    ),
    Column(
        "town",
        "镇（街道）",
        ("镇街道", "镇街", "乡镇", "乡镇(街道)", "乡镇街道", "镇(乡、街道)", "镇", "街道"),
        length=80,
        example="东河镇",
    ),
    Column(
        "village",
        "村（社区）",
        ("村社区", "村(居)", "村居", "村(社区)名称", "村", "社区"),
        length=80,
        example="东湖社区居委会",
    ),
    Column(
        "kind",
        "单位类别",
        ("单位性质", "单位类型"),
        choices=("市级机关部门", "市直属单位", "镇（街道）"),
        example="市级机关部门",
    ),
    Column(
        "office",
        "内设机构（下属单位）",
        ("内设机构", "科室", "所在科室", "科(室)", "内设科室", "下属单位", "股室", "处室"),
        length=80,
        example="办公室",
    ),
    Column("nature", "职能性质", ("性质", "职能"), length=40, choices=("执法", "审批", "管理（服务）"), example="审批"),
    Column("post", "岗位名称", ("岗位", "岗位及职务"), length=80, example="社会救助"),
    Column("position", "职务", ("职务名称", "现任职务", "职位"), length=80, example="科长"),
    Column(
        "name",
        "姓名",
        ("名字", "干部姓名", "评议对象", "评议对象姓名"),
        required=True,
        length=60,
        kind=Kind.NAME,
        example="张三",
    ),
    Column(
        "appointed",
        "任现职时间",
        ("任职时间", "任职年月", "任现职年月", "任职日期", "任现职日期"),
        kind=Kind.DATE,
        example="2009年6月",
    ),
    Column("leader", "分管领导", length=60, example="李四"),
    Column(
        "window",
        "是否窗口负责人",
        ("窗口负责人", "是否为窗口负责人"),
        kind=Kind.YES_NO,
        choices=("是", "否"),
        example="否",
    ),
    Column("organising", "评议组织单位", ("组织单位", "组织评议单位"), length=80),
    Column(
        "telephone",
        "联系电话",
        ("电话", "手机", "手机号码", "手机号", "办公电话", "联系方式"),
        length=40,
        kind=Kind.TELEPHONE,
        example="13800000000",
    ),
    Column(
        "ledger_source", "办件台账来源", ("台账来源", "服务台账来源", "办件来源"), length=80, example="行政审批系统"
    ),
    Column(
        "class",
        "评议类别",
        ("评议对象类别",),
        choices=("中层干部", "科（局）级干部", "村（社区）干部"),
        example="中层干部",
    ),
    Column("exempt_reason", "免评原因", ("免评理由",), length=200),
    Column("approver", "审批人", ("批准人", "免评审批人"), length=60),
    Column("note", "备注", ("说明",), length=200),
)
TEXTS = (
    "office",
    "nature",
    "post",
    "position",
    "telephone",
    "leader",
    "note",
    "exempt_reason",
    "ledger_source",
    "approver",
)
KINDS = {
    "市直属单位": "affiliated",
    "直属单位": "affiliated",
    "市级机关部门": "department",
    "镇街道": "town",
    "镇(街道)": "town",
}
TOWN = re.compile(r"(镇|乡|街道|街道办事处)$")
SERVICE_CENTRE = re.compile(r"(行政审批|行政|政务)服务(中心|局)")


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One cadre as the file gives them.

    ``track`` is ``mid_level``, ``village`` or ``bureau_leader``; ``kind`` that of the unit (``department``,
    ``affiliated``, ``service_centre``, ``town``, ``village``); ``parent`` the town of a village; ``organising`` the
    organising unit, empty where it is the home unit itself, ``None`` where the file has no such column. ``given``
    holds the fields of the columns that the file has, ``columns`` where they stand (from 0), ``labels`` what they are
    called there.
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


def missing(sheet: Sheet, found: Collection[str]) -> list[str]:
    """A roster has names, and the unit in a column or as the title of the sheet (a town's)."""
    lacks = [] if "name" in found else ["name"]
    return lacks if {"unit", "village"} & set(found) or TOWN.search(sheet.title) else [*lacks, "unit"]


def roster_of(reading: Reading) -> Roster:
    """Return the cadres in every table of a file, the window heads with whoever organises their evaluation."""
    rows = list(service_centres([roster_row(line) for line in reading.lines]))
    return Roster(tuple(rows), tuple(reading.rejections), reading.sheets, reading.tables.ignored)


def roster_row(line: Line) -> RosterRow:
    texts, columns = line.texts, line.header.columns
    village = "village" in columns
    unit = texts["village"] if village else texts.get("unit") or clean_text(line.sheet)
    given = line.given(TEXTS)
    if "appointed" in columns:
        given["appointed"] = str(parse_date(line.row.at(columns["appointed"])) or "")
    if "window" in columns:
        given["window"] = "1" if line.yes("window") else ""
    name = line.person("name")
    return RosterRow(
        sheet=line.sheet,
        row=line.number,
        track=VILLAGE if village else track_of(texts.get("class", "")),
        unit=unit,
        kind="village" if village else kind_of(unit, texts.get("kind", "")),
        parent=(texts.get("town") or texts.get("unit", "")) if village else "",
        organising="" if "organising" in texts and same_unit(texts) else texts.get("organising"),
        name=name,
        key=name_key(name),
        window=line.yes("window"),
        given=given,
        columns=columns,
        labels=line.header.labels,
    )


def problems(line: Line) -> Iterator[Problem]:
    texts, columns = line.texts, line.header.columns
    for name in ["village", "town"] if "village" in columns else ["unit"]:
        if name == "unit" and name not in columns:
            continue  # the sheet is called as the town
        if not texts.get(name) and not (name == "town" and texts.get("unit")):
            advice = _("Write the unit in every row, or merge its cells.")
            yield line.problem(name, _("The unit is missing."), advice)
    if texts.get("window") and texts.get("organising") and yes_or_no(texts["window"]) is False and not same_unit(texts):
        yield line.problem(
            "organising",
            _("Another unit organises the evaluation, but the cadre is no window head."),
            _("Write 是 for a window head, or leave the organising unit empty."),
        )


def track_of(words: str) -> str:
    """Return the track by 评议类别; without that column a list is one of mid-level cadres."""
    return LEADER if LEADERS.search(text_key(words)) else MID_LEVEL


def same_unit(texts: Mapping[str, str]) -> bool:
    return text_key(texts.get("organising")) == text_key(texts.get("unit"))


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
