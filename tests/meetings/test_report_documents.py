"""A duty report handed in as a document: into the sections, shown before anything is saved (C7)."""

import io
from collections.abc import Callable, Sequence

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.documents.reading import Paragraph
from evaluation.meetings.models import DutyReport
from evaluation.meetings.reading import report_of
from evaluation.meetings.services import ReportText, save_report
from evaluation.pledges.models import Pledge
from evaluation.roster.models import Appraisal
from evaluation.units.models import Unit
from tests.factories import appraisal_of, pledge_of, user_named

SignIn = Callable[[User], Client]
ITEMS = {1: "低保审批时限压缩到15个工作日", 2: "新建救助站两处"}
REPORT = """述职述廉报告
各位领导、各位代表：
现将一年来履行职责情况报告如下：
一、履行岗位职责情况
（一）加强学习。认真学习政策。
（二）依法行政。全年办理低保1200件。
二、服务承诺兑现情况
首问负责，限时办结。
三、承诺事项完成情况
1.低保审批时限压缩到15个工作日。已于6月全部完成。
2．新建两处救助站：正在推进，主体完成。
四、廉洁自律情况
严格执行廉政准则。
五、存在的问题和下一步打算
一是下乡不多。
述职人：张三
2012年12月3日"""


def read(text: str, items: dict[int, str] | None = None):  # type: ignore[no-untyped-def]
    return report_of([Paragraph(line) for line in text.split("\n") if line], ITEMS if items is None else items)


def test_five_sections_and_what_belongs_nowhere() -> None:
    found = read(REPORT)

    assert found.duty == "（一）加强学习。认真学习政策。\n（二）依法行政。全年办理低保1200件。"
    assert found.commitments == "首问负责，限时办结。"
    assert found.items == {1: "已于6月全部完成。", 2: "新建两处救助站：正在推进，主体完成。"}
    assert found.integrity == "严格执行廉政准则。"
    assert found.problems == "一是下乡不多。"
    assert found.rest == [
        "述职述廉报告",
        "各位领导、各位代表：",
        "现将一年来履行职责情况报告如下：",
        "述职人：张三",
        "2012年12月3日",
    ]


def test_nothing_is_lost() -> None:
    found = read(REPORT, items={})
    kept = "".join([found.duty, found.commitments, found.integrity, found.problems, *found.rest])
    for line in REPORT.split("\n"):
        assert line in kept or line[1:2] == "、"


@pytest.mark.parametrize(
    ("text", "section", "expected"),
    [
        pytest.param("履职情况\n办理低保。\n廉洁自律\n守规矩。", "integrity", "守规矩。", id="without numbers"),
        pytest.param(
            "一、廉政情况。严格要求自己。\n家风良好。", "integrity", "严格要求自己。\n家风良好。", id="run in"
        ),
        pytest.param("（一）履职情况\n1.办件\n（二）问题与打算\n不够深入", "problems", "不够深入", id="other numbers"),
        pytest.param("一、履职情况\n甲\n（二）廉洁自律情况\n乙\n二、问题\n丙", "integrity", "乙", id="below another"),
        pytest.param(
            "一、履职情况\n（一）廉洁从政讲座\n甲\n二、廉洁自律\n乙", "integrity", "乙", id="only a word of it"
        ),
        pytest.param("四、下步工作打算：\n多下乡。", "problems", "多下乡。", id="with a colon"),
    ],
)
def test_headings_of_all_kinds(text: str, section: str, expected: str) -> None:
    assert getattr(read(text), section) == expected


@pytest.mark.parametrize(
    ("said", "items"),
    [
        pytest.param(
            "1、甲乙丙丁已完成\n2、戊己庚辛未完成", {1: "甲乙丙丁已完成", 2: "戊己庚辛未完成"}, id="in their order"
        ),
        pytest.param("第二项：新建救助站两处。已完成。", {2: "已完成。"}, id="by its words"),
        pytest.param("1.毫不相干的事", {}, id="none"),
    ],
)
def test_items(said: str, items: dict[int, str]) -> None:
    found = read(f"三、承诺事项完成情况\n{said}")
    assert found.items == items
    assert bool(found.rest) is not bool(items)


def test_headings_by_style() -> None:
    lines = [Paragraph("履职情况总结", 1), Paragraph("做了事"), Paragraph("廉洁自律", 1), Paragraph("守规矩")]
    found = report_of(lines, {})
    assert (found.duty, found.integrity) == ("做了事", "守规矩")


@pytest.fixture
def cadre(db: None) -> User:
    return user_named("张三")


@pytest.fixture
def mine(cycle: Cycle, unit: Unit, cadre: User) -> Appraisal:
    return appraisal_of(cycle=cycle, unit=unit, user=cadre, name="张三")


@pytest.fixture
def pledge(mine: Appraisal) -> Pledge:
    return pledge_of(appraisal=mine, status="published", items=2)


def document(lines: Sequence[str]) -> SimpleUploadedFile:
    made, out = docx.Document(), io.BytesIO()
    for line in lines:
        made.add_paragraph(line)
    made.save(out)
    return SimpleUploadedFile("述职述廉报告.docx", out.getvalue())


def url(mine: Appraisal, name: str = "report-read") -> str:
    return reverse(f"meetings:{name}", args=[2012, mine.pk])


def test_document_is_shown_in_the_form_and_not_saved(
    client_for: SignIn, pledge: Pledge, mine: Appraisal, cadre: User
) -> None:
    text = REPORT.replace(ITEMS[1], "承诺事项1").split("\n")
    response = client_for(cadre).post(url(mine), {"document": document(text)})

    assert response.context["form"]["integrity"].value() == "严格执行廉政准则。"
    first = response.context["rows"].forms[0]
    assert (first["text"].value(), first["completion"].value()) == ("已于6月全部完成。", "done")
    assert f'action="{url(mine, "report-edit")}"' in response.content.decode()
    assert "述职人：张三" in response.content.decode()
    assert not DutyReport.objects.exists()


def test_what_the_document_does_not_say_stays_as_saved(
    client_for: SignIn, pledge: Pledge, mine: Appraisal, cadre: User
) -> None:
    save_report(appraisal=mine, actor=cadre, text=ReportText(duty="旧", problems="旧"), statements=[])
    response = client_for(cadre).post(url(mine), {"document": document(["一、履职情况", "新"])})

    form = response.context["form"]
    assert (form["duty"].value(), form["problems"].value()) == ("新", "旧")


@pytest.mark.parametrize(
    ("upload", "message"),
    [
        pytest.param(lambda: document(["一、履职情况", "身份证33100219800101123X"]), "18", id="citizen number"),
        pytest.param(lambda: document(["毫无标题的文字"]), "一、履行职责情况", id="no section"),
        pytest.param(
            lambda: SimpleUploadedFile("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99), ".docx", id=".doc"
        ),
        pytest.param(lambda: "", "", id="no file"),
    ],
)
def test_refused_with_what_to_do(
    client_for: SignIn, mine: Appraisal, cadre: User, upload: Callable[[], object], message: str
) -> None:
    response = client_for(cadre).post(url(mine), {"document": upload()}, follow=True)

    assert response.redirect_chain == [(url(mine, "report-edit"), 302)]
    said = str(next(iter(response.context["messages"])))
    assert message in said


def test_markup_in_a_document_is_text(client_for: SignIn, mine: Appraisal, cadre: User) -> None:
    lines = ["<script>alert(1)</script>", "一、履职情况", "</textarea><script>alert(2)</script>"]
    page = client_for(cadre).post(url(mine), {"document": document(lines)}).content.decode()
    assert "<script>alert" not in page
