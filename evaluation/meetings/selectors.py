"""What other rooms read of reports and meetings."""

from collections.abc import Iterable

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.meetings.models import AttendanceCount, DutyReport, ReportMeeting, ReportMeetingQuerySet
from evaluation.pledges.review import TRACKS
from evaluation.roster.models import Appraisal
from evaluation.units.access import roles_of
from evaluation.units.models import Role, Unit, UnitQuerySet

PUBLIC = (ReportMeeting.Status.ANNOUNCED, ReportMeeting.Status.HELD, ReportMeeting.Status.REPORTED)


def published_report(appraisal: Appraisal) -> DutyReport | None:
    """Return the published duty report of an appraisal with its statements, or ``None``."""
    rows = DutyReport.objects.filter(appraisal=appraisal, status=DutyReport.Status.PUBLISHED)
    return rows.for_list().prefetch_related("statements__item").first()


def public_meetings() -> ReportMeetingQuerySet:
    """Meetings that have been announced, with unit and cycle."""
    return ReportMeeting.objects.filter(status__in=PUBLIC).for_list()


def attendance_total(rows: Iterable[AttendanceCount]) -> dict[str, int]:
    """Add up 应到, 实到, 请假 and walk-ins of all categories."""
    kept = list(rows)
    return {
        "invited": sum(row.invited for row in kept),
        "present": sum(row.present or 0 for row in kept),
        "on_leave": sum(row.on_leave or 0 for row in kept),
        "walk_ins": sum(row.walk_ins for row in kept),
    }


def meeting_units(user: User, cycle: Cycle) -> UnitQuerySet:
    """The units for which ``user`` may set up a meeting: those that organise cadres of the year."""
    organising = Appraisal.objects.filter(cycle=cycle, track__in=TRACKS, exempt=False).values("organising_unit")
    units = Unit.objects.filter(pk__in=organising).for_list()
    if Role.OFFICE in roles_of(user):
        return units
    return units.filter(pk__in=Unit.objects.acted_for_by(user, Role.UNIT_ADMIN).values("pk"))
