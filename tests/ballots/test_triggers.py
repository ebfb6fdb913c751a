"""What the database refuses, by raw SQL."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from evaluation.ballots.counting import count_boxes
from evaluation.ballots.models import BallotBox
from tests.ballots.conftest import PASSPHRASE, Hall

DROP_IN = (
    'INSERT INTO evaluation_envelope (digest, box_id, "group", sealed, network)'
    " SELECT 'x', id, 'public', 'y', '' FROM evaluation_ballotbox"
)
STATES = ["draft", "ready", "open", "closed", "counted", "annulled"]
ALLOWED = {
    ("draft", "ready"),
    ("ready", "draft"),
    ("ready", "open"),
    ("open", "closed"),
    ("closed", "counted"),
    *((state, "annulled") for state in STATES[:-1]),
}


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def refuses(statement: str) -> None:
    with pytest.raises(IntegrityError):
        run(statement)


def bring(box: BallotBox, state: str) -> None:
    path = ["ready", "open", "closed", "counted"]
    steps = path[: path.index(state) + 1] if state in path else [state] if state == "annulled" else []
    for step in steps:
        run(f"UPDATE evaluation_ballotbox SET state = '{step}' WHERE id = {box.pk}")


@pytest.mark.parametrize("after", STATES)
@pytest.mark.parametrize("before", STATES)
def test_states_only_go_forward(new_box: Callable[..., BallotBox], before: str, after: str) -> None:
    box = new_box()
    bring(box, before)
    statement = f"UPDATE evaluation_ballotbox SET state = '{after}' WHERE id = {box.pk}"
    if (before, after) in ALLOWED or before == after:
        run(statement)
    else:
        refuses(statement)


def test_ready_does_not_go_back_with_passes(hall: Hall) -> None:
    hall.make(number=1)
    refuses("UPDATE evaluation_ballotbox SET state = 'draft'")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evaluation_ballotbox SET public_key = NULL",
        "UPDATE evaluation_ballotbox SET spec = '{}'",
        "UPDATE evaluation_ballotbox SET is_trial = NOT is_trial",
        "DELETE FROM evaluation_sheetentry",
        'UPDATE evaluation_sheetentry SET "order" = 9',
        "UPDATE evaluation_boxgroup SET invited = 999",
        "DELETE FROM evaluation_boxgroup",
        "DELETE FROM evaluation_boxkeyshare",
        "DELETE FROM evaluation_ballotbox",
        "UPDATE evaluation_pass SET state = 'spent'",
        "DELETE FROM evaluation_pass",
    ],
)
def test_what_is_ready_is_fixed(hall: Hall, statement: str) -> None:
    hall.make(number=2)
    refuses(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evaluation_pass SET state = 'issued' WHERE state = 'spent'",
        "UPDATE evaluation_pass SET state = 'void' WHERE state = 'spent'",
        "UPDATE evaluation_pass SET state = 'issued' WHERE state = 'void'",
        "UPDATE evaluation_pass SET \"group\" = 'own_unit'",
        "UPDATE evaluation_pass SET digest = 'x'",
        "DELETE FROM evaluation_pass",
        "DELETE FROM evaluation_envelope",
        "UPDATE evaluation_envelope SET \"group\" = 'own_unit'",
        "INSERT INTO evaluation_receipt (code, box_id) SELECT 'x', id FROM evaluation_ballotbox",
    ],
)
def test_while_open_passes_go_one_way_and_envelopes_stay(hall: Hall, statement: str) -> None:
    slips = hall.make(number=3)
    hall.open()
    hall.cast(slips[0])
    run(
        "UPDATE evaluation_pass SET state = 'void'"
        " WHERE digest = (SELECT min(digest) FROM evaluation_pass WHERE state = 'issued')"
    )
    refuses(statement)


@pytest.mark.parametrize(
    "statement",
    [
        DROP_IN,
        "UPDATE evaluation_ballotbox SET merkle_root = ''",
        "UPDATE evaluation_ballotbox SET closed_at = NULL",
        "UPDATE evaluation_ballotbox SET released_at = closed_at",
    ],
)
def test_what_was_committed_at_closing_stays(hall: Hall, statement: str) -> None:
    hall.open()
    hall.close()
    refuses(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evaluation_tally SET valid = 99",
        "DELETE FROM evaluation_tally",
        "UPDATE evaluation_ballot SET marks = '00000'",
        "DELETE FROM evaluation_ballot",
        "DELETE FROM evaluation_receipt",
        "UPDATE evaluation_opinion SET text = 'x'",
        "INSERT INTO evaluation_receipt (code, box_id) SELECT 'x', id FROM evaluation_ballotbox",
        "UPDATE evaluation_boxgroup SET collected = 1",
        "DELETE FROM evaluation_pass",
        "DELETE FROM evaluation_ballotbox",
    ],
)
def test_what_was_counted_stays(hall: Hall, statement: str) -> None:
    slips = hall.make(number=1)
    hall.open()
    hall.cast(slips[0], opinion="好")
    hall.close()
    count_boxes(boxes=[hall.box], scrutineer=hall.scrutineer, passphrase=PASSPHRASE)
    refuses(statement)


def test_no_envelope_goes_into_a_box_that_is_not_open(hall: Hall) -> None:
    refuses(
        'INSERT INTO evaluation_envelope (digest, box_id, "group", sealed)'
        " SELECT 'x', id, 'public', 'y' FROM evaluation_ballotbox"
    )


def test_checked_paper_stays(hall: Hall) -> None:
    from tests.ballots.test_counting import keyed

    hall.open()
    hall.close()
    keyed(hall)
    refuses("UPDATE evaluation_papercount SET valid = 1")
