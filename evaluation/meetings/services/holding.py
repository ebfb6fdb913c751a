"""The open report meeting: prepared, announced, held, reported (C7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.guard.citizen_numbers import require_no_citizen_number
from evaluation.meetings.models import AgendaItem, AttendanceCount, Attendee, Category, ReportMeeting
from evaluation.pledges.review import TRACKS
from evaluation.roster.models import Appraisal, AppraisalQuerySet
from evaluation.units.access import roles_of
from evaluation.units.models import Role, Unit

Status = ReportMeeting.Status
MINUTES_OF_A_REPORT = 10
NOTICE = timedelta(days=1)


@dataclass(frozen=True)
class Transition:
    before: Status
    after: Status
    refusal: str | Promise


TRANSITIONS = {
    "announce": Transition(Status.DRAFT, Status.ANNOUNCED, _("The meeting has been announced already.")),
    "hold": Transition(Status.ANNOUNCED, Status.HELD, _("Only an announced meeting can be recorded as held.")),
    "report": Transition(
        Status.HELD, Status.REPORTED, _("Only a meeting that was held and not reported can be reported.")
    ),
}
PREPARED = frozenset({Status.DRAFT, Status.ANNOUNCED})
COUNTED = frozenset({Status.ANNOUNCED, Status.HELD})


@dataclass(frozen=True)
class MeetingText:
    title: str
    starts_at: datetime
    place: str = ""
    chair: str = ""


@dataclass(frozen=True)
class AgendaText:
    """One item in its order; ``appraisal``: key of the cadre who reports, of the meeting's unit and year."""

    text: str
    minutes: int | None = None
    appraisal: int | None = None


@dataclass(frozen=True)
class Counts:
    """Who came of one category: persons; ``walk_ins`` stand within ``present``."""

    present: int
    on_leave: int = 0
    walk_ins: int = 0


@dataclass(frozen=True)
class NamedAttendee:
    category: str
    name: str
    organisation: str = ""
    status: str = Attendee.Status.INVITED
    is_walk_in: bool = False
    seat: str | None = None


def reporting_cadres(unit: Unit, cycle: Cycle) -> AppraisalQuerySet:
    """The cadres who report at a meeting of ``unit``: those it organises in the year, in the order of the roster."""
    return (
        Appraisal.objects.filter(cycle=cycle, organising_unit=unit, track__in=TRACKS)
        .taking_part()
        .order_by("order", "pk")
    )


@transaction.atomic
def create_meeting(*, cycle: Cycle, unit: Unit, actor: User, text: MeetingText) -> ReportMeeting:
    """Begin a meeting with an agenda of the unit's cadres.

    Raises ``DomainError``: ``cycle_not_open``, ``not_allowed``, ``citizen_number``.
    """
    _require_may_write(unit, actor)
    if cycle.status != Cycle.Status.OPEN:
        raise DomainError("cycle_not_open", _("This year is not under way; nothing can be changed in it now."))
    require_no_citizen_number(text.title, text.place, text.chair)
    meeting = ReportMeeting.objects.create(cycle=cycle, unit=unit, **vars(text))
    _replace_agenda(meeting, default_agenda(meeting))
    record(actor=actor, action="meeting-created", target=meeting, detail={"unit": unit.code})
    return meeting


@transaction.atomic
def save_meeting(*, meeting: ReportMeeting, actor: User, text: MeetingText) -> ReportMeeting:
    """Change title, time, place or chair until it is held. Once announced, a new time keeps a day's notice too.

    Raises ``DomainError``: ``wrong_state``, ``not_allowed``, ``citizen_number``, ``too_soon``, ``place_missing``.
    """
    meeting = _locked(meeting, actor, PREPARED)
    require_no_citizen_number(text.title, text.place, text.chair)
    moved = text.starts_at != meeting.starts_at
    for field, value in vars(text).items():
        setattr(meeting, field, value)
    if meeting.status == Status.ANNOUNCED:
        _require_place(meeting)
        if moved:
            _require_notice(meeting, timezone.now())
    meeting.save(update_fields=[*vars(text)])
    record(actor=actor, action="meeting-saved", target=meeting, detail={"starts_at": text.starts_at})
    return meeting


