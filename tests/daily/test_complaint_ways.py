"""From the receipt to the end: the ways a complaint goes, and what follows of it."""

from datetime import date
from typing import Any

import pytest
import time_machine

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.cycle.models import Cycle
from evaluation.cycle.services import close_cycle
from evaluation.daily.models import Complaint, ComplaintContact, DailyDeduction, Finding
from evaluation.daily.register import complaint_of_receipt, journey, next_step
from evaluation.daily.services import (
    answer_complaint,
    ask_extension,
    assign_handler,
    close_lapsed_complaints,
    complaint_from_opinion,
    decide_extension,
    declare_recusal,
    name_cadre,
    open_contact,
    propose_overdue_complaints,
    rate_answer,
    receive_complaint,
    record_finding,
    refuse_complaint,
    return_finding,
    transfer_complaint,
)
from evaluation.errors import DomainError
from evaluation.guard.contacts import unseal
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.daily.complaining import TEXT, Case
from tests.factories import appraisal_of, member
from tests.world import picture

pytestmark = pytest.mark.django_db


def code_of(act: Any, **values: Any) -> str:
    with pytest.raises(DomainError) as refused:
        act(**values)
    return refused.value.code


# In


def test_it_gets_the_next_number_of_the_year_and_a_receipt_of_its_own(case: Case) -> None:
    first, second = case.received(), case.received()

    assert (first.number, second.number) == (1, 2)
    assert first.receipt != second.receipt
    assert all(len(one.receipt) == 12 and one.receipt.isdigit() for one in (first, second))


@pytest.mark.parametrize("typed", ["{0}", " {1} {2} {3} ", "{1}-{2}-{3}", "{1}－{2}　{3}", "wide"])
def test_a_receipt_is_found_as_people_type_it(case: Case, typed: str) -> None:
    complaint = case.received()
    receipt = complaint.receipt
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in receipt)
    text = wide if typed == "wide" else typed.format(receipt, receipt[:4], receipt[4:8], receipt[8:])

    assert complaint_of_receipt(text) == complaint


@pytest.mark.parametrize("typed", ["", "12", "abc", "x" * 5000, "٣" * 12, "0" * 13, "{}0"])
def test_what_is_no_receipt_finds_nothing(case: Case, typed: str) -> None:
    assert complaint_of_receipt(typed.format(case.received().receipt)) is None


def test_the_unit_is_that_of_the_cadre_unless_said(case: Case) -> None:
    assert case.received().unit == case.unit


@pytest.mark.parametrize("contact", [None, {}, {"person": " ", "telephone": ""}])
def test_without_a_name_nothing_is_sealed(case: Case, contact: dict[str, str] | None) -> None:
    complaint = case.received(contact=contact)

    assert not complaint.is_named
    assert not ComplaintContact.objects.exists()


def test_a_telephone_alone_is_kept_and_makes_no_name(case: Case) -> None:
    complaint = case.received(contact={"telephone": "13812345678"})

    assert not complaint.is_named
    assert unseal(complaint.contact.sealed) == {"telephone": "13812345678"}


