"""Papers of step 5: the notice with its receipt slip, plans, the ledger."""

import io
import subprocess
from datetime import date

import pytest
from django.utils import timezone
from docx import Document

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.documents.docx import paper_docx
from evaluation.documents.paper import Grid, Layout, Paper, Text
from evaluation.documents.pdf import paper_pdf
from evaluation.rectification.models import PublicComment, RectificationNotice, RectificationPlan
from evaluation.rectification.papers import ledger_paper, notice_paper, notice_papers, plan_paper, receipt_paper
from evaluation.rectification.services import edit_notice, issue_notices, propose_notices
from evaluation.roster.models import Appraisal
from evaluation.units.models import Unit
from tests.factories import published_pool
from tests.rectification.conftest import plans_of
from tests.rectification.test_notices import DEDUCTION, LOW


@pytest.fixture
def notice(cycle: Cycle, appraisal: Appraisal, office: User) -> RectificationNotice:
    pool = published_pool(cycle=cycle, appraisals=[appraisal], means=LOW, deductions=DEDUCTION)
    (made,) = propose_notices(publication=pool, actor=office)
    return RectificationNotice.objects.for_list().get(pk=made.pk)


def grids(paper: Paper) -> list[Grid]:
    return [block for block in paper.blocks if isinstance(block, Grid)]


def test_a_notice_is_a_letter_with_the_evidence_of_its_reasons(notice: RectificationNotice) -> None:
    paper = notice_paper(notice)
    said = repr(paper)
    assert (paper.layout, paper.addressee, paper.number, paper.day) == (Layout.LETTER, "市民政局", "", None)
    [problems] = grids(paper)
    assert problems.rows[0][1:] == ["“工作作风”评议得分较低", "民主评议平均得分低于70分", "61.00分"]
    assert "1件" in repr(problems.rows[1])
    for part in ("整改意见", "整改期限", "报送材料", "逾期责任", "联系方式", "每项扣5分"):
        assert part in said
    assert "李某" not in said


def test_what_the_table_says_is_not_said_twice_and_what_was_worded_stays(
    notice: RectificationNotice, office: User
) -> None:
    assert "低于规定标准。" not in repr(notice_paper(notice).blocks)
    edited = edit_notice(notice=notice, text="请当面约谈。", number="", due=date(2012, 12, 28), actor=office)
    assert Text("请当面约谈。") in notice_paper(edited).blocks


def test_the_receipt_slip_names_what_it_is_about(notice: RectificationNotice) -> None:
    said = repr(receipt_paper(notice, number="民评整改〔2012〕7号"))
    for part in ("送达回执", "民评整改〔2012〕7号", "市民政局", "王干部", "收件人签名", "单位（盖章）"):
        assert part in said


def test_issued_it_bears_number_name_and_day(notice: RectificationNotice, office: User) -> None:
    edit_notice(notice=notice, text=notice.text, number="效能整改[2012]7号", due=notice.due, actor=office)
    (issued,) = issue_notices(notices=[notice], actor=office)
    paper = notice_paper(issued)
    assert (paper.number, paper.signer, paper.day) == (
        "效能整改〔2012〕7号",
        "市作风效能执行力办",
        timezone.localdate(),
    )


def test_whoever_issues_gives_the_own_telephone_and_the_number_given(notice: RectificationNotice, unit: Unit) -> None:
    notice.appraisal.organising_unit.telephone, notice.number = "0500-1234567", "民评整改〔2012〕7号"
    own, given = notice_paper(notice), notice_paper(notice, number="民评整改〔2012〕8号")
    notice.issuer = "市作风效能执行力办"

    assert "0500-1234567" in repr(own)
    assert "0500-1234567" not in repr(notice_paper(notice))
    assert (own.number, given.number) == ("民评整改〔2012〕7号", "民评整改〔2012〕8号")


def test_a_plan_with_shown_opinions_alone(published_plan: RectificationPlan) -> None:
    PublicComment.objects.create(plan=published_plan, name="李居民", text="窗口再加一个", status="shown")
    PublicComment.objects.create(plan=published_plan, text="骂人的话", status="hidden", hidden_reason="辱骂")
    said = repr(plan_paper(published_plan))
    for part in ("窗口排队时间长", "增设一个窗口", "等候不超过十分钟", "2012年12月31日", "窗口再加一个"):
        assert part in said
    assert "骂人的话" not in said
    assert "李居民" not in said


def test_the_ledger_holds_published_items_of_the_unit(
    cycle: Cycle, unit: Unit, other_unit: Unit, published_plan: RectificationPlan, unit_admin: User
) -> None:
    plans_of(cycle, other_unit, 1, unit_admin)
    [grid] = grids(ledger_paper(cycle, unit))
    assert [row[1] for row in grid.rows] == ["王干部"]
    assert len(grid.rows[0]) == len(grid.header) == len(grid.widths)
    assert grids(ledger_paper(cycle, other_unit)) == []
    assert grids(ledger_paper(cycle)) == [grid]


def test_the_ledger_costs_two_queries_whatever_its_length(
    cycle: Cycle, unit: Unit, published_plan: RectificationPlan, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(2):  # type: ignore[operator]
        ledger_paper(cycle, unit)


def test_drawn_in_both_formats(notice: RectificationNotice, cycle: Cycle, unit: Unit, unit_admin: User) -> None:
    plan = RectificationPlan.objects.create(appraisal=notice.appraisal, status="published", published_at=timezone.now())
    papers = [*notice_papers(notice), plan_paper(plan), ledger_paper(cycle, unit)]
    read = subprocess.run(["pdftotext", "-", "-"], input=paper_pdf(papers), capture_output=True, check=True).stdout
    text = "".join(read.decode().split())
    for part in ("整改通知书", "送达回执", "61.00分", "整改计划表", "尚无已公布的整改计划"):
        assert part in text
    document = Document(io.BytesIO(paper_docx(papers)))
    assert any("整改通知书" in paragraph.text for paragraph in document.paragraphs)
