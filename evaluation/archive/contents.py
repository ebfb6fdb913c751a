"""卷内目录: what lies in the file of a unit, in its order; and the cover of a print run, with numbers of copies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone

from evaluation.archive.models import PaperJob, PaperPart
from evaluation.documents.paper import Grid, Layout, Note, Paper, Signatures
from evaluation.documents.pdf import paper_pdf
from evaluation.documents.wording import day_in_words
from evaluation.workbooks import Table, write_workbook

HEADER = ("顺序号", "文号", "责任者", "题名", "日期", "页号", "备注")
WIDTHS = (1.8, 2.6, 2.8, 5.6, 2.5, 1.4, 2.2)
NOT_MADE = "未能生成"
REMARKS = (
    "注：1.页号为各件首页在全卷中的流水页号，电子表格不编页号；2.正式印发的文件以印发时留存的文本和盖章扫描件归档；"
    "3.密封测评票、测评码、投诉人的姓名和联系方式不归入本卷。"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One document of the file: its number in it, and on which page it begins (``None``: it has no pages)."""

    place: int
    part: PaperPart
    page: int | None


def lines_of(parts: Sequence[PaperPart]) -> Iterator[Line]:
    """Number the documents in their order and count their pages on; what could not be made takes none."""
    page = 1
    for place, part in enumerate(parts, start=1):
        yield Line(place, part, page if part.pages else None)
        page += part.pages or 0


def rows_of(parts: Sequence[PaperPart]) -> list[list[str | int | None]]:
    return [
        [
            line.place,
            line.part.number,
            line.part.author,
            line.part.title,
            line.part.dated.strftime("%Y%m%d") if line.part.dated else "",
            line.page,
            NOT_MADE if line.part.problem else line.part.note,
        ]
        for line in lines_of(parts)
    ]


def contents_paper(job: PaperJob, parts: Sequence[PaperPart]) -> Paper:
    """Return the list of the file as a form; ``parts`` are its documents, made or given up, in their order."""
    pages = sum(part.pages or 0 for part in parts)
    return Paper(
        layout=Layout.FORM,
        title="卷内目录",
        subtitle=f"{_whose(job)}{job.year}年度公述民评档案",
        blocks=[
            Grid(HEADER, rows_of(parts), widths=WIDTHS),
            Note(f"本卷共{len(parts)}件、{pages}页。"),
            Note(REMARKS),
            Signatures(["立卷人：", "检查人：", "立卷日期："]),
        ],
    )


def contents_pdf(job: PaperJob, parts: Sequence[PaperPart]) -> bytes:
    return paper_pdf(contents_paper(job, parts))


def contents_workbook(job: PaperJob, parts: Sequence[PaperPart]) -> bytes:
    heading = f"{_whose(job)}{job.year}年度公述民评档案卷内目录"
    table = Table("卷内目录", HEADER, rows_of(parts), heading=heading, notes=(REMARKS,))
    return write_workbook([table])


def cover_pdf(job: PaperJob, parts: Sequence[PaperPart]) -> bytes:
    """The first sheet of a print run: what follows, in its order, and how many copies of each are needed."""
    rows: list[list[str | int | None]] = [
        [place, part.title, part.pages, part.copies, NOT_MADE if part.problem else part.note]
        for place, part in enumerate(parts, start=1)
    ]
    paper = Paper(
        layout=Layout.FORM,
        title="会议文件印制清单",
        subtitle=job.title,
        blocks=[
            Grid(("序号", "文件", "页数", "份数", "说明"), rows, widths=(1, 6, 1.2, 1.2, 4)),
            Note(
                "注：1.每份文件从正面起页，注明单面印制的背面留空，可整册双面印制，再按份数加印；2.份数按会议邀请人数和票箱登记人数计算，空白处由会务人员填写。"
            ),
            Note(f"生成日期：{day_in_words(timezone.localdate(job.created_at))}"),
            Signatures(["印制人：", "复核人："]),
        ],
    )
    return paper_pdf(paper)


def _whose(job: PaperJob) -> str:
    return job.unit.name if job.unit else ""
