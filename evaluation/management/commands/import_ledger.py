"""Import a service ledger from the shell: ``manage.py import_ledger FILE --cycle 2012 [--dry-run]``."""

from evaluation.management.importing import ImportCommand
from evaluation.recipients.imports import LEDGER


class Command(ImportCommand):
    help = "Imports a service ledger. Prints every rejection."

    def handle(self, *args: object, **options: object) -> None:
        self.run(options, LEDGER)
