"""What complaints wait for, at whose desk."""

from typing import Any

import pytest
import time_machine

from accounts.models import User
from evaluation.daily.services import ask_extension, declare_recusal
from evaluation.desk.waiting import waiting_for
from tests.daily.complaining import Case

pytestmark = pytest.mark.django_db
CONTACT = {"telephone": "13812345678"}


@pytest.fixture(autouse=True)
def in_english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def waits(user: User, case: Case) -> set[str]:
    return {str(item.title) for item in waiting_for(user, case.cycle) if "ompla" in str(item.title)}


def test_it_goes_from_desk_to_desk(case: Case, other_admin: User) -> None:
    complaint = case.received(contact=CONTACT)
    assert waits(case.admin, case) == waits(case.approver, case) == {"Complaints to accept or refuse"}

    case.accept(complaint)
    assert waits(case.admin, case) == {"Complaints that you handle"}
    ask_extension(complaint=complaint, actor=case.admin, reason="疑难")
    assert waits(case.approver, case) == {"Complaints: more time to decide"}

    complaint = case.find(complaint, "not_upheld")
    assert "Findings of complaints to confirm" in waits(case.approver, case)
    assert waits(case.admin, case) == set()

    case.answer(case.confirm(complaint))
    assert waits(case.approver, case) == waits(case.second_admin, case) == {"Complainants to call back"}
    assert waits(case.admin, case) == waits(other_admin, case) == set()


def test_without_a_handler_it_waits_for_one(case: Case) -> None:
    declare_recusal(complaint=case.accepted(), user=case.admin, actor=case.admin, reason="亲属")

    assert waits(case.second_admin, case) == {"Complaints that need a handler"}
    assert waits(case.admin, case) == set()


def test_the_office_finds_what_it_keeps_and_what_is_overdue_anywhere(case: Case) -> None:
    with time_machine.travel("2012-03-01T09:00+08:00"):
        case.accepted()
    with time_machine.travel("2012-06-01T09:00+08:00"):
        case.received(with_office=True)

        overdue, kept = "Complaints whose answer is overdue, in all units", "Complaints to accept or refuse"
        assert waits(case.office, case) == {overdue, kept}
        assert waits(case.approver, case) == set()
