"""How many marks of each grade each aspect got: the only thing scoring knows of ballots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

WITHOUT_GRADE = ("dont_know", "abstained", "spoiled")


@dataclass(frozen=True, slots=True)
class GroupTally:
    """The count of one evaluator group for one appraisal.

    ``valid`` is the number of valid ballots; ``marks`` maps aspect → grade (or one of ``WITHOUT_GRADE``) → number
    of marks. An aspect or grade nobody chose may be left out. Marks of an aspect sum to at most ``valid``.
    """

    valid: int
    marks: Mapping[str, Mapping[str, int]]

    def graded(self, aspect: str) -> int:
        """Marks of this aspect that carry a grade: what its mean is taken over."""
        marks = self.marks.get(aspect, {})
        return sum(number for grade, number in marks.items() if grade not in WITHOUT_GRADE)

    @property
    def graded_sheets(self) -> int:
        """The size of the sample: the largest number of graded marks on any one aspect.

        >>> GroupTally(30, {"style": {"good": 7, "dont_know": 23}, "results": {"good": 5, "poor": 4}}).graded_sheets
        9
        """
        return max((self.graded(aspect) for aspect in self.marks), default=0)


NO_TALLY = GroupTally(valid=0, marks={})


def add_tallies(tallies: Iterable[GroupTally]) -> GroupTally:
    """Return the sum of the tallies of several boxes (a meeting, paper, the public box).

    >>> add_tallies([GroupTally(2, {"style": {"good": 2}}), GroupTally(1, {"style": {"poor": 1}})])
    GroupTally(valid=3, marks={'style': {'good': 2, 'poor': 1}})
    """
    valid = 0
    sums: dict[str, Counter[str]] = {}
    for tally in tallies:
        valid += tally.valid
        for aspect, marks in tally.marks.items():
            sums.setdefault(aspect, Counter()).update(marks)
    return GroupTally(valid=valid, marks={aspect: dict(marks) for aspect, marks in sums.items()})


def tally_sheets(sheets: Iterable[Mapping[str, str]]) -> GroupTally:
    """Count valid sheets, each aspect → mark. The order of the sheets leaves no trace.

    >>> tally_sheets([{"style": "good"}, {"style": "dont_know"}]) == GroupTally(
    ...     2, {"style": {"good": 1, "dont_know": 1}})
    True
    """
    return add_tallies(GroupTally(1, {aspect: {mark: 1} for aspect, mark in sheet.items()}) for sheet in sheets)
