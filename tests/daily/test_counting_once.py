"""Double counting is named; four eyes; what the office recorded no unit changes; proposals; batches."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.cycle.models import Cycle, DeductionRule
from evaluation.daily.doubles import doubles_among, doubles_of
from evaluation.daily.models import DailyDeduction
from evaluation.daily.selectors import confirmable_by
from evaluation.daily.services import (
    BatchRefused,
    confirm_deductions,
    decline_proposal,
    propose_deduction,
    record_batch,
    return_deductions,
    revise_deduction,
    take_up_proposal,
    withdraw_deduction,
)
from evaluation.errors import DomainError
from evaluation.files.models import StoredFile
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.daily.making import FACTS, kept_file, picture, recorded_for
from tests.factories import appraisal_of, member

pytestmark = pytest.mark.django_db
Act = Callable[[], Any]


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel("2012-06-15T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def appraisal(cycle: Cycle, unit: Unit) -> Appraisal:
    return appraisal_of(cycle=cycle, unit=unit, name="林敏")


@pytest.fixture
def elsewhere(cycle: Cycle, other_unit: Unit) -> Appraisal:
    return appraisal_of(cycle=cycle, unit=other_unit, name="他人")


@pytest.fixture
def proposal(appraisal: Appraisal) -> DailyDeduction:
    made = propose_deduction(
        key="test:1", appraisal=appraisal, rule="1", found_on=date(2012, 6, 1), why="投诉属实", **FACTS
    )
    assert made is not None
    return made


def code_of(act: Act) -> str:
    with pytest.raises(DomainError) as refusal:
        act()
    return refusal.value.code


# Double counting


def test_the_same_incident_is_named_and_not_refused(
    appraisal: Appraisal, elsewhere: Appraisal, unit_admin: User, other_admin: User
) -> None:
    recorded_for(elsewhere, other_admin, incident_number="效投31")
    first = recorded_for(appraisal, unit_admin, incident_number="效投31")
    again = {"incident_number": "效投31", "found_on": date(2012, 6, 2), "despite_doubles": False}
    with pytest.raises(DomainError) as refusal:
        recorded_for(appraisal, unit_admin, **again)
    assert refusal.value.code == "double_counting"
    assert "林敏" in str(refusal.value)
    assert "他人" not in str(refusal.value)

    second = recorded_for(appraisal, unit_admin, **{**again, "despite_doubles": True})

    found = doubles_of(second, user=unit_admin)
    assert (found.seen, found.others) == ([first], 1)


def test_the_office_sees_doubles_of_every_unit(
    appraisal: Appraisal, elsewhere: Appraisal, unit_admin: User, other_admin: User, office: User
) -> None:
    other = recorded_for(elsewhere, other_admin, incident_number="效投31")
    mine = recorded_for(appraisal, unit_admin, incident_number="效投31")

    assert (doubles_of(mine, user=office).seen, doubles_of(mine, user=office).others) == ([other], 0)


@pytest.mark.parametrize(
    ("more", "is_double"),
    [
        ({}, True),
        ({"found_on": date(2012, 6, 2)}, False),
        ({"rule": "3", "decision": "问责〔2012〕3号"}, False),
    ],
)
def test_the_same_cadre_day_and_rule_is_a_double(
    appraisal: Appraisal, unit_admin: User, more: dict[str, Any], is_double: bool
) -> None:
    recorded_for(appraisal, unit_admin)
    second = recorded_for(appraisal, unit_admin, **more)

    assert bool(doubles_of(second, user=unit_admin)) is is_double


def test_what_was_withdrawn_is_no_double(appraisal: Appraisal, unit_admin: User) -> None:
    withdraw_deduction(deduction=recorded_for(appraisal, unit_admin), actor=unit_admin, reason="录错")

    assert not doubles_of(recorded_for(appraisal, unit_admin, despite_doubles=False), user=unit_admin)


def test_whoever_confirms_ticks_each_double(appraisal: Appraisal, unit_admin: User, approver: User) -> None:
    pair = [recorded_for(appraisal, unit_admin), recorded_for(appraisal, unit_admin)]

    assert code_of(lambda: confirm_deductions(deductions=pair, approver=approver)) == "double_counting"
    one = [pair[0].pk]
    assert code_of(lambda: confirm_deductions(deductions=pair, approver=approver, despite_doubles=one))
    assert not DailyDeduction.objects.filter(status="confirmed").exists()
    both = [row.pk for row in pair]
    assert len(confirm_deductions(deductions=pair, approver=approver, despite_doubles=both)) == 2


def test_doubles_of_a_list_cost_two_queries(
    appraisal: Appraisal, unit_admin: User, django_assert_max_num_queries: Any
) -> None:
    rows = [recorded_for(appraisal, unit_admin) for _number in range(3)]

    with django_assert_max_num_queries(4):
        assert all(doubles_among(rows, user=unit_admin))


# Four eyes, and one's own case


@pytest.fixture
def own(cycle: Cycle, unit: Unit, unit_admin: User) -> tuple[User, DailyDeduction]:
    """A cadre who is also a member of the office, and a deduction about them."""
    user = member(role=Role.CADRE, unit=unit)
    user.memberships.create(role=Role.OFFICE)  # type: ignore[attr-defined]
    return user, recorded_for(appraisal_of(cycle=cycle, unit=unit, user=user), unit_admin)


def test_nobody_decides_a_case_about_themselves(own: tuple[User, DailyDeduction], office: User) -> None:
    user, deduction = own
    acts: list[Act] = [
        lambda: confirm_deductions(deductions=[deduction], approver=user),
        lambda: return_deductions(deductions=[deduction], approver=user, reason="不同意"),
        lambda: withdraw_deduction(deduction=deduction, actor=user, reason="不同意"),
        lambda: revise_deduction(deduction=deduction, actor=user, changes={"basis": "无"}),
    ]

    assert {code_of(act) for act in acts} == {"own_case"}
    assert not confirmable_by(user, DailyDeduction.objects.all()).exists()
    assert confirm_deductions(deductions=[deduction], approver=office)[0].status == "confirmed"


def test_nobody_takes_up_or_declines_a_proposal_about_themselves(cycle: Cycle, unit: Unit, office: User) -> None:
    user = member(role=Role.CADRE, unit=unit)
    user.memberships.create(role=Role.OFFICE)  # type: ignore[attr-defined]
    appraisal = appraisal_of(cycle=cycle, unit=unit, user=user)
    made = propose_deduction(
        key="own", appraisal=appraisal, rule="2", found_on=date(2012, 6, 1), why="逾期未整改", **FACTS
    )
    assert made is not None

    assert code_of(lambda: take_up_proposal(deduction=made, actor=user)) == "own_case"
    assert code_of(lambda: decline_proposal(deduction=made, actor=user, reason="无")) == "own_case"
    assert take_up_proposal(deduction=made, actor=office).status == "recorded"


def test_what_the_office_recorded_no_unit_changes(appraisal: Appraisal, unit_admin: User, approver: User) -> None:
    office = member(role=Role.OFFICE)
    deduction = recorded_for(appraisal, office)
    acts: list[Act] = [
        lambda: revise_deduction(deduction=deduction, actor=unit_admin, changes={"basis": "无"}),
        lambda: withdraw_deduction(deduction=deduction, actor=unit_admin, reason="不认可"),
        lambda: return_deductions(deductions=[deduction], approver=approver, reason="不认可"),
    ]

    assert {code_of(act) for act in acts} == {"office_deduction"}
    assert return_deductions(deductions=[deduction], approver=member(role=Role.OFFICE), reason="补正")


def test_in_a_returned_list_one_row_of_the_office_stops_all(
    appraisal: Appraisal, unit_admin: User, approver: User, office: User
) -> None:
    rows = [recorded_for(appraisal, unit_admin), recorded_for(appraisal, office)]

    assert code_of(lambda: return_deductions(deductions=rows, approver=approver, reason="补")) == "office_deduction"
    assert set(DailyDeduction.objects.values_list("status", flat=True)) == {"recorded"}


# Proposals


def test_a_proposal_is_made_once_and_counts_nothing(appraisal: Appraisal, proposal: DailyDeduction) -> None:
    again = propose_deduction(
        key="test:1", appraisal=appraisal, rule="1", found_on=date(2012, 6, 1), why="投诉属实", **FACTS
    )

    assert again is None
    assert (proposal.status, proposal.recorded_by) == ("proposed", None)


def test_taken_up_it_is_completed_and_another_confirms(
    proposal: DailyDeduction, unit_admin: User, approver: User
) -> None:
    assert code_of(lambda: take_up_proposal(deduction=proposal, actor=unit_admin)) == "proof_missing"

    taken = take_up_proposal(
        deduction=proposal, actor=unit_admin, changes={"basis": "核查报告第7号"}, uploads=[picture()]
    )

    assert (taken.status, taken.recorded_by, taken.basis) == ("recorded", unit_admin, "核查报告第7号")
    assert code_of(lambda: confirm_deductions(deductions=[taken], approver=unit_admin)) == "same_person"
    assert confirm_deductions(deductions=[taken], approver=approver)[0].status == "confirmed"


def test_what_a_unit_does_not_pursue_the_office_can_still_take_up(
    proposal: DailyDeduction, unit_admin: User, office: User
) -> None:
    assert code_of(lambda: decline_proposal(deduction=proposal, actor=unit_admin, reason=" ")) == "reason_missing"
    decline_proposal(deduction=proposal, actor=unit_admin, reason="已在另案处理")
    event = AuditEvent.objects.get(action="deduction-declined")
    assert event.detail["changes"] == {"status": ["proposed", "declined"]}

    assert code_of(lambda: take_up_proposal(deduction=proposal, actor=unit_admin)) == "declined"
    taken = take_up_proposal(deduction=proposal, actor=office, uploads=[picture()])

    assert (taken.status, taken.by_office, taken.declined_by, taken.reason) == ("recorded", True, None, "")


def test_a_proposal_of_rule_6_takes_its_amount_when_it_is_taken_up(appraisal: Appraisal, office: User) -> None:
    DeductionRule.objects.filter(code="6").update(minimum="0.5")
    made = propose_deduction(
        key="six", appraisal=appraisal, rule="6", found_on=date(2012, 6, 1), why="本人受处分", **FACTS
    )
    assert made is not None
    few = {"points": 0.25, "amount_reason": "情节轻微"}
    assert code_of(lambda: take_up_proposal(deduction=made, actor=office, changes=few)) == "points_out_of_bounds"

    assert take_up_proposal(deduction=made, actor=office, changes={**few, "points": 2}).points == 2


# Batches


def entry(appraisal: Appraisal, **more: Any) -> dict[str, Any]:
    return {"appraisal": appraisal, "rule": "1", "found_on": date(2012, 6, 1), **FACTS, **more}


def test_one_incident_for_many_cadres_shares_its_proof(
    cycle: Cycle, unit: Unit, appraisal: Appraisal, unit_admin: User
) -> None:
    second = appraisal_of(cycle=cycle, unit=unit)
    entries = [entry(one, incident_number="效投31") for one in (appraisal, second)]

    made = record_batch(entries=entries, actor=unit_admin, upload=picture())

    assert {row.evidence_id for row in made} == {StoredFile.objects.get().pk}
    assert DailyDeduction.objects.filter(status="recorded").count() == 2


def test_a_batch_is_recorded_whole_or_not_at_all(appraisal: Appraisal, elsewhere: Appraisal, office: User) -> None:
    entries = [entry(appraisal), entry(elsewhere, rule="4"), entry(appraisal)]

    with pytest.raises(BatchRefused) as refusal:
        record_batch(entries=entries, actor=office, upload=picture())

    assert {place: error.code for place, error in refusal.value.rows.items()} == {
        1: "decision_missing",
        2: "double_counting",
    }
    assert not DailyDeduction.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_batch_with_a_file_that_is_none_records_nothing(appraisal: Appraisal, office: User) -> None:
    upload = SimpleUploadedFile("x.pdf", b"<script>alert(1)</script>")

    assert code_of(lambda: record_batch(entries=[entry(appraisal)], actor=office, upload=upload)) == "not_evidence"
    assert not DailyDeduction.objects.exists()


def test_a_refusal_leaves_no_file(appraisal: Appraisal, unit_admin: User) -> None:
    assert code_of(lambda: recorded_for(appraisal, unit_admin, evidence=None, basis="", uploads=[picture()]))
    assert not StoredFile.objects.exists()


def test_more_files_than_a_record_takes_are_refused(appraisal: Appraisal, unit_admin: User) -> None:
    deduction = recorded_for(appraisal, unit_admin, evidence=kept_file())
    uploads = [picture() for _number in range(5)]

    act: Act = lambda: revise_deduction(deduction=deduction, actor=unit_admin, changes={}, uploads=uploads)  # noqa: E731
    assert code_of(act) == "too_many_files"
