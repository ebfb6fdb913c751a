"""计票结果报告单 as a workbook: the numbers of the hall, and the figures once they may be read (C9, C18)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone, translation

from evaluation.ballots.models import BallotBox
from evaluation.ballots.reports import GroupNumbers, Report, count_report
from evaluation.workbooks import Table, Written, write_workbook

# The city's own form; not translated.
NUMBERS_HEADER = (
    "评议主体", "应到", "实到", "制码", "作废", "发出", "扫码投票", "未使用",
    "印制", "剩余作废", "发出", "收回", "有效", "无效", "未收回", "备注",
)  # fmt: skip
OVER = [("", 1), ("到会（人）", 2), ("测评码（张）", 5), ("纸质测评票（张）", 7), ("", 1)]
MARKS = {"dont_know": "不了解", "abstained": "弃权", "spoiled": "废"}
SIGNED = (
    "总监票人：　　　　　　　　监票人：　　　　　　　　计票人：　　　　　　　　监督人：　　　　　　　　年　　月　　日"
)
CHECKED = (
    "注：计票时核对：扫码投票≤发出测评码；发出＝印制－剩余作废；收回≤发出；会议票箱扫码投票与收回之和≤实到人数。"
    "未使用、未收回为推算数。"
)


def count_workbook(box: BallotBox, *, with_figures: bool | None = None) -> bytes:
    """Return the count report of a closed or counted box; the root stands on it as what was committed at closing.

    ``with_figures``: whether this reader may see the counts of each aspect; by default once the chair has released
    them. Whose groups are too small is named without a figure, as on the page.
    """
    released = box.state == BallotBox.State.COUNTED and box.released_at is not None
    with translation.override("zh-hans"):
        report = count_report(box, with_figures=released if with_figures is None else with_figures, labels=MARKS)
        tables = [_numbers_table(box, report)]
        if report.tables or report.suppressed:
            tables.append(_figures_table(box, report))
    return write_workbook(tables)


def _heading(box: BallotBox) -> str:
    trial = "（试投）" if box.is_trial else ""
    return f"{box.title}计票结果报告单{trial}"


def _numbers_table(box: BallotBox, report: Report) -> Table:
    opened, closed, counted = (_moment(at) for at in (box.opened_at, box.closed_at, box.counted_at))
    return Table(
        title="票数",
        heading=_heading(box),
        lead=f"组织单位：{box.unit.name}　　开箱：{opened}　　封箱：{closed}　　计票：{counted}",
        over=OVER,
        header=NUMBERS_HEADER,
        rows=[_numbers_row(entry) for entry in report.numbers],
        notes=[CHECKED, f"封箱校验码（Merkle根）：{box.merkle_root or '—'}"],
        signed=SIGNED,
        widths=[30, *[8] * 14, 14],
    )


def _numbers_row(entry: GroupNumbers) -> list[Written]:
    row = entry.row
    return [
        *(entry.label, row.invited, row.present),
        *(entry.slips, entry.void, row.slips_out, entry.cast, entry.unused),
        *(row.printed, row.leftover, row.handed_out, row.collected, entry.paper_valid, entry.paper_invalid, entry.lost),
        "" if row.is_valid else "本组测评无效",
    ]


def _figures_table(box: BallotBox, report: Report) -> Table:
    hidden = "、".join(person.name for person in report.suppressed)
    note = f"注：{hidden}：无人评议，或评议人数过少，可能认出评议人，不列票数。" if hidden else ""
    return Table(
        title="各项票数",
        heading=_heading(box),
        lead=f"组织单位：{box.unit.name}",
        measure="单位：票",
        header=["评议对象", "评议主体", "有效票", "评议内容", *report.columns],
        rows=list(_figures_rows(report)),
        notes=[note] if note else [],
        signed=SIGNED,
        kept=2,
    )


def _figures_rows(report: Report) -> Iterator[list[Written]]:
    for table in report.tables:
        for aspect, numbers in table.rows:
            yield [table.person.name, table.group, table.valid, aspect.label, *numbers]


def _moment(at: object) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "—"  # type: ignore[arg-type]
