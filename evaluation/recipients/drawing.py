"""The draw of service recipients (抽取, C15), without any database: the same seed gives the same list on any machine.

Anybody who has the frame finds the list again with sha256sum:

1. An entry's **line** is ``section TAB name TAB mark``, each in Unicode form NFKC without spaces at the ends and with
   single spaces inside. The mark tells namesakes apart: the last four figures of the telephone, or where there is
   none the first eight hexadecimal figures of the SHA-256 of the address.
2. The **frame** is its lines in the order of their bytes (``LC_ALL=C sort``), UTF-8, each ended by a line feed; its
   **digest** is what ``sha256sum frame.txt`` says.
3. The **number** of an entry is the SHA-256 of seed, digest and line, joined by line feeds:
   ``printf '%s\\n%s\\n%s' "$SEED" "$DIGEST" "$LINE" | sha256sum``.
4. Inside a section those with the smallest numbers are drawn, the next ones are the reserve, in that order. A section
   that served fewer than twice the least number of sheets is drawn whole.

``python -m evaluation.recipients.drawing FILE SEED`` does the same from an exported frame (.txt, .csv or .xlsx).
"""

import argparse
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

EACH, RESERVE_EACH, LEAST = 20, 10, 10
COLUMNS = {"section": ("科室/类别",), "name": ("姓名/名称",), "mark": ("识别码",)}


class Entry(NamedTuple):
    """One person or firm in one section."""

    section: str
    name: str
    mark: str = ""

    @property
    def line(self) -> str:
        return "\t".join(canonical(part) for part in self)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a section of ``size`` are drawn, and how many stand in reserve."""

    size: int
    main: int
    reserve: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Stratum:
    """One section as it was drawn, both lists in the drawn order."""

    section: str
    share: Share
    main: tuple[Entry, ...]
    reserve: tuple[Entry, ...]


def canonical(text: str) -> str:
    """Return text as it stands in a line.

    >>> canonical(" Ａ公司\\t（云溪） ")
    'A公司 (云溪)'
    """
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()


def mark_of(*, telephone: str, address: str) -> str:
    """Return what tells namesakes apart, without being a contact detail.

    >>> mark_of(telephone="0576-8276 6208", address=""), mark_of(telephone="", address="")
    ('6208', '')
    """
    figures = re.sub(r"[^0-9]", "", canonical(telephone))
    if figures:
        return figures[-4:]
    plain = re.sub(r"\s", "", canonical(address))
    return hashlib.sha256(plain.encode()).hexdigest()[:8] if plain else ""


def frame_text(entries: Iterable[Entry]) -> str:
    """Return the canonical lines of a frame. Raises ``ValueError`` where somebody stands in a section twice."""
    lines = sorted(entry.line for entry in entries)
    if len(set(lines)) != len(lines):
        raise ValueError("an entry stands twice in the frame")
    return "".join(f"{line}\n" for line in lines)


def frame_digest(entries: Iterable[Entry]) -> str:
    """Return the SHA-256 (hex) of the frame; the order of ``entries`` does not matter.

    >>> frame_digest([Entry("救助科", "李四", "0002"), Entry("救助科", "张三", "0001")])[:16]
    '20c421e3b95d9336'
    """
    return hashlib.sha256(frame_text(entries).encode()).hexdigest()


def number_of(*, seed: str, digest: str, line: str) -> str:
    """Return the number by which an entry is placed inside its section."""
    return hashlib.sha256("\n".join((canonical(seed), digest, line)).encode()).hexdigest()


def share_of(size: int, *, each: int, reserve_each: int, min_valid: int) -> Share:
    """Return how many are drawn of a section that served ``size`` people.

    >>> share_of(19, each=20, reserve_each=10, min_valid=10)
    Share(size=19, main=19, reserve=0, is_whole=True)
    >>> share_of(25, each=20, reserve_each=10, min_valid=10)
    Share(size=25, main=20, reserve=5, is_whole=False)
    """
    main = size if size < 2 * min_valid else min(each, size)
    return Share(size, main, min(reserve_each, size - main), main == size)


def draw(entries: Iterable[Entry], *, seed: str, each: int, reserve_each: int, min_valid: int) -> list[Stratum]:
    """Return main list and reserve of every section, the sections in the order of their names.

    Raises ``ValueError`` for an empty seed, nobody to be drawn, or an entry that stands twice.

    >>> people = [Entry("救助科", name) for name in "甲乙丙丁戊己"]
    >>> [stratum] = draw(people, seed="3 5 1 6", each=2, reserve_each=1, min_valid=1)
    >>> [one.name for one in stratum.main], [one.name for one in stratum.reserve]
    (['戊', '甲'], ['丁'])
    """
    listed = list(entries)
    if not canonical(seed) or each < 1:
        raise ValueError("a draw needs a seed and somebody to be drawn")
    digest = frame_digest(listed)
    sections: dict[str, list[tuple[str, Entry]]] = {}
    for entry in listed:
        placed = number_of(seed=seed, digest=digest, line=entry.line), entry
        sections.setdefault(canonical(entry.section), []).append(placed)
    drawn = []
    for section in sorted(sections):
        order = [entry for _number, entry in sorted(sections[section])]
        share = share_of(len(order), each=each, reserve_each=reserve_each, min_valid=min_valid)
        reserve = order[share.main : share.main + share.reserve]
        drawn.append(Stratum(section, share, tuple(order[: share.main]), tuple(reserve)))
    return drawn


def read_frame(data: bytes, name: str) -> list[Entry]:
    """Read an exported frame: its lines, or a table of 科室/类别, 姓名/名称 and 识别码."""
    if name.lower().endswith(".txt"):
        lines = data.decode("utf-8-sig").split("\n")
        return [Entry(*line.split("\t")) for line in lines if line.strip()]
    from evaluation.workbooks import find_header, read_workbook, value_text

    [sheet] = read_workbook(data, name).sheets
    header = find_header(sheet, COLUMNS, required=list(COLUMNS))
    if header is None:
        raise ValueError("the file has no columns 科室/类别, 姓名/名称 and 识别码")
    columns = [header.columns[field] for field in Entry._fields]
    return [Entry(*(value_text(row.at(column)) for column in columns)) for row in header.rows_below(sheet)]


def report(strata: Sequence[Stratum], digest: str) -> Iterable[str]:
    yield f"frame {digest}"
    for stratum in strata:
        yield f"\n{stratum.section or '-'}: {stratum.share.size} -> {stratum.share.main} + {stratum.share.reserve}"
        for kind, entries in (("drawn", stratum.main), ("reserve", stratum.reserve)):
            for place, entry in enumerate(entries, start=1):
                yield f"  {kind} {place}: {entry.name} {entry.mark}".rstrip()


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the digest of an exported frame, and whom a seed draws from it."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.recipients.drawing", description=main.__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("seed")
    parser.add_argument("--each", type=int, default=EACH)
    parser.add_argument("--reserve", type=int, default=RESERVE_EACH)
    parser.add_argument("--least", type=int, default=LEAST)
    given = parser.parse_args(arguments)
    entries = read_frame(given.file.read_bytes(), given.file.name)
    strata = draw(entries, seed=given.seed, each=given.each, reserve_each=given.reserve, min_valid=given.least)
    print("\n".join(report(strata, frame_digest(entries))))  # noqa: T201 (what the command is for)


if __name__ == "__main__":
    main()
