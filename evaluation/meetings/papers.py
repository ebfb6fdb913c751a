"""The papers of a meeting (C7, C8): what the chair says, the agenda, who signs in, invitations, what was asked.

They are in Chinese whatever language the page is read in. What is not known yet is left blank, to be written in.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from django.template.loader import render_to_string
from django.utils import timezone, translation

from evaluation.cycle.models import TrackRules
from evaluation.cycle.services import rules_of
from evaluation.documents.paper import (
    Block,
    Fields,
    Grid,
    Heading,
    Layout,
    Note,
    Paper,
    Signatures,
    Text,
)
from evaluation.documents.pdf import html_to_pdf
from evaluation.documents.wording import day_in_words
from evaluation.meetings.models import (
    AgendaItem,
    AttendanceCount,
    Attendee,
    Category,
    DutyReport,
    Inquiry,
    ItemStatement,
    ReportMeeting,
)
from evaluation.meetings.selectors import attendance_total

in_chinese = translation.override("zh-hans")
DIGITS = "零一二三四五六七八九"
WEEKDAYS = "一二三四五六日"
BLANK = "________"
TITLE_MOST = 18
BLANK_LINES, BLANK_RECORDS = 15, 3
MOST_LINES = 300
QUESTIONS = re.compile("询问|质询|提问|[Qq]uestion|[Ii]nterpellation")
VOTE = re.compile("评议：|测评|投票|民主评议|[Dd]emocratic evaluation|[Bb]allot")
EXPLAINED = re.compile("评议办法|测评办法|介绍|how the evaluation works")
GUESTS = frozenset({Category.RECIPIENT, Category.SOCIETY})


def numeral(number: int) -> str:
    """Return 一 … 九十九 of a number from 1 to 99."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return head + (DIGITS[ones] if ones or not tens else "")


# --- host's script ----------------------------------------------------------------------------------------------------


@in_chinese
def host_script_paper(meeting: ReportMeeting) -> Paper:
    """主持词: the agenda in the words of a chair; what is done meanwhile stands in brackets."""
    parts = _parts(_agenda(meeting))
    return Paper(
        layout=Layout.REPORT,
        title=f"{_title(meeting)}\n主持词",
        subtitle=f"（{_moment(meeting)}）",
        blocks=[*_opening(meeting, parts), *_spoken(meeting, parts), *_closing(meeting)],
    )


def _title(meeting: ReportMeeting) -> str:
    """A long title broken after the unit's name, where a reader would pause."""
    unit = meeting.unit.name
    rest = meeting.title.removeprefix(unit)
    return f"{unit}\n{rest}" if rest != meeting.title and len(meeting.title) > TITLE_MOST else meeting.title


@dataclass(frozen=True, slots=True)
class Part:
    """One point of the agenda, or all reports that follow one another."""

    items: Sequence[AgendaItem]

    @property
    def is_reports(self) -> bool:
        return self.items[0].appraisal_id is not None

    @property
    def words(self) -> str:
        if not self.is_reports:
            return self.items[0].text.strip().rstrip("。")
        if len(self.items) == 1:
            return f"{self.items[0].appraisal.name}同志述职述廉"  # type: ignore[union-attr]
        return f"{len(self.items)}名干部依次公开述职述廉"


def _agenda(meeting: ReportMeeting) -> list[AgendaItem]:
    return list(meeting.agenda.select_related("appraisal__home_unit"))


def _parts(agenda: Sequence[AgendaItem]) -> list[Part]:
    parts = []
    for is_report, found in groupby(agenda, key=lambda item: item.appraisal_id is not None):
        items = list(found)
        parts += [Part(items)] if is_report else [Part([item]) for item in items]
    return parts


def _opening(meeting: ReportMeeting, parts: Sequence[Part]) -> Iterator[Block]:
    reporting = sum(len(part.items) for part in parts if part.is_reports)
    heard = f"听取{reporting}名干部公开述职述廉，" if reporting else "听取干部公开述职述廉，"
    yield Text("各位代表、各位来宾，同志们：", indent=False)
    yield Text(
        f"现在开会。按照{meeting.cycle.city_name}{meeting.cycle.title}工作安排，今天我们召开{meeting.title}，"
        f"主要任务是{heard}接受与会代表询问和质询，开展民主评议。"
    )
    yield Text(_present_words(list(meeting.attendance.all())))
    if parts:
        yield Text(f"今天的会议共有{_count(len(parts), '项')}议程：{_list_words(part.words for part in parts)}。")


