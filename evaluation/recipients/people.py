"""Any list of those served (enterprises, households, persons) as an office keeps it: its columns and its rows (C15)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from evaluation.intake.columns import Column, Kind
from evaluation.intake.importer import Refused
from evaluation.intake.reading import Line, Problem
from evaluation.recipients.drawing import Entry, canonical, mark_of
from evaluation.workbooks import clean_name, clean_text, holds_telephone
from evaluation.workbooks.forms import labelled, write_form

COLUMNS = (
    Column("serial", "序号", ("编号",)),
    Column(
        "name",
        "姓名/名称",
        (
            *("姓名", "名称", "企业名称", "单位名称", "服务对象", "申请人", "户主", "户主姓名", "法人名称"),
            *("姓名或名称", "服务对象姓名", "服务对象名称"),
        ),
        required=True,
        length=120,
        kind=Kind.PARTY,
        example="张三",
    ),
    Column(
        "telephone",
        "联系电话",
        ("电话", "手机", "手机号码", "手机号", "联系方式", "固定电话"),
        length=40,
        kind=Kind.TELEPHONE,
        example="13800000000",
    ),
    Column(
        "address",
        "地址",
        ("联系地址", "住址", "家庭住址", "经营地址", "注册地址", "通讯地址"),
        length=200,
        kind=Kind.ADDRESS,
        example="东河镇建设路1号",
    ),
    Column(
        "section",
        "科室/类别",
        ("科室", "类别", "服务科室", "办理科室", "承办科室", "内设机构", "服务类别", "对口科室"),
        length=80,
        example="婚姻登记处",
    ),
)
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


def person_of_line(line: Line) -> Person:
    given = {name: line.text(name) for name in ("section", "telephone", "address")}
    return person_of(name=line.text("name"), **given)


def problems(line: Line) -> Iterator[Problem]:
    if line.has("section") and not line.text("section"):
        yield line.problem(
            "section",
            _("The section or category is missing."),
            _("Write which section served them, or leave the whole column out."),
        )
    for name in ("name", "section"):
        if holds_telephone(line.text(name)):
            yield line.problem(
                name,
                _("A telephone number stands here."),
                _("Give telephone numbers a column of their own, and say which column means what."),
            )


def told_twice(line: Line, first: Line) -> Refused:
    words = {"sheet": first.sheet, "row": first.number}
    problem = _("The same name with the same telephone stands in row %(row)s already.")
    if first.sheet != line.sheet:
        problem = _("The same name with the same telephone stands in sheet “%(sheet)s”, row %(row)s already.")
    return Refused("name", problem % words, _("Delete one of the two rows."))


def empty_list() -> bytes:
    """The empty form of such a list; not translated, since it is read again."""
    notes = ["填表说明：一户（人）一行，带*的必填，灰色的“例”行不读入，可以删去；不填身份证号。"]
    return write_form("服务对象名单", labelled(COLUMNS, HEADER), heading="服务对象名单", notes=notes)
