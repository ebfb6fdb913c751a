"""Who came to a meeting, as a workbook: the counts by category, and the names where the unit keeps them."""

from django.utils import timezone, translation

from evaluation.meetings.models import Attendee, ReportMeeting
from evaluation.meetings.selectors import attendance_total
from evaluation.workbooks.writing import Table, Written, write_workbook


@translation.override("zh-hans")
def attendance_workbook(meeting: ReportMeeting) -> bytes:
    """Return an .xlsx: 应到 实到 请假 by category, then the names. Nothing in it says who voted or how."""
    at = timezone.localtime(meeting.starts_at)
    lead = f"时间：{at:%Y-%m-%d %H:%M}　地点：{meeting.place}　主持人：{meeting.chair}"
    return write_workbook([_counts(meeting, lead), _names(meeting, lead)])


def _counts(meeting: ReportMeeting, lead: str) -> Table:
    rows = list(meeting.attendance.all())
    total = attendance_total(rows)
    lines: list[list[Written]] = [
        [str(row.get_category_display()), row.invited, row.present, row.on_leave, row.walk_ins] for row in rows
    ]
    lines.append(["合计", total["invited"], total["present"], total["on_leave"], total["walk_ins"]])
    return Table(
        title="到会人数",
        heading=f"{meeting.title}到会情况",
        lead=lead,
        header=("类别", "应到", "实到", "请假", "其中未受邀到会"),
        rows=lines,
        widths=(24, 10, 10, 10, 16),
    )


def _names(meeting: ReportMeeting, lead: str) -> Table:
    return Table(
        title="签到名单",
        heading=f"{meeting.title}签到名单",
        lead=lead,
        header=("序号", "类别", "姓名", "单位或住址", "座次", "到会情况", "是否受邀"),
        rows=[_name(number, row) for number, row in enumerate(meeting.attendees.all(), start=1)],
        widths=(6, 18, 12, 30, 10, 12, 10),
    )


def _name(number: int, row: Attendee) -> list[Written]:
    return [
        number,
        str(row.get_category_display()),
        row.name,
        row.organisation,
        row.seat or "",
        str(row.get_status_display()),
        "否" if row.is_walk_in else "是",
    ]
