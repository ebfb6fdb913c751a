"""Annex 3-2, notices of deductions, and complaints on paper."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.cycle.models import Cycle
from evaluation.daily.models import Complaint, ComplaintContact, DailyDeduction
from evaluation.daily.papers import (
    complaint_receipt_paper,
    complaint_record_paper,
    complaint_register_paper,
    deduction_paper,
    deduction_papers,
    month_paper,
    year_sheet_paper,
)
from evaluation.daily.services import close_month, make_defence, review_defence
from evaluation.daily.services.months import freeze_months
from evaluation.documents.paper import Picture
from evaluation.guard.models import SiteTest
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.daily.complaining import ANSWER, TEXT, Case
from tests.daily.making import confirmed_for, recorded_for
from tests.factories import appraisal_of, member
from tests.printing import bare, grids_of, missing_in_print, values_of, words_of

SignIn = Callable[[User], Client]
PERSON, TELEPHONE, ADDRESS = "周小安", "13812345678", "解放路8号"
CONTACT = {"person": PERSON, "telephone": TELEPHONE, "address": ADDRESS}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """The list of June is open still."""
    with time_machine.travel("2012-07-03T10:00:00+08:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def appraisal(cycle: Cycle, unit: Unit) -> Appraisal:
    return appraisal_of(cycle=cycle, unit=unit, name="林喆")


def told(deduction: DailyDeduction) -> DailyDeduction:
    return DailyDeduction.objects.for_list().get(pk=deduction.pk)


def test_every_word_is_printed_in_both_formats(
    case: Case, appraisal: Appraisal, unit_admin: User, approver: User, office: User
) -> None:
    row = confirmed_for(appraisal, unit_admin, approver, found_on=date(2012, 6, 1))
    complaint = case.answered(outcome="upheld", channel="letter", contact=CONTACT)
    papers = [
        month_paper(case.cycle, case.unit, date(2012, 6, 1)),
        year_sheet_paper(case.cycle, case.unit),
        deduction_paper(told(row)),
        complaint_receipt_paper(complaint, complaint.receipt),
        complaint_record_paper(complaint),
        complaint_register_paper(case.cycle, case.unit),
    ]

    assert missing_in_print(papers) == {"pdf": [], "docx": []}


def test_a_sheet_counts_down_and_names_who_recorded_and_confirmed(
    cycle: Cycle, unit: Unit, appraisal: Appraisal, unit_admin: User, approver: User
) -> None:
    confirmed_for(appraisal, unit_admin, approver, found_on=date(2012, 5, 3), count=2, late_reason="年中补录")
    confirmed_for(appraisal, unit_admin, approver, found_on=date(2012, 6, 4), rule="3", decision="问责〔2012〕3号")

    grid, totals = grids_of(month_paper(cycle, unit, date(2012, 6, 1)))

    [line] = grid.rows
    assert [str(cell) for cell in line[10:14]] == ["5.00", "5.00", "15.00", "5.00"]
    assert line[6] == "问责〔2012〕3号"
    assert line[15:17] == [str(unit_admin), str(approver)]
    assert [str(cell) for cell in totals.rows[0][4:]] == ["1", "5.00", "15.00", "20.00", "5.00"]


def test_what_waits_or_was_withdrawn_is_named_and_counts_nothing(
    cycle: Cycle, unit: Unit, appraisal: Appraisal, unit_admin: User
) -> None:
    recorded_for(appraisal, unit_admin, found_on=date(2012, 6, 4))

    grid, totals = grids_of(year_sheet_paper(cycle, unit))

    assert "待审核，未计分" in str(grid.rows[0][6])
    assert grid.rows[0][11:14] == [None, None, None]
    assert str(totals.rows[0][8]) == "20.00"


def test_a_frozen_month_carries_its_hash(
    cycle: Cycle, unit: Unit, appraisal: Appraisal, unit_admin: User, approver: User
) -> None:
    confirmed_for(appraisal, unit_admin, approver, found_on=date(2012, 6, 4))
    sheet = close_month(cycle=cycle, unit=unit, month=date(2012, 6, 1), approver=approver)

    said = words_of(month_paper(cycle, unit, date(2012, 6, 1)))

    assert sheet.sha256 in said
    assert "尚未冻结" not in said


def test_what_came_after_the_freeze_is_marked(
    cycle: Cycle, unit: Unit, appraisal: Appraisal, unit_admin: User, approver: User
) -> None:
    freeze_months(date(2012, 12, 31))
    confirmed_for(appraisal, unit_admin, approver, found_on=date(2012, 6, 4), late_reason="迟到的判决")

    said = words_of(month_paper(cycle, unit, date(2012, 6, 1)))

    assert "2012年6月4日※" in said
    assert "补录原因：迟到的判决" in said


def test_an_empty_month_says_so(cycle: Cycle, unit: Unit, appraisal: Appraisal) -> None:
    said = words_of(month_paper(cycle, unit, date(2012, 6, 1)))

    assert "本期无扣分事项。" in said
    assert appraisal.name in said


def test_whoever_prints_the_sheet_does_not_meet_themselves_in_it(
    cycle: Cycle, unit: Unit, unit_admin: User, approver: User
) -> None:
    own = appraisal_of(cycle=cycle, unit=unit, name="程鋆", user=unit_admin)
    confirmed_for(own, approver, member(role=Role.OFFICE), found_on=date(2012, 6, 4))

    assert own.name not in words_of(month_paper(cycle, unit, date(2012, 6, 1), unseen_by=unit_admin))


def test_sheets_ask_as_often_for_three_as_for_one(
    cycle: Cycle,
    unit: Unit,
    unit_admin: User,
    approver: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(3):
        one = appraisal_of(cycle=cycle, unit=unit)
        confirmed_for(one, unit_admin, approver, found_on=date(2012, 6, number + 1))

    with django_assert_max_num_queries(5):
        year_sheet_paper(cycle, unit)


def test_the_notice_tells_the_cadre_what_when_why_and_how_to_answer(
    appraisal: Appraisal, unit_admin: User, approver: User
) -> None:
    row = confirmed_for(appraisal, unit_admin, approver, rule="3", decision="问责〔2012〕3号")

    said = words_of(deduction_paper(told(row)))

    assert "林喆同志：" in said
    assert "第3项（五（二）3）" in said
    assert "问责〔2012〕3号" in said
    assert "共扣5分" in said
    assert "送达回执" in said
    assert "书面向本单位提出申辩" in said


def test_the_notice_never_names_the_complaint(case: Case) -> None:
    complaint = case.confirmed(contact=CONTACT)
    row = confirmed_for(case.appraisal, case.admin, case.approver, complaint=complaint)

    assert str(complaint) not in words_of(deduction_paper(told(row)))


def test_a_notice_after_a_defence_holds_defence_and_outcome(
    appraisal: Appraisal, unit_admin: User, approver: User, office: User, cycle: Cycle, unit: Unit
) -> None:
    user = member(role=Role.CADRE, unit=unit)
    own = appraisal_of(cycle=cycle, unit=unit, user=user)
    row = confirmed_for(own, unit_admin, approver)
    defence = make_defence(deduction=row, text="当日我在外开会。", actor=user)
    review_defence(defence=defence, is_upheld=False, answer="会议在次日。", reviewer=office)

    said = words_of(deduction_paper(told(row)))

    assert "当日我在外开会。" in said
    assert "不予采纳" in said
    assert "会议在次日。" in said
    assert "提出申辩" not in said


def test_nothing_to_hand_over_is_no_paper() -> None:
    assert deduction_papers([]) == []


def test_the_receipt_has_the_number_in_fours_and_a_code_only_after_the_test(case: Case, tested_site: SiteTest) -> None:
    complaint = case.received(channel="letter", actor=case.admin)

    paper = complaint_receipt_paper(complaint, "123456789012")

    assert bare("1234 5678 9012") in words_of(paper)
    assert values_of(paper)["查询码"] == "1234 5678 9012"
    [picture] = [block for block in paper.blocks if isinstance(block, Picture)]
    assert "123456789012" not in picture.alt
    assert settings.SITE_URL in picture.alt


def test_no_code_before_the_site_was_tested(case: Case) -> None:
    paper = complaint_receipt_paper(case.received(), "123456789012")

    assert not [block for block in paper.blocks if isinstance(block, Picture)]


def test_the_record_tells_the_whole_inquiry_and_nobody_who_complained(case: Case) -> None:
    complaint = case.answered(outcome="upheld", channel="letter", contact=CONTACT)
    assert ComplaintContact.objects.filter(complaint=complaint).exists()

    said = words_of([complaint_record_paper(complaint), complaint_register_paper(case.cycle, case.unit)])

    for expected in (TEXT, ANSWER, "属实", "调查笔录", "予以受理", "监控显示属实。", str(case.approver), "署名"):
        assert bare(expected) in said
    for private in (*CONTACT.values(), complaint.receipt):
        assert private not in said


def test_the_second_handling_stands_in_the_record(case: Case) -> None:
    said = words_of(complaint_record_paper(case.answered_again(contact=CONTACT)))

    assert "三、核查情况（第二次办理）" in said
    assert "不满意" in said


def test_the_register_of_a_unit_leaves_out_what_the_office_keeps(case: Case, office: User) -> None:
    own = case.received(about="窗口态度")
    kept = case.received(with_office=True, actor=office, channel="letter", about="领导作风")

    said = words_of(complaint_register_paper(case.cycle, case.unit))

    assert str(own) in said
    assert f"\n{kept}\n" not in said


def test_the_register_says_what_was_found_once_it_is_confirmed(case: Case) -> None:
    complaint = case.found(outcome="upheld")
    [line] = grids_of(complaint_register_paper(case.cycle, case.unit))[0].rows
    assert (complaint.status, line[9]) == ("found", "")


def test_the_register_asks_as_often_for_three_as_for_one(
    case: Case, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(3):
        case.answered()

    with django_assert_max_num_queries(4):
        complaint_register_paper(case.cycle, case.unit, Complaint.objects.all())


# Who may


def at(name: str, *keys: object) -> str:
    return reverse(f"daily:{name}", args=[2012, *keys])


@pytest.mark.parametrize(("form", "begins"), [("pdf", b"%PDF"), ("docx", b"PK")])
def test_the_cadre_takes_the_notice_of_a_deduction_that_counts(
    client_for: SignIn, cycle: Cycle, unit: Unit, unit_admin: User, approver: User, form: str, begins: bytes
) -> None:
    user = member(role=Role.CADRE, unit=unit)
    row = confirmed_for(appraisal_of(cycle=cycle, unit=unit, user=user), unit_admin, approver)

    answer = client_for(user).get(at("notice-file", row.pk, form))

    assert answer.content.startswith(begins)
    assert "attachment" in answer["Content-Disposition"]


def test_what_is_not_confirmed_has_no_notice(client_for: SignIn, appraisal: Appraisal, unit_admin: User) -> None:
    row = recorded_for(appraisal, unit_admin)

    assert client_for(unit_admin).get(at("notice-file", row.pk, "pdf")).status_code == 404


def test_the_receipt_is_printed_on_the_day_by_who_entered_it(
    client_for: SignIn, case: Case, clock: time_machine.Traveller
) -> None:
    complaint = case.received(channel="visit", actor=case.admin)

    answers = {
        user: client_for(user).get(at("complaint-receipt-file", complaint.pk, "docx")).status_code
        for user in (case.admin, case.approver, case.office)
    }
    clock.move_to("2012-07-04T10:00:00+08:00")

    assert answers == {case.admin: 200, case.approver: 403, case.office: 403}
    assert client_for(case.admin).get(at("complaint-receipt-file", complaint.pk, "docx")).status_code == 403


def test_an_unknown_format_is_not_there(client_for: SignIn, case: Case) -> None:
    complaint = case.received()

    assert client_for(case.admin).get(at("complaint-record-file", complaint.pk, "exe")).status_code == 404


@pytest.mark.parametrize("name", ["slip-file", "complaint-register-file"])
def test_papers_of_many_are_taken_on_record(
    client_for: SignIn, appraisal: Appraisal, unit_admin: User, approver: User, case: Case, name: str
) -> None:
    confirmed_for(appraisal, unit_admin, approver)
    case.received()

    client_for(unit_admin).get(at(name, "docx"))

    event = AuditEvent.objects.get(action="papers-downloaded")
    assert event.detail["number"] == 1


def test_the_pages_offer_their_papers(client_for: SignIn, case: Case, unit_admin: User, approver: User) -> None:
    row = confirmed_for(case.appraisal, unit_admin, approver)
    complaint = case.received()
    client = client_for(unit_admin)
    offered: dict[str, Any] = {
        at("month-detail", case.unit.code, 6): at("month-file", case.unit.code, 6, "pdf"),
        at("deduction-detail", row.pk): at("notice-file", row.pk, "docx"),
        at("slip-list"): at("slip-file", "pdf"),
        at("complaint-detail", complaint.pk): at("complaint-record-file", complaint.pk, "pdf"),
        at("complaint-list"): at("complaint-register-file", "docx"),
    }

    lacking = [page for page, paper in offered.items() if paper not in client.get(page).content.decode()]

    assert lacking == []
