"""Every pair of step 5: the same person is refused, another is let through, and nobody decides about themselves."""

from collections.abc import Callable
from datetime import date

import pytest

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.rectification.models import PublicComment, RectificationNotice, RectificationPlan
from evaluation.rectification.services import (
    accept_plans,
    add_comment,
    ask_extension,
    decide_extension,
    drop_notice,
    edit_notice,
    hide_comments,
    issue_notices,
    propose_notices,
    publish_plans,
    receive_notice,
    return_completion,
    return_plans,
    show_comments,
    submit_plans,
)
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.factories import member, published_pool
from tests.rectification.conftest import done

Decide = Callable[[RectificationPlan, User], object]

DECIDING_A_PLAN: dict[str, Decide] = {
    "publish": lambda plan, actor: publish_plans(plans=[plan], approver=actor),
    "return": lambda plan, actor: return_plans(plans=[plan], approver=actor, reason="太笼统"),
}
DECIDING_WHAT_WAS_DONE: dict[str, Decide] = {
    "accept": lambda plan, actor: accept_plans(plans=[plan], approver=actor),
    "send back": lambda plan, actor: return_completion(plan=plan, approver=actor, reason="未见成效"),
}
MODERATING: dict[str, Callable[[PublicComment, User], object]] = {
    "show": lambda comment, actor: show_comments(comments=[comment], actor=actor),
    "hide": lambda comment, actor: hide_comments(comments=[comment], actor=actor, reason="广告"),
}


def refused(act: Callable[[], object]) -> str:
    try:
        act()
    except DomainError as error:
        return error.code
    return ""


@pytest.mark.parametrize("act", DECIDING_A_PLAN.values(), ids=DECIDING_A_PLAN)
def test_whoever_submitted_does_not_decide_on_the_plan(
    plan: RectificationPlan, approver: User, office: User, act: Decide
) -> None:
    submit_plans(plans=[plan], actor=approver)
    assert refused(lambda: act(plan, approver)) == "same_person"
    assert refused(lambda: act(plan, office)) == ""


@pytest.mark.parametrize("act", DECIDING_WHAT_WAS_DONE.values(), ids=DECIDING_WHAT_WAS_DONE)
def test_whoever_reported_does_not_decide_on_what_was_done(
    published_plan: RectificationPlan, unit_admin: User, approver: User, act: Decide
) -> None:
    plan = done(published_plan, unit_admin)
    assert refused(lambda: act(plan, unit_admin)) == "same_person"
    assert refused(lambda: act(plan, approver)) == ""


@pytest.mark.parametrize("act", DECIDING_WHAT_WAS_DONE.values(), ids=DECIDING_WHAT_WAS_DONE)
def test_whoever_submitted_the_plan_does_not_decide_on_what_was_done(
    plan: RectificationPlan, cadre_user: User, unit_admin: User, approver: User, office: User, act: Decide
) -> None:
    submit_plans(plans=[plan], actor=office)
    publish_plans(plans=[plan], approver=approver)
    finished = done(plan, unit_admin)
    assert refused(lambda: act(finished, office)) == "same_person"
    assert refused(lambda: act(finished, approver)) == ""


def test_whoever_asked_for_more_time_does_not_give_it(
    published_plan: RectificationPlan, approver: User, office: User
) -> None:
    asked = ask_extension(item=published_plan.items.get(), until=date(2013, 1, 31), reason="设备", actor=approver)
    assert refused(lambda: decide_extension(extension=asked, approve=True, actor=approver)) == "same_person"
    assert refused(lambda: decide_extension(extension=asked, approve=True, actor=office)) == ""


@pytest.fixture
def cadre_in_office(cadre_user: User) -> User:
    """The cadre of the plan who holds the highest role as well."""
    User.objects.get(pk=cadre_user.pk).memberships.create(role=Role.OFFICE)  # type: ignore[attr-defined]
    return User.objects.get(pk=cadre_user.pk)


@pytest.mark.parametrize("act", DECIDING_A_PLAN.values(), ids=DECIDING_A_PLAN)
def test_nobody_decides_on_their_own_plan(
    plan: RectificationPlan, unit_admin: User, cadre_in_office: User, act: Decide
) -> None:
    submit_plans(plans=[plan], actor=unit_admin)
    assert refused(lambda: act(plan, cadre_in_office)) == "own_case"


@pytest.mark.parametrize("act", DECIDING_WHAT_WAS_DONE.values(), ids=DECIDING_WHAT_WAS_DONE)
def test_nobody_decides_on_what_they_did(
    plan: RectificationPlan, unit_admin: User, approver: User, cadre_in_office: User, act: Decide
) -> None:
    submit_plans(plans=[plan], actor=unit_admin)
    publish_plans(plans=[plan], approver=approver)
    finished = done(plan, unit_admin)
    assert refused(lambda: act(finished, cadre_in_office)) == "own_case"


def test_nobody_gives_themselves_more_time(
    published_plan: RectificationPlan, unit_admin: User, cadre_in_office: User
) -> None:
    asked = ask_extension(item=published_plan.items.get(), until=date(2013, 1, 31), reason="设备", actor=unit_admin)
    assert refused(lambda: decide_extension(extension=asked, approve=True, actor=cadre_in_office)) == "own_case"


@pytest.mark.parametrize("act", MODERATING.values(), ids=MODERATING)
def test_nobody_shows_or_hides_what_is_said_about_them(
    published_plan: RectificationPlan,
    cadre_in_office: User,
    unit_admin: User,
    act: Callable[[PublicComment, User], object],
) -> None:
    comment = add_comment(plan=published_plan, name="", text="希望周末也开窗口")
    assert refused(lambda: act(comment, cadre_in_office)) == "own_case"
    assert refused(lambda: act(comment, unit_admin)) == ""


def test_nobody_words_issues_drops_or_receives_the_notice_about_them(
    cycle: Cycle, unit: Unit, appraisal: Appraisal, cadre_in_office: User, office: User, unit_admin: User
) -> None:
    member(role=Role.UNIT_ADMIN, unit=unit)
    pool = published_pool(cycle=cycle, appraisals=[appraisal], means={"style": "61.00"})
    (notice,) = propose_notices(publication=pool, actor=office)
    own = cadre_in_office
    day = date(2012, 12, 28)
    assert refused(lambda: edit_notice(notice=notice, text="略", number="", due=day, actor=own)) == "own_case"
    assert refused(lambda: drop_notice(notice=notice, reason="略", actor=own)) == "own_case"
    assert refused(lambda: issue_notices(notices=[notice], actor=own)) == "own_case"
    issue_notices(notices=[notice], actor=office)
    assert refused(lambda: receive_notice(notice=notice, actor=own)) == "own_case"
    receive_notice(notice=notice, actor=unit_admin)
    assert RectificationNotice.objects.get().received_by == unit_admin
