"""操作记录 as a workbook: what a search of the record found."""

from collections.abc import Iterable, Sequence

from django.utils import timezone, translation

from evaluation.audit.models import AuditEvent
from evaluation.audit.reading import changes_of, rest_of, why_of
from evaluation.audit.words import ACTIONS, KINDS, actor_in_words
from evaluation.workbooks import Table, Written, write_workbook

MOST = 20_000  # rows of one sheet; whoever needs more takes the CSV
HEADER = ("序号", "时间", "操作人", "操作", "对象", "变更内容", "理由", "其他", "校验码（SHA-256）")
WIDTHS = (7, 19, 12, 20, 18, 34, 22, 28, 20)


@translation.override("zh-hans")
def audit_workbook(events: Iterable[AuditEvent], *, asked: str = "", is_more: bool = False) -> bytes:
    """Return ``events`` in the order in which they come; ``asked`` says what was searched for. No query."""
    rows = [_row(event) for event in events]
    more = f"；仅列最近的{len(rows)}条，其余见CSV导出" if is_more else ""
    return write_workbook([_table(rows, asked, f"注：本表共{len(rows)}条{more}。")])


def _table(rows: Sequence[Sequence[Written]], asked: str, note: str) -> Table:
    printed = f"导出时间：{timezone.localtime():%Y-%m-%d %H:%M}"
    return Table(
        title="操作记录",
        heading="操作记录",
        lead=asked,
        measure=printed,
        header=HEADER,
        rows=rows,
        widths=WIDTHS,
        formats={1: "yyyy-mm-dd hh:mm:ss"},
        notes=[note],
        kept=2,
    )


def _row(event: AuditEvent) -> list[Written]:
    return [
        event.sequence,
        timezone.localtime(event.at),
        actor_in_words(event.actor),
        str(ACTIONS.get(event.action, event.action)),
        f"{KINDS.get(event.target_kind, event.target_kind)} {event.target_id}",
        "\n".join(f"{one.field}：{one.before} → {one.after}" for one in changes_of(event)),
        why_of(event),
        "\n".join(f"{one.name}：{one.value}" for one in rest_of(event)),
        event.hash,
    ]