def default_agenda(meeting: ReportMeeting) -> list[AgendaText]:
    """Opening, a report of every cadre of the unit, questions, the vote: in the reader's language."""
    reports = [
        AgendaText(
            text=gettext("%(name)s reports on duty and integrity") % {"name": appraisal.name},
            minutes=MINUTES_OF_A_REPORT,
            appraisal=appraisal.pk,
        )
        for appraisal in reporting_cadres(meeting.unit, meeting.cycle)
    ]
    return [
        AgendaText(text=gettext("Opening; how the evaluation works"), minutes=5),
        *reports,
        AgendaText(text=gettext("Questions and interpellations"), minutes=30),
        AgendaText(text=gettext("Democratic evaluation"), minutes=20),
    ]


@transaction.atomic
def generate_agenda(*, meeting: ReportMeeting, actor: User) -> ReportMeeting:
    """Replace the agenda by the default one, for cadres who came later. Raises ``DomainError`` as ``save_agenda``."""
    meeting = _locked(meeting, actor, PREPARED)
    _replace_agenda(meeting, default_agenda(meeting))
    record(actor=actor, action="agenda-generated", target=meeting)
    return meeting


@transaction.atomic
def save_agenda(*, meeting: ReportMeeting, actor: User, items: Sequence[AgendaText]) -> ReportMeeting:
    """Replace the agenda, in the order given.

    Raises ``DomainError``: ``wrong_state``, ``not_allowed``, ``agenda_missing`` (announced ones keep an agenda),
    ``cadre_unknown``, ``citizen_number``.
    """
    meeting = _locked(meeting, actor, PREPARED)
    require_no_citizen_number(*(item.text for item in items))
    if meeting.status == Status.ANNOUNCED and not items:
        raise DomainError("agenda_missing", _("The meeting needs an agenda before it is announced."))
    known = set(reporting_cadres(meeting.unit, meeting.cycle).values_list("pk", flat=True))
    if {item.appraisal for item in items if item.appraisal} - known:
        raise DomainError("cadre_unknown", _("Only cadres whom this unit organises report at its meeting."))
    _replace_agenda(meeting, items)
    record(actor=actor, action="agenda-saved", target=meeting, detail={"items": len(items)})
    return meeting


@transaction.atomic
def save_invitations(*, meeting: ReportMeeting, actor: User, invited: Mapping[str, int]) -> ReportMeeting:
    """Write how many persons of each category are invited (应到); categories with 0 and nothing else are left out.

    Raises ``DomainError``: ``wrong_state``, ``not_allowed``, ``category_unknown``, ``counts_do_not_fit``.
    """
    meeting = _locked(meeting, actor, COUNTED | PREPARED)
    _require_categories(invited)
    rows = {row.category: row for row in meeting.attendance.all()}
    for category, count in invited.items():
        row = rows.get(category) or AttendanceCount(meeting=meeting, category=category)
        row.invited = count
        _require_fit(row)
        if count or row.present is not None:
            row.save()
        elif row.pk:
            row.delete()
    record(actor=actor, action="invitations-saved", target=meeting, detail=dict(invited))
    return meeting


@transaction.atomic
def announce_meeting(*, meeting: ReportMeeting, actor: User, now: datetime | None = None) -> ReportMeeting:
    """Make place, time and agenda public, one calendar day before the meeting at the latest.

    ``now``: for the demonstration, which builds a year that has partly passed. Raises ``DomainError``:
    ``wrong_state``, ``not_allowed``, ``place_missing``, ``agenda_missing``, ``too_soon``.
    """
    now = now or timezone.now()
    meeting = _locked(meeting, actor, frozenset({TRANSITIONS["announce"].before}), TRANSITIONS["announce"].refusal)
    _require_place(meeting)
    if not meeting.agenda.exists():
        raise DomainError("agenda_missing", _("The meeting needs an agenda before it is announced."))
    _require_notice(meeting, now)
    meeting.announced_at = now
    return _advanced(meeting, "announce", actor, ["announced_at"])


