"""``python -m evaluation.scoring FILE [--json]``: recount a published results file with a bare Python.

Exit status: 0 all published figures agree (or none are given), 1 some differ, 2 the file cannot be read or is not
valid (the message names the place).
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from .recounting import RecountRow, recount
from .results_file import load_results
from .table import report
from .values import InvalidValueError

AGREE, DIFFER, NOT_VALID = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        content = Path(options.file).read_bytes()
    except (OSError, ValueError) as error:
        return _refuse(f"{options.file}: cannot be read: {error}")
    try:
        rows = recount(load_results(content))
    except InvalidValueError as error:
        return _refuse(str(error))
    _write(_json(rows) if options.json else report(rows))
    return DIFFER if any(row.differences for row in rows) else AGREE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evaluation.scoring", description="Recount a results file.")
    parser.add_argument("file", metavar="FILE", help="a results file, format minping-results/1")
    parser.add_argument("--json", action="store_true", help="print the recount as JSON")
    return parser


def _json(rows: Sequence[RecountRow]) -> str:
    return json.dumps({"appraisals": [row.as_values() for row in rows]}, ensure_ascii=False, indent=1)


def _refuse(message: str) -> int:
    print(message, file=sys.stderr)
    return NOT_VALID


def _write(text: str) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    print(text)


if __name__ == "__main__":
    sys.exit(main())