def _present_words(rows: Sequence[AttendanceCount]) -> str:
    guests = [row.get_category_display() for row in rows if row.invited]
    who = f"参加今天会议的有{'、'.join(guests)}。" if guests else ""
    total = attendance_total(rows)
    if any(row.present is not None for row in rows):
        counted = f"应到{total['invited']}人，实到{total['present']}人，请假{total['on_leave']}人。"
    else:
        invited = str(total["invited"]) if total["invited"] else "____"
        counted = f"应到{invited}人，实到____人，请假____人。"
    return f"{who}会议{counted}"


def _spoken(meeting: ReportMeeting, parts: Sequence[Part]) -> Iterator[Block]:
    rules = _rules(meeting, parts)
    is_told = False
    for place, part in enumerate(parts, start=1):
        yield Heading(f"{numeral(place)}、{part.words}")
        if part.is_reports:
            yield from _reports_called(place, part.items)
        elif QUESTIONS.search(part.words):
            yield from _questions_called(place)
        elif EXPLAINED.search(part.words):
            yield from _method_told(place, part.words, rules)
            is_told = True
        elif VOTE.search(part.words):
            yield from _vote_called(place, [] if is_told else rules, is_told)
        else:
            yield Text(f"现在进行第{numeral(place)}项议程：{part.words}。")
            yield Text("（按议程进行）")


def _reports_called(place: int, items: Sequence[AgendaItem]) -> Iterator[Block]:
    minutes = {item.minutes for item in items}
    each = f"，每人不超过{minutes.pop()}分钟" if len(minutes) == 1 and None not in minutes else ""
    if len(items) == 1:
        yield Text(f"现在进行第{numeral(place)}项议程：请{_called(items[0])}述职述廉{each.replace('每人', '时间')}。")
        yield Text("（述职述廉）")
        return
    yield Text(
        f"现在进行第{numeral(place)}项议程，由{len(items)}名干部依次述职述廉{each}。请大家认真听取，作为评议的依据。"
    )
    for item, after in zip(items, [*items[1:], None], strict=True):
        lead = "首先请" if item is items[0] else "最后请" if after is None else "下面请"
        ready = f"请{after.appraisal.name}同志做准备。" if after is not None else ""  # type: ignore[union-attr]
        yield Text(f"{lead}{_called(item)}述职述廉。{ready}\n（述职述廉）")


def _called(item: AgendaItem) -> str:
    appraisal = item.appraisal
    if appraisal is None:
        return item.text
    return f"{appraisal.office}{appraisal.held_post}{appraisal.name}同志"


def _questions_called(place: int) -> Iterator[Block]:
    yield Text(
        f"现在进行第{numeral(place)}项议程，询问和质询。请与会代表围绕工作作风和办事效率、政策法规执行情况、"
        "群众关心的热点问题以及承诺事项的落实情况提出询问和质询。提问前请说明所代表的类别和向谁提问。"
    )
    yield Text(
        "被提问的同志请当场作出答复；当场不能答复的，请说明书面答复的期限。请工作人员做好记录。\n（询问、质询和答复）"
    )
    yield Text("刚才提出的问题已经记录。需要书面答复的，请有关同志按期答复，答复情况随会议报告一并公布。")


def _method_told(place: int, words: str, rules: Sequence[TrackRules]) -> Iterator[Block]:
    yield Text(f"现在进行第{numeral(place)}项议程：{words}。")
    yield from (Text(text) for text in _method(rules))
    yield Text("（介绍完毕，征询与会人员有无不明之处）")


def _method(rules: Sequence[TrackRules]) -> Iterator[str]:
    for row in rules:
        aspects = [aspect.label for aspect in row.aspects.all()]
        grades = "、".join(f"“{grade.label}”" for grade in row.grades.all())
        whom = f"对{row.get_track_display()}的评议" if len(rules) > 1 else "评议"
        yield (
            f"{whom}分{'、'.join(aspects)}{_count(len(aspects), '个')}方面，每个方面设{grades}等次；"
            "对情况不了解的，可以选“不了解”。"
        )
    yield (
        "评议采用无记名方式。每人领取一份测评票或者一张测评码，不重复领取；逐人逐项填写，每项只选一个等次，"
        "一项多选的该项作废，未选的该项视为弃权。票上不写姓名、不做记号，由本人独立填写。"
    )


