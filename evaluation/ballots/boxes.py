"""The life of a box: draft → ready → open → closed → counted, or annulled (C8, C9)."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.ballots.bursts import forget_networks, new_network_key, set_bursts_aside, telephone_purpose
from evaluation.ballots.keys import (
    appoint_scrutineers,
    key_of,
    open_share,
    open_test_envelope,
    require_not_on_sheet,
    unlock_for,
)
from evaluation.ballots.models import BallotBox, BallotBoxQuerySet, BoxGroup, Envelope, Pass, SheetEntry
from evaluation.ballots.sheets import GRADE_MARKS, Spec
from evaluation.cycle.models import Cycle, EvaluatorGroup
from evaluation.cycle.services import freeze_rules, rules_of
from evaluation.errors import DomainError
from evaluation.guard.sms import sms_is_on
from evaluation.guard.telephones import forget_numbers
from evaluation.meetings.models import ReportMeeting
from evaluation.roster.models import Appraisal, AppraisalQuerySet
from evaluation.units.models import Unit

State = BallotBox.State
LOCK_SPACE = 20_120_000
MOST_ON_SHEET = 120
MOST_ASPECTS = 40
BURST_LIMIT = 20
NAMES = re.compile(r"[\s、，,;；/]+")


@transaction.atomic
def create_box(
    *,
    cycle: Cycle,
    unit: Unit,
    track: str,
    kind: str,
    title: str,
    closes_at: datetime,
    actor: User,
    groups: Mapping[str, int],
    opens_at: datetime | None = None,
    meeting: ReportMeeting | None = None,
    appraisals: Sequence[Appraisal] | None = None,
    takes_passes: bool = True,
    takes_paper: bool = False,
    is_trial: bool = False,
    place: str = "",
    staff: str = "",
    asks_telephone: bool = False,
    burst_limit: int = BURST_LIMIT,
    repeats: BallotBox | None = None,
) -> BallotBox:
    """Set up a box with its sheet and its groups (group → number invited).

    ``appraisals`` in sheet order; all of the unit in this track that are not exempt, if not given. A box of a meeting
    opens by a press, the others at ``opens_at``. A public box with paper has a place and at least two people who staff
    it; ``asks_telephone`` and ``burst_limit`` (``bursts``) are of public boxes alone. Raises ``DomainError``:
    ``times``, ``groups``, ``sheet``, ``no_channel``, ``place``, ``staff``, ``telephone``, ``burst_limit``.
    """
    box = BallotBox(
        cycle=cycle,
        unit=unit,
        track=track,
        kind=kind,
        title=title,
        opens_at=opens_at,
        closes_at=closes_at,
        meeting=meeting,
        takes_passes=takes_passes,
        takes_paper=takes_paper,
        is_trial=is_trial,
        place=place.strip(),
        staff=staff.strip(),
        asks_telephone=asks_telephone,
        burst_limit=burst_limit,
        repeats=repeats,
    )
    _require_times(box)
    if not (takes_passes or takes_paper):
        raise DomainError("no_channel", _("A box takes slips, paper ballots, or both."))
    box.save()
    _write_groups(box, groups)
    require_public(box)
    _write_sheet(box, whole_sheet(box) if appraisals is None else appraisals)
    record(actor=actor, action="box-created", target=box, detail={"unit": unit.code, "groups": dict(groups)})
    return box


@transaction.atomic
def create_boxes(
    *, units: Iterable[Unit], cycle: Cycle, track: str, title: str, actor: User, **fields: Any
) -> list[BallotBox]:
    """Set up one box for each of ``units`` in one act (the villages of a town). ``title`` follows the unit's name.

    A unit with nobody to judge in this track is passed over. The other fields are those of ``create_box``.
    """
    made = []
    for unit in units:
        if _judged_at(unit, cycle=cycle, track=track).exists():
            name = f"{unit.name}{title}"[:120]
            made.append(create_box(unit=unit, cycle=cycle, track=track, title=name, actor=actor, **fields))
    return made


def whole_sheet(box: BallotBox) -> list[Appraisal]:
    """Everybody whom the unit of a box organises in its track, as the sheet begins; in a village its own cadres."""
    return list(_judged_at(box.unit, cycle=box.cycle, track=box.track).order_by("order", "pk"))


def _judged_at(unit: Unit, *, cycle: Cycle, track: str) -> AppraisalQuerySet:
    """A town organises its villages (C3), yet each village judges its own cadres."""
    own = Q(organising_unit=unit) | Q(home_unit=unit, organising_unit=unit.parent_id)
    return Appraisal.objects.taking_part().filter(own, cycle=cycle, track=track)


@transaction.atomic
def edit_box(*, box: BallotBox, actor: User, title: str, opens_at: datetime | None, closes_at: datetime) -> BallotBox:
    """Change title and times. Once ready the closing time may only be put off, once open nothing else either.

    Raises ``DomainError``: ``too_late``, ``times``.
    """
    box = locked(box)
    if box.state not in {State.DRAFT, State.READY, State.OPEN}:
        raise DomainError("too_late", _("The box is closed. Its times stay as they are."))
    if box.state != State.DRAFT and closes_at < box.closes_at:
        raise DomainError("times", _("The closing time has been announced. It can only be put off."))
    if box.state == State.OPEN and opens_at != box.opens_at:
        raise DomainError("times", _("The box is open already: its opening time stays."))
    box.title, box.opens_at, box.closes_at = title, opens_at, closes_at
    _require_times(box)
    box.save(update_fields=["title", "opens_at", "closes_at"])
    record(actor=actor, action="box-edited", target=box, detail={"closes_at": closes_at})
    return box


@transaction.atomic
def edit_sheet(*, box: BallotBox, appraisals: Sequence[Appraisal], actor: User) -> BallotBox:
    """Set who is judged in the box, in this order. Raises ``DomainError``: ``not_draft``, ``sheet``."""
    box = _locked_draft(box)
    box.sheet.all().delete()
    _write_sheet(box, appraisals)
    record(actor=actor, action="sheet-edited", target=box, detail={"appraisals": [row.pk for row in appraisals]})
    return box


@transaction.atomic
def admit_groups(*, box: BallotBox, groups: Mapping[str, int], actor: User) -> BallotBox:
    """Set the evaluator groups of the box and the numbers invited. ``DomainError``: ``not_draft``, ``groups``."""
    box = _locked_draft(box)
    box.groups.all().delete()
    _write_groups(box, groups)
    record(actor=actor, action="groups-admitted", target=box, detail=dict(groups))
    return box


@transaction.atomic
def delete_draft(*, box: BallotBox, actor: User) -> None:
    """Remove a box that has never been ready. Raises ``DomainError``: ``not_draft``."""
    box = _locked_draft(box)
    record(actor=actor, action="box-deleted", target=box, detail={"title": box.title})
    box.delete()


@transaction.atomic
def make_ready(*, boxes: Sequence[BallotBox], scrutineer: User, passphrase: str) -> list[BallotBox]:
    """Fix the sheets of a list of boxes and open a test envelope of each with the real passphrase: all or none.

    A box to which nobody has been appointed gets this scrutineer. Raises ``DomainError``: ``no_key``,
    ``wrong_passphrase``, ``not_serving``, ``wrong_key``, ``not_draft``, ``on_sheet``, ``sheet``, ``groups``, ``times``.
    """
    if not boxes:
        raise DomainError("no_boxes", _("Choose at least one box."))
    key = key_of(user=scrutineer, cycle=boxes[0].cycle)
    private = unlock_for(boxes=boxes, scrutineer=scrutineer, passphrase=passphrase, purpose="ready")
    done = []
    for box in boxes:
        box = _locked_draft(box)
        require_not_on_sheet(box=box, user=scrutineer)
        if not box.key_shares.exists():
            box = appoint_scrutineers(box=box, keys=[key], actor=scrutineer)
        open_test_envelope(box=box, private=open_share(box=box, key=key, private=private))
        done.append(_become_ready(box, scrutineer))
    return done


def _become_ready(box: BallotBox, scrutineer: User) -> BallotBox:
    _require_times(box)
    if box.closes_at <= timezone.now():
        raise DomainError("times", _("The closing time of “{title}” has passed already.").format(title=box.title))
    spec = spec_now(box)
    box.spec, box.envelope_size = spec.as_values(), spec.padded_size
    box.network_key = new_network_key(box)
    box.readied_by, box.state = scrutineer, State.READY
    box.save(update_fields=["spec", "envelope_size", "network_key", "readied_by", "state"])
    changes = {"state": (State.DRAFT, box.state)}
    record(actor=scrutineer, action="box-ready", target=box, detail={"cadres": len(spec.appraisals)}, changes=changes)
    return box


def spec_now(box: BallotBox) -> Spec:
    """What the sheet would be at this moment. Raises ``DomainError``: ``sheet``, ``groups``."""
    rules = rules_of(box.cycle, box.track)
    if not box.groups.exists():
        raise DomainError("groups", _("“{title}” admits no group yet.").format(title=box.title))
    entries = box.sheet.filter(appraisal__exempt=False).values_list("appraisal_id", flat=True)
    if not entries or len(entries) != box.sheet.count():
        raise DomainError(
            "sheet", _("The sheet of “{title}” is empty, or names somebody who is exempt.").format(title=box.title)
        )
    spec = Spec(
        tuple(entries), tuple(row.code for row in rules.aspects.all()), tuple(row.code for row in rules.grades.all())
    )
    if not 0 < len(spec.aspects) <= MOST_ASPECTS or not 0 < len(spec.grades) <= len(GRADE_MARKS):
        raise DomainError("sheet", _("The rules of this track have no aspects or grades, or too many."))
    return spec


@transaction.atomic
def back_to_draft(*, box: BallotBox, actor: User) -> BallotBox:
    """Take a ready box back while nothing is handed out. Raises ``DomainError``: ``not_ready``, ``handed_out``."""
    box = locked(box)
    if box.state != State.READY:
        raise DomainError("not_ready", _("Only a box that is ready and not yet open goes back."))
    if box.passes.exists() or box.groups.filter(printed__gt=0).exists():
        raise DomainError(
            "handed_out", _("Slips or ballots have been made for this box. Annul it, and set up another.")
        )
    box.state, box.readied_by, box.network_key = State.DRAFT, None, None
    box.save(update_fields=["state", "readied_by", "network_key"])
    record(actor=actor, action="box-back-to-draft", target=box, changes={"state": (State.READY, box.state)})
    return box


def freeze_for(*, box: BallotBox, at: datetime) -> None:
    """With the first pass or paper ballot of a real box: rules of the track and the sheets of those judged are fixed.

    Call it inside a service's transaction. Raises ``DomainError``: ``rules_changed`` since the box became ready.
    """
    if box.is_trial:
        return
    if spec_now(box).as_values() != box.spec:
        raise DomainError(
            "rules_changed",
            _("The rules have changed since this box became ready. Take it back and make it ready again."),
        )
    freeze_rules(rules=rules_of(box.cycle, box.track), at=at)
    Appraisal.objects.filter(pk__in=box.spec["appraisals"], sheet_frozen_at__isnull=True).update(sheet_frozen_at=at)


@transaction.atomic
def open_box(*, box: BallotBox, actor: User | str) -> BallotBox:
    """Open a ready box: a meeting's by the scrutineer's press, the others once their time has come.

    Raises ``DomainError``: ``not_ready``, ``too_early``, ``too_late``.
    """
    box = locked(box)
    if box.state != State.READY:
        raise DomainError("not_ready", _("Only a box that is ready can be opened."))
    now = timezone.now()
    if box.kind != BallotBox.Kind.MEETING and box.opens_at is not None and box.opens_at > now:
        raise DomainError("too_early", _("This box opens by itself at its opening time."))
    if box.closes_at <= now:
        raise DomainError("too_late", _("The closing time has passed. Put it off first."))
    freeze_for(box=box, at=now)
    box.state, box.opened_at = State.OPEN, now
    box.save(update_fields=["state", "opened_at"])
    record(actor=actor, action="box-opened", target=box, changes={"state": (State.READY, box.state)})
    return box


@transaction.atomic
def close_box(*, box: BallotBox, actor: User | str) -> BallotBox:
    """Close an open box and commit what is in it: digests of all envelopes, Merkle root, numbers per group.

    Waits for casts that are under way and lets none in afterwards (the exclusive half of the lock that a cast shares).
    A public or recipients' box is not closed before the time that was announced. Raises ``DomainError``: ``not_open``,
    ``too_early``.
    """
    lock_against_casting(box.pk)
    box = locked(box)
    if box.state != State.OPEN:
        raise DomainError("not_open", _("Only an open box can be closed."))
    now = timezone.now()
    if closes_by_time(box) and box.closes_at > now:
        raise DomainError("too_early", _("This box stays open until the time that was announced."))
    digests = sorted(Envelope.objects.filter(box=box).values_list("digest", flat=True))
    box.committed = {"digests": digests, "groups": numbers_of(box)}
    box.merkle_root = merkle_root(digests)
    box.state, box.closed_at = State.CLOSED, now
    box.save(update_fields=["committed", "merkle_root", "state", "closed_at"])
    bursts = set_bursts_aside(box)
    record(
        actor=actor,
        action="box-closed",
        target=box,
        detail={
            "envelopes": len(digests),
            "root": box.merkle_root,
            "groups": box.committed["groups"],
            "bursts": bursts,
        },
        changes={"state": (State.OPEN, box.state)},
    )
    return box


def closes_by_time(box: BallotBox) -> bool:
    return box.kind != BallotBox.Kind.MEETING and not box.is_trial and not box.cycle.is_demonstration


def lock_against_casting(box_id: int) -> None:
    """Take the exclusive half of the box's lock until the transaction ends; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, box_id])