def test_contact_details_stand_nowhere_in_plain_words(case: Case) -> None:
    complaint = case.received(contact={"person": "周小安", "telephone": "13812345678"})

    assert complaint.is_named
    assert "周小安".encode() not in bytes(complaint.contact.sealed)
    assert "13812345678" not in str(list(AuditEvent.objects.values()))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"text": "太慢"}, "text_length"),
        ({"text": "长" * 2001}, "text_length"),
        ({"text": f"身份证 320582198001011234 {TEXT}"}, "citizen_number"),
        ({"about": "320582198001011234"}, "citizen_number"),
        ({"contact": {"person": "320582198001011234"}}, "citizen_number"),
        ({"contact": {"person": "长" * 61}}, "contact_length"),
        ({"happened_on": date(2999, 1, 1)}, "in_the_future"),
        ({"uploads": [picture()] * 6}, "too_many_files"),
        ({"appraisal": None, "unit": None}, "unit_missing"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_leaves_nothing(case: Case, given: dict[str, Any], code: str) -> None:
    assert code_of(case.received, **given) == code
    assert not Complaint.objects.exists()


@pytest.mark.parametrize("length", [10, 2000])
def test_the_bounds_of_the_text(case: Case, length: int) -> None:
    assert case.received(text="长" * length).text == "长" * length


def test_a_cadre_of_another_unit_is_refused(case: Case, other_unit: Unit) -> None:
    stranger = appraisal_of(cycle=case.cycle, unit=other_unit)

    assert code_of(case.received, unit=case.unit, appraisal=stranger) == "cadre_elsewhere"


def test_nothing_comes_into_a_year_that_is_closed(case: Case) -> None:
    close_cycle(cycle=case.cycle, actor=case.office)

    assert code_of(case.received) == "closed"


def test_a_unit_enters_its_own_letters_alone(case: Case, other_admin: User) -> None:
    assert case.received(channel="letter", actor=case.admin).received_by == case.admin
    assert code_of(case.received, channel="letter", actor=other_admin) == "not_yours"


def test_an_opinion_becomes_a_complaint_of_nobody(case: Case) -> None:
    complaint = complaint_from_opinion(opinion_text=TEXT, appraisal=case.appraisal, actor=case.admin)

    assert (complaint.channel, complaint.is_named, complaint.unit) == ("ballot", False, case.unit)


# Accepted, refused, passed on


def test_refused_with_a_reason(case: Case) -> None:
    complaint = refuse_complaint(complaint=case.received(), actor=case.admin, reason=" 不属于本单位职责 ")

    assert (complaint.status, complaint.refusal_reason) == ("refused", "不属于本单位职责")
    assert [str(stage.label) for stage in journey(complaint)][-1] in ("Not taken up", "不予受理")


def test_refused_without_a_reason_is_refused(case: Case) -> None:
    assert code_of(refuse_complaint, complaint=case.received(), actor=case.admin, reason=" ") == "reason_missing"


def test_passed_on_the_first_clock_runs_on(case: Case, other_unit: Unit, other_admin: User) -> None:
    complaint = case.received()
    moved = transfer_complaint(complaint=complaint, actor=case.admin, reason="属司法局", unit=other_unit)

    assert (moved.unit, moved.accept_due, moved.received_on) == (
        other_unit,
        complaint.accept_due,
        complaint.received_on,
    )
    assert not Complaint.objects.visible_to(case.admin).exists()
    assert Complaint.objects.visible_to(other_admin).get() == moved


def test_passed_on_to_the_office_the_unit_sees_it_no_more(case: Case) -> None:
    complaint = transfer_complaint(complaint=case.accepted(), actor=case.admin, reason="反映单位领导", to_office=True)

    assert (complaint.with_office, complaint.handler) == (True, None)
    assert not Complaint.objects.visible_to(case.admin).exists()
    assert code_of(assign_handler, complaint=complaint, actor=case.admin, handler=case.admin) == "not_yours"


def test_passing_on_to_where_it_lies_is_refused(case: Case) -> None:
    complaint = case.received()

    assert (
        code_of(transfer_complaint, complaint=complaint, actor=case.admin, reason="转", unit=case.unit) == "same_place"
    )


# Handled


def test_the_handler_is_changed_with_a_reason(case: Case) -> None:
    complaint = case.accepted()
    assert code_of(assign_handler, complaint=complaint, actor=case.approver, handler=case.office) == "reason_missing"

    changed = assign_handler(complaint=complaint, actor=case.approver, handler=case.office, reason="原承办人出差")

    event = AuditEvent.objects.get(action="complaint-handler-assigned")
    assert changed.handler == case.office
    assert event.detail["changes"] == {"handler": [case.admin.username, case.office.username]}
    assert event.detail["why"] == "原承办人出差"


def test_a_returned_finding_is_written_anew(case: Case) -> None:
    complaint = case.found()
    return_finding(complaint=complaint, actor=case.approver, reason="补充监控录像")
    assert Finding.objects.get().return_reason == "补充监控录像"

    case.find(complaint, outcome="not_upheld")

    finding = Finding.objects.get()
    assert (finding.outcome, finding.return_reason) == ("not_upheld", "")


@pytest.mark.parametrize(("outcome", "number"), [("upheld", 1), ("partly", 1), ("not_upheld", 0), ("unverifiable", 0)])
def test_what_is_upheld_proposes_rule_1_for_the_cadre(case: Case, outcome: str, number: int) -> None:
    complaint = case.confirmed(outcome=outcome)

    proposed = DailyDeduction.objects.filter(status="proposed", rule="1")
    assert proposed.count() == number
    for deduction in proposed:
        assert (deduction.cadre, deduction.complaint) == (case.appraisal.cadre, complaint)
        assert deduction.incident_number == f"TS2012-{complaint.number}"
        assert deduction.proposal_key == f"complaint:{complaint.pk}:upheld"


def test_upheld_without_a_cadre_the_second_person_says_whom_it_concerns(case: Case) -> None:
    complaint = case.found(appraisal=None, unit=case.unit)
    assert code_of(case.confirm, complaint=complaint) == "cadre_missing"

    name_cadre(complaint=complaint, appraisal=case.appraisal, actor=case.approver, reason="当日值班的是他")
    case.confirm(complaint)

    assert DailyDeduction.objects.get().cadre == case.appraisal.cadre
    event = AuditEvent.objects.get(action="complaint-cadre-named")
    assert event.detail["changes"] == {"cadre": ["", case.appraisal.name]}


def test_or_that_it_concerns_no_single_cadre(case: Case) -> None:
    complaint = case.found(appraisal=None, unit=case.unit)

    case.confirm(complaint, concerns_nobody=True)

    assert not DailyDeduction.objects.exists()
    assert Complaint.objects.get().concerns_nobody


def test_nobody_is_named_after_the_confirmation(case: Case) -> None:
    complaint = case.confirmed()
    colleague = appraisal_of(cycle=case.cycle, unit=case.unit)

    assert (
        code_of(name_cadre, complaint=complaint, appraisal=colleague, actor=case.approver, reason="改") == "wrong_state"
    )


# Said to the answer


@pytest.mark.parametrize("word", ["satisfied", "basically", "dissatisfied"])
def test_a_word_closes_it(case: Case, word: str) -> None:
    complaint = rate_answer(complaint=case.answered(), satisfaction=word)

    assert complaint.status == "closed"
    assert next_step(complaint) is None


def test_not_reached_leaves_it_open_until_somebody_says_something(case: Case) -> None:
    answered = case.answered(contact={"telephone": "13812345678"})
    complaint = rate_answer(complaint=answered, satisfaction="not_reached", actor=case.approver)
    assert complaint.status == "answered"

    assert rate_answer(complaint=complaint, satisfaction="satisfied").status == "closed"


@pytest.mark.parametrize(("word", "again"), [("satisfied", True), ("not_reached", False), ("", False), ("x", False)])
def test_words_that_do_not_fit_are_refused(case: Case, word: str, again: bool) -> None:
    code = code_of(rate_answer, complaint=case.answered(), satisfaction=word, again=again)

    assert code in ("again_refused", "wrong_word")


def test_handled_again_by_another_with_the_whole_time(case: Case) -> None:
    complaint = rate_answer(complaint=case.answered(), satisfaction="dissatisfied", again=True)
    assert (complaint.status, complaint.round, complaint.handler) == ("accepted", 2, None)

    assert code_of(assign_handler, complaint=complaint, actor=case.approver, handler=case.admin) == "unfit_handler"
    assigned = assign_handler(complaint=complaint, actor=case.approver, handler=case.second_admin)

    assert assigned.handler == case.second_admin
    assert code_of(ask_extension, complaint=complaint, actor=case.admin, reason="再查") == "not_handler"


def test_still_not_satisfied_it_closes_and_proposes_rule_2(case: Case) -> None:
    complaint = case.answered_again()
    assert code_of(rate_answer, complaint=complaint, satisfaction="dissatisfied", again=True) == "again_refused"

    closed = rate_answer(complaint=complaint, satisfaction="dissatisfied")

    assert closed.status == "closed"
    assert DailyDeduction.objects.get(rule="2").proposal_key == f"complaint:{complaint.pk}:poor"


@pytest.mark.parametrize("word", ["satisfied", "basically"])
def test_satisfied_in_the_end_nothing_is_proposed(case: Case, word: str) -> None:
    rate_answer(complaint=case.answered_again(), satisfaction=word)

    assert not DailyDeduction.objects.filter(rule="2").exists()


def test_an_opinion_from_a_ballot_that_is_upheld_says_so_as_its_source(case: Case) -> None:
    complaint = complaint_from_opinion(opinion_text=TEXT, appraisal=case.appraisal, actor=case.admin)
    case.confirm(case.find(case.accept(complaint)))

    assert DailyDeduction.objects.get().source == "opinion"


# Late


def test_a_passed_deadline_proposes_rule_2_once(case: Case) -> None:
    with time_machine.travel("2012-03-01T09:00+08:00"):
        complaint = case.accepted()
    after = date(2012, 12, 1)

    assert propose_overdue_complaints(today=complaint.handling_due) == 0
    assert (propose_overdue_complaints(today=after), propose_overdue_complaints(today=after)) == (1, 0)
    proposed = DailyDeduction.objects.get()
    assert (proposed.rule, proposed.status, proposed.found_on) == ("2", "proposed", complaint.handling_due)


def test_answered_too_late_it_is_proposed_though_nobody_called_the_timer(case: Case) -> None:
    with time_machine.travel("2012-03-01T09:00+08:00"):
        complaint = case.accepted()
    with time_machine.travel("2012-06-01T09:00+08:00"):
        case.answer(case.confirm(case.find(complaint, outcome="not_upheld")))

    assert DailyDeduction.objects.get().proposal_key == f"complaint:{complaint.pk}:overdue:1"


def test_nobody_named_nothing_is_proposed(case: Case) -> None:
    with time_machine.travel("2012-03-01T09:00+08:00"):
        case.accepted(appraisal=None, unit=case.unit)

    assert propose_overdue_complaints(today=date(2012, 12, 1)) == 0


def test_a_call_back_without_a_word_closes_by_itself_and_is_written_down_once(case: Case) -> None:
    complaint = case.answered()
    due = complaint.findings.get().callback_due
    assert close_lapsed_complaints(today=due) == 0

    later = date(due.year + 1, 1, 1)
    assert (close_lapsed_complaints(today=later), close_lapsed_complaints(today=later)) == (1, 0)
    assert Complaint.objects.get().status == "closed"


# Contact, withdrawal, extension: what is recorded


def test_opening_the_contact_is_on_record_without_it(case: Case) -> None:
    complaint = case.accepted(contact={"person": "周小安", "telephone": "13812345678"})

    assert open_contact(complaint=complaint, actor=case.admin) == {"person": "周小安", "telephone": "13812345678"}
    event = AuditEvent.objects.get(action="complaint-contact-opened")
    assert (event.target_id, event.detail) == (str(complaint.pk), {})


@pytest.mark.parametrize("said", ["已电话告知 138 1234 5678，情况属实。", "与周小安核对，情况属实，已改正。"])
def test_what_others_read_holds_no_contact_details(case: Case, said: str) -> None:
    contact = {"person": "周小安", "telephone": "13812345678"}
    complaint = case.accepted(contact=contact)
    finding = {"outcome": "upheld", "facts": said, "basis": "笔录"}
    assert code_of(record_finding, complaint=complaint, actor=case.admin, **finding) == "contact_in_text"
    assert code_of(ask_extension, complaint=complaint, actor=case.admin, reason=said) == "contact_in_text"

    confirmed = case.confirm(case.find(complaint, "not_upheld"))
    assert code_of(answer_complaint, complaint=confirmed, actor=case.admin, answer=said) == "contact_in_text"


def test_nothing_was_left_nothing_is_opened(case: Case) -> None:
    assert code_of(open_contact, complaint=case.accepted(), actor=case.admin) == "no_contact"


def test_a_closed_complaint_keeps_its_contact_shut(case: Case) -> None:
    complaint = rate_answer(complaint=case.answered(contact={"person": "周"}), satisfaction="satisfied")

    assert code_of(open_contact, complaint=complaint, actor=case.admin) == "wrong_state"


def test_a_handler_who_withdraws_leaves_the_case_to_another(case: Case) -> None:
    complaint = case.found()
    declare_recusal(complaint=complaint, user=case.admin, actor=case.admin, reason="与投诉人是亲属")

    complaint.refresh_from_db()
    assert (complaint.status, complaint.handler) == ("accepted", None)
    assert not Complaint.objects.visible_to(case.admin).exists()
    assert code_of(assign_handler, complaint=complaint, actor=case.approver, handler=case.admin) == "unfit_handler"


def test_the_office_declares_it_for_somebody_and_a_unit_does_not(case: Case) -> None:
    complaint = case.accepted()
    values = {"complaint": complaint, "user": case.admin, "reason": "同一科室"}
    assert code_of(declare_recusal, actor=case.approver, **values) == "not_yours"

    declare_recusal(actor=case.office, **values)

    assert AuditEvent.objects.get(action="complaint-recusal").detail["why"] == "同一科室"
    assert code_of(declare_recusal, actor=case.office, **values) == "own_case"


def test_nobody_withdraws_from_what_is_none_of_theirs(case: Case, other_admin: User) -> None:
    complaint = case.accepted()

    assert code_of(declare_recusal, complaint=complaint, user=other_admin, actor=case.office, reason="x") == "not_staff"


def test_more_time_once_a_handling_with_what_changed_and_why(case: Case) -> None:
    complaint = case.accepted()
    ask_extension(complaint=complaint, actor=case.admin, reason="需省厅答复")
    assert code_of(ask_extension, complaint=complaint, actor=case.admin, reason="再要") == "asked_already"

    extended = decide_extension(complaint=complaint, actor=case.approver, approve=True)

    event = AuditEvent.objects.get(action="complaint-extended")
    assert event.detail["changes"]["handling_due"] == [str(complaint.handling_due), str(extended.handling_due)]
    assert (event.detail["why"], extended.is_extended) == ("需省厅答复", True)


def test_more_time_refused_the_day_stays(case: Case) -> None:
    complaint = case.accepted()
    ask_extension(complaint=complaint, actor=case.admin, reason="需省厅答复")
    assert code_of(decide_extension, complaint=complaint, actor=case.approver, approve=False) == "reason_missing"

    kept = decide_extension(complaint=complaint, actor=case.approver, approve=False, reason="材料已齐")

    assert (kept.handling_due, kept.is_extended) == (complaint.handling_due, False)
    assert kept.extensions.get().decision_reason == "材料已齐"


def test_every_act_says_from_what_to_what(case: Case) -> None:
    rate_answer(complaint=case.answered(), satisfaction="satisfied")

    steps = [
        tuple(event.detail["changes"]["status"])
        for event in AuditEvent.objects.filter(target_kind="complaint").order_by("sequence")
        if "status" in event.detail.get("changes", {})
    ]
    assert steps == [
        ("", "received"),
        ("received", "accepted"),
        ("accepted", "found"),
        ("found", "confirmed"),
        ("confirmed", "answered"),
        ("answered", "closed"),
    ]


def test_units_see_their_own_and_nobody_the_one_that_names_them(
    case: Case, other_admin: User, auditor: User, cycle: Cycle
) -> None:
    boss = member(role=Role.UNIT_ADMIN, unit=case.unit)
    named: Appraisal = appraisal_of(cycle=cycle, unit=case.unit, user=boss)
    about_boss, other = case.received(appraisal=named), case.received()

    def seen(user: User) -> set[int]:
        return set(Complaint.objects.visible_to(user).values_list("number", flat=True))

    both = {about_boss.number, other.number}
    assert [seen(user) for user in (case.admin, case.office, auditor)] == [both] * 3
    assert seen(boss) == {other.number}
    assert seen(other_admin) == set()


def test_a_sender_who_is_the_cadre_is_refused(case: Case) -> None:
    boss = member(role=Role.UNIT_ADMIN, unit=case.unit)
    named = appraisal_of(cycle=case.cycle, unit=case.unit, user=boss)

    code = code_of(receive_complaint, cycle=case.cycle, channel="letter", text=TEXT, appraisal=named, actor=boss)
    assert code == "own_case"
