"""What the import commands share: read a file, print what it would change and every rejection, carry it out."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.intake.importer import Importer
from evaluation.intake.models import ImportJob, ImportRow
from evaluation.intake.services import confirm_import, preview_import

COUNTS = ("read", "new", "changed", "same", "rejected")


class ImportCommand(BaseCommand):
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--cycle", type=int, required=True, help="the year, as 2012")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")

    def run(self, options: dict[str, object], importer: Importer) -> None:
        """Import ``file`` into the year ``--cycle``, all or nothing."""
        path = Path(str(options["file"]))
        cycle = Cycle.objects.filter(year=int(str(options["cycle"]))).first()
        if cycle is None:
            raise CommandError(
                f"There is no year {options['cycle']}. Set it up first: manage.py create_cycle {options['cycle']}"
            )
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        try:
            with transaction.atomic():
                job = preview_import(importer=importer, year=cycle.year, data=data, name=path.name, actor="shell")
                self.report(job)
                if options["dry_run"]:
                    self.stdout.write("Nothing was changed (--dry-run).")
                    transaction.set_rollback(True)
                    job.file.file.delete(save=False)
                else:
                    confirm_import(importer=importer, job=job, actor="shell")
        except DomainError as error:
            raise CommandError(str(error)) from error

    def report(self, job: ImportJob) -> None:
        for row in job.rows.filter(verdict=ImportRow.Verdict.REJECTED):
            place = ", ".join(part for part in (row.sheet, str(row.number), row.column) if part)
            self.stdout.write(f"{place}: {row.problem} {row.advice}")
        for unit in job.summary.get("new_units", []):
            self.stdout.write(f"new unit: {' '.join(part for part in (unit['parent'], unit['name']) if part)}")
        self.stdout.write(", ".join(f"{name} {getattr(job, name)}" for name in COUNTS))
