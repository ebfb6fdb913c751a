"""Which boxes a user may work on, and what their pages show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.ballots.boxes import closes_by_time, standing_of
from evaluation.ballots.models import BallotBox, BallotBoxQuerySet, Opinion, Pass, ScrutineerKey
from evaluation.cycle.models import Cycle, GroupRule, Track
from evaluation.meetings.models import GROUP_OF_CATEGORY, ReportMeeting
from evaluation.roster.models import Appraisal
from evaluation.units.access import roles_of
from evaluation.units.models import Role, Unit

State = BallotBox.State
LONGEST_MEETING = timedelta(hours=6)


def writable_boxes(user: User) -> BallotBoxQuerySet:
    """Office and scrutineers work on every box, a unit's administrator on those of the unit and its villages."""
    if roles_of(user) & {Role.OFFICE, Role.SCRUTINEER}:
        return BallotBox.objects.all()
    return BallotBox.objects.filter(unit__in=Unit.objects.acted_for_by(user, Role.UNIT_ADMIN))


def boxes_to_prepare(user: User) -> BallotBoxQuerySet:
    """Whose sheet, groups and times ``user`` sets: all for the office, the unit's own for its administrator."""
    if Role.OFFICE in roles_of(user):
        return BallotBox.objects.all()
    return BallotBox.objects.filter(unit__in=Unit.objects.acted_for_by(user, Role.UNIT_ADMIN))


def units_to_prepare_for(user: User) -> QuerySet[Unit]:
    if Role.OFFICE in roles_of(user):
        return Unit.objects.for_list()
    return Unit.objects.acted_for_by(user, Role.UNIT_ADMIN).for_list()


@dataclass(frozen=True, slots=True)
class Turnout:
    issued: int
    spent: int
    void: int


def turnouts(boxes: Iterable[BallotBox]) -> dict[int, Turnout]:
    """Slips handed out and used, per box, in one query: all that is known before the count."""
    keys = [box.pk for box in boxes]
    numbers: dict[int, dict[str, int]] = {key: {} for key in keys}
    for row in Pass.objects.filter(box__in=keys).values("box", "state").annotate(number=Count("pk")):
        numbers[row["box"]][row["state"]] = row["number"]
    return {
        key: Turnout(found.get("issued", 0) + found.get("spent", 0), found.get("spent", 0), found.get("void", 0))
        for key, found in numbers.items()
    }


def group_labels(box: BallotBox) -> dict[str, str]:
    """What the city calls the groups of the box's track."""
    return labels_of_track(box.cycle_id, box.track)


def labels_of_track(cycle: int, track: str) -> dict[str, str]:
    rows = GroupRule.objects.filter(rules__cycle=cycle, rules__track=track)
    return {row.code: row.label for row in rows}


def shown_state(box: BallotBox) -> tuple[str, str]:
    """The state as voters meet it: a box whose time has come or is over, though nobody has written that down yet."""
    standing = standing_of(box)
    if box.state == State.OPEN and standing == "over":
        return "closed", _("Voting is over")
    if box.state == State.READY and standing == "open":
        return "open", str(State.OPEN.label)
    if box.state == State.READY and standing == "over":
        return "late", _("Was never opened")
    return box.state, box.get_state_display()


def may_open_now(box: BallotBox) -> bool:
    return box.closes_at > timezone.now() and (box.kind == BallotBox.Kind.MEETING or standing_of(box) == "open")


def may_close_now(box: BallotBox) -> bool:
    """A box that closes by its time is not closed before it."""
    return not closes_by_time(box) or standing_of(box) == "over"


