"""What was done of an item, with proofs; more time, asked by one and decided by another."""

from datetime import date

import pytest
import time_machine

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.errors import DomainError
from evaluation.files.models import StoredFile
from evaluation.rectification.models import ItemExtension, PlanItem, RectificationPlan
from evaluation.rectification.services import (
    ask_extension,
    complete_plan,
    decide_extension,
    report_item,
    report_items,
)
from tests.world import picture

LATER = date(2013, 1, 31)


@pytest.fixture
def item(published_plan: RectificationPlan) -> PlanItem:
    return published_plan.items.get()


@pytest.fixture
def asked(item: PlanItem, cadre_user: User) -> ItemExtension:
    return ask_extension(item=item, until=LATER, reason="设备尚未到货", actor=cadre_user)


def code_of(refusal: pytest.ExceptionInfo[DomainError]) -> str:
    return refusal.value.code


def test_an_item_is_reported_with_its_day_and_proofs(item: PlanItem, cadre_user: User) -> None:
    done = report_item(
        item=item, completion="已增设", completed_on=date(2012, 12, 3), actor=cadre_user, uploads=[picture(), picture()]
    )
    assert (done.completed_on, done.files.count()) == (date(2012, 12, 3), 2)
    event = AuditEvent.objects.get(action="plan-item-reported")
    assert event.detail["changes"] == {"completed_on": [None, "2012-12-03"]}


def test_without_a_day_it_stays_under_way(item: PlanItem, cadre_user: User) -> None:
    report_item(item=item, completion="设备已采购", completed_on=None, actor=cadre_user)
    with pytest.raises(DomainError) as refusal:
        complete_plan(plan=item.plan, actor=cadre_user)
    assert code_of(refusal) == "not_done"


@pytest.mark.parametrize(
    ("completion", "day", "code"),
    [
        pytest.param("  ", date(2012, 12, 3), "text_missing", id="no text"),
        pytest.param("已做", date(2012, 12, 2), "day_out_of_bounds", id="before publication"),
        pytest.param("已做", date(2012, 12, 4), "day_out_of_bounds", id="tomorrow"),
        pytest.param("身份证 320582198001011234", None, "citizen_number", id="citizen number"),
    ],
)
def test_a_report_that_is_refused_leaves_no_file(
    item: PlanItem, cadre_user: User, completion: str, day: date | None, code: str
) -> None:
    before = StoredFile.objects.count()
    with pytest.raises(DomainError) as refusal:
        report_item(item=item, completion=completion, completed_on=day, actor=cadre_user, uploads=[picture()])
    assert code_of(refusal) == code
    assert StoredFile.objects.count() == before


def test_five_proofs_an_item(item: PlanItem, cadre_user: User) -> None:
    uploads = [picture() for _number in range(5)]
    report_item(item=item, completion="已做", completed_on=None, actor=cadre_user, uploads=uploads)
    with pytest.raises(DomainError) as refusal:
        report_item(item=item, completion="已做", completed_on=None, actor=cadre_user, uploads=[picture()])
    assert code_of(refusal) == "too_many_files"


def test_a_list_of_reports_gives_the_day_of_today(published_plan: RectificationPlan, cadre_user: User) -> None:
    item = published_plan.items.get()
    report_items(plan=published_plan, completions={item.pk: "已增设"}, actor=cadre_user)
    item.refresh_from_db()
    assert item.completed_on == date(2012, 12, 3)
    report_items(plan=published_plan, completions={item.pk: ""}, actor=cadre_user)
    item.refresh_from_db()
    assert item.completed_on is None


def test_nothing_is_reported_of_a_plan_that_is_accepted(accepted_plan: RectificationPlan, cadre_user: User) -> None:
    item = accepted_plan.items.get()
    with pytest.raises(DomainError) as refusal:
        report_item(item=item, completion="改写", completed_on=None, actor=cadre_user)
    assert code_of(refusal) == "not_under_way"


def test_approved_the_day_moves_and_the_old_one_stays(asked: ItemExtension, approver: User) -> None:
    decide_extension(extension=asked, approve=True, actor=approver)
    item = PlanItem.objects.get()
    assert (item.first_due, item.due, item.was_moved) == (date(2012, 12, 31), LATER, True)
    event = AuditEvent.objects.get(action="extension-approved")
    assert event.detail["changes"] == {"status": ["asked", "approved"], "due": ["2012-12-31", "2013-01-31"]}
    assert event.detail["why"] == "设备尚未到货"


def test_refused_the_day_stands(asked: ItemExtension, approver: User) -> None:
    decide_extension(extension=asked, approve=False, actor=approver, answer="可以先租用")
    assert PlanItem.objects.get().due == date(2012, 12, 31)


def test_refusing_needs_a_reason(asked: ItemExtension, approver: User) -> None:
    with pytest.raises(DomainError) as refusal:
        decide_extension(extension=asked, approve=False, actor=approver, answer=" ")
    assert code_of(refusal) == "reason_missing"


def test_what_is_decided_is_decided(asked: ItemExtension, approver: User) -> None:
    decide_extension(extension=asked, approve=True, actor=approver)
    with pytest.raises(DomainError) as refusal:
        decide_extension(extension=asked, approve=False, actor=approver, answer="反悔")
    assert code_of(refusal) == "decided_already"


def test_a_second_request_waits_for_the_first(asked: ItemExtension, cadre_user: User) -> None:
    with pytest.raises(DomainError) as refusal:
        ask_extension(item=asked.item, until=LATER, reason="再延", actor=cadre_user)
    assert code_of(refusal) == "asked_already"


@pytest.mark.parametrize(
    ("until", "reason", "code"),
    [
        pytest.param(LATER, " ", "reason_missing", id="no reason"),
        pytest.param(date(2012, 12, 31), "设备", "day_out_of_bounds", id="no later day"),
        pytest.param(date(2013, 12, 22), "设备", "day_out_of_bounds", id="too far"),
    ],
)
def test_what_may_be_asked(item: PlanItem, cadre_user: User, until: date, reason: str, code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        ask_extension(item=item, until=until, reason=reason, actor=cadre_user)
    assert code_of(refusal) == code


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        pytest.param("2012-12-31T23:59:59+08:00", "", id="on the last day"),
        pytest.param("2013-01-01T00:00:00+08:00", "due_passed", id="the day after"),
    ],
)
def test_more_time_is_asked_for_before_the_day_has_passed(
    item: PlanItem, cadre_user: User, clock: time_machine.Traveller, moment: str, code: str
) -> None:
    clock.move_to(moment)
    if not code:
        assert ask_extension(item=item, until=LATER, reason="设备", actor=cadre_user).status == "asked"
        return
    with pytest.raises(DomainError) as refusal:
        ask_extension(item=item, until=LATER, reason="设备", actor=cadre_user)
    assert code_of(refusal) == code


def test_what_is_done_needs_no_more_time(asked: ItemExtension, cadre_user: User, approver: User) -> None:
    report_item(item=asked.item, completion="已做", completed_on=date(2012, 12, 3), actor=cadre_user)
    with pytest.raises(DomainError) as refusal:
        decide_extension(extension=asked, approve=True, actor=approver)
    assert code_of(refusal) == "done_already"
    assert decide_extension(extension=asked, approve=False, actor=approver, answer="已完成").status == "refused"
