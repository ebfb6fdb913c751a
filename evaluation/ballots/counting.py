"""The count: one transaction that opens every envelope, writes what they say in fresh order, and destroys the rest."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from random import SystemRandom
from typing import TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

from accounts.models import User
from evaluation.audit.services import record
from evaluation.ballots.boxes import locked, merkle_root, numbers_of
from evaluation.ballots.bursts import excluded_digests, forget_networks, require_decided
from evaluation.ballots.keys import key_of, open_share, require_not_on_sheet, unlock_for
from evaluation.ballots.models import (
    Ballot,
    BallotBox,
    BoxGroup,
    Channel,
    Envelope,
    Incident,
    Opinion,
    PaperCount,
    Pass,
    Receipt,
    Tally,
)
from evaluation.ballots.paper_ballots import forget_paper_ballots, paper_rows
from evaluation.ballots.pass_requests import made_extra_slips
from evaluation.ballots.sheets import OpenedSheet, Spec, unpack
from evaluation.errors import DomainError

# What held passes, envelopes, networks and their keys, and numbers that codes were sent to.
FORGETTING = (
    *("evaluation_pass", "evaluation_envelope", "evaluation_setaside"),
    *("evaluation_ballotbox", "evaluation_telephonecode"),
    *("evaluation_boxkeyshare", "evaluation_paperballot", "evaluation_scrutineerkey"),
)
SEAL_BYTES = PublicKey.SIZE + SecretBox.MACBYTES
Row = TypeVar("Row")
Values = tuple[str | int | None, ...]
INSERT = "INSERT INTO {table} ({names}) VALUES {places}"
ROWS_AT_ONCE = 500  # SQLite takes 32,766 values in one statement


class Mismatch(Exception):
    """Something does not agree: nothing of the count stays, and it goes on record."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind, self.text = kind, text


@dataclass(frozen=True, slots=True)
class Counted:
    box: BallotBox
    online: int
    paper: int


def count_boxes(*, boxes: Sequence[BallotBox], scrutineer: User, passphrase: str = "") -> list[Counted]:
    """Count a list of closed boxes with one entry of the passphrase, each in a transaction of its own.

    Stops at the first box that does not agree: those before it are counted. Raises ``DomainError``: ``no_boxes``,
    ``no_key``, ``wrong_passphrase``, ``not_serving``, ``wrong_key``, ``not_closed``, ``two_people``, ``on_sheet``,
    ``paper_unchecked``, ``burst_undecided``, ``count_mismatch``; a wrong passphrase or key and every mismatch become
    incidents.
    """
    if not boxes:
        raise DomainError("no_boxes", _("Choose at least one box."))
    private = _unlocked(boxes, scrutineer, passphrase) if any(box.takes_passes for box in boxes) else None
    return [count_box(box=box, scrutineer=scrutineer, private=private) for box in boxes]


def _unlocked(boxes: Sequence[BallotBox], scrutineer: User, passphrase: str) -> PrivateKey:
    try:
        return unlock_for(boxes=boxes, scrutineer=scrutineer, passphrase=passphrase, purpose="count")
    except DomainError as error:
        if error.code == "wrong_passphrase":
            for box in boxes:
                report_incident(box=box, kind="wrong_passphrase", text=_("A wrong passphrase was entered to count."))
        raise


def count_box(*, box: BallotBox, scrutineer: User, private: PrivateKey | None) -> Counted:
    """Count one closed box: all of it or nothing. See ``count_boxes``; ``private`` is the scrutineer's unlocked key."""
    try:
        with transaction.atomic():
            return _count(box, scrutineer, private)
    except Mismatch as mismatch:
        report_incident(box=box, kind=mismatch.kind, text=mismatch.text)
        raise DomainError("count_mismatch", mismatch.text) from mismatch
    except DomainError as error:
        if error.code == "wrong_key":
            report_incident(box=box, kind="wrong_key", text=str(error))
        raise


