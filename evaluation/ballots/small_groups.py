"""The one rule on what is too small to be shown (``K`` graded sheets, ``K`` graded marks of an aspect)."""

from collections.abc import Mapping

from evaluation.scoring import WITHOUT_GRADE, GroupTally

K = 5


def is_small(tally: GroupTally) -> bool:
    """Whether a group voted and its mean, or that of one of its aspects, would rest on fewer than ``K`` graded marks.

    An aspect that nobody graded shows nobody's judgement, unless nobody graded any.
    """
    return tally.valid > 0 and (tally.graded_sheets < K or any(0 < count < K for count in _graded(tally)))


def is_suppressed(tallies: Mapping[str, GroupTally]) -> bool:
    """Whether a cadre's groups are not shown: one small group hides all, or the total would reveal it (C14)."""
    return any(is_small(tally) for tally in tallies.values())


def _graded(tally: GroupTally) -> list[int]:
    return [sum(count for mark, count in marks.items() if mark not in WITHOUT_GRADE) for marks in tally.marks.values()]