def _vote_called(place: int, rules: Sequence[TrackRules], is_told: bool) -> Iterator[Block]:
    yield Text(
        f"现在进行第{numeral(place)}项议程，民主评议。请总监票人、监票人、计票人到位，当众检查票箱。\n（检查票箱）"
    )
    yield Text("请工作人员按类别发放测评票和测评码。\n（发票完毕）")
    yield Text("请各位核对票面上的类别；与本人身份不符的，请向工作人员更换。")
    if is_told:
        yield Text("请按照刚才介绍的办法和票面说明，独立填写：逐人逐项，每项只选一个等次，票上不写姓名、不做记号。")
    else:
        yield from (Text(text) for text in _method(rules))
    yield Text("现在开始填写。使用测评码的，请用手机扫码填写并确认提交；填写纸质票的，请将填好的票投入票箱。")
    yield Text("（填写、投票）")
    yield Text(
        "还有没有没有投票的？……投票结束。请监票人、计票人清点收回的票数，当场公布发出、收回票数，"
        "将未用的票当众作废，并按规定计票、封存。\n（清点、计票、封存）"
    )


def _closing(meeting: ReportMeeting) -> Iterator[Block]:
    yield Text("同志们，今天会议的各项议程已经进行完毕。评议结果按规定汇总后，反馈本人并向社会公示。")
    yield Text("感谢各位代表、各位来宾对我们工作的关心、支持和监督。现在散会。")


def _rules(meeting: ReportMeeting, parts: Sequence[Part]) -> list[TrackRules]:
    """The rules by which those on the agenda are judged; none where nobody is named there."""
    tracks = [item.appraisal.track for part in parts for item in part.items if item.appraisal is not None]
    return [rules_of(meeting.cycle, track) for track in dict.fromkeys(tracks)]


def _list_words(words: Iterable[str]) -> str:
    return "；".join(f"{numeral(place)}是{text}" for place, text in enumerate(words, start=1))


def _count(number: int, word: str) -> str:
    return f"{'两' if number == 2 else numeral(number)}{word}"


def _moment(meeting: ReportMeeting) -> str:
    at = timezone.localtime(meeting.starts_at)
    half = "上午" if at.hour < 12 else "下午" if at.hour < 18 else "晚上"
    hour = at.hour if at.hour <= 12 else at.hour - 12
    return f"{day_in_words(at.date())}（星期{WEEKDAYS[at.weekday()]}）{half}{hour}:{at.minute:02}"


# --- agenda, sign-in, invitations, plates -----------------------------------------------------------------------------


@in_chinese
def agenda_paper(meeting: ReportMeeting) -> Paper:
    """会议议程, for those who come: the points with who reports, their minutes, and about when."""
    return Paper(
        layout=Layout.FORM,
        title="会议议程",
        subtitle=meeting.title,
        blocks=[
            Fields([*_place_rows(meeting), [("主持人", meeting.chair)]]),
            Grid(
                header=("序号", "议程", "单位及职务", "用时（分钟）", "预计时间"),
                widths=(1, 5, 4.4, 1.7, 1.7),
                rows=list(_agenda_rows(meeting)),
            ),
            Note("预计时间供参考，以会议进行情况为准。"),
        ],
    )


def _place_rows(meeting: ReportMeeting) -> list[list[tuple[str, str]]]:
    return [[("时间", _moment(meeting))], [("地点", meeting.place)]]


def _agenda_rows(meeting: ReportMeeting) -> Iterator[Sequence[str | int | None]]:
    at = timezone.localtime(meeting.starts_at)
    is_known = True
    for place, item in enumerate(_agenda(meeting), start=1):
        post = f"{item.appraisal.home_unit.name}\n{item.appraisal.post_line}" if item.appraisal else ""
        yield place, item.text, post, item.minutes, f"{at:%H:%M}" if is_known else ""
        is_known = is_known and item.minutes is not None
        at += timedelta(minutes=item.minutes or 0)


@in_chinese
def sign_in_paper(meeting: ReportMeeting) -> list[Paper]:
    """签到表, one for each category's desk: the names that are known, and lines for those that are not."""
    names: dict[str, list[Attendee]] = {}
    for row in meeting.attendees.all():
        names.setdefault(row.category, []).append(row)
    invited = {row.category: row.invited for row in meeting.attendance.all()}
    shown = [code for code in Category.values if names.get(code) or invited.get(code)] or list(Category.values)
    return [
        Paper(
            layout=Layout.FORM,
            title=f"签到表（{Category(code).label}）",
            subtitle=meeting.title,
            blocks=[Fields(_place_rows(meeting)), *_signing(names.get(code, []), invited.get(code, 0))],
        )
        for code in shown
    ]


