from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.daily.models import DailyDeduction, Defence, MonthSheet
from evaluation.daily.services import freeze_months, make_defence, propose_deduction
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from evaluation.workbooks import write_csv
from tests.daily.making import FACTS, confirmed_for, picture, recorded_for
from tests.factories import appraisal_of, member
from tests.measuring import query_count

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2012-06-15T10:00:00+08:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def user(unit: Unit) -> User:
    return member(role=Role.CADRE, unit=unit)


@pytest.fixture
def appraisal(cycle: Cycle, unit: Unit, user: User) -> Appraisal:
    return appraisal_of(cycle=cycle, unit=unit, user=user, name="林敏")


def at(name: str, *args: object) -> str:
    return reverse(f"daily:{name}", args=[2012, *args])


def test_the_form_asks_for_what_the_rule_demands(client_for: Any, appraisal: Appraisal, unit_admin: User) -> None:
    client = client_for(unit_admin)
    assert "daily/deduction_choose_page.html" in names_of(client.get(at("deduction-create")))

    for rule, asked, left_out in (("4", "impropriety", "to_rectify"), ("2", "rectify_by", "decision")):
        form = client.get(at("deduction-create"), {"appraisal": appraisal.pk, "rule": rule}).context["form"]
        assert asked in form.fields
        assert left_out not in form.fields
    form = client.get(at("deduction-create"), {"appraisal": appraisal.pk, "rule": "6"}).context["form"]
    assert {"points", "amount_reason"} <= form.fields.keys()


def names_of(response: Any) -> list[str]:
    return [template.name for template in response.templates]


def test_a_double_is_asked_about_and_counted_when_it_is_ticked(
    client_for: Any, appraisal: Appraisal, unit_admin: User
) -> None:
    recorded_for(appraisal, unit_admin)
    client, url = client_for(unit_admin), at("deduction-create")
    posted = {"appraisal": appraisal.pk, "rule": "1", "count": 1, "found_on": "2012-06-01", **FACTS}

    asked = client.post(url, {**posted, "files": picture()})
    assert asked.context["form"].errors.keys() == {"despite"}
    assert FACTS["facts"] in asked.content.decode()
    client.post(url, {**posted, "files": picture(), "despite": "on"})

    assert DailyDeduction.objects.count() == 2


def test_a_frozen_month_asks_for_the_reason(client_for: Any, appraisal: Appraisal, unit_admin: User) -> None:
    client, url = client_for(unit_admin), at("deduction-create")
    posted = {"appraisal": appraisal.pk, "rule": "1", "count": 1, "found_on": "2012-03-01", **FACTS}

    assert client.post(url, {**posted, "files": picture()}).context["form"].errors.keys() == {"late_reason"}
    client.post(url, {**posted, "files": picture(), "late_reason": "六月才查实"})

    assert DailyDeduction.objects.get().late_reason == "六月才查实"


@pytest.mark.parametrize(("count", "after"), [("1", "15.00"), ("2", "10.00"), ("9", "0.00"), ("x", "20.00")])
def test_the_balance_is_shown_before_and_after(
    client_for: Any, appraisal: Appraisal, unit_admin: User, count: str, after: str
) -> None:
    part = client_for(unit_admin).get(at("deduction-balance", appraisal.pk, "1"), {"count": count})

    assert str(part.context["after"].quantize(part.context["balance"].left.__class__("0.01"))) == after


@pytest.mark.parametrize("name", ["deduction-edit", "deduction-withdraw", "deduction-return", "proposal-decline"])
def test_by_its_address_no_unit_changes_what_the_office_recorded(
    client_for: Any, appraisal: Appraisal, unit_admin: User, approver: User, office: User, name: str
) -> None:
    deduction = recorded_for(appraisal, office)
    actor = approver if name == "deduction-return" else unit_admin
    posted = {"reason": "不认可", "count": 1, "found_on": "2012-06-02", **FACTS}

    client_for(actor).post(at(name, deduction.pk), posted)

    kept = DailyDeduction.objects.get()
    assert (kept.status, kept.found_on, kept.recorded_by) == ("recorded", date(2012, 6, 1), office)


