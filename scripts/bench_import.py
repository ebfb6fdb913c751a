#!/usr/bin/env python
"""Measure importing ten thousand rows on SQLite and PostgreSQL, in one run: ``make bench-import``.

Prints the ratios against their target and ends with 1 where one is missed; ``--write`` puts the table into
docs/workbooks.md (section "Measured").
"""

from __future__ import annotations

import sys

from bench.frame import Figures, measured_by, on_both, told

TARGET = 3.0
TARGETS = {"roster_of_base": "roster, 10,000 rows / base", "recipients_of_base": "service ledger, 10,000 rows / base"}
TOLD = {
    "roster_seconds": "roster, the whole way, s",
    "roster_base_seconds": "its base, s",
    "recipients_seconds": "service ledger, the whole way, s",
    "recipients_base_seconds": "its base, s",
    "recipients_calamine_seconds": "of which calamine reads, s",
}


def measured_on(database_url: str) -> Figures:
    return measured_by("bench.imports", database_url, SITE_URL="http://testserver")


def table(found: dict[str, Figures]) -> list[str]:
    lines = [f"| | target | {' | '.join(found)} |", "| --- | --- |" + " --- |" * len(found)]
    for figure, what in TARGETS.items():
        cells = [f"{one[figure]:.2f}" + (" **missed**" if one[figure] > TARGET else "") for one in found.values()]
        lines.append(f"| {what} | ≤ {TARGET:.0f} | {' | '.join(cells)} |")
    for figure, what in TOLD.items():
        lines.append(f"| {what} | | {' | '.join(f'{one[figure]:.2f}' for one in found.values())} |")
    return lines


def main() -> int:
    found = on_both(measured_on)
    missed = [
        f"{name}: {what}" for name, one in found.items() for figure, what in TARGETS.items() if one[figure] > TARGET
    ]
    remark = "medians of five rounds that alternate with their base."
    return told(table(found), missed, document="workbooks.md", command="bench-import", remark=remark)


if __name__ == "__main__":
    sys.exit(main())
