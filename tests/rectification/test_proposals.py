"""What rule 2 proposes from rectification: once, by the rule, and counting nothing."""

from datetime import date

import pytest
import time_machine

from accounts.models import User
from evaluation.cycle.models import DeductionRule
from evaluation.daily.models import DailyDeduction
from evaluation.errors import DomainError
from evaluation.rectification.models import FollowUpRating, RectificationPlan
from evaluation.rectification.services import (
    ItemValues,
    accept_plans,
    ask_extension,
    decide_extension,
    propose_overdue_items,
    propose_poor_ratings,
    publish_plans,
    rate_plan,
    ratings_of,
    report_item,
    return_completion,
    save_plan,
    submit_plans,
    takes_ratings,
)
from tests.rectification.conftest import done

AFTER = date(2013, 1, 1)
FROM_OPINION = ItemValues("opinion", "群众反映：排队长", "增设窗口", "十分钟内", date(2012, 12, 31))
OWN = ItemValues("other", "制度不全", "修订制度", "印发", date(2012, 12, 28))


@pytest.fixture
def two_items(plan: RectificationPlan, cadre_user: User, approver: User) -> RectificationPlan:
    save_plan(plan=plan, items=[FROM_OPINION, OWN], actor=cadre_user)
    submit_plans(plans=[plan], actor=cadre_user)
    return publish_plans(plans=[plan], approver=approver)[0]


def test_each_overdue_item_is_proposed_once(two_items: RectificationPlan) -> None:
    assert propose_overdue_items(today=AFTER) == 2
    assert propose_overdue_items(today=AFTER) == 0
    first, second = two_items.items.all()
    proposed = {row.proposal_key: row for row in DailyDeduction.objects.all()}
    of_opinion = proposed[f"plan-item:{first.pk}:overdue"]
    assert (of_opinion.rule, of_opinion.status, of_opinion.source) == ("2", "proposed", "opinion")
    assert "第1项“群众反映：排队长”应于2012-12-31前完成" in of_opinion.facts
    assert of_opinion.rectify_by == date(2012, 12, 31)
    assert proposed[f"plan-item:{second.pk}:overdue"].source == "other"
    assert not DailyDeduction.objects.counting().exists()


def test_what_was_done_in_time_or_got_more_time_is_not_proposed(
    two_items: RectificationPlan, cadre_user: User, approver: User
) -> None:
    first, second = two_items.items.all()
    report_item(item=first, completion="已增设", completed_on=date(2012, 12, 3), actor=cadre_user)
    asked = ask_extension(item=second, until=date(2013, 1, 31), reason="设备", actor=cadre_user)
    decide_extension(extension=asked, approve=True, actor=approver)
    assert propose_overdue_items(today=AFTER) == 0
    assert propose_overdue_items(today=date(2013, 2, 1)) == 1


def test_a_plan_reported_as_done_has_no_overdue_item(published_plan: RectificationPlan, cadre_user: User) -> None:
    done(published_plan, cadre_user)
    assert propose_overdue_items(today=AFTER) == 0


def test_a_track_without_rule_2_proposes_nothing(two_items: RectificationPlan) -> None:
    DeductionRule.objects.filter(code="2").delete()
    assert propose_overdue_items(today=AFTER) == 0


def test_the_second_refused_acceptance_proposes_it_the_first_does_not(
    published_plan: RectificationPlan, cadre_user: User, approver: User
) -> None:
    plan = published_plan
    for times in (1, 2, 3):
        return_completion(plan=done(plan, cadre_user), approver=approver, reason=f"第{times}次未见成效")
        assert DailyDeduction.objects.count() == min(times - 1, 1)
    proposed = DailyDeduction.objects.get()
    assert proposed.proposal_key == f"plan:{plan.pk}:returned-twice"
    assert "第2次未见成效" in proposed.facts


def rated(plan: RectificationPlan, grades: str) -> None:
    words = {"s": "satisfied", "b": "basically", "d": "dissatisfied"}
    for grade in grades:
        rate_plan(plan=plan, grade=words[grade])


@pytest.mark.parametrize(
    ("grades", "number"),
    [
        pytest.param("ddss", 0, id="four only"),
        pytest.param("dddd", 0, id="four, all poor"),
        pytest.param("ddsbs", 0, id="two of five"),
        pytest.param("dddsb", 1, id="three of five"),
        pytest.param("dddsss", 0, id="just half"),
    ],
)
def test_mostly_poor_ratings_propose_it_once_the_time_is_over(
    accepted_plan: RectificationPlan, clock: time_machine.Traveller, grades: str, number: int
) -> None:
    rated(accepted_plan, grades)
    until = accepted_plan.rating_until
    assert until is not None
    assert propose_poor_ratings(today=until) == 0
    assert propose_poor_ratings(today=date.fromordinal(until.toordinal() + 1)) == number
    assert propose_poor_ratings(today=date.fromordinal(until.toordinal() + 1)) == 0


def test_figures_are_shown_from_five_ratings_on(accepted_plan: RectificationPlan) -> None:
    rated(accepted_plan, "ssbd")
    assert ratings_of(accepted_plan) is None
    rated(accepted_plan, "s")
    found = ratings_of(accepted_plan)
    assert found is not None
    assert (found.total, [line.count for line in found.lines]) == (5, [3, 1, 1])


def test_a_rating_says_nothing_of_who_or_in_which_order(accepted_plan: RectificationPlan) -> None:
    rated(accepted_plan, "sbd")
    fields = {field.name for field in FollowUpRating._meta.fields}
    assert fields == {"id", "plan", "grade", "made_on"}
    assert max(FollowUpRating.objects.values_list("pk", flat=True)) > 1_000_000


@pytest.mark.parametrize("grade", ["", "excellent", "satisfied "])
def test_a_forged_grade_is_refused(accepted_plan: RectificationPlan, grade: str) -> None:
    with pytest.raises(DomainError) as refusal:
        rate_plan(plan=accepted_plan, grade=grade)
    assert refusal.value.code == "unknown_grade"


def test_nothing_is_rated_before_acceptance(published_plan: RectificationPlan, cadre_user: User) -> None:
    assert not takes_ratings(published_plan)
    with pytest.raises(DomainError) as refusal:
        rate_plan(plan=done(published_plan, cadre_user), grade="satisfied")
    assert refusal.value.code == "not_open"


def test_acceptance_after_one_return_still_opens_the_ratings(
    published_plan: RectificationPlan, cadre_user: User, approver: User
) -> None:
    return_completion(plan=done(published_plan, cadre_user), approver=approver, reason="未见成效")
    (plan,) = accept_plans(plans=[done(published_plan, cadre_user)], approver=approver)
    assert takes_ratings(plan)
