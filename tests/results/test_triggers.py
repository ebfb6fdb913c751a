"""What was handed out never changes, whoever writes to the database: raw SQL."""

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from evaluation.results.models import Publication
from evaluation.results.services import make_public_objection, review_objection

pytestmark = pytest.mark.django_db


def execute(statement: str, *values: str | int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def refused(statement: str, *values: str | int) -> bool:
    try:
        execute(statement, *values)
    except DatabaseError as error:
        return "never" in str(error)
    return False


@pytest.mark.parametrize(
    "change",
    ["composite = 100, democratic = 80, daily = 20", "rank = 9", "tallies = '{}'", "name = '他人'", "analysis = '好'"],
)
@pytest.mark.parametrize("state", ["fed_back", "noticed", "final"])
def test_results_that_were_handed_out_never_change(request: pytest.FixtureRequest, state: str, change: str) -> None:
    publication: Publication = request.getfixturevalue(state)

    assert refused(f"UPDATE evaluation_result SET {change} WHERE publication_id = %s", publication.pk)


def test_results_are_never_deleted_or_added(final: Publication) -> None:
    result = final.results.get()
    columns = "publication_id, appraisal_id, name, unit_name, post, status, tallies, explanation, deductions, awards"
    copied = f"{columns}, missing_groups, is_suppressed, list_order, analysis"

    assert refused("DELETE FROM evaluation_result WHERE id = %s", result.pk)
    assert refused(f"INSERT INTO evaluation_result ({copied}) SELECT {copied} FROM evaluation_result")


@pytest.mark.parametrize(
    "change",
    [
        "rules = '{}'",
        "analysis = '好'",
        "version = 7",
        "computed_at = '2001-01-01 00:00:00+00:00'",
        "approved_by_id = NULL",
    ],
)
def test_figures_of_a_publication_never_change(noticed: Publication, change: str) -> None:
    assert refused(f"UPDATE evaluation_publication SET {change} WHERE id = %s", noticed.pk)


@pytest.mark.parametrize("change", ["notice_until = '2013-01-01'", "notice_from = '2012-01-01'"])
def test_the_days_of_the_notice_never_change(noticed: Publication, change: str) -> None:
    assert refused(f"UPDATE evaluation_publication SET {change} WHERE id = %s", noticed.pk)


@pytest.mark.parametrize("back", ["computed", "feedback", "notice"])
def test_states_never_go_back(final: Publication, back: str) -> None:
    assert refused("UPDATE evaluation_publication SET status = %s WHERE id = %s", back, final.pk)


def test_a_publication_is_never_deleted(computed: Publication) -> None:
    computed.results.all().delete()

    assert refused("DELETE FROM evaluation_publication WHERE id = %s", computed.pk)


def test_the_way_forward_is_open(noticed: Publication) -> None:
    execute("UPDATE evaluation_publication SET status = 'final' WHERE id = %s", noticed.pk)
    execute("UPDATE evaluation_publication SET status = 'superseded' WHERE id = %s", noticed.pk)


def test_before_the_feedback_figures_may_be_replaced(computed: Publication) -> None:
    execute("UPDATE evaluation_result SET analysis = '好' WHERE publication_id = %s", computed.pk)
    execute("DELETE FROM evaluation_result WHERE publication_id = %s", computed.pk)


@pytest.mark.parametrize(
    "change", ["due = '2013-01-01'", "delivered_at = NULL", "how = 'slip'", "delivered_by_id = NULL"]
)
def test_what_was_handed_over_never_changes(fed_back: Publication, change: str) -> None:
    assert refused(f"UPDATE evaluation_feedback SET {change}")


def test_an_answer_is_never_taken_back(fed_back: Publication) -> None:
    execute("UPDATE evaluation_feedback SET answer = 'accepted'")

    assert refused("UPDATE evaluation_feedback SET answer = 'none'")
    assert refused("DELETE FROM evaluation_feedback")


@pytest.mark.parametrize(
    "change",
    ["text = '别的'", "sealed = NULL", "receipt = '1'", "person = '某'", "due = '2013-01-01'", "about = 'bonus'"],
)
def test_an_objection_never_changes(noticed: Publication, change: str) -> None:
    make_public_objection(result=noticed.results.get(), person="李居民", contact="0", text="有误。")

    assert refused(f"UPDATE evaluation_objection SET {change}")
    assert refused("DELETE FROM evaluation_objection")


@pytest.mark.parametrize("change", ["status = 'open'", "answer = '别的'", "reviewed_by_id = NULL"])
def test_a_review_never_changes(noticed: Publication, office: User, change: str) -> None:
    made = make_public_objection(result=noticed.results.get(), person="李居民", contact="0", text="有误。")
    review_objection(objection=made, reviewer=office, upheld=True, answer="成立。")

    assert refused(f"UPDATE evaluation_objection SET {change}")
