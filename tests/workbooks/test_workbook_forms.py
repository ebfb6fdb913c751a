from io import BytesIO
from typing import Any

import openpyxl
import pytest

from evaluation.workbooks import read_workbook
from evaluation.workbooks.forms import PlainColumn, is_example_row, write_form

COLUMNS = (
    PlainColumn("单位", choices=[f"示范市第{number}局，机关" for number in range(60)], required=True),
    PlainColumn("姓名", kind="name", required=True, length=60, example="张　三"),
    PlainColumn("任现职时间", kind="date", example="2011年6月"),
    PlainColumn("查实日期", kind="day", example="2012-06-25"),
    PlainColumn("起数", kind="integer", example="1"),
    PlainColumn("是否窗口负责人", kind="yes_no", example="否"),
    PlainColumn("扣分条款", kind="choice", choices=("1", "2", "5a")),
    PlainColumn("事实经过", length=2000, example="=1+1"),
)
NOTES = ("填表说明：1.带*的必填；2.不填身份证号。",)


@pytest.fixture(scope="module")
def form() -> bytes:
    return write_form("附件1", COLUMNS, heading="2012年评议对象范围表", notes=NOTES)


def rules_of(data: bytes) -> dict[str, Any]:
    sheet = openpyxl.load_workbook(BytesIO(data)).worksheets[0]
    return {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}


def test_form_looks_like_an_office_own(form: bytes) -> None:
    sheet = openpyxl.load_workbook(BytesIO(form)).worksheets[0]

    assert sheet["A1"].value == "2012年评议对象范围表"
    assert [cell.value for cell in sheet[3]][:3] == ["序号", "单位*", "姓名*"]
    assert sheet.freeze_panes == "A4"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.print_title_rows == "$3:$3"
    assert sheet["A4"].value == "例"
    assert sheet["A4"].font.color.rgb == "FF8C8C8C"


def test_lists_dates_and_numbers_are_checked(form: bytes) -> None:
    rules = rules_of(form)

    assert rules["B4"].formula1 == "'选项'!$A$1:$A$60"
    assert rules["E4"].type == "date"
    assert rules["F4"].type == "whole"
    assert rules["G4"].formula1 == '"是,否"'
    assert rules["H4"].formula1 == '"1,2,5a"'
    assert rules["D4"].prompt.startswith("请填写年月")
    assert all(rule.prompt for rule in rules.values())


def test_long_lists_stand_on_a_hidden_sheet(form: bytes) -> None:
    book = openpyxl.load_workbook(BytesIO(form))
    assert (book["选项"].sheet_state, book["选项"]["A60"].value) == ("hidden", "示范市第59局，机关")
    assert [sheet.title for sheet in read_workbook(form, "x.xlsx").visible()] == ["附件1"]


def test_nothing_in_a_form_is_a_formula(form: bytes) -> None:
    for sheet in openpyxl.load_workbook(BytesIO(form)):
        assert not [cell for row in sheet for cell in row if cell.data_type == "f"]


def test_only_the_example_says_something_below_the_header(form: bytes) -> None:
    rows = [row for row in next(read_workbook(form, "x.xlsx").visible()).rows if row.number > 3]
    assert [is_example_row(row.at(0)) for row in rows] == [True]


@pytest.mark.parametrize("word", ["例", "示例", "（例）", "【示例】", "例1", "示 例", "样例", "例：张三"])
def test_example_rows(word: str) -> None:
    assert is_example_row(word)


@pytest.mark.parametrize("word", ["1", 1, None, "", "例会办公室", "示例镇", "例外", "张例"])
def test_other_rows(word: str | int | None) -> None:
    assert not is_example_row(word)


def test_rows_that_are_known_stand_in_the_form() -> None:
    data = write_form("附件1", COLUMNS[1:3], rows=[["张三", "2011-06"], ["李四", ""]], example=())
    rows = next(read_workbook(data, "x.xlsx").visible()).rows[2:]
    assert [row.cells[:3] for row in rows] == [(1, "张三", "2011-06"), (2, "李四")]