@transaction.atomic
def save_attendance(*, meeting: ReportMeeting, actor: User, counts: Mapping[str, Counts]) -> ReportMeeting:
    """Write by category who came (实到), who took leave (请假), who came without an invitation.

    Raises ``DomainError``: ``wrong_state``, ``not_allowed``, ``category_unknown``, ``counts_do_not_fit``.
    """
    meeting = _locked(meeting, actor, COUNTED)
    _require_categories(counts)
    rows = {row.category: row for row in meeting.attendance.all()}
    for category, given in counts.items():
        row = rows.get(category) or AttendanceCount(meeting=meeting, category=category)
        row.present, row.on_leave, row.walk_ins = given.present, given.on_leave, given.walk_ins
        _require_fit(row)
        if row.pk or row.present or row.on_leave:
            row.save()
    record(actor=actor, action="attendance-saved", target=meeting, detail={"present": _present(meeting)})
    return meeting


@transaction.atomic
def save_attendees(*, meeting: ReportMeeting, actor: User, attendees: Sequence[NamedAttendee]) -> ReportMeeting:
    """Keep attendance by name: replace the list; its categories are counted from it.

    Names stay with the unit; the public pages show counts. Raises ``DomainError``: ``wrong_state``, ``not_allowed``,
    ``category_unknown``, ``citizen_number``.
    """
    meeting = _locked(meeting, actor, COUNTED | PREPARED)
    _require_categories(row.category for row in attendees)
    require_no_citizen_number(*(f"{row.name} {row.organisation}" for row in attendees))
    named_before = set(meeting.attendees.values_list("category", flat=True))
    meeting.attendees.all().delete()
    Attendee.objects.bulk_create(Attendee(meeting=meeting, **vars(row)) for row in attendees)
    for category in named_before | {row.category for row in attendees}:
        _count_names(meeting, category, [row for row in attendees if row.category == category])
    record(actor=actor, action="attendees-saved", target=meeting, detail={"names": len(attendees)})
    return meeting


@transaction.atomic
def hold_meeting(*, meeting: ReportMeeting, actor: User, now: datetime | None = None) -> ReportMeeting:
    """Record that the meeting takes or took place, once it is counted who came; questions can be recorded from then on.

    Raises ``DomainError``: ``wrong_state``, ``not_allowed``, ``not_yet`` before its day, ``attendance_missing``.
    """
    now = now or timezone.now()
    meeting = _locked(meeting, actor, frozenset({TRANSITIONS["hold"].before}), TRANSITIONS["hold"].refusal)
    if timezone.localdate(now) < timezone.localdate(meeting.starts_at):
        raise DomainError("not_yet", _("The day of the meeting has not come."))
    if not _present(meeting):
        raise DomainError("attendance_missing", _("Enter who came before you record the meeting as held."))
    return _advanced(meeting, "hold", actor, [])


@transaction.atomic
def publish_meeting_report(
    *, meeting: ReportMeeting, actor: User, summary: str, now: datetime | None = None
) -> ReportMeeting:
    """Publish the report: summary, counts by category, questions with their answers.

    Raises ``DomainError``: ``wrong_state``, ``not_allowed``, ``summary_missing``, ``citizen_number``,
    ``answer_missing`` where a question has neither an answer nor a day for the written one.
    """
    meeting = _locked(meeting, actor, frozenset({TRANSITIONS["report"].before}), TRANSITIONS["report"].refusal)
    if not summary.strip():
        raise DomainError("summary_missing", _("Write what the meeting was like before you publish the report."))
    require_no_citizen_number(summary)
    if meeting.inquiries.filter(answer="", written_due__isnull=True).exists():
        message = _("A question has no answer yet. Enter the answer, or by when it is answered in writing.")
        raise DomainError("answer_missing", message)
    meeting.summary, meeting.reported_at = summary.strip(), now or timezone.now()
    return _advanced(meeting, "report", actor, ["summary", "reported_at"])


