"""What is kept of a preview, what it costs, and the same file back with its cells marked."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.intake.importer import Importer, JudgedRow, Plan
from evaluation.intake.marking import marked_copy
from evaluation.intake.models import ImportJob
from evaluation.intake.services import SHOWN, confirm_import, preview_import
from evaluation.recipients.imports import LEDGER
from evaluation.recipients.models import ServiceRecord
from evaluation.roster.imports import ROSTER
from evaluation.roster.models import Appraisal
from evaluation.workbooks import read_workbook
from tests.workbooks.test_formats import FILES

Preview = Callable[..., ImportJob]


@pytest.fixture
def preview(cycle: Cycle, office: User) -> Preview:
    def read(importer: Importer, text: str | bytes, name: str = "名单.csv") -> ImportJob:
        data = text if isinstance(text, bytes) else text.encode()
        return preview_import(importer=importer, year=2012, data=data, name=name, actor=office)

    return read


def roster(count: int, first: str = "张") -> str:
    rows = "\n".join(f"市民政局,{first}{chr(0x4E00 + n)},第{n}科" for n in range(count))
    return f"单位,姓名,科室\n{rows}\n"


def ledger(count: int) -> str:
    return "受理编号,承办单位,申请人\n" + "".join(f"{n},市民政局,张{chr(0x4E00 + n)}\n" for n in range(count))


def test_of_many_new_rows_the_first_are_kept(preview: Preview, office: User) -> None:
    job = preview(ROSTER, roster(SHOWN + 50) + "市民政局,,x\n市民政局,1,x\n")
    assert (job.read, job.new, job.rejected) == (SHOWN + 52, SHOWN + 50, 2)
    assert job.rows.filter(verdict="new").count() == SHOWN
    assert job.rows.filter(verdict="rejected").count() == 2
    confirm_import(importer=ROSTER, job=job, actor=office)
    assert Appraisal.objects.count() == SHOWN + 50


@pytest.mark.parametrize(("importer", "table"), [(ROSTER, roster), (LEDGER, ledger)])
def test_three_times_the_rows_cost_the_same_queries(
    preview: Preview, office: User, importer: Importer, table: Callable[[int], str]
) -> None:
    """Bulk writing goes by batches; the batches are what may grow, and nothing with the rows."""

    def cost(count: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            confirm_import(importer=importer, job=preview(importer, table(count)), actor=office)
        return len([one for one in queries if not one["sql"].startswith("INSERT")])

    cost(1)
    few = cost(40)
    ServiceRecord.objects.all().delete()
    Appraisal.objects.all().delete()
    assert cost(120) == few


def office_file() -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = "名单"
    sheet["A1"], sheet["A1"].font = "市民政局中层干部", Font(name="楷体", size=20)
    sheet.merge_cells("A1:C1")
    sheet.append(["单位", "姓名", "任现职时间"])
    sheet.append(["市民政局", "张三", date(2011, 6, 1)])
    sheet.append([None, "李4", "去年"])
    sheet.append([None, None, "2011年6月"])
    sheet.merge_cells("A3:A5")
    sheet.column_dimensions["B"].width = 33
    other = book.create_sheet("别的")
    other["A1"] = "=SUM(1,2)"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_offices_own_workbook_comes_back_marked(preview: Preview) -> None:
    job = preview(ROSTER, office_file(), "名单.xlsx")
    assert (job.new, job.rejected) == (1, 2)
    book = load_workbook(BytesIO(marked_copy(job=job)))
    sheet = book["名单"]
    assert (sheet["A1"].font.name, sheet["A1"].font.size, sheet.column_dimensions["B"].width) == ("楷体", 20, 33)
    assert {str(area) for area in sheet.merged_cells.ranges} == {"A1:C1", "A3:A5"}
    assert [cell.coordinate for row in sheet for cell in row if cell.comment] == ["B4", "C4", "B5"]
    assert sheet["B4"].fill.fgColor.rgb == "FFFFE08A"
    assert "no date" in sheet["C4"].comment.text
    assert "no date" in sheet["D4"].value
    assert book["别的"]["A1"].value == "=SUM(1,2)"


def test_marks_in_merged_cells_stand_at_their_origin_and_are_text(preview: Preview) -> None:
    book = Workbook()
    for row in (["单位", "姓名"], ["市民政局", "李4"], ["市民政局", None]):
        book.active.append(row)
    book.active.merge_cells("B2:B3")
    out = BytesIO()
    book.save(out)
    job = preview(ROSTER, out.getvalue(), "名单.xlsx")
    assert job.rejected == 2
    job.rows.filter(number=3).update(problem='=HYPERLINK("http://x")')

    sheet = load_workbook(BytesIO(marked_copy(job=job))).active
    assert {str(area) for area in sheet.merged_cells.ranges} == {"B2:B3"}
    assert [cell.coordinate for row in sheet for cell in row if cell.comment] == ["B2"]
    assert (sheet["C3"].data_type, sheet["C3"].value[:10]) == ("s", "=HYPERLINK")


def test_confirming_asks_again_where_only_what_is_told_has_changed(preview: Preview, office: User) -> None:
    job = preview(ROSTER, "单位,姓名\n市审计局,张三\n")
    job.summary["digest"] = Plan(
        judged=[JudgedRow(row.sheet, row.number, row.verdict, values=row.values) for row in job.rows.all()], told={}
    ).digest()
    job.save()
    with pytest.raises(DomainError) as refused:
        confirm_import(importer=ROSTER, job=job, actor=office)
    assert refused.value.code == "moved"


def test_the_marked_copy_is_read_again_as_it_was(preview: Preview) -> None:
    job = preview(ROSTER, office_file(), "名单.xlsx")
    again = preview(ROSTER, marked_copy(job=job), "again.xlsx")
    assert (again.read, again.new, again.rejected) == (job.read, job.new, job.rejected)


@pytest.mark.parametrize("form", ["xls", "ods"])
def test_files_of_old_programs_are_imported_and_come_back_marked(preview: Preview, office: User, form: str) -> None:
    """The second name of the file is a formula, the third an error."""
    job = preview(ROSTER, (FILES / f"roster.{form}").read_bytes(), f"名单.{form}")
    assert (job.read, job.new, job.rejected) == (3, 1, 2)
    assert "formula" in job.rows.filter(verdict="rejected").order_by("number")[0].problem
    confirm_import(importer=ROSTER, job=job, actor=office)
    assert Appraisal.objects.get().name == "张三"
    copy = load_workbook(BytesIO(marked_copy(job=job))).active
    assert copy["B4"].comment is not None


def test_example_rows_are_passed_over(preview: Preview) -> None:
    job = preview(ROSTER, "序号,单位,姓名\n例,市民政局,张三\n1,市民政局,李四\n示例,市民政局,王五\n")
    assert (job.read, job.new) == (1, 1)


def test_nothing_is_imported_from_a_hostile_file(preview: Preview) -> None:
    data = (FILES / "roster.xls").read_bytes()[:2000]
    with pytest.raises(DomainError) as refused:
        preview(ROSTER, data, "名单.xls")
    assert refused.value.code == "damaged"
    assert not ImportJob.objects.exists()


def test_the_two_readers_of_old_files_keep_what_an_office_sees() -> None:
    assert [one.title for one in read_workbook((FILES / "roster.xls").read_bytes(), "a").visible()] == ["名单"]
