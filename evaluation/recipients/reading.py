"""A service ledger (办件台账) as offices export it: a workbook to service records (C15)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from evaluation.roster.reading import Problem, Rejection, at, cell_problems, data_rows, private_problems, rejected
from evaluation.workbooks import (
    Header,
    Row,
    Sheet,
    Workbook,
    WorkbookError,
    clean_text,
    find_header,
    holds_citizen_number,
    parse_day,
    text_key,
)

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "serial": ("序号",),
    "number": ("受理编号", "办件编号", "受理号", "业务编号", "流水号", "编号"),
    "matter": ("事项名称", "办理事项", "事项", "业务名称", "服务事项"),
    "unit": ("承办单位", "受理单位", "办理单位", "单位", "单位名称"),
    "office": ("承办科室", "受理科室", "办理科室", "科室", "内设机构"),
    "handler": ("经办人", "承办人", "受理人", "办理人"),
    "applicant": ("申请人", "申请人姓名", "服务对象", "申请单位", "申请人(单位)"),
    "applicant_kind": ("申请人类型", "申请人类别", "服务对象类型"),
    "telephone": ("联系电话", "电话", "手机", "手机号码", "手机号", "联系方式"),
    "accepted_on": ("受理日期", "受理时间", "收件日期", "申请日期"),
    "finished_on": ("办结日期", "办结时间"),
    "state": ("办理状态", "状态", "办件状态", "办理结果"),
}
LENGTHS = {
    "number": 40, "matter": 120, "unit": 80, "office": 80, "handler": 60, "applicant": 120, "applicant_kind": 20,
    "telephone": 40, "state": 20,
}  # fmt: skip
TEXTS = ("matter", "office", "handler", "applicant", "applicant_kind", "telephone", "state")
REQUIRED = ("number", "unit", "applicant")


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One case. ``given`` holds the texts of the columns that the file has, ``days`` its dates."""

    sheet: str
    row: int
    number: str
    unit: str
    given: Mapping[str, str]
    days: Mapping[str, date | None]
    columns: Mapping[str, int]
    labels: Mapping[str, str]

    @property
    def key(self) -> tuple[str, str]:
        return text_key(self.unit), self.number

    def rejected(self, name: str, problem: str, advice: str) -> Rejection:
        cells = (self.columns[name],) if name in self.columns else ()
        shown = {"name": self.number, "unit": self.unit}
        return Rejection(
            self.sheet, self.row, self.labels.get(name, "")[:40], problem[:300], advice[:300], shown, cells
        )


@dataclass(frozen=True, slots=True)
class Ledger:
    rows: tuple[LedgerRow, ...]
    rejections: tuple[Rejection, ...]
    ignored_sheets: tuple[str, ...]

    @property
    def read(self) -> int:
        return len(self.rows) + len(self.rejections)


def read_ledger(workbook: Workbook) -> Ledger:
    """Return the cases in every visible sheet that has a header with case number, unit and applicant.

    Every row below a header that is neither note nor total is a ``LedgerRow`` or a ``Rejection``; a number that stands
    twice for one unit is rejected the second time. Raises ``WorkbookError("no_header")`` where no sheet has a header.
    """
    rows: list[LedgerRow] = []
    rejections: list[Rejection] = []
    ignored: list[str] = []
    seen: dict[tuple[str, str], LedgerRow] = {}
    for sheet in workbook.visible():
        header = find_header(sheet, COLUMNS, required=REQUIRED)
        if header is None:
            ignored.append(sheet.title)
            continue
        for row in data_rows(header, sheet, COLUMNS["applicant"], "applicant"):
            read = read_row(sheet, header, row)
            if isinstance(read, LedgerRow) and seen.setdefault(read.key, read) is not read:
                first = seen[read.key]
                read = read.rejected(
                    "number",
                    _("This case number stands in row %(row)s already.") % {"row": first.row},
                    _("Delete one of the two rows."),
                )
            (rows if isinstance(read, LedgerRow) else rejections).append(read)  # type: ignore[arg-type]
    if len(ignored) == sum(1 for _sheet in workbook.visible()):
        raise WorkbookError(
            "no_header",
            _("No header was found. Name the columns in one row, among them 受理编号, 承办单位 and 申请人."),
        )
    return Ledger(tuple(rows), tuple(rejections), tuple(ignored))


def read_row(sheet: Sheet, header: Header, row: Row) -> LedgerRow | Rejection:
    """Read one case; every problem in it is told at once."""
    texts = {name: clean_text(row.at(column)) for name, column in header.columns.items()}
    days: dict[str, date | None] = {
        name: parse_day(row.at(header.columns[name])) for name in ("accepted_on", "finished_on") if name in texts
    }
    problems = list(row_problems(header, row, texts, days))
    if problems:
        shown = {"name": texts["number"], "unit": texts["unit"]}
        shown = {key: "" if holds_citizen_number(text) else text for key, text in shown.items()}
        return rejected(sheet.title, row.number, problems, shown)
    return LedgerRow(
        sheet=sheet.title,
        row=row.number,
        number=texts["number"],
        unit=texts["unit"],
        given={name: texts[name] for name in TEXTS if name in texts},
        days=days,
        columns=header.columns,
        labels=header.labels,
    )


def row_problems(
    header: Header, row: Row, texts: Mapping[str, str], days: Mapping[str, date | None]
) -> Iterator[Problem]:
    yield from private_problems(header, row)
    yield from cell_problems(header, row, texts, LENGTHS)
    for name, label in required_labels().items():
        if not texts[name]:
            yield at(header, name, _("The %(field)s is missing.") % {"field": label}, _("Write it, or delete the row."))
    for name, day in days.items():
        if texts[name] and day is None:
            problem = _("“%(text)s” is no date.") % {"text": texts[name][:20]}
            yield at(header, name, problem, _("Write the full day, as 2012-05-29."))
    accepted, finished = days.get("accepted_on"), days.get("finished_on")
    if accepted and finished and finished < accepted:
        yield at(header, "finished_on", _("The case was finished before it was accepted."), _("Correct the dates."))


def required_labels() -> dict[str, str]:
    return {"number": _("case number"), "unit": _("unit"), "applicant": _("applicant")}
