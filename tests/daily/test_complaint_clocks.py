"""Every clock of a complaint, on both sides of the year end and of the Spring Festival of 2013 (9–15 February off;
5, 6 January and 16, 17 February worked). A deadline is the end of its day."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from evaluation.cycle.working_days import seed_calendar
from evaluation.daily.models import Complaint, DailyDeduction
from evaluation.daily.register import journey, near_until, standing_of
from evaluation.daily.services import (
    ask_extension,
    close_lapsed_complaints,
    decide_extension,
    propose_overdue_complaints,
    rate_answer,
    transfer_complaint,
)
from evaluation.errors import DomainError
from tests.daily.complaining import Case

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def holidays(cycle: Any) -> None:
    seed_calendar([2012, 2013])


def on(day: date, hour: int = 9) -> Any:
    moment = timezone.make_aware(datetime(day.year, day.month, day.day, hour, 59))
    return time_machine.travel(moment, tick=False)


def standing(complaint: Complaint, day: date) -> tuple[bool, bool]:
    found = standing_of(complaint, today=day, near=near_until(day))
    return found.is_late, found.is_near


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2012, 12, 24), date(2012, 12, 31)),
        (date(2012, 12, 28), date(2013, 1, 7)),
        (date(2013, 2, 4), date(2013, 2, 16)),
        (date(2013, 2, 8), date(2013, 2, 20)),
    ],
)
def test_accepted_or_refused_within_five_working_days(case: Case, received: date, due: date) -> None:
    with on(received, 23):
        complaint = case.received()

    assert complaint.accept_due == due
    assert standing(complaint, due) == (False, True)
    assert standing(complaint, due + DAY) == (True, False)
    assert Complaint.objects.late(due).count() == 0
    assert Complaint.objects.late(due + DAY).get() == complaint


@pytest.mark.parametrize(
    ("accepted", "due"),
    [
        (date(2012, 11, 12), date(2012, 12, 24)),
        (date(2012, 12, 3), date(2013, 1, 15)),
        (date(2013, 1, 7), date(2013, 2, 21)),
    ],
)
def test_answered_within_thirty_working_days(case: Case, accepted: date, due: date) -> None:
    with on(accepted):
        complaint = case.accepted()

    assert complaint.handling_due == due
    assert [standing(complaint, day)[0] for day in (due, due + DAY)] == [False, True]
    assert propose_overdue_complaints(today=due) == 0
    assert propose_overdue_complaints(today=due + DAY) == 1


@pytest.mark.parametrize(
    ("accepted", "due"),
    [(date(2012, 10, 8), date(2012, 12, 31)), (date(2012, 12, 3), date(2013, 3, 1))],
)
def test_sixty_in_all_since_the_acceptance_whenever_it_is_approved(case: Case, accepted: date, due: date) -> None:
    with on(accepted):
        complaint = case.accepted()
    with on(complaint.handling_due, 23):  # type: ignore[arg-type]
        ask_extension(complaint=complaint, actor=case.admin, reason="需省厅答复")
        extended = decide_extension(complaint=complaint, actor=case.approver, approve=True)

    assert extended.handling_due == due
    assert propose_overdue_complaints(today=due) == 0
    assert propose_overdue_complaints(today=due + DAY) == 1


@pytest.mark.parametrize("step", ["ask", "decide"])
def test_the_day_after_its_end_there_is_no_more_time(case: Case, step: str) -> None:
    with on(date(2012, 12, 3)):
        complaint = case.accepted()
    if step == "decide":
        with on(date(2012, 12, 4)):
            ask_extension(complaint=complaint, actor=case.admin, reason="需省厅答复")

    with on(date(2013, 1, 16)), pytest.raises(DomainError) as refused:
        if step == "ask":
            ask_extension(complaint=complaint, actor=case.admin, reason="需省厅答复")
        else:
            decide_extension(complaint=complaint, actor=case.approver, approve=True)
    assert refused.value.code == "too_late"


@pytest.mark.parametrize(
    ("answered", "due"),
    [
        (date(2012, 12, 14), date(2012, 12, 28)),
        (date(2012, 12, 21), date(2013, 1, 7)),
        (date(2013, 2, 1), date(2013, 2, 20)),
    ],
)
def test_ten_working_days_to_say_something_to_the_answer(case: Case, answered: date, due: date) -> None:
    with on(answered):
        complaint = case.answered()
    assert complaint.findings.get().callback_due == due

    with on(due + DAY), pytest.raises(DomainError) as refused:
        rate_answer(complaint=complaint, satisfaction="satisfied")
    assert refused.value.code == "too_late"
    with on(due, 23):
        assert rate_answer(complaint=complaint, satisfaction="satisfied").status == "closed"


def test_a_call_back_that_is_over_reads_as_closed_though_nobody_wrote_it_down(case: Case) -> None:
    with on(date(2012, 12, 21)):
        complaint = case.answered()
    due, near = date(2013, 1, 7), date(2013, 1, 10)

    assert standing_of(complaint, today=due, near=near).status == "answered"
    assert standing_of(complaint, today=due + DAY, near=near).status == "closed"
    stages = journey(complaint, due + DAY)
    assert (stages[-1].done, [stage.is_current for stage in stages]) == (due, [False] * len(stages))
    assert close_lapsed_complaints(today=due) == 0
    assert close_lapsed_complaints(today=due + DAY) == 1


@pytest.mark.parametrize(
    ("rated", "due"), [(date(2012, 11, 12), date(2012, 12, 24)), (date(2013, 1, 7), date(2013, 2, 21))]
)
def test_handled_again_the_clock_begins_anew(case: Case, rated: date, due: date) -> None:
    with on(rated):
        again = rate_answer(complaint=case.answered(), satisfaction="dissatisfied", again=True)

    assert again.handling_due == due
    assert propose_overdue_complaints(today=due) == 0
    assert propose_overdue_complaints(today=due + DAY) == 1
    assert DailyDeduction.objects.get(rule="2").proposal_key == f"complaint:{again.pk}:overdue:2"


def test_passed_on_after_acceptance_the_days_of_handling_run_on(case: Case) -> None:
    with on(date(2012, 12, 3)):
        complaint = case.accepted()
    with on(date(2012, 12, 20)):
        moved = transfer_complaint(complaint=complaint, actor=case.admin, reason="反映单位领导", to_office=True)

    assert moved.handling_due == complaint.handling_due == date(2013, 1, 15)


def test_the_way_marks_what_came_too_late(case: Case) -> None:
    with on(date(2012, 12, 24)):
        complaint = case.received()
    with on(date(2013, 1, 10)):
        accepted = case.accept(complaint)

    first, second, *rest = journey(accepted, date(2013, 1, 10))
    assert (first.done, first.is_late) == (date(2012, 12, 24), False)
    assert (second.done, second.due, second.is_late) == (date(2013, 1, 10), date(2012, 12, 31), True)
    assert [stage.is_current for stage in rest] == [True, False, False, False]


@pytest.mark.parametrize(("late_by", "proposed"), [(0, False), (1, True)])
def test_an_answer_on_the_last_day_is_in_time_and_on_the_next_proposes_rule_2(
    case: Case, late_by: int, proposed: bool
) -> None:
    with on(date(2012, 12, 3)):
        complaint = case.confirmed("not_upheld")
    assert complaint.handling_due is not None
    with on(complaint.handling_due + late_by * DAY, 23):
        case.answer(complaint)
    assert DailyDeduction.objects.filter(rule="2", status="proposed").exists() is proposed
