"""Rows of the rules to choose from in a form that may concern cadres of several tracks."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from evaluation.cycle.models import TrackRules

SEPARATOR = ":"


class OfTrack(Protocol):
    """A deduction rule or a bonus level."""

    code: str
    rules: TrackRules


def choices_by_track(rows: Sequence[OfTrack], words: Callable[[Any], str]) -> list[tuple[str, Any]]:
    """Return choices by code; where tracks word or number them differently, grouped by track, as ``track:code``."""
    tracks: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        tracks.setdefault(row.rules.track, []).append((row.code, words(row)))
    lists = list(tracks.values())
    if all(one == lists[0] for one in lists):
        return list(lists[0]) if lists else []
    labels = {row.rules.track: row.rules.get_track_display() for row in rows}
    return [
        (labels[track], [(f"{track}{SEPARATOR}{code}", label) for code, label in one]) for track, one in tracks.items()
    ]


def code_for(choice: str, track: str) -> str | None:
    """Return the code that was chosen, or nothing where it belongs to another track than ``track``."""
    of_track, separator, code = choice.rpartition(SEPARATOR)
    return code if not separator or of_track == track else None