def _signing(names: Sequence[Attendee], invited: int) -> list[Block]:
    named = [("", row.name, row.organisation, row.seat or "", "") for row in names]
    lines = 3 if names else min(invited or BLANK_LINES, MOST_LINES)
    rows = [(place, *row[1:]) for place, row in enumerate([*named, *[("", "", "", "", "")] * lines], start=1)]
    expected = max(invited, len([row for row in names if not row.is_walk_in]))
    return [
        Grid(header=("序号", "姓名", "单位或住址", "座次", "签名"), widths=(1, 2.2, 4.2, 1.3, 2.6), rows=rows),
        Note(f"应到：{expected or '　　　　'}人　　　实到：　　　　人　　　请假：　　　　人　　　签到工作人员："),
    ]


@in_chinese
def invitations_paper(meeting: ReportMeeting) -> list[Paper]:
    """邀请函, a letter for each person who is known by name; for a category without names one to be written in."""
    named = list(meeting.attendees.filter(is_walk_in=False).order_by("category", "name", "pk"))
    with_names = {row.category for row in named}
    blank = [row.category for row in meeting.attendance.all() if row.invited and row.category not in with_names]
    reporting = len({item.appraisal_id for item in meeting.agenda.all() if item.appraisal_id})
    letters = [_invitation(meeting, reporting, Category(row.category), row.name, row.seat or "") for row in named]
    letters += [_invitation(meeting, reporting, Category(code)) for code in blank]
    return letters or [_invitation(meeting, reporting, None)]


def _invitation(
    meeting: ReportMeeting, reporting: int, category: Category | None, name: str = "", seat: str = ""
) -> Paper:
    honour = "先生（女士）" if category in GUESTS or category is None else "同志"
    as_whom = {None: "代表", Category.STAFF: "干部职工代表", Category.RECIPIENT: "服务对象代表"}.get(
        category, str(category.label) if category else ""
    )
    who = f"{reporting}名干部" if reporting else "有关干部"
    unit = meeting.unit
    blocks: list[Block] = [
        Text(
            f"按照{meeting.cycle.city_name}{meeting.cycle.title}工作安排，{unit.name}定于{_moment(meeting)}在"
            f"{meeting.place or '____________________'}召开{meeting.title}。会上，{who}将公开述职述廉，"
            "接受询问和质询，并由与会人员无记名评议。"
        ),
        Text(f"诚邀您作为{as_whom}出席会议，听取述职、提出意见，并参加民主评议。请持本函准时到会，签到后领取测评票。"),
    ]
    if seat:
        blocks.append(Text(f"您的座次：{seat}。"))
    if unit.telephone:
        blocks.append(Text(f"因故不能出席的，请提前告知。联系电话：{unit.telephone}。"))
    return Paper(
        layout=Layout.LETTER,
        title="邀　请　函",
        addressee=f"{name or BLANK}{honour}",
        blocks=blocks,
        signer=unit.name,
        day=timezone.localdate(meeting.announced_at) if meeting.announced_at else None,
    )


@dataclass(frozen=True, slots=True)
class Plate:
    name: str
    line: str
    size: str


@in_chinese
def name_plates_pdf(meeting: ReportMeeting) -> bytes:
    """Return 席签: A4 lying, folded in the middle, the name on both faces; chair, cadres, guests, areas of guests."""
    plates = [_plate_of(name, line) for name, line in _places(meeting)]
    return html_to_pdf(render_to_string("meetings/name_plates_document.html", {"plates": plates, "meeting": meeting}))


def _places(meeting: ReportMeeting) -> Iterator[tuple[str, str]]:
    if meeting.chair:
        yield meeting.chair, "主持人"
    cadres = {item.appraisal for item in _agenda(meeting) if item.appraisal is not None}
    for appraisal in sorted(cadres, key=lambda row: (row.order, row.pk)):
        yield appraisal.name, appraisal.post_line
    named = list(meeting.attendees.order_by("category", "name", "pk"))
    for row in named:
        yield row.name, row.organisation or str(row.get_category_display())
    with_names = {row.category for row in named}
    for count in meeting.attendance.all():
        if count.category not in with_names:
            yield str(count.get_category_display()), ""
    yield from (("总监票人", ""), ("监票人", ""), ("计票人", ""), ("记录人", ""))


def _plate_of(name: str, line: str) -> Plate:
    """The name as large as its length allows; two characters as wide as three."""
    wide = f"{name[0]}　{name[1]}" if len(name) == 2 else name
    size = next((f"n{most}" for most in (4, 5, 6, 7, 9) if len(wide) <= most), "long")
    return Plate(wide, line, size)


