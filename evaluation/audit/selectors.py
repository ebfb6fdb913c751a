"""Search the record of who did what."""

from datetime import date

from django.db.models import QuerySet

from evaluation.audit.models import AuditEvent


def find_events(
    *, actor: str = "", action: str = "", target: str = "", since: date | None = None, until: date | None = None
) -> QuerySet[AuditEvent]:
    """Return events, newest first. ``target`` is a kind of object, or a kind and a number (``unit 12``)."""
    events = AuditEvent.objects.all()
    if actor:
        events = events.filter(actor__icontains=actor)
    if action:
        events = events.filter(action__icontains=action)
    if target:
        kind, _space, number = target.partition(" ")
        events = events.filter(target_kind__icontains=kind)
        events = events.filter(target_id=number.strip()) if number.strip() else events
    if since:
        events = events.filter(at__date__gte=since)
    if until:
        events = events.filter(at__date__lte=until)
    return events
