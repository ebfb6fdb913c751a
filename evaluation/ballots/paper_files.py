"""The totals of a tally sheet in a workbook: the empty form, and its figures into the keying form, unsaved.

A workbook only spares the typing: who keys still compares with the signed sheet, and two people key (``paper``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from evaluation.audit.models import AuditEvent
from evaluation.audit.services import record
from evaluation.ballots.models import BallotBox
from evaluation.ballots.paper_forms import LONGEST, total_field
from evaluation.ballots.sheets import WITHOUT_GRADE
from evaluation.ballots.voter_pages import BlankSheet, Person
from evaluation.errors import DomainError
from evaluation.workbooks import (
    Header,
    Row,
    Sheet,
    WorkbookError,
    find_header,
    name_key,
    read_workbook,
    text_key,
    to_halfwidth,
    value_text,
)
from evaluation.workbooks.forms import EmptyForm, PlainColumn, is_example_row, write_forms
from evaluation.workbooks.writing import Written

READ = "paper-file-read"
UPLOAD_MOST = 5 * 1024 * 1024
# The city's own form, read again; not translated.
COUNTS: Mapping[str, tuple[str, ...]] = {
    "valid": ("有效票", "有效票数", "有效票张数"),
    "invalid": ("无效票", "无效票数", "无效票张数"),
}
MARKS: Mapping[str, tuple[str, ...]] = {
    "dont_know": ("不了解", "不知道"),
    "abstained": ("弃权", "未填", "空白"),
    "spoiled": ("作废", "废票", "涂改难辨", "填写无效", "污损", "无法辨认", "单项无效", "废"),
}
NAMES = ("姓名", "干部", "评议对象", "被评议人")
ASPECTS = ("评议内容", "项目", "内容", "评议项目")
NOTES = (
    "填表说明：1.按签字的唱票计票单填写，每名干部每项评议内容各等次票数之和等于有效票数，0可不填；"
    "2.有效票、无效票数填在“票数”表；3.上传后只填入录入页面，核对无误后由录入人自己提交；4.第二名计票人应按签字的计票单另行录入。",
)


@dataclass(frozen=True, slots=True)
class Totals:
    """Figures of a tally sheet: ``marks`` by cadre, aspect and mark."""

    valid: int | None = None
    invalid: int | None = None
    marks: Mapping[int, Mapping[str, Mapping[str, int]]] | None = None


def totals_workbook(blank: BlankSheet, *, group: str, totals: Totals | None = None) -> bytes:
    """Return the form of one group's totals, a row for every cadre and aspect; with ``totals`` filled in."""
    given = totals or Totals()
    columns = [
        PlainColumn("姓名"),
        PlainColumn("评议内容"),
        *(PlainColumn(label, "integer") for _mark, label in _marks(blank)),
    ]
    rows: list[list[Written]] = []
    for number, person in enumerate(blank.people, start=1):
        for aspect in blank.aspects:
            counted = ((given.marks or {}).get(person.id) or {}).get(aspect.code) or {}
            figures = [counted.get(mark, 0 if given.marks else None) for mark, _label in _marks(blank)]
            rows.append([number, person.name, aspect.label, *figures])
    title = f"{blank.box.title}唱票计票汇总"
    counts: list[list[Written]] = [[1, "有效票", given.valid], [2, "无效票", given.invalid]]
    serial = PlainColumn("序号", "serial")
    numbers = [serial, PlainColumn("项目"), PlainColumn("票数", "integer")]
    return write_forms(
        [
            EmptyForm("计票", [serial, *columns], f"{title}（{group}）", NOTES, rows=rows, empty_rows=0),
            EmptyForm("票数", numbers, "票数", rows=counts, empty_rows=0),
        ]
    )


def read_totals_file(*, data: bytes, name: str, blank: BlankSheet) -> dict[str, str]:
    """Return what a workbook says by the fields of the keying form; nothing is recorded.

    What the file does not say stays empty; the service asks for it. Raises ``DomainError``: the codes of
    ``read_workbook``, ``no_header``, and ``rows`` where a row means nobody, is said twice or holds no number.
    """
    try:
        workbook = read_workbook(data, name)
    except WorkbookError as error:
        raise DomainError(error.code, error.message) from error
    found: dict[str, str] = {}
    tables = 0
    for sheet in workbook.visible():
        header = find_header(sheet, _wanted(blank), required=["name", "aspect"])
        if header is None:
            found |= _counts(sheet)
            continue
        tables += 1
        for row in header.rows_below(sheet):
            if not is_example_row(row.at(0)):
                _read_row(found, blank, sheet, header, row)
        found |= _counts(sheet)
    if not tables:
        raise DomainError("no_header", _("No header was found. Name the columns 姓名, 评议内容 and the grades."))
    return found


