"""Casting: validate, seal, and in one durable transaction spend the pass and insert the envelope.

The one place with hand-written SQL. Nothing here logs, and nothing but ``Pass`` and ``Envelope`` is written.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Any

from django.db import Error, connection, transaction
from django.utils.translation import gettext_lazy as _
from nacl.public import PublicKey, SealedBox

from evaluation.ballots.boxes import LOCK_SPACE, open_box
from evaluation.ballots.models import BallotBox, Pass
from evaluation.ballots.passes import digest_column, read_secret, receipt_of
from evaluation.ballots.sheets import Spec, pack, read_sheet
from evaluation.ballots.turns import in_turn
from evaluation.errors import DomainError


class Phase(Enum):
    EARLY = "early"
    OPEN = "open"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class HeldPass:
    """What may be told to somebody who holds a pass: ``receipt`` only if it is spent."""

    secret: str = field(repr=False)
    digest: str
    group: str
    box_id: int
    phase: Phase
    is_spent: bool
    spec: Spec
    public_key: bytes
    network_key: bytes | None

    @property
    def receipt(self) -> str:
        return receipt_of(self.secret)


@dataclass(frozen=True, slots=True)
class Cast:
    """``again``: the pass had been spent before; the first sheet counts, and the receipt is the same."""

    receipt: str
    again: bool


class Refused(DomainError):
    """One neutral text for unknown, void, and foreign passes: a guess learns nothing."""

    def __init__(self) -> None:
        super().__init__("refused", _("This code cannot be used. Please check it, or ask the staff for help."))


class NotOpen(DomainError):
    def __init__(self, phase: Phase) -> None:
        over = phase == Phase.OVER
        super().__init__(
            "over" if over else "early",
            _("The vote has ended. This sheet was not recorded.") if over else _("The vote has not begun yet."),
        )


class Unsure(DomainError):
    """The database was lost while it committed: nobody may say that the ballot is recorded, nor that it is not."""

    def __init__(self) -> None:
        super().__init__(
            "unsure",
            _("It is not certain that your ballot was recorded. Submit it again with the same slip: it counts once."),
        )


NOW = {"postgresql": "clock_timestamp()", "sqlite": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')"}
LOOK = """SELECT p.digest, p."group", p.state, b.id, b.state, b.spec, b.public_key, b.network_key, b.closes_at > {now}
FROM evaluation_pass p JOIN evaluation_ballotbox b ON b.id = p.box_id WHERE p.{column} = %s"""
STANDING = "SELECT state, closes_at > {now} FROM evaluation_ballotbox WHERE id = %s"
SPEND = "UPDATE evaluation_pass SET state = 'spent' WHERE digest = %s AND state = 'issued'"
DROP_IN = (
    'INSERT INTO evaluation_envelope (digest, box_id, "group", sealed, hour, network) VALUES (%s, %s, %s, %s, %s, %s)'
)
AS_ONE = """WITH spent AS ({spend} RETURNING 1)
INSERT INTO evaluation_envelope (digest, box_id, "group", sealed, hour, network)
SELECT %s, %s, %s, %s, %s, %s FROM spent"""


def look_up(typed: str) -> HeldPass:
    """Return what a typed code or a token stands for; spends nothing. Raises ``Refused``."""
    secret = read_secret(typed)
    held = _look(secret)
    if held.phase == Phase.EARLY and _is_due(held):
        return _look(secret)
    return held


def _look(secret: str) -> HeldPass:
    if not secret:
        raise Refused
    column, value = digest_column(secret)
    with connection.cursor() as cursor:
        cursor.execute(LOOK.format(column=column, now=NOW[connection.vendor]), [value])
        row = cursor.fetchone()
    if row is None or row[2] == Pass.State.VOID:
        raise Refused
    digest, group, state, box_id, box_state, spec, key, network_key, has_time = row
    return HeldPass(
        secret=secret,
        digest=digest,
        group=group,
        box_id=box_id,
        phase=_phase(box_state, bool(has_time)),
        is_spent=state == Pass.State.SPENT,
        spec=_spec(spec if isinstance(spec, str) else json.dumps(spec)),
        public_key=bytes(key),
        network_key=bytes(network_key) if network_key else None,
    )


@lru_cache(maxsize=256)
def _spec(text: str) -> Spec:
    """Kept by its whole text: a box that became ready anew with another sheet has another text."""
    return Spec.from_values(json.loads(text))


def _phase(state: str, has_time: bool) -> Phase:
    if state == BallotBox.State.OPEN and has_time:
        return Phase.OPEN
    if state in {BallotBox.State.DRAFT, BallotBox.State.READY} and has_time:
        return Phase.EARLY
    return Phase.OVER


def _is_due(held: HeldPass) -> bool:
    """Open a box whose time has come, where no clockwork has done it yet."""
    box = BallotBox.objects.get(pk=held.box_id)
    if box.kind == BallotBox.Kind.MEETING:
        return False
    try:
        open_box(box=box, actor="system:clock")
    except DomainError:
        return False
    return True


def cast(*, typed: str, posted: Mapping[str, Sequence[str]], network: str = "") -> Cast:
    """``cast_held`` with a token or a typed code. Raises ``Refused``, and as that."""
    return cast_held(held=look_up(typed), posted=posted, network=network)


def cast_held(*, held: HeldPass, posted: Mapping[str, Sequence[str]], network: str = "") -> Cast:
    """Record one sheet with a pass that was looked up. ``posted``: the fields of the sheet (``sheets.read_sheet``).

    ``network`` (``limits.network_of``) is used in a public box alone, as a digest keyed by the box.

    A pass that is spent gives its receipt again (a lost answer, two tabs, the back button): the first sheet counts.
    Raises ``NotOpen``; ``Malformed`` before anything is spent; ``Refused`` where the pass was voided meanwhile;
    ``Unsure`` where a commit was not answered; every other error of the database as it is: nothing is recorded then.
    Returns only after the commit.
    """
    receipt = held.receipt
    if held.is_spent:
        return Cast(receipt, again=True)
    if held.phase != Phase.OPEN:
        raise NotOpen(held.phase)
    sheet = read_sheet(held.spec, posted)
    packed = pack(held.spec, sheet, box=held.box_id, group=held.group, receipt=receipt)
    sealed = SealedBox(PublicKey(held.public_key)).encrypt(packed)
    return Cast(receipt, again=not _spend(held, sealed, origin_of(held, network)))


def origin_of(held: HeldPass, network: str) -> tuple[int | None, str]:
    """The hour and the keyed network of an envelope of a public box; nothing for any other box."""
    if held.network_key is None:
        return None, ""
    return int(time.time() // 3600), hmac.new(held.network_key, network.encode(), "sha256").hexdigest()


def _spend(held: HeldPass, sealed: bytes, origin: tuple[int | None, str]) -> bool:
    """Return whether this envelope went in, or another one of the same pass before it."""
    envelope: list[Any] = [hashlib.sha256(sealed).hexdigest(), held.box_id, held.group, sealed, *origin]
    is_committing = False
    try:
        with in_turn(), transaction.atomic(durable=True), connection.cursor() as cursor:
            went_in = _in_transaction(cursor, held, envelope)
            is_committing = True
    except Error as error:
        if not is_committing:
            raise
        return _after_a_lost_commit(held, error)
    return went_in


def _in_transaction(cursor: Any, held: HeldPass, envelope: list[Any]) -> bool:
    """State and time are read after the lock, in a statement of their own."""
    share_lock(cursor, held.box_id)
    cursor.execute(STANDING.format(now=NOW[connection.vendor]), [held.box_id])
    state, has_time = cursor.fetchone()
    if state == BallotBox.State.OPEN and has_time and _exchange(cursor, held.digest, envelope):
        return True
    return _spent_meanwhile(cursor, held)


def _exchange(cursor: Any, digest: str, envelope: list[Any]) -> bool:
    """A pass for an envelope: neither goes without the other. PostgreSQL takes both statements as one."""
    if connection.vendor == "postgresql":
        cursor.execute(AS_ONE.format(spend=SPEND), [digest, *envelope])
        return bool(cursor.rowcount == 1)
    cursor.execute(SPEND, [digest])
    if cursor.rowcount != 1:
        return False
    cursor.execute(DROP_IN, envelope)
    return True


def _after_a_lost_commit(held: HeldPass, error: Error) -> bool:
    """True where the database, asked anew, shows that the pass is spent. Raises ``Unsure``."""
    try:
        connection.close()
        if _look(held.secret).is_spent:
            return True
    except Error:
        pass
    raise Unsure from error


def _spent_meanwhile(cursor: Any, held: HeldPass) -> bool:
    """False where another try of the same pass was recorded; else there is nothing to show a receipt for."""
    cursor.execute("SELECT state FROM evaluation_pass WHERE digest = %s", [held.digest])
    row = cursor.fetchone()
    if row and row[0] == Pass.State.SPENT:
        return False
    if row and row[0] == Pass.State.ISSUED:
        raise NotOpen(Phase.OVER)
    raise Refused


def share_lock(cursor: Any, box_id: int) -> None:
    """Casts share the lock that closing takes alone. SQLite's transactions begin IMMEDIATE: one writer at a time."""
    if connection.vendor == "postgresql":
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [LOCK_SPACE, box_id])
