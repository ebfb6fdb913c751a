"""The record on paper."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from evaluation.audit import papers
from evaluation.audit.models import AuditEvent
from evaluation.audit.papers import audit_record_paper
from evaluation.audit.selectors import find_events
from evaluation.audit.services import record, verify_record
from evaluation.units.models import Unit
from tests.printing import bare, missing_in_print, words_of

SignIn = Callable[[User], Client]


@pytest.fixture
def events(auditor: User, unit: Unit) -> list[AuditEvent]:
    changes = {"name": ("旧名", "新名")}
    record(actor=auditor, action="unit-changed", target=unit, changes=changes, why="机构改革", detail={"code": "u9"})
    record(actor="system", action="unit-created", target=unit)
    return list(find_events())


def test_every_word_is_printed_in_both_formats(events: list[AuditEvent], auditor: User) -> None:
    paper = audit_record_paper(
        events, filters={"act": "unit-changed"}, is_more=True, verified=verify_record(actor=auditor)
    )

    assert missing_in_print([paper]) == {"pdf": [], "docx": []}


def test_it_says_who_did_what_from_what_to_what_and_why(events: list[AuditEvent], auditor: User) -> None:
    said = words_of(audit_record_paper(events))

    for expected in (auditor.username, "unit-changed", "旧名→新名", "机构改革", "u9", "查询条件：全部记录", "尚未校验"):
        assert bare(expected) in said


def test_the_state_of_the_chain_stands_below(events: list[AuditEvent], auditor: User) -> None:
    verified = verify_record(actor=auditor)

    assert verified.detail["head"] in words_of(audit_record_paper(events, verified=verified))


def test_a_broken_chain_is_told() -> None:
    event = AuditEvent(at="2012-06-01T08:00:00Z", detail={"broken": 7, "until": 9, "head": "0"})
    event.at = AuditEvent._meta.get_field("at").to_python(event.at)

    assert "自第7条起断开" in words_of(audit_record_paper([], verified=event))


def test_words_are_chinese_whatever_the_page_speaks(events: list[AuditEvent]) -> None:
    with translation.override("en"):
        said = words_of(audit_record_paper(events))

    assert "单位" in said
    assert bare("Unit changed") not in said


def test_the_search_is_printed_and_the_print_is_an_entry(
    events: list[AuditEvent], auditor: User, client_for: SignIn
) -> None:
    answer = client_for(auditor).post(reverse("audit:events-paper", args=["docx"]), {"filters": "act=unit-created"})

    assert answer.content.startswith(b"PK")
    assert AuditEvent.objects.filter(action="record-exported").get().detail == {"form": "docx", "act": "unit-created"}


def test_the_search_as_a_workbook_is_an_entry_too(events: list[AuditEvent], auditor: User, client_for: SignIn) -> None:
    answer = client_for(auditor).post(reverse("audit:events-paper", args=["xlsx"]), {"filters": "act=unit-created"})

    assert answer.content.startswith(b"PK")
    assert AuditEvent.objects.filter(action="record-exported").get().detail == {"form": "xlsx", "act": "unit-created"}


def test_a_long_record_is_cut_and_says_so(events: list[AuditEvent]) -> None:
    said = words_of(audit_record_paper(events[:1], is_more=True))

    assert "为最近的1条" in said
    assert papers.MOST <= 3000
