"""Set up a year from the shell: ``manage.py create_cycle 2012``."""

from argparse import ArgumentParser
from datetime import date

from django.core.management.base import BaseCommand, CommandError

from evaluation.cycle.services import create_cycle, open_cycle
from evaluation.errors import DomainError


class Command(BaseCommand):
    help = "Sets up a year with the default rules and calendar, and opens it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("--city", default="", help="name of the city")
        parser.add_argument("--title", default="")
        parser.add_argument(
            "--deadline", type=date.fromisoformat, help="day by which all is done; 20 December if not given"
        )
        parser.add_argument("--draft", action="store_true", help="leave it a draft, to be opened by the office")

    def handle(self, *args: object, **options: object) -> None:
        if not 1990 <= int(str(options["year"])) <= 2100:
            raise CommandError("Give the year with four figures, as 2012.")
        try:
            cycle = create_cycle(
                year=int(str(options["year"])),
                actor="shell",
                city_name=str(options["city"]),
                title=str(options["title"]),
                deadline=options["deadline"] if isinstance(options["deadline"], date) else None,
            )
            if not options["draft"]:
                open_cycle(cycle=cycle, actor="shell")
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{cycle.year}: {cycle.title}, by {cycle.deadline.isoformat()}")
