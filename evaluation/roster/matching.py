"""Which row of a file means which cadre: home unit and name, then section, then telephone, then a question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from evaluation.workbooks import digits, text_key


class Said(Protocol):
    """What matching asks of a row: its number, and what it says of section and telephone."""

    @property
    def row(self) -> int: ...
    @property
    def given(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Known:
    """A cadre of that unit and name whom the system knows, by the key ``pk``."""

    pk: int
    office: str
    telephone: str


@dataclass(frozen=True, slots=True)
class Match:
    """Exactly one of: ``known`` (that cadre), ``new``, ``repeats`` (the row number said before), ``question``."""

    known: Known | None = None
    new: bool = False
    repeats: int = 0
    question: bool = False


def match_group(rows: Sequence[Said], known: Sequence[Known]) -> list[Match]:
    """Match the rows of one home unit and one name with the cadres known there, in the order of ``rows``.

    The section decides between namesakes, then the telephone; one row and one cadre left over are the same person.
    Two rows that neither section nor telephone tells apart are one row said twice; what stays open is a question.
    """
    if len(rows) == 1 and not known:
        return [Match(new=True)]
    found: dict[int, Match] = {}
    first: dict[int, Said] = {}
    for place, row in enumerate(rows):
        earlier = next((other for other in first.values() if not told_apart(row, other)), None)
        if earlier is None:
            first[place] = row
        else:
            found[place] = Match(repeats=earlier.row)
    rest_known = list(known)
    for key in (office_of, telephone_of):
        pair_unique(first, rest_known, found, key)
    open_rows = [place for place in first if place not in found]
    if len(open_rows) == 1 and len(rest_known) == 1 and len(first) == len(known):
        found[open_rows[0]] = Match(known=rest_known[0])
        return [found[place] for place in range(len(rows))]
    for place in open_rows:
        found[place] = Match(new=True) if is_somebody_else(rows[place], known) else Match(question=True)
    return [found[place] for place in range(len(rows))]


def office_of(one: Said | Known) -> str:
    return text_key(one.office if isinstance(one, Known) else one.given.get("office", ""))


def telephone_of(one: Said | Known) -> str:
    return digits(one.telephone if isinstance(one, Known) else one.given.get("telephone", ""))


def told_apart(one: Said, other: Said) -> bool:
    """Two rows of one unit and name are two people where section or telephone differ, both being given."""
    offices = office_of(one), office_of(other)
    telephones = telephone_of(one), telephone_of(other)
    return (all(offices) and offices[0] != offices[1]) or (all(telephones) and telephones[0] != telephones[1])


def is_somebody_else(row: Said, known: Sequence[Known]) -> bool:
    """A row that matched nobody is a new person if its section differs from that of every cadre known by the name."""
    return all(office_of(row) and office_of(one) and office_of(row) != office_of(one) for one in known)


def pair_unique(rows: dict[int, Said], known: list[Known], found: dict[int, Match], key: object) -> None:
    """Match what has the same non-empty ``key`` exactly once on either side; take the cadres out of ``known``."""
    assert callable(key)
    open_rows = {place: key(row) for place, row in rows.items() if place not in found and key(row)}
    on_file, on_roster = Counter(open_rows.values()), Counter(key(one) for one in known)
    for place, value in open_rows.items():
        if on_file[value] == 1 and on_roster[value] == 1:
            one = next(one for one in known if key(one) == value)
            known.remove(one)
            found[place] = Match(known=one)