def report_incident(*, box: BallotBox, kind: str, text: str) -> Incident:
    """Put on record what did not agree; call it outside the transaction that was rolled back."""
    with transaction.atomic():
        incident = Incident.objects.create(box=box, kind=kind, text=text[:300])
        record(actor="system:count", action="incident", target=box, detail={"kind": kind})
    return incident


def _count(box: BallotBox, scrutineer: User, private: PrivateKey | None) -> Counted:
    box = locked(box)
    _require_may_count(box, scrutineer)
    require_decided(box)
    groups = list(BoxGroup.objects.select_for_update().filter(box=box))
    papers = _checked_papers(box, groups)
    spec = Spec.from_values(box.spec)
    sheets = _opened(box, spec, _box_key(box, scrutineer, private)) if box.takes_passes else []
    numbers = numbers_of(box)
    for group in groups:
        _require_identities(box, group, papers.get(group.group), numbers[group.group])
    _write_sheets(box, spec, sheets, paper_rows(box=box, spec=spec))
    forget_paper_ballots(box=box)
    _rewrite_passes(box)
    _write_tallies(box, spec, sheets, papers, groups)
    Envelope.objects.filter(box=box).delete()
    box.key_shares.all().delete()
    forget_networks(box)
    box.state, box.counted_at = BallotBox.State.COUNTED, timezone.now()
    box.save(update_fields=["state", "counted_at"])
    paper_number = sum(paper.valid for paper in papers.values())
    record(actor=scrutineer, action="box-counted", target=box, detail={"online": len(sheets), "paper": paper_number})
    return Counted(box, len(sheets), paper_number)


def _require_may_count(box: BallotBox, scrutineer: User) -> None:
    if box.state != BallotBox.State.CLOSED:
        raise DomainError("not_closed", _("“{title}” must be closed before it is counted.").format(title=box.title))
    if box.groups.filter(passes_made_by=scrutineer).exists() or made_extra_slips(box=box, user=scrutineer):
        raise DomainError("two_people", _("Whoever made the slips of a box does not count it."))
    require_not_on_sheet(box=box, user=scrutineer)


def _box_key(box: BallotBox, scrutineer: User, private: PrivateKey | None) -> PrivateKey:
    key = key_of(user=scrutineer, cycle=box.cycle)
    if private is None:
        raise DomainError("wrong_passphrase", _("Enter your passphrase."))
    return open_share(box=box, key=key, private=private)


def _checked_papers(box: BallotBox, groups: Iterable[BoxGroup]) -> dict[str, PaperCount]:
    papers = {paper.group: paper for paper in box.paper_counts.prefetch_related("lines")}
    for group in groups:
        paper = papers.get(group.group)
        if group.collected and (paper is None or paper.state != PaperCount.State.CHECKED):
            raise DomainError(
                "paper_unchecked", _("The paper of one group has not been keyed and checked by two people yet.")
            )
    return papers


def _opened(box: BallotBox, spec: Spec, private: PrivateKey) -> list[OpenedSheet]:
    """Open every committed envelope but those that two people excluded. Raises ``Mismatch``."""
    rows = list(Envelope.objects.filter(box=box).values_list("digest", "group", "sealed"))
    digests = sorted(digest for digest, _group, _sealed in rows)
    if digests != box.committed["digests"] or merkle_root(digests) != box.merkle_root:
        raise Mismatch("envelopes_differ", _("The envelopes are not those that were committed at closing."))
    opener = SealedBox(private)
    unread = excluded_digests(box)
    kept = [row for row in rows if row[0] not in unread]
    sheets = [_open(box, spec, opener, digest, group, bytes(sealed)) for digest, group, sealed in kept]
    receipts = [sheet.receipt for sheet in sheets]
    if len(set(receipts)) != len(receipts) or Receipt.objects.filter(code__in=receipts).exists():
        raise Mismatch("receipt_twice", _("A receipt appears twice: a sheet was put in twice."))
    return sheets


