"""Every period of step 5, on both sides of the national holiday, the spring festival and the end of the year."""

from datetime import date

import pytest
import time_machine

from accounts.models import User
from evaluation.cycle.models import CalendarDay, Cycle
from evaluation.cycle.working_days import seed_calendar
from evaluation.rectification.models import PlanItem, PublicComment, RectificationNotice, RectificationPlan
from evaluation.rectification.selectors import overdue, with_progress
from evaluation.rectification.services import (
    ItemValues,
    accept_plans,
    add_comment,
    draft_plans,
    propose_notices,
    propose_overdue_items,
    publish_plans,
    save_plan,
    show_comments,
    submit_plans,
    takes_ratings,
)
from evaluation.rectification.services.comments import takes_comments
from evaluation.roster.models import Appraisal
from tests.factories import published_pool
from tests.rectification.conftest import done

FIVE_DAYS = [
    pytest.param("2026-09-18", "2026-09-24", id="before the holidays of autumn"),
    pytest.param("2026-09-30", "2026-10-13", id="over the national day"),
    pytest.param("2026-12-28", "2027-01-05", id="over the end of the year"),
    pytest.param("2026-02-12", "2026-02-26", id="over the spring festival, with a Saturday that is worked"),
]
TEN_DAYS = [
    pytest.param("2026-09-14", "2026-09-28", id="before the national day, over the autumn festival"),
    pytest.param("2026-09-24", "2026-10-15", id="over the national day"),
    pytest.param("2026-12-21", "2027-01-05", id="over the end of the year"),
]


@pytest.fixture(autouse=True)
def holidays(cycle: Cycle) -> None:
    seed_calendar([2026])
    CalendarDay.objects.create(day=date(2027, 1, 1), is_working=False, note="元旦")
    Cycle.objects.update(deadline=date(2027, 12, 20))


def at(clock: time_machine.Traveller, day: str, hour: str = "09:00:00") -> None:
    clock.move_to(f"{day}T{hour}+08:00")


@pytest.fixture
def submitted(plan: RectificationPlan, cadre_user: User, clock: time_machine.Traveller) -> RectificationPlan:
    at(clock, "2026-01-05")
    item = ItemValues("opinion", "窗口排队时间长", "增设一个窗口", "等候不超过十分钟", date(2026, 12, 31))
    save_plan(plan=plan, items=[item], actor=cadre_user)
    return submit_plans(plans=[plan], actor=cadre_user)[0]


@pytest.mark.parametrize(("published", "last"), FIVE_DAYS)
def test_opinions_are_taken_for_five_working_days(
    submitted: RectificationPlan, approver: User, clock: time_machine.Traveller, published: str, last: str
) -> None:
    at(clock, published)
    (plan,) = publish_plans(plans=[submitted], approver=approver)
    assert str(plan.comments_until) == last
    at(clock, last, "23:59:59")
    assert takes_comments(plan)
    clock.shift(1)
    assert not takes_comments(plan)


@pytest.mark.parametrize(("shown", "last"), FIVE_DAYS)
def test_an_answer_is_due_in_five_working_days_and_late_after(
    submitted: RectificationPlan,
    approver: User,
    unit_admin: User,
    clock: time_machine.Traveller,
    shown: str,
    last: str,
) -> None:
    at(clock, shown)
    publish_plans(plans=[submitted], approver=approver)
    add_comment(plan=submitted, name="", text="希望周末也开窗口")
    show_comments(comments=PublicComment.objects.all(), actor=unit_admin)
    comment = PublicComment.objects.get()
    assert str(comment.answer_due) == last
    due = date.fromisoformat(last)
    assert comment.awaits_answer_on(due) == "waiting"
    assert comment.awaits_answer_on(date.fromordinal(due.toordinal() + 1)) == "late"


@pytest.mark.parametrize(("accepted", "last"), TEN_DAYS)
def test_residents_rate_for_ten_working_days(
    submitted: RectificationPlan,
    cadre_user: User,
    approver: User,
    clock: time_machine.Traveller,
    accepted: str,
    last: str,
) -> None:
    at(clock, "2026-01-06")
    publish_plans(plans=[submitted], approver=approver)
    done(submitted, cadre_user)
    at(clock, accepted)
    (plan,) = accept_plans(plans=[submitted], approver=approver)
    assert str(plan.rating_until) == last
    at(clock, last, "23:59:59")
    assert takes_ratings(plan)
    clock.shift(1)
    assert not takes_ratings(plan)


@pytest.mark.parametrize(
    ("proposed", "due"),
    [
        pytest.param("2026-09-07", "2026-09-28", id="before the national day, over the autumn festival"),
        pytest.param("2026-09-18", "2026-10-15", id="over the national day"),
        pytest.param("2026-12-14", "2027-01-05", id="over the end of the year"),
    ],
)
def test_a_notice_gives_fifteen_working_days_and_is_late_after(
    cycle: Cycle, appraisal: Appraisal, office: User, clock: time_machine.Traveller, proposed: str, due: str
) -> None:
    at(clock, proposed)
    pool = published_pool(cycle=cycle, appraisals=[appraisal], means={"style": "61.00"})
    (notice,) = propose_notices(publication=pool, actor=office)
    assert str(notice.due) == due
    RectificationNotice.objects.update(status="issued")
    last = date.fromisoformat(due)
    for day, is_late in ((last, False), (date.fromordinal(last.toordinal() + 1), True)):
        assert RectificationNotice.objects.late(today=day).exists() is is_late
        assert RectificationNotice.objects.for_list().get().is_late_on(day) is is_late


@pytest.mark.parametrize(
    ("day", "is_late"),
    [
        pytest.param("2026-12-31", False, id="the last day"),
        pytest.param("2027-01-01", True, id="the first of January, a holiday"),
        pytest.param("2027-01-04", True, id="the first working day"),
    ],
)
def test_an_item_is_overdue_from_the_day_after_whether_or_not_a_timer_ever_ran(
    submitted: RectificationPlan, approver: User, clock: time_machine.Traveller, day: str, is_late: bool
) -> None:
    at(clock, "2026-01-06")
    publish_plans(plans=[submitted], approver=approver)
    at(clock, day)
    today = date.fromisoformat(day)
    plans = RectificationPlan.objects.all()
    assert overdue(plans, today=today).exists() is is_late
    assert with_progress(plans, today=today).get().overdue_count == int(is_late)
    assert (PlanItem.objects.get().state_on(today) == "overdue") is is_late
    assert propose_overdue_items() == int(is_late)
    assert propose_overdue_items() == 0


def test_a_plan_drawn_up_late_is_said_to_be_late(cycle: Cycle, appraisal: Appraisal, office: User) -> None:
    published_pool(cycle=cycle, appraisals=[appraisal])
    (plan,) = draft_plans(appraisals=[appraisal], actor=office)
    assert plan.status == "draft"
