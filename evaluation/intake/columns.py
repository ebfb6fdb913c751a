"""Columns of every import, and the one way of naming them: built-in words, what was learned, what somebody says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from evaluation.workbooks import known_labels


class Kind(StrEnum):
    """What stands in a column; what is said of the kind here is checked for every import alike."""

    TEXT = "text"
    NAME = "name"  # of a person: no formula, no figures or signs
    PARTY = "party"  # of a person or body: no formula
    DATE = "date"  # to the year, the month or the day
    DAY = "day"
    NUMBER = "number"
    YES_NO = "yes_no"
    TELEPHONE = "telephone"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``label`` is what the empty form calls it, ``synonyms`` what offices call it, the best first.

    ``required`` columns must be found, and every row must fill them. ``length`` is the most characters a cell may have.
    ``choices`` and ``example`` are for the empty form; the importer itself decides what it understands.
    """

    name: str
    label: str
    synonyms: tuple[str, ...] = ()
    required: bool = False
    length: int = 1000
    kind: Kind = Kind.TEXT
    choices: tuple[str, ...] = ()
    example: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        return (self.label, *self.synonyms)

    @property
    def is_contact(self) -> bool:
        """How somebody is reached is shown on no page of an import."""
        return self.kind in (Kind.TELEPHONE, Kind.ADDRESS)


@dataclass(frozen=True, slots=True)
class Naming:
    """What the labels of one file mean beyond the built-in words.

    ``learned`` maps the key of a label to a column's name (or to nothing: not read); ``said`` does so by sheet.
    """

    learned: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def known(self, columns: Iterable[Column], sheet: str) -> dict[str, tuple[str, int]]:
        wanted = {column.name: column.words for column in columns}
        return known_labels(wanted, self.learned, self.said.get(sheet))
