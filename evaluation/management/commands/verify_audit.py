"""``manage.py verify_audit``: does the record of who did what still hang together."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evaluation.audit.models import AuditEvent
from evaluation.audit.services import first_broken_link, verify_record


class Command(BaseCommand):
    help = "Recompute the chain of the audit record; name the first broken link, exit status 1 if there is one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", default="", metavar="HASH", help="trust everything up to the event of this hash")
        parser.add_argument("--record", action="store_true", help="keep the outcome in the record, as the page does")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            broken = first_broken_link(since=options["since"])
        except LookupError as error:
            raise CommandError("No event has this hash: it was changed or removed, or the hash is wrong.") from error
        if options["record"]:
            verify_record(actor="shell")
        if broken is not None:
            raise CommandError(f"The chain breaks at event {broken}: it was changed, removed or put in later.")
        last = AuditEvent.objects.first()
        self.stdout.write(f"{AuditEvent.objects.count()} events, unbroken.{f' Last hash: {last.hash}' if last else ''}")
