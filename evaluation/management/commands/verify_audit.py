"""``manage.py verify_audit``: does the record of who did what still hang together."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evaluation.audit.models import AuditEvent
from evaluation.audit.services import first_broken_link


class Command(BaseCommand):
    help = "Recompute the chain of the audit record; name the first broken link, exit status 1 if there is one."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = first_broken_link()
        if broken is not None:
            raise CommandError(f"The chain breaks at event {broken}: it was changed, removed or put in later.")
        self.stdout.write(f"{AuditEvent.objects.count()} events, unbroken.")
