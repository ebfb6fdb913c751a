from typing import Any

from django.core.management.base import BaseCommand

from evaluation.ballots.boxes import advance_boxes


class Command(BaseCommand):
    help = "Open and close the ballot boxes whose time has come. For a timer; casting decides by the database's clock."

    def handle(self, *args: Any, **options: Any) -> None:
        opened, closed = advance_boxes()
        self.stdout.write(f"opened {opened}, closed {closed}")
