"""A paper as a workbook: the same words, its tables as sheets."""

import io
from datetime import datetime
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook

from evaluation.documents.paper import Fields, Grid, Heading, Layout, Note, Paper, Signatures, Text
from evaluation.registry.sheets import paper_workbook

TABLE = Grid(
    header=["序号", "问题", "期限", "分值"],
    rows=[[1, "=HYPERLINK(1)", "2012年6月1日", Decimal("2.50")], [2, "无", "2012年13月1日", None]],
    head=[("", 2), ("整改", 2)],
)


def sheets(*blocks: Any, layout: Layout = Layout.WIDE_FORM) -> Any:
    paper = Paper(layout=layout, title="整改台账", subtitle="单位：市民政局", blocks=blocks)
    return load_workbook(io.BytesIO(paper_workbook(paper)))


def test_a_table_becomes_a_sheet_with_numbers_and_days() -> None:
    sheet = sheets(TABLE, Note("共2项。"), Signatures(["填表人", "审核人："]))["整改台账"]

    values = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert values[0][0] == "整改台账"
    assert values[1][0] == "单位：市民政局"
    assert values[4] == [1, "=HYPERLINK(1)", datetime(2012, 6, 1), 2.5]
    assert values[5][2] == "2012年13月1日"
    assert sheet["B5"].data_type == "s"
    assert [row[0] for row in values[6:]] == ["共2项。", "填表人：　　　　　　　　审核人："]


def test_fields_come_first_and_every_table_after_them() -> None:
    other = Grid(header=["附件"], rows=[["照片"]], caption="二、材料")
    book = sheets(
        Heading("一、事项"), Fields([[("日期", "2012年6月1日"), ("对象", "林敏")]]), Text("正文"), TABLE, other
    )

    assert book.sheetnames == ["整改台账", "整改台账2", "二、材料"]
    rows = [list(row) for row in book["整改台账"].iter_rows(min_row=4, values_only=True)]
    assert rows == [["一、事项", None], ["日期", "2012年6月1日"], ["对象", "林敏"], [None, "正文"]]
    assert book["二、材料"]["A1"].value == "整改台账（二、材料）"


def test_a_paper_that_found_nothing_says_so() -> None:
    rows = [row[0] for row in sheets(Note("本年度无登记的投诉。")).active.iter_rows(values_only=True)]

    assert rows[-1] == "本年度无登记的投诉。"


def test_a_form_stands_upright() -> None:
    assert sheets(Fields([[("姓名", "林敏")]]), layout=Layout.FORM).active.page_setup.orientation == "portrait"
