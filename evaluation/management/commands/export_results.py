"""``manage.py export_results YEAR [--out FILE]``: the results file, for anyone to recount."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evaluation.cycle.models import Cycle
from evaluation.results.export import results_bytes


class Command(BaseCommand):
    help = "Write the results file minping-results/1 of a year; recount it with python -m evaluation.scoring FILE."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("--out", type=Path, help="file to write; standard output if not given")

    def handle(self, *args: Any, **options: Any) -> None:
        cycle = Cycle.objects.filter(year=options["year"]).first()
        if cycle is None:
            raise CommandError(f"There is no cycle of the year {options['year']}.")
        content = results_bytes(cycle)
        if options["out"] is None:
            sys.stdout.buffer.write(content)
            return
        options["out"].write_bytes(content)
        self.stderr.write(f"{options['out']}: {len(content)} bytes")
