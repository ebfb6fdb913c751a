"""The record of who did what: its chain, its page, its command."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from evaluation.audit.models import AuditEvent
from evaluation.audit.services import first_broken_link, record
from evaluation.units.models import Unit
from tests.measuring import query_count


@pytest.fixture
def events(office, unit, other_unit):
    made = [record(actor=office, action="unit-created", target=unit, detail={"code": unit.code})]
    made.append(record(actor="system", action="rules-frozen", target=other_unit))
    made.append(record(actor=office, action="unit-changed", target=unit))
    return made


def run(sql):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def without_triggers(sql, request):
    """What somebody does who owns the database itself."""
    from evaluation.audit import sql as audit

    for statement in [*audit.REVERSE[connection.vendor], sql, *audit.FORWARD[connection.vendor]]:
        run(statement)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE evaluation_auditevent SET actor = 'x'",
        "UPDATE evaluation_auditevent SET detail = '{}' WHERE sequence = 1",
        "DELETE FROM evaluation_auditevent WHERE sequence = 2",
    ],
)
def test_the_database_refuses_changes(events, sql):
    with pytest.raises(IntegrityError, match="audit events"):
        run(sql)


def test_an_unbroken_chain(events, capsys):
    assert first_broken_link() is None
    call_command("verify_audit")
    assert capsys.readouterr().out.strip() == "3 events, unbroken."


@pytest.mark.parametrize(
    ("sql", "broken"),
    [
        pytest.param("UPDATE evaluation_auditevent SET actor = 'x' WHERE sequence = 2", 2, id="changed"),
        pytest.param("DELETE FROM evaluation_auditevent WHERE sequence = 2", 2, id="taken out"),
        pytest.param("DELETE FROM evaluation_auditevent WHERE sequence = 3", 3, id="cut off"),
        pytest.param("DELETE FROM evaluation_auditevent", 1, id="emptied"),
    ],
)
def test_the_first_broken_link_is_named(events, request, sql, broken):
    without_triggers(sql, request)

    assert first_broken_link() == broken
    with pytest.raises(CommandError, match=f"event {broken}:"):
        call_command("verify_audit")


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({}, [3, 2, 1]),
        ({"actor": "system"}, [2]),
        ({"action": "unit"}, [3, 1]),
        ({"target": "unit"}, [3, 2, 1]),
        ({"since": "2099-01-01"}, []),
        ({"until": "2000-01-01"}, []),
    ],
)
def test_events_are_found(events, auditor, client_for, query, numbers):
    answer = client_for(auditor).get(reverse("audit:event-list"), query)

    assert [event.sequence for event in answer.context["page_obj"]] == numbers


def test_events_of_one_object(events, auditor, client_for):
    target = f"unit {events[1].target_id}"

    answer = client_for(auditor).get(reverse("audit:event-list"), {"target": target})

    assert [event.sequence for event in answer.context["page_obj"]] == [2]


@pytest.mark.parametrize(
    ("role", "status"), [("office", 200), ("auditor", 200), ("unit_admin", 403), ("scrutineer", 403), ("approver", 403)]
)
def test_who_reads_the_record(request, client_for, role, status):
    user = request.getfixturevalue(role)

    assert client_for(user).get(reverse("audit:event-list")).status_code == status


def test_the_page_asks_as_often_for_three_as_for_one(auditor, unit, client_for):
    client, url = client_for(auditor), reverse("audit:event-list")
    record(actor=auditor, action="unit-changed", target=unit)
    one = query_count(client, url)
    for _time in range(2):
        record(actor=auditor, action="unit-changed", target=unit)

    assert query_count(client, url) == one


def test_details_hold_no_objects(office, unit):
    event = record(actor=office, action="unit-changed", target=unit, detail={"kind": Unit.Kind.TOWN, "day": unit})

    assert AuditEvent.objects.get(pk=event.pk).detail == {"kind": "town", "day": unit.name}
