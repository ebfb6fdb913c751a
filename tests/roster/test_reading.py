from collections import Counter
from pathlib import Path

import pytest

from evaluation.roster.imports import ROSTER
from evaluation.roster.reading import Roster, roster_of
from evaluation.workbooks import Table, Workbook, read_workbook, write_workbook

ROSTERS = Path(__file__).resolve().parents[3] / "shared" / "rosters"
real = pytest.mark.skipif(not ROSTERS.is_dir(), reason="the city's own files are not here")


def read(workbook: Workbook) -> Roster:
    return roster_of(ROSTER.read(ROSTER.tables(workbook)))


def roster(text: str) -> Roster:
    return read(read_workbook(text.encode(), "名单.csv"))


def real_file(name: str) -> Roster:
    return read(read_workbook((ROSTERS / name).read_bytes(), name))


@real
def test_departments_as_they_come() -> None:
    read = real_file("市级机关中层干部.xlsx")
    assert (read.read, len(read.rejections)) == (361, 0)
    assert Counter(row.kind for row in read.rows) == {"department": 328, "affiliated": 27, "service_centre": 6}
    heads = [row for row in read.rows if row.window]
    assert len(heads) == 30
    assert {row.organising for row in heads} == {"市行政审批服务中心"}
    assert "买买提·阿布都" in {row.name for row in read.rows}
    assert not any("　" in row.name or " " in row.name for row in read.rows)


@real
def test_towns_as_they_come() -> None:
    read = real_file("镇街道中层干部.xlsx")
    assert (read.read, len(read.rejections)) == (120, 0)
    assert len({row.unit for row in read.rows}) == 16
    assert {row.kind for row in read.rows} == {"town"}


@real
def test_villages_as_they_come() -> None:
    read = real_file("村社区干部.csv")
    assert (read.read, len(read.rejections)) == (1331, 0)
    assert {row.parent for row in read.rows if row.unit == "汇头林村委会"} == {"南坞镇", "新埠镇"}
    assert {row.track for row in read.rows} == {"village"}


def test_totals_notes_and_numbered_empty_rows_are_passed_over() -> None:
    read = roster(
        "序号,单位,姓名,职务\n1,市民政局,张三,科长\n2,,,\n,合　计,1,\n注：1.如实填报；,,,\n"
        "审核人：,,填表人：,\n序号,单位,姓名,职务\n"
    )
    assert [row.name for row in read.rows] == ["张三"]
    assert read.rejections == ()


@pytest.mark.parametrize(
    ("cells", "column", "word"),
    [
        pytest.param("市民政局,,科长,,,,", "姓名", "missing", id="no name"),
        pytest.param(",张三,科长,,,,", "单位", "missing", id="no unit"),
        pytest.param("市民政局,=A1,科长,,,,", "姓名", "no name", id="formula as text"),
        pytest.param("市民政局,李3,科长,,,,", "姓名", "no name", id="figures in a name"),
        pytest.param("市民政局,张三,科长,2011.13,,,", "任现职时间", "no date", id="no such month"),
        pytest.param("市民政局,张三,科长,,也许,,", "是否窗口负责人", "neither", id="neither yes nor no"),
        pytest.param(
            "市民政局,张三,科长,,否,市行政审批服务中心,", "评议组织单位", "no window head", id="contradiction"
        ),
        pytest.param("市民政局,张三,科长,,,,331002198001011232", "备注", "identity", id="citizen number"),
        pytest.param("市民政局,张三331002198001011232,科长,,,,", "姓名", "identity", id="citizen number in the name"),
        pytest.param("市民政局,张三," + "长" * 81 + ",,,,", "职务", "longer", id="too long"),
        pytest.param("#REF!,张三,科长,,,,", "单位", "formula", id="a formula without result"),
    ],
)
def test_rejections_say_where_what_and_what_to_do(cells: str, column: str, word: str) -> None:
    read = roster(f"单位,姓名,职务,任现职时间,是否窗口负责人,评议组织单位,备注\n{cells}\n")
    [rejection] = read.rejections
    assert (rejection.row, rejection.column.split(", ")[0]) == (2, column)
    assert word in rejection.problem
    assert rejection.advice
    assert not any("331002" in text for text in rejection.shown.values())
    assert "331002" not in rejection.problem


def test_every_problem_of_a_row_is_told_at_once() -> None:
    [rejection] = roster("单位,姓名,任职时间\n,张三,昨天\n").rejections
    assert rejection.column == "单位, 任职时间"
    assert rejection.cells == (0, 2)


def test_a_formula_as_a_name_is_rejected() -> None:
    from io import BytesIO

    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["单位", "姓名"])
    book.active.append(["市民政局", "=A1&B1"])
    out = BytesIO()
    book.save(out)
    found = read(read_workbook(out.getvalue(), "a.xlsx"))
    assert not found.rows
    assert len(found.rejections) == 1


def test_window_head_without_organising_unit_has_the_one_the_file_names() -> None:
    read = roster("单位,姓名,窗口负责人,评议组织单位\n甲局,张三,是,市行政审批服务中心\n乙局,李四,√,\n")
    assert [row.organising for row in read.rows] == ["市行政审批服务中心"] * 2


def test_sheet_called_as_the_town_needs_no_unit_column() -> None:
    data = write_workbook([Table("东河镇", ["姓名", "职务"], [["张三", "所长"]])])
    [row] = read(read_workbook(data, "a.xlsx")).rows
    assert (row.unit, row.kind) == ("东河镇", "town")


def test_hidden_and_other_sheets_are_passed_over() -> None:
    data = write_workbook(
        [Table("名单", ["单位", "姓名"], [["甲局", "张三"]]), Table("填表说明", ["说明"], [["如实"]])]
    )
    assert read(read_workbook(data, "a.xlsx")).ignored_sheets == ("填表说明",)


def test_no_header_at_all() -> None:
    assert ROSTER.tables(read_workbook(b"a,b\n1,2\n", "a.csv")).tables == ()