def require_may_write(meeting: ReportMeeting, actor: User) -> None:
    """Raise ``DomainError`` ``not_allowed`` unless ``actor`` is the organising unit's administrator or the office."""
    _require_may_write(meeting.unit, actor)


def _require_may_write(unit: Unit, actor: User) -> None:
    mine = Unit.objects.acted_for_by(actor, Role.UNIT_ADMIN).filter(pk=unit.pk)
    if Role.OFFICE not in roles_of(actor) and not mine.exists():
        raise DomainError("not_allowed", _("Only the organising unit or the office can do this."))


def _locked(
    meeting: ReportMeeting, actor: User, states: frozenset[Status], refusal: str | Promise = ""
) -> ReportMeeting:
    locked = ReportMeeting.objects.select_for_update(of=("self",)).select_related("unit", "cycle").get(pk=meeting.pk)
    _require_may_write(locked.unit, actor)
    if locked.status not in states:
        raise DomainError("wrong_state", refusal or _("The meeting is over; this cannot be changed any more."))
    return locked


def _advanced(meeting: ReportMeeting, code: str, actor: User, fields: list[str]) -> ReportMeeting:
    before, meeting.status = meeting.status, TRANSITIONS[code].after
    meeting.save(update_fields=["status", *fields])
    changes = {"status": (before, meeting.status)}
    record(actor=actor, action=f"meeting-{code}", target=meeting, detail={"unit": meeting.unit.code}, changes=changes)
    return meeting


def _require_place(meeting: ReportMeeting) -> None:
    if not meeting.place.strip():
        raise DomainError("place_missing", _("The meeting needs a place before it is announced."))


def _require_notice(meeting: ReportMeeting, now: datetime) -> None:
    if timezone.localdate(meeting.starts_at) < timezone.localdate(now) + NOTICE:
        message = _("A meeting is announced at least one calendar day before it begins. Choose a later day.")
        raise DomainError("too_soon", message)


def _replace_agenda(meeting: ReportMeeting, items: Sequence[AgendaText]) -> None:
    meeting.agenda.all().delete()
    AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=meeting, order=order, text=item.text.strip(), minutes=item.minutes, appraisal_id=item.appraisal
        )
        for order, item in enumerate(items, start=1)
    )


def _require_categories(given: object) -> None:
    if set(given) - set(Category.values):  # type: ignore[call-overload]
        raise DomainError("category_unknown", _("Choose one of the categories of the list."))


def _require_fit(row: AttendanceCount) -> None:
    if row.present is None:
        return
    by_invitation = row.present - row.walk_ins + (row.on_leave or 0)
    if row.walk_ins > row.present or by_invitation > row.invited:
        message = _(
            "%(category)s: present and on leave are more than were invited. "
            "Count those without an invitation among the walk-ins, or correct the number invited."
        )
        raise DomainError("counts_do_not_fit", message % {"category": Category(row.category).label})


def _count_names(meeting: ReportMeeting, category: str, rows: list[NamedAttendee]) -> None:
    present = [row for row in rows if row.status == Attendee.Status.PRESENT]
    known = any(row.status != Attendee.Status.INVITED for row in rows)
    counts = {
        "invited": sum(not row.is_walk_in for row in rows),
        "present": len(present) if known else None,
        "on_leave": sum(row.status == Attendee.Status.ON_LEAVE for row in rows) if known else None,
        "walk_ins": sum(row.is_walk_in for row in present),
    }
    if rows:
        AttendanceCount.objects.update_or_create(meeting=meeting, category=category, defaults=counts)
    else:
        meeting.attendance.filter(category=category).delete()


def _present(meeting: ReportMeeting) -> int:
    return sum(count or 0 for count in meeting.attendance.values_list("present", flat=True))
