from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.rectification.models import PublicComment, RectificationPlan
from evaluation.rectification.services import (
    add_comment,
    draft_plans,
    propose_notices,
    publish_plans,
    save_plan,
    show_comments,
    submit_plans,
)
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.factories import appraisal_of, member, published_pool
from tests.rectification.conftest import ITEM, plans_of

ClientFor = Callable[[User], Client]


def address(name: str, *args: object) -> str:
    return reverse(f"rectification:{name}", args=[2012, *args])


def rows(*items: dict[str, str], **more: str) -> dict[str, str]:
    data = {"items-TOTAL_FORMS": str(len(items)), "items-INITIAL_FORMS": "0", **more}
    for place, item in enumerate(items):
        data |= {f"items-{place}-{name}": value for name, value in item.items()}
    return data


FULL = {"source": "other", "problem": "排队长", "measure": "加窗口", "effect": "十分钟内", "due": "2012-12-31"}


def test_the_cadre_writes_and_submits(plan: RectificationPlan, cadre_user: User, client_for: ClientFor) -> None:
    client_for(cadre_user).post(address("plan-edit", plan.pk), rows(FULL, {"source": "other"}, submit="1"))
    plan.refresh_from_db()
    assert (plan.status, plan.items.get().measure) == ("submitted", "加窗口")


def test_a_row_is_added_without_script_and_what_was_typed_stays(
    plan: RectificationPlan, cadre_user: User, client_for: ClientFor
) -> None:
    page = client_for(cadre_user).post(
        address("plan-edit", plan.pk), rows({**FULL, "problem": "没有保存的问题"}, more="1")
    )
    assert "没有保存的问题" in page.content.decode()
    assert "items-1-problem" in page.content.decode()
    assert plan.items.get().problem != "没有保存的问题"


def test_a_row_is_removed(plan: RectificationPlan, cadre_user: User, client_for: ClientFor) -> None:
    gone = {**FULL, "problem": "不要了", "DELETE": "on"}
    client_for(cadre_user).post(address("plan-edit", plan.pk), rows(FULL, gone, save="1"))
    assert [item.problem for item in plan.items.all()] == ["排队长"]


def test_refused_submission_keeps_what_was_typed(
    plan: RectificationPlan, cadre_user: User, client_for: ClientFor
) -> None:
    page = client_for(cadre_user).post(
        address("plan-edit", plan.pk), rows({**FULL, "problem": "写了一半", "measure": ""}, submit="1")
    )
    assert page.status_code == 200
    assert "写了一半" in page.content.decode()
    plan.refresh_from_db()
    assert plan.status == "draft"


def test_a_hostile_number_of_rows_is_no_error(plan: RectificationPlan, cadre_user: User, client_for: ClientFor) -> None:
    data = {"items-TOTAL_FORMS": "9" * 50, "items-INITIAL_FORMS": "x", "more": "1"}
    assert client_for(cadre_user).post(address("plan-edit", plan.pk), data).status_code == 200


def test_the_cadre_reports_and_the_approver_accepts(
    published_plan: RectificationPlan, cadre_user: User, approver: User, client_for: ClientFor
) -> None:
    item = published_plan.items.get()
    client_for(cadre_user).post(
        address("plan-report", published_plan.pk), {f"item-{item.pk}": "已完成", "complete": "1"}
    )
    client_for(approver).post(address("plan-accept"), {"pk": published_plan.pk})
    published_plan.refresh_from_db()
    assert published_plan.status == "accepted"


def test_publishing_a_list_takes_what_waits_and_leaves_the_rest(
    cycle: Cycle, unit: Unit, unit_admin: User, approver: User, client_for: ClientFor
) -> None:
    plans = plans_of(cycle, unit, 3, unit_admin)
    submit_plans(plans=plans[:2], actor=unit_admin)
    client_for(approver).post(address("plan-publish"), {"pk": [plan.pk for plan in plans]})
    assert list(RectificationPlan.objects.order_by("pk").values_list("status", flat=True)) == [
        "published",
        "published",
        "draft",
    ]


def test_a_list_is_returned_with_one_reason(
    cycle: Cycle, unit: Unit, unit_admin: User, approver: User, client_for: ClientFor
) -> None:
    plans = plans_of(cycle, unit, 2, unit_admin)
    submit_plans(plans=plans, actor=unit_admin)
    client_for(approver).post(address("plan-return"), {"pk": [plan.pk for plan in plans], "reason": "措施不具体"})
    assert RectificationPlan.objects.filter(status="returned", return_reason="措施不具体").count() == 2


def test_the_unit_draws_up_plans_for_its_list(
    cycle: Cycle, unit: Unit, unit_admin: User, client_for: ClientFor
) -> None:
    published_pool(cycle=cycle, appraisals=[appraisal_of(cycle=cycle, unit=unit) for _number in range(2)])
    client_for(unit_admin).post(address("plan-draft"))
    assert RectificationPlan.objects.count() == 2


