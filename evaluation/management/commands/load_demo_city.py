"""``manage.py load_demo_city [--if-new]``: the demonstration city, into an empty database."""

from argparse import ArgumentParser
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from evaluation.cycle.models import Cycle
from evaluation.desk.demonstration import loading


class Command(BaseCommand):
    help = "Load the demonstration city into an empty database; takes about a minute."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-new", action="store_true", help="do nothing where anything has been begun here")

    def handle(self, *args: Any, **options: Any) -> None:
        if loading.is_new():
            self._load()
        elif self._was_broken_off():
            raise CommandError(
                _("The demonstration city was loaded in part only. Delete the database %(name)s and begin again.")
                % {"name": settings.DATABASES["default"]["NAME"]}
            )
        elif not options["if_new"]:
            raise CommandError(
                _("Something has been begun in this database already. The demonstration city needs an empty one.")
            )

    def _load(self) -> None:
        self.stdout.write(_("Loading the demonstration city, about a minute: the acts of its year, month by month."))
        begun = perf_counter()
        loading.load(self._tell)
        self.stdout.write(
            _("The demonstration city is loaded (%(seconds)d seconds).") % {"seconds": perf_counter() - begun}
        )

    def _tell(self, line: str) -> None:
        self.stdout.write(f"  {line}")
        self.stdout.flush()

    @staticmethod
    def _was_broken_off() -> bool:
        return Cycle.objects.filter(is_demonstration=True).exists() and not loading.is_loaded()