def numbers_of(box: BallotBox) -> dict[str, dict[str, int]]:
    """Per group: envelopes, and passes by state."""
    numbers = {row.group: {"envelopes": 0, "issued": 0, "spent": 0, "void": 0} for row in box.groups.all()}
    for row in Pass.objects.filter(box=box).values("group", "state").annotate(number=Count("pk")):
        numbers[row["group"]][row["state"]] = row["number"]
    for group, number in Envelope.objects.filter(box=box).values_list("group").annotate(number=Count("pk")):
        numbers[group]["envelopes"] = number
    return numbers


def merkle_root(digests: Sequence[str]) -> str:
    """Return the root (hex) over sorted SHA-256 digests: pairs are hashed, a last odd one moves up unchanged.

    >>> merkle_root([])
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
    """
    level = [bytes.fromhex(digest) for digest in sorted(digests)] or [hashlib.sha256(b"").digest()]
    while len(level) > 1:
        paired = [
            hashlib.sha256(b"\x01" + left + right).digest()
            for left, right in zip(level[::2], level[1::2], strict=False)
        ]
        level = paired + ([level[-1]] if len(level) % 2 else [])
    return level[0].hex()


def advance_boxes(*, cycle: Cycle | None = None) -> tuple[int, int]:
    """Open what is due to open by its time, close every box whose time is over; return how many of each.

    Casting decides by the database's clock itself: this only writes down what is so already.
    """
    now = timezone.now()
    boxes = BallotBox.objects.filter(cycle=cycle) if cycle else BallotBox.objects.all()
    opening = boxes.filter(state=State.READY, opens_at__lte=now, closes_at__gt=now).exclude(kind=BallotBox.Kind.MEETING)
    opened = sum(_advanced(open_box, box) for box in opening)
    closed = sum(_advanced(close_box, box) for box in boxes.filter(state=State.OPEN, closes_at__lte=now))
    return opened, closed


