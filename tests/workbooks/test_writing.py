from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from evaluation.workbooks import Table, read_workbook, write_csv, write_workbook
from evaluation.workbooks.writing import put

RISKY = ["=1+1", "+86", "-3", "@SUM(A1)", '=HYPERLINK("http://x")']


def test_no_cell_is_a_formula() -> None:
    written = load_workbook(BytesIO(write_workbook([Table("名单", ["=姓名"], [[text] for text in RISKY])]))).active

    assert [cell.data_type for row in written.iter_rows() for cell in row] == ["s"] * 6
    assert [cell.quotePrefix for cell in written["A"]] == [True] * 6


def test_what_is_written_is_read_again() -> None:
    rows = [("张三", 3, 1.5, Decimal("2.50")), ("\x00李四", None, True, "a\nb")]
    back = read_workbook(write_workbook([Table("名/单", ["a", "b", "c", "d"], rows, heading="标题")]), "a.xlsx")
    assert [row.cells for row in back.sheets[0].rows][2:] == [("张三", 3, 1.5, 2.5), ("李四", None, "是", "a\nb")]


def test_long_numbers_are_text() -> None:
    back = read_workbook(write_workbook([Table("x", ["电话"], [[13627904820]])]), "a.xlsx")
    assert back.sheets[0].rows[1].cells == ("13627904820",)


def test_sheets_of_one_name_are_told_apart() -> None:
    back = read_workbook(write_workbook([Table("名单", ["a"]), Table("名单", ["a"])]), "a.xlsx")
    assert [sheet.title for sheet in back.sheets] == ["名单", "名单2"]


def test_marks_colour_the_cell_and_say_why() -> None:
    written = load_workbook(BytesIO(write_workbook([Table("x", ["a"], [["y"]], marks={(0, 0): "为什么"})]))).active
    assert written["A2"].comment.text == "为什么"


@pytest.mark.parametrize("text", RISKY)
def test_csv_guards_and_reads_back(text: str) -> None:
    data = write_csv(["姓名"], [[text]])

    assert data.startswith(b"\xef\xbb\xbf")
    assert f"'{text}".replace('"', '""').encode() in data
    assert read_workbook(data, "a.csv").sheets[0].rows[1].cells == (text,)


@pytest.mark.parametrize("text", RISKY)
def test_a_cell_of_a_form_is_no_formula(text: str) -> None:
    cell = put(Workbook().active, 1, 1, text)
    assert (cell.data_type, cell.quotePrefix, cell.value) == ("s", True, text)
