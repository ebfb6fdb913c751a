"""What the database refuses of frames and draws, by raw SQL."""

import pytest
from django.db import IntegrityError, connection, transaction

from evaluation.cycle.models import Cycle
from evaluation.recipients.models import Draw
from evaluation.units.models import Unit
from tests.factories import draw_of, frame_of

ENTRY = "evaluation_frameentry"
DRAWN = "evaluation_drawnrecipient"
FIRST = "id = (SELECT min(id) FROM evaluation_drawnrecipient WHERE state = '{}')"


@pytest.fixture
def drawn(cycle: Cycle, unit: Unit) -> Draw:
    return draw_of(frame=frame_of(cycle=cycle, unit=unit, sections={"优抚科": 26}))


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def in_state(state: str) -> str:
    return FIRST.format(state)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evaluation_frame SET digest = 'x'",
        "UPDATE evaluation_frame SET size = 1",
        "DELETE FROM evaluation_frame",
        f"UPDATE {ENTRY} SET name = 'x'",
        f"UPDATE {ENTRY} SET mark = ''",
        f"UPDATE {ENTRY} SET telephone = '1'",
        f"UPDATE {ENTRY} SET address = 'x', telephone = ''",
        f"DELETE FROM {ENTRY}",
        f"INSERT INTO {ENTRY} (frame_id, section, name, telephone, address, mark)"
        " SELECT id, '优抚科', '新人', '', '', '' FROM evaluation_frame",
        "UPDATE evaluation_draw SET seed = 'x'",
        "UPDATE evaluation_draw SET least = 1, set_aside_at = drawn_at, set_aside_reason = 'x'",
        "UPDATE evaluation_draw SET set_aside_at = drawn_at",
        "DELETE FROM evaluation_draw",
        "UPDATE evaluation_drawstratum SET size = 1",
        "UPDATE evaluation_drawstratum SET main = 1",
        "DELETE FROM evaluation_drawstratum",
        "INSERT INTO evaluation_drawstratum (draw_id, section, size, main, reserve, is_whole)"
        " SELECT id, 'x', 1, 1, 0, TRUE FROM evaluation_draw",
        f"UPDATE {DRAWN} SET place = place + 100",
        f"UPDATE {DRAWN} SET state = 'reserve' WHERE {in_state('drawn')}",
        f"UPDATE {DRAWN} SET state = 'drawn' WHERE {in_state('reserve')}",
        f"UPDATE {DRAWN} SET entry_id = (SELECT max(id) FROM {ENTRY}) WHERE {in_state('drawn')}",
        f"DELETE FROM {DRAWN}",
        f"INSERT INTO {DRAWN} (stratum_id, entry_id, place, state, way)"
        f" SELECT stratum_id, entry_id, 99, 'drawn', 'meeting' FROM {DRAWN} WHERE {in_state('drawn')}",
    ],
)
def test_refused(drawn: Draw, statement: str) -> None:
    with pytest.raises(IntegrityError):
        run(statement)


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {ENTRY} SET telephone = '', address = ''",
        f"UPDATE {ENTRY} SET telephone = ''",
        "UPDATE evaluation_draw SET set_aside_at = drawn_at, set_aside_reason = 'x'",
        "UPDATE evaluation_drawstratum SET letters_made_at = '2012-01-01 00:00:00'",
        f"UPDATE {DRAWN} SET way = 'letter'",
        f"UPDATE {DRAWN} SET state = 'unavailable' WHERE {in_state('drawn')}",
        f"UPDATE {DRAWN} SET state = 'called_up' WHERE {in_state('reserve')}",
    ],
)
def test_allowed(drawn: Draw, statement: str) -> None:
    run(statement)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (
            "UPDATE evaluation_draw SET set_aside_at = drawn_at, set_aside_reason = 'x'",
            "UPDATE evaluation_draw SET set_aside_at = NULL, set_aside_reason = ''",
        ),
        (
            "UPDATE evaluation_drawstratum SET letters_made_at = '2012-01-01 00:00:00'",
            "UPDATE evaluation_drawstratum SET letters_made_at = NULL",
        ),
        (
            f"UPDATE {DRAWN} SET state = 'unavailable' WHERE {in_state('drawn')}",
            f"UPDATE {DRAWN} SET state = 'drawn' WHERE state = 'unavailable'",
        ),
        (f"UPDATE {ENTRY} SET telephone = ''", f"UPDATE {ENTRY} SET telephone = '1'"),
    ],
)
def test_nothing_goes_back(drawn: Draw, first: str, then: str) -> None:
    run(first)
    with pytest.raises(IntegrityError):
        run(then)
