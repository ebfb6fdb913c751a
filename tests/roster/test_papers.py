"""Annex 1 on paper, and its further columns in and out."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.cycle.models import Cycle, Track
from evaluation.intake.services import confirm_import, preview_import
from evaluation.roster.imports import ROSTER
from evaluation.roster.models import Appraisal, ScopeList
from evaluation.roster.papers import scope_list_paper, scope_list_papers
from evaluation.roster.services import file_scope_list
from evaluation.units.models import Unit
from evaluation.workbooks import write_csv
from tests.factories import appraisal_of, unit_of
from tests.printing import grids_of, missing_in_print, words_of

SignIn = Callable[[User], Client]
LONG = "承担行政审批制度改革、政务服务标准化和基层便民服务网络建设等综合协调工作的内设机构"


@pytest.fixture
def person(cycle: Cycle, unit: Unit) -> Appraisal:
    return appraisal_of(
        cycle=cycle, unit=unit, name="王堃", office="社会救助科", nature="审批", post="救助岗", position="科长",
        appointed="2009-06", leader="李珺", telephone="13812345678", ledger_source="行政审批系统", approver="赵镕",
        exempt=True, exempt_reason="借调在外", is_window_head=False,
    )  # fmt: skip


@pytest.fixture
def town(db: None) -> Unit:
    return unit_of("东溪镇", Unit.Kind.TOWN)


def test_every_word_of_annex_1_is_printed_in_both_formats(cycle: Cycle, person: Appraisal, town: Unit) -> None:
    village = unit_of("柳岸村", Unit.Kind.VILLAGE, parent=town)
    appraisal_of(cycle=cycle, unit=village, organising_unit=town, track=Track.VILLAGE, name="卢根土", post="村书记")
    appraisal_of(cycle=cycle, unit=town, name="祝昉", office=LONG)

    assert missing_in_print(scope_list_papers(cycle, [person.organising_unit, town])) == {"pdf": [], "docx": []}


def test_annex_1_has_every_field_and_no_telephone(cycle: Cycle, unit: Unit, person: Appraisal) -> None:
    said = words_of(scope_list_paper(cycle, unit))

    for expected in (
        "市级机关部门", "社会救助科", "审批", "救助岗，科长", "王堃", "2009年6月", "李珺", "行政审批系统", "中层干部",
        "借调在外", "赵镕", "免评1人",
    ):  # fmt: skip
        assert expected in said
    assert person.telephone not in said


def test_a_filed_list_says_when(cycle: Cycle, unit: Unit, person: Appraisal, office: User) -> None:
    before = words_of(scope_list_paper(cycle, unit))
    file_scope_list(cycle=cycle, unit=unit, actor=office)

    assert "尚未备案" in before
    assert "备案。" in words_of(scope_list_paper(cycle, unit))
    assert "尚未备案" not in words_of(scope_list_paper(cycle, unit))
    ScopeList.objects.update(status=ScopeList.Status.RETURNED)
    for paper in (scope_list_paper(cycle, unit), *scope_list_papers(cycle, [unit])):
        assert "尚未备案" in words_of(paper)


def test_those_exempt_are_counted(cycle: Cycle, unit: Unit, person: Appraisal) -> None:
    appraisal_of(cycle=cycle, unit=unit)

    assert "合计2人：" in words_of(scope_list_paper(cycle, unit))
    assert "其中免评1人。" in words_of(scope_list_paper(cycle, unit))


def test_villages_stand_in_a_table_of_their_own(cycle: Cycle, town: Unit) -> None:
    village = unit_of("柳岸村", Unit.Kind.VILLAGE, parent=town)
    appraisal_of(cycle=cycle, unit=village, organising_unit=town, track=Track.VILLAGE, name="卢根土")

    [table] = grids_of(scope_list_paper(cycle, town))

    assert table.caption == "村（社区）干部"
    assert table.rows[0][1:4] == ["东溪镇", "柳岸村", "卢根土"]


def test_an_empty_list_is_a_form_to_be_filled_in(cycle: Cycle, unit: Unit) -> None:
    assert "合计0人" in words_of(scope_list_paper(cycle, unit))


def test_all_lists_take_as_many_queries_as_one(
    cycle: Cycle, unit: Unit, other_unit: Unit, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for one in (unit, other_unit, unit):
        appraisal_of(cycle=cycle, unit=one)

    with django_assert_num_queries(2):
        scope_list_papers(cycle, [unit, other_unit])


def test_the_list_is_offered_and_all_lists_are_taken_on_record(
    cycle: Cycle, unit: Unit, person: Appraisal, office: User, client_for: SignIn
) -> None:
    client = client_for(office)
    page = client.get(reverse("roster:scope-list", args=[2012])).content.decode()
    urls = [
        reverse("roster:annex-file", args=[2012, unit.code, "docx"]),
        reverse("roster:annex-list-file", args=[2012, "docx"]),
    ]

    answers = [client.get(url) for url in urls]

    assert all(url in page for url in urls)
    assert [answer.content[:2] for answer in answers] == [b"PK", b"PK"]
    assert AuditEvent.objects.get(action="papers-downloaded").detail == {
        "kind": "scope-list",
        "number": 1,
        "form": "docx",
    }


def test_a_unit_does_not_take_the_list_of_another(
    cycle: Cycle, other_unit: Unit, unit_admin: User, client_for: SignIn
) -> None:
    url = reverse("roster:annex-file", args=[2012, other_unit.code, "pdf"])

    assert client_for(unit_admin).get(url).status_code == 404


@pytest.mark.parametrize(
    ("words", "track"),
    [
        ("科（局）级干部", "bureau_leader"),
        ("科局级领导", "bureau_leader"),
        ("中层干部", "mid_level"),
        ("", "mid_level"),
    ],
)
def test_the_class_of_a_row_tells_leading_cadres(
    cycle: Cycle, unit: Unit, office: User, words: str, track: str
) -> None:
    header = ["单位", "姓名", "职务", "评议类别", "办件台账来源", "审批人"]
    data = write_csv(header, [[unit.name, "程建民", "副局长", words, "行政审批系统", "赵镕"]])

    job = preview_import(importer=ROSTER, year=2012, data=data, name="名册.csv", actor=office)
    confirm_import(importer=ROSTER, job=job, actor=office)

    made = Appraisal.objects.get()
    assert (made.track, made.ledger_source, made.approver) == (track, "行政审批系统", "赵镕")
