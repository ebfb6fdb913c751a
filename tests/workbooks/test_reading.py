from datetime import date, datetime
from io import BytesIO

import pytest
from openpyxl import Workbook as NewWorkbook

from evaluation.workbooks import Row, find_header, read_workbook

WANTED = {
    "name": ["姓名", "名字"],
    "unit": ["单位", "工作单位", "所在单位"],
    "post": ["岗位名称", "岗位", "岗位及职务"],
    "position": ["职务"],
    "telephone": ["联系电话"],
}


def saved(book: NewWorkbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def office_file() -> NewWorkbook:
    book = NewWorkbook()
    sheet = book.active
    sheet.append(["对象范围表"])
    sheet.append([None])
    sheet.append(["工作单位", "姓　名", "岗位及职务", None, "联系\n电话（必填）"])
    sheet.append([None, None, "岗位名称", "职务"])
    sheet.append(["市民政局", "张　三", "社会救助科", "科长", 13627904820])
    sheet.append([None, "李四", "=1+1", "科长", datetime(2009, 6, 25)])
    for area in ("A1:E1", "A3:A4", "B3:B4", "C3:D3", "E3:E4", "A5:A6"):
        sheet.merge_cells(area)
    book.create_sheet("字典").sheet_state = "hidden"
    return book


def test_merged_cells_are_filled_and_say_so() -> None:
    row = read_workbook(saved(office_file()), "a.xlsx").sheets[0].rows[-1]

    assert row.number == 6
    assert row.at(0) == "市民政局"
    assert row.filled == {0}


def test_dates_and_numbers_come_as_such() -> None:
    rows = read_workbook(saved(office_file()), "a.xlsx").sheets[0].rows
    assert (rows[-2].at(4), rows[-1].at(4)) == (13627904820, date(2009, 6, 25))


def test_formulas_are_marked() -> None:
    book = office_file()
    book.active["D6"] = "=A1"
    row = read_workbook(saved(book), "a.xlsx").sheets[0].rows[-1]
    assert row.formulas <= {2, 3}


def test_hidden_sheets_are_told() -> None:
    book = read_workbook(saved(office_file()), "a.xlsx")
    assert [sheet.hidden for sheet in book.sheets] == [False, True]
    assert [sheet.title for sheet in book.visible()] == ["Sheet"]


def test_xlsx_called_xls_is_read() -> None:
    assert read_workbook(saved(office_file()), "名单.xls").sheets[0].rows


def test_header_of_two_rows_under_a_title() -> None:
    sheet = read_workbook(saved(office_file()), "a.xlsx").sheets[0]

    header = find_header(sheet, WANTED, required=["name"])

    assert header is not None
    assert (header.first, header.last) == (3, 4)
    assert header.columns == {"unit": 0, "name": 1, "post": 2, "position": 3, "telephone": 4}
    assert [row.number for row in header.rows_below(sheet)] == [5, 6]


def test_no_header_without_what_is_required() -> None:
    sheet = read_workbook("单位,联系电话\n市民政局,1".encode(), "a.csv").sheets[0]
    assert find_header(sheet, WANTED, required=["name"]) is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("sign", [",", "\t", ";"])
def test_csv_in_every_encoding_and_separator(encoding: str, sign: str) -> None:
    text = f"单位{sign}姓名\r\n市民政局{sign}张㛃\r\n\r\n市司法局{sign}李喆\r\n"

    rows = read_workbook(text.encode(encoding), "a.csv").sheets[0].rows

    assert rows == (
        Row(1, ("单位", "姓名")),
        Row(2, ("市民政局", "张㛃")),
        Row(4, ("市司法局", "李喆")),
    )