def note_file(*, box: BallotBox, group: str, data: bytes, who: str) -> None:
    """Keep that ``who`` read this file. Raises ``DomainError`` ``same_file`` where another person did before.

    Two entries of one file would be one entry.
    """
    digest = hashlib.sha256(data).hexdigest()
    earlier = AuditEvent.objects.filter(action=READ, target_id=str(box.pk), detail__sha256=digest, detail__group=group)
    if earlier.exclude(actor=who).exists():
        message = _("Another person has used this very file. The second entry is keyed from the signed sheet.")
        raise DomainError("same_file", message)
    record(actor=who, action=READ, target=box, detail={"group": group, "sha256": digest})


def _marks(blank: BlankSheet) -> list[tuple[str, str]]:
    """The columns of figures: every grade, then what is no grade, in the words of the form."""
    return [
        *((grade.word, grade.label) for grade in blank.grades),
        *((mark, MARKS[mark][0]) for mark in WITHOUT_GRADE.values()),
    ]


def _wanted(blank: BlankSheet) -> dict[str, Sequence[str]]:
    grades = {grade.word: (grade.label, grade.word) for grade in blank.grades}
    return {"serial": ("序号", "编号"), "name": NAMES, "aspect": ASPECTS, **grades, **MARKS}


def _read_row(found: dict[str, str], blank: BlankSheet, sheet: Sheet, header: Header, row: Row) -> None:
    name, aspect = row.at(header.columns["name"]), row.at(header.columns["aspect"])
    if not name_key(name) or not text_key(aspect):
        return
    person = _person(blank, sheet, header, row)
    code = next((one.code for one in blank.aspects if text_key(aspect) in (text_key(one.label), one.code)), None)
    if code is None:
        raise _wrong(sheet, row, _("“%(text)s” is no aspect of this ballot.") % {"text": value_text(aspect)[:20]})
    for mark, _label in _marks(blank):
        field = total_field(person.id, code, mark)
        if field in found:
            raise _wrong(sheet, row, _("This cadre and aspect stand above already."))
        found[field] = _figure(sheet, row, header.columns.get(mark))


def _person(blank: BlankSheet, sheet: Sheet, header: Header, row: Row) -> Person:
    """The cadre of that name; of namesakes the one of that number on the sheet."""
    key = name_key(row.at(header.columns["name"]))
    named = [(number, one) for number, one in enumerate(blank.people, start=1) if name_key(one.name) == key]
    if len(named) > 1:
        said = value_text(row.at(header.columns.get("serial")))
        named = [(number, one) for number, one in named if str(number) == said]
    if len(named) != 1:
        raise _wrong(sheet, row, _("“%(text)s” is not one cadre of this ballot.") % {"text": key[:20]})
    return named[0][1]


def _figure(sheet: Sheet, row: Row, column: int | None) -> str:
    text = to_halfwidth(value_text(row.at(column))).strip()
    if text in ("", "-", "—", "/"):
        return ""
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST):
        raise _wrong(sheet, row, _("“%(text)s” is no whole number.") % {"text": text[:20]})
    return str(int(text))


def _counts(sheet: Sheet) -> dict[str, str]:
    """Valid and invalid ballots, wherever a cell says so and a figure stands right of it."""
    found: dict[str, str] = {}
    for row in sheet.rows:
        for place, value in enumerate(row.cells[:-1]):
            key = text_key(value).strip(":")
            for field, words in COUNTS.items():
                figure = to_halfwidth(value_text(row.at(place + 1))).strip()
                if key in words and figure.isascii() and figure.isdigit() and len(figure) <= LONGEST:
                    found[field] = figure
    return found


def _wrong(sheet: Sheet, row: Row, problem: str) -> DomainError:
    words = {"sheet": sheet.title, "row": row.number, "problem": problem}
    return DomainError("rows", _("Sheet “%(sheet)s”, row %(row)s: %(problem)s Nothing was read.") % words)
