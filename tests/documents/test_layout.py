"""How values become lines and cells, without drawing them."""

from datetime import date
from decimal import Decimal

import pytest

from evaluation.documents.layout import (
    cell_text,
    date_indent,
    day_text,
    em_width,
    fields_table,
    grid_table,
    has_imprint,
    organ_points,
    paragraphs,
    title_lines,
)
from evaluation.documents.paper import Grid, Layout, Paper


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        pytest.param("公示", ["公示"], id="short"),
        pytest.param("关于2012年度公述民评的通报", ["关于2012年度公述民评的通报"], id="one line"),
        pytest.param(
            "示范市公述民评活动领导小组关于开展2012年度公述民评活动的通知",
            ["示范市公述民评活动领导小组关于", "开展2012年度公述民评活动的通知"],
            id="two lines of about one length, at a pause",
        ),
        pytest.param("第一行\n第二行", ["第一行", "第二行"], id="as its author broke it"),
    ],
)
def test_titles_break_where_a_reader_pauses(title, lines):
    assert title_lines(title) == lines


@pytest.mark.parametrize("length", range(1, 90, 4))
def test_no_line_of_a_title_is_too_long_and_nothing_is_lost(length):
    title = ("关于2012年度《市直机关》中层干部、基层站所负责人公述民评结果和整改情况的通报" * 3)[:length]
    lines = title_lines(title)

    assert "".join(lines) == title
    assert all(0 < em_width(line) <= 20 for line in lines)


def test_a_date_has_no_leading_zeros():
    assert day_text(date(2012, 1, 2)) == "2012年1月2日"


def test_a_date_stands_four_from_the_right_unless_its_signer_is_long():
    assert date_indent("示范市民政局", date(2012, 12, 20)) == 4
    assert date_indent("示范市公述民评活动领导小组办公室", date(2012, 1, 2)) == 5


@pytest.mark.parametrize("organ", ["示范市文件", "示范市公述民评活动领导小组办公室文件", ""])
def test_a_red_head_fits_its_line(organ):
    assert organ_points(organ) * len(organ) <= 442
    assert organ_points(organ) <= 62


def test_empty_lines_are_no_paragraphs():
    assert paragraphs(" 一 \n\n　\r\n二") == ["一", "二"]


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (0, "0"), (Decimal("89.50"), "89.50"), (Decimal("1E+2"), "100"), ("=1+1", "=1+1")]
)
def test_cells(value, text):
    assert cell_text(value) == text


@pytest.mark.parametrize("counts", [[1], [3, 2, 1], [4, 3], [2, 5, 1, 4]])
def test_rows_of_a_form_share_one_grid_as_wide_as_the_page(counts):
    table = fields_table([[("标签", "值")] * count for count in counts], 170, 24)

    assert sum(table.widths) == pytest.approx(170)
    assert all(sum(cell.span for cell in row) == len(table.widths) for row in table.rows)
    assert all(width > 0 for width in table.widths)


def test_an_empty_form_has_no_rows():
    assert fields_table([], 170, 24).rows == []


def test_figures_stand_right_short_words_in_the_middle_and_texts_left():
    table = grid_table(Grid(header=["分", "姓名", "说明"], rows=[[Decimal("1.5"), "张三", "很长的说明文字"]]), 100)

    assert [cell.align for cell in table.rows[1]] == ["right", "center", "left"]


def test_a_head_spans_its_columns_and_what_it_does_not_name_spans_both_rows():
    table = grid_table(Grid(header=["序号", "甲", "乙", "备注"], rows=[], head=[("", 1), ("得分", 2)]), 100)

    assert [(cell.text, cell.span, cell.rows) for cell in table.rows[0]] == [
        ("序号", 1, 2),
        ("得分", 2, 1),
        ("备注", 1, 2),
    ]
    assert [cell.text for cell in table.rows[1]] == ["甲", "乙"]
    assert table.heads == 2


def test_widths_are_shares_of_the_page():
    assert list(grid_table(Grid(header=["a", "b"], rows=[], widths=(1, 3)), 160).widths) == [40, 120]


def test_a_table_without_header_or_rows_is_no_error():
    assert grid_table(Grid(header=[], rows=[]), 160).rows == []


def test_rows_that_are_longer_or_shorter_than_the_header_lose_nothing():
    table = grid_table(Grid(header=["甲"], rows=[["一", "二"], []]), 160)

    assert [[cell.text for cell in row] for row in table.rows] == [["甲", ""], ["一", "二"], ["", ""]]
    assert sum(table.widths) == pytest.approx(160)


@pytest.mark.parametrize(("layout", "has"), [(Layout.CIRCULAR, True), (Layout.LETTER, False)])
def test_a_letter_has_no_imprint(layout, has):
    assert has_imprint(Paper(layout, "题", [], printer="市效能办", printed_on=date(2012, 12, 20))) is has
    assert not has_imprint(Paper(layout, "题", []))