def standing_of(box: BallotBox) -> str:
    """``early``, ``open`` or ``over`` at this moment, whether or not it has been written down already."""
    now = timezone.now()
    if box.closes_at <= now or box.state in {State.CLOSED, State.COUNTED, State.ANNULLED}:
        return "over"
    due = box.kind != BallotBox.Kind.MEETING and box.opens_at is not None and box.opens_at <= now
    return "open" if box.state == State.OPEN or (box.state == State.READY and due) else "early"


def advance_box(*, box: BallotBox) -> BallotBox:
    """Open or close this one box if its time has come; return it as it is now."""
    now = timezone.now()
    due = box.kind != BallotBox.Kind.MEETING and box.opens_at is not None and box.opens_at <= now < box.closes_at
    if box.state == State.READY and due:
        _advanced(open_box, box)
    elif box.state == State.OPEN and box.closes_at <= now:
        _advanced(close_box, box)
    else:
        return box
    return BallotBox.objects.select_related("unit", "cycle", "meeting").get(pk=box.pk)


def _advanced(act: object, box: BallotBox) -> bool:
    try:
        act(box=box, actor="system:clock")  # type: ignore[operator]
    except DomainError:
        return False
    return True


@transaction.atomic
def release_boxes(*, boxes: Sequence[BallotBox], actor: User) -> list[BallotBox]:
    """Let the figures of counted boxes be read, on the chair's word.

    Only once every box that judges the same cadres by the same groups is counted, or a later small box would show by
    subtraction. Raises ``DomainError``: ``not_counted``, ``others_wait``.
    """
    keys = {box.pk for box in boxes}
    done = []
    for box in boxes:
        box = locked(box)
        if box.state != State.COUNTED:
            raise DomainError("not_counted", _("“{title}” is not counted yet.").format(title=box.title))
        if box.released_at is None and not box.is_trial and (waiting := waiting_for(box).first()):
            raise DomainError(
                "others_wait", _("“{title}” judges the same cadres and is not counted yet.").format(title=waiting.title)
            )
        if box.released_at is None:
            box.released_at = timezone.now()
            box.save(update_fields=["released_at"])
            record(actor=actor, action="box-released", target=box, detail={"together": len(keys)})
        done.append(box)
    return done


