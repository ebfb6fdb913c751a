"""Four eyes, and nobody in a matter of their own, for every act of a complaint."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from evaluation.daily.models import Complaint, Recusal
from evaluation.daily.services import (
    accept_complaint,
    answer_complaint,
    ask_extension,
    assign_handler,
    confirm_finding,
    decide_extension,
    declare_recusal,
    name_cadre,
    open_contact,
    rate_answer,
    record_finding,
    refuse_complaint,
    return_finding,
    transfer_complaint,
)
from evaluation.errors import DomainError
from evaluation.roster.models import Cadre
from evaluation.units.models import Role
from tests.daily.complaining import ANSWER, Case
from tests.factories import appraisal_of, member, unit_of

pytestmark = pytest.mark.django_db
FINDING = {"outcome": "not_upheld", "facts": "未发现。", "basis": "笔录"}
CONTACT = {"person": "周小安", "telephone": "13812345678"}

Act = Callable[[Case, Complaint, User], Any]
# what is done, where the complaint stands then, and how it is done by somebody
ACTS: dict[str, tuple[str, Act]] = {
    "accept": ("received", lambda case, one, by: accept_complaint(complaint=one, actor=by, handler=case.second_admin)),
    "refuse": ("received", lambda case, one, by: refuse_complaint(complaint=one, actor=by, reason="不属职责")),
    "transfer": (
        "received",
        lambda case, one, by: transfer_complaint(complaint=one, actor=by, reason="转办", to_office=True),
    ),
    "assign": (
        "accepted",
        lambda case, one, by: assign_handler(complaint=one, actor=by, handler=case.second_admin, reason="出差"),
    ),
    "name": (
        "accepted",
        lambda case, one, by: name_cadre(
            complaint=one, actor=by, reason="查明", appraisal=appraisal_of(cycle=case.cycle, unit=case.unit)
        ),
    ),
    "contact": ("accepted", lambda case, one, by: open_contact(complaint=one, actor=by)),
    "ask": ("accepted", lambda case, one, by: ask_extension(complaint=one, actor=by, reason="疑难")),
    "find": ("accepted", lambda case, one, by: record_finding(complaint=one, actor=by, **FINDING)),
    "decide": ("asked", lambda case, one, by: decide_extension(complaint=one, actor=by, approve=True)),
    "confirm": ("found", lambda case, one, by: confirm_finding(complaint=one, actor=by)),
    "return": ("found", lambda case, one, by: return_finding(complaint=one, actor=by, reason="补充")),
    "answer": ("confirmed", lambda case, one, by: answer_complaint(complaint=one, actor=by, answer=ANSWER)),
    "call": ("answered", lambda case, one, by: rate_answer(complaint=one, actor=by, satisfaction="satisfied")),
    "recuse": (
        "accepted",
        lambda case, one, by: declare_recusal(complaint=one, actor=by, user=case.second_admin, reason="亲属"),
    ),
}
BY_HANDLER = {"contact", "ask", "find", "answer"}
BY_SECOND = {"decide", "confirm", "return", "call"}


def brought_to(case: Case, state: str) -> Complaint:
    if state == "asked":
        complaint = case.accepted(contact=CONTACT)
        ask_extension(complaint=complaint, actor=case.admin, reason="疑难")
        return complaint
    values = {} if state in ("received", "accepted") else {"outcome": "not_upheld"}
    complaint: Complaint = getattr(case, state)(contact=CONTACT, **values)
    return complaint


def code_of(case: Case, name: str, complaint: Complaint, actor: User) -> str:
    with pytest.raises(DomainError) as refused:
        ACTS[name][1](case, complaint, actor)
    return refused.value.code


@pytest.mark.parametrize("name", ACTS)
def test_the_cadre_who_is_named_takes_no_part_whatever_their_role(case: Case, name: str) -> None:
    """Also as the office, and as a handler who was named afterwards by other hands."""
    complaint = brought_to(case, ACTS[name][0])
    actor = case.office
    Cadre.objects.filter(pk=case.appraisal.cadre_id).update(user=actor)
    if name in BY_HANDLER:
        Complaint.objects.filter(pk=complaint.pk).update(handler=actor)

    assert code_of(case, name, complaint, actor) == "own_case"


@pytest.mark.parametrize("name", ACTS)
def test_who_has_withdrawn_takes_no_part(case: Case, name: str) -> None:
    complaint = brought_to(case, ACTS[name][0])
    Recusal.objects.create(complaint=complaint, user=case.office, reason="亲属", declared_by=case.office)
    if name in BY_HANDLER:
        Complaint.objects.filter(pk=complaint.pk).update(handler=case.office)

    assert code_of(case, name, complaint, case.office) == "own_case"


@pytest.mark.parametrize("name", sorted(BY_SECOND))
def test_the_handler_never_decides_even_as_the_office(case: Case, name: str) -> None:
    complaint = brought_to(case, ACTS[name][0])
    member_of_office = Complaint.objects.get(pk=complaint.pk).handler
    assert member_of_office == case.admin
    case.admin.memberships.update(role=Role.OFFICE, unit=None)  # type: ignore[attr-defined]

    assert code_of(case, name, complaint, User.objects.get(pk=case.admin.pk)) == "same_person"


@pytest.mark.parametrize("name", sorted(BY_SECOND))
def test_another_person_does(case: Case, name: str) -> None:
    complaint = brought_to(case, ACTS[name][0])

    ACTS[name][1](case, complaint, case.approver)


@pytest.mark.parametrize("name", ["decide", "confirm", "return"])
def test_a_second_administrator_is_no_leader_in_charge(case: Case, name: str) -> None:
    assert code_of(case, name, brought_to(case, ACTS[name][0]), case.second_admin) == "not_yours"


@pytest.mark.parametrize("name", sorted(BY_HANDLER))
def test_only_the_handler_does(case: Case, name: str) -> None:
    complaint = brought_to(case, ACTS[name][0])

    assert {code_of(case, name, complaint, user) for user in (case.office, case.approver)} == {"not_handler"}
    ACTS[name][1](case, complaint, case.admin)


@pytest.mark.parametrize("name", sorted(set(ACTS) - BY_HANDLER - {"recuse"}))
def test_strangers_to_the_unit_do_nothing(case: Case, name: str) -> None:
    stranger = member(role=Role.APPROVER, unit=unit_of("市司法局"))

    assert code_of(case, name, brought_to(case, ACTS[name][0]), stranger) == "not_yours"


@pytest.mark.parametrize("name", ["confirm", "return", "call"])
def test_who_found_in_the_first_handling_does_not_judge_the_second(case: Case, name: str) -> None:
    complaint = case.again(contact=CONTACT)
    complaint = case.find(complaint, "not_upheld", case.second_admin)
    if name == "call":
        complaint = case.answer(case.confirm(complaint), case.second_admin)
    case.admin.memberships.update(role=Role.OFFICE, unit=None)  # type: ignore[attr-defined]

    assert code_of(case, name, complaint, User.objects.get(pk=case.admin.pk)) == "same_person"


def test_nobody_who_is_named_becomes_handler(case: Case) -> None:
    Cadre.objects.filter(pk=case.appraisal.cadre_id).update(user=case.second_admin)

    with pytest.raises(DomainError) as refused:
        accept_complaint(complaint=case.received(), actor=case.admin, handler=case.second_admin)
    assert refused.value.code == "unfit_handler"


def test_a_handler_is_not_named_as_the_cadre(case: Case) -> None:
    complaint = case.accepted(appraisal=None, unit=case.unit)
    Cadre.objects.filter(pk=case.appraisal.cadre_id).update(user=case.admin)

    with pytest.raises(DomainError) as refused:
        name_cadre(complaint=complaint, actor=case.approver, appraisal=case.appraisal, reason="查明")
    assert refused.value.code == "handler_is_named"


def test_who_asked_for_more_time_does_not_decide_it_after_a_change_of_handler(case: Case) -> None:
    complaint = brought_to(case, "asked")
    assign_handler(complaint=complaint, actor=case.approver, handler=case.second_admin, reason="出差")
    case.admin.memberships.update(role=Role.OFFICE, unit=None)  # type: ignore[attr-defined]

    assert code_of(case, "decide", complaint, User.objects.get(pk=case.admin.pk)) == "same_person"
