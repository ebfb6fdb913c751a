"""The empty form of the service ledger."""

from evaluation.workbooks import Table, write_workbook

# The city's own form, read again by ``reading``; not translated.
HEADER = (
    "受理编号", "事项名称", "承办单位", "承办科室", "经办人", "申请人", "申请人类型", "联系电话", "受理日期",
    "办结日期", "办理状态",
)  # fmt: skip


def empty_ledger(*, year: int) -> bytes:
    heading = f"{year}年度办件台账"
    return write_workbook([Table(title="办件台账", heading=heading, header=HEADER, widths=[16] * len(HEADER))])
