from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.cycle.models import Cycle
from evaluation.cycle.services import create_cycle
from evaluation.daily.models import DailyDeduction
from evaluation.daily.selectors import balances
from evaluation.daily.services import (
    confirm_deductions,
    record_deduction,
    return_deductions,
    revise_deduction,
    withdraw_deduction,
)
from evaluation.errors import DomainError
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.daily.making import kept_file, picture
from tests.factories import appraisal_of, member, unit_of
from tests.measuring import query_count

pytestmark = pytest.mark.django_db

FACTS: dict[str, Any] = {
    "found_on": date(2012, 6, 1),
    "source": "complaint",
    "facts": "窗口未一次性告知，群众往返三次。",
    "basis": "核查报告〔2012〕5号",
}


DECISION = "市效能问责〔2012〕3号，市效能办，2012-05-30"
RULE_2 = {"to_rectify": "补发漏核的优抚金", "rectify_by": date(2012, 5, 31)}
RULE_4 = {"decision": "（2012）云行初字第4号", "impropriety": "程序违法", "harm": "损害当事人权益"}
RULE_5 = {"supervised_person": "甲", "responsibility": "时任分管"}
RULE_6 = {"points": Decimal("1.50"), "amount_reason": "影响较小"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel("2012-06-15T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def appraisal(cycle: Cycle, unit: Unit) -> Appraisal:
    return appraisal_of(cycle=cycle, unit=unit, name="林敏")


def recorded(appraisal: Appraisal, actor: User, **fields: Any) -> DailyDeduction:
    values = {"rule": "1", "evidence": kept_file(), "despite_doubles": True, **FACTS, **fields}
    return record_deduction(appraisal=appraisal, actor=actor, **values)


@pytest.mark.parametrize(
    ("rule", "more", "points"),
    [
        pytest.param("1", {}, "5", id="C19"),
        pytest.param("2", RULE_2, "5", id="C20"),
        pytest.param("3", {"decision": DECISION}, "5", id="C21"),
        pytest.param("4", RULE_4, "10", id="C22"),
        pytest.param("5a", RULE_5, "2", id="C23 held to account"),
        pytest.param("5b", RULE_5, "10", id="C23 disciplined"),
        pytest.param("6", RULE_6, "1.50", id="C24 discretionary"),
    ],
)
def test_points_come_from_the_rules(
    appraisal: Appraisal, unit_admin: User, rule: str, more: dict[str, Any], points: str
) -> None:
    assert recorded(appraisal, unit_admin, rule=rule, **more).points == Decimal(points)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"rule": "9"}, "unknown_rule"),
        ({"evidence": None}, "proof_missing"),
        ({"basis": " "}, "basis_missing"),
        ({"rule": "2", **RULE_2, "to_rectify": ""}, "to_rectify_missing"),
        ({"rule": "2", **RULE_2, "rectify_by": None}, "rectify_by_missing"),
        ({"rule": "2", **RULE_2, "rectify_by": date(2012, 6, 16)}, "not_due_yet"),
        ({"rule": "3"}, "decision_missing"),
        ({"rule": "4", **RULE_4, "decision": ""}, "decision_missing"),
        ({"rule": "4", **RULE_4, "impropriety": ""}, "impropriety_missing"),
        ({"rule": "4", **RULE_4, "harm": ""}, "harm_missing"),
        ({"rule": "5a", **RULE_5, "supervised_person": ""}, "supervised_person_missing"),
        ({"rule": "5b", **RULE_5, "responsibility": ""}, "responsibility_missing"),
        ({"rule": "6", **RULE_6, "points": None}, "points_out_of_bounds"),
        ({"rule": "6", **RULE_6, "points": Decimal("99")}, "points_out_of_bounds"),
        ({"rule": "6", **RULE_6, "count": 2}, "one_case_each"),
        ({"rule": "6", **RULE_6, "amount_reason": ""}, "amount_reason_missing"),
        ({"facts": "当事人330102198001011234投诉"}, "citizen_number"),
        ({"found_on": date(2999, 1, 1)}, "in_the_future"),
    ],
)
def test_what_a_rule_demands_is_asked_for(
    appraisal: Appraisal, unit_admin: User, fields: dict[str, Any], code: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        recorded(appraisal, unit_admin, **fields)

    assert refusal.value.code == code
    assert not DailyDeduction.objects.exists()


def test_nothing_counts_before_a_second_person_confirmed(
    appraisal: Appraisal, unit_admin: User, approver: User
) -> None:
    deduction = recorded(appraisal, unit_admin)
    assert balances(appraisals=[appraisal], base=Decimal(20))[appraisal.pk].left == 20

    confirm_deductions(deductions=[deduction], approver=approver)

    assert balances(appraisals=[appraisal], base=Decimal(20))[appraisal.pk].left == 15
    assert AuditEvent.objects.filter(action="deduction-confirmed", actor__contains=approver.username).count() == 1


def test_points_stop_at_zero(appraisal: Appraisal, unit_admin: User, approver: User) -> None:
    deduction = recorded(appraisal, unit_admin, count=7)

    confirm_deductions(deductions=[deduction], approver=approver)

    balance = balances(appraisals=[appraisal], base=Decimal(20))[appraisal.pk]
    assert (balance.used, balance.left) == (35, 0)


def test_nobody_confirms_their_own_and_the_list_is_all_or_nothing(
    appraisal: Appraisal, unit_admin: User, office: User
) -> None:
    theirs, own = recorded(appraisal, unit_admin), recorded(appraisal, office)

    with pytest.raises(DomainError) as refusal:
        confirm_deductions(deductions=[theirs, own], approver=office, despite_doubles=[theirs.pk, own.pk])

    assert refusal.value.code == "same_person"
    assert set(DailyDeduction.objects.values_list("status", flat=True)) == {"recorded"}


def test_the_database_refuses_one_person_in_both_parts(appraisal: Appraisal, unit_admin: User) -> None:
    deduction = recorded(appraisal, unit_admin)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE evaluation_dailydeduction SET confirmed_by_id = recorded_by_id WHERE id = %s", [deduction.pk]
        )


