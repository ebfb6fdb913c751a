from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from evaluation.ballots.models import BallotBox, Opinion
from evaluation.cycle.models import Cycle
from evaluation.rectification.models import RectificationPlan
from evaluation.rectification.services import (
    ItemValues,
    accept_plans,
    complete_plan,
    draft_plans,
    publish_plans,
    report_items,
    save_plan,
    submit_plans,
)
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.factories import appraisal_of, member, published_pool

MONDAY = date(2012, 12, 3)
ITEM = ItemValues("other", "窗口排队时间长", "增设一个窗口", "等候不超过十分钟", date(2012, 12, 31))


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(f"{MONDAY}T09:00:00+08:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def cadre_user(unit: Unit) -> User:
    return member(role=Role.CADRE, unit=unit)


@pytest.fixture
def appraisal(cycle: Cycle, unit: Unit, cadre_user: User) -> Appraisal:
    return appraisal_of(cycle=cycle, unit=unit, name="王干部", user=cadre_user)


def opinion(appraisal: Appraisal, text: str, status: str = "shown", **fields: str) -> Opinion:
    box = BallotBox.objects.create(
        cycle=appraisal.cycle,
        unit=appraisal.organising_unit,
        track=appraisal.track,
        kind="public",
        title="网上评议",
        closes_at=timezone.now(),
    )
    for state in ("ready", "open", "closed"):
        BallotBox.objects.filter(pk=box.pk).update(state=state)
    written = Opinion.objects.create(box=box, appraisal=appraisal, text=text, status=status, **fields)
    BallotBox.objects.filter(pk=box.pk).update(state="counted", counted_at=timezone.now(), released_at=timezone.now())
    return written


@pytest.fixture
def plan(cycle: Cycle, appraisal: Appraisal, unit_admin: User) -> RectificationPlan:
    publication = published_pool(cycle=cycle, appraisals=[appraisal])
    (made,) = draft_plans(publication=publication, actor=unit_admin)
    return save_plan(plan=made, items=[ITEM], actor=unit_admin)


@pytest.fixture
def published_plan(plan: RectificationPlan, cadre_user: User, approver: User) -> RectificationPlan:
    submit_plans(plans=[plan], actor=cadre_user)
    return publish_plans(plans=[plan], approver=approver)[0]


def done(plan: RectificationPlan, actor: User) -> RectificationPlan:
    """Every item reported and the plan with them."""
    report_items(plan=plan, completions={item.pk: "已增设" for item in plan.items.all()}, actor=actor)
    return complete_plan(plan=plan, actor=actor)


@pytest.fixture
def accepted_plan(published_plan: RectificationPlan, cadre_user: User, approver: User) -> RectificationPlan:
    return accept_plans(plans=[done(published_plan, cadre_user)], approver=approver)[0]


def plans_of(cycle: Cycle, unit: Unit, number: int, actor: User) -> list[RectificationPlan]:
    """Further plans of a pool of its own, each with one full item."""
    appraisals = [appraisal_of(cycle=cycle, unit=unit) for _number in range(number)]
    plans = draft_plans(publication=published_pool(cycle=cycle, appraisals=appraisals), actor=actor)
    return [save_plan(plan=one, items=[ITEM], actor=actor) for one in plans]
