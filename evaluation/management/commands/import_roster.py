"""Import a roster from the shell: ``manage.py import_roster FILE --cycle 2012 [--dry-run]``."""

from evaluation.management.importing import ImportCommand
from evaluation.roster.imports import ROSTER


class Command(ImportCommand):
    help = "Imports a roster (Annex 1); the track is told by its columns. Prints every rejection."

    def handle(self, *args: object, **options: object) -> None:
        self.run(options, ROSTER)
