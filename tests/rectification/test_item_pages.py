"""Pages of items: the ledger, reports with proofs, more time, who has no plan; and the chain on the plan's page."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.daily.models import Complaint, DailyDeduction
from evaluation.rectification.models import ItemExtension, PlanItem, PublicComment, RectificationPlan
from evaluation.rectification.services import (
    add_comment,
    ask_extension,
    decide_extension,
    publish_plans,
    rate_plan,
    report_item,
    show_comments,
    submit_plans,
)
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.factories import appraisal_of, member
from tests.rectification.conftest import plans_of
from tests.rectification.test_items import LATER
from tests.rectification.test_pages import _queries
from tests.world import picture

ClientFor = Callable[[User], Client]


def address(name: str, *args: object) -> str:
    return reverse(f"rectification:{name}", args=[2012, *args])


@pytest.fixture
def item(published_plan: RectificationPlan) -> PlanItem:
    return published_plan.items.get()


def test_an_item_is_reported_on_its_page_with_a_proof(
    item: PlanItem, cadre_user: User, approver: User, other_admin: User, client_for: ClientFor
) -> None:
    data = {"completion": "已增设", "completed_on": "2012-12-03", "uploads": [picture()]}
    answer = client_for(cadre_user).post(address("item-report", item.pk), data)
    assert answer.status_code == 302
    file = item.files.get()
    taken = client_for(approver).get(address("item-file", item.pk, file.pk))
    assert taken["Content-Disposition"].startswith("attachment")
    assert b"".join(taken.streaming_content)  # type: ignore[attr-defined]
    assert client_for(other_admin).get(address("item-file", item.pk, file.pk)).status_code == 404
    assert file.name in client_for(approver).get(address("plan-detail", item.plan_id)).content.decode()


def test_a_proof_of_another_item_is_not_found_under_this_one(
    cycle: Cycle, item: PlanItem, other_unit: Unit, office: User, cadre_user: User, client_for: ClientFor
) -> None:
    (other,) = plans_of(cycle, other_unit, 1, office)
    submit_plans(plans=[other], actor=cadre_user)
    publish_plans(plans=[other], approver=office)
    report_item(item=other.items.get(), completion="已做", completed_on=None, actor=office, uploads=[picture()])
    file = PlanItem.objects.get(plan=other).files.get()
    assert client_for(cadre_user).get(address("item-file", item.pk, file.pk)).status_code == 404


def test_a_report_that_is_refused_keeps_what_was_typed(item: PlanItem, cadre_user: User, client_for: ClientFor) -> None:
    data = {"completion": "写了很久", "completed_on": "2012-11-01"}
    page = client_for(cadre_user).post(address("item-report", item.pk), data)
    assert (page.status_code, "写了很久" in page.content.decode()) == (200, True)


def test_more_time_from_the_request_to_the_decision(
    item: PlanItem, cadre_user: User, approver: User, client_for: ClientFor
) -> None:
    client_for(cadre_user).post(address("extension-ask", item.pk), {"until": "2013-01-31", "reason": "设备未到"})
    asked = ItemExtension.objects.get()
    reader = client_for(approver)
    assert "设备未到" in reader.get(address("extension-list")).content.decode()
    reader.post(address("extension-decide", asked.pk), {"approve": "1"})
    item.refresh_from_db()
    assert item.due == LATER


def test_an_approver_of_another_unit_decides_nothing(
    item: PlanItem, cadre_user: User, other_unit: Unit, client_for: ClientFor
) -> None:
    asked = ask_extension(item=item, until=LATER, reason="设备未到", actor=cadre_user)
    stranger = client_for(member(role=Role.APPROVER, unit=other_unit))
    assert stranger.post(address("extension-decide", asked.pk), {"approve": "1"}).status_code == 404
    assert "设备未到" not in stranger.get(address("extension-list")).content.decode()


def public_page(plan: RectificationPlan) -> str:
    fresh: Any = RectificationPlan.objects.get(pk=plan.pk)
    fresh.shown_comments = list(fresh.comments.filter(status="shown"))
    return render_to_string("rectification/_plan_part.html", {"plan": fresh})


def test_residents_see_what_is_overdue_although_no_timer_ever_ran(
    item: PlanItem, clock: time_machine.Traveller
) -> None:
    assert "逾期" not in public_page(item.plan)
    clock.move_to("2013-01-01T00:00:01+08:00")
    assert "逾期" in public_page(item.plan)
    assert not DailyDeduction.objects.exists()


def test_residents_see_the_day_before_an_extension(item: PlanItem, cadre_user: User, approver: User) -> None:
    asked = ask_extension(item=item, until=LATER, reason="设备未到", actor=cadre_user)
    assert "2013-01-31" not in public_page(item.plan)
    decide_extension(extension=asked, approve=True, actor=approver, answer="内部意见")
    page = public_page(item.plan)
    assert all(word in page for word in ("2012-12-31", "2013-01-31", "设备未到"))
    assert "内部意见" not in page
    assert approver.full_name not in page


def test_residents_see_when_an_answer_is_due_and_late(
    published_plan: RectificationPlan, unit_admin: User, clock: time_machine.Traveller
) -> None:
    add_comment(plan=published_plan, name="", text="希望周末也开窗口")
    show_comments(comments=PublicComment.objects.all(), actor=unit_admin)
    assert "2012-12-10" in public_page(published_plan)
    late = "逾期未答复"
    assert late not in public_page(published_plan)
    clock.move_to("2012-12-11T00:00:00+08:00")
    assert late in public_page(published_plan)


def test_hiding_for_a_preset_reason_keeps_it_with_who_and_when_for_the_auditor(
    published_plan: RectificationPlan, unit_admin: User, auditor: User, cadre_user: User, client_for: ClientFor
) -> None:
    comment = add_comment(plan=published_plan, name="", text="某某的电话是多少")
    data = {"pk": comment.pk, "preset": "涉及个人隐私", "reason": "含电话"}
    client_for(unit_admin).post(address("comment-hide"), data)
    page = client_for(auditor).get(address("comment-list")).content.decode()
    assert all(word in page for word in ("某某的电话是多少", "涉及个人隐私：含电话", unit_admin.full_name))
    assert "某某的电话是多少" not in client_for(cadre_user).get(address("comment-list")).content.decode()


def test_a_forged_preset_is_no_reason(
    published_plan: RectificationPlan, unit_admin: User, client_for: ClientFor
) -> None:
    comment = add_comment(plan=published_plan, name="", text="希望周末也开窗口")
    client_for(unit_admin).post(address("comment-hide"), {"pk": comment.pk, "preset": "随便"})
    comment.refresh_from_db()
    assert comment.status == "pending"


def test_the_office_proposes_what_is_overdue_by_a_press(
    item: PlanItem, office: User, client_for: ClientFor, clock: time_machine.Traveller
) -> None:
    clock.move_to("2013-01-02T09:00:00+08:00")
    client_for(office).post(address("item-propose"))
    assert DailyDeduction.objects.get().proposal_key == f"plan-item:{item.pk}:overdue"


def test_who_has_no_plan_stands_on_a_list_with_the_day(
    cycle: Cycle, unit: Unit, appraisal: Appraisal, unit_admin: User, client_for: ClientFor
) -> None:
    village = appraisal_of(cycle=cycle, unit=unit, name="村干部甲", track="village")
    page = client_for(unit_admin).get(address("plan-missing")).content.decode()
    assert all(word in page for word in (appraisal.name, "2012-12-20"))
    assert village.name not in page


def test_the_ledger_filters_and_leaves_out_what_is_not_public(
    cycle: Cycle, item: PlanItem, unit: Unit, office: User, client_for: ClientFor, clock: time_machine.Traveller
) -> None:
    clock.move_to("2013-01-01T09:00:00+08:00")
    reader = client_for(office)
    for query, found in (("", 1), ("?state=overdue", 1), ("?state=done", 0), ("?source=opinion", 0), ("?q=王", 1)):
        assert (item.problem in reader.get(address("item-list") + query).content.decode()) is bool(found), query
    RectificationPlan.objects.create(appraisal=appraisal_of(cycle=cycle, unit=unit)).items.create(
        source="other", problem="尚未公布的问题"
    )
    assert "尚未公布的问题" not in reader.get(address("item-list")).content.decode()


def complaint_of(appraisal: Appraisal) -> Complaint:
    return Complaint.objects.create(
        cycle=appraisal.cycle,
        number=7,
        channel="telephone",
        unit=appraisal.organising_unit,
        appraisal=appraisal,
        text="窗口没有人",
        received_on=date(2012, 11, 1),
        accept_due=date(2012, 11, 8),
    )


def test_the_chain_leads_to_what_this_person_may_see(
    accepted_plan: RectificationPlan, office: User, cadre_user: User, organisation: User, client_for: ClientFor
) -> None:
    complaint = complaint_of(accepted_plan.appraisal)
    link = reverse("daily:complaint-detail", args=[2012, complaint.pk])
    seen = {user.pk: client_for(user).get(address("plan-detail", accepted_plan.pk)) for user in (office, cadre_user)}
    assert link in seen[office.pk].content.decode()
    assert link not in seen[cadre_user.pk].content.decode()
    assert link not in client_for(organisation).get(address("plan-detail", accepted_plan.pk)).content.decode()


def test_ratings_are_drawn_from_five_on(accepted_plan: RectificationPlan, office: User, client_for: ClientFor) -> None:
    for _number in range(4):
        rate_plan(plan=accepted_plan, grade="dissatisfied")
    page = client_for(office).get(address("plan-detail", accepted_plan.pk)).content.decode()
    assert "100%" not in page.partition('id="ratings"')[2].partition("</section>")[0]
    rate_plan(plan=accepted_plan, grade="dissatisfied")
    page = client_for(office).get(address("plan-detail", accepted_plan.pk)).content.decode()
    assert "100%" in page.partition('id="ratings"')[2].partition("</section>")[0]


def test_queries_do_not_grow_with_the_rows(
    cycle: Cycle, unit: Unit, other_unit: Unit, unit_admin: User, office: User, client_for: ClientFor
) -> None:
    def more(of: Unit, number: int) -> None:
        for plan in plans_of(cycle, of, number, unit_admin):
            submit_plans(plans=[plan], actor=unit_admin)
            publish_plans(plans=[plan], approver=office)
            ask_extension(item=plan.items.get(), until=LATER, reason="设备未到", actor=unit_admin)
        appraisal_of(cycle=cycle, unit=of)

    reader = client_for(office)
    names = ("item-list", "extension-list", "plan-missing")
    more(unit, 1)
    counted = {name: _queries(reader, address(name)) for name in names}
    more(other_unit, 3)
    assert {name: _queries(reader, address(name)) for name in names} == counted


def test_a_plan_of_many_items_costs_no_more_queries(
    cycle: Cycle, published_plan: RectificationPlan, office: User, client_for: ClientFor
) -> None:
    reader, path = client_for(office), address("plan-detail", published_plan.pk)
    counted = _queries(reader, path)
    for order in range(2, 5):
        PlanItem.objects.create(plan=published_plan, order=order, source="other", problem="再一项", due=LATER)
    with CaptureQueriesContext(connection) as captured:
        reader.get(path)
    assert len(captured) == counted
