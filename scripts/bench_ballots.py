#!/usr/bin/env python
"""Measure casting and counting on SQLite and PostgreSQL, in one run: ``make bench-ballots``.

Prints what was measured against its target and ends with 1 where one is missed; ``--write`` puts the table into
docs/ballots.md (section "Measured"). Both databases write to the disk before they answer.
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
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from with_postgres import free_port, running_server

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "ballots.md"
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"


@dataclass(frozen=True)
class Target:
    """One figure of ``bench.run``, at least or at most ``bound``."""

    what: str
    figure: str
    bound: float
    unit: str = ""
    at_least: bool = False

    def met(self, measured: dict[str, float]) -> bool:
        value = measured[self.figure]
        return value >= self.bound_for(measured) if self.at_least else value <= self.bound_for(measured)

    def bound_for(self, measured: dict[str, float]) -> float:
        if self.figure == "hall_500_post_p99_ms":
            return max(3 * measured["hall_500_post_p50_ms"], self.bound)
        return self.bound


TARGETS = [
    Target("casts a second / bare view", "cast_of_bare", 0.5, at_least=True),
    Target("casts a second / “hello”", "cast_of_hello", 0.08, at_least=True),
    Target("ballot page / plain template", "page_of_plain", 1 / 3),
    Target("hall of 500 in 30 s: errors", "hall_500_errors", 0),
    Target("hall of 500 in 30 s: lost", "hall_500_lost", 0),
    Target("hall of 500: p99 of the post", "hall_500_post_p99_ms", 100, "ms"),
    Target("5,000 in 30 s: errors", "hall_5000_errors", 0),
    Target("5,000 in 30 s: lost", "hall_5000_lost", 0),
    Target("count of 300 × 12 / bare", "count_of_bare", 1.5),
    Target("count of 300 × 12, committed", "committed_count_seconds", 1, "s"),
]
TOLD = {
    "hello_per_second": "“hello” a second",
    "bare_per_second": "bare views a second",
    "cast_per_second": "casts a second",
    "page_ms": "ballot page, ms",
    "plain_page_ms": "plain template, ms",
    "hall_500_post_p50_ms": "hall of 500: p50 of the post, ms",
    "hall_5000_post_p50_ms": "5,000: p50 of the post, ms",
    "hall_5000_post_p99_ms": "5,000: p99 of the post, ms",
    "count_ms": "count, ms",
    "bare_count_ms": "decrypting, parsing, bulk inserts, ms",
}


def measured_on(database_url: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="minping-bench-", ignore_cleanup_errors=True) as folder:
        port = free_port()
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "PYTHONPATH": f"{ROOT}:{ROOT / 'scripts'}",
            "VAR_DIR": folder,
            "DATABASE_URL": database_url or f"sqlite:///{folder}/db.sqlite3",
            "SECRET_KEY": secrets.token_urlsafe(60),
            "SITE_URL": f"http://127.0.0.1:{port}",
            "BENCH_PORT": str(port),
            "KEY_DERIVATION": "minimum",
            "DEBUG": "0",
        }
        run = subprocess.run(
            [sys.executable, "-m", "bench.run"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True
        )
    return {name: float(value) for name, value in json.loads(run.stdout.splitlines()[-1]).items()}


def table(found: dict[str, dict[str, float]]) -> list[str]:
    lines = [f"| | target | {' | '.join(found)} |", "| --- | --- |" + " --- |" * len(found)]
    for target in TARGETS:
        sign = "≥" if target.at_least else "≤"
        wanted = "0" if target.bound == 0 else f"{sign} {target.bound:.2g} {target.unit}".strip()
        if target.figure == "hall_500_post_p99_ms":
            wanted = f"≤ max(3 × p50, {target.bound:.0f} ms)"
        cells = [shown(measured[target.figure], target) + ("" if target.met(measured) else " **missed**")
                 for measured in found.values()]  # fmt: skip
        lines.append(f"| {target.what} | {wanted} | {' | '.join(cells)} |")
    for name, what in TOLD.items():
        cells = [f"{measured[name]:.0f}" if measured[name] >= 10 else f"{measured[name]:.2f}"
                 for measured in found.values()]  # fmt: skip
        lines.append(f"| {what} | | {' | '.join(cells)} |")
    return lines


def shown(value: float, target: Target) -> str:
    if target.bound == 0:
        return f"{value:.0f}"
    return f"{value:.0f} ms" if target.unit == "ms" else f"{value:.3f} {target.unit}".strip()


def write(lines: list[str]) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    intro = (
        f"Written by `make bench-ballots WRITE=1` on {date.today():%Y-%m-%d}, {os.cpu_count()} cores with the load "
        f"generator on them, Python {platform.python_version()}; ratios are medians of short rounds that alternate."
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
    missed = [f"{name}: {target.what}" for name, measured in found.items()
              for target in TARGETS if not target.met(measured)]  # fmt: skip
    for line in missed:
        print(f"Missed: {line}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