def test_the_list_to_confirm_says_everything_and_confirms_in_one_act(
    client_for: Any, appraisal: Appraisal, unit_admin: User, approver: User
) -> None:
    rows = [recorded_for(appraisal, unit_admin, found_on=date(2012, 6, day)) for day in (1, 2)]
    client = client_for(approver)

    page = client.get(at("confirm-list"))
    assert [str(card["left"]) for card in page.context["cards"]] == ["15.00", "10.00"]
    client.post(at("deduction-confirm"), {"pk": [row.pk for row in rows]})

    assert DailyDeduction.objects.filter(status="confirmed", told_how="page").count() == 2


def test_a_double_in_the_list_is_named_and_has_its_own_tick(
    client_for: Any, appraisal: Appraisal, unit_admin: User, approver: User
) -> None:
    pair = [recorded_for(appraisal, unit_admin).pk, recorded_for(appraisal, unit_admin).pk]
    client = client_for(approver)
    assert client.get(at("confirm-list")).content.decode().count('name="despite"') == 2

    client.post(at("deduction-confirm"), {"pk": pair})
    assert not DailyDeduction.objects.filter(status="confirmed").exists()
    client.post(at("deduction-confirm"), {"pk": pair, "despite": pair})
    assert DailyDeduction.objects.filter(status="confirmed").count() == 2


def test_a_batch_keeps_what_was_typed_and_says_what_is_wrong_beside_the_row(
    client_for: Any, cycle: Cycle, unit: Unit, appraisal: Appraisal, unit_admin: User
) -> None:
    second = appraisal_of(cycle=cycle, unit=unit)
    common = {"all-rule": "1", "all-found_on": "2012-06-01", **{f"all-{name}": text for name, text in FACTS.items()}}
    rows = {"rows-TOTAL_FORMS": "2", "rows-INITIAL_FORMS": "0", "rows-0-appraisal": appraisal.pk}
    client, url = client_for(unit_admin), at("batch-create")

    wrong = client.post(url, {**common, **rows, "rows-1-appraisal": second.pk, "rows-1-rule": "4"})
    assert [bool(form.errors) for form in wrong.context["rows"].forms] == [True, True]
    assert FACTS["facts"] in wrong.content.decode()
    assert not DailyDeduction.objects.exists()

    good = {**common, **rows, "rows-1-appraisal": second.pk, "all-evidence_file": picture()}
    assert client.post(url, good).status_code == 302
    assert DailyDeduction.objects.count() == 2


def test_a_batch_has_at_most_twenty_rows(client_for: Any, appraisal: Appraisal, unit_admin: User) -> None:
    posted = {"rows-TOTAL_FORMS": "18", "rows-INITIAL_FORMS": "0", "more": "1", "all-source": "other"}

    assert len(client_for(unit_admin).post(at("batch-create"), posted).context["rows"].forms) == 20


def test_a_sheet_is_imported_through_its_pages(client_for: Any, appraisal: Appraisal, unit_admin: User) -> None:
    header = ["姓名", "扣分条款", "查实日期", "事实经过", "依据"]
    client = client_for(unit_admin)
    upload = picture("表.csv")
    upload.file.seek(0)
    upload.file.truncate()
    upload.file.write(write_csv(header, [["林敏", "1", "2012-06-01", "事实", "依据"]]))
    upload.file.seek(0)

    preview = client.post(at("import-create"), {"file": upload}, follow=True)
    assert "林敏" in preview.content.decode()
    client.post(at("import-confirm", preview.context["job"].pk))

    assert DailyDeduction.objects.get().cadre == appraisal.cadre


