"""What step 5 puts on paper: the rectification notice with its receipt slip, a plan, the ledger (C11).

Loaded rows in, papers out, always in Chinese. What a notice names of figures are its own reasons, which never hold a
mean that would tell on few people.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from evaluation.cycle.models import Cycle, DeductionRule, TrackRules
from evaluation.documents.paper import (
    Block,
    Fields,
    Grid,
    Heading,
    Layout,
    Note,
    Opinion,
    Paper,
    Signatures,
    Text,
)
from evaluation.documents.wording import day_in_words
from evaluation.rectification.drafting import reason_in_words
from evaluation.rectification.models import PlanItem, PublicComment, RectificationNotice, RectificationPlan
from evaluation.units.models import Unit

SOURCES = {"opinion": "群众意见", "aspect": "评议得分", "deduction": "日常扣分", "other": "自查"}
STATES = {"overdue": "逾期", "under_way": "整改中", "done": "已完成"}
PLAN_STATES = {
    "draft": "草拟", "submitted": "待审核", "returned": "退回修改", "published": "已公布", "completed": "已报告完成",
    "accepted": "已验收",
}  # fmt: skip
# The rule that counts what is not rectified in time or properly (C20).
NOT_RECTIFIED = "2"
MATERIALS = ("整改计划（问题、措施、时限、效果、责任人）", "整改情况报告", "整改成效的佐证材料", "送达回执")
OPINIONS_SHOWN = 20
Cell = str | int


def notice_papers(notice: RectificationNotice, *, number: str = "") -> list[Paper]:
    """Return the notice and its receipt slip 送达回执, each beginning a page."""
    return [notice_paper(notice, number=number), receipt_paper(notice, number=number)]


def notice_paper(notice: RectificationNotice, *, number: str = "") -> Paper:
    """Return the notice 整改通知书 as a letter (C11).

    ``notice`` has its unit, its appraisal and that one's cycle and organising unit loaded. ``number`` is the one under
    which it is issued; a draft bears the typed one, or none. Two queries.
    """
    appraisal, cycle = notice.appraisal, notice.appraisal.cycle
    number = number or notice.number
    issuer = notice.issuer or appraisal.organising_unit.name
    return Paper(
        layout=Layout.LETTER,
        organ=issuer,
        number=number,
        title="整改通知书",
        addressee=notice.unit.name,
        blocks=[
            Text(
                f"根据市委公述民评实施意见和{cycle.year}年度公述民评评议结果，你单位{appraisal.office}{appraisal.held_post}"
                f"{appraisal.name}同志存在需要整改的问题。现将有关事项通知如下："
            ),
            *_numbered(
                [
                    ("存在的问题及其依据", _evidence(notice)),
                    ("整改意见", [Text(line) for line in _demands(notice)]),
                    ("整改期限", [Text(f"请于{day_in_words(notice.due)}前完成整改。")]),
                    ("报送材料", [Text(_materials())]),
                    ("逾期责任", [Text(_consequence(notice))]),
                    ("联系方式", [Text(_contact(notice, issuer))]),
                ]
            ),
        ],
        annexes=["送达回执"],
        signer=issuer,
        day=timezone.localdate(notice.issued_at) if notice.issued_at else None,
    )


def receipt_paper(notice: RectificationNotice, *, number: str = "") -> Paper:
    """Return the slip that comes back to whoever issued the notice, signed and sealed by the unit."""
    issuer = notice.issuer or notice.appraisal.organising_unit.name
    received = f"{_day(notice.received_at)}（已在系统中确认）" if notice.received_at else "　　年　　月　　日"
    return Paper(
        layout=Layout.FORM,
        title="送达回执",
        blocks=[
            Fields(
                [
                    [("送达文书", "整改通知书"), ("文号", number or notice.number)],
                    [("发文单位", issuer), ("受送达单位", notice.unit.name)],
                    [("涉及干部", notice.appraisal.name), ("职务", notice.appraisal.post_line)],
                    [("整改期限", f"{day_in_words(notice.due)}前")],
                    [("送达方式", "□ 当面送达　　□ 邮寄送达　　□ 系统送达")],
                    [("送达人", ""), ("送达日期", "　　年　　月　　日")],
                    [("收件人签名", ""), ("收件日期", received)],
                ]
            ),
            Opinion("受送达单位意见", lines=5, sign="单位（盖章）："),
            Opinion("备注", lines=2, sign="签名："),
            Note(f"请在收到之日填写本回执，加盖公章后退回{issuer}。"),
        ],
    )


def plan_paper(plan: RectificationPlan) -> Paper:
    """Return one cadre's plan with what became of it (its appraisal, cycle and units loaded). Two queries."""
    appraisal, cycle = plan.appraisal, plan.appraisal.cycle
    items, comments = list(plan.items.all()), _shown_comments(plan)
    return Paper(
        layout=Layout.WIDE_FORM,
        title=f"{cycle.city_name}{cycle.year}年度公述民评整改计划表",
        subtitle=f"组织单位：{appraisal.organising_unit.name}",
        blocks=[
            Fields(
                [
                    [("姓名", appraisal.name), ("单位", appraisal.home_unit.name), ("职务", appraisal.post_line)],
                    [
                        ("公布日期", _day(plan.published_at)),
                        ("征求意见截止", day_in_words(plan.comments_until)),
                        ("状态", PLAN_STATES.get(plan.status, plan.status)),
                    ],
                ]
            ),
            Grid(
                header=[
                    "序号",
                    "来源",
                    "存在问题",
                    "整改措施",
                    "达到效果",
                    "完成时限",
                    "责任人",
                    "完成情况",
                    "完成日期",
                ],
                rows=[_plan_row(place, item, appraisal.name) for place, item in enumerate(items, start=1)],
                widths=[5, 7, 20, 22, 16, 10, 8, 20, 10],
            ),
            *_comments(comments),
            Fields([[("验收", _accepted(plan))]]),
            Signatures(["本人", "单位审核人", "验收人"]),
        ],
    )


