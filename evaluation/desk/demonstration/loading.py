"""Load the city: tell its story act by act, each at its own moment."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone, translation

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.audit.services import record
from evaluation.ballots.counting import forget_traces
from evaluation.cycle.models import Cycle
from evaluation.desk.demonstration import (
    assessing,
    clock,
    complaining,
    founding,
    issuing,
    lots,
    meeting,
    outcomes,
    people,
    pledging,
    rectifying,
    rewarding,
)
from evaluation.desk.demonstration.city import City
from evaluation.desk.demonstration.story import Act, in_order
from evaluation.desk.demonstration.voting import VOTES, Ballots

Tell = Callable[[str], None]
LOADED = "demonstration-loaded"
SLIPS_FILE = "demo_passes.txt"
SLIPS_PER_GROUP = 4


def is_new() -> bool:
    """Whether nobody has begun anything here."""
    return not (User.objects.exists() or Cycle.objects.exists())


def is_loaded() -> bool:
    """Whether the demonstration city is here, whole, and nothing else."""
    if not Cycle.objects.exists() or Cycle.objects.filter(is_demonstration=False).exists():
        return False
    return AuditEvent.objects.filter(action=LOADED).exists()


def load(tell: Tell) -> City:
    """Load the city into an empty database. ``tell`` is given a line with every month of its story: how many acts."""
    city = City(now=timezone.now())
    with translation.override("zh-hans"), _without_waiting():
        _tell(city, founding.story(city), tell)
        ballots = Ballots()
        stories = [founding.later_story(city), *pledging.stories(city), *meeting.stories(city)]
        stories += complaining.stories(city)
        stories += [*rewarding.stories(city), issuing.story(city)]
        stories += [*assessing.stories(city), lots.story(city), *(_year_of(city, ballots, code) for code in VOTES)]
        _tell(city, in_order([*stories, rectifying.timer(city)]), tell)
        people.set_passwords(city)
    keep_slips(ballots)
    forget_traces()
    record(actor=people.LOADER, action=LOADED, target=city.cycle)
    return city


@contextmanager
def _without_waiting() -> Iterator[None]:
    """SQLite waits for the disk at every ballot, so that a power cut loses none; a story can be told again."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    connection.cursor().execute("PRAGMA synchronous=NORMAL")
    try:
        yield
    finally:
        connection.cursor().execute("PRAGMA synchronous=FULL")


def _year_of(city: City, ballots: Ballots, code: str) -> list[Act]:
    """From the reports of one unit to where it stands today; no act may overtake the one before it."""
    return [
        *meeting.before(city, code),
        *ballots.before(city, code),
        *meeting.held(city, code),
        *ballots.during(city, code),
        *([] if code == meeting.TODAY else [*meeting.reported(city, code), *ballots.after(city, code)]),
        *outcomes.chain(city, code),
        *rectifying.chain(city, code),
    ]


def _tell(city: City, acts: list[Act], tell: Tell) -> None:
    for month, chapter in groupby(acts, key=lambda act: timezone.localtime(act.moment).strftime("%Y-%m")):
        told = list(chapter)
        for act in told:
            _perform(city, act)
        tell(f"{month}: {len(told)}")


def _perform(city: City, act: Act) -> None:
    with clock.at(min(act.moment, city.now)):
        if act.durable:
            act.does(city)
            return
        with transaction.atomic():
            act.does(city)


def keep_slips(ballots: Ballots) -> None:
    """A few slips of the box that is open, for visitors: group and typed code, readable by the owner alone."""
    lines: list[str] = []
    for vote in VOTES[meeting.TODAY]:
        slips = ballots.slips.get(vote.key, [])
        for group in dict.fromkeys(slip.group for slip in slips):
            chosen = [slip for slip in slips if slip.group == group][:SLIPS_PER_GROUP]
            lines += [f"{slip.group} {slip.code}" for slip in chosen]
    file = slips_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write("".join(f"{line}\n" for line in lines))


def slips_file() -> Path:
    return Path(settings.VAR_DIR) / SLIPS_FILE


def kept_slips() -> list[tuple[str, str]]:
    """(group, typed code) of the slips that were kept for visitors."""
    file = slips_file()
    if not file.is_file():
        return []
    return [(group, code) for group, _space, code in (line.partition(" ") for line in file.read_text().splitlines())]
