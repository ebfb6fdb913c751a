"""Acts: what is done at which moment. A story is a list of them in the order in which they happen."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import attrgetter

from evaluation.desk.demonstration.city import City

PAUSE = timedelta(minutes=5)
# One act takes seconds of the clock, which runs on: the next begins after it.
APART = timedelta(minutes=1)


@dataclass(frozen=True)
class Act:
    """``durable``: casts ballots, each of which commits by itself; everything else commits as a whole."""

    moment: datetime
    does: Callable[[City], None]
    durable: bool = False


def in_order(stories: Iterable[list[Act]]) -> list[Act]:
    """Weave stories into one; within each, an act never happens before the one that precedes it."""
    woven = sorted((act for story in stories for act in _pushed(story, PAUSE)), key=attrgetter("moment"))
    return _pushed(woven, APART)


def _pushed(story: list[Act], pause: timedelta) -> list[Act]:
    done: list[Act] = []
    for act in story:
        earliest = done[-1].moment + pause if done else act.moment
        done.append(act if act.moment >= earliest else replace(act, moment=earliest))
    return done
