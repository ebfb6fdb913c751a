"""What came in, was confirmed and said never changes, whoever writes to the database: raw SQL."""

import pytest
from django.db import DatabaseError, connection, transaction

from evaluation.daily.models import ComplaintContact, Finding, Recusal
from evaluation.daily.services import ask_extension, decide_extension, rate_answer
from evaluation.files.services import store_evidence
from tests.daily.complaining import Case
from tests.world import picture

pytestmark = pytest.mark.django_db


def refused(statement: str, *values: object) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    except DatabaseError as error:
        return "never" in str(error) or "forward" in str(error)
    return False


@pytest.mark.parametrize(
    "change",
    [
        "text = '别的事情，与此无关。'",
        "receipt = '000000000000'",
        "number = 99",
        "received_on = '2012-01-01'",
        "accept_due = '2013-01-01'",
        "is_named = true",
        "decided_on = '2012-01-01'",
        "status = 'received'",
        "status = 'closed'",
        "round = 2",
    ],
)
def test_what_came_in_never_changes_and_nothing_is_left_out(case: Case, change: str) -> None:
    complaint = case.accepted()

    assert refused(f"UPDATE evaluation_complaint SET {change} WHERE id = %s", complaint.pk)


@pytest.mark.parametrize("change", ["status = 'accepted'", "handling_due = '2013-01-01'", "about = '改'"])
def test_a_closed_complaint_never_changes(case: Case, change: str) -> None:
    complaint = rate_answer(complaint=case.answered(), satisfaction="satisfied")

    assert refused(f"UPDATE evaluation_complaint SET {change} WHERE id = %s", complaint.pk)


@pytest.mark.parametrize("table", ["complaint", "finding", "recusal", "complaintextension"])
def test_nothing_is_deleted(case: Case, table: str) -> None:
    complaint = case.accepted()
    ask_extension(complaint=complaint, actor=case.admin, reason="疑难")
    Recusal.objects.create(complaint=complaint, user=case.office, reason="亲属", declared_by=case.office)
    case.find(complaint)

    assert refused(f"DELETE FROM evaluation_{table}")


@pytest.mark.parametrize(
    "change",
    [
        "outcome = 'upheld'",
        "facts = '改'",
        "basis = '改'",
        "confirmed_on = NULL",
        "found_on = '2012-01-01'",
        "round = 2",
    ],
)
def test_a_confirmed_finding_never_changes(case: Case, change: str) -> None:
    case.confirmed(outcome="not_upheld")

    assert refused(f"UPDATE evaluation_finding SET {change}")


def test_before_the_confirmation_it_may(case: Case) -> None:
    case.found()

    assert not refused("UPDATE evaluation_finding SET facts = '改'")


@pytest.mark.parametrize("change", ["answer = '改'", "callback_due = '2030-01-01'", "answered_on = NULL"])
def test_an_answer_never_changes(case: Case, change: str) -> None:
    case.answered()

    assert refused(f"UPDATE evaluation_finding SET {change}")


def test_what_was_said_to_it_never_changes(case: Case) -> None:
    rate_answer(complaint=case.answered(), satisfaction="dissatisfied")

    assert refused("UPDATE evaluation_finding SET satisfaction = 'satisfied'")


@pytest.mark.parametrize("act", ["add", "remove"])
def test_the_evidence_of_a_confirmed_finding_never_changes(case: Case, act: str) -> None:
    complaint = case.found()
    finding, proof = Finding.objects.get(), store_evidence(upload=picture(), actor=case.admin)
    finding.files.add(proof)
    case.confirm(complaint)

    with pytest.raises(DatabaseError), transaction.atomic():
        if act == "add":
            finding.files.add(store_evidence(upload=picture(), actor=case.admin))
        else:
            finding.files.remove(proof)


def test_contact_details_never_change_and_may_be_forgotten(case: Case) -> None:
    case.received(contact={"person": "周小安"})

    assert refused("UPDATE evaluation_complaintcontact SET sealed = %s", b"x")
    assert ComplaintContact.objects.all().delete()[0] == 1


@pytest.mark.parametrize("change", ["is_approved = false", "reason = '改'", "decided_on = NULL"])
def test_more_time_is_decided_once(case: Case, change: str) -> None:
    complaint = case.accepted()
    ask_extension(complaint=complaint, actor=case.admin, reason="疑难")
    decide_extension(complaint=complaint, actor=case.approver, approve=True)

    assert refused(f"UPDATE evaluation_complaintextension SET {change}")


def test_who_withdrew_never_changes(case: Case) -> None:
    Recusal.objects.create(complaint=case.accepted(), user=case.office, reason="亲属", declared_by=case.office)

    assert refused("UPDATE evaluation_recusal SET reason = '改'")
