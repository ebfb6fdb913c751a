"""Slips after opening: an extra one, or a lost one voided, takes two people; unused ones are scanned void by one."""

from collections import Counter
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.ballots.boxes import locked
from evaluation.ballots.models import BallotBox, BoxGroup, Pass, PassRequest
from evaluation.ballots.passes import (
    Slip,
    digest_column,
    make_extra,
    may_make_passes,
    read_secret,
    require_room,
)
from evaluation.errors import DomainError
from evaluation.guard.site_test import require_site_tested
from evaluation.units.access import roles_of
from evaluation.units.models import Role

State = PassRequest.State
CITY = frozenset({Role.OFFICE, Role.SCRUTINEER})


@transaction.atomic
def ask_for_slips(*, box: BallotBox, group: str, number: int, reason: str, actor: User) -> PassRequest:
    """The first of two people: ``number`` more slips of a group while the box is open.

    Raises ``DomainError``: ``not_open``, ``no_passes``, ``not_yours``, ``two_people``, ``reason_missing``,
    ``too_many``, ``site_untested``.
    """
    box, row = _locked_open(box, group, actor)
    require_room(box=box, row=row, number=number)
    require_site_tested()
    return _ask(box, actor, reason, kind=PassRequest.Kind.EXTRA, group=group, number=number)


def ask_to_void(*, box: BallotBox, typed: str, reason: str, actor: User) -> PassRequest:
    """The first of two people: a slip that was lost or spoiled, by its typed code or its QR address.

    Raises ``DomainError``: ``not_open``, ``not_yours``, ``two_people``, ``reason_missing``, ``unknown_slip``,
    ``spent`` (the slip has voted: said to office and scrutineers alone, and every such answer is on record), ``void``.
    """
    found = _slip_of(box, typed, actor)
    if found is None:
        raise DomainError("unknown_slip", _("No slip of this box has this code. Type the twelve digits again."))
    _require_unused(box, found, actor)
    with transaction.atomic():
        box, _row = _locked_open(box, found.group, actor)
        return _ask(box, actor, reason, kind=PassRequest.Kind.VOID, group=found.group, digest=found.digest)


def confirm_slips(*, request: PassRequest, actor: User) -> list[Slip]:
    """The second of two people carries a request out; of extra slips they get the one download.

    Whoever does it for extra slips counts the box no more. Raises ``DomainError`` as asking does, ``not_asked``,
    ``same_person``.
    """
    if request.kind == PassRequest.Kind.VOID:
        found = Pass.objects.filter(digest=request.digest, box_id=request.box_id).first()
        if found is not None:
            _require_unused(request.box, found, actor)
    return _confirm(request, actor)


@transaction.atomic
def _confirm(request: PassRequest, actor: User) -> list[Slip]:
    box, row = _locked_open(request.box, request.group, actor)
    request = _locked_asked(request)
    if request.proposed_by_id == actor.pk:
        raise DomainError("same_person", _("Whoever asked cannot confirm. Another person does it."))
    if request.kind == PassRequest.Kind.EXTRA:
        require_site_tested()
        require_room(box=box, row=row, number=request.number)
        slips = make_extra(box=box, row=row, number=request.number)
    else:
        slips = []
        _void(request.digest, box)
    _settle(request, State.DONE, actor)
    detail = {
        "kind": request.kind,
        "group": request.group,
        "number": request.number,
        "asked_by": request.proposed_by_id,
    }
    record(actor=actor, action="slips-confirmed", target=box, detail=detail)
    return slips


@transaction.atomic
def withdraw_request(*, request: PassRequest, actor: User) -> PassRequest:
    """Drop a request that nobody has carried out. Raises ``DomainError``: ``not_asked``, ``not_yours``."""
    box = locked(request.box)
    request = _locked_asked(request)
    if not may_make_passes(user=actor, box=box, group=request.group):
        raise DomainError("not_yours", _("The slips of this group are made by the office or by a scrutineer."))
    request.state = State.WITHDRAWN
    request.save(update_fields=["state"])
    record(actor=actor, action="slips-withdrawn", target=box, detail={"kind": request.kind, "group": request.group})
    return request


def made_extra_slips(*, box: BallotBox, user: User) -> bool:
    """Whether ``user`` has got extra slips of the box in their hands."""
    extra = PassRequest.objects.filter(box=box, kind=PassRequest.Kind.EXTRA, state=State.DONE)
    return extra.filter(confirmed_by=user).exists()


@dataclass(frozen=True, slots=True)
class Unused:
    """Of one group: slips made, scanned void, and neither cast nor void."""

    group: str
    made: int
    cast: int
    void: int
    left: int


def slips_by_state(box: BallotBox) -> Counter[tuple[str, str]]:
    """(group, state) → number, in one query."""
    rows = Pass.objects.filter(box=box).values_list("group", "state").annotate(number=Count("pk"))
    return Counter({(group, state): number for group, state, number in rows})


