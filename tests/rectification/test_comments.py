from typing import Any

import pytest
import time_machine
from django.template.loader import render_to_string

from accounts.models import User
from evaluation.errors import DomainError
from evaluation.rectification.models import PublicComment, RectificationPlan
from evaluation.rectification.services import add_comment, answer_comment, hide_comments, report_items, show_comments

TEXT = "希望周末也开一个窗口"


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        pytest.param("2012-12-03T09:00:01+08:00", True, id="published just now"),
        pytest.param("2012-12-10T23:59:59+08:00", True, id="end of the last day"),
        pytest.param("2012-12-11T00:00:00+08:00", False, id="the day after"),
    ],
)
def test_opinions_within_the_period(
    published_plan: RectificationPlan, clock: time_machine.Traveller, moment: str, is_open: bool
) -> None:
    clock.move_to(moment)
    if is_open:
        assert add_comment(plan=published_plan, name="", text=TEXT).status == "pending"
    else:
        with pytest.raises(DomainError) as refusal:
            add_comment(plan=published_plan, name="", text=TEXT)
        assert refusal.value.code == "not_open"


def test_no_opinion_on_a_plan_that_is_not_public(plan: RectificationPlan) -> None:
    with pytest.raises(DomainError) as refusal:
        add_comment(plan=plan, name="", text=TEXT)
    assert refusal.value.code == "not_open"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("好", "", id="short"),
        pytest.param("长" * 501, "", id="long"),
        pytest.param(TEXT, "名" * 41, id="name"),
    ],
)
def test_bounds_of_the_text(published_plan: RectificationPlan, text: str, name: str) -> None:
    with pytest.raises(DomainError) as refusal:
        add_comment(plan=published_plan, name=name, text=text)
    assert refusal.value.code == "text_out_of_bounds"


def test_hiding_needs_a_reason(published_plan: RectificationPlan, unit_admin: User) -> None:
    comment = add_comment(plan=published_plan, name="", text=TEXT)
    with pytest.raises(DomainError) as refusal:
        hide_comments(comments=[comment], actor=unit_admin, reason="")
    assert refusal.value.code == "reason_missing"


def test_only_what_is_shown_is_answered(published_plan: RectificationPlan, cadre_user: User, unit_admin: User) -> None:
    comment = add_comment(plan=published_plan, name="", text=TEXT)
    with pytest.raises(DomainError):
        answer_comment(comment=comment, text="已安排", actor=cadre_user)
    show_comments(comments=[comment], actor=unit_admin)
    assert answer_comment(comment=comment, text="已安排", actor=cadre_user).answer == "已安排"


def test_a_cadre_does_not_moderate_opinions_on_their_own_plan(
    published_plan: RectificationPlan, cadre_user: User, unit_admin: User
) -> None:
    add_comment(plan=published_plan, name="", text=TEXT)
    assert not PublicComment.objects.moderated_by(cadre_user).exists()
    assert not PublicComment.objects.visible_to(cadre_user).exists()
    assert PublicComment.objects.moderated_by(unit_admin).exists()


def public_page(plan: RectificationPlan) -> str:
    """As the portal gives it: the plan with the opinions that were let through."""
    values: dict[str, Any] = {"plan": plan}
    plan.refresh_from_db()
    plan.shown_comments = list(plan.comments.filter(status="shown"))  # type: ignore[attr-defined]
    return render_to_string("rectification/_plan_part.html", values)


def test_residents_read_nothing_of_a_plan_that_is_not_published(plan: RectificationPlan) -> None:
    assert public_page(plan).strip() == ""


def test_residents_read_neither_pending_nor_hidden_nor_reasons_nor_notes(
    published_plan: RectificationPlan, unit_admin: User, cadre_user: User
) -> None:
    for text in ("还没有人看过的意见", "被隐去的意见", "可以公开的意见"):
        add_comment(plan=published_plan, name="", text=text)
    show_comments(comments=PublicComment.objects.filter(text="可以公开的意见"), actor=unit_admin)
    hide_comments(comments=PublicComment.objects.filter(text="被隐去的意见"), actor=unit_admin, reason="涉及隐私甲")
    item = published_plan.items.get()
    report_items(plan=published_plan, completions={item.pk: "做了一半的记录"}, actor=cadre_user)
    RectificationPlan.objects.filter(pk=published_plan.pk).update(return_reason="内部退回理由")
    page = public_page(published_plan)
    assert "可以公开的意见" in page
    assert item.problem in page
    for word in (
        "还没有人看过的意见",
        "被隐去的意见",
        "涉及隐私甲",
        "做了一半的记录",
        "内部退回理由",
        unit_admin.full_name,
    ):
        assert word not in page


def test_what_an_opinion_says_is_escaped(published_plan: RectificationPlan, unit_admin: User) -> None:
    comment = add_comment(plan=published_plan, name="<b>甲</b>", text="<script>alert(1)</script>")
    show_comments(comments=[comment], actor=unit_admin)
    assert "<script>" not in public_page(published_plan)
    assert "<b>" not in public_page(published_plan)
