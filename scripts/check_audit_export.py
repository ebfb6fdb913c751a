#!/usr/bin/env python3
"""Recompute an exported audit record (JSON lines) with a bare Python, and name the first broken link.

    python3 check_audit_export.py FILE [--whole] [--head HASH]

The hash of an entry is the SHA-256 of the JSON list [sequence, at, actor, action, target_kind, target_id, detail,
previous_hash] (keys sorted, no spaces, UTF-8). A filtered export has gaps: each entry is checked, and each link between
neighbours. ``--whole`` wants every entry from 1 to the head; ``--head`` a hash that was noted earlier, on paper.
Exit status: 0 unbroken, 1 broken, 2 not such a file.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HASHED = ("sequence", "at", "actor", "action", "target_kind", "target_id", "detail", "previous_hash")
NOTHING = "0" * 64


def hash_of(entry: dict[str, Any]) -> str:
    body = [entry[name] for name in HASHED]
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def check(lines: Iterator[str], whole: bool = False, noted: str = "") -> tuple[int, int, int | None, str]:
    """Return (entries, gaps, number of the first broken entry or None, why)."""
    head = json.loads(next(lines))
    if head.get("format") != "minping-audit-1":
        raise ValueError("not an export of the audit record")
    before, digest, number, gaps, seen = 0, NOTHING, 0, 0, not noted
    for line in lines:
        entry = json.loads(line)
        number += 1
        expected = before + 1
        if entry["hash"] != hash_of(entry):
            return number, gaps, entry["sequence"], "it is not what was hashed"
        if entry["sequence"] == expected:
            if entry["previous_hash"] != digest:
                return number, gaps, entry["sequence"], "it does not follow the entry before it"
        elif whole or entry["sequence"] < expected:
            return number, gaps, expected, "it is missing"
        else:
            gaps += 1
        before, digest = entry["sequence"], entry["hash"]
        seen = seen or digest == noted
    if whole and (before, digest) not in {(head["sequence"], head["hash"])}:
        return number, gaps, before + 1, "the end is not where the record said it was"
    if not seen:
        return number, gaps, 0, "no entry has the hash that was noted"
    return number, gaps, None, ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    parser.add_argument("--whole", action="store_true", help="every entry from 1 to the head must be there")
    parser.add_argument("--head", default="", help="the hash of an entry that was noted earlier must be there")
    options = parser.parse_args()
    try:
        with Path(options.file).open(encoding="utf-8") as lines:
            number, gaps, broken, why = check(lines, options.whole, options.head)
    except (OSError, ValueError, KeyError, TypeError, StopIteration) as error:
        print(f"{options.file}: {error or 'empty'}", file=sys.stderr)
        return 2
    if broken is not None:
        print(f"The chain breaks at entry {broken}: {why}.")
        return 1
    print(f"{number} entries, unbroken{f'; {gaps} gaps, as it was filtered' if gaps else ''}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
