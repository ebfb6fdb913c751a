"""Append to, and verify, the record of who did what."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.utils import timezone

from evaluation.audit.models import AuditEvent, AuditHead

NOTHING = "0" * 64
VERIFIED = "record-verified"
# What the hash is taken of, in this order; the hash before it is the last.
HASHED = ("sequence", "at", "actor", "action", "target_kind", "target_id", "detail", "previous_hash")


@transaction.atomic
def record(
    *,
    actor: AbstractBaseUser | str,
    action: str,
    target: models.Model,
    detail: Mapping[str, object] | None = None,
    changes: Mapping[str, Sequence[object]] | None = None,
    why: str = "",
) -> AuditEvent:
    """Append one event. Call it last in a service: it locks the end of the chain until the transaction commits.

    ``changes`` says what went from what to what (``{"status": ("recorded", "confirmed")}``), ``why`` the reason that
    was given; ``detail`` holds ids, codes, counts and states. None of them ever holds contact details, marks or tokens
    (ballots).
    """
    told = dict(detail or {})
    if changes:
        told["changes"] = {name: list(values) for name, values in changes.items()}
    if why:
        told["why"] = why
    AuditHead.objects.get_or_create(pk=1)
    head = AuditHead.objects.select_for_update().get(pk=1)
    event = AuditEvent(
        sequence=head.sequence + 1,
        at=timezone.now(),
        actor=actor if isinstance(actor, str) else f"user:{actor.pk}:{actor.get_username()}",
        action=action,
        target_kind=target._meta.model_name or "",
        target_id=str(target.pk),
        detail=json.loads(json.dumps(told, default=str)),
        previous_hash=head.hash,
    )
    event.hash = event_hash(event)
    event.save(force_insert=True)
    head.sequence, head.hash = event.sequence, event.hash
    head.save(update_fields=["sequence", "hash"])
    return event


def event_hash(event: AuditEvent) -> str:
    """Return the SHA-256 (hex) of an event and of the hash before it."""
    return _hash_of([getattr(event, name) for name in HASHED])


def first_broken_link(*, since: str = "") -> int | None:
    """Return the sequence number of the first event that does not fit the chain, or ``None``.

    ``since`` is the hash of an event that is trusted: only what follows it is read. Events that are appended meanwhile
    are no break. Memory stays bounded. Raises ``LookupError`` where no event has the hash ``since``.
    """
    newest = AuditEvent.objects.order_by("-sequence").values_list("sequence", flat=True).first() or 0
    start = _sequence_of(since) if since else 0
    previous, expected = since or NOTHING, start + 1
    rows = AuditEvent.objects.filter(sequence__gt=start, sequence__lte=newest).order_by("sequence")
    for *body, found in rows.values_list(*HASHED, "hash").iterator(chunk_size=1000):
        if body[0] != expected or body[-1] != previous or found != _hash_of(body):
            return expected
        previous, expected = found, expected + 1
    return None if _head_fits(expected - 1, previous) else expected


def verify_record(*, actor: AbstractBaseUser | str) -> AuditEvent:
    """Verify the whole chain and keep the outcome as an event: up to which event, and the first broken link if any.

    Nothing is locked while it reads.
    """
    head = AuditHead.objects.filter(pk=1).first() or AuditHead(pk=1)
    detail = {"until": head.sequence, "head": head.hash, "broken": first_broken_link()}
    return record(actor=actor, action=VERIFIED, target=head, detail=detail)


@transaction.atomic
def note_export(*, actor: AbstractBaseUser | str, form: str, filters: Mapping[str, object]) -> AuditEvent:
    """An export of the record is an act itself; ``filters`` say what was asked for, never free words."""
    head = AuditHead.objects.filter(pk=1).first() or AuditHead(pk=1)
    return record(actor=actor, action="record-exported", target=head, detail={"form": form, **filters})


@transaction.atomic
def note_papers(
    *, actor: AbstractBaseUser | str, target: models.Model, paper: str, count: int, form: str
) -> AuditEvent:
    """Papers about many people were taken in one file: which kind, of how many, in which format."""
    detail = {"kind": paper, "number": count, "form": form}
    return record(actor=actor, action="papers-downloaded", target=target, detail=detail)


def _hash_of(body: Sequence[Any]) -> str:
    values = [value.isoformat() if isinstance(value, datetime) else value for value in body]
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _sequence_of(digest: str) -> int:
    found = AuditEvent.objects.filter(hash=digest).values_list("sequence", flat=True).first()
    if found is None:
        raise LookupError(digest)
    return found


def _head_fits(last: int, digest: str) -> bool:
    """Whether the end of the chain is where ``AuditHead`` says, or goes on from ``last`` to there."""
    head = AuditHead.objects.filter(pk=1).first() or AuditHead(pk=1)
    if head.sequence == last:
        return head.hash == digest
    goes_on = AuditEvent.objects.filter(sequence=last + 1, previous_hash=digest).exists()
    return (
        head.sequence > last and goes_on and AuditEvent.objects.filter(sequence=head.sequence, hash=head.hash).exists()
    )
