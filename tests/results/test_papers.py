"""Papers of step 4: rendered once a kind, read back; and what they are made of."""

import io
import subprocess
from decimal import Decimal

import pytest
from django.utils.translation import override
from docx import Document

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.documents.docx import paper_docx
from evaluation.documents.paper import Bars, Grid, Layout, Note, Paper, Text
from evaluation.documents.pdf import paper_pdf
from evaluation.results.circulars import circular_paper
from evaluation.results.models import Circular, Feedback, Publication
from evaluation.results.papers import (
    WHY_HIDDEN,
    analysis_paper,
    feedback_paper,
    feedback_papers,
    public_notice_paper,
    summary_paper,
)
from evaluation.roster.models import Appraisal
from evaluation.units.models import Unit
from tests.results.conftest import Compute, judged


def grids(paper: Paper) -> list[Grid]:
    return [block for block in paper.blocks if isinstance(block, Grid)]


def words(paper: Paper) -> str:
    """Everything that a paper says, as one text."""
    return repr(paper)


def text_of(pdf: bytes) -> str:
    read = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return "".join(read.split())


@pytest.fixture
def small(cycle: Cycle, unit: Unit, compute: Compute) -> Publication:
    """Of two cadres one was judged by three of the public."""
    judged(cycle=cycle, unit=unit, name="大组人")
    judged(cycle=cycle, unit=unit, name="小组人", sizes={"public": 3})
    return compute()


def test_annex_3_1_has_a_row_for_every_cadre(final: Publication) -> None:
    paper = summary_paper(final)
    [grid] = grids(paper)
    result = final.results.get()
    assert paper.layout == Layout.WIDE_FORM
    assert "附件3-1" in paper.subtitle
    assert grid.rows[0][:4] == [1, "王示例", "市民政局", result.post]
    assert list(grid.rows[0][-5:]) == [result.democratic, result.daily, result.bonus, result.composite, result.rank]
    groups = [figure for figure in grid.rows[0][4:8] if isinstance(figure, Decimal)]
    assert abs(sum(groups, Decimal(0)) - Decimal(result.democratic or 0)) <= Decimal("0.02")
    assert sum(columns for _text, columns in grid.head) == len(grid.header)


def test_small_groups_are_starred_everywhere(small: Publication) -> None:
    hidden = small.results.get(name="小组人")
    assert hidden.is_suppressed
    rows = {row[1]: row for row in grids(summary_paper(small))[0].rows}
    assert list(rows["小组人"][4:8]) == ["＊"] * 4
    assert isinstance(rows["大组人"][4], Decimal)
    assert any(isinstance(block, Note) and block.text == WHY_HIDDEN for block in summary_paper(small).blocks)
    slip = next(paper for paper in feedback_papers(small) if "小组人" in words(paper))
    assert [row[2:] for row in grids(slip)[0].rows] == [["＊", "＊", "＊"]] * 4
    assert not [block for block in slip.blocks if isinstance(block, Bars)]


def test_charts_leave_out_those_who_are_hidden(small: Publication) -> None:
    alone = [block.rows for block in analysis_paper(small).blocks if isinstance(block, Bars)]
    only = next(paper for paper in feedback_papers(small) if "大组人" in words(paper))
    aspects = [block.rows for block in only.blocks if isinstance(block, Bars)]
    assert alone[1] == aspects[0]


def test_a_slip_holds_every_part(final: Publication) -> None:
    feedback = Feedback.objects.select_related(
        "result__publication__cycle", "result__publication__organising_unit"
    ).get()
    result = feedback.result
    said = words(feedback_paper(feedback))
    for figure in (result.democratic, result.daily, result.bonus, result.composite):
        assert repr(figure) in said
    for group in result.explanation["groups"]:
        assert group["points"] in said
    for aspect in result.explanation["aspects"]:
        assert f"{aspect['mean']}分" in said


