from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.rectification.drafting import Judged, problems_of
from evaluation.rectification.models import RectificationPlan
from evaluation.rectification.selectors import overdue
from evaluation.rectification.services import (
    accept_plans,
    complete_plan,
    draft_plans,
    publish_plans,
    return_completion,
    return_plans,
    save_plan,
    submit_plans,
)
from evaluation.roster.models import Appraisal
from evaluation.units.models import Unit
from tests.factories import appraisal_of, published_pool
from tests.rectification.conftest import ITEM, done, opinion


def judged(means: dict[str, str], *, hidden: bool = False, deductions: tuple[dict[str, object], ...] = ()) -> Judged:
    return Judged(
        explanation={"aspects": [{"code": code, "mean": mean} for code, mean in means.items()]},
        deductions=deductions,
        is_suppressed=hidden,
        aspect_labels={"style": "工作作风", "results": "工作实绩"},
        deduction_labels={"1": "投诉查实"},
        notice_below=Decimal(70),
    )


@pytest.mark.parametrize(
    ("case", "texts"),
    [
        pytest.param(judged({"style": "65.00", "results": "90.00"}), ["“工作作风”评议得分较低"], id="below the mark"),
        pytest.param(
            judged({"style": "88.00", "results": "90.00"}), ["“工作作风”在各项评议内容中得分最低"], id="the lowest"
        ),
        pytest.param(judged({"style": "90.00", "results": "90.00"}), [], id="all equal"),
        pytest.param(judged({"style": "65.00", "results": "90.00"}, hidden=True), [], id="a group is too small"),
        pytest.param(
            judged({}, deductions=({"rule": "1", "count": 2, "facts": "张某投诉"},)),
            ["日常考核扣分：投诉查实（2件）"],
            id="deductions by kind, never the facts",
        ),
    ],
)
def test_what_a_plan_begins_with(case: Judged, texts: list[str]) -> None:
    assert [problem.text for problem in problems_of(case, opinions=[])] == texts


def test_opinions_shown_go_into_the_plan_and_others_do_not(cycle: Cycle, appraisal: Appraisal, office: User) -> None:
    opinion(appraisal, "办事要跑几趟")
    opinion(appraisal, "小李说办得慢", shown_text="■■说办得慢")
    opinion(appraisal, "还没有看过", status="pending")
    opinion(appraisal, "骂人的话", status="hidden")
    (plan,) = draft_plans(publication=published_pool(cycle=cycle, appraisals=[appraisal]), actor=office)
    texts = [item.problem for item in plan.items.all() if item.source == "opinion"]
    assert texts == ["群众反映：办事要跑几趟", "群众反映：■■说办得慢"]


def test_drafting_twice_makes_one_plan(cycle: Cycle, appraisal: Appraisal, office: User) -> None:
    publication = published_pool(cycle=cycle, appraisals=[appraisal])
    draft_plans(publication=publication, actor=office)
    with pytest.raises(DomainError) as refusal:
        draft_plans(publication=publication, actor=office)
    assert refusal.value.code == "nothing_to_draft"
    assert RectificationPlan.objects.count() == 1


def test_no_plan_before_the_result_is_published(cycle: Cycle, appraisal: Appraisal, office: User) -> None:
    published_pool(cycle=cycle, appraisals=[appraisal], status="feedback")
    with pytest.raises(DomainError):
        draft_plans(appraisals=[appraisal], actor=office)


def test_village_cadres_get_plans_likewise(cycle: Cycle, unit: Unit, office: User) -> None:
    row = appraisal_of(cycle=cycle, unit=unit, track="village")
    assert draft_plans(publication=published_pool(cycle=cycle, appraisals=[row]), actor=office)


@pytest.mark.parametrize(
    ("item", "code"),
    [
        pytest.param(replace(ITEM, measure=" "), "incomplete", id="no measure"),
        pytest.param(replace(ITEM, effect=""), "incomplete", id="no effect"),
        pytest.param(replace(ITEM, due=None), "incomplete", id="no time"),
        pytest.param(replace(ITEM, due=date(2012, 12, 2)), "due_out_of_bounds", id="yesterday"),
        pytest.param(replace(ITEM, due=date(2013, 12, 22)), "due_out_of_bounds", id="too far"),
    ],
)
def test_an_item_that_is_not_whole_is_not_submitted(
    plan: RectificationPlan, cadre_user: User, item: object, code: str
) -> None:
    save_plan(plan=plan, items=[item], actor=cadre_user)  # type: ignore[list-item]
    with pytest.raises(DomainError) as refusal:
        submit_plans(plans=[plan], actor=cadre_user)
    assert refusal.value.code == code


