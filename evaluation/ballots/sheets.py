"""What stands on a sheet, and how one filled sheet is checked and packed. Plain values; no query.

A mark is one character: the grade's place in the rules (``0``, ``1``, …), ``?`` 不了解, ``-`` 弃权 (left out, after the
review page has said so), ``!`` 废 (paper alone). The marks of one cadre are a string in the order of the aspects.
"""

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

from django.utils.translation import gettext_lazy as _

from evaluation.errors import DomainError

GRADE_MARKS = "0123456789abcdefghijklmnopqrstuvwxyz"
DONT_KNOW, ABSTAINED, SPOILED = "?", "-", "!"
WITHOUT_GRADE = {DONT_KNOW: "dont_know", ABSTAINED: "abstained", SPOILED: "spoiled"}
OPINION_LENGTH = 200
MOST_BYTES_A_CHARACTER = 4


class Malformed(DomainError):
    """A sheet that no page of ours could have sent, or that is not complete. Nothing is spent."""

    def __init__(self, code: str) -> None:
        super().__init__(code, _("The sheet could not be read. Nothing has been used up: please fill it in again."))


@dataclass(frozen=True, slots=True)
class Spec:
    """Fixed when a box becomes ready: appraisal ids in sheet order, aspect and grade codes in rules order."""

    appraisals: tuple[int, ...]
    aspects: tuple[str, ...]
    grades: tuple[str, ...]

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> "Spec":
        return cls(tuple(values["appraisals"]), tuple(values["aspects"]), tuple(values["grades"]))

    def as_values(self) -> dict[str, Any]:
        return {"appraisals": list(self.appraisals), "aspects": list(self.aspects), "grades": list(self.grades)}

    @property
    def marks(self) -> dict[str, str]:
        """Posted word → mark."""
        words = dict(zip(self.grades, GRADE_MARKS, strict=False))
        return {**words, "dont_know": DONT_KNOW, "abstained": ABSTAINED}

    @property
    def words(self) -> dict[str, str]:
        """Mark → grade or one of ``dont_know``, ``abstained``, ``spoiled``."""
        return {**dict(zip(GRADE_MARKS, self.grades, strict=False)), **WITHOUT_GRADE}

    @property
    def padded_size(self) -> int:
        """Bytes of the longest possible sheet; every sheet of the box is padded to it."""
        a_cadre = len(self.aspects) + 16 + OPINION_LENGTH * MOST_BYTES_A_CHARACTER
        return 200 + len(self.appraisals) * a_cadre


@dataclass(frozen=True, slots=True)
class FilledSheet:
    """``marks[i]`` and ``opinions.get(i)`` belong to the i-th appraisal of the spec."""

    marks: tuple[str, ...]
    opinions: Mapping[int, str]


def mark_field(appraisal: int, aspect: str) -> str:
    return f"m.{appraisal}.{aspect}"


def opinion_field(appraisal: int) -> str:
    return f"c.{appraisal}"


def row_field(appraisal: int) -> str:
    """All marks of one cadre as one string in the aspects' order: what the review page carries on."""
    return f"m.{appraisal}"


def quick_field(appraisal: int) -> str:
    return f"q.{appraisal}"


@dataclass(frozen=True, slots=True)
class _Fields:
    """The names of a sheet's fields, made once: a row for each cadre."""

    rows: tuple[tuple[str, ...], ...]
    whole: tuple[str, ...]
    opinions: tuple[str, ...]
    alike: tuple[str, ...]
    known: frozenset[str]
    marks: Mapping[str, str]


@lru_cache(maxsize=256)
def _fields(spec: Spec) -> _Fields:
    rows = tuple(tuple(mark_field(one, aspect) for aspect in spec.aspects) for one in spec.appraisals)
    opinions = tuple(opinion_field(one) for one in spec.appraisals)
    alike = tuple(quick_field(one) for one in spec.appraisals)
    whole = tuple(row_field(one) for one in spec.appraisals)
    return _Fields(rows, whole, opinions, alike, frozenset(chain(*rows, whole, opinions)), spec.marks)


def read_sheet(spec: Spec, posted: Mapping[str, Sequence[str]], *, complete: bool = True) -> FilledSheet:
    """Read the fields ``m.<appraisal>.<aspect>`` and ``c.<appraisal>`` of a post, each with its list of values.

    For the aspects of one cadre there may be one field ``m.<appraisal>`` instead, with all its marks in their order.
    ``complete``: every cadre × aspect needs a mark, 不了解 or an explicit 弃权 (casting); else what is left out
    counts as left out (review), unless ``q.<appraisal>`` (五项同选, without script) says what is to stand there.
    Raises ``Malformed``: a field that the sheet does not have, a field twice, a mark that does not exist, one missing,
    an opinion beyond 200 characters.
    """
    fields = _fields(spec)
    if any(name not in fields.known and name.startswith(("m.", "c.")) for name in posted):
        raise Malformed("field_unknown")
    rows = [
        _read_whole(row, fields.marks, posted, whole)
        if whole in posted
        else _read_row(row, fields.marks, posted, "" if complete else alike)
        for row, whole, alike in zip(fields.rows, fields.whole, fields.alike, strict=True)
    ]
    return FilledSheet(tuple(rows), _opinions(fields, posted))