def _open(box: BallotBox, spec: Spec, opener: SealedBox, digest: str, group: str, sealed: bytes) -> OpenedSheet:
    if hashlib.sha256(sealed).hexdigest() != digest or len(sealed) != box.envelope_size + SEAL_BYTES:
        raise Mismatch("envelope_damaged", _("An envelope is damaged."))
    try:
        return unpack(spec, opener.decrypt(sealed), box=box.pk, group=group)
    except CryptoError:
        raise Mismatch("envelope_unopened", _("An envelope does not open with the key of its box.")) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Mismatch("sheet_invalid", _("An envelope holds no valid sheet.")) from None


def _as_committed(committed: dict[str, int] | None, now: dict[str, int]) -> bool:
    """The same but for unused slips, which are scanned void after closing as well."""
    if committed is None or now["void"] < committed["void"]:
        return False
    same = all(now[name] == committed[name] for name in ("envelopes", "spent"))
    return same and now["issued"] + now["void"] == committed["issued"] + committed["void"]


def _require_identities(box: BallotBox, group: BoxGroup, paper: PaperCount | None, now: dict[str, int]) -> None:
    """Envelopes = spent passes = what was committed; with paper, never more than were present."""
    if now["envelopes"] != now["spent"] or not _as_committed(box.committed["groups"].get(group.group), now):
        raise Mismatch(
            "numbers_differ",
            _("{group}: {envelopes} envelopes, {spent} slips spent; at closing it was otherwise.").format(
                group=group.get_group_display(), envelopes=now["envelopes"], spent=now["spent"]
            ),
        )
    if group.slips_out is not None and now["spent"] > group.slips_out:
        raise Mismatch(
            "more_than_handed_out",
            _("{group}: {cast} cast, more than the {number} slips handed out.").format(
                group=group.get_group_display(), cast=now["spent"], number=group.slips_out
            ),
        )
    collected = group.collected or 0
    if paper is not None and paper.valid + paper.invalid != collected:
        raise Mismatch("paper_differs", _("The ballots keyed are not those collected."))
    in_hall = box.kind == BallotBox.Kind.MEETING and group.present is not None
    if in_hall and now["spent"] + collected > (group.present or 0):
        raise Mismatch(
            "more_than_present",
            _("{group}: {cast} cast and {collected} collected are more than were present.").format(
                group=group.get_group_display(), cast=now["spent"], collected=collected
            ),
        )


def _write_sheets(box: BallotBox, spec: Spec, sheets: Sequence[OpenedSheet], paper: Sequence[Ballot] = ()) -> None:
    """Ballots, opinions and receipts, each in an order of its own that nothing remembers."""
    ballots: list[Values] = [(box.pk, row.group, row.channel, row.appraisal_id, row.marks) for row in paper]
    ballots += [
        (box.pk, opened.group, Channel.ONLINE.value, appraisal, marks)
        for opened in sheets
        for appraisal, marks in zip(spec.appraisals, opened.sheet.marks, strict=True)
    ]
    pending = Opinion.Status.PENDING.value
    opinions: list[Values] = [
        (box.pk, spec.appraisals[place], text, pending, "", "", "")
        for opened in sheets
        for place, text in opened.sheet.opinions.items()
    ]
    receipts: list[Values] = [(opened.receipt, box.pk) for opened in sheets]
    _insert(Ballot, ("box_id", "group", "channel", "appraisal_id", "marks"), _shuffled(ballots))
    columns = ("box_id", "appraisal_id", "text", "status", "hidden_reason", "shown_text", "aspect")
    _insert(Opinion, columns, _shuffled(opinions))
    _insert(Receipt, ("code", "box_id"), _shuffled(receipts))


