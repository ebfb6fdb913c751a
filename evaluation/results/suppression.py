"""What of a result must not be shown, whoever asks (ballots, *Small groups*)."""

from collections.abc import Mapping, Sequence

from evaluation.ballots.small_groups import K, is_suppressed
from evaluation.scoring import WITHOUT_GRADE, GroupTally


def must_hide(
    tallies: Mapping[str, GroupTally],
    shown_before: Sequence[Mapping[str, GroupTally]] = (),
    *,
    hidden_before: bool = False,
) -> bool:
    """Return whether a cadre's groups must all be hidden.

    They must where one of them is too small, or where it differs by too few sheets from what an earlier version or a
    count report showed: the difference would be those few. And where an earlier version hid them (``hidden_before``)
    but showed their sum: the groups that are shown now, taken from it, would leave the small one.
    """
    return (
        hidden_before
        or is_suppressed(tallies)
        or any(
            0 < _difference(tallies.get(code), earlier.get(code)) < K
            for earlier in shown_before
            for code in tallies.keys() | earlier.keys()
        )
    )


def _difference(now: GroupTally | None, before: GroupTally | None) -> int:
    """The most graded marks of one aspect that came or went."""
    later, earlier = now.marks if now else {}, before.marks if before else {}
    aspects = later.keys() | earlier.keys()
    return max((_moved(later.get(aspect, {}), earlier.get(aspect, {})) for aspect in aspects), default=0)


def _moved(now: Mapping[str, int], before: Mapping[str, int]) -> int:
    grades = (now.keys() | before.keys()) - set(WITHOUT_GRADE)
    changes = [now.get(grade, 0) - before.get(grade, 0) for grade in grades]
    return max(sum(change for change in changes if change > 0), -sum(change for change in changes if change < 0))
