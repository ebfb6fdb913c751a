from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from evaluation.cycle.models import Cycle
from evaluation.desk.periods import advance_periods


class Command(BaseCommand):
    help = (
        "Write down what follows from the calendar: boxes, late complaints, frozen months, notices, overdue measures. "
        "For a timer; safe to run again at any time. Ends with 1 if a part of it failed, and says which."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--at", metavar="YYYY-MM-DDTHH:MM", help="as of this moment of Beijing time, not later than now"
        )

    def handle(self, *args: Any, at: str | None = None, **options: Any) -> None:
        outcomes = advance_periods(today=timezone.localdate(_moment(at)))
        for outcome in outcomes:
            self.stdout.write(f"{outcome.step}: {outcome.problem or outcome.number}")
        failed = [outcome.step for outcome in outcomes if outcome.problem]
        if failed:
            raise CommandError(f"failed: {', '.join(failed)}")


def _moment(at: str | None) -> datetime:
    """The moment asked for; one still to come only in a city of demonstration, where nobody's points hang on it."""
    now = timezone.now()
    if at is None:
        return now
    try:
        asked = datetime.fromisoformat(at)
    except ValueError as error:
        raise CommandError("--at: write it as 2026-12-31T08:00") from error
    moment = asked if timezone.is_aware(asked) else timezone.make_aware(asked)
    if moment > now and Cycle.objects.filter(is_demonstration=False).exists():
        raise CommandError("--at: this moment has not come yet")
    return moment
