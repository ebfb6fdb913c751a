"""Annex 1 on paper: the list of who is evaluated, unit by unit, villages apart (C2, C3, C5, C13)."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils import timezone

from evaluation.cycle.models import Cycle, Track
from evaluation.documents.paper import Block, Grid, Layout, Note, Paper, Signatures
from evaluation.documents.wording import day_in_words
from evaluation.roster.models import Appraisal, ScopeList
from evaluation.roster.workbook import CLASSES, KINDS
from evaluation.units.models import Unit
from evaluation.workbooks import parse_date

HEADER = (
    "序号", "单位", "单位类别", "内设机构（下属单位）", "职能性质", "岗位（职务）", "姓名", "任现职时间", "分管领导",
    "窗口负责人", "评议组织单位", "办件台账来源", "评议类别", "免评原因", "审批人",
)  # fmt: skip
WIDTHS = (2.2, 6, 4.6, 6.5, 4.6, 6.5, 4.2, 5.2, 4.2, 3, 6, 5.5, 4.8, 6, 4)
Line = Sequence[str | int | Decimal | None]
TO_WRITE_IN: list[Line] = [[number, *[""] * (len(HEADER) - 1)] for number in range(1, 9)]
VILLAGE_HEADER = (
    "序号", "镇（街道）", "村（社区）", "姓名", "职务", "任现职时间", "评议类别", "免评原因", "审批人", "备注",
)  # fmt: skip
VILLAGE_WIDTHS = (2.2, 7, 8, 5, 8, 5.4, 7, 8, 5, 8)
REMARK = (
    "注：1.本表由各单位如实填报，经单位主要领导审核后报{office}备案；2.窗口负责人由市行政审批服务中心统一组织评议，不参加"
    "本单位的该项活动；3.职能性质填执法、审批或管理（服务）；4.免评的须填原因，由审批人签字。"
)


def scope_list_paper(cycle: Cycle, unit: Unit) -> Paper:
    """Return Annex 1 of the cadres whom ``unit`` organises, a town's villages in a table of their own; two queries.

    It names nobody's telephone. What the roster does not know is left to be written in.
    """
    rows = Appraisal.objects.filter(cycle=cycle, organising_unit=unit).for_list().select_related("home_unit__parent")
    filed = ScopeList.objects.filter(cycle=cycle, unit=unit, status=ScopeList.Status.FILED).first()
    return scope_paper(cycle, unit, list(rows), filed)


def scope_list_papers(cycle: Cycle, units: Sequence[Unit]) -> list[Paper]:
    """Return Annex 1 of each of ``units``; two queries for all of them."""
    found: dict[int, list[Appraisal]] = {unit.pk: [] for unit in units}
    rows = Appraisal.objects.filter(cycle=cycle, organising_unit__in=list(found)).for_list()
    for one in rows.select_related("home_unit__parent"):
        found[one.organising_unit_id].append(one)
    filed = {row.unit_id: row for row in ScopeList.objects.filter(cycle=cycle, status=ScopeList.Status.FILED)}
    return [scope_paper(cycle, unit, found[unit.pk], filed.get(unit.pk)) for unit in units]


def scope_paper(cycle: Cycle, unit: Unit, rows: Sequence[Appraisal], filed: ScopeList | None) -> Paper:
    return Paper(
        layout=Layout.WIDE_FORM,
        title=f"{cycle.year}年度公述民评评议对象范围表",
        subtitle=f"附件1　　填报单位：{unit.name}",
        blocks=[
            *_tables(rows),
            Note(_standing(rows, filed)),
            Note(REMARK.format(office=cycle.office_name)),
            Signatures(["填报人：", "审核人：", "单位主要领导（签字、盖章）：", "填报日期："]),
        ],
    )


def _tables(rows: Sequence[Appraisal]) -> list[Block]:
    cadres = [one for one in rows if one.track != Track.VILLAGE]
    villages = [one for one in rows if one.track == Track.VILLAGE]
    tables: list[Block] = []
    if cadres or not villages:
        lines: list[Line] = [[number, *_cadre(one)] for number, one in enumerate(cadres, start=1)]
        tables.append(Grid(HEADER, lines or TO_WRITE_IN, widths=WIDTHS))
    if villages:
        lines = [[number, *_villager(one)] for number, one in enumerate(villages, start=1)]
        tables.append(Grid(VILLAGE_HEADER, lines, caption="村（社区）干部", widths=VILLAGE_WIDTHS))
    return tables


def _cadre(one: Appraisal) -> list[str]:
    return [
        one.home_unit.name,
        KINDS.get(Unit.Kind(one.home_unit.kind), ""),
        one.office,
        one.nature,
        _post(one),
        one.name,
        _since(one),
        one.leader,
        "是" if one.is_window_head else "否",
        one.organising_unit.name,
        one.ledger_source or "",
        CLASSES[Track(one.track)],
        one.exempt_reason,
        one.approver or "",
    ]


def _villager(one: Appraisal) -> list[str]:
    town = one.home_unit.parent.name if one.home_unit.parent else ""
    described = [one.name, one.held_post, _since(one), CLASSES[Track.VILLAGE]]
    return [town, one.home_unit.name, *described, one.exempt_reason, one.approver or "", one.note]


def _post(one: Appraisal) -> str:
    """岗位 and 职务 in one cell, once where they say the same."""
    return "，".join(dict.fromkeys(part for part in (one.post, one.position) if part))


def _since(one: Appraisal) -> str:
    found = parse_date(one.appointed) if one.appointed else None
    return found.display if found else one.appointed


def _standing(rows: Sequence[Appraisal], filed: ScopeList | None) -> str:
    numbers = {words: sum(1 for one in rows if one.track == track) for track, words in CLASSES.items()}
    parts = "、".join(f"{words}{number}人" for words, number in numbers.items() if number)
    exempt = sum(1 for one in rows if one.exempt)
    counted = f"合计{len(rows)}人" + (f"：{parts}，其中免评{exempt}人。" if rows else "。")
    if filed is None or filed.filed_at is None:
        return counted + "本表尚未备案。"
    return counted + f"本表已于{day_in_words(timezone.localdate(filed.filed_at))}备案。"
