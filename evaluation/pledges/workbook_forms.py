"""Pledges as a workbook that reads back unchanged, and the empty form."""

from collections.abc import Iterable, Sequence

from evaluation.intake.columns import Column
from evaluation.pledges.models import Pledge
from evaluation.pledges.reading import item_text
from evaluation.roster.models import Appraisal
from evaluation.units.models import Unit
from evaluation.workbooks.forms import write_form
from evaluation.workbooks.writing import Written

# The city's own form, read again by ``importing``; not translated.
TITLE = "公开履职承诺"
SHOWN = (
    "unit", "office", "name", "post", "telephone", "identity", "staff_number", "duties", "commitments", "items",
)  # fmt: skip
NOTES = (
    "填表说明：1.一名干部填一行，带*的必填，“例”行不读入；2.承诺事项一条一行（单元格内按Alt+Enter换行），有完成时限的在末尾写"
    "“（2012年6月30日前）”；3.空白单元格不改动已有内容；4.照片另存为“姓名.jpg”（重名的用“单位-姓名.jpg”或“姓名_科室.jpg”），"
    "打成一个zip文件一并上传；5.已公开的承诺须在“公开后更改”列填“是”才更改，更改情况连同日期一并公开；6.不填身份证号。",
)


def empty_pledges(year: int, columns: Sequence[Column]) -> bytes:
    """Return the form to be filled in: one row a cadre, units to choose from."""
    wanted = [column for column in columns if column.name in SHOWN]
    units = list(Unit.objects.filter(home_appraisals__cycle__year=year).distinct().values_list("name", flat=True)[:500])
    choices = {"单位": units} if units else {}
    return write_form(TITLE, wanted, heading=f"{year}年{TITLE}汇总表", notes=NOTES, choices=choices)


def pledge_workbook(*, year: int, appraisals: Iterable[Appraisal], columns: Sequence[Column]) -> bytes:
    """Return the pledges of ``appraisals`` in the shape of the form; reading it back changes nothing.

    Entries come with ``home_unit`` selected and their pledge and its items prefetched. Who has no pledge yet stands
    there with empty cells, to be filled in.
    """
    wanted = [column for column in columns if column.name in SHOWN]
    rows = [_row(one) for one in appraisals]
    return write_form(TITLE, wanted, heading=f"{year}年{TITLE}汇总表", example=(), rows=rows, empty_rows=0)


def _row(one: Appraisal) -> list[Written]:
    pledge: Pledge | None = getattr(one, "pledge", None)
    said: list[Written] = [one.home_unit.name, one.office, one.name, one.held_post, one.telephone]
    if pledge is None:
        return [*said, "", "", "", "", ""]
    items = "\n".join(f"{place}.{item_text(item.text, item.due)}" for place, item in enumerate(pledge.items.all(), 1))
    return [*said, pledge.identity, pledge.staff_number, pledge.duties, pledge.commitments, items]
