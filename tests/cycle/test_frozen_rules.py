"""Frozen rules, held by the database itself: raw SQL, as a hand on the console would write it."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from evaluation.cycle.models import Track, TrackRules
from evaluation.cycle.services import freeze_rules, rules_of

TABLES = ["grouprule", "aspectrule", "graderule", "deductionrule", "bonuslevel"]
UPDATE_ROW = "UPDATE evaluation_{table} SET label_zh = 'x' WHERE rules_id = %s"
DELETE_ROW = "DELETE FROM evaluation_{table} WHERE rules_id = %s"
MOVE_ROW = (
    "UPDATE evaluation_{table} SET rules_id = %s, code = 'zz' WHERE id = (SELECT MAX(id) FROM evaluation_{table})"
)
INSERT_ROW = (
    "INSERT INTO evaluation_graderule (rules_id, code, label_zh, label_en, value, {order}) "
    "VALUES (%s, 'n', 'n', '', 1, 9)"
)


def run(sql, *parameters):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.rowcount


@pytest.fixture
def open_rules(cycle):
    return rules_of(cycle, Track.MID_LEVEL)


@pytest.fixture
def frozen(open_rules):
    return freeze_rules(rules=open_rules, at=timezone.now())


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("sql", [UPDATE_ROW, DELETE_ROW])
def test_rows_of_frozen_rules_stay(frozen, table, sql):
    with pytest.raises(IntegrityError, match="frozen"):
        run(sql.format(table=table), frozen.pk)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("sql", [UPDATE_ROW, DELETE_ROW])
def test_rows_of_open_rules_change(open_rules, table, sql):
    assert run(sql.format(table=table), open_rules.pk) > 0


def test_no_row_is_added_to_frozen_rules(frozen):
    sql = INSERT_ROW.format(order=connection.ops.quote_name("order"))

    with pytest.raises(IntegrityError, match="frozen"):
        run(sql, frozen.pk)


def test_no_row_moves_into_frozen_rules(frozen):
    with pytest.raises(IntegrityError, match="frozen"):
        run(MOVE_ROW.format(table="graderule"), frozen.pk)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE evaluation_trackrules SET daily_base = 10 WHERE id = %s",
        "UPDATE evaluation_trackrules SET frozen_at = NULL WHERE id = %s",
        "DELETE FROM evaluation_trackrules WHERE id = %s",
    ],
)
def test_frozen_rules_themselves_stay(frozen, sql):
    with pytest.raises(IntegrityError, match="frozen"):
        run(sql, frozen.pk)


def test_open_rules_change_and_freeze(open_rules):
    assert run("UPDATE evaluation_trackrules SET daily_base = 10 WHERE id = %s", open_rules.pk) == 1
    assert freeze_rules(rules=open_rules, at=timezone.now()).frozen_at


def test_the_second_freeze_changes_nothing(frozen):
    again = freeze_rules(rules=frozen, at=timezone.now())

    assert again.frozen_at == TrackRules.objects.get(pk=frozen.pk).frozen_at == frozen.frozen_at


def test_another_track_stays_open(cycle, frozen):
    village = rules_of(cycle, Track.VILLAGE)

    assert run(UPDATE_ROW.format(table="graderule"), village.pk) == 4