def unused_slips(box: BallotBox) -> dict[str, Unused]:
    """Per group of the box; the number cast is 0 while it is open, where nobody asks for it here."""
    numbers = slips_by_state(box)
    found = {}
    for row in box.groups.all():
        issued, spent, void = (numbers[row.group, state] for state in ("issued", "spent", "void"))
        found[row.group] = Unused(row.group, issued + spent + void, spent, void, issued)
    return found


def void_unused(*, box: BallotBox, typed: str, actor: User) -> str:
    """Scan one unused slip void: the address of its QR code, its token or its typed code.

    Returns ``voided``, ``void`` (it was already), ``spent`` or ``unknown``; that a slip has voted is told on record.
    Raises ``DomainError``: ``not_yours`` (office and scrutineers), ``not_now`` (ready or closed boxes).
    """
    if not roles_of(actor) & CITY:
        raise DomainError("not_yours", _("Unused slips are scanned by the office or by a scrutineer."))
    found = _found(box, typed)
    if found is None:
        return "unknown"
    with transaction.atomic():
        box = locked(box)
        if box.state not in {BallotBox.State.READY, BallotBox.State.CLOSED}:
            raise DomainError("not_now", _("Unused slips are scanned void before the box opens or after it closed."))
        if not Pass.objects.filter(pk=found.pk, state=Pass.State.ISSUED).update(state=Pass.State.VOID):
            return _told(box, found, actor)
        record(actor=actor, action="slip-voided", target=box, detail={"group": found.group})
    return "voided"


def _told(box: BallotBox, found: Pass, actor: User) -> str:
    state = Pass.objects.values_list("state", flat=True).get(pk=found.pk)
    if state == Pass.State.SPENT:
        record(actor=actor, action="spent-slip-met", target=box, detail={"group": found.group})
    return state


def _found(box: BallotBox, typed: str) -> Pass | None:
    secret = read_secret(typed.rsplit("#", 1)[-1][:100])
    if not secret:
        return None
    column, digest = digest_column(secret)
    return Pass.objects.filter(box=box, **{column: digest}).first()


def _slip_of(box: BallotBox, typed: str, actor: User) -> Pass | None:
    if not roles_of(actor) & CITY:
        raise DomainError("not_yours", _("Lost slips are voided by the office or by a scrutineer."))
    return _found(box, typed)


@transaction.atomic
def _met_spent(box: BallotBox, found: Pass, actor: User) -> bool:
    found.refresh_from_db()
    if found.state == Pass.State.SPENT:
        record(actor=actor, action="spent-slip-met", target=box, detail={"group": found.group})
    return found.state == Pass.State.SPENT


def _require_unused(box: BallotBox, found: Pass, actor: User) -> None:
    """Outside a transaction of ours: that somebody was told stays on record though nothing else happens."""
    if not may_make_passes(user=actor, box=box, group=found.group):
        raise DomainError("not_yours", _("The slips of this group are made by the office or by a scrutineer."))
    if _met_spent(box, found, actor):
        raise DomainError("spent", _("This slip has voted already and cannot be voided. That you asked is on record."))
    if found.state == Pass.State.VOID:
        raise DomainError("void", _("This slip is void already."))


def _void(digest: str, box: BallotBox) -> None:
    voided = Pass.objects.filter(digest=digest, box=box, state=Pass.State.ISSUED).update(state=Pass.State.VOID)
    if not voided:
        raise DomainError("spent", _("This slip cannot be voided any more."))


def _locked_open(box: BallotBox, group: str, actor: User) -> tuple[BallotBox, BoxGroup]:
    box = locked(box)
    row = BoxGroup.objects.select_for_update().filter(box=box, group=group).first()
    if not box.takes_passes or box.kind == BallotBox.Kind.PUBLIC or row is None:
        raise DomainError("no_passes", _("This box takes no slips of that group."))
    if box.state != BallotBox.State.OPEN:
        raise DomainError("not_open", _("Two people make or void slips while the box is open."))
    if not may_make_passes(user=actor, box=box, group=group):
        raise DomainError("not_yours", _("The slips of this group are made by the office or by a scrutineer."))
    if box.readied_by_id == actor.pk:
        raise DomainError("two_people", _("Whoever made the box ready does not make its slips."))
    return box, row


def _locked_asked(request: PassRequest) -> PassRequest:
    request = PassRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if request.state != State.ASKED:
        raise DomainError("not_asked", _("This request has been settled already."))
    return request


def _settle(request: PassRequest, state: str, actor: User) -> None:
    request.state, request.confirmed_by = state, actor
    request.save(update_fields=["state", "confirmed_by"])


def _ask(box: BallotBox, actor: User, reason: str, **fields: object) -> PassRequest:
    if not reason.strip():
        raise DomainError("reason_missing", _("Give a reason."))
    request = PassRequest.objects.create(box=box, reason=reason.strip()[:200], proposed_by=actor, **fields)
    detail = {"kind": request.kind, "group": request.group, "number": request.number, "reason": request.reason}
    record(actor=actor, action="slips-asked", target=box, detail=detail)
    return request
