"""Where the header of a sheet stands and which column means what."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from evaluation.workbooks.shapes import Row, Sheet
from evaluation.workbooks.text import text_key

SEARCHED_ROWS = 30


@dataclass(frozen=True, slots=True)
class Header:
    """``first`` and ``last`` are row numbers; ``columns`` says where each field stands (from 0), ``labels`` as what."""

    first: int
    last: int
    columns: Mapping[str, int]
    labels: Mapping[str, str]

    def rows_below(self, sheet: Sheet) -> list[Row]:
        return [row for row in sheet.rows if row.number > self.last]


def label_keys(text: str) -> list[str]:
    """Return the ways in which a header's words may be matched: as written, and without remarks in brackets.

    >>> label_keys("内设机构\\n（下属单位）")
    ['内设机构(下属单位)', '内设机构']
    """
    whole = text_key(text).strip(":*#")
    bare = re.sub(r"[(\[【][^)\]】]*[)\]】]", "", whole).strip(":*#")
    return [whole] if bare in ("", whole) else [whole, bare]


def find_header(
    sheet: Sheet, wanted: Mapping[str, Collection[str]], *, required: Collection[str] = ()
) -> Header | None:
    """Find the header among the first rows that say something; ``None`` where no row has every ``required`` field.

    ``wanted`` maps a field to its synonyms, the best first. A header of two rows, whose upper one merges over the
    lower (岗位及职务 over 岗位名称 and 职务), is read as one. Widths, spaces, line breaks and remarks in brackets
    do not count. Of several candidates the one with most fields wins, then the higher, then the one of one row.
    """
    known = {
        key: (field, rank)
        for field, words in wanted.items()
        for rank, word in enumerate(words)
        for key in label_keys(word)[:1]
    }
    best: Header | None = None
    rows = sheet.rows[:SEARCHED_ROWS]
    for place, row in enumerate(rows):
        below = rows[place + 1] if place + 1 < len(rows) and rows[place + 1].number == row.number + 1 else None
        for candidate in (_read_header(row, None, known), _read_header(row, below, known) if below else None):
            fits = candidate is not None and set(required) <= candidate.columns.keys() and len(candidate.columns) > 1
            if candidate and fits and (best is None or len(candidate.columns) > len(best.columns)):
                best = candidate
    return best


def _read_header(upper: Row, lower: Row | None, known: Mapping[str, tuple[str, int]]) -> Header | None:
    found: dict[str, tuple[int, int, str]] = {}
    for column in range(max(len(upper.cells), len(lower.cells) if lower else 0)):
        label, match = _match(upper, lower, column, known)
        if match and (match[0] not in found or match[1] < found[match[0]][0]):
            found[match[0]] = (match[1], column, label)
    if not found:
        return None
    return Header(
        first=upper.number,
        last=lower.number if lower else upper.number,
        columns={field: column for field, (_rank, column, _label) in found.items()},
        labels={field: label for field, (_rank, _column, label) in found.items()},
    )


def _match(
    upper: Row, lower: Row | None, column: int, known: Mapping[str, tuple[str, int]]
) -> tuple[str, tuple[str, int] | None]:
    parent = upper.at(column)
    child = lower.at(column) if lower else None
    texts = [text for text in (child, f"{parent or ''}{child or ''}", parent) if isinstance(text, str)]
    if child is not None and child != parent and column not in (lower.filled if lower else ()):
        texts = [text for text in texts if text != parent or column not in upper.filled]
    for text in texts:
        for key in label_keys(text):
            if key in known:
                return text_key(text), known[key]
    return "", None
