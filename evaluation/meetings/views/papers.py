"""The papers of a meeting and of a duty report, for those who hold it; names of those invited leave on record."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from evaluation.audit.services import record
from evaluation.documents.paper import Paper
from evaluation.files.responses import download
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
from evaluation.pledges.paper_pages import READERS
from evaluation.pledges.review import TRACKS
from evaluation.registry.responses import PDF, paper_response
from evaluation.roster.models import Appraisal
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role, Unit

HOLDERS = (Role.OFFICE, Role.UNIT_ADMIN, Role.APPROVER)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Sheet:
    """One paper of a meeting: ``paper`` drawn as PDF and DOCX, or ``made`` as the bytes of its one format."""

    stem: str
    label: str | Promise
    paper: Callable[[ReportMeeting], Paper | Sequence[Paper]] | None = None
    made: tuple[str, Callable[[ReportMeeting], bytes], str] | None = None
    has_names: bool = False

    @property
    def formats(self) -> tuple[str, ...]:
        return ("pdf", "docx") if self.paper else (self.made[0],) if self.made else ()


SHEETS = {
    "host-script": Sheet("主持词", _("Script of the chair"), host_script_paper),
    "agenda": Sheet("会议议程", _("Agenda"), agenda_paper),
    "sign-in": Sheet("签到表", _("Sign-in sheet"), sign_in_paper, has_names=True),
    "invitations": Sheet("邀请函", _("Letters of invitation"), invitations_paper, has_names=True),
    "name-plates": Sheet("席签", _("Name plates"), made=("pdf", name_plates_pdf, PDF), has_names=True),
    "inquiries": Sheet("询问质询记录", _("Record of questions"), inquiries_paper),
    "attendance": Sheet("到会情况", _("Attendance"), made=("xlsx", attendance_workbook, XLSX), has_names=True),
}


def may_print(request: AuthenticatedRequest, meeting: ReportMeeting) -> bool:
    """The organising unit and the office; who merely may look at the meeting gets no names."""
    if Role.OFFICE in roles_of(request.user):
        return True
    mine = Unit.objects.acted_for_by(request.user, Role.UNIT_ADMIN, Role.APPROVER)
    return mine.filter(pk=meeting.unit_id).exists()


@require_GET
@role_required(*HOLDERS)
def meeting_paper(request: AuthenticatedRequest, year: int, pk: int, paper: str, format: str) -> HttpResponse:  # noqa: A002
    rows = ReportMeeting.objects.visible_to(request.user).filter(cycle__year=year)
    meeting = get_object_or_404(rows.for_list(), pk=pk)
    if not may_print(request, meeting):
        raise PermissionDenied
    sheet = SHEETS.get(paper)
    if sheet is None or format not in sheet.formats:
        raise Http404
    if sheet.has_names and meeting.attendees.exists():
        record(actor=request.user, action="attendees-printed", target=meeting, detail={"paper": paper})
    stem = f"{meeting.unit.name}{sheet.stem}"
    if sheet.made is not None:
        kind, make, content_type = sheet.made
        return download(make(meeting), f"{stem}.{kind}", content_type)
    assert sheet.paper is not None
    return paper_response(sheet.paper(meeting), stem, format)


@require_GET
@role_required(*READERS)
def report_file(request: AuthenticatedRequest, year: int, pk: int, format: str) -> HttpResponse:  # noqa: A002
    """The duty report of a cadre, for whoever may read its page."""
    rows = Appraisal.objects.visible_to(request.user).filter(cycle__year=year, track__in=TRACKS)
    report = get_object_or_404(
        DutyReport.objects.for_list().select_related("appraisal__cycle"), appraisal__in=rows.taking_part(), appraisal=pk
    )
    return paper_response(report_paper(report), f"{report.appraisal.name}述职述廉报告", format)


def meeting_downloads(request: AuthenticatedRequest, meeting: ReportMeeting) -> list[tuple[str | Promise, str, str]]:
    """The papers of a meeting for ``components/_downloads.html``; nothing for who may not print them."""
    if not may_print(request, meeting):
        return []
    year = meeting.cycle.year
    return [
        (sheet.label, reverse("meetings:meeting-paper", args=[year, meeting.pk, code, kind]), kind.upper())
        for code, sheet in SHEETS.items()
        for kind in sheet.formats
    ]


def report_downloads(report: DutyReport | None, year: int) -> list[tuple[str | Promise, str, str]]:
    if report is None:
        return []
    label = _("Duty report on paper")
    return [
        (label, reverse("meetings:report-paper", args=[year, report.appraisal_id, kind]), kind.upper())
        for kind in ("pdf", "docx")
    ]
