"""The list of those invited, with their contact details: for whoever invites them, and for nobody else."""

from collections.abc import Iterable

from evaluation.recipients.models import Draw, DrawnRecipient
from evaluation.workbooks import Table, write_workbook

# The city's own list; not translated.
HEADER = ("科室/类别", "序号", "姓名/名称", "联系电话", "地址", "方式", "状态", "联系情况")
WAYS = {DrawnRecipient.Way.MEETING: "参加会议", DrawnRecipient.Way.LETTER: "信函或短信"}
STATES = {DrawnRecipient.State.DRAWN: "抽中", DrawnRecipient.State.CALLED_UP: "候补递补"}


def invitation_list(*, drawn: Draw, recipients: Iterable[DrawnRecipient]) -> bytes:
    """Return the workbook; ``recipients`` with stratum and entry."""
    rows = [
        (
            row.stratum.section,
            row.place,
            row.entry.name,
            row.entry.telephone,
            row.entry.address,
            WAYS.get(DrawnRecipient.Way(row.way), ""),
            STATES.get(DrawnRecipient.State(row.state), ""),
            "",
        )
        for row in recipients
    ]
    heading = f"{drawn.frame.unit.name}{drawn.frame.cycle.year}年度服务对象邀请名单"
    note = "本名单含联系方式，仅供邀请使用，用后销毁，不得公开。"
    widths = [20, 8, 24, 18, 32, 14, 12, 20]
    return write_workbook([Table("邀请名单", HEADER, rows, heading=heading, notes=[note], widths=widths)])
