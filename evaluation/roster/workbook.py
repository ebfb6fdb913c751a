"""Annex 1 out: the roster as a workbook that reads back unchanged, and the empty form."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from evaluation.cycle.models import Cycle, Track
from evaluation.roster.models import Appraisal
from evaluation.roster.reading import COLUMNS
from evaluation.units.models import Unit
from evaluation.workbooks import Table, Written, parse_date, write_workbook
from evaluation.workbooks.forms import labelled, write_form

# The words of Annex 1: the city's own form, read again by ``reading``; not translated.
HEADER = (
    "序号", "单位", "单位类别", "内设机构（下属单位）", "职能性质", "岗位名称", "职务", "姓名", "任现职时间",
    "分管领导", "是否窗口负责人", "评议组织单位", "办件台账来源", "评议类别", "联系电话", "免评原因", "审批人", "备注",
)  # fmt: skip
VILLAGE_HEADER = (
    "序号",
    "镇（街道）",
    "村（社区）",
    "姓名",
    "职务",
    "任现职时间",
    "联系电话",
    "免评原因",
    "审批人",
    "备注",
)
CLASSES = {
    Track.MID_LEVEL: "中层干部",
    Track.VILLAGE: "村（社区）干部",
    Track.BUREAU_LEADER: "科（局）级干部",
}
KINDS = {
    Unit.Kind.DEPARTMENT: "市级机关部门",
    Unit.Kind.AFFILIATED: "市直属单位",
    Unit.Kind.SERVICE_CENTRE: "市级机关部门",
    Unit.Kind.TOWN: "镇（街道）",
}
FILLING = "填表说明：带*的必填；类别、性质等从下拉列表中选择；灰色的“例”行不读入，可以删去。"
NOTE = (
    "注：1.本表由各单位如实填报；2.窗口负责人由市行政审批服务中心统一组织评议，不参加本单位的该项活动；3.不填身份证号。"
)


def roster_workbook(*, cycle: Cycle, appraisals: Iterable[Appraisal]) -> bytes:
    """Return Annex 1 of the given entries: a sheet of mid-level and leading cadres, a sheet of villages' cadres.

    Entries come with ``home_unit__parent`` and ``organising_unit`` selected. Reading the file back changes nothing.
    """
    rows: list[list[Written]] = []
    villages: list[list[Written]] = []
    for one in appraisals:
        if one.track == Track.VILLAGE:
            villages.append([len(villages) + 1, *village_row(one)])
        else:
            rows.append([len(rows) + 1, *unit_row(one)])
    tables = [Table(title="附件1", heading=title_of(cycle), header=HEADER, rows=rows, notes=[NOTE], kept=2)]
    if villages:
        title = title_of(cycle) + "（村、社区）"
        tables.append(Table(title="村（社区）", heading=title, header=VILLAGE_HEADER, rows=villages, kept=4))
    return write_workbook(tables if rows or not villages else tables[1:])


def title_of(cycle: Cycle) -> str:
    return f"{cycle.year}年公述民评对象范围表"


def unit_row(one: Appraisal) -> list[Written]:
    elsewhere = one.organising_unit_id != one.home_unit_id
    return [
        one.home_unit.name,
        KINDS.get(Unit.Kind(one.home_unit.kind), ""),
        one.office,
        one.nature,
        one.post,
        one.position,
        one.name,
        _since(one),
        one.leader,
        "是" if one.is_window_head else "否",
        one.organising_unit.name if elsewhere else "",
        one.ledger_source or "",
        CLASSES[Track(one.track)],
        one.telephone,
        one.exempt_reason,
        one.approver or "",
        one.note,
    ]


def _since(one: Appraisal) -> date | str:
    """A day is a day; what is known to the month or the year alone stays as it was entered."""
    found = parse_date(one.appointed)
    if found is None or found.month is None or found.day is None or str(found) != one.appointed:
        return one.appointed
    return date(found.year, found.month, found.day)


def village_row(one: Appraisal) -> list[Written]:
    town = one.home_unit.parent.name if one.home_unit.parent else ""
    since: list[Written] = [_since(one), one.telephone, one.exempt_reason, one.approver or "", one.note]
    return [town, one.home_unit.name, one.name, one.position or one.post, *since]


def empty_roster(*, cycle: Cycle, track: str) -> bytes:
    """Return the form to be filled in for a track."""
    header = VILLAGE_HEADER if track == Track.VILLAGE else HEADER
    title = title_of(cycle) + ("（村、社区）" if track == Track.VILLAGE else "")
    return write_form("附件1", labelled(COLUMNS, header), heading=title, notes=[FILLING, NOTE])


def export_name(cycle: Cycle) -> str:
    return _("roster-%(year)s.xlsx") % {"year": cycle.year}
