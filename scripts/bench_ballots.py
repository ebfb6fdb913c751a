#!/usr/bin/env python
"""Measure casting and counting on SQLite and PostgreSQL, in one run: ``make bench-ballots``.

Prints what was measured against its target and ends with 1 where one is missed; ``--write`` puts the table into
docs/ballots.md (section "Measured"). Both databases write to the disk before they answer.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

from bench.frame import Figures, measured_by, on_both, told
from with_postgres import free_port


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


def measured_on(database_url: str) -> Figures:
    port = str(free_port())
    return measured_by(
        "bench.run",
        database_url,
        DJANGO_SETTINGS_MODULE="bench.settings",
        SITE_URL=f"http://127.0.0.1:{port}",
        BENCH_PORT=port,
        KEY_DERIVATION="minimum",
    )


def table(found: dict[str, Figures]) -> list[str]:
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


def main() -> int:
    found = on_both(measured_on)
    missed = [f"{name}: {target.what}" for name, measured in found.items()
              for target in TARGETS if not target.met(measured)]  # fmt: skip
    remark = "the load generator ran on the same cores; ratios are medians of short rounds that alternate."
    return told(table(found), missed, document="ballots.md", command="bench-ballots", remark=remark)


if __name__ == "__main__":
    sys.exit(main())
