"""Which entry of the year a row of any file means: unit and name, then section, then telephone, then a question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from evaluation.intake.importer import Refused
from evaluation.intake.reading import Line
from evaluation.roster.matching import Known, match_group
from evaluation.roster.models import Appraisal
from evaluation.workbooks import name_key, text_key


@dataclass(frozen=True, slots=True)
class _Said:
    """What matching asks of a row."""

    row: int
    given: dict[str, str]


@dataclass(slots=True)
class Roll:
    """The entries of a year whom somebody writes for, by name; ``appraisals`` come with their units selected."""

    by_name: dict[str, list[Appraisal]] = field(default_factory=dict)

    @classmethod
    def of(cls, appraisals: Iterable[Appraisal]) -> Roll:
        by_name: dict[str, list[Appraisal]] = defaultdict(list)
        for one in appraisals:
            by_name[name_key(one.name)].append(one)
        return cls(dict(by_name))

    def find(self, line: Line) -> Appraisal:
        """Return whom one row means. Raises ``Refused``: nobody, or several."""
        return self._found([line], self.candidates(line))[0]

    def find_each(self, lines: Sequence[Line]) -> list[Appraisal | Refused]:
        """Return whom each row means where every row is somebody else: whoever is said twice is refused."""
        groups: dict[frozenset[int], list[int]] = defaultdict(list)
        known: dict[frozenset[int], list[Appraisal]] = {}
        found: list[Appraisal | Refused] = [nobody()] * len(lines)
        for place, line in enumerate(lines):
            if candidates := self.candidates(line):
                key = frozenset(one.pk for one in candidates)
                groups[key].append(place)
                known[key] = candidates
        for key, places in groups.items():
            for place, one in zip(places, self._each([lines[place] for place in places], known[key]), strict=True):
                found[place] = one
        return found

    def candidates(self, line: Line) -> list[Appraisal]:
        """Those of the row's name and, where it names a unit, of that unit (home or organising)."""
        found = self.by_name.get(name_key(line.person("name")), [])
        if not (unit := text_key(line.text("unit"))):
            return found
        return [one for one in found if unit in (text_key(one.home_unit.name), text_key(one.organising_unit.name))]

    def _found(self, lines: Sequence[Line], candidates: list[Appraisal]) -> list[Appraisal]:
        found = self._each(lines, candidates) if candidates else [nobody()]
        if isinstance(found[0], Refused):
            raise found[0]
        return [one for one in found if isinstance(one, Appraisal)]

    def _each(self, lines: Sequence[Line], candidates: list[Appraisal]) -> list[Appraisal | Refused]:
        by_pk = {one.pk: one for one in candidates}
        known = [Known(one.pk, one.office, one.telephone) for one in candidates]
        said = [_Said(line.number, line.given(["office", "telephone"])) for line in lines]
        found: list[Appraisal | Refused] = []
        for match in match_group(said, known):
            if match.known is not None:
                found.append(by_pk[match.known.pk])
            elif match.repeats:
                found.append(said_before(match.repeats))
            else:
                found.append(several() if len(candidates) > 1 else nobody())
        return found


def nobody() -> Refused:
    return Refused(
        "name",
        _("No cadre of this name stands on the roster for which you record."),
        _("Check name and unit; whom another unit organises, that unit or the office records."),
    )


def several() -> Refused:
    return Refused(
        "name",
        _("Several cadres have this name."),
        _("Write the unit and the section as they stand on the roster."),
    )


def said_before(row: int) -> Refused:
    return Refused(
        "name", _("This cadre stands in row %(row)s already.") % {"row": row}, _("Delete one of the two rows.")
    )
