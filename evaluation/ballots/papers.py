"""The papers of a count: 唱票计票单, 计票结果报告单, 测评票封存单 (C9). In Chinese, whatever the page's language.

What the rows do not know is left blank, to be written in by hand. Figures follow the page of the count report: the
same ones, shown and withheld under the same rules.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from django.utils import timezone, translation

from evaluation.ballots.models import BallotBox
from evaluation.ballots.reports import GroupNumbers, Report, ReportTable, count_report, group_numbers
from evaluation.ballots.selectors import group_labels
from evaluation.ballots.sheets import Spec
from evaluation.ballots.voter_pages import BlankSheet, Person, blank_sheet
from evaluation.documents.paper import Block, Fields, Grid, Heading, Layout, Note, PageBreak, Paper, Signatures, Text
from evaluation.documents.wording import moment_in_words
from evaluation.meetings.models import GROUP_OF_CATEGORY

in_chinese = translation.override("zh-hans")
State = BallotBox.State
MARKS = {"dont_know": "不了解", "abstained": "弃权", "spoiled": "作废"}
SIGNERS = ("总监票人", "监票人", "计票人", "监督人")
ROOM_FOR_STROKES = "　\n　"
CAPTION, ROW, PAGE_ROOM = 12.0, 7.8, 171.0  # millimetres of a lying page
TRIAL = "（演练，不计入结果）"


@in_chinese
def tally_paper(box: BallotBox, group: str = "") -> list[Paper]:
    """唱票计票单: a sheet for every group and cadre, with room for the strokes of 正 in every grade of every aspect."""
    blank = blank_sheet(box.pk, Spec.from_values(box.spec))
    groups = [code for code in box.groups.values_list("group", flat=True) if group in ("", code)]
    return [
        _tally(blank, blank.groups.get(code, ""), person, place)
        for code in groups
        for place, person in _numbered(blank)
    ]


def _numbered(blank: BlankSheet) -> Iterator[tuple[int, Person]]:
    return enumerate(blank.people, start=1)


def _tally(blank: BlankSheet, group: str, person: Person, place: int) -> Paper:
    grades = [grade.label for grade in blank.grades]
    header = ("评议内容", "", *grades, *MARKS.values(), "合计")
    empty = [""] * (len(header) - 2)
    rows = [
        line
        for aspect in blank.aspects
        for line in ((aspect.label, "唱票", ROOM_FOR_STROKES, *empty[1:]), ("", "小计", *empty))
    ]
    head = [("评议主体", group), ("被评议人", f"{place}. {person.name}"), ("单位及职务", _post(person))]
    counted = [("发出", ""), ("收回", ""), ("有效", ""), ("无效", "")]
    return Paper(
        layout=Layout.WIDE_FORM,
        title="唱票计票单",
        subtitle=_box_line(blank.box),
        blocks=[
            Fields([head, counted]),
            Grid(header=header, rows=rows, widths=(2.4, 1.1, *[3.2] * len(grades), 2, 2, 2, 1.6)),
            Note(
                "每票记一画，五画成“正”。每行各栏合计应等于有效票数；一项多选或者无法辨认的记“作废”，未填的记“弃权”。"
            ),
            Signatures(SIGNERS[:3]),
        ],
    )


def _post(person: Person) -> str:
    return " ".join(part for part in (person.unit, person.post) if part)


def _box_line(box: BallotBox) -> str:
    return f"{box.title}{TRIAL if box.is_trial else ''}"


@in_chinese
def count_report_paper(box: BallotBox, *, with_figures: bool | None = None) -> Paper:
    """计票结果报告单 to be signed: the numbers of the hall, and per aspect and grade what may be read.

    ``with_figures``: whether those who ask may read figures before the chair's release (they count and sign);
    left out: only what is released. Small groups are withheld as on the page. Before the count it is a form to be
    filled in by hand.
    """
    shown = box.released_at is not None if with_figures is None else with_figures
    report = count_report(box, with_figures=shown and box.state == State.COUNTED, labels=MARKS)
    return Paper(
        layout=Layout.WIDE_FORM,
        title="计票结果报告单",
        subtitle=_box_line(box),
        blocks=[
            Fields(_facts(box)),
            *_turnout(box, report.numbers),
            *_figures(box, report, is_shown=shown),
            Note("弃权：该项未填。未收回、未使用由发出与收回、投票数推算。"),
            Signatures(SIGNERS),
        ],
    )


def _facts(box: BallotBox) -> list[list[tuple[str, str]]]:
    meeting = box.meeting
    place = meeting.place if meeting else box.place
    facts = [
        [("单位", box.unit.name), ("会议", meeting.title if meeting else "")],
        [("地点", place), ("开启投票", _at(box.opened_at)), ("投票截止", _at(box.closed_at))],
        [("计票时间", _at(box.counted_at)), ("公布时间", _at(box.released_at))],
    ]
    if box.merkle_root:
        facts.append([("封存校验值", _in_fours(box.merkle_root))])
    return facts


def _at(moment: object) -> str:
    return moment_in_words(timezone.localtime(moment)) if moment else ""  # type: ignore[arg-type]


def _in_fours(root: str) -> str:
    return " ".join(root[start : start + 4] for start in range(0, len(root), 4))


def _turnout(box: BallotBox, numbers: Sequence[GroupNumbers]) -> Iterator[Block]:
    """应到 实到 请假, then slips and paper, each group a row."""
    leave = _on_leave(box)
    yield Heading("一、到会和发票、收票情况")
    is_paper, is_phone = box.takes_paper, box.takes_passes
    paper = ("印制", "剩余作废", "发出", "收回", "有效", "无效", "未收回") if is_paper else ()
    phone = ("制发", "作废", "发出", "投票", "未使用") if is_phone else ()
    head = [("", 1), ("到会", 3)]
    head += [("纸质测评票", len(paper))] if paper else []
    head += [("测评码", len(phone))] if phone else []
    yield Grid(
        head=head,
        header=("评议主体", "应到", "实到", "请假", *paper, *phone),
        widths=(4, *[1.3] * (3 + len(paper) + len(phone))),
        rows=[
            (
                f"{entry.label}{'' if entry.row.is_valid else '（投票无效）'}",
                entry.row.invited or None,
                entry.row.present,
                leave.get(entry.row.group),
                *(_paper_numbers(box, entry) if is_paper else ()),
                *(_phone_numbers(box, entry) if is_phone else ()),
            )
            for entry in numbers
        ],
    )


def _paper_numbers(box: BallotBox, entry: GroupNumbers) -> Sequence[int | None]:
    row = entry.row
    is_keyed = box.state == State.COUNTED or entry.paper_valid + entry.paper_invalid > 0
    counted = (entry.paper_valid, entry.paper_invalid) if is_keyed else (None, None)
    return (row.printed or None, row.leftover, row.handed_out, row.collected, *counted, entry.lost)


def _phone_numbers(box: BallotBox, entry: GroupNumbers) -> Sequence[int | None]:
    if box.state not in {State.CLOSED, State.COUNTED}:
        return (None,) * 5
    return (entry.slips, entry.void, entry.row.slips_out, entry.cast, entry.unused)


def _on_leave(box: BallotBox) -> dict[str, int]:
    """Who took leave, by group, where the meeting invited as many of the group as this box did (else it has others)."""
    if box.meeting is None:
        return {}
    invited: dict[str, int] = {}
    leave: dict[str, int] = {}
    for row in box.meeting.attendance.all():
        group = GROUP_OF_CATEGORY[row.category].value
        invited[group] = invited.get(group, 0) + row.invited
        if row.on_leave is not None:
            leave[group] = leave.get(group, 0) + row.on_leave
    return {
        row.group: leave[row.group]
        for row in box.groups.all()
        if row.group in leave and invited.get(row.group) == row.invited
    }


def _figures(box: BallotBox, report: Report, *, is_shown: bool) -> Iterator[Block]:
    heading = Heading("二、各项得票情况")
    if box.state != State.COUNTED:
        if box.takes_paper:
            yield from _empty_figures(box, heading)
        else:
            yield heading
            yield Text("计票完成后填写。")
        return
    if not is_shown:
        yield heading
        yield Text("结果尚未公布，本单暂不载各项得票数。")
        return
    yield from _by_page(heading, [_figure_grid(report.columns, tables) for tables in _of_person(report.tables)])
    for person in report.suppressed:
        yield Text(f"{person.name}：没有评议票，或者评议人数过少可能暴露个人意见，按规定不列示票数。")


def _of_person(tables: Sequence[ReportTable]) -> list[list[ReportTable]]:
    return [list(found) for _person, found in groupby(tables, key=lambda table: table.person)]


def _by_page(heading: Heading, grids: Sequence[Grid]) -> Iterator[Block]:
    """Tables of cadres under ``heading``, none torn apart: as many on a page as it has room for, from a new page on."""
    if not grids:
        yield heading
    left = 0.0
    for grid in grids:
        height = CAPTION + ROW * (len(grid.rows) + 1)
        if height > left:
            yield PageBreak()
            left = PAGE_ROOM
        if grid is grids[0]:
            yield heading
            left -= CAPTION
        left -= height
        yield grid


def _figure_grid(columns: Sequence[str], tables: Sequence[ReportTable]) -> Grid:
    person = tables[0].person
    return Grid(
        caption=f"{person.name}　{_post(person)}",
        header=("评议主体", "评议内容", *columns),
        widths=(4, 3, *[1.8] * len(columns)),
        rows=[
            (f"{table.group}（有效票{table.valid}张）" if place == 0 else "", aspect.label, *numbers)
            for table in tables
            for place, (aspect, numbers) in enumerate(table.rows)
        ],
    )


def _empty_figures(box: BallotBox, heading: Heading) -> Iterator[Block]:
    blank = blank_sheet(box.pk, Spec.from_values(box.spec))
    columns = [*[grade.label for grade in blank.grades], *MARKS.values()]
    groups = [blank.groups.get(code, "") for code in box.groups.values_list("group", flat=True)]
    yield from _by_page(
        heading,
        [
            Grid(
                caption=f"{person.name}　{_post(person)}",
                header=("评议主体", "评议内容", *columns),
                widths=(4, 3, *[1.8] * len(columns)),
                rows=[
                    (f"{group}（有效票　　张）" if place == 0 else "", aspect.label, *[""] * len(columns))
                    for group in groups
                    for place, aspect in enumerate(blank.aspects)
                ],
            )
            for person in blank.people
        ],
    )


@in_chinese
def sealing_slip_paper(box: BallotBox) -> Paper:
    """测评票封存单: what was sealed, how much of it, by whom, who keeps it, and every time that it is opened again."""
    labels = group_labels(box)
    numbers = group_numbers(box, labels)
    facts = [
        [("单位", box.unit.name)],
        [("票箱", _box_line(box))],
        [("会议", box.meeting.title if box.meeting else "")],
        [("计票时间", _at(box.counted_at)), ("封存时间", "")],
    ]
    if box.merkle_root:
        facts.append([("封存校验值", _in_fours(box.merkle_root))])
    return Paper(
        layout=Layout.FORM,
        title="测评票封存单",
        blocks=[
            Fields(facts),
            Grid(
                header=("评议主体", "发出", "收回", "有效", "无效", "未用作废", "封存张数", "袋号"),
                widths=(4, 1.4, 1.4, 1.4, 1.4, 1.7, 1.7, 1.4),
                rows=[_sealed(box, entry) for entry in numbers],
            ),
            Grid(
                header=("一并封存的材料", "份数", "备注"),
                widths=(6, 2, 4),
                rows=[("唱票计票单", "", ""), ("计票结果报告单", "", ""), ("未使用的测评码", "", "")],
            ),
            Text("上列测评票和材料已当场清点、装袋密封，封口处由下列人员签名，非经批准不得启封。"),
            Signatures(SIGNERS),
            Fields([[("保管单位", ""), ("保管人", ""), ("保管期限", "")]]),
            Grid(
                caption="启封记录",
                header=("启封时间", "事由", "批准人", "启封人", "重新封存时间"),
                widths=(2.4, 4, 1.8, 2.4, 2.4),
                rows=[("　", "", "", "", "")] * 3,
            ),
        ],
    )


def _sealed(box: BallotBox, entry: GroupNumbers) -> Sequence[str | int | None]:
    printed, leftover, handed_out, collected, valid, invalid, _lost = _paper_numbers(box, entry)
    return (
        entry.label,
        handed_out,
        collected,
        valid if printed else None,
        invalid if printed else None,
        leftover,
        "",
        "",
    )
