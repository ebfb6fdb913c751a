"""Search the record of who did what, page by page of its numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from evaluation.audit.models import AuditEvent, AuditHead
from evaluation.audit.services import VERIFIED

PAGE = 50
MOST_COUNTED = 10_000
CHUNK = 1000


def find_events(
    *,
    actor: str = "",
    act: str = "",
    action: str = "",
    kind: str = "",
    number: str = "",
    why: str = "",
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[AuditEvent]:
    """Return events, newest first. ``act`` is a whole code, ``action`` a part of one; days are meant inclusively."""
    exact = {"action": act, "target_kind": kind, "target_id": number.strip()}
    parts = {"actor__icontains": actor, "action__icontains": action, "detail__why__icontains": why}
    events = AuditEvent.objects.filter(**{name: value for name, value in {**exact, **parts}.items() if value})
    if since:
        events = events.filter(at__gte=_beginning(since))
    if until and until < date.max:
        events = events.filter(at__lt=_beginning(until + timedelta(days=1)))
    return events


@dataclass(frozen=True)
class EventPage:
    """Events of one page; ``newer`` and ``older`` are the numbers from which the neighbouring pages begin.

    ``count`` stops at ``MOST_COUNTED``, so that a page costs the same in a record of a million.
    """

    events: list[AuditEvent]
    newer: int | None
    older: int | None
    count: int
    is_more: bool


def page_of(events: QuerySet[AuditEvent], *, before: int | None = None, after: int | None = None) -> EventPage:
    """Return the events right ``before`` a number, or right ``after`` one, or the newest."""
    newer: int | None
    older: int | None
    if after is not None:
        rows = list(events.filter(sequence__gt=after).order_by("sequence")[: PAGE + 1])
        shown, is_more_behind = rows[:PAGE][::-1], len(rows) > PAGE
        newer, older = (shown[0].sequence if shown and is_more_behind else None), after + 1
    else:
        below = events.filter(sequence__lt=before) if before is not None else events
        rows = list(below[: PAGE + 1])
        shown = rows[:PAGE]
        older = shown[-1].sequence if len(rows) > PAGE else None
        newer = before - 1 if before is not None and events.filter(sequence__gte=before).exists() else None
    count = events.order_by()[: MOST_COUNTED + 1].count()
    return EventPage(shown, newer, older, min(count, MOST_COUNTED), count > MOST_COUNTED)


def last_verification() -> AuditEvent | None:
    return AuditEvent.objects.filter(action=VERIFIED).first()


def neighbours(event: AuditEvent) -> tuple[int | None, int | None]:
    """The numbers before and behind an event, where they are there."""
    wanted = (event.sequence - 1, event.sequence + 1)
    there = set(AuditEvent.objects.filter(sequence__in=wanted).values_list("sequence", flat=True))
    return wanted[0] if wanted[0] in there else None, wanted[1] if wanted[1] in there else None


def exported_rows(events: QuerySet[AuditEvent], *, until: int) -> Iterator[AuditEvent]:
    """Oldest first, in bounded memory; what is appended while it is read is left out."""
    return events.filter(sequence__lte=until).order_by("sequence").iterator(chunk_size=CHUNK)


def as_values(event: AuditEvent) -> dict[str, Any]:
    """Everything that goes into the hash of an event, as it goes into it, and the hash."""
    return {
        "sequence": event.sequence,
        "at": event.at.isoformat(),
        "actor": event.actor,
        "action": event.action,
        "target_kind": event.target_kind,
        "target_id": event.target_id,
        "detail": event.detail,
        "previous_hash": event.previous_hash,
        "hash": event.hash,
    }


def export_head(*, filters: Mapping[str, object]) -> dict[str, Any]:
    """The first line of an export: where the chain stood, and what was asked for."""
    head = AuditHead.objects.get(pk=1)
    return {"format": "minping-audit-1", "sequence": head.sequence, "hash": head.hash, "filters": dict(filters)}


def _beginning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
