"""A unit with counted ballots, and the steps of its results made the short way through the services."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from evaluation.ballots.models import BallotBox, BoxGroup, Channel, SheetEntry, Tally
from evaluation.cycle.models import Cycle, Track
from evaluation.results.models import Publication
from evaluation.results.services import (
    approve_publication,
    compute_publication,
    deliver_feedback,
    finalise,
    start_notice,
)
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.factories import appraisal_of, member

ASPECTS = ("style", "lawfulness", "efficiency", "results", "integrity")
GROUPS = ("service_recipient", "own_unit", "representative", "public")
ENOUGH = {"service_recipient": 30, "own_unit": 12, "representative": 16, "public": 41}
State = BallotBox.State
ORDER = [State.DRAFT, State.READY, State.OPEN, State.CLOSED, State.COUNTED]
MONDAY = date(2012, 11, 19)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(f"{MONDAY}T09:00:00+08:00", tick=False) as traveller:
        yield traveller


def counted_box(*, cycle: Cycle, unit: Unit, appraisals: list[Appraisal], **fields: Any) -> BallotBox:
    now = timezone.now()
    box = BallotBox.objects.create(
        cycle=cycle,
        unit=unit,
        track=appraisals[0].track,
        kind=BallotBox.Kind.MEETING,
        title=fields.pop("title", f"{unit.name}测评会"),
        closes_at=now + timedelta(hours=2),
        **fields,
    )
    BoxGroup.objects.bulk_create(BoxGroup(box=box, group=group) for group in GROUPS)
    SheetEntry.objects.bulk_create(
        SheetEntry(box=box, appraisal=appraisal, order=place) for place, appraisal in enumerate(appraisals)
    )
    return box


def tally(box: BallotBox, appraisal: Appraisal, group: str, **grades: int) -> Tally:
    """The same marks in every aspect, e.g. ``satisfied=20, ordinary=2``; closes the box first: so the count would."""
    _move(box, State.READY, State.OPEN, State.CLOSED)
    return Tally.objects.create(
        box=box,
        appraisal=appraisal,
        group=group,
        channel=Channel.PAPER,
        valid=sum(grades.values()),
        marks={aspect: dict(grades) for aspect in ASPECTS},
    )


def count(box: BallotBox) -> None:
    now = timezone.now()
    _move(box, State.READY, State.OPEN, State.CLOSED, State.COUNTED)
    BallotBox.objects.filter(pk=box.pk).update(counted_at=now, released_at=now)


def _move(box: BallotBox, *states: BallotBox.State) -> None:
    for state in states:
        if ORDER.index(state) > ORDER.index(State(BallotBox.objects.get(pk=box.pk).state)):
            BallotBox.objects.filter(pk=box.pk).update(state=state)


def judged(
    *, cycle: Cycle, unit: Unit, name: str = "", sizes: dict[str, int] | None = None, **fields: Any
) -> Appraisal:
    """A cadre with a counted box of their own: everybody satisfied, one in four fairly so."""
    appraisal = appraisal_of(cycle=cycle, unit=unit, name=name, **fields)
    box = counted_box(cycle=cycle, unit=unit, appraisals=[appraisal])
    for group, size in {**ENOUGH, **(sizes or {})}.items():
        if size:
            tally(box, appraisal, group, satisfied=size - size // 4, fairly_satisfied=size // 4)
    count(box)
    return appraisal


@pytest.fixture
def second_office(db: None) -> User:
    return member(role=Role.OFFICE)


@pytest.fixture
def cadre_user(db: None) -> User:
    from tests.factories import user_named

    return user_named("王示例")


@pytest.fixture
def appraisal(cycle: Cycle, unit: Unit, cadre_user: User) -> Appraisal:
    return judged(cycle=cycle, unit=unit, name="王示例", user=cadre_user)


Compute = Callable[[], Publication]


@pytest.fixture
def compute(cycle: Cycle, unit: Unit, unit_admin: User) -> Compute:
    return lambda: compute_publication(cycle=cycle, track=Track.MID_LEVEL, organising_unit=unit, actor=unit_admin)


@pytest.fixture
def computed(appraisal: Appraisal, compute: Compute) -> Publication:
    return compute()


@pytest.fixture
def approved(computed: Publication, approver: User) -> Publication:
    return approve_publication(publication=computed, approver=approver)


@pytest.fixture
def fed_back(approved: Publication, unit_admin: User) -> Publication:
    deliver_feedback(publications=[approved], actor=unit_admin)
    approved.refresh_from_db()
    return approved


@pytest.fixture
def noticed(fed_back: Publication, unit_admin: User, clock: time_machine.Traveller) -> Publication:
    assert fed_back.feedback_due
    clock.move_to(f"{fed_back.feedback_due + timedelta(days=1)}T09:00:00+08:00")
    return start_notice(publication=fed_back, actor=unit_admin)


@pytest.fixture
def final(noticed: Publication, office: User, clock: time_machine.Traveller) -> Publication:
    assert noticed.notice_until
    clock.move_to(f"{noticed.notice_until + timedelta(days=1)}T09:00:00+08:00")
    finalise(publications=[noticed], actor=office)
    noticed.refresh_from_db()
    return noticed
