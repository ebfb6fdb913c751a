"""The papers of a meeting, read as values and from the printed page (C7, C8)."""

import io
from collections.abc import Callable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.cycle.models import Cycle
from evaluation.documents.paper import Fields, Grid, Heading, Layout, Note, Paper, Text
from evaluation.documents.pdf import paper_pdf
from evaluation.meetings.models import (
    AgendaItem,
    AttendanceCount,
    Attendee,
    DutyReport,
    Inquiry,
    ItemStatement,
    ReportMeeting,
)
from evaluation.meetings.papers import (
    agenda_paper,
    host_script_paper,
    inquiries_paper,
    invitations_paper,
    name_plates_pdf,
    numeral,
    report_paper,
    sign_in_paper,
)
from evaluation.meetings.workbook import attendance_workbook
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.factories import appraisal_of, member, pledge_of
from tests.printing import sizes_of, text_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def cadres(cycle: Cycle, unit: Unit) -> list[Appraisal]:
    return [
        appraisal_of(cycle=cycle, unit=unit, name=name, office=f"{name}科", post="科长", order=place)
        for place, name in enumerate(("张三", "李四", "王喆"))
    ]


@pytest.fixture
def meeting(cycle: Cycle, unit: Unit, cadres: list[Appraisal]) -> ReportMeeting:
    at = datetime(2012, 9, 28, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    made = ReportMeeting.objects.create(
        cycle=cycle, unit=unit, title="市民政局2012年度公开述职述廉会议", starts_at=at, place="三楼会议室",
        chair="叶国平", status="announced", announced_at=at,
    )  # fmt: skip
    points: list[tuple[str, int | None, Appraisal | None]] = [
        ("主持人介绍评议办法", 5, None),
        *[(f"{row.name}述职述廉", 8, row) for row in cadres],
        ("参会代表询问和质询", None, None),
        ("民主评议", 20, None),
    ]
    for order, (text, minutes, appraisal) in enumerate(points, start=1):
        AgendaItem.objects.create(meeting=made, order=order, text=text, minutes=minutes, appraisal=appraisal)
    AttendanceCount.objects.create(meeting=made, category="recipient", invited=40)
    AttendanceCount.objects.create(meeting=made, category="people_deputy", invited=2)
    Attendee.objects.create(meeting=made, category="people_deputy", name="欧阳翀", organisation="市一中", seat="3排5座")
    return made


def words(papers: Paper | Sequence[Paper]) -> str:
    """All that papers say, block after block."""
    said = []
    for paper in [papers] if isinstance(papers, Paper) else papers:
        said += [paper.title, paper.subtitle, paper.addressee, paper.signer]
        for block in paper.blocks:
            match block:
                case Text(text=text) | Note(text=text) | Heading(text=text):
                    said.append(text)
                case Fields(rows=rows):
                    said += [f"{label}：{value}" for row in rows for label, value in row]
                case Grid(header=header, rows=rows):
                    said += [*header, *(str(cell) for row in rows for cell in row)]
    return "\n".join(said)


@pytest.mark.parametrize(("number", "shown"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五")])
def test_numerals(number: int, shown: str) -> None:
    assert numeral(number) == shown


def test_the_script_follows_the_agenda_in_the_words_of_a_chair(meeting: ReportMeeting) -> None:
    with translation.override("en"):
        said = words(host_script_paper(meeting))

    assert "现在开会" in said and "现在散会" in said
    assert "应到42人，实到____人" in said
    assert "今天的会议共有四项议程：一是主持人介绍评议办法；二是3名干部依次公开述职述廉；" in said
    assert "首先请张三科科长张三同志述职述廉。请李四同志做准备。" in said
    assert "最后请王喆科科长王喆同志述职述廉。" in said
    assert "每人不超过8分钟" in said
    assert "评议分工作作风、依法行政、工作效能、工作实绩、廉洁自律五个方面，每个方面设“满意”" in said
    assert "当场不能答复的，请说明书面答复的期限" in said
    assert "当众检查票箱" in said


def test_a_script_without_cadres_or_counts_leaves_room(meeting: ReportMeeting) -> None:
    meeting.agenda.all().delete()
    meeting.attendance.all().delete()

    said = words(host_script_paper(meeting))

    assert "应到____人" in said and "None" not in said


def test_the_agenda_says_about_when(meeting: ReportMeeting) -> None:
    paper = agenda_paper(meeting)

    [grid] = [block for block in paper.blocks if isinstance(block, Grid)]
    assert [row[-1] for row in grid.rows] == ["09:00", "09:05", "09:13", "09:21", "09:29", ""]
    assert "2012年9月28日（星期五）上午9:00" in words(paper)


def test_the_sign_in_sheets_stand_by_category_with_room_for_more(meeting: ReportMeeting) -> None:
    recipients, deputies = sign_in_paper(meeting)

    rows = {paper.title: _grid(paper).rows for paper in (recipients, deputies)}
    assert len(rows["签到表（服务对象）"]) == 40
    first, *further = rows["签到表（人大代表）"]
    assert list(first) == [1, "欧阳翀", "市一中", "3排5座", ""]
    assert [list(row) for row in further] == [[number, "", "", "", ""] for number in (2, 3, 4)]


def _grid(paper: Paper) -> Grid:
    return next(block for block in paper.blocks if isinstance(block, Grid))


def test_invitations_are_one_a_person_and_a_blank_one_for_the_rest(meeting: ReportMeeting) -> None:
    named, blank = invitations_paper(meeting)

    assert (named.layout, named.addressee) == (Layout.LETTER, "欧阳翀同志")
    assert "作为人大代表出席会议" in words(named) and "您的座次：3排5座" in words(named)
    assert blank.addressee == "________先生（女士）"
    assert "作为服务对象代表出席会议" in words(blank)
    assert named.signer == "市民政局" and named.day == date(2012, 9, 28)


def test_name_plates_are_half_an_a4_with_the_name_on_both_faces(meeting: ReportMeeting) -> None:
    pdf = name_plates_pdf(meeting)

    assert set(sizes_of(pdf)) == {(297, 210)}
    assert len(sizes_of(pdf)) == 1 + 3 + 1 + 1 + 4
    text = text_of(pdf)
    assert [text.count(name) for name in ("叶国平", "欧阳翀", "服务对象", "总监票人")] == [2, 2, 2, 2]


def test_questions_are_recorded_with_what_is_owed(meeting: ReportMeeting, cadres: list[Appraisal]) -> None:
    Inquiry.objects.create(
        meeting=meeting, appraisal=cadres[0], kind="interpellation", topic="style", asked_by="supervisor",
        question="为什么超期？", answer="责任在我。", written_due=date(2012, 10, 8),
    )  # fmt: skip
    Inquiry.objects.create(
        meeting=meeting, appraisal=cadres[1], kind="question", topic="pledge", asked_by="society",
        question="能完成吗？", answer="可以。",
    )  # fmt: skip

    paper = inquiries_paper(meeting)

    said = words(paper)
    assert "一、质询" in said and "二、询问" in said
    assert "提问人类别：各类监督员" in said and "书面答复期限：2012年10月8日" in said
    assert [row[1:] for row in _grid(paper).rows] == [("张三", "为什么超期？", "2012年10月8日", "")]


def test_before_the_meeting_the_record_is_a_form(meeting: ReportMeeting) -> None:
    assert words(inquiries_paper(meeting)).count("被提问干部：") == 3


def test_a_report_answers_for_every_item(cadres: list[Appraisal]) -> None:
    pledge = pledge_of(appraisal=cadres[2], status="published", items=2)
    report = DutyReport.objects.create(
        appraisal=cadres[2], status="approved", duty="抓审批提速。", commitments="已兑现。", integrity="带头遵守。",
        problems="数据未打通。",
    )  # fmt: skip
    for item in pledge.items.all():
        ItemStatement.objects.create(report=report, item=item, completion="done", text=f"办结{item.order}00件。")

    text = text_of(paper_pdf(report_paper(report)))

    said = ["2012年度述职述廉报告", "王喆", "抓审批提速。", "（二）承诺事项2", "已完成。办结200件。", "数据未打通。"]
    assert [words for words in said if words not in text] == []
    assert "草稿" not in text
    report.status = "draft"
    assert "（草稿，尚未审核）" in words(report_paper(report))


def test_the_workbook_counts_and_names(meeting: ReportMeeting) -> None:
    book = load_workbook(io.BytesIO(attendance_workbook(meeting)))

    counts, names = ([[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets)
    assert ["服务对象", 40, None, None, 0] in counts
    assert any("欧阳翀" in row and "3排5座" in row for row in names)


PAPERS = ("host-script", "agenda", "sign-in", "invitations", "inquiries")


@pytest.mark.parametrize("paper", PAPERS)
def test_the_unit_downloads_each_paper_as_docx(
    client_for: SignIn, unit_admin: User, meeting: ReportMeeting, paper: str
) -> None:
    answer = client_for(unit_admin).get(reverse("meetings:meeting-paper", args=[2012, meeting.pk, paper, "docx"]))

    assert answer.content.startswith(b"PK")
    assert "attachment" in answer["Content-Disposition"]


@pytest.mark.parametrize(("paper", "form"), [("agenda", "xlsx"), ("name-plates", "docx"), ("ballots", "pdf")])
def test_other_papers_and_formats_do_not_exist(
    client_for: SignIn, unit_admin: User, meeting: ReportMeeting, paper: str, form: str
) -> None:
    answer = client_for(unit_admin).get(reverse("meetings:meeting-paper", args=[2012, meeting.pk, paper, form]))

    assert answer.status_code == 404


def test_names_leave_a_line_in_the_record(client_for: SignIn, unit_admin: User, meeting: ReportMeeting) -> None:
    client = client_for(unit_admin)

    client.get(reverse("meetings:meeting-paper", args=[2012, meeting.pk, "agenda", "docx"]))
    assert not AuditEvent.objects.filter(action="attendees-printed").exists()
    client.get(reverse("meetings:meeting-paper", args=[2012, meeting.pk, "sign-in", "docx"]))
    assert AuditEvent.objects.get(action="attendees-printed").detail["paper"] == "sign-in"


def test_who_reports_at_a_meeting_elsewhere_gets_no_names_of_it(
    client_for: SignIn, cadres: list[Appraisal], meeting: ReportMeeting, other_unit: Unit
) -> None:
    guest = member(role=Role.UNIT_ADMIN, unit=other_unit)
    cadres[0].cadre.user = guest
    cadres[0].cadre.save()
    client = client_for(guest)

    assert client.get(reverse("meetings:meeting-detail", args=[2012, meeting.pk])).status_code == 200
    answer = client.get(reverse("meetings:meeting-paper", args=[2012, meeting.pk, "attendance", "xlsx"]))
    assert answer.status_code == 403
    assert "papers/sign-in" not in client.get(reverse("meetings:meeting-detail", args=[2012, meeting.pk])).text


def test_who_takes_no_part_has_no_report_on_paper(
    client_for: SignIn, cadres: list[Appraisal], unit_admin: User
) -> None:
    DutyReport.objects.create(appraisal=cadres[0], duty="做了事")
    address, client = reverse("meetings:report-paper", args=[2012, cadres[0].pk, "docx"]), client_for(unit_admin)
    assert client.get(address).status_code == 200
    Appraisal.objects.filter(pk=cadres[0].pk).update(exempt=True, exempt_reason="病假")
    assert client.get(address).status_code == 404


def test_a_seat_is_kept_with_the_name(client_for: SignIn, unit_admin: User, meeting: ReportMeeting) -> None:
    row = {"name": "欧阳翀", "category": "people_deputy", "organisation": "", "seat": "1排1座", "status": "invited"}
    data = {"attendees-TOTAL_FORMS": "1", "attendees-INITIAL_FORMS": "1"}
    data |= {f"attendees-0-{name}": value for name, value in row.items()}

    client_for(unit_admin).post(reverse("meetings:attendee-edit", args=[2012, meeting.pk]), data)

    assert meeting.attendees.get().seat == "1排1座"