def waiting_for(box: BallotBox) -> BallotBoxQuerySet:
    """Boxes that judge one of the same cadres by one of the same groups and are not counted yet."""
    groups = box.groups.filter(is_valid=True).values("group")
    return (
        BallotBox.objects.real()
        .exclude(state=State.COUNTED)
        .exclude(pk=box.pk)
        .filter(sheet__appraisal__in=box.sheet.values("appraisal"), groups__group__in=groups)
        .distinct()
    )


@transaction.atomic
def propose_annulment(*, box: BallotBox, reason: str, actor: User) -> BallotBox:
    """The first of two people who annul a box. ``DomainError``: ``annulled``, ``reason_missing``, ``result_final``."""
    box = _locked_for_annulment(box)
    if not reason.strip():
        raise DomainError("reason_missing", _("Give a reason for annulling the box."))
    box.annul_reason, box.annul_proposed_by = reason.strip(), actor
    box.save(update_fields=["annul_reason", "annul_proposed_by"])
    record(actor=actor, action="box-annulment-proposed", target=box, why=box.annul_reason)
    return box


@transaction.atomic
def confirm_annulment(*, box: BallotBox, actor: User) -> BallotBox:
    """The second of two people annuls the box: its passes are void, what is sealed in it is destroyed with its key.

    Raises ``DomainError``: ``annulled``, ``not_proposed``, ``same_person``, ``result_final``.
    """
    lock_against_casting(box.pk)
    box = _locked_for_annulment(box)
    if box.annul_proposed_by_id is None:
        raise DomainError("not_proposed", _("One person proposes to annul a box, with a reason; another confirms it."))
    if box.annul_proposed_by_id == actor.pk:
        raise DomainError("same_person", _("Whoever proposed to annul the box cannot confirm it."))
    Pass.objects.filter(box=box, state=Pass.State.ISSUED).update(state=Pass.State.VOID)
    forget_networks(box)
    before, box.state = box.state, State.ANNULLED
    box.save(update_fields=["state"])
    Envelope.objects.filter(box=box).delete()
    box.key_shares.all().delete()
    record(actor=actor, action="box-annulled", target=box, changes={"state": (before, box.state)}, why=box.annul_reason)
    return box


