"""Annex 3-2 and the register as workbooks: what goes out comes back unchanged, and names no complainant."""

import io
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.daily.imports import DAILY
from evaluation.daily.workbook import HEADER, month_workbook, year_sheet_workbook
from evaluation.intake.services import preview_import
from evaluation.roster.models import Appraisal, Cadre
from evaluation.units.models import Unit
from tests.daily.making import confirmed_for, recorded_for
from tests.factories import appraisal_of
from tests.printing import docx_text

pytestmark = pytest.mark.django_db
JUNE = date(2012, 6, 1)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2012-06-15T10:00:00+08:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def recorded(
    clock: time_machine.Traveller, cycle: Cycle, unit: Unit, unit_admin: User, approver: User
) -> list[Appraisal]:
    one, other = (appraisal_of(cycle=cycle, unit=unit, name=name) for name in ("林敏", "陈立新"))
    confirmed_for(one, unit_admin, approver)
    confirmed_for(one, unit_admin, approver, rule="2", to_rectify="窗口排队", rectify_by=date(2012, 5, 30))
    recorded_for(other, unit_admin, facts="@当面拒收，\n群众往返")
    return [one, other]


def sheet_of(data: bytes, title: str = "附件3-2") -> list[dict[str, Any]]:
    rows = list(load_workbook(io.BytesIO(data))[title].iter_rows(min_row=3, values_only=True))
    lines = [dict(zip(map(str, rows[0]), row, strict=True)) for row in rows[1:]]
    return [line for line in lines if isinstance(line["序号"], int)]


def test_a_month_reads_back_and_changes_nothing(
    cycle: Cycle, unit: Unit, unit_admin: User, recorded: list[Appraisal], clock: time_machine.Traveller
) -> None:
    data = month_workbook(cycle, unit, JUNE)

    for moment in ("2012-06-15T11:00:00+08:00", "2012-08-15T11:00:00+08:00"):  # open, then frozen
        clock.move_to(moment)
        job = preview_import(importer=DAILY, year=cycle.year, data=data, name="附件3-2.xlsx", actor=unit_admin)
        assert (job.read, job.new, job.same, job.rejected) == (3, 0, 3, 0)


def test_what_was_changed_in_the_file_is_a_case_of_its_own(
    cycle: Cycle, unit: Unit, unit_admin: User, recorded: list[Appraisal]
) -> None:
    book = load_workbook(io.BytesIO(year_sheet_workbook(cycle, unit)))
    sheet = book["附件3-2"]
    sheet.cell(4, [cell.value for cell in sheet[3]].index("事实经过") + 1, "同一天的另一件事")
    out = io.BytesIO()
    book.save(out)

    job = preview_import(importer=DAILY, year=cycle.year, data=out.getvalue(), name="a.xlsx", actor=unit_admin)
    assert (job.same, job.new + job.rejected) == (2, 1)


def test_points_run_and_only_what_counts_is_taken(cycle: Cycle, unit: Unit, recorded: list[Appraisal]) -> None:
    lines = sheet_of(month_workbook(cycle, unit, JUNE))

    shown = [(line["姓名"], line["扣分"], line["累计扣分"], line["剩余分"], line["状态"]) for line in lines]
    assert shown == [
        ("林敏", 5, 5, 15, "已审核"),
        ("林敏", 5, 10, 10, "已审核"),
        ("陈立新", None, None, None, "待审核，未计分"),
    ]


def test_days_are_days_and_points_numbers(cycle: Cycle, unit: Unit, recorded: list[Appraisal]) -> None:
    line = sheet_of(month_workbook(cycle, unit, JUNE))[1]

    assert line["查实日期"] == datetime(2012, 6, 1)
    assert line["整改期限"] == datetime(2012, 5, 30)
    assert isinstance(line["每起扣分"], int | float)


def test_columns_of_which_nothing_is_said_are_left_out(cycle: Cycle, unit: Unit, recorded: list[Appraisal]) -> None:
    labels = list(sheet_of(month_workbook(cycle, unit, JUNE))[0])

    assert {"应整改事项", "整改期限"} <= set(labels)
    assert not {"事件编号", "决定或判决"} & set(labels)
    assert set(labels) - set(HEADER) == {"扣分", "累计扣分", "剩余分", "申辩及复核", "经办人", "审核人", "状态"}


def test_another_month_has_no_cases_but_the_points_so_far(cycle: Cycle, unit: Unit, recorded: list[Appraisal]) -> None:
    data = month_workbook(cycle, unit, date(2012, 7, 1))

    assert sheet_of(data) == []
    assert [(row["姓名"], row["日常考核得分"]) for row in sheet_of(data, "评议对象得分")] == [
        ("林敏", 10),
        ("陈立新", 20),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_query_count(
    cycle: Cycle, unit: Unit, unit_admin: User, clock: Any, django_assert_max_num_queries: Any, count: int
) -> None:
    for number in range(count):
        recorded_for(appraisal_of(cycle=cycle, unit=unit, name=f"干部{number}"), unit_admin)
    with django_assert_max_num_queries(6):
        month_workbook(cycle, unit, JUNE)


def test_a_unit_takes_its_own_sheet_and_no_other(
    cycle: Cycle, unit: Unit, other_unit: Unit, client_for: Any, unit_admin: User, recorded: list[Appraisal]
) -> None:
    client: Client = client_for(unit_admin)

    mine = client.get(f"/work/{cycle.year}/daily/months/{unit.code}/annex-3-2.xlsx")
    assert mine["Content-Type"].endswith("spreadsheetml.sheet")
    assert client.get(f"/work/{cycle.year}/daily/months/{other_unit.code}/6/annex-3-2.xlsx").status_code == 404


@pytest.mark.parametrize("name", ["month-file", "year-file"])
@pytest.mark.parametrize("form", ["xlsx", "docx"])
def test_whoever_takes_the_sheet_does_not_meet_themselves_in_it(
    recorded: list[Appraisal], unit: Unit, unit_admin: User, client_for: Callable[[User], Client], name: str, form: str
) -> None:
    Cadre.objects.filter(pk=recorded[0].cadre_id).update(user=unit_admin)
    keys = [2012, unit.code, 6, form] if name == "month-file" else [2012, unit.code, form]
    data = client_for(unit_admin).get(reverse(f"daily:{name}", args=keys)).content
    if form == "xlsx":
        said = str([list(sheet.iter_rows(values_only=True)) for sheet in load_workbook(io.BytesIO(data))])
    else:
        said = docx_text(data)
    assert ("林敏" in said, "陈立新" in said) == (False, True)
