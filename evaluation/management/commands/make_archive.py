"""``manage.py make_archive --unit CODE --year Y --out FILE``: the archive file of a unit (归档), from the shell."""

from argparse import ArgumentParser
from pathlib import Path
from shutil import copyfileobj
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evaluation.archive.models import PaperJob
from evaluation.archive.planning import left_out, plan_file
from evaluation.archive.services import finish_job, forget_job, start_job
from evaluation.archive.shelf import Shelf, units_with_papers
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError


class Command(BaseCommand):
    help = "Write the archive file of a unit, a zip in file order with its list, as its page makes it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--unit", required=True, help="code of the unit that organises")
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--out", type=Path, required=True, help="file to write")

    def handle(self, *args: Any, **options: Any) -> None:
        shelf = self._shelf(options["unit"], options["year"])
        job = self._job(shelf)
        try:
            job = finish_job(job=job)
            if job.file is None:
                raise CommandError("None of the documents could be made; see the log.")
            with job.file.file.open("rb") as made, options["out"].open("wb") as out:
                copyfileobj(made, out)
            self._tell(job, options["out"])
            for title, why in left_out(shelf):
                self.stderr.write(f"not there yet: {title} ({why})")
        finally:
            forget_job(job=job, actor="shell")

    def _shelf(self, code: str, year: int) -> Shelf:
        cycle = Cycle.objects.filter(year=year).first()
        if cycle is None:
            raise CommandError(f"There is no cycle of the year {year}.")
        unit = next((one for one in units_with_papers(cycle=cycle, user=None) if one.code == code), None)
        if unit is None:
            raise CommandError(f"No unit {code} organises in {year}.")
        return Shelf(cycle, None, [unit])

    def _job(self, shelf: Shelf) -> PaperJob:
        (unit,), cycle = shelf.units, shelf.cycle
        title = f"{unit.name}{cycle.year}年公述民评归档文件"
        try:
            return start_job(
                kind=PaperJob.Kind.UNIT_FILE, cycle=cycle, unit=unit, title=title, parts=plan_file(shelf), actor=None
            )
        except DomainError as error:
            raise CommandError(str(error)) from error

    def _tell(self, job: PaperJob, out: Path) -> None:
        missing = list(job.parts.missing().values_list("name", "problem"))
        made = job.parts.count() - len(missing)
        self.stdout.write(f"{out}: {made} documents, {out.stat().st_size} bytes.")
        for name, problem in missing:
            self.stderr.write(f"not made: {name} ({problem})")