def _locked_for_annulment(box: BallotBox) -> BallotBox:
    box = locked(box)
    if box.state == State.ANNULLED:
        raise DomainError("annulled", _("This box has been annulled already."))
    if box.released_at and Appraisal.objects.filter(sheet_entries__box=box, final_at__isnull=False).exists():
        raise DomainError("result_final", _("A result that uses this box is final. Correct the result instead."))
    return box


@transaction.atomic
def repeat_group(*, box: BallotBox, group: str, closes_at: datetime, actor: User) -> BallotBox:
    """Hold the vote of one group again: it is invalid in ``box``, and a copy of the box for that group alone is made.

    Raises ``DomainError``: ``no_group``, ``not_over``, ``released``.
    """
    box = locked(box)
    row = box.groups.filter(group=group).first()
    if row is None:
        raise DomainError("no_group", _("This box does not admit that group."))
    if box.state not in {State.CLOSED, State.COUNTED, State.ANNULLED}:
        raise DomainError("not_over", _("Close the box first."))
    if box.released_at:
        raise DomainError("released", _("The figures of this box have been released."))
    BoxGroup.objects.filter(pk=row.pk).update(is_valid=False)
    copy = create_box(
        cycle=box.cycle,
        unit=box.unit,
        track=box.track,
        kind=box.kind,
        title=_("{title} (repeated)").format(title=box.title)[:120],
        opens_at=None if box.opens_at is None else timezone.now(),
        closes_at=closes_at,
        actor=actor,
        groups={group: row.invited},
        meeting=box.meeting,
        appraisals=[entry.appraisal for entry in box.sheet.select_related("appraisal")],
        takes_passes=box.takes_passes,
        takes_paper=box.takes_paper,
        is_trial=box.is_trial,
        place=box.place,
        staff=box.staff,
        asks_telephone=box.asks_telephone,
        burst_limit=box.burst_limit,
        repeats=box,
    )
    record(actor=actor, action="group-repeated", target=box, detail={"group": group, "copy": copy.pk})
    return copy