def test_the_cadre_answers_on_their_own_page(
    client_for: Any, appraisal: Appraisal, unit_admin: User, approver: User, user: User
) -> None:
    deduction = confirmed_for(appraisal, unit_admin, approver)
    client = client_for(user)
    assert client.get(at("deduction-detail", deduction.pk)).context["may_answer"]
    assert client.get(at("balance-detail", appraisal.pk)).context["is_own"]

    client.post(at("defence-create", deduction.pk), {"text": "情况不属实。", "files": [picture()]})

    defence = Defence.objects.get()
    assert (defence.made_by, defence.files.count()) == (user, 1)
    download = client.get(at("defence-file", defence.pk, defence.files.get().pk))
    assert b"".join(download.streaming_content)


def test_a_proposal_is_no_business_of_the_cadre(client_for: Any, appraisal: Appraisal, user: User) -> None:
    made = propose_deduction(key="k", appraisal=appraisal, rule="2", found_on=date(2012, 6, 1), why="逾期", **FACTS)
    assert made is not None

    client = client_for(user)
    assert client.get(at("deduction-detail", made.pk)).status_code == 404
    assert not client.get(at("balance-detail", appraisal.pk)).context["rows"]


def test_slips_are_printed_and_handed_over(
    client_for: Any, cycle: Cycle, unit: Unit, unit_admin: User, approver: User
) -> None:
    deduction = confirmed_for(appraisal_of(cycle=cycle, unit=unit), unit_admin, approver)
    client = client_for(unit_admin)

    assert client.get(at("slip-file", "pdf")).content.startswith(b"%PDF")
    client.post(at("slip-hand-over"), {"pk": deduction.pk, "handed_on": "2012-06-15"})
    client.post(at("slip-hand-over"), {"pk": deduction.pk, "handed_on": "2012-99-99"})

    assert DailyDeduction.objects.get().told_on == date(2012, 6, 15)


def test_the_month_shows_what_came_after_the_freeze(
    client_for: Any, clock: time_machine.Traveller, appraisal: Appraisal, unit_admin: User, approver: User, unit: Unit
) -> None:
    confirmed_for(appraisal, unit_admin, approver)
    clock.move_to("2012-07-20T10:00:00+08:00")
    freeze_months()
    confirmed_for(appraisal, unit_admin, approver, found_on=date(2012, 6, 3), late_reason="七月才查实")

    page = client_for(approver).get(at("month-detail", unit.code, 6))

    assert [later for _row, _label, _total, later in page.context["rows"]] == [False, True]
    assert MonthSheet.objects.get(month=date(2012, 6, 1)).sha256 in page.content.decode()


LISTS = ("deduction-list", "balance-list", "confirm-list", "proposal-list", "slip-list", "defence-list", "month-list")


@pytest.mark.parametrize("name", LISTS)
def test_lists_cost_the_same_with_one_and_three_rows(
    client_for: Any, cycle: Cycle, unit: Unit, unit_admin: User, approver: User, office: User, name: str
) -> None:
    client, url = client_for(office), at(name)
    one_of_each(cycle, unit, unit_admin, approver, 1)
    one = query_count(client, url)
    for number in (2, 3):
        one_of_each(cycle, unit, member(role=Role.UNIT_ADMIN, unit=unit), approver, number)

    assert query_count(client, url) == one


def one_of_each(cycle: Cycle, unit: Unit, admin: User, approver: User, number: int) -> None:
    user = member(role=Role.CADRE, unit=unit)
    appraisal = appraisal_of(cycle=cycle, unit=unit, user=user)
    told = confirmed_for(appraisal, admin, approver, incident_number=f"n{number}")
    make_defence(deduction=told, text="情况不属实。", actor=user)
    confirmed_for(appraisal_of(cycle=cycle, unit=unit), admin, approver, found_on=date(2012, 6, number))
    recorded_for(appraisal, admin, incident_number=f"n{number}", found_on=date(2012, 6, 9 + number))
    propose_deduction(key=f"k{number}", appraisal=appraisal, rule="2", found_on=date(2012, 6, 1), why="逾期", **FACTS)
