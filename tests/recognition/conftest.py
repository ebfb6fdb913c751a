from collections.abc import Iterator

import pytest
import time_machine

from accounts.models import User
from evaluation.cycle.models import Cycle, Track
from evaluation.recognition.models import Recommendation
from evaluation.recognition.services import choose_candidate, save_recommendation, submit_recommendation
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.factories import appraisal_of, member, published_pool, unit_of

DEEDS = "为民服务" * 500


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2012-12-17T09:00:00+08:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def candidates(cycle: Cycle, unit: Unit) -> list[Appraisal]:
    rows = [appraisal_of(cycle=cycle, unit=unit, name=name) for name in ("第一名", "第二名")]
    published_pool(cycle=cycle, appraisals=rows)
    return rows


@pytest.fixture
def recommendation(cycle: Cycle, unit: Unit, candidates: list[Appraisal], unit_admin: User) -> Recommendation:
    made = choose_candidate(cycle=cycle, unit=unit, appraisal=candidates[0], actor=unit_admin)
    return save_recommendation(recommendation=made, resume="简历", deeds=DEEDS, actor=unit_admin)


def recommended(cycle: Cycle, office: User) -> Recommendation:
    """A submitted recommendation of a new unit."""
    unit = unit_of()
    row = appraisal_of(cycle=cycle, unit=unit)
    published_pool(cycle=cycle, appraisals=[row])
    made = choose_candidate(cycle=cycle, unit=unit, appraisal=row, actor=office)
    save_recommendation(recommendation=made, resume="简历", deeds=DEEDS, actor=office)
    return submit_recommendation(recommendation=made, actor=office)


@pytest.fixture
def town(db: None) -> Unit:
    return unit_of("示范镇", Unit.Kind.TOWN)


@pytest.fixture
def town_admin(town: Unit) -> User:
    return member(role=Role.UNIT_ADMIN, unit=town)


@pytest.fixture
def town_approver(town: Unit) -> User:
    return member(role=Role.APPROVER, unit=town)


def villagers(cycle: Cycle, town: Unit, number: int) -> list[Appraisal]:
    village = unit_of(kind=Unit.Kind.VILLAGE, parent=town)
    rows = [
        appraisal_of(cycle=cycle, unit=village, organising_unit=town, track=Track.VILLAGE) for _number in range(number)
    ]
    published_pool(cycle=cycle, appraisals=rows)
    return rows


def leader(cycle: Cycle, unit: Unit, name: str = "") -> Appraisal:
    return appraisal_of(cycle=cycle, unit=unit, name=name, track=Track.BUREAU_LEADER, post="局长")