def test_a_returned_deduction_is_corrected_and_waits_again(
    appraisal: Appraisal, unit_admin: User, approver: User
) -> None:
    deduction = recorded(appraisal, unit_admin)
    return_deductions(deductions=[deduction], approver=approver, reason="请补充依据")

    revised = revise_deduction(deduction=deduction, actor=unit_admin, changes={"basis": "核查报告〔2012〕6号"})

    assert (revised.status, revised.basis, revised.reason) == ("recorded", "核查报告〔2012〕6号", "")


def test_the_unit_cannot_remove_what_the_office_recorded(appraisal: Appraisal, unit_admin: User, office: User) -> None:
    deduction = recorded(appraisal, office)

    with pytest.raises(DomainError) as refusal:
        withdraw_deduction(deduction=deduction, actor=unit_admin, reason="不认可")

    assert refusal.value.code == "office_deduction"


def test_after_the_result_is_final_it_counts_next_year(
    appraisal: Appraisal, unit_admin: User, approver: User, office: User
) -> None:
    deduction = recorded(appraisal, unit_admin)
    Appraisal.objects.filter(pk=appraisal.pk).update(final_at=timezone.now())
    with pytest.raises(DomainError) as refusal:
        confirm_deductions(deductions=[deduction], approver=approver)
    assert refusal.value.code == "results_final"

    following = create_cycle(year=2013, actor=office, city_name="示范市")
    (confirmed,) = confirm_deductions(deductions=[deduction], approver=approver)

    assert (confirmed.cycle, confirmed.appraisal) == (following, None)


def test_a_unit_sees_only_deductions_of_cadres_it_organises(
    client_for: Any, cycle: Cycle, appraisal: Appraisal, other_unit: Unit, unit_admin: User, other_admin: User
) -> None:
    mine = recorded(appraisal, unit_admin)
    other = recorded(appraisal_of(cycle=cycle, unit=other_unit), other_admin)

    client = client_for(unit_admin)
    response = client.get(reverse("daily:deduction-list", args=[2012]))

    assert list(response.context["page_obj"]) == [mine]
    assert client.get(reverse("daily:deduction-detail", args=[2012, other.pk])).status_code == 404
    assert client.post(reverse("daily:deduction-withdraw", args=[2012, other.pk])).status_code == 404


def test_a_cadre_sees_their_own(client_for: Any, cycle: Cycle, unit: Unit, unit_admin: User) -> None:
    user = member(role=Role.CADRE, unit=unit)
    own = recorded(appraisal_of(cycle=cycle, unit=unit, user=user), unit_admin)
    recorded(appraisal_of(cycle=cycle, unit=unit), unit_admin)

    response = client_for(user).get(reverse("daily:deduction-list", args=[2012]))

    assert list(response.context["page_obj"]) == [own]


def test_what_was_typed_stays_in_the_form(client_for: Any, appraisal: Appraisal, unit_admin: User) -> None:
    posted = {"appraisal": appraisal.pk, "rule": "5a", "count": 1, **FACTS}

    response = client_for(unit_admin).post(reverse("daily:deduction-create", args=[2012]), posted)

    assert response.status_code == 200
    assert FACTS["facts"] in response.content.decode()
    assert not DailyDeduction.objects.exists()


def test_forged_fields_are_ignored(client_for: Any, appraisal: Appraisal, unit_admin: User) -> None:
    posted = {"appraisal": appraisal.pk, "rule": "1", "count": 1, **FACTS, "points": "0.01", "status": "confirmed"}
    posted["files"] = picture()

    client_for(unit_admin).post(reverse("daily:deduction-create", args=[2012]), posted)

    deduction = DailyDeduction.objects.get()
    assert (deduction.points, deduction.status) == (Decimal(5), "recorded")


def test_the_approver_confirms_the_whole_list_in_one_act(
    client_for: Any, appraisal: Appraisal, unit_admin: User, approver: User
) -> None:
    for _number in range(3):
        recorded(appraisal, unit_admin)

    keys = [str(pk) for pk in DailyDeduction.objects.values_list("pk", flat=True)]
    client_for(approver).post(reverse("daily:deduction-confirm", args=[2012]), {"all": "1", "despite": keys})

    assert DailyDeduction.objects.filter(status="confirmed", confirmed_by=approver).count() == 3


@pytest.mark.parametrize("name", ["daily:deduction-list", "daily:balance-list"])
def test_lists_cost_the_same_with_one_and_three_rows(
    client_for: Any, cycle: Cycle, unit: Unit, unit_admin: User, office: User, name: str
) -> None:
    client, url = client_for(office), reverse(name, args=[2012])
    recorded(appraisal_of(cycle=cycle, unit=unit), unit_admin)
    one = query_count(client, url)
    for _number in range(2):
        recorded(appraisal_of(cycle=cycle, unit=unit_of()), member(role=Role.UNIT_ADMIN, unit=unit))

    assert query_count(client, url) == one
