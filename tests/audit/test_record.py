"""The record of who did what: its chain, who breaks it, and what its entries say."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.audit import services
from evaluation.audit.exporting import json_lines
from evaluation.audit.models import AuditEvent
from evaluation.audit.places import PLACES
from evaluation.audit.reading import changes_of, model_of, rest_of, why_of
from evaluation.audit.selectors import exported_rows, find_events, last_verification, page_of
from evaluation.audit.services import event_hash, first_broken_link, record, verify_record
from evaluation.units.models import Unit

SCRIPT = Path(settings.BASE_DIR) / "scripts" / "check_audit_export.py"


@pytest.fixture
def events(office: User, unit: Unit, other_unit: Unit) -> list[AuditEvent]:
    made = [record(actor=office, action="unit-created", target=unit, detail={"code": unit.code})]
    made.append(record(actor="system", action="rules-frozen", target=other_unit))
    made.append(record(actor=office, action="unit-changed", target=unit))
    return made


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def without_triggers(*statements: str) -> None:
    """What somebody does who owns the database itself."""
    from evaluation.audit import sql as audit

    for statement in [*audit.REVERSE[connection.vendor], *statements, *audit.FORWARD[connection.vendor]]:
        run(statement)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE evaluation_auditevent SET actor = 'x'",
        "UPDATE evaluation_auditevent SET detail = '{}' WHERE sequence = 1",
        "DELETE FROM evaluation_auditevent WHERE sequence = 2",
    ],
)
def test_the_database_refuses_changes(events: list[AuditEvent], sql: str) -> None:
    with pytest.raises(IntegrityError, match="audit events"):
        run(sql)


def test_an_unbroken_chain(events: list[AuditEvent], capsys: pytest.CaptureFixture[str]) -> None:
    assert first_broken_link() is None
    call_command("verify_audit")
    assert capsys.readouterr().out.strip() == f"3 events, unbroken. Last hash: {events[-1].hash}"


@pytest.mark.django_db
def test_an_empty_record_is_unbroken() -> None:
    assert first_broken_link() is None


FORGED = (
    "INSERT INTO evaluation_auditevent"
    " (sequence, at, actor, action, target_kind, target_id, detail, previous_hash, hash)"
    " SELECT {to}, at, actor, action, target_kind, target_id, detail, hash, 'f' || substr(hash, 2)"
    " FROM evaluation_auditevent WHERE sequence = {of}"
)


@pytest.mark.parametrize(
    ("statements", "broken"),
    [
        pytest.param(["UPDATE evaluation_auditevent SET actor = 'x' WHERE sequence = 2"], 2, id="changed"),
        pytest.param(["UPDATE evaluation_auditevent SET action = 'x' WHERE sequence = 3"], 3, id="the last changed"),
        pytest.param(["DELETE FROM evaluation_auditevent WHERE sequence = 2"], 2, id="taken out"),
        pytest.param(["DELETE FROM evaluation_auditevent WHERE sequence = 1"], 1, id="the first taken out"),
        pytest.param(["DELETE FROM evaluation_auditevent WHERE sequence = 3"], 3, id="the tail cut off"),
        pytest.param(["DELETE FROM evaluation_auditevent"], 1, id="emptied"),
        pytest.param([FORGED.format(to=4, of=3)], 4, id="put in at the end"),
        pytest.param(
            ["UPDATE evaluation_auditevent SET sequence = 4 WHERE sequence = 3", FORGED.format(to=3, of=2)], 3,
            id="put in between",
        ),
        pytest.param([f"UPDATE evaluation_audithead SET hash = '{'a' * 64}'"], 4, id="head's hash changed"),
        pytest.param(["UPDATE evaluation_audithead SET sequence = 2"], 4, id="head moved back"),
        pytest.param(["UPDATE evaluation_audithead SET sequence = 9"], 4, id="head moved on"),
        pytest.param(["DELETE FROM evaluation_audithead"], 4, id="head taken away"),
    ],
)  # fmt: skip
def test_the_first_broken_link_is_named(events: list[AuditEvent], statements: list[str], broken: int) -> None:
    without_triggers(*statements)

    assert first_broken_link() == broken
    with pytest.raises(CommandError, match=f"event {broken}:"):
        call_command("verify_audit")


def rehashed(row: AuditEvent) -> str:
    """The statement of a forger who knows how an entry is hashed."""
    return (
        f"UPDATE evaluation_auditevent SET sequence = {row.sequence}, actor = '{row.actor}', hash = '{event_hash(row)}'"
        f" WHERE id = {row.pk}"
    )


def test_an_entry_that_was_changed_and_hashed_anew_breaks_the_link_to_the_next(events: list[AuditEvent]) -> None:
    second = events[1]
    second.actor = "user:9:somebody"
    without_triggers(rehashed(second))

    assert first_broken_link() == 3


def test_a_number_that_is_missing_is_found_though_every_hash_fits(events: list[AuditEvent]) -> None:
    last = events[2]
    last.sequence = 4
    without_triggers(rehashed(last), f"UPDATE evaluation_audithead SET sequence = 4, hash = '{event_hash(last)}'")

    assert first_broken_link() == 3


def test_a_chain_hashed_anew_is_found_by_the_hash_that_was_noted(events: list[AuditEvent]) -> None:
    """Whoever owns the database can forge a whole chain, but not the hash that stands on paper."""
    noted = events[-1].hash
    rows, previous = list(AuditEvent.objects.order_by("sequence")), "0" * 64
    rows[1].actor = "user:9:somebody"
    for row in rows:
        row.previous_hash, row.hash = previous, ""
        row.hash = previous = event_hash(row)
    forged = [
        f"UPDATE evaluation_auditevent SET actor = '{row.actor}', previous_hash = '{row.previous_hash}',"
        f" hash = '{row.hash}' WHERE sequence = {row.sequence}"
        for row in rows
    ]
    without_triggers(*forged, f"UPDATE evaluation_audithead SET hash = '{previous}'")

    assert first_broken_link() is None
    with pytest.raises(CommandError, match="No event has this hash"):
        call_command("verify_audit", since=noted)


def test_since_reads_only_what_follows(events: list[AuditEvent]) -> None:
    without_triggers("UPDATE evaluation_auditevent SET actor = 'x' WHERE sequence = 1")

    assert (first_broken_link(), first_broken_link(since=events[1].hash)) == (1, None)


def test_what_is_appended_while_it_is_verified_is_no_break(
    events: list[AuditEvent], monkeypatch: pytest.MonkeyPatch, office: User, unit: Unit
) -> None:
    hash_of, appended = services._hash_of, []

    def meanwhile(body: list[Any]) -> str:
        if not appended:
            appended.append(1)
            record(actor=office, action="unit-changed", target=unit)
        return hash_of(body)

    monkeypatch.setattr(services, "_hash_of", meanwhile)
    assert first_broken_link() is None


def test_the_outcome_of_a_verification_is_kept(events: list[AuditEvent], auditor: User) -> None:
    verify_record(actor=auditor)
    without_triggers("UPDATE evaluation_auditevent SET actor = 'x' WHERE sequence = 2")
    verify_record(actor=auditor)

    outcomes = AuditEvent.objects.filter(action="record-verified").order_by("sequence")
    assert [(row.detail["until"], row.detail["broken"]) for row in outcomes] == [(3, None), (4, 2)]
    assert last_verification() == outcomes.last()


def test_details_hold_no_objects(office: User, unit: Unit) -> None:
    event = record(actor=office, action="unit-changed", target=unit, detail={"kind": Unit.Kind.TOWN, "day": unit})

    assert AuditEvent.objects.get(pk=event.pk).detail == {"kind": "town", "day": unit.name}


# In words


def test_from_what_to_what_is_told_in_the_words_of_the_object(office: User, unit: Unit) -> None:
    event = record(
        actor=office,
        action="unit-changed",
        target=unit,
        changes={"kind": ("department", "town"), "staff_count": (None, 12), "unheard_of": (True, ["a", "b"])},
        why="机构改革",
        detail={"code": "x"},
    )

    assert [(one.before, one.after) for one in changes_of(event)][1:] == [("—", "12"), (_("yes"), "a, b")]
    assert (changes_of(event)[0].after, why_of(event)) == (str(Unit.Kind.TOWN.label), "机构改革")
    assert [one.value for one in rest_of(event)] == ["x"]


@pytest.mark.parametrize("kind", sorted(PLACES))
def test_places_name_pages_and_paths_that_are_there(kind: str) -> None:
    name, paths = PLACES[kind]
    model = model_of(kind)
    if model is not None:
        str(model._default_manager.values(*paths.values()).query)
    samples = {key: "mid_level" if key == "track" else 1 for key in paths}
    assert reverse(name, kwargs=samples)


# Finding


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({}, [3, 2, 1]),
        ({"actor": "system"}, [2]),
        ({"act": "unit-changed"}, [3]),
        ({"action": "unit"}, [3, 1]),
        ({"kind": "unit"}, [3, 2, 1]),
        ({"kind": "cycle"}, []),
        ({"why": "没有"}, []),
    ],
)
def test_events_are_found(events: list[AuditEvent], query: dict[str, Any], numbers: list[int]) -> None:
    assert [event.sequence for event in find_events(**query)] == numbers


def test_events_of_one_object_and_by_words_of_the_reason(events: list[AuditEvent], unit: Unit) -> None:
    record(actor="shell", action="unit-changed", target=unit, why="按机构改革方案更名")

    assert [row.sequence for row in find_events(kind="unit", number=str(unit.pk))] == [4, 3, 1]
    assert [row.sequence for row in find_events(why="机构改革")] == [4]


def test_pages_go_by_number(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaluation.audit.selectors.PAGE", 2)
    for _time in range(5):
        record(actor="shell", action="unit-changed", target=unit)
    newest = page_of(find_events())
    middle = page_of(find_events(), before=newest.older)
    oldest = page_of(find_events(), before=middle.older)
    back = page_of(find_events(), after=oldest.newer)

    told = [[event.sequence for event in page.events] for page in (newest, middle, oldest, back)]
    assert told == [[5, 4], [3, 2], [1], [3, 2]]
    assert (newest.newer, oldest.older, newest.count) == (None, None, 5)


# Outside


def lines_of(numbers: list[int] | None = None) -> list[str]:
    events = find_events() if numbers is None else AuditEvent.objects.filter(sequence__in=numbers)
    return list(json_lines(exported_rows(events, until=10**9), filters={}))


def check(lines: list[str], tmp_path: Path, *options: str) -> tuple[int, str]:
    file = tmp_path / "export.jsonl"
    file.write_text("".join(lines), encoding="utf-8")
    told = subprocess.run([sys.executable, "-S", "-I", SCRIPT, file, *options], capture_output=True, text=True)
    return told.returncode, told.stdout.strip()


def test_an_export_is_recomputed_with_a_bare_python(events: list[AuditEvent], tmp_path: Path) -> None:
    assert check(lines_of(), tmp_path, "--whole", "--head", events[1].hash) == (0, "3 entries, unbroken.")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param(
            lambda lines: [*lines[:2], lines[2].replace("system", "nobody"), lines[3]],
            "entry 2: it is not",
            id="changed",
        ),
        pytest.param(lambda lines: [*lines[:2], lines[3]], "entry 2: it is missing", id="taken out"),
        pytest.param(lambda lines: lines[:3], "entry 3: the end", id="cut off"),
        pytest.param(lambda lines: [*lines, lines[3]], "entry 4: it is missing", id="twice"),
    ],
)  # fmt: skip
def test_a_changed_export_is_found_out(
    events: list[AuditEvent], tmp_path: Path, change: Callable[[list[str]], list[str]], told: str
) -> None:
    status, said = check(change(lines_of()), tmp_path, "--whole")

    assert (status, told in said) == (1, True), said


def test_an_export_of_some_has_gaps_and_is_unbroken(events: list[AuditEvent], tmp_path: Path) -> None:
    assert check(lines_of([1, 3]), tmp_path) == (0, "2 entries, unbroken; 1 gaps, as it was filtered.")


def test_the_hash_is_what_the_document_says(events: list[AuditEvent]) -> None:
    values = json.loads(lines_of()[1])
    names = ("sequence", "at", "actor", "action", "target_kind", "target_id", "detail", "previous_hash")
    text = json.dumps([values[name] for name in names], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == events[0].hash
