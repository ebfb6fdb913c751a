"""What of rectification waits for whom, and with which day."""

from datetime import date
from typing import Any

import pytest
import time_machine

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.desk.waiting import Waiting, waiting_for
from evaluation.rectification.models import PublicComment, RectificationNotice, RectificationPlan
from evaluation.rectification.services import add_comment, ask_extension, show_comments
from tests.rectification.test_items import LATER


@pytest.fixture(autouse=True)
def in_english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def waits(user: User, cycle: Cycle, title: str) -> Waiting | None:
    return next((item for item in waiting_for(user, cycle) if str(item.title) == title), None)


@pytest.mark.parametrize(
    ("day", "is_told", "is_late"),
    [
        pytest.param("2012-12-23", False, False, id="eight days before"),
        pytest.param("2012-12-24", True, False, id="seven days before"),
        pytest.param("2013-01-01", True, True, id="the day after"),
    ],
)
def test_items_that_fall_due(
    cycle: Cycle,
    published_plan: RectificationPlan,
    cadre_user: User,
    clock: time_machine.Traveller,
    day: str,
    is_told: bool,
    is_late: bool,
) -> None:
    clock.move_to(f"{day}T09:00:00+08:00")
    found = waits(cadre_user, cycle, "Items of rectification that fall due soon or are overdue")
    assert (found is not None) is is_told
    if found:
        assert (found.due, found.is_late) == (date(2012, 12, 31), is_late)


def test_more_time_waits_for_the_approver_alone(
    cycle: Cycle, published_plan: RectificationPlan, cadre_user: User, approver: User
) -> None:
    ask_extension(item=published_plan.items.get(), until=LATER, reason="设备未到", actor=cadre_user)
    assert waits(approver, cycle, "Requests for more time to decide")
    assert waits(cadre_user, cycle, "Requests for more time to decide") is None


def test_an_opinion_to_answer_waits_with_its_own_day(
    cycle: Cycle, published_plan: RectificationPlan, cadre_user: User, unit_admin: User
) -> None:
    add_comment(plan=published_plan, name="", text="希望周末也开窗口")
    show_comments(comments=PublicComment.objects.all(), actor=unit_admin)
    found = waits(cadre_user, cycle, "Opinions on plans to answer")
    assert found is not None
    assert found.due == date(2012, 12, 10)


def test_the_office_is_told_what_is_late(
    cycle: Cycle, published_plan: RectificationPlan, office: User, clock: time_machine.Traveller
) -> None:
    plan = published_plan
    RectificationNotice.objects.create(
        appraisal=plan.appraisal, unit=plan.appraisal.home_unit, text="请整改", due=date(2012, 12, 28), status="issued"
    )
    clock.move_to("2013-01-01T09:00:00+08:00")
    for title in ("Items of rectification that are overdue", "Rectification notices past their deadline"):
        found = waits(office, cycle, title)
        assert found is not None
        assert found.count == 1