def test_only_slips_that_wait(computed: Publication) -> None:
    assert len(feedback_papers(computed)) == 1
    assert feedback_papers(computed, only_waiting=True) == []


def test_the_notice_says_where_and_how_to_object(final: Publication) -> None:
    paper = public_notice_paper(final)
    said = words(paper)
    assert paper.layout == Layout.NOTICE
    assert (paper.number, paper.organ) == ("", "")
    assert final.public_code in said
    assert f"{final.notice_until.day}日" in said  # type: ignore[union-attr]
    assert "个工作日内复核答复" in said


def test_papers_are_chinese_whatever_the_page(final: Publication) -> None:
    with override("en"):
        english = summary_paper(final)
    assert english == summary_paper(final)


def test_an_exempt_cadre_has_no_figures(cycle: Cycle, unit: Unit, appraisal: Appraisal, compute: Compute) -> None:
    other = judged(cycle=cycle, unit=unit, name="免评人")
    Appraisal.objects.filter(pk=other.pk).update(exempt=True, exempt_reason="借调")
    rows = {row[1]: row for row in grids(summary_paper(compute()))[0].rows}
    assert rows["免评人"][-2:] == ["免评", "—"]


def test_a_correction_says_why(final: Publication) -> None:
    final.version, final.correction_reason = 2, "计票有误"
    for paper in (summary_paper(final), public_notice_paper(final), *feedback_papers(final)):
        assert "计票有误" in words(paper)


def test_a_circular_is_drafted_from_the_figures(final: Publication, cycle: Cycle) -> None:
    paper, result = circular_paper(cycle), final.results.get()
    said = words(paper)
    assert paper.layout == Layout.CIRCULAR
    assert paper.organ == paper.signer == cycle.office_name
    assert f"综合得分平均{result.composite}分" in said
    assert "中层干部1名" in said
    [table] = grids(paper)
    assert list(table.rows[0]) == [
        "市民政局",
        "中层干部",
        1,
        result.democratic,
        result.daily,
        result.bonus,
        result.composite,
    ]
    assert len([block for block in paper.blocks if isinstance(block, Bars)]) == 2


def test_before_anything_is_published_it_says_so(computed: Publication, cycle: Cycle) -> None:
    paper = circular_paper(cycle)
    assert "尚无已公布的评议结果" in words(paper)
    assert str(computed.results.get().composite) not in words(paper)
    assert grids(paper) == []


def test_headings_and_marks_of_the_worded_text(final: Publication, cycle: Cycle, office: User) -> None:
    text = "开头。\n一、基本情况\n（一）小标题\n（二）这一行有句号，是一段话。\n正文"
    paper = circular_paper(cycle, Circular(cycle=cycle, title="通报", text=text))
    kinds = [(type(block).__name__, getattr(block, "level", 0)) for block in paper.blocks]
    assert kinds == [("Text", 0), ("Heading", 1), ("Heading", 2), ("Text", 0), ("Text", 0)]
    assert grids(paper) == []


def test_drawn_in_both_formats(final: Publication, cycle: Cycle) -> None:
    """Every paper of the room in one file: each begins a page."""
    papers = [
        summary_paper(final), *feedback_papers(final), public_notice_paper(final), analysis_paper(final),
        circular_paper(cycle),
    ]  # fmt: skip
    read = text_of(paper_pdf(papers))
    composite = str(final.results.get().composite)
    assert read.count("王示例") >= 4
    assert read.count(composite) >= 4
    for title in ("得分汇总表", "评议结果反馈单", "评议结果公示", "综合分析", "情况的通报"):
        assert title in read
    document = Document(io.BytesIO(paper_docx(papers)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert composite in cells
    assert any("情况的通报" in paragraph.text for paragraph in document.paragraphs)


def test_no_paper_is_empty(computed: Publication) -> None:
    for paper in (summary_paper(computed), analysis_paper(computed), public_notice_paper(computed)):
        assert any(isinstance(block, Text | Grid) for block in paper.blocks)
