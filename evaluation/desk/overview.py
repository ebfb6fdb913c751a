"""One cadre in one year, step by step, as far as this person may see it."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.ballots.models import BallotBox
from evaluation.bonus.models import BonusClaim
from evaluation.cycle.models import Step
from evaluation.daily.models import DailyDeduction
from evaluation.desk.menu import address_of
from evaluation.desk.progress import step_now
from evaluation.meetings.models import DutyReport, Inquiry, ReportMeeting
from evaluation.pledges.models import Pledge
from evaluation.portal.public import public_appraisals
from evaluation.rectification.models import RectificationPlan
from evaluation.results.models import Result
from evaluation.roster.models import Appraisal


@dataclass(frozen=True)
class Line:
    """One row of the overview: what it is, its state, and the page where it is worked on."""

    what: str | Promise
    status: str
    label: str | Promise
    url: str = ""


NOT_BEGUN = ("not_started", _("Not begun"))


def overview_of(appraisal: Appraisal, user: User) -> dict[str, Any]:
    """Return the five steps of ``appraisal`` with their rows, through the ``visible_to`` of every room."""
    year = appraisal.cycle.year
    return {
        "appraisal": appraisal,
        "cycle": appraisal.cycle,
        "step_now": step_now(appraisal.cycle),
        "headings": list(enumerate(Step.labels, start=1)),
        "is_public": public_appraisals().filter(pk=appraisal.pk).exists(),
        "result": _result(appraisal, user),
        "parts": [
            (1, [_pledge(appraisal, user, year)]),
            (
                2,
                [_report(appraisal, user, year), *_meetings(appraisal, user, year), *_inquiries(appraisal, user, year)],
            ),
            (3, [*_boxes(appraisal, user, year), *_deductions(appraisal, user, year), *_claims(appraisal, user, year)]),
            (4, _results(appraisal, user, year)),
            (5, [_plan(appraisal, user, year)]),
        ],
    }


def _pledge(appraisal: Appraisal, user: User, year: int) -> Line:
    row = Pledge.objects.visible_to(user).filter(appraisal=appraisal).first()
    status, label = (row.status, row.get_status_display()) if row else NOT_BEGUN
    return Line(_("Pledge"), str(status), label, address_of("pledges:pledge-detail", year, appraisal.pk))


def _report(appraisal: Appraisal, user: User, year: int) -> Line:
    row = DutyReport.objects.visible_to(user).filter(appraisal=appraisal).first()
    status, label = (row.status, row.get_status_display()) if row else NOT_BEGUN
    return Line(_("Duty report"), str(status), label, address_of("meetings:report-detail", year, appraisal.pk))


def _meetings(appraisal: Appraisal, user: User, year: int) -> list[Line]:
    rows = ReportMeeting.objects.visible_to(user).filter(cycle=appraisal.cycle, unit=appraisal.organising_unit)
    return [
        Line(row.title, row.status, row.get_status_display(), address_of("meetings:meeting-detail", year, row.pk))
        for row in rows.order_by("starts_at")
    ]


def _inquiries(appraisal: Appraisal, user: User, year: int) -> list[Line]:
    rows = Inquiry.objects.visible_to(user).filter(appraisal=appraisal).distinct()
    return [_inquiry(row, year) for row in rows]


def _inquiry(row: Inquiry, year: int) -> Line:
    url = address_of("meetings:inquiry-list", year)
    if row.written_due and not row.written_at:
        return Line(row.question, "pending", _("Written answer owed"), url)
    return Line(row.question, "done", _("Answered"), url)


def _boxes(appraisal: Appraisal, user: User, year: int) -> list[Line]:
    rows = BallotBox.objects.visible_to(user).filter(sheet__appraisal=appraisal, is_trial=False)
    return [
        Line(row.title, row.state, row.get_state_display(), address_of("ballots:box-detail", year, row.pk))
        for row in rows.order_by("opens_at", "pk")
    ]


def _deductions(appraisal: Appraisal, user: User, year: int) -> list[Line]:
    rows = DailyDeduction.objects.visible_to(user).filter(appraisal=appraisal)
    return [
        Line(row.facts, row.status, row.get_status_display(), address_of("daily:deduction-detail", year, row.pk))
        for row in rows.order_by("found_on")
    ]


def _claims(appraisal: Appraisal, user: User, year: int) -> list[Line]:
    rows = BonusClaim.objects.visible_to(user).filter(appraisal=appraisal)
    return [
        Line(row.award, row.status, row.get_status_display(), address_of("bonus:claim-detail", year, row.pk))
        for row in rows.order_by("pk")
    ]


def _result(appraisal: Appraisal, user: User) -> Result | None:
    return _visible_results(appraisal, user).first()


def _visible_results(appraisal: Appraisal, user: User) -> Any:
    rows = Result.objects.visible_to(user).filter(appraisal=appraisal)
    return rows.select_related("publication").order_by("-publication__version").distinct()


def _results(appraisal: Appraisal, user: User, year: int) -> list[Line]:
    return [
        Line(
            _("Result"),
            row.publication.status,
            row.publication.get_status_display(),
            address_of("results:result-detail", year, row.pk),
        )
        for row in _visible_results(appraisal, user)
    ] or [Line(_("Result"), *NOT_BEGUN)]


def _plan(appraisal: Appraisal, user: User, year: int) -> Line:
    row = RectificationPlan.objects.visible_to(user).filter(appraisal=appraisal).first()
    if row is None:
        return Line(_("Rectification plan"), *NOT_BEGUN)
    url = address_of("rectification:plan-detail", year, row.pk)
    return Line(_("Rectification plan"), row.status, row.get_status_display(), url)
