"""Step 2 on paper: the reports, and what a meeting needs and leaves behind (C7, C8)."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evaluation.archive.printable import MAKERS, Asked, Draw, Folder, Item, Kind, Link, Printable, Scope, at, both
from evaluation.archive.shelf import Shelf
from evaluation.documents.paper import Grid, Heading, Layout, Paper, Text
from evaluation.meetings.models import DutyReport, ReportMeeting
from evaluation.meetings.papers import (
    agenda_paper,
    host_script_paper,
    inquiries_paper,
    invitations_paper,
    name_plates_pdf,
    report_paper,
    sign_in_paper,
)
from evaluation.meetings.workbook import attendance_workbook
from evaluation.roster.models import Appraisal

HELD = (ReportMeeting.Status.HELD, ReportMeeting.Status.REPORTED)
APPROVED = (DutyReport.Status.APPROVED, DutyReport.Status.PUBLISHED)
Why = Callable[[ReportMeeting], str | Promise]
Copies = Callable[[ReportMeeting], int | None]


def reports(shelf: Shelf) -> list[Item]:
    return [_report(row, shelf.reports.get(row.pk)) for row in shelf.taking_part]


def _report(appraisal: Appraisal, row: DutyReport | None) -> Item:
    unit = appraisal.organising_unit
    if row is None:
        return Item("", unit, appraisal.name, _("The report is not written yet."))
    why_not: str | Promise = "" if row.status in APPROVED else _("The report is not approved yet.")
    day = timezone.localdate(row.submitted_at) if row.submitted_at else None
    return Item(
        str(row.pk), unit, appraisal.name, why_not, author=appraisal.name, dated=day, keys={"appraisal": appraisal.pk}
    )


def always(_meeting: ReportMeeting) -> str:
    return ""


def once_reported(meeting: ReportMeeting) -> str | Promise:
    return "" if meeting.summary else _("The report of the meeting is not written yet.")


def one(_meeting: ReportMeeting) -> int:
    return 1


def invited(meeting: ReportMeeting) -> int | None:
    """As many as are invited; unknown where nobody is."""
    return sum(row.invited for row in meeting.attendance.all()) or None


def of_meetings(
    why_not: Why = always, copies: Copies = one, *, filed_once_held: bool = False
) -> Callable[[Shelf], list[Item]]:
    """``filed_once_held``: before the meeting it is an empty form."""

    def items(shelf: Shelf) -> list[Item]:
        number = {unit.pk: 0 for unit in shelf.units}
        for row in shelf.meetings:
            number[row.unit_id] += 1
        return [
            replace(
                _meeting(row, why_not(row), copies(row), is_only=number[row.unit_id] == 1),
                filed=not filed_once_held or row.status in HELD,
            )
            for row in shelf.meetings
        ]

    return items


def _meeting(row: ReportMeeting, why_not: str | Promise, copies: int | None, *, is_only: bool) -> Item:
    day = timezone.localdate(row.starts_at)
    name = "" if is_only else f"{day.month}月{day.day}日"
    keys = {"pk": row.pk, "meeting": row.pk}
    return Item(str(row.pk), row.unit, name, why_not, author=row.unit.name, dated=day, copies=copies, keys=keys)


def _row(asked: Asked) -> ReportMeeting:
    return ReportMeeting.objects.for_list().get(pk=asked.target)


def of_meeting(paper: Callable[[ReportMeeting], Paper | Sequence[Paper]]) -> dict[str, Draw]:
    return both(lambda asked: paper(_row(asked)))


def name_plates(asked: Asked) -> bytes:
    return name_plates_pdf(_row(asked))


def attendance(asked: Asked) -> bytes:
    return attendance_workbook(_row(asked))


def duty_report(asked: Asked) -> Paper:
    return report_paper(DutyReport.objects.for_list().select_related("appraisal__cycle").get(pk=asked.target))


def minutes_paper(meeting: ReportMeeting) -> Paper:
    """Return what the meeting reported of itself, and who came by category."""
    rows = [[row.get_category_display(), row.invited, row.present, row.on_leave] for row in meeting.attendance.all()]
    return Paper(
        layout=Layout.REPORT,
        title=f"{meeting.title}情况报告",
        blocks=[
            Heading("一、到会情况"),
            Grid(("类别", "应到", "实到", "请假"), rows, widths=(5, 1, 1, 1)),
            Heading("二、会议情况"),
            Text(meeting.summary),
        ],
        signer=meeting.unit.name,
        day=timezone.localdate(meeting.reported_at) if meeting.reported_at else None,
    )


def meeting_link(paper: str) -> Link:
    """The sheet to be signed and who came are two downloads of the meeting."""

    def link(year: int, item: Item, form: str) -> str:
        name = "attendance" if form == "xlsx" else paper
        return reverse("meetings:meeting-paper", args=[year, item.keys["pk"], name, form])

    return link


PRINTABLES = (
    Printable(
        "duty-report",
        "述职述廉报告",
        _("Duty and integrity report"),
        Folder.MEETING,
        Kind.REPORT,
        Scope.CADRE,
        reports,
        both(duty_report),
        link=at("meetings:report-paper", "appraisal"),
    ),
    Printable(
        "host-script",
        "主持词",
        _("Host's script"),
        Folder.MEETING,
        Kind.HALL,
        Scope.MEETING,
        of_meetings(),
        of_meeting(host_script_paper),
        in_pack=1,
        link=meeting_link("host-script"),
        who=MAKERS,
    ),
    Printable(
        "agenda",
        "会议议程",
        _("Agenda"),
        Folder.MEETING,
        Kind.HALL,
        Scope.MEETING,
        of_meetings(copies=invited),
        of_meeting(agenda_paper),
        in_pack=2,
        link=meeting_link("agenda"),
        who=MAKERS,
    ),
    Printable(
        "sign-in",
        "签到表",
        _("Sign-in sheet"),
        Folder.MEETING,
        Kind.HALL,
        Scope.MEETING,
        of_meetings(),
        {**of_meeting(sign_in_paper), "xlsx": attendance},
        in_pack=3,
        single_sided=True,
        link=meeting_link("sign-in"),
        who=MAKERS,
    ),
    Printable(
        "name-plates",
        "席签",
        _("Name plates"),
        Folder.MEETING,
        Kind.HALL,
        Scope.MEETING,
        of_meetings(),
        {"pdf": name_plates},
        in_file=False,
        in_pack=4,
        single_sided=True,
        link=meeting_link("name-plates"),
        who=MAKERS,
    ),
    Printable(
        "invitations",
        "邀请函",
        _("Invitations"),
        Folder.MEETING,
        Kind.HALL,
        Scope.MEETING,
        of_meetings(),
        of_meeting(invitations_paper),
        in_file=False,
        in_pack=5,
        single_sided=True,
        link=meeting_link("invitations"),
        who=MAKERS,
    ),
    Printable(
        "inquiries",
        "询问质询记录",
        _("Record of inquiries"),
        Folder.MEETING,
        Kind.REPORT,
        Scope.MEETING,
        of_meetings(filed_once_held=True),
        of_meeting(inquiries_paper),
        in_pack=6,
        hint=_("Before the meeting an empty form."),
        link=meeting_link("inquiries"),
        who=MAKERS,
    ),
    Printable(
        "minutes",
        "会议情况报告",
        _("Report of the meeting"),
        Folder.MEETING,
        Kind.REPORT,
        Scope.MEETING,
        of_meetings(once_reported),
        of_meeting(minutes_paper),
    ),
)