def next_action(box: BallotBox) -> tuple[str, str]:
    """What has to be done with a box now, and by whom."""
    unit, scrutineer = _("Unit"), _("Scrutineer")
    shown, _label = shown_state(box)
    if shown != box.state:
        return {
            "closed": (_("No vote is taken any more. Close the box, then count"), scrutineer),
            "open": (_("Votes are taken. Closes by itself at its time"), ""),
            "late": (_("Its time passed unopened. Put the closing time off"), _("Office or unit")),
        }[shown]
    meeting = box.kind == BallotBox.Kind.MEETING
    actions = {
        State.DRAFT: (_("Check sheet and groups, appoint the scrutineers, make the box ready"), scrutineer),
        State.READY: (_("Make the slips; open the box on the chair's word"), scrutineer)
        if meeting
        else (_("Make and send the passes by letter; opens by itself at its time"), _("Office or scrutineer"))
        if box.stratum_id
        else (_("Opens by itself at its time"), ""),
        State.OPEN: (_("Close the box on the chair's word"), scrutineer)
        if meeting
        else (_("Closes by itself at its time"), ""),
        State.CLOSED: (_("Enter the numbers of the hall, key and check the paper, count"), scrutineer)
        if box.takes_paper
        else (_("Count"), scrutineer),
        State.COUNTED: (_("Release the figures on the chair's word"), scrutineer)
        if box.released_at is None and not box.is_trial
        else (_("Nothing left to do"), ""),
        State.ANNULLED: (_("Nothing left to do"), ""),
    }
    return actions.get(State(box.state), ("", unit))


def box_of_meeting(meeting: ReportMeeting) -> dict[str, Any]:
    """The fields of a box as its meeting suggests them."""
    invited: dict[str, int] = {}
    for row in meeting.attendance.all():
        group = f"invited_{GROUP_OF_CATEGORY[row.category].value}"
        invited[group] = invited.get(group, 0) + row.invited
    is_town = meeting.unit.kind == Unit.Kind.TOWN
    return {
        "unit": meeting.unit,
        "track": Track.VILLAGE if is_town else Track.MID_LEVEL,
        "kind": BallotBox.Kind.MEETING,
        "meeting": meeting,
        "title": _("{unit}: box of the report meeting").format(unit=meeting.unit.name)[:120],
        "closes_at": meeting.starts_at + LONGEST_MEETING,
        **{group: number for group, number in invited.items() if number},
    }


def keys_of_year(cycle: Cycle) -> QuerySet[ScrutineerKey]:
    keys = ScrutineerKey.objects.filter(cycle=cycle, destroyed_at__isnull=True)
    return keys.select_related("user").order_by("user__full_name", "pk")


def readable_opinions(user: User, cycle: Cycle) -> QuerySet[Opinion]:
    """Opinions of released boxes on cadres that the user may see, never on oneself; a cadre reads what is shown,
    elsewhere. Who does not moderate (approver, organisation department) reads only what is shown."""
    appraisals = Appraisal.objects.filter(cycle=cycle).exclude(cadre__user=user)
    roles = roles_of(user)
    if not roles & {Role.OFFICE, Role.ORGANISATION, Role.AUDITOR}:
        units = Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER)
        appraisals = appraisals.filter(organising_unit__in=units)
    readable = Opinion.objects.filter(
        appraisal__in=appraisals, box__is_trial=False, box__state=State.COUNTED, box__released_at__isnull=False
    )
    if not roles & {Role.OFFICE, Role.AUDITOR}:
        moderated = Unit.objects.acted_for_by(user, Role.UNIT_ADMIN)
        readable = readable.filter(Q(appraisal__organising_unit__in=moderated) | Q(status=Opinion.Status.SHOWN))
    return readable.select_related("appraisal__organising_unit", "appraisal__cadre").order_by(
        "appraisal__organising_unit__order",
        "appraisal__organising_unit_id",
        "appraisal__track",
        "appraisal__order",
        "appraisal_id",
        "pk",
    )


def moderated_opinions(user: User, cycle: Cycle) -> QuerySet[Opinion]:
    """Those on which ``user`` may decide: of the units whose administrator this is; the office all."""
    readable = readable_opinions(user, cycle)
    if Role.OFFICE in roles_of(user):
        return readable
    return readable.filter(appraisal__organising_unit__in=Unit.objects.acted_for_by(user, Role.UNIT_ADMIN))
