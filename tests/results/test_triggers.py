"""What was handed out never changes, whoever writes to the database: raw SQL."""

import pytest
from django.db import DatabaseError, connection, transaction

from evaluation.results.models import Publication

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
