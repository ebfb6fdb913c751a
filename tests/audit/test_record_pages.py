"""The pages of the record: searched, one entry, verified, exported."""

import csv
import io
import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.audit.services import record
from evaluation.units.models import Unit
from tests.measuring import query_count

ClientFor = Callable[[User], Client]
LIST = "audit:event-list"


def streamed(answer: object) -> str:
    return b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("role", "status"), [("office", 200), ("auditor", 200), ("unit_admin", 403), ("scrutineer", 403), ("approver", 403)]
)
def test_who_reads_the_record(request: pytest.FixtureRequest, client_for: ClientFor, role: str, status: int) -> None:
    user = request.getfixturevalue(role)

    assert client_for(user).get(reverse(LIST)).status_code == status


@pytest.mark.parametrize(
    "query", ["?since=1&before=x", "?after=99999999999999999999", "?act=no-such&number=%00", "?until=9999-12-31"]
)
def test_forged_questions_break_nothing(client_for: ClientFor, auditor: User, unit: Unit, query: str) -> None:
    record(actor=auditor, action="unit-changed", target=unit)
    assert client_for(auditor).get(reverse(LIST) + query).status_code == 200


@pytest.mark.parametrize("url", [LIST, "audit:event-detail"])
def test_the_page_asks_as_often_for_three_as_for_one(
    auditor: User, unit: Unit, client_for: ClientFor, url: str
) -> None:
    client, address = client_for(auditor), reverse(url, args=[1] if url != LIST else [])
    record(actor=auditor, action="unit-changed", target=unit, changes={"kind": ("town", "village")}, why="改革")
    one = query_count(client, address)
    for _time in range(2):
        record(actor=auditor, action="unit-changed", target=unit, changes={"kind": ("town", "village")}, why="改革")

    assert query_count(client, address) == one


def test_an_entry_says_from_what_to_what_why_and_links_its_object(
    client_for: ClientFor, auditor: User, unit: Unit
) -> None:
    record(actor=auditor, action="unit-changed", target=unit, changes={"name": ("旧名", unit.name)}, why="<b>改革</b>")

    page = client_for(auditor).get(reverse("audit:event-detail", args=[1])).content.decode()

    assert "旧名" in page
    assert "&lt;b&gt;改革&lt;/b&gt;" in page
    assert reverse("units:unit-detail", args=[unit.pk]) in page
    assert f"kind=unit&amp;number={unit.pk}" in page


def test_a_verification_by_hand_is_kept_on_the_page(client_for: ClientFor, auditor: User, unit: Unit) -> None:
    record(actor=auditor, action="unit-changed", target=unit)
    client = client_for(auditor)

    page = client.post(reverse("audit:record-verify"), follow=True)

    assert page.context["verified"].detail["broken"] is None
    assert auditor.username in page.content.decode()


def test_an_export_to_a_spreadsheet_is_harmless_and_an_event_itself(
    client_for: ClientFor, auditor: User, unit: Unit
) -> None:
    record(actor="=cmd|' /C calc'!A0", action="unit-changed", target=unit, why="=1+1")
    record(actor="shell", action="unit-created", target=unit)

    answer = client_for(auditor).post(reverse("audit:events-csv"), {"filters": "act=unit-changed&why=1"})
    text = streamed(answer)

    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert text.startswith("\ufeff")
    assert len(rows) == 2
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    event = AuditEvent.objects.get(action="record-exported")
    assert event.detail == {"form": "csv", "act": "unit-changed", "why": True}


def test_an_export_for_recomputing_holds_everything(client_for: ClientFor, auditor: User, unit: Unit) -> None:
    record(actor=auditor, action="unit-changed", target=unit)

    lines = streamed(client_for(auditor).post(reverse("audit:events-lines"))).splitlines()

    head, *entries = [json.loads(line) for line in lines]
    assert [entry["sequence"] for entry in entries] == [1, 2]
    assert entries[-1]["hash"] == head["hash"] == AuditEvent.objects.get(sequence=2).hash