def _read_whole(row: tuple[str, ...], marks: Mapping[str, str], posted: Mapping[str, Sequence[str]], whole: str) -> str:
    found = _single(posted, whole) or ""
    if any(field in posted for field in row):
        raise Malformed("field_twice")
    if len(found) != len(row):
        raise Malformed("mark_missing")
    if found.strip("".join(marks.values())):
        raise Malformed("mark_unknown")
    return found


def _read_row(row: tuple[str, ...], marks: Mapping[str, str], posted: Mapping[str, Sequence[str]], alike: str) -> str:
    """``alike`` names the field of 五项同选 while a sheet is reviewed; a sheet that is cast has every mark."""
    try:
        return "".join([marks[word] for (word,) in [posted[field] for field in row]])
    except (KeyError, ValueError):  # a field that is not there, or there twice; a mark that does not exist
        words = [_single(posted, field) for field in row]
    if not alike and None in words:
        raise Malformed("mark_missing")
    if alike and None in words:
        rest = _single(posted, alike)
        words = [rest if word is None else word for word in words]
    if any(word is not None and word not in marks for word in words):
        raise Malformed("mark_unknown")
    return "".join(ABSTAINED if word is None else marks[word] for word in words)


def _single(posted: Mapping[str, Sequence[str]], field: str) -> str | None:
    values = posted.get(field, ())
    if len(values) > 1:
        raise Malformed("field_twice")
    return values[0] if values else None


def _opinions(fields: _Fields, posted: Mapping[str, Sequence[str]]) -> dict[int, str]:
    opinions = {}
    for place, field in enumerate(fields.opinions):
        text = _single(posted, field)
        if text and (text := clean_opinion(text)):
            opinions[place] = text
    return opinions


def clean_opinion(text: str) -> str:
    """One line without control characters (a database would refuse some of them at the count)."""
    if len(text) > OPINION_LENGTH * 2:
        raise Malformed("opinion_too_long")
    if not text.isprintable():
        text = "".join(" " if unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} else sign for sign in text)
    text = " ".join(text.split())
    if len(text) > OPINION_LENGTH:
        raise Malformed("opinion_too_long")
    return text


def as_posted(spec: Spec, sheet: FilledSheet) -> list[tuple[str, str]]:
    """The fields of a sheet as the review page carries them on: few, and every mark explicit."""
    rows = [(row_field(one), marks) for one, marks in zip(spec.appraisals, sheet.marks, strict=True)]
    return rows + [(opinion_field(spec.appraisals[place]), text) for place, text in sheet.opinions.items()]


def as_marked(spec: Spec, sheet: FilledSheet) -> list[tuple[str, str]]:
    """The fields with which the sheet can be shown again as it was filled in."""
    words = spec.words
    marked = [
        (mark_field(appraisal, aspect), words[mark])
        for appraisal, marks in zip(spec.appraisals, sheet.marks, strict=True)
        for aspect, mark in zip(spec.aspects, marks, strict=True)
        if mark != ABSTAINED
    ]
    return marked + [(opinion_field(spec.appraisals[place]), text) for place, text in sheet.opinions.items()]


def pack(spec: Spec, sheet: FilledSheet, *, box: int, group: str, receipt: str) -> bytes:
    """Return the sheet as bytes of the one size of its box."""
    values = {
        "box": box,
        "group": group,
        "receipt": receipt,
        "marks": list(sheet.marks),
        "opinions": {str(place): text for place, text in sheet.opinions.items()},
    }
    packed = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    if len(packed) > spec.padded_size:
        raise Malformed("opinion_too_long")
    return packed.ljust(spec.padded_size)


@dataclass(frozen=True, slots=True)
class OpenedSheet:
    group: str
    receipt: str
    sheet: FilledSheet


def unpack(spec: Spec, packed: bytes, *, box: int, group: str) -> OpenedSheet:
    """Return what ``pack`` packed. Raises ``ValueError`` where it is not a valid sheet of this box and group."""
    values = json.loads(packed)
    if values["box"] != box or values["group"] != group:
        raise ValueError("an envelope of another box or group")
    marks = tuple(values["marks"])
    _require_valid_marks(spec, marks)
    opinions = {int(place): str(text) for place, text in values["opinions"].items()}
    most = len(spec.appraisals)
    if any(not 0 <= place < most or len(text) > OPINION_LENGTH for place, text in opinions.items()):
        raise ValueError("an opinion that belongs to nobody on the sheet")
    return OpenedSheet(group, str(values["receipt"]), FilledSheet(marks, opinions))


def _require_valid_marks(spec: Spec, rows: Iterable[str]) -> None:
    rows = tuple(rows)
    allowed = "".join(_fields(spec).marks.values())
    if len(rows) != len(spec.appraisals):
        raise ValueError("not as many cadres as the sheet has")
    if any(len(row) != len(spec.aspects) or row.strip(allowed) for row in rows):
        raise ValueError("a mark that does not exist")