# --- report, inquiries ------------------------------------------------------------------------------------------------


@in_chinese
def report_paper(report: DutyReport) -> Paper:
    """述职述廉报告 of one cadre: duty, commitments, every pledged item, integrity, problems and intentions (C7)."""
    appraisal = report.appraisal
    day = report.submitted_at
    return Paper(
        layout=Layout.REPORT,
        title=f"{appraisal.cycle.year}年度述职述廉报告",
        subtitle=f"{appraisal.home_unit.name}{appraisal.office}{appraisal.held_post}　{appraisal.name}",
        blocks=[
            Heading("一、履行岗位职责情况"),
            Text(report.duty),
            Heading("二、服务承诺落实情况"),
            Text(report.commitments),
            Heading("三、承诺事项完成情况"),
            *_statements(report.statements.select_related("item")),
            Heading("四、廉洁自律情况"),
            Text(report.integrity),
            Heading("五、存在问题和今后打算"),
            Text(report.problems),
            *([] if report.status in APPROVED else [Note("（草稿，尚未审核）")]),
        ],
        signer=appraisal.name,
        day=timezone.localdate(day) if day else None,
    )


APPROVED = frozenset({DutyReport.Status.APPROVED, DutyReport.Status.PUBLISHED})


def _statements(rows: Iterable[ItemStatement]) -> Iterator[Block]:
    for place, row in enumerate(rows, start=1):
        yield Heading(f"（{numeral(place)}）{row.item.text.strip().rstrip('。')}", level=2)
        standing = f"完成情况：{row.get_completion_display()}。" if row.completion else ""
        yield Text(f"{standing}{row.text}")


@in_chinese
def inquiries_paper(meeting: ReportMeeting) -> Paper:
    """询问质询记录 (C8): what was asked of whom, the answers, and what is owed in writing by when. Blank before it."""
    rows = list(meeting.inquiries.select_related("appraisal__home_unit"))
    blocks: list[Block] = [Fields([*_place_rows(meeting), [("主持人", meeting.chair), ("记录人", "")]])]
    if rows:
        for place, row in enumerate(rows, start=1):
            blocks += [Heading(f"{numeral(place)}、{row.get_kind_display()}"), *_asked(row)]
    else:
        for place in range(1, BLANK_RECORDS + 1):
            blocks += [Heading(f"{numeral(place)}、询问（　）质询（　）"), *_asked(None)]
    blocks += _owed(rows)
    blocks.append(Signatures(("主持人", "记录人", "被询问人（代表）")))
    return Paper(layout=Layout.FORM, title="询问质询记录", subtitle=meeting.title, blocks=blocks)


def _asked(row: Inquiry | None) -> list[Block]:
    if row is None:
        head = [[("提问人类别", ""), ("内容分类", "")], [("被提问干部", ""), ("书面答复期限", "")]]
        return [Fields([*head, [("询问质询内容", "\n\n\n　")], [("当场答复", "\n\n\n\n　")]])]
    appraisal = row.appraisal
    due = day_in_words(row.written_due) if row.written_due else "无须书面答复"
    answered = [
        ("提问人类别", str(row.get_asked_by_display())),
        ("内容分类", str(row.get_topic_display())),
    ]
    whom = [("被提问干部", f"{appraisal.name}（{appraisal.post_line}）"), ("书面答复期限", due)]
    fields = [answered, whom, [("询问质询内容", row.question)], [("当场答复", row.answer)]]
    if row.written_due:
        given = f"（{day_in_words(timezone.localdate(row.written_at))}）" if row.written_at else ""
        fields.append([("书面答复", f"{row.written_answer}{given}")])
    return [Fields(fields)]


def _owed(rows: Sequence[Inquiry]) -> list[Block]:
    owed = [row for row in rows if row.written_due]
    if rows and not owed:
        return [Note("本次会议没有需要书面答复的问题。")]
    return [
        Heading("须书面答复的问题"),
        Grid(
            header=("序号", "被提问干部", "问题", "答复期限", "答复日期"),
            widths=(1, 2, 6, 2.4, 2.4),
            rows=[
                (
                    place,
                    row.appraisal.name,
                    row.question,
                    day_in_words(row.written_due),
                    day_in_words(timezone.localdate(row.written_at)) if row.written_at else "",
                )
                for place, row in enumerate(owed, start=1)
            ]
            or [("\n　", "", "", "", "")] * 3,
        ),
    ]
