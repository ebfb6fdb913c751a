"""Where the header of a sheet stands and which column means what."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from evaluation.workbooks.shapes import Row, Sheet
from evaluation.workbooks.text import holds_citizen_number, holds_telephone, text_key

SEARCHED_ROWS = 30
Known = Mapping[str, tuple[str, int]]  # key of a label → field (or nothing: not to be read), rank


@dataclass(frozen=True, slots=True)
class Header:
    """``first`` and ``last`` are row numbers; ``columns`` says where each field stands (from 0), ``labels`` as what.

    ``unknown`` are the columns whose words nobody knows; ``unread`` those of which somebody said not to read them.
    """

    first: int
    last: int
    columns: Mapping[str, int]
    labels: Mapping[str, str]
    unknown: Mapping[int, str] = field(default_factory=dict)
    unread: Mapping[int, str] = field(default_factory=dict)

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


def known_labels(
    wanted: Mapping[str, Collection[str]],
    learned: Mapping[str, str] | None = None,
    said: Mapping[str, str] | None = None,
) -> dict[str, tuple[str, int]]:
    """Return what each label means: the built-in synonyms, over them what was learned, over it what was said.

    ``wanted`` maps a field to its synonyms, the best first; ``learned`` and ``said`` map the key of a label to its
    field, or to nothing where the column is not to be read.
    """
    known = {
        key: (name, rank)
        for name, words in wanted.items()
        for rank, word in enumerate(words)
        for key in label_keys(word)[:1]
    }
    known |= {key: (name, -1) for key, name in (learned or {}).items() if not name or name in wanted}
    return known | {key: (name, -2) for key, name in (said or {}).items() if not name or name in wanted}


def find_header(
    sheet: Sheet, wanted: Mapping[str, Collection[str]], *, required: Collection[str] = ()
) -> Header | None:
    """Find the header among the first rows that say something; ``None`` where no row has every ``required`` field."""
    return find_known_header(sheet, known_labels(wanted), lambda found: set(required) <= set(found))


def find_known_header(
    sheet: Sheet, known: Known, complete: Callable[[Collection[str]], bool] = lambda _found: True
) -> Header | None:
    """Find the header among the first rows that say something; ``None`` where no row is ``complete``.

    A header of two rows, whose upper one merges over the lower (岗位及职务 over 岗位名称 and 职务), is read as one.
    Widths, spaces, line breaks and remarks in brackets do not count. Of several candidates the one with most fields
    wins, then the higher, then the one of one row.
    """
    best: Header | None = None
    for candidate in _candidates(sheet, known):
        fits = complete(candidate.columns.keys()) and len(candidate.columns) > 1
        if fits and (best is None or len(candidate.columns) > len(best.columns)):
            best = candidate
    return best


def guess_header(sheet: Sheet, known: Known) -> Header | None:
    """Return the row that looks most like a header though it lacks a column: most fields, then most labels.

    A row in which somebody's number stands is none: the labels of a header are shown, learned and recorded.
    """
    found = (one for one in _candidates(sheet, known) if not _is_of_people(one))
    rated = [(len(one.columns), _labels_in(one), -one.first, -one.last, one) for one in found]
    rated = [one for one in rated if one[0] + one[1] > 1]
    return max(rated, key=lambda one: one[:4])[4] if rated else None


def _is_of_people(header: Header) -> bool:
    labels = (*header.labels.values(), *header.unknown.values(), *header.unread.values())
    return any(holds_telephone(label) or holds_citizen_number(label) for label in labels)


def _labels_in(header: Header) -> int:
    return len({text for text in (*header.unknown.values(), *header.unread.values()) if len(text) <= 20})


def _candidates(sheet: Sheet, known: Known) -> Iterator[Header]:
    rows = sheet.rows[:SEARCHED_ROWS]
    for place, row in enumerate(rows):
        yield _read_header(row, None, known)
        if place + 1 < len(rows) and rows[place + 1].number == row.number + 1:
            yield _read_header(row, rows[place + 1], known)


def _read_header(upper: Row, lower: Row | None, known: Known) -> Header:
    found: dict[str, tuple[int, int, str]] = {}
    unknown: dict[int, str] = {}
    unread: dict[int, str] = {}
    for column in range(max(len(upper.cells), len(lower.cells) if lower else 0)):
        label, match = _match(upper, lower, column, known)
        if match is None or not match[0]:
            if label:
                (unknown if match is None else unread)[column] = label
        elif match[0] not in found or match[1] < found[match[0]][0]:
            if match[0] in found:
                unread[found[match[0]][1]] = found[match[0]][2]
            found[match[0]] = (match[1], column, label)
        else:
            unread[column] = label
    return Header(
        first=upper.number,
        last=lower.number if lower else upper.number,
        columns={field: column for field, (_rank, column, _label) in found.items()},
        labels={field: label for field, (_rank, _column, label) in found.items()},
        unknown=unknown,
        unread=unread,
    )


def _match(upper: Row, lower: Row | None, column: int, known: Known) -> tuple[str, tuple[str, int] | None]:
    """Return the label of a column and what it means; nothing where it has none."""
    parent = upper.at(column)
    child = lower.at(column) if lower else None
    texts = [text for text in (child, f"{parent or ''}{child or ''}", parent) if isinstance(text, str)]
    if child is not None and child != parent and column not in (lower.filled if lower else ()):
        texts = [text for text in texts if text != parent or column not in upper.filled]
    for text in texts:
        for key in label_keys(text):
            if key in known:
                return text_key(text), known[key]
    own = [text for text in texts[:1] if column not in (lower or upper).filled]
    return text_key(own[0]) if own else "", None