def ledger_paper(cycle: Cycle, unit: Unit | None = None) -> Paper:
    """Return the ledger 整改台账 of a unit, or of the whole city: every item of the published plans. Two queries."""
    today = timezone.localdate()
    items = ledger_items(cycle, unit)
    opinions = Counter(_opinion_counts(items))
    rows = [_ledger_row(place, item, opinions, today) for place, item in enumerate(items, start=1)]
    return Paper(
        layout=Layout.WIDE_FORM,
        title=f"{cycle.city_name}{cycle.year}年度公述民评整改台账",
        subtitle=f"{unit.name if unit else cycle.city_name}　　截至{day_in_words(today)}",
        blocks=[
            Grid(header=LEDGER_COLUMNS, rows=rows, widths=[5, 8, 10, 7, 17, 18, 13, 12, 7, 16, 12, 12])
            if rows
            else Text("尚无已公布的整改计划。"),
            Note(_ledger_sums(items, today)),
            Signatures(["填表人", "审核人", "填表日期"]),
        ],
    )


LEDGER_COLUMNS = (
    "序号", "姓名", "单位", "来源", "存在问题", "整改措施", "达到效果", "完成时限", "群众意见", "完成情况", "完成日期",
    "验收",
)  # fmt: skip


def ledger_items(cycle: Cycle, unit: Unit | None = None) -> list[PlanItem]:
    """Return the items of all published plans that ``unit`` organises, in the order of units, cadres and plans."""
    rows = PlanItem.objects.of_cycle(cycle).filter(plan__published_at__isnull=False).for_list()
    rows = rows.filter(plan__appraisal__organising_unit=unit) if unit else rows
    order = ("plan__appraisal__organising_unit__order", "plan__appraisal__organising_unit__code")
    return list(rows.order_by(*order, "plan__appraisal__order", "plan__pk", "order", "pk"))


# The notice


def _numbered(parts: Sequence[tuple[str, Sequence[Block]]]) -> Iterator[Block]:
    """Headings 一、二、… of the parts that have something."""
    present = [(title, blocks) for title, blocks in parts if blocks]
    for numeral, (title, blocks) in zip("一二三四五六七八九", present, strict=False):
        yield Heading(f"{numeral}、{title}")
        yield from blocks


def _evidence(notice: RectificationNotice) -> list[Block]:
    reasons: Sequence[Mapping[str, Any]] = notice.reasons
    if not reasons:
        return []
    mark = TrackRules.objects.filter(cycle=notice.appraisal.cycle_id, track=notice.appraisal.track).first()
    rows: list[list[Cell]] = [[place, *_reason_row(reason, mark)] for place, reason in enumerate(reasons, start=1)]
    return [Grid(header=["序号", "问题", "依据", "数据"], rows=rows, widths=[8, 34, 34, 14])]


def _reason_row(reason: Mapping[str, Any], rules: TrackRules | None) -> list[str]:
    if reason["kind"] == "aspect":
        basis = f"民主评议平均得分低于{_short(rules.notice_below)}分" if rules else "民主评议平均得分低于规定标准"
        return [f"“{reason['label']}”评议得分较低", basis, f"{reason['mean']}分"]
    if reason["kind"] == "opinions":
        return [f"群众对“{reason['label']}”意见集中", "测评意见（经审核公开）", f"{reason['count']}条"]
    return [f"“{reason['label']}”", "日常考核扣分（经审核确认）", f"{reason['count']}件"]