@transaction.atomic
def purge_trial(*, box: BallotBox, actor: User) -> None:
    """Remove a trial box with all that is in it. Raises ``DomainError``: ``not_trial``."""
    box = locked(box)
    if not box.is_trial:
        raise DomainError("not_trial", _("Only a trial box can be removed."))
    record(actor=actor, action="trial-purged", target=box, detail={"title": box.title})
    forget_numbers(purpose=telephone_purpose(box))
    for rows in (box.tallies, box.receipts, box.opinions, box.ballots, box.envelopes, box.passes, box.incidents):
        rows.all().delete()
    box.delete()


def locked(box: BallotBox) -> BallotBox:
    return BallotBox.objects.select_for_update(of=("self",)).select_related("cycle", "unit", "meeting").get(pk=box.pk)


def _locked_draft(box: BallotBox) -> BallotBox:
    box = locked(box)
    if box.state != State.DRAFT:
        raise DomainError(
            "not_draft", _("“{title}” is no longer being prepared: its sheet is fixed.").format(title=box.title)
        )
    return box


def _require_times(box: BallotBox) -> None:
    if box.kind != BallotBox.Kind.MEETING and box.opens_at is None:
        raise DomainError("times", _("A box without a meeting needs an opening time."))
    if box.opens_at is not None and box.opens_at >= box.closes_at:
        raise DomainError("times", _("The box must close after it opens."))


def require_public(box: BallotBox) -> None:
    """Where the public's paper stands and who watches it; what else only a public box has."""
    is_public = box.kind == BallotBox.Kind.PUBLIC
    if is_public and box.takes_paper and not box.place:
        raise DomainError("place", _("Say where the paper box of the public stands."))
    if is_public and box.takes_paper and len({name for name in NAMES.split(box.staff) if name}) < 2:
        raise DomainError("staff", _("At least two people staff a paper box of the public. Name them."))
    if box.asks_telephone and not (is_public and box.takes_passes):
        raise DomainError("telephone", _("Only a public vote by phone asks for a telephone number."))
    if box.asks_telephone and not sms_is_on():
        raise DomainError("telephone", _("No text messages can be sent from here: SMS_BACKEND is not set."))
    if box.burst_limit < 1:
        raise DomainError("burst_limit", _("The limit is at least one ballot."))


def _write_groups(box: BallotBox, groups: Mapping[str, int]) -> None:
    if not groups or any(group not in EvaluatorGroup.values for group in groups):
        raise DomainError("groups", _("Choose at least one evaluator group."))
    if box.kind == BallotBox.Kind.PUBLIC and set(groups) != {EvaluatorGroup.PUBLIC}:
        raise DomainError("groups", _("A public box admits the public alone."))
    BoxGroup.objects.bulk_create(BoxGroup(box=box, group=group, invited=number) for group, number in groups.items())


def _write_sheet(box: BallotBox, appraisals: Sequence[Appraisal]) -> None:
    keys = [row.pk for row in appraisals]
    fitting = _judged_at(box.unit, cycle=box.cycle, track=box.track).filter(pk__in=keys)
    if len(set(keys)) != len(keys) or fitting.count() != len(keys):
        raise DomainError(
            "sheet", _("A sheet names cadres of this unit and track, each once, and nobody who is exempt.")
        )
    if len(keys) > MOST_ON_SHEET:
        raise DomainError("sheet", _("A sheet holds at most 120 cadres. Set up several boxes."))
    SheetEntry.objects.bulk_create(
        SheetEntry(box=box, appraisal_id=key, order=place) for place, key in enumerate(keys, start=1)
    )
