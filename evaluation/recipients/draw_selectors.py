"""Frames, draws and who was drawn, as one user may see them."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.recipients.draws import TAKING_PART
from evaluation.recipients.frames import people_of_ledger
from evaluation.recipients.models import Draw, DrawnRecipient, DrawStratum, Frame, FrameQuerySet
from evaluation.recipients.selectors import records_of
from evaluation.units.access import roles_of
from evaluation.units.models import Role, Unit

State, Way = DrawnRecipient.State, DrawnRecipient.Way
TAKES_PART = Q(recipients__state__in=TAKING_PART)


@dataclass(frozen=True, slots=True)
class LedgerSection:
    """One section of the ledger: how many people and firms it served in finished cases."""

    unit: Unit
    section: str
    served: int


def ledger_sections(user: User, cycle: Cycle) -> list[LedgerSection]:
    """Every section of the ledgers that ``user`` may see, in two queries."""
    people = people_of_ledger(records_of(user, cycle))
    units = Unit.objects.filter(pk__in=people).for_list()
    return [
        LedgerSection(unit, section, served)
        for unit in units
        for section, served in sorted(Counter(person.entry.section for person in people[unit.pk]).items())
    ]


def units_to_draw_for(user: User) -> QuerySet[Unit]:
    if Role.OFFICE in roles_of(user):
        return Unit.objects.for_list()
    return Unit.objects.acted_for_by(user, Role.UNIT_ADMIN).for_list()


def frame_list(user: User, cycle: Cycle, *, words: str = "", drawn: str = "") -> FrameQuerySet:
    """``drawn``: ``yes`` (a draw stands), ``no``, or either."""
    frames = Frame.objects.visible_to(user).filter(cycle=cycle).for_list()
    if words:
        frames = frames.filter(Q(unit__name__icontains=words) | Q(name__icontains=words))
    standing = Draw.objects.filter(set_aside_at__isnull=True).values("frame")
    if drawn == "yes":
        frames = frames.filter(pk__in=standing)
    elif drawn == "no":
        frames = frames.exclude(pk__in=standing)
    return frames


def section_sizes(frame: Frame) -> dict[str, int]:
    return dict(frame.entries.values_list("section").annotate(Count("pk")).order_by("section"))


def strata_with_numbers(drawn: Draw) -> QuerySet[DrawStratum]:
    """The sections of a draw: who takes part, by which way, who cannot, and who still waits in reserve."""
    counted = {
        "taking_part": TAKES_PART,
        "by_letter": TAKES_PART & Q(recipients__way=Way.LETTER),
        "unavailable": Q(recipients__state=State.UNAVAILABLE),
        "called_up": Q(recipients__state=State.CALLED_UP),
        "waiting": Q(recipients__state=State.RESERVE),
    }
    numbers = {name: Count("recipients", filter=condition) for name, condition in counted.items()}
    return drawn.strata.annotate(**numbers).order_by("section")


def recipients_of(
    drawn: Draw, *, section: str = "", state: str = "", way: str = "", words: str = ""
) -> QuerySet[DrawnRecipient]:
    """Who was drawn, in the drawn order; ``section`` is the key of a stratum."""
    rows = DrawnRecipient.objects.filter(stratum__draw=drawn).select_related("stratum", "entry")
    if section.isdecimal() and len(section) < 18:
        rows = rows.filter(stratum=int(section))
    if state in State.values:
        rows = rows.filter(state=state)
    if way in Way.values:
        rows = rows.filter(way=way)
    if words:
        rows = rows.filter(entry__name__icontains=words)
    return rows.order_by("stratum__section", "place")


def invited_of(drawn: Draw) -> QuerySet[DrawnRecipient]:
    """Those drawn or called up, for the list of invitations."""
    return recipients_of(drawn).filter(state__in=TAKING_PART)


def number_at_meeting(drawn: Draw) -> int:
    return invited_of(drawn).filter(way=Way.MEETING).count()
