#!/usr/bin/env python
"""Measure importing ten thousand rows on SQLite and PostgreSQL, in one run: ``make bench-import``.

Prints the ratios against their target and ends with 1 where one is missed; ``--write`` puts the table into
docs/workbooks.md (section "Measured").
"""

from __future__ import annotations

import json
import os
import platform
import re
import secrets
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from with_postgres import running_server

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "workbooks.md"
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"
TARGET = 3.0
TARGETS = {"roster_of_base": "roster, 10,000 rows / base", "recipients_of_base": "service ledger, 10,000 rows / base"}
TOLD = {
    "roster_seconds": "roster, the whole way, s",
    "roster_base_seconds": "its base, s",
    "recipients_seconds": "service ledger, the whole way, s",
    "recipients_base_seconds": "its base, s",
    "recipients_calamine_seconds": "of which calamine reads, s",
}


def measured_on(database_url: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="minping-bench-", ignore_cleanup_errors=True) as folder:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONPATH": f"{ROOT}:{ROOT / 'scripts'}",
            "VAR_DIR": folder,
            "DATABASE_URL": database_url or f"sqlite:///{folder}/db.sqlite3",
            "SECRET_KEY": secrets.token_urlsafe(60),
            "SITE_URL": "http://testserver",
            "DEBUG": "0",
        }
        run = subprocess.run(
            [sys.executable, "-m", "bench.imports"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True
        )
    return {name: float(value) for name, value in json.loads(run.stdout.splitlines()[-1]).items()}


def table(found: dict[str, dict[str, float]]) -> list[str]:
    lines = [f"| | target | {' | '.join(found)} |", "| --- | --- |" + " --- |" * len(found)]
    for figure, what in TARGETS.items():
        cells = [f"{one[figure]:.2f}" + (" **missed**" if one[figure] > TARGET else "") for one in found.values()]
        lines.append(f"| {what} | ≤ {TARGET:.0f} | {' | '.join(cells)} |")
    for figure, what in TOLD.items():
        lines.append(f"| {what} | | {' | '.join(f'{one[figure]:.2f}' for one in found.values())} |")
    return lines


def write(lines: list[str]) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    intro = (
        f"Written by `make bench-import WRITE=1` on {date.today():%Y-%m-%d}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}; medians of five rounds that alternate with their base."
    )
    made = "\n".join([BEGIN, intro, "", *lines, END])
    DOCUMENT.write_text(re.sub(f"{BEGIN}.*?{END}", lambda _found: made, text, flags=re.S), encoding="utf-8")


def main(arguments: list[str]) -> int:
    found = {"SQLite": measured_on("")}
    with running_server(durable=True) as server:
        found["PostgreSQL"] = measured_on(server.url)
    lines = table(found)
    print("\n".join(lines))
    if "--write" in arguments:
        write(lines)
    missed = [
        f"{name}: {what}" for name, one in found.items() for figure, what in TARGETS.items() if one[figure] > TARGET
    ]
    for line in missed:
        print(f"Missed: {line}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
