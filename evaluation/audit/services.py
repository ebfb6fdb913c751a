"""Append to, and verify, the record of who did what."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.utils import timezone

from evaluation.audit.models import AuditEvent, AuditHead


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
    body = [
        event.sequence,
        event.at.isoformat(),
        event.actor,
        event.action,
        event.target_kind,
        event.target_id,
        event.detail,
        event.previous_hash,
    ]
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def first_broken_link() -> int | None:
    """Return the sequence number of the first event that does not fit the chain, or ``None``."""
    previous, expected = "0" * 64, 1
    for event in AuditEvent.objects.order_by("sequence").iterator(chunk_size=1000):
        if event.sequence != expected or event.previous_hash != previous or event.hash != event_hash(event):
            return expected
        previous, expected = event.hash, expected + 1
    head = AuditHead.objects.filter(pk=1).first()
    if head and (head.sequence != expected - 1 or head.hash != previous):
        return expected
    return None
