"""Annex 3-1 得分汇总表 as a workbook that computes itself, and the list of a public notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from evaluation.cycle.models import Cycle
from evaluation.results.live_sheets import HIDDEN_NOTE, LiveSheets, Parts
from evaluation.results.models import Publication, PublicationQuerySet, Result
from evaluation.results.papers import NO_SCORE, activity_of, how_to_object, track_of
from evaluation.scoring import TrackRules
from evaluation.workbooks import Formula, Table, Written, write_workbook
from evaluation.workbooks.writing import sheet_title

# The city's own form; not translated.
STATES = {
    Publication.Status.COMPUTED: "已计算，未反馈",
    Publication.Status.FEEDBACK: "已反馈本人",
    Publication.Status.NOTICE: "公示",
    Publication.Status.FINAL: "最终结果",
    Publication.Status.SUPERSEDED: "已被更正",
}
SIGNED = (
    "制表人：　　　　　　　　审核人：　　　　　　　　分管领导：　　　　　　　　（单位盖章）　　　　　　年　　月　　日"
)
NOTES = (
    "注：1.本表得分、名次均由本工作簿其他工作表的票数、扣分和奖项按公式算出，改动票数即重新计算；2.综合得分＝民主评议得分＋日常考核"
    "得分＋加分；综合得分相同的名次并列；3.“—”为未计分的评议主体，其分值已调整给其他主体，或该主体得分不予列示。",
)
CHECK_HEADER = ("编号", "姓名", "单位", "公布综合得分", "复算综合得分", "公布名次", "复算名次", "核对结论")
CITY_HEADER = ("序号", "评议组织单位", "对象类别", "人数", "平均综合得分", "状态", "工作表")
NOTICE_HEADER = ("名次", "姓名", "单位", "职务", "民主评议得分", "日常考核得分", "加分", "综合得分")


def summary_workbook(publication: Publication) -> bytes:
    """Return Annex 3-1 of one pool with the sheets it is computed on (C14–C26).

    From the counts to the composite and the rank every figure is a formula on cells of the other sheets. Where a
    group is too small to show, no count and no group's points of that cadre stand anywhere in the file: the democratic
    score is a number. ``publication`` comes with its unit and cycle; its results are loaded here.
    """
    return summary_of(publication, list(publication.results.order_by("list_order", "pk")))


def summary_of(publication: Publication, results: Sequence[Result]) -> bytes:
    """As ``summary_workbook``, the results given in the order of the list; no query but for unit and cycle."""
    live = LiveSheets(publication.rules)
    pool = _Pool(publication, results, live, "得分汇总表")
    tables = [pool.table(), *live.tables(), _check_table([pool])]
    return write_workbook(tables, subject=f"{activity_of(publication.cycle)}得分汇总表")


def city_workbook(publications: PublicationQuerySet, *, cycle: Cycle) -> bytes:
    """Return the summaries of many pools, a sheet each, over one set of sheets for every set of rules."""
    sets: list[LiveSheets] = []
    pools: list[_Pool] = []
    used = {"各单位汇总", "核对"}
    for publication in publications.for_list().prefetch_related("results"):
        live = next((one for one in sets if one.values == publication.rules), None)
        if live is None:
            live = LiveSheets(publication.rules, suffix=str(len(sets) + 1))
            sets.append(live)
            used.update(name.casefold() for name in live.names())
        results = sorted(publication.results.all(), key=lambda result: (result.list_order, result.pk))
        pools.append(_Pool(publication, results, live, ""))
    for pool in pools:
        pool.title = sheet_title(pool.publication.organising_unit.name, used)
    sheets = [table for live in sets for table in live.tables()]
    heading = f"{activity_of(cycle)}得分汇总表（全市）"
    tables = [_city_table(pools, heading), *(pool.table() for pool in pools), *sheets, _check_table(pools)]
    return write_workbook(tables)


def notice_workbook(publication: Publication) -> bytes:
    """Return the list of a public notice (公示): what residents read of this pool, and no more."""
    rows = [_notice_row(result) for result in publication.results.order_by("list_order", "pk")]
    period = ""
    if publication.notice_from and publication.notice_until:
        period = f"公示期：{publication.notice_from.isoformat()}至{publication.notice_until.isoformat()}"
    table = Table(
        title="公示",
        heading=f"{publication.organising_unit.name}{publication.cycle.year}年度{track_of(publication)}公述民评结果公示",
        lead=period,
        measure="单位：分",
        header=NOTICE_HEADER,
        rows=rows,
        notes=[how_to_object(publication)],
    )
    return write_workbook([table])


@dataclass
class _Pool:
    """One summary sheet."""

    publication: Publication
    results: Sequence[Result]
    live: LiveSheets
    title: str

    def __post_init__(self) -> None:
        self.numbers = [self.live.add(result) for result in self.results]

    @property
    def rules(self) -> TrackRules:
        return self.live.rules

    @property
    def first_row(self) -> int:
        return self._table(()).first_row

    @property
    def columns(self) -> Mapping[str, str]:
        """The letters of the figures."""
        first = 4 + len(self.rules.groups)
        names = ("democratic", "daily", "bonus", "composite", "rank")
        return {name: chr(65 + first + place) for place, name in enumerate(names)}

    def cell(self, column: str, place: int) -> str:
        escaped = self.title.replace("'", "''")
        return f"'{escaped}'!${self.columns[column]}${self.first_row + place}"

    def table(self) -> Table:
        return self._table([self._row(place, result) for place, result in enumerate(self.results)])

    def _table(self, rows: Sequence[Sequence[Written]]) -> Table:
        publication, rules = self.publication, self.rules
        groups = [f"{self.live.labels['groups'][one.code]}\n（{one.base:g}分）" for one in rules.groups]
        hidden = [HIDDEN_NOTE] if any(result.is_suppressed for result in self.results) else []
        version = f"（第{publication.version}版）" if publication.version > 1 else ""
        state = STATES[Publication.Status(publication.status)]
        return Table(
            title=self.title,
            heading=f"{activity_of(publication.cycle)}{track_of(publication)}得分汇总表（附件3-1）",
            lead=f"评议组织单位：{publication.organising_unit.name}　　状态：{state}{version}",
            measure="单位：分",
            over=[("", 4), (f"民主评议（{rules.base:g}分）", len(groups) + 1), ("", 5)],
            header=[
                *("编号", "姓名", "单位", "职务"),
                *groups,
                *("小计", f"日常考核\n（{rules.daily_base:g}分）", "加分", "综合得分", "名次", "备注"),
            ],
            rows=rows,
            formats={8 + len(groups): "0"},
            widths=[6, 11, 22, 24, *[10] * len(groups), 9, 10, 8, 10, 7, 16],
            notes=[*NOTES, *hidden],
            signed=SIGNED,
            kept=2,
        )

    def _row(self, place: int, result: Result) -> list[Written]:
        number, blank = self.numbers[place], len(self.rules.groups) + 5
        named: list[Written] = [number, result.name, result.unit_name, result.post]
        if result.status == Result.Status.EXEMPT:
            return [*named, *[None] * blank, NO_SCORE[Result.Status.EXEMPT]]
        parts = self.live.parts(number)
        return [*named, *self._figures(result, parts, self.first_row + place), self._remark(result)]

    def _figures(self, result: Result, parts: Parts, at: int) -> list[Written]:
        letter = self.columns
        first, last = "E", chr(64 + 4 + len(self.rules.groups))
        groups: list[Written] = [parts.groups.get(group.code, "—") for group in self.rules.groups]
        democratic: Written = result.democratic
        if parts.groups:
            democratic = Formula(
                f'IF(COUNT({first}{at}:{last}{at})=0,"",ROUND(SUM({first}{at}:{last}{at}),2))', result.democratic
            )
        cells = [f"{letter[name]}{at}" for name in ("democratic", "daily", "bonus")]
        composite = f"{letter['composite']}{at}"
        column, end = letter["composite"], self.first_row + len(self.results) - 1
        return [
            *groups,
            democratic,
            parts.daily,
            parts.bonus,
            Formula(f'IF(ISNUMBER({cells[0]}),ROUND({"+".join(cells)},2),"")', result.composite),
            Formula(
                f'IF(ISNUMBER({composite}),RANK({composite},${column}${self.first_row}:${column}${end},0),"")',
                result.rank,
            ),
        ]

    def _remark(self, result: Result) -> str:
        if result.status == Result.Status.INCOMPLETE:
            return NO_SCORE[Result.Status.INCOMPLETE]
        return "分组不予列示" if result.is_suppressed else ""


def _check_table(pools: Sequence[_Pool]) -> Table:
    rows: list[list[Written]] = []
    header = Table(title="核对", header=CHECK_HEADER, heading="核对", lead="核对")
    for pool in pools:
        for place, result in enumerate(pool.results):
            if result.status != Result.Status.EXEMPT:
                rows.append(_check_row(pool, place, result, header.first_row + len(rows)))
    return Table(
        title="核对",
        heading="公布结果与复算结果核对表",
        lead="公布数为系统发布时固定的数字，复算数引自得分汇总表的公式。",
        measure="单位：分",
        header=CHECK_HEADER,
        rows=rows,
        formats={5: "0", 6: "0"},
        widths=[6, 11, 26, 14, 14, 12, 12, 14],
        kept=2,
    )


def _check_row(pool: _Pool, place: int, result: Result, at: int) -> list[Written]:
    composite, rank = pool.cell("composite", place), pool.cell("rank", place)
    verdict = f'IF(AND(EXACT(D{at}&"",E{at}&""),EXACT(F{at}&"",G{at}&"")),"一致","不一致")'
    return [
        *(pool.numbers[place], result.name, pool.publication.organising_unit.name),
        result.composite,
        Formula(composite, result.composite),
        result.rank,
        Formula(rank, result.rank),
        Formula(verdict, "一致"),
    ]


def _city_table(pools: Sequence[_Pool], heading: str) -> Table:
    rows: list[list[Written]] = []
    for number, pool in enumerate(pools, start=1):
        first, last = pool.cell("composite", 0), pool.cell("composite", max(len(pool.results) - 1, 0)).split("!")[1]
        scored = [result.composite for result in pool.results if result.composite is not None]
        mean = sum(scored, Decimal(0)) / len(scored) if scored else None
        rows.append(
            [
                number,
                pool.publication.organising_unit.name,
                track_of(pool.publication),
                len(pool.results),
                Formula(f'IF(COUNT({first}:{last})=0,"",AVERAGE({first}:{last}))', mean),
                STATES[Publication.Status(pool.publication.status)],
                pool.title,
            ]
        )
    return Table(
        title="各单位汇总",
        heading=heading,
        measure="单位：分",
        header=CITY_HEADER,
        rows=rows,
        signed=SIGNED,
    )


def _notice_row(result: Result) -> list[Written]:
    if result.status != Result.Status.SCORED:
        state = NO_SCORE[Result.Status(result.status)]
        return [state, result.name, result.unit_name, result.post, None, None, None, None]
    figures = [result.democratic, result.daily, result.bonus, result.composite]
    return [result.rank, result.name, result.unit_name, result.post, *figures]
