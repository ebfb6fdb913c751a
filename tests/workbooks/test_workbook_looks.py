"""Workbooks as offices open and print them: in LibreOffice, and in what the file says of itself."""

import io
import re
import time
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from pypdf import PdfReader

from evaluation.workbooks import Formula, Table, Written, parse_day, read_workbook, write_workbook

RISKY = ("=1+1", "+86 10", "-3", "@SUM(A1)", '=HYPERLINK("http://x")', "=cmd|' /C calc'!A0")
WIDE = Table(
    title="附件",
    heading="示范市2012年度公述民评得分汇总表",
    lead="单位：市民政局",
    measure="单位：分",
    over=[("", 2), ("民主评议", 2), ("", 2)],
    header=["序号", "姓名", "服务对象", "公众", "日期", "合计"],
    rows=[
        [number, name, Decimal("34.10"), 9, date(2012, 6, 25), Formula(f"C{number + 4}+D{number + 4}", Decimal("43.1"))]
        for number, name in enumerate([*RISKY, *(f"干部{n}" for n in range(60))], start=1)
    ],
    notes=["注：本表一式两份。"],
    signed="制表人：　　　审核人：",
    kept=2,
)
UPRIGHT = Table(title="竖表", header=["一", "二"], rows=[["甲", datetime(2012, 6, 25, 9, 5)]], portrait=True)


@pytest.fixture(scope="module")
def data() -> bytes:
    return write_workbook([WIDE, UPRIGHT])


@pytest.fixture(scope="module")
def printed(data: bytes, libreoffice: Callable[..., Mapping[str, bytes]]) -> PdfReader:
    return PdfReader(io.BytesIO(libreoffice({"a.xlsx": data}, to="pdf")["a.xlsx"]))


@pytest.fixture(scope="module")
def sheet(data: bytes) -> Worksheet:
    found = load_workbook(io.BytesIO(data))["附件"]
    assert isinstance(found, Worksheet)
    return found


def sizes(printed: PdfReader) -> list[tuple[int, int]]:
    return [(round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in printed.pages]


def test_prints_on_a4_lying_and_upright(printed: PdfReader) -> None:
    *wide, upright = sizes(printed)

    assert set(wide) == {(842, 595)}
    assert upright == (595, 842)
    assert 2 <= len(wide) <= 4


def test_the_header_and_the_number_of_the_page_stand_on_every_page(printed: PdfReader) -> None:
    pages = [page.extract_text() for page in printed.pages[:-1]]

    for number, text in enumerate(pages, start=1):
        assert "民主评议" in text
        assert "服务对象" in text
        assert re.search(rf"第\s*{number}\s*页\s*共\s*{len(printed.pages)}\s*页", text)


def test_what_looks_like_a_formula_is_printed_as_it_was_written(printed: PdfReader) -> None:
    text = printed.pages[0].extract_text()

    for risky in RISKY:
        assert risky in text


def test_set_up_as_an_office_sets_it_up(sheet: Worksheet) -> None:
    assert sheet.freeze_panes == "C5"
    assert sheet.print_title_rows == "$3:$4"
    assert sheet.page_setup.orientation == "landscape"
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert str(sheet.print_area).endswith("$A$1:$F$72")
    assert sheet.print_options.horizontalCentered


def test_heads_are_merged_over_their_columns(sheet: Worksheet) -> None:
    merged = {str(one) for one in sheet.merged_cells.ranges}

    assert {"A1:F1", "C3:D3", "A3:A4", "F3:F4"} <= merged
    assert (sheet["A3"].value, sheet["C3"].value, sheet["C4"].value) == ("序号", "民主评议", "服务对象")


def test_figures_are_numbers_and_days_days(sheet: Worksheet) -> None:
    assert (sheet["C5"].value, sheet["C5"].number_format) == (34.1, "0.00")
    assert (sheet["E5"].value, sheet["E5"].number_format) == (datetime(2012, 6, 25), "yyyy-mm-dd")
    assert (sheet["F5"].data_type, sheet["F5"].value) == ("f", "=C5+D5")


def test_only_code_makes_formulas(sheet: Worksheet) -> None:
    names = [sheet.cell(5 + place, 2) for place in range(len(RISKY))]

    assert [cell.value for cell in names] == list(RISKY)
    assert {(cell.data_type, cell.quotePrefix) for cell in names} == {("s", True)}


def test_a_formula_is_read_as_its_value(data: bytes) -> None:
    rows = read_workbook(data, "a.xlsx").sheets[0].rows

    assert [row.cells[5] for row in rows[4:6]] == [43.1, 43.1]


def test_a_day_is_read_as_the_day_that_was_written(data: bytes) -> None:
    assert parse_day(read_workbook(data, "a.xlsx").sheets[0].rows[4].cells[4]) == date(2012, 6, 25)


@pytest.mark.parametrize("day", [date(1899, 12, 31), date(1900, 2, 28)])
def test_a_day_before_there_are_days_stays_text(day: date) -> None:
    back = read_workbook(write_workbook([Table("x", ["日期", "b"], [[day, 1]])]), "a.xlsx")

    assert back.sheets[0].rows[1].cells[0] == day.isoformat()


@pytest.mark.parametrize("header", [["一"], ["一", "二"], ["一", "二", "三"]])
def test_the_measure_is_said_however_narrow_a_table_is(header: list[str]) -> None:
    table = Table(title="x", header=header, lead="单位：市行政审批服务中心办公室" * 4, measure="单位：分")

    cells = [cell.value for cell in load_workbook(io.BytesIO(write_workbook([table])))["x"][1]]
    assert any("单位：分" in str(value) for value in cells)


def test_properties_name_nobody(data: bytes) -> None:
    core = zipfile.ZipFile(io.BytesIO(data)).read("docProps/core.xml").decode()

    assert "<dc:title>示范市2012年度公述民评得分汇总表</dc:title>" in core
    assert re.search("<dc:creator></dc:creator>|<dc:creator/>", core)


def test_nothing_is_fetched_when_the_file_is_opened(data: bytes) -> None:
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()

    assert not [name for name in names if "external" in name.lower() or name.endswith("sheet1.xml.rels")]


def test_four_thousand_rows_take_a_second_or_two() -> None:
    rows: list[list[Written]] = [
        [number, "市自然资源和规划局", f"干部{number}", date(2012, 6, 25), "备注", "=1"] for number in range(10_000)
    ]
    start = time.process_time()
    write_workbook([Table("名单", ["序号", "单位", "姓名", "日期", "备注", "其他"], rows)])

    assert time.process_time() - start < 4
