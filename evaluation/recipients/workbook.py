"""The service ledger out, as it is read back, and its empty form."""

from collections.abc import Iterable

from evaluation.recipients.models import ServiceRecord
from evaluation.recipients.reading import COLUMNS
from evaluation.workbooks import Table, write_workbook
from evaluation.workbooks.forms import labelled, write_form

# The city's own form, read again by ``reading``; not translated.
HEADER = (
    "受理编号", "事项名称", "承办单位", "承办科室", "经办人", "申请人", "申请人类型", "联系电话", "受理日期",
    "办结日期", "办理状态",
)  # fmt: skip

NOTES = (
    "填表说明：1.一件一行，带*的必填，灰色的“例”行不读入，可以删去；2.也可直接上传业务系统导出的台账，不必照此格式；3.不填身份证号。",
)


def ledger_workbook(*, year: int, records: Iterable[ServiceRecord]) -> bytes:
    """Return the cases without telephone numbers, which are for the draw alone; reading it back changes nothing.

    Records come with ``unit`` selected.
    """
    rows = [
        [one.number, one.matter, one.unit.name, one.office, one.handler, one.applicant, one.applicant_kind,
         one.accepted_on, one.finished_on, one.state]
        for one in records
    ]  # fmt: skip
    header = [label for label in HEADER if label != "联系电话"]
    return write_workbook([Table("办件台账", header, rows, heading=f"{year}年度办件台账")])


def empty_ledger(*, year: int) -> bytes:
    heading = f"{year}年度办件台账"
    return write_form("办件台账", labelled(COLUMNS, HEADER), heading=heading, notes=NOTES)
