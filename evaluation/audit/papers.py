"""操作记录 on paper: what a search of the record found, and whether the chain holds."""

from collections.abc import Iterable, Mapping

from django.utils import timezone, translation

from evaluation.audit.models import AuditEvent
from evaluation.audit.reading import changes_of, rest_of, why_of
from evaluation.audit.words import ACTIONS, KINDS, actor_in_words
from evaluation.documents.paper import Grid, Layout, Note, Paper
from evaluation.documents.wording import moment_in_words

MOST = 500  # rows on paper, drawn in seconds; whoever needs more takes the export
LONGEST = 200  # characters of one value
HEADER = ("序号", "时间", "操作人", "操作", "操作代码", "对象", "变更内容", "理由", "其他")
WIDTHS = (3, 6, 5, 6, 6.5, 6, 12, 8, 9)
ASKED = {
    "actor": "操作人",
    "act": "操作",
    "action": "操作代码",
    "kind": "对象种类",
    "number": "对象编号",
    "why": "理由",
    "since": "自",
    "until": "至",
}


@translation.override("zh-hans")
def audit_record_paper(
    rows: Iterable[AuditEvent],
    *,
    filters: Mapping[str, object] | None = None,
    is_more: bool = False,
    verified: AuditEvent | None = None,
) -> Paper:
    """Return the events ``rows`` as a list, in the order in which they come; no query.

    ``filters`` are what was searched by, ``is_more`` says that there are more than ``rows``, ``verified`` is the
    event of the last verification of the chain.
    """
    lines = [_line(event) for event in rows]
    printed = f"打印时间：{moment_in_words(timezone.localtime())}"
    return Paper(
        layout=Layout.WIDE_FORM,
        title="操作记录",
        subtitle=f"{asked_in_words(filters or {})}　　{printed}",
        blocks=[
            Grid(HEADER, lines, widths=WIDTHS) if lines else Note("未查到符合条件的记录。"),
            Note(f"本表列{len(lines)}条" + (f"，为最近的{len(lines)}条，其余见导出文件。" if is_more else "。")),
            Note(_chain(verified)),
        ],
    )


def _line(event: AuditEvent) -> list[str | int]:
    changes = "\n".join(f"{one.field}：{_short(one.before)} → {_short(one.after)}" for one in changes_of(event))
    return [
        event.sequence,
        timezone.localtime(event.at).strftime("%Y-%m-%d %H:%M:%S"),
        actor_in_words(event.actor),
        str(ACTIONS.get(event.action, event.action)),
        event.action,
        f"{KINDS.get(event.target_kind, event.target_kind)} {event.target_id}",
        changes,
        _short(why_of(event)),
        "\n".join(f"{one.name}：{_short(one.value)}" for one in rest_of(event)),
    ]


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}……"


def asked_in_words(filters: Mapping[str, object]) -> str:
    words = {"act": ACTIONS, "kind": KINDS}
    asked = [f"{ASKED.get(name, name)} {words.get(name, {}).get(str(value), value)}" for name, value in filters.items()]
    return "查询条件：" + ("，".join(asked) if asked else "全部记录")


def _chain(verified: AuditEvent | None) -> str:
    """Each entry carries the hash of the one before it; what the last verification said."""
    if verified is None:
        return "记录逐条相连，尚未校验。"
    when = moment_in_words(timezone.localtime(verified.at))
    if verified.detail["broken"]:
        return f"{when}校验：自第{verified.detail['broken']}条起断开，记录被改动、删除或补入。"
    return f"{when}校验：至第{verified.detail['until']}条完整相连，末条校验码（SHA-256）：{verified.detail['head']}"