def _demands(notice: RectificationNotice) -> Iterator[str]:
    """The words of the notice, without the drafted lines that the table of the problems says already."""
    told = {reason_in_words(reason) for reason in notice.reasons}
    for line in filter(None, map(str.strip, notice.text.splitlines())):
        if line.partition("．")[2] not in told:
            yield line


def _materials() -> str:
    return "\n".join(f"{place}．{name}；" for place, name in enumerate(MATERIALS, start=1)).removesuffix("；") + "。"


def _consequence(notice: RectificationNotice) -> str:
    rules = {"rules__cycle": notice.appraisal.cycle_id, "rules__track": notice.appraisal.track}
    rule = DeductionRule.objects.filter(code=NOT_RECTIFIED, **rules).first()
    if rule is None or rule.points is None:
        return "逾期未整改或者整改不到位的，按照公述民评有关规定处理。"
    label = rule.label_zh.partition("（")[0]
    return (
        f"逾期未整改或者整改不到位的，按照日常考核扣分规定第{rule.code}项（{label}），每项扣{_short(rule.points)}分。"
    )


def _contact(notice: RectificationNotice, issuer: str) -> str:
    unit = notice.appraisal.organising_unit
    telephone = unit.telephone if issuer == unit.name else ""
    return f"联系人：　　　　　　　联系电话：{telephone}"


# Plans and the ledger


def _plan_row(place: int, item: PlanItem, cadre: str) -> list[str | int]:
    moved = f"（原为{day_in_words(item.first_due)}）" if item.was_moved else ""
    return [
        *(place, SOURCES.get(item.source, item.source), item.problem, item.measure, item.effect),
        *(f"{day_in_words(item.due)}{moved}", item.person or cadre, item.completion, day_in_words(item.completed_on)),
    ]


def _shown_comments(plan: RectificationPlan) -> list[PublicComment]:
    shown = plan.comments.filter(status=PublicComment.Status.SHOWN)
    return list(shown.order_by("made_at", "pk")[:OPINIONS_SHOWN])


def _comments(comments: Sequence[PublicComment]) -> Iterator[Block]:
    """Opinions as moderation let them through; without names."""
    if comments:
        rows: list[list[Cell]] = [
            [place, comment.text, comment.answer] for place, comment in enumerate(comments, start=1)
        ]
        yield Grid(header=["序号", "群众意见建议", "答复"], rows=rows, caption="征求意见情况", widths=[5, 50, 50])


def _accepted(plan: RectificationPlan) -> str:
    if plan.accepted_at:
        return f"{_day(plan.accepted_at)}验收通过"
    returned = f"，已退回{plan.times_returned}次" if plan.times_returned else ""
    return f"{PLAN_STATES.get(plan.status, plan.status)}{returned}" if plan.published_at else ""


def _opinion_counts(items: Sequence[PlanItem]) -> Iterator[int]:
    plans = {item.plan_id for item in items}
    shown = PublicComment.objects.filter(plan__in=plans, status=PublicComment.Status.SHOWN)
    yield from shown.order_by().values_list("plan", flat=True)


def _ledger_row(place: int, item: PlanItem, opinions: Mapping[int, int], today: date) -> list[str | int]:
    plan, appraisal = item.plan, item.plan.appraisal
    count = opinions.get(item.plan_id, 0)
    state = STATES[item.state_on(today)]
    return [
        *(place, appraisal.name, appraisal.home_unit.name, SOURCES.get(item.source, item.source)),
        *(item.problem, item.measure, item.effect, day_in_words(item.due), f"{count}条" if count else "—"),
        f"{state}。{item.completion}" if item.completion else state,
        *(day_in_words(item.completed_on), _day(plan.accepted_at)),
    ]


def _ledger_sums(items: Sequence[PlanItem], today: date) -> str:
    counts = Counter(str(item.state_on(today)) for item in items)
    plans = len({item.plan_id for item in items})
    parts = "，".join(f"{label}{counts.get(state, 0)}项" for state, label in STATES.items())
    return f"共{plans}份整改计划、{len(items)}项整改事项：{parts}。"


def _day(moment: Any) -> str:
    return day_in_words(timezone.localdate(moment)) if moment else ""


def _short(points: object) -> str:
    text = str(points)
    return text.rstrip("0").rstrip(".") if "." in text else text
