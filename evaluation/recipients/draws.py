"""The draw and what follows it: reserves called up in their order, who comes and who gets a letter (C15)."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.cycle.models import Cycle, EvaluatorGroup, GroupRule, Track
from evaluation.errors import DomainError
from evaluation.recipients.drawing import LEAST, Entry, Stratum, canonical, draw, frame_digest
from evaluation.recipients.frames import require_own_unit
from evaluation.recipients.models import Draw, DrawnRecipient, DrawStratum, Frame
from evaluation.roster.services import require_running

State, Way = DrawnRecipient.State, DrawnRecipient.Way
TAKING_PART = (State.DRAWN, State.CALLED_UP)
LONGEST_SEED = 64
MOST_EACH = 500


def least_of(cycle: Cycle) -> int:
    """The least number of graded sheets of service recipients, by the rules of the mid-level cadres."""
    row = GroupRule.objects.filter(
        rules__cycle=cycle, rules__track=Track.MID_LEVEL, code=EvaluatorGroup.SERVICE_RECIPIENT
    ).first()
    return row.min_valid if row else LEAST


@transaction.atomic
def draw_frames(
    *,
    frames: Sequence[Frame],
    each: int,
    reserve_each: int,
    actor: User,
    seed: str = "",
    seed_note: str = "",
    reason: str = "",
) -> list[Draw]:
    """Draw from every frame with one seed, which is made here if none is given.

    A frame from which a draw stands is drawn from again only with a ``reason``; the former draw stays on record.
    Raises ``DomainError``: ``no_frames``, ``cycle_closed``, ``not_yours``, ``numbers``, ``seed``, ``reason_missing``,
    ``letters_out``, ``frame_changed``.
    """
    if not frames:
        raise DomainError("no_frames", _("Choose at least one frame."))
    if not 1 <= each <= MOST_EACH or not 0 <= reserve_each <= MOST_EACH:
        raise DomainError("numbers", _("Draw between 1 and 500 of every section."))
    kept = canonical(seed)
    if len(kept) > LONGEST_SEED:
        raise DomainError("seed", _("A seed has at most 64 characters."))
    given = kept or secrets.token_hex(16)
    return [
        _draw(frame, given, each, reserve_each, actor, canonical(seed_note)[:120], not kept, reason.strip()[:200])
        for frame in sorted(frames, key=lambda frame: frame.pk)
    ]


def _draw(
    frame: Frame, seed: str, each: int, reserve_each: int, actor: User, note: str, is_generated: bool, reason: str
) -> Draw:
    frame = Frame.objects.select_for_update(of=("self",)).select_related("cycle", "unit").get(pk=frame.pk)
    require_running(frame.cycle)
    require_own_unit(frame.unit, actor)
    _set_former_aside(frame, reason, actor)
    rows = {Entry(*row[1:]): row[0] for row in frame.entries.values_list("pk", "section", "name", "mark")}
    if frame_digest(rows) != frame.digest:
        raise DomainError("frame_changed", _("The frame “{name}” is not what it was.").format(name=frame.name))
    made = Draw.objects.create(
        frame=frame,
        seed=seed,
        seed_note=note,
        is_generated=is_generated,
        each=each,
        reserve_each=reserve_each,
        least=least_of(frame.cycle),
        drawn_by=actor,
    )
    strata = draw(rows, seed=seed, each=each, reserve_each=reserve_each, min_valid=made.least)
    _write(made, strata, rows)
    numbers = {"drawn": sum(one.share.main for one in strata), "reserve": sum(one.share.reserve for one in strata)}
    detail = {"frame": frame.pk, "digest": frame.digest, "seed": seed, "sections": len(strata), **numbers}
    record(actor=actor, action="draw-made", target=made, detail=detail)
    return made


def _set_former_aside(frame: Frame, reason: str, actor: User) -> None:
    former = frame.draws.filter(set_aside_at__isnull=True).first()
    if former is None:
        return
    if not reason:
        raise DomainError(
            "reason_missing", _("A draw from “{name}” stands. Say why it is drawn again.").format(name=frame.name)
        )
    if former.strata.filter(letters_made_at__isnull=False).exists():
        raise DomainError("letters_out", _("Passes by letter have been made for this draw. It stands."))
    former.set_aside_at, former.set_aside_reason = timezone.now(), reason
    former.save(update_fields=["set_aside_at", "set_aside_reason"])
    record(actor=actor, action="draw-set-aside", target=former, detail={"reason": reason})


def _write(made: Draw, strata: Sequence[Stratum], rows: dict[Entry, int]) -> None:
    DrawStratum.objects.bulk_create(
        (
            DrawStratum(
                draw=made,
                section=one.section,
                size=one.share.size,
                main=one.share.main,
                reserve=one.share.reserve,
                is_whole=one.share.is_whole,
            )
            for one in strata
        ),
        batch_size=500,
    )
    keys = dict(made.strata.values_list("section", "pk"))
    DrawnRecipient.objects.bulk_create(
        (
            DrawnRecipient(
                stratum_id=keys[one.section],
                entry_id=rows[entry],
                place=place,
                state=State.DRAWN if place <= one.share.main else State.RESERVE,
            )
            for one in strata
            for place, entry in enumerate((*one.main, *one.reserve), start=1)
        ),
        batch_size=500,
    )


@dataclass(frozen=True, slots=True)
class Replaced:
    """How many cannot come, and how many reserves took their places."""

    unavailable: int
    called_up: int

    @property
    def missing(self) -> int:
        return self.unavailable - self.called_up


@transaction.atomic
def replace_unavailable(*, drawn: Draw, recipients: Iterable[int], actor: User) -> Replaced:
    """Mark those who cannot come; for each the next reserve of the section is called up, in its order and by its way.

    Raises ``DomainError``: ``set_aside``, ``not_taking_part`` where nobody of ``recipients`` takes part.
    """
    drawn = _locked(drawn)
    gone = list(_of(drawn, recipients).filter(state__in=TAKING_PART).order_by("stratum_id", "place"))
    if not gone:
        raise DomainError("not_taking_part", _("Choose people who were drawn or called up."))
    reserves: dict[int, list[DrawnRecipient]] = {}
    strata = {row.stratum_id for row in gone}
    for row in DrawnRecipient.objects.filter(stratum__in=strata, state=State.RESERVE).order_by("-place"):
        reserves.setdefault(row.stratum_id, []).append(row)
    called = []
    for row in gone:
        row.state = State.UNAVAILABLE
        if waiting := reserves.get(row.stratum_id):
            next_one = waiting.pop()
            next_one.state, next_one.way = State.CALLED_UP, row.way
            called.append(next_one)
    DrawnRecipient.objects.bulk_update([*gone, *called], ["state", "way"], batch_size=200)
    told = Replaced(len(gone), len(called))
    detail = {"unavailable": [row.pk for row in gone], "called_up": [row.pk for row in called]}
    record(actor=actor, action="reserve-called-up", target=drawn, detail=detail)
    return told


@transaction.atomic
def set_way(*, drawn: Draw, recipients: Iterable[int], way: str, actor: User) -> int:
    """Invite people to the meeting, or have them get a pass by letter or message; return how many changed.

    Raises ``DomainError``: ``set_aside``, ``not_taking_part``, and ``letters_out`` where a letter went out already.
    """
    drawn = _locked(drawn)
    chosen = _of(drawn, recipients).filter(state__in=TAKING_PART)
    if not chosen.exists():
        raise DomainError("not_taking_part", _("Choose people who were drawn or called up."))
    changed = chosen.exclude(way=way)
    if way == Way.MEETING and changed.filter(stratum__letters_made_at__isnull=False).exists():
        raise DomainError(
            "letters_out", _("A pass by letter has been made for some of them. Nobody gets a pass and a slip as well.")
        )
    number = changed.update(way=Way(way))
    record(actor=actor, action="recipients-way-set", target=drawn, detail={"way": way, "number": number})
    return number


@transaction.atomic
def note_invitation_list(*, drawn: Draw, number: int, actor: User) -> None:
    """The list of those invited, with their contact details, was downloaded."""
    record(actor=actor, action="invitation-list-downloaded", target=drawn, detail={"number": number})


def note_letters_made(*, strata: Iterable[int], at: datetime) -> None:
    """A later room made the passes of those who vote by letter. Call it inside a service's transaction."""
    DrawStratum.objects.filter(pk__in=list(strata)).update(letters_made_at=at)


def _locked(drawn: Draw) -> Draw:
    drawn = Draw.objects.select_for_update(of=("self",)).select_related("frame__cycle").get(pk=drawn.pk)
    if drawn.set_aside_at is not None:
        raise DomainError("set_aside", _("This draw was set aside; another stands."))
    require_running(drawn.frame.cycle)
    return drawn


def _of(drawn: Draw, recipients: Iterable[int]) -> QuerySet[DrawnRecipient]:
    return DrawnRecipient.objects.filter(stratum__draw=drawn, pk__in=list(recipients))
