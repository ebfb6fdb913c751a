"""Deductions are published as category and points: nothing of the file leaves the house."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.daily.models import DailyDeduction
from evaluation.daily.services import freeze_months, make_defence
from evaluation.results.models import Publication
from evaluation.results.services import compute_publication
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.daily.making import confirmed_for, picture
from tests.factories import appraisal_of, member
from tests.results.conftest import ENOUGH, count, counted_box, tally

pytestmark = pytest.mark.django_db
SECRETS = {
    "facts": "泄露甲",
    "basis": "泄露乙",
    "supervised_person": "泄露丙",
    "responsibility": "泄露丁",
    "incident_number": "泄露戊",
    "decision": "泄露己",
}


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel("2012-11-20T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def final(cycle: Cycle, unit: Unit, unit_admin: User, approver: User, office: User) -> Appraisal:
    """A final result with a deduction whose every field could leak, and an answer to it."""
    user = member(role=Role.CADRE, unit=unit)
    one, other = appraisal_of(cycle=cycle, unit=unit, user=user, name="林敏"), appraisal_of(cycle=cycle, unit=unit)
    day = timezone.localdate() - timedelta(days=1)
    deduction = confirmed_for(
        one, unit_admin, approver, rule="5a", found_on=day, evidence=None, uploads=[picture("泄露庚.png")], **SECRETS
    )
    assert deduction.evidence is not None
    make_defence(deduction=deduction, text="泄露辛，情况不属实。", actor=user)
    box = counted_box(cycle=cycle, unit=unit, appraisals=[one, other], title="已计票箱")
    for appraisal in (one, other):
        for group, size in ENOUGH.items():
            tally(box, appraisal, group, satisfied=size - 2, ordinary=2)
    count(box)
    publication = compute_publication(cycle=cycle, track="mid_level", organising_unit=unit, actor=office)
    for status in ("feedback", "notice", "final"):
        Publication.objects.filter(pk=publication.pk).update(
            status=status, notice_from=day, notice_until=day + timedelta(days=7)
        )
    freeze_months(today=day + timedelta(days=60))
    return one


DRAWN = ("pdf", "print", "qr", "poster", "photo")


def pages_of(client: Client, start: str, most: int = 8) -> Iterator[str]:
    """Public pages and files that are reached from ``start``; what is drawn is no text to search."""
    waiting, seen = [start], set[str]()
    while waiting and len(seen) < most:
        url = waiting.pop(0)
        is_drawn = any(word in url for word in DRAWN)
        if url in seen or is_drawn or url.startswith(("/accounts", "/work", "/desk", "/static", "/help", "/v/")):
            continue
        seen.add(url)
        response = client.get(url)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        text = body.decode("utf-8", "replace")
        yield text
        found = (part.split('"', 1)[0] for part in text.split('href="')[1:])
        waiting += [link.split("#")[0] for link in found if link.startswith("/") and link not in seen]


def test_nothing_of_the_file_of_a_deduction_is_public(final: Appraisal, unit: Unit) -> None:
    client = Client()
    texts = list(pages_of(client, f"/2012/{unit.code}/"))
    for name in ("results-file", "results-csv", "results-workbook"):
        texts += pages_of(client, reverse(f"portal:{name}", args=[2012]), most=1)
    own = client.get(f"/2012/{unit.code}/{final.public_code}/").content.decode()

    assert "5.00" in own or "2.00" in own
    assert len(texts) > 5
    assert not [text for text in (*texts, own) if "泄露" in text]
    assert DailyDeduction.objects.get().facts == "泄露甲"