def test_a_plan_without_items_is_not_submitted(plan: RectificationPlan, cadre_user: User) -> None:
    save_plan(plan=plan, items=[], actor=cadre_user)
    with pytest.raises(DomainError) as refusal:
        submit_plans(plans=[plan], actor=cadre_user)
    assert refusal.value.code == "no_items"


def test_a_citizen_number_is_refused(plan: RectificationPlan, cadre_user: User) -> None:
    with pytest.raises(DomainError) as refusal:
        save_plan(plan=plan, items=[replace(ITEM, problem="身份证 320582198001011234")], actor=cadre_user)
    assert refusal.value.code == "citizen_number"


def test_whoever_submitted_cannot_publish(plan: RectificationPlan, approver: User) -> None:
    submit_plans(plans=[plan], actor=approver)
    with pytest.raises(DomainError) as refusal:
        publish_plans(plans=[plan], approver=approver)
    assert refusal.value.code == "same_person"


def test_opinions_are_taken_for_the_working_days_of_the_cycle(published_plan: RectificationPlan) -> None:
    assert published_plan.comments_until == date(2012, 12, 10)


def test_a_returned_plan_can_be_edited_again(plan: RectificationPlan, cadre_user: User, approver: User) -> None:
    submit_plans(plans=[plan], actor=cadre_user)
    with pytest.raises(DomainError):
        save_plan(plan=plan, items=[ITEM], actor=cadre_user)
    return_plans(plans=[plan], approver=approver, reason="措施太笼统")
    assert save_plan(plan=plan, items=[ITEM, ITEM], actor=cadre_user).return_reason == "措施太笼统"


def test_returning_needs_a_reason(plan: RectificationPlan, cadre_user: User, approver: User) -> None:
    submit_plans(plans=[plan], actor=cadre_user)
    with pytest.raises(DomainError) as refusal:
        return_plans(plans=[plan], approver=approver, reason=" ")
    assert refusal.value.code == "reason_missing"


def test_every_item_needs_what_was_done(published_plan: RectificationPlan, cadre_user: User) -> None:
    with pytest.raises(DomainError) as refusal:
        complete_plan(plan=published_plan, actor=cadre_user)
    assert refusal.value.code == "not_done"


def test_acceptance_by_another_person(published_plan: RectificationPlan, cadre_user: User, approver: User) -> None:
    done(published_plan, cadre_user)
    assert accept_plans(plans=[published_plan], approver=approver)[0].status == "accepted"


def test_whoever_reported_it_as_done_cannot_accept(published_plan: RectificationPlan, approver: User) -> None:
    done(published_plan, approver)
    with pytest.raises(DomainError) as refusal:
        accept_plans(plans=[published_plan], approver=approver)
    assert refusal.value.code == "same_person"


def test_the_database_holds_two_people(published_plan: RectificationPlan, cadre_user: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RectificationPlan.objects.filter(pk=published_plan.pk).update(accepted_by=cadre_user)


def test_a_refused_acceptance_is_counted_and_the_plan_stays_public(
    published_plan: RectificationPlan, cadre_user: User, approver: User
) -> None:
    done(published_plan, cadre_user)
    plan = return_completion(plan=published_plan, approver=approver, reason="未见成效")
    assert (plan.status, plan.times_returned) == ("published", 1)
    assert plan in RectificationPlan.objects.public()


def test_overdue_from_the_day_after(published_plan: RectificationPlan, cycle: Cycle) -> None:
    everyone = RectificationPlan.objects.of_cycle(cycle)
    assert not overdue(everyone, today=date(2012, 12, 31)).exists()
    assert overdue(everyone, today=date(2013, 1, 1)).get() == published_plan


def test_publishing_is_all_or_none(
    cycle: Cycle, plan: RectificationPlan, cadre_user: User, approver: User, other_unit: Unit, office: User
) -> None:
    submit_plans(plans=[plan], actor=cadre_user)
    row = appraisal_of(cycle=cycle, unit=other_unit)
    (draft,) = draft_plans(publication=published_pool(cycle=cycle, appraisals=[row]), actor=office)
    with pytest.raises(DomainError):
        publish_plans(plans=[plan, draft], approver=approver)
    plan.refresh_from_db()
    assert plan.status == "submitted"


def test_late_submission_still_has_sensible_dates(
    plan: RectificationPlan, cadre_user: User, clock: time_machine.Traveller
) -> None:
    clock.move_to("2013-01-05T09:00:00+08:00")
    with pytest.raises(DomainError) as refusal:
        submit_plans(plans=[plan], actor=cadre_user)
    assert refusal.value.code == "due_out_of_bounds"
