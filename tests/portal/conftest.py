"""A unit that has published, and beside it a cadre of whom nothing is: the name that must never appear."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from evaluation.cycle.models import Cycle, Track
from evaluation.meetings.models import ReportMeeting
from evaluation.rectification.models import PlanItem, RectificationPlan
from evaluation.results.models import Publication
from evaluation.results.services import compute_publication
from evaluation.roster.models import Appraisal
from evaluation.units.models import Unit
from tests.factories import appraisal_of, pledge_of
from tests.results.conftest import judged

SECRET = "漏出者"
MONDAY = date(2012, 11, 19)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(f"{MONDAY}T09:00:00+08:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def published(cycle: Cycle, unit: Unit) -> Appraisal:
    appraisal = appraisal_of(cycle=cycle, unit=unit, name="王公开")
    pledge_of(appraisal=appraisal, status="published", published_at=timezone.now())
    return appraisal


@pytest.fixture
def hidden(cycle: Cycle, unit: Unit) -> Appraisal:
    """In the same unit, with a draft of everything."""
    appraisal = appraisal_of(cycle=cycle, unit=unit, name=SECRET)
    pledge_of(appraisal=appraisal, duties=f"{SECRET}的职责")
    meeting_of(cycle=cycle, unit=unit, title=f"{SECRET}的会议", status="draft")
    plan_of(appraisal=appraisal)
    return appraisal


@pytest.fixture
def computed(cycle: Cycle, other_unit: Unit, other_admin: User) -> Publication:
    """A list of another unit that nobody outside may know of yet."""
    judged(cycle=cycle, unit=other_unit, name=SECRET)
    return compute_publication(cycle=cycle, track=Track.MID_LEVEL, organising_unit=other_unit, actor=other_admin)


def show(publication: Publication) -> Publication:
    """Put a computed list under notice from today on, without the days in between."""
    today = timezone.localdate()
    Publication.objects.filter(pk=publication.pk).update(
        status="notice", notice_from=today, notice_until=today + timedelta(days=7)
    )
    publication.refresh_from_db()
    return publication


def meeting_of(*, cycle: Cycle, unit: Unit, title: str = "述职述廉会议", status: str = "announced") -> ReportMeeting:
    starts_at = timezone.now() + timedelta(days=2)
    return ReportMeeting.objects.create(
        cycle=cycle, unit=unit, title=title, place="三楼会议室", status=status, starts_at=starts_at
    )


def plan_of(
    *, appraisal: Appraisal, problem: str = "办理时间偏长", open_days: int | None = None, due: date | None = None
) -> RectificationPlan:
    now = timezone.now()
    dates = {"published_at": now, "comments_until": now.date() + timedelta(days=open_days)} if open_days else {}
    plan = RectificationPlan.objects.create(appraisal=appraisal, status="published" if open_days else "draft", **dates)
    words = {"source": "other", "problem": problem, "measure": "压缩时限", "effect": "当场办结"}
    PlanItem.objects.create(plan=plan, order=1, due=due, **words)
    return plan
