"""Any list of those served (enterprises, households, persons) as an office keeps it: a workbook to entries (C15)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from evaluation.recipients.drawing import Entry, canonical, mark_of
from evaluation.roster.reading import Problem, Rejection, at, cell_problems, data_rows, private_problems, rejected
from evaluation.workbooks import (
    Header,
    Row,
    Sheet,
    Table,
    Workbook,
    WorkbookError,
    clean_name,
    clean_text,
    find_header,
    holds_citizen_number,
    write_workbook,
)

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "serial": ("序号", "编号"),
    "name": (
        *("姓名/名称", "姓名", "名称", "企业名称", "单位名称", "服务对象", "申请人", "户主", "户主姓名", "法人名称"),
        *("姓名或名称", "服务对象姓名", "服务对象名称"),
    ),
    "telephone": ("联系电话", "电话", "手机", "手机号码", "手机号", "联系方式", "固定电话"),
    "address": ("地址", "联系地址", "住址", "家庭住址", "经营地址", "注册地址", "通讯地址"),
    "section": ("科室/类别", "科室", "类别", "服务科室", "办理科室", "承办科室", "内设机构", "服务类别", "对口科室"),
}
LENGTHS = {"name": 120, "telephone": 40, "address": 200, "section": 80}
HEADER = ("科室/类别", "姓名/名称", "联系电话", "地址")


@dataclass(frozen=True, slots=True)
class Person:
    """One entry of a frame with its contact details; ``entry`` is what is drawn from."""

    entry: Entry
    telephone: str = ""
    address: str = ""


def person_of(*, section: str, name: str, telephone: str = "", address: str = "") -> Person:
    """Return an entry as frames keep it: section and name in their canonical form, so that lines are what is stored."""
    mark = mark_of(telephone=telephone, address=address)
    section = canonical(clean_text(section)).replace(" ", "")
    return Person(Entry(section, canonical(clean_name(name)), mark), telephone, address)


@dataclass(frozen=True, slots=True)
class PeopleList:
    people: tuple[Person, ...]
    rejections: tuple[Rejection, ...]


def read_people(workbook: Workbook) -> PeopleList:
    """Return the people in every visible sheet that has a header with a name.

    Every row below a header that is neither note nor total is a ``Person`` or a ``Rejection``; whoever stands twice
    in one section is rejected the second time. Raises ``WorkbookError("no_header")`` where no sheet has a header.
    """
    people: list[Person] = []
    rejections: list[Rejection] = []
    seen: dict[Entry, int] = {}
    found = False
    for sheet in workbook.visible():
        header = find_header(sheet, COLUMNS, required=["name"])
        if header is None:
            continue
        found = True
        for row in data_rows(header, sheet, COLUMNS["name"]):
            read = read_row(sheet, header, row)
            if isinstance(read, Person) and read.entry in seen:
                read = told_twice(sheet, header, row, seen[read.entry])
            if isinstance(read, Person):
                seen[read.entry] = row.number
                people.append(read)
            else:
                rejections.append(read)
    if not found:
        raise WorkbookError(
            "no_header", _("No header was found. Name the columns in one row: 科室/类别, 姓名/名称, 联系电话, 地址.")
        )
    return PeopleList(tuple(people), tuple(rejections))


def read_row(sheet: Sheet, header: Header, row: Row) -> Person | Rejection:
    """Read one row; every problem in it is told at once."""
    texts = {name: clean_text(row.at(column)) for name, column in header.columns.items()}
    problems = list(row_problems(header, row, texts))
    if problems:
        shown = "" if holds_citizen_number(texts["name"]) else texts["name"]
        return rejected(sheet.title, row.number, problems, {"name": shown})
    given = {name: texts.get(name, "") for name in ("section", "telephone", "address")}
    return person_of(name=texts["name"], **given)


def row_problems(header: Header, row: Row, texts: Mapping[str, str]) -> Iterator[Problem]:
    yield from private_problems(header, row)
    yield from cell_problems(header, row, texts, LENGTHS)
    if header.columns["name"] in row.formulas:
        yield at(header, "name", _("The name is a formula."), _("Write the name itself."))
    elif not texts["name"]:
        yield at(header, "name", _("The name is missing."), _("Write the name, or delete the row."))
    if "section" in header.columns and not texts["section"]:
        yield at(
            header,
            "section",
            _("The section or category is missing."),
            _("Write which section served them, or leave the whole column out."),
        )


def told_twice(sheet: Sheet, header: Header, row: Row, first: int) -> Rejection:
    problem = at(
        header,
        "name",
        _("The same name with the same telephone stands in row %(row)s already.") % {"row": first},
        _("Delete one of the two rows."),
    )
    return rejected(sheet.title, row.number, [problem], {"name": clean_text(row.at(header.columns["name"]))})


def empty_list() -> bytes:
    """The empty form of such a list; not translated, since it is read again."""
    return write_workbook([Table(title="服务对象名单", heading="服务对象名单", header=HEADER, widths=[18, 24, 18, 36])])
