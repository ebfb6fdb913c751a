"""The one rule on what is too small to be shown (``K`` graded sheets)."""

from collections.abc import Mapping

from evaluation.scoring import GroupTally

K = 5


def is_small(tally: GroupTally) -> bool:
    """Whether a group voted and its mean would rest on fewer than ``K`` graded sheets."""
    return tally.valid > 0 and tally.graded_sheets < K


def is_suppressed(tallies: Mapping[str, GroupTally]) -> bool:
    """Whether a cadre's groups are not shown: one small group hides all, or the total would reveal it (C14)."""
    return any(is_small(tally) for tally in tallies.values())