def test_plans_of_others_are_not_drawn_up(
    cycle: Cycle, unit: Unit, appraisal: Appraisal, other_admin: User, client_for: ClientFor
) -> None:
    published_pool(cycle=cycle, appraisals=[appraisal])
    client_for(other_admin).post(address("plan-draft"))
    assert not RectificationPlan.objects.exists()


@pytest.mark.parametrize("role", [Role.UNIT_ADMIN, Role.CADRE, Role.APPROVER])
def test_people_of_another_unit_find_nothing(
    published_plan: RectificationPlan, other_unit: Unit, role: Role, client_for: ClientFor
) -> None:
    stranger = client_for(member(role=role, unit=other_unit))
    assert stranger.get(address("plan-detail", published_plan.pk)).status_code == 404
    if role != Role.APPROVER:
        assert stranger.get(address("plan-edit", published_plan.pk)).status_code == 404
        assert stranger.get(address("plan-report", published_plan.pk)).status_code == 404
    else:
        stranger.post(address("plan-publish"), {"pk": published_plan.pk})
        assert stranger.post(address("plan-send-back", published_plan.pk)).status_code == 404


def test_another_cadre_of_the_unit_finds_nothing(
    published_plan: RectificationPlan, unit: Unit, client_for: ClientFor
) -> None:
    colleague = client_for(member(role=Role.CADRE, unit=unit))
    assert colleague.get(address("plan-detail", published_plan.pk)).status_code == 404


def test_the_home_unit_of_a_window_head_reads_and_does_not_write(
    cycle: Cycle, unit: Unit, other_unit: Unit, unit_admin: User, office: User, client_for: ClientFor
) -> None:
    row = appraisal_of(cycle=cycle, unit=unit, organising_unit=other_unit)
    published_pool(cycle=cycle, appraisals=[row])
    client_for(office).post(address("plan-draft"))
    plan = RectificationPlan.objects.get()
    assert client_for(unit_admin).get(address("plan-detail", plan.pk)).status_code == 200
    assert client_for(unit_admin).get(address("plan-edit", plan.pk)).status_code == 403


@pytest.mark.parametrize("name", ["plan-draft", "plan-submit", "plan-publish", "plan-accept", "comment-show"])
def test_acts_are_posted(cycle: Cycle, office: User, client_for: ClientFor, name: str) -> None:
    assert client_for(office).get(address(name)).status_code == 405


def test_moderation_of_a_list(
    published_plan: RectificationPlan, unit_admin: User, other_admin: User, client_for: ClientFor
) -> None:
    for number in range(2):
        add_comment(plan=published_plan, name="", text=f"第{number}条意见")
    client_for(other_admin).post(address("comment-show"), {"all": "1"})
    assert not PublicComment.objects.filter(status="shown").exists()
    client_for(unit_admin).post(address("comment-show"), {"all": "1"})
    assert PublicComment.objects.filter(status="shown").count() == 2


def test_an_answer_that_is_refused_is_kept(
    published_plan: RectificationPlan, cadre_user: User, unit_admin: User, client_for: ClientFor
) -> None:
    comment = add_comment(plan=published_plan, name="", text="请多开一个窗口")
    show_comments(comments=[comment], actor=unit_admin)
    page = client_for(cadre_user).post(
        address("comment-answer", comment.pk), {"text": "他的号码是320582198001011234，已联系"}
    )
    assert page.status_code == 200
    assert "已联系" in page.content.decode()


LISTS = ["plan-list", "comment-list", "notice-list"]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("reader", ["office", "unit_admin", "approver", "cadre_user", "organisation", "auditor"])
def test_readers_open_the_lists(
    cycle: Cycle, request: pytest.FixtureRequest, client_for: ClientFor, name: str, reader: str
) -> None:
    assert client_for(request.getfixturevalue(reader)).get(address(name)).status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_queries_do_not_grow_with_the_rows(
    cycle: Cycle,
    unit: Unit,
    unit_admin: User,
    office: User,
    client_for: ClientFor,
    django_assert_num_queries: DjangoAssertNumQueries,
    name: str,
    other_unit: Unit,
) -> None:
    def more(of: Unit, number: int) -> None:
        appraisals = [appraisal_of(cycle=cycle, unit=of) for _number in range(number)]
        pool = published_pool(cycle=cycle, appraisals=appraisals, means={"style": "50.00"})
        propose_notices(publication=pool, actor=office)
        for plan in draft_plans(publication=pool, actor=unit_admin):
            save_plan(plan=plan, items=[ITEM], actor=unit_admin)
            submit_plans(plans=[plan], actor=unit_admin)
            publish_plans(plans=[plan], approver=office)
            add_comment(plan=plan, name="", text="一条意见在此")

    more(unit, 1)
    reader = client_for(office)
    counted = _queries(reader, address(name))
    more(other_unit, 3)
    with django_assert_num_queries(counted):
        reader.get(address(name))


def _queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


def test_every_page_of_a_plan_opens(published_plan: RectificationPlan, cadre_user: User, client_for: ClientFor) -> None:
    for name in ("plan-detail", "plan-report"):
        page: Any = client_for(cadre_user).get(address(name, published_plan.pk))
        assert page.status_code == 200
