"""The daily sheet as offices type it: read, previewed, recorded whole, and nothing new the second time."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.daily.imports import DAILY
from evaluation.daily.models import DailyDeduction
from evaluation.daily.reading import rule_code, source_of
from evaluation.daily.services import confirm_deductions
from evaluation.daily.workbook import HEADER, empty_sheet
from evaluation.errors import DomainError
from evaluation.intake.models import ImportJob
from evaluation.intake.services import confirm_import, preview_import
from evaluation.roster.models import Appraisal
from evaluation.units.models import Unit
from evaluation.workbooks import Table, read_workbook, write_csv, write_workbook
from tests.daily.making import recorded_for
from tests.factories import appraisal_of

pytestmark = pytest.mark.django_db
SHORT = ("序号", "姓名", "扣分条款", "查实日期", "来源", "事实经过", "依据", "起数")
GOOD = ["1", "林　敏", "第1项", "2012.6.1", "投诉", "群众往返三次", "核查报告5号", "1起"]


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel("2012-06-15T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def appraisal(cycle: Cycle, unit: Unit) -> Appraisal:
    return appraisal_of(cycle=cycle, unit=unit, name="林敏")


def preview(cycle: Cycle, actor: User, *rows: list[str], header: Any = SHORT) -> ImportJob:
    data = write_csv(list(header), [list(row) for row in rows])
    return preview_import(importer=DAILY, year=cycle.year, data=data, name="考核表.csv", actor=actor)


def test_a_sheet_is_read_previewed_and_recorded(
    cycle: Cycle, appraisal: Appraisal, unit_admin: User, approver: User
) -> None:
    job = preview(cycle, unit_admin, GOOD, ["合计", "", "", "", "", "", "", "1"])
    assert (job.read, job.new, job.rejected) == (1, 1, 0)
    assert not DailyDeduction.objects.exists()

    confirm_import(importer=DAILY, job=job, actor=unit_admin)

    deduction = DailyDeduction.objects.get()
    assert (deduction.cadre, deduction.rule, deduction.source) == (appraisal.cadre, "1", "complaint")
    assert deduction.recorded_by == unit_admin
    with pytest.raises(DomainError) as refusal:
        confirm_deductions(deductions=[deduction], approver=approver)
    assert refusal.value.code == "proof_missing"


def test_importing_twice_changes_nothing(cycle: Cycle, appraisal: Appraisal, unit_admin: User) -> None:
    confirm_import(importer=DAILY, job=preview(cycle, unit_admin, GOOD), actor=unit_admin)

    again = preview(cycle, unit_admin, [*GOOD[:5], " 群众 往返三次", *GOOD[6:]])
    assert (again.new, again.same) == (0, 1)
    confirm_import(importer=DAILY, job=again, actor=unit_admin)

    assert DailyDeduction.objects.count() == 1
    with pytest.raises(DomainError) as refusal:
        confirm_import(importer=DAILY, job=again, actor=unit_admin)
    assert refusal.value.code == "not_previewed"


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        pytest.param({1: "不在册"}, "姓名", id="nobody of that name"),
        pytest.param({1: ""}, "姓名", id="no name"),
        pytest.param({2: "9"}, "扣分条款", id="no such rule"),
        pytest.param({2: "5"}, "扣分条款", id="rule 5 without a or b"),
        pytest.param({3: "六月初"}, "查实日期", id="no date"),
        pytest.param({3: "2012-06"}, "查实日期", id="only a month"),
        pytest.param({3: "2012-06-20"}, "查实日期", id="in the future"),
        pytest.param({4: "听说"}, "来源", id="no source"),
        pytest.param({5: ""}, "事实经过", id="no facts"),
        pytest.param({6: ""}, "依据", id="no basis"),
        pytest.param({7: "两起"}, "起数", id="a number in words"),
        pytest.param({7: "1.5"}, "起数", id="half a case"),
        pytest.param({2: "3"}, "", id="rule 3 without the column of its decision"),
        pytest.param({5: "当事人330102198001011234"}, "事实经过", id="a citizen number"),
        pytest.param({3: "2012-04-10"}, "", id="a frozen month"),
    ],
)
def test_a_row_that_cannot_be_recorded_says_where_and_what_to_do(
    cycle: Cycle, appraisal: Appraisal, unit_admin: User, changed: dict[int, str], column: str
) -> None:
    row = [changed.get(place, text) for place, text in enumerate(GOOD)]

    job = preview(cycle, unit_admin, row)

    [rejected] = job.rows.filter(verdict="rejected")
    assert (rejected.number, rejected.column) == (2, column)
    assert rejected.problem
    assert rejected.advice
    assert (job.new, job.read) == (0, 1)


def test_a_cadre_of_another_unit_is_not_found(cycle: Cycle, other_unit: Unit, unit_admin: User, office: User) -> None:
    appraisal_of(cycle=cycle, unit=other_unit, name="林敏")

    assert preview(cycle, unit_admin, GOOD).rejected == 1
    assert preview(cycle, office, GOOD).new == 1


def test_one_name_twice_is_asked_about(cycle: Cycle, unit: Unit, appraisal: Appraisal, unit_admin: User) -> None:
    second = appraisal_of(cycle=cycle, unit=unit, name="林敏", office="救助科")
    assert preview(cycle, unit_admin, GOOD).rejected == 1

    job = preview(cycle, unit_admin, [*GOOD, "救助科"], header=(*SHORT, "科室"))
    confirm_import(importer=DAILY, job=job, actor=unit_admin)

    assert DailyDeduction.objects.get().appraisal == second


def test_a_case_that_stands_twice_or_may_be_counted_twice(cycle: Cycle, appraisal: Appraisal, unit_admin: User) -> None:
    recorded_for(appraisal, unit_admin, facts="另一件事")
    header = (*SHORT, "重复仍计")

    job = preview(cycle, unit_admin, [*GOOD, "是"], [*GOOD, "是"], header=header)
    assert [row.verdict for row in job.rows.all()] == ["new", "rejected"]
    assert preview(cycle, unit_admin, GOOD).rejected == 1


def test_what_changed_since_the_preview_is_not_imported(cycle: Cycle, appraisal: Appraisal, unit_admin: User) -> None:
    job = preview(cycle, unit_admin, GOOD)
    recorded_for(appraisal, unit_admin, facts="群众往返三次")

    with pytest.raises(DomainError) as refusal:
        confirm_import(importer=DAILY, job=job, actor=unit_admin)

    assert refusal.value.code == "moved"
    assert DailyDeduction.objects.count() == 1


def test_the_whole_form_with_every_rule_is_read(cycle: Cycle, appraisal: Appraisal, unit_admin: User) -> None:
    def line(rule: str, day: str, **more: str) -> list[str]:
        given = {
            "姓名": "林敏", "扣分条款": rule, "查实日期": day, "来源": "检查", "事实经过": f"{rule}的事实",
            "依据": "依据", **more,
        }  # fmt: skip
        return [given.get(label, "") for label in HEADER]

    rows = [
        line("一", "2012年6月1日"),
        line("２", "2012/6/2", 应整改事项="补发", 整改期限="2012-05-31"),
        line("3", "20120603", 决定或判决="问责3号"),
        line("第四项", "2012-6-4", 决定或判决="判决4号", 履职不当认定="程序违法", 损害或影响="损害权益"),
        line("5A", "2012-6-5", 被追责人员="甲", 当时领导责任="分管"),
        line("5b", "2012-6-6", 被追责人员="甲", 当时领导责任="分管"),
        line("6.其它", "2012-6-7", 每起扣分="－2.5分", 酌情理由="影响较小"),
    ]
    table = Table(title="附件3-2", heading="考核表", header=HEADER, rows=rows, notes=["注：如实填写。"])

    job = preview_import(
        importer=DAILY, year=cycle.year, data=write_workbook([table]), name="附件3-2.xlsx", actor=unit_admin
    )
    assert (job.new, job.rejected) == (7, 0), list(job.rows.values_list("problem", flat=True))
    confirm_import(importer=DAILY, job=job, actor=unit_admin)

    rules = list(DailyDeduction.objects.order_by("found_on").values_list("rule", "points"))
    assert rules == [("1", 5), ("2", 5), ("3", 5), ("4", 10), ("5a", 2), ("5b", 10), ("6", 2.5)]


def test_the_empty_form_is_read_back_as_empty(cycle: Cycle, unit_admin: User) -> None:
    job = preview_import(
        importer=DAILY, year=cycle.year, data=empty_sheet(year=2012), name="空表.xlsx", actor=unit_admin
    )

    assert job.read == 0
    assert read_workbook(empty_sheet(year=2012), "空表.xlsx").sheets


def test_a_file_whose_columns_nobody_knows_waits(cycle: Cycle, unit_admin: User) -> None:
    job = preview(cycle, unit_admin, ["甲", "乙"], header=("科目", "金额"))

    assert (job.status, job.read) == ("columns", 0)
    with pytest.raises(DomainError) as refusal:
        confirm_import(importer=DAILY, job=job, actor=unit_admin)
    assert refusal.value.code == "not_previewed"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1", "1"),
        ("第一项", "1"),
        ("第3条", "3"),
        ("５a", "5a"),
        ("5b.", "5b"),
        ("6、其它", "6"),
        ("态度", ""),
        ("7", ""),
    ],
)
def test_rules_as_offices_write_them(text: str, code: str) -> None:
    assert rule_code(text) == code


def test_sources_as_offices_write_them() -> None:
    words = ("信访", "明察暗访", "行政诉讼", "", "道听途说")
    assert [source_of(word) for word in words] == ["complaint", "inspection", "court", "other", None]