def _insert(model: type[Model], columns: Sequence[str], rows: Sequence[Values]) -> None:
    """Insert plain rows in their order. Model instances take three times as long, while a hall waits."""
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    place = f"({', '.join(['%s'] * len(columns))})"
    with connection.cursor() as cursor:
        for start in range(0, len(rows), ROWS_AT_ONCE):
            part = rows[start : start + ROWS_AT_ONCE]
            places = ", ".join([place] * len(part))
            statement = INSERT.format(table=quote(model._meta.db_table), names=names, places=places)
            cursor.execute(statement, list(chain.from_iterable(part)))


def _shuffled(rows: list[Row]) -> list[Row]:
    SystemRandom().shuffle(rows)
    return rows


def _rewrite_passes(box: BallotBox) -> None:
    """Spending left its order in the rows: write them anew, in the order of their digests."""
    columns = ("digest", "code_digest", "box_id", "group", "state")
    rows = list(Pass.objects.filter(box=box).order_by("digest").values_list(*columns))
    Pass.objects.filter(box=box).delete()
    _insert(Pass, columns, rows)


def _write_tallies(
    box: BallotBox,
    spec: Spec,
    sheets: Sequence[OpenedSheet],
    papers: dict[str, PaperCount],
    groups: Iterable[BoxGroup],
) -> None:
    """What scoring reads. A trial enters no tally; more collected than handed out makes a group's vote invalid."""
    for group in groups:
        if (group.collected or 0) > (group.handed_out or 0):
            group.is_valid = False
            group.save(update_fields=["is_valid"])
    if box.is_trial:
        return
    tallies = online_tallies(box, spec, sheets)
    for code, paper in papers.items():
        tallies += [
            Tally(
                box=box,
                appraisal_id=line.appraisal_id,
                group=code,
                channel=Channel.PAPER,
                valid=paper.valid,
                marks=line.marks,
            )
            for line in paper.lines.all()
            if paper.valid
        ]
    Tally.objects.bulk_create(tallies)


def online_tallies(box: BallotBox, spec: Spec, sheets: Sequence[OpenedSheet]) -> list[Tally]:
    """One unsaved tally per cadre and group that has sheets."""
    words = spec.words
    tallies = []
    for group in sorted({opened.group for opened in sheets}):
        rows = [opened.sheet.marks for opened in sheets if opened.group == group]
        for place, appraisal in enumerate(spec.appraisals):
            columns = zip(*(row[place] for row in rows), strict=True)
            marks = {
                aspect: {words[mark]: number for mark, number in sorted(Counter(column).items())}
                for aspect, column in zip(spec.aspects, columns, strict=True)
            }
            tallies.append(
                Tally(
                    box=box, appraisal_id=appraisal, group=group, channel=Channel.ONLINE, valid=len(rows), marks=marks
                )
            )
    return tallies


def forget_traces() -> str:
    """After a count: what the files still hold of envelopes is overwritten. Call it outside a transaction.

    SQLite: the log is folded in and cut, the file written anew. PostgreSQL: the tables that held them are written
    anew. Returns a word for the record; ``busy`` where others use the files and it has to be done again.
    """
    if connection.in_atomic_block:
        return "postponed"
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                return _forget_in_sqlite(cursor)
            for table in FORGETTING:
                cursor.execute(f"VACUUM FULL {table}")
    except OperationalError:
        return "busy"
    return "done"


def forget_after_count(*, boxes: Sequence[BallotBox], actor: User) -> str:
    """``forget_traces``, and its outcome on record for each of the boxes just counted."""
    outcome = forget_traces()
    with transaction.atomic():
        for box in boxes:
            record(actor=actor, action="traces-forgotten", target=box, detail={"outcome": outcome})
    return outcome


def _forget_in_sqlite(cursor: object) -> str:
    execute = cursor.execute  # type: ignore[attr-defined]
    execute("VACUUM")
    execute("PRAGMA wal_checkpoint(TRUNCATE)")
    busy = cursor.fetchone()[0]  # type: ignore[attr-defined]
    return "busy" if busy else "done"
