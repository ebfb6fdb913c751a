"""What lies in the archive file of a unit and in a meeting's pack, made once and looked through."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import User
from evaluation.archive.catalogue import BY_CODE
from evaluation.archive.contents import contents_paper, lines_of
from evaluation.archive.models import PaperJob, PaperPart
from evaluation.archive.planning import Planned, as_parts, plan_file, plan_pack, plan_selection
from evaluation.archive.printable import Asked
from evaluation.archive.printables.ballot import _box
from evaluation.archive.printables.points import complaint_records, complaint_register
from evaluation.archive.services import finish_job, start_job
from evaluation.archive.shelf import Shelf
from evaluation.ballots.models import BallotBox
from evaluation.daily.models import ComplaintContact, Finding
from evaluation.daily.services import receive_complaint
from evaluation.documents.pages import merged_pdf, page_count
from evaluation.documents.paper import Grid, Layout, Paper, Text
from evaluation.documents.pdf import paper_pdf
from evaluation.files.services import store_evidence
from evaluation.meetings.models import AttendanceCount, ReportMeeting
from evaluation.recognition.models import Recommendation
from evaluation.registry.services import about_of, add_scan, drawing, issue_document
from evaluation.units.models import Unit
from evaluation.workbooks import read_workbook
from tests.archive.conftest import job_of, zip_of
from tests.factories import appraisal_of, unit_of
from tests.printing import docx_text, words_of
from tests.world import picture


def plain(number: str) -> Paper:
    return Paper(Layout.REPORT, "专项通知", [Text("请照此办理。")], number=number)


@pytest.fixture
def issued(small: Shelf, office: User) -> Shelf:
    """An issued document with its scan beside the work plan and the scope list."""
    document = issue_document(
        kind="other", year=2012, unit=small.units[0], about="cycle.Cycle:1", title="专项通知", draw=drawing(plain),
        actor=office, number="民〔2012〕3号",
    )  # fmt: skip
    add_scan(document=document, upload=picture("旧.png"), actor=office)
    add_scan(document=document, upload=picture("新.png"), actor=office)
    return Shelf(small.cycle, None, small.units)


def cheap(parts: list[PaperPart]) -> list[PaperPart]:
    """The work plan, what was kept, and the lists; the rest is drawn by the tests of its room."""
    return [part for part in parts if part.paper in {"work-plan", "kept", "contents"}]


def test_the_file_of_a_unit_has_its_list_and_its_papers_in_order(issued: Shelf) -> None:
    parts = cheap(plan_file(issued))
    job = finish_job(job=job_of(issued, parts))
    archive = zip_of(job)

    names = archive.namelist()
    assert names[:2] == ["000 卷内目录.pdf", "000 卷内目录.xlsx"]
    assert [name.partition("/")[0] for name in names[2:]] == ["01 工作方案和评议范围"] * 2 + ["09 其他文件"] * 2
    assert names[2:4] == [
        "01 工作方案和评议范围/001 工作方案.pdf",
        "01 工作方案和评议范围/002 工作方案：工作方案（附件）.jpg",
    ]

    [sheet] = read_workbook(archive.read(names[1]), "目录.xlsx").sheets
    rows = [[str(value or "") for value in row.cells] for row in sheet.rows]
    told = "\n".join("|".join(row) for row in rows)
    assert "民〔2012〕3号" in told
    assert "签字盖章件，以此为准" in told
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(archive.read(names[0]))).pages)
    assert "卷内目录" in text.replace("\n", "")
    assert "民〔2012〕3号" in text.replace("\n", "")


def test_issued_bytes_and_the_latest_scan_alone_are_filed(issued: Shelf) -> None:
    [document] = issued.issued
    parts = {part.title: part for part in plan_file(issued) if part.paper == "kept"}

    assert parts["专项通知"].target == str(document.pdf_id)
    assert parts["专项通知：盖章扫描件"].target == str(document.scans.all()[0].file_id)
    assert len(parts) == 3


def test_what_was_issued_is_not_drawn_anew(issued: Shelf, office: User) -> None:
    """The recommendation of a unit, once it was issued, lies in the file as it was kept."""
    row = Recommendation.objects.create(
        cycle=issued.cycle, unit=issued.units[0], appraisal=issued.appraisals[0], status="submitted"
    )
    before = [part.paper for part in plan_file(Shelf(issued.cycle, None, issued.units))]
    issue_document(
        kind="recommendation", year=2012, unit=issued.units[0], about=about_of(row), title="推荐表", actor=office,
        draw=drawing(plain),
    )  # fmt: skip
    after = [part.paper for part in plan_file(Shelf(issued.cycle, None, issued.units))]

    assert (before.count("recommendation"), after.count("recommendation")) == (1, 0)
    assert after.count("kept") == before.count("kept") + 1


def test_the_same_rows_give_the_same_list(issued: Shelf) -> None:
    lists = [[(part.name, part.title, part.number, part.dated) for part in plan_file(issued)] for _n in range(2)]
    assert lists[0] == lists[1]


def test_pages_are_counted_on_and_what_failed_takes_none(issued: Shelf) -> None:
    parts = [
        PaperPart(title="甲", pages=7),
        PaperPart(title="乙", problem="x"),
        PaperPart(title="丙", pages=None),
        PaperPart(title="丁", pages=2),
    ]
    assert [line.page for line in lines_of(parts)] == [1, None, None, 8]

    job = PaperJob(year=2012, unit=issued.units[0])
    grid = next(block for block in contents_paper(job, parts).blocks if isinstance(block, Grid))
    assert grid.rows[1][-1] == "未能生成"


def test_nothing_of_who_complained_is_filed(small: Shelf, unit_admin: User) -> None:
    complaint = receive_complaint(
        cycle=small.cycle, channel="letter", text="窗口中午无人值守，跑了三趟。", appraisal=small.appraisals[0],
        actor=unit_admin, contact={"person": "周小安", "telephone": "13812345678"}, uploads=[picture()],
    )  # fmt: skip
    type(complaint).objects.filter(pk=complaint.pk).update(
        status="refused", refusal_reason="无事实", decided_on="2012-11-20"
    )
    assert ComplaintContact.objects.filter(complaint=complaint).exists()

    parts = plan_file(Shelf(small.cycle, unit_admin, small.units))
    about = [part for part in parts if part.paper in {"complaint-record", "complaint-register"}]
    assert {part.paper for part in about} == {"complaint-record", "complaint-register"}
    kept = set(complaint.files.values_list("pk", flat=True))
    assert kept and not [part for part in parts if part.paper == "kept" and int(part.target) in kept]
    assert not [part for part in parts if "周小安" in part.title]


def test_a_complaint_of_which_somebody_is_recused_is_not_in_their_file(small: Shelf, unit_admin: User) -> None:
    complaint = receive_complaint(
        cycle=small.cycle, channel="letter", text="窗口中午无人值守，跑了三趟。", appraisal=small.appraisals[0],
        actor=unit_admin, contact={},
    )  # fmt: skip
    complaint.recusals.create(user=unit_admin, reason="亲属", declared_by=unit_admin)

    assert not Shelf(small.cycle, unit_admin, small.units).complaints
    assert Shelf(small.cycle, None, small.units).complaints


def test_of_several_units_each_has_its_folder(small: Shelf, office: User) -> None:
    other = unit_of("市司法局")
    appraisal_of(cycle=small.cycle, unit=other)
    shelf = Shelf(small.cycle, office, [*small.units, other], is_city=True)

    parts = plan_selection(shelf, chosen={"scope-list"}, formats={"xlsx"})
    assert [part.name.partition("/")[0] for part in parts] == ["市民政局", "市司法局"]


def test_one_of_a_kind_can_be_chosen(small: Shelf, office: User) -> None:
    shelf = Shelf(small.cycle, office, small.units)
    parts = plan_selection(shelf, chosen={f"month-sheet:{small.units[0].pk}_2012-03"}, formats={"docx"})
    assert [part.name for part in parts] == ["05 日常考核和加分/日常考核月度得分表（附件3-2）：3月.docx"]


@pytest.fixture
def meeting(small: Shelf) -> ReportMeeting:
    made = ReportMeeting.objects.create(
        cycle=small.cycle, unit=small.units[0], title="会议", starts_at=timezone.now(), place="礼堂"
    )
    AttendanceCount.objects.create(meeting=made, category="recipient", invited=30)
    return made


def test_the_pack_begins_with_the_print_run_and_knows_the_copies(small: Shelf, meeting: ReportMeeting) -> None:
    parts = plan_pack(Shelf(small.cycle, None, small.units), meeting=meeting.pk)

    assert [part.name for part in parts] == [
        "000 打印合订本.pdf", "001 主持词.pdf", "002 会议议程.pdf", "003 签到表.pdf", "004 签到表.xlsx", "005 席签.pdf",
        "006 邀请函.pdf", "007 询问质询记录.pdf",
    ]  # fmt: skip
    assert {part.title: part.copies for part in parts}["会议议程"] == 30


def test_the_print_run_is_one_file_with_a_cover(small: Shelf, meeting: ReportMeeting) -> None:
    parts = plan_pack(Shelf(small.cycle, None, small.units), meeting=meeting.pk)
    run, agenda = parts[0], parts[2]
    job = finish_job(
        job=start_job(
            kind="meeting-pack",
            cycle=small.cycle,
            unit=small.units[0],
            title="会议文件",
            parts=[run, agenda],
            actor=None,
        )
    )
    pages = PdfReader(BytesIO(zip_of(job).read(run.name))).pages
    assert len(pages) == 4
    assert "会议文件印制清单" in pages[0].extract_text().replace("\n", "")
    assert "会议议程" in pages[2].extract_text().replace("\n", "")


def test_sheets_of_their_own_have_empty_backs() -> None:
    two = paper_pdf([plain(""), plain("")])
    assert page_count(merged_pdf([(two, False)])) == 2
    assert page_count(merged_pdf([(two, True)])) == 4
    assert page_count(b"no pdf") is None


def test_the_command_writes_the_file_and_leaves_nothing_behind(
    small: Shelf, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small.cycle.appraisals.all().delete()
    unit = Unit.objects.get(pk=small.units[0].pk)
    appraisal_of(cycle=small.cycle, unit=unit, track="bureau_leader")
    out = tmp_path / "市民政局.zip"
    call_command("make_archive", unit=unit.code, year=2012, out=out)

    assert out.read_bytes().startswith(b"PK")
    said = capsys.readouterr()
    assert "documents" in said.out
    assert "not there yet: 履职承诺公示栏 (尚未公布承诺。)" in said.err
    assert not PaperJob.objects.exists()


@pytest.mark.parametrize("year", [2012, 1999])
def test_the_command_refuses_what_is_not_there(small: Shelf, tmp_path: Path, year: int) -> None:
    with pytest.raises(CommandError):
        call_command("make_archive", unit="nowhere", year=year, out=tmp_path / "x.zip")


def box_of(shelf: Shelf, **more: Any) -> BallotBox:
    values = {"track": "mid_level", "kind": "meeting", "title": "票箱", "closes_at": timezone.now(), "spec": {"a": 1}}
    return BallotBox.objects.create(cycle=shelf.cycle, unit=shelf.units[0], takes_paper=True, **{**values, **more})


def test_what_is_only_of_use_in_the_hall_is_not_filed(small: Shelf, meeting: ReportMeeting) -> None:
    """Neither ballots and tally sheets, which lie sealed elsewhere, nor plates; no empty form, nothing to come."""
    box_of(small, meeting=meeting)
    shelf = Shelf(small.cycle, None, small.units)
    filed = {part.paper for part in plan_file(shelf)}

    assert "host-script" in filed
    assert not filed & {"ballot", "pass-slips", "tally-sheet", "sealing-slip", "name-plates", "invitations"}
    assert not filed & {"month-sheet", "inquiries", "count-report"}  # forms that nothing is written on
    assert not filed & {"summary", "public-notice", "feedback", "minutes", "complaint-register"}


@pytest.mark.parametrize(
    ("state", "is_released", "is_filed"), [("closed", False, False), ("counted", False, False), ("counted", True, True)]
)
def test_a_count_is_filed_once_it_is_released(unit: Unit, state: str, is_released: bool, is_filed: bool) -> None:
    now = timezone.now()
    box = BallotBox(
        pk=1, unit=unit, title="票箱", state=state, counted_at=now, released_at=now if is_released else None
    )
    assert _box(box, None).filed is is_filed


def test_boxes_of_a_rehearsal_are_on_no_shelf(small: Shelf) -> None:
    real, _trial = box_of(small), box_of(small, is_trial=True)
    assert Shelf(small.cycle, None, small.units).boxes == [real]


def test_no_name_leads_out_of_its_folder(small: Shelf) -> None:
    box_of(small, title="../../甲/乙:丙")
    parts = plan_selection(Shelf(small.cycle, None, small.units), chosen={"sealing-slip"}, formats={"docx"})
    assert [part.name for part in parts] == ["04 公开民主评议/测评票封存单：..-..-甲-乙-丙.docx"]


def test_names_that_windows_holds_for_one_are_told_apart() -> None:
    parts = as_parts([Planned("kept", "1", "pdf", "", stem, stem) for stem in ("a", "A", "b")])
    assert [part.name for part in parts] == ["a.pdf", "A（2）.pdf", "b.pdf"]


def test_documents_of_other_years_and_of_others_are_on_no_shelf(issued: Shelf, office: User, other_admin: User) -> None:
    issue_document(
        kind="other", year=2013, unit=issued.units[0], about="cycle.Cycle:2", title="明年", draw=drawing(plain),
        actor=office,
    )  # fmt: skip
    assert [row.title for row in Shelf(issued.cycle, office, issued.units).issued] == ["专项通知"]
    assert Shelf(issued.cycle, other_admin, issued.units).issued == []


def test_evidence_is_filed_once_the_finding_is_confirmed(small: Shelf, unit_admin: User, office: User) -> None:
    complaint = receive_complaint(
        cycle=small.cycle, channel="letter", text="窗口中午无人值守，跑了三趟。", appraisal=small.appraisals[0],
        actor=unit_admin, contact={},
    )  # fmt: skip
    for number in (1, 2):
        finding = Finding.objects.create(
            complaint=complaint, round=number, outcome="upheld", facts="属实", basis="监控", found_by=unit_admin,
            found_on=timezone.localdate(),
        )  # fmt: skip
        finding.files.add(store_evidence(upload=picture(f"监控{number}.png"), actor=unit_admin))
    Finding.objects.filter(round=2).update(confirmed_on=timezone.localdate(), confirmed_by=office)
    [item] = complaint_records(Shelf(small.cycle, None, small.units))
    assert [upload.stored.name for upload in item.uploads] == ["监控2.jpg"]


def test_the_register_in_a_zip_leaves_out_what_its_reader_may_not_see(small: Shelf, unit_admin: User) -> None:
    complaint = receive_complaint(
        cycle=small.cycle, channel="letter", text="窗口中午无人值守，跑了三趟。", appraisal=small.appraisals[0],
        actor=unit_admin, contact={},
    )  # fmt: skip
    complaint.recusals.create(user=unit_admin, reason="亲属", declared_by=unit_admin)
    unit = str(small.units[0].pk)

    def told(user: User | None) -> str:
        return words_of(complaint_register(Asked(small.cycle, unit, user)))

    assert ("共0件" in told(unit_admin), "共1件" in told(None)) == (True, True)


@pytest.mark.parametrize("paper", ["month-sheet", "year-sheet"])
def test_whoever_makes_a_zip_does_not_meet_themselves_in_the_sheets(
    small: Shelf, unit_admin: User, unit: Unit, paper: str
) -> None:
    appraisal_of(cycle=small.cycle, unit=unit, name="程鋆", user=unit_admin)
    target = f"{unit.pk}_2012-03" if paper == "month-sheet" else str(unit.pk)
    draw = BY_CODE[paper].drawn

    def names(user: User | None) -> list[bool]:
        asked = Asked(small.cycle, target, user)
        sheets = read_workbook(draw["xlsx"](asked), "a.xlsx").sheets
        cells = {str(cell) for sheet in sheets for row in sheet.rows for cell in row.cells}
        return ["程鋆" in cells, "程鋆" in docx_text(draw["docx"](asked))]

    assert (names(unit_admin), names(None)) == ([False, False], [True, True])
