from typing import Any

from django.core.management.base import BaseCommand

from evaluation.ballots.counting import forget_traces


class Command(BaseCommand):
    help = "Overwrite what the database files still hold of counted envelopes (done after every count by itself)."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(forget_traces())
