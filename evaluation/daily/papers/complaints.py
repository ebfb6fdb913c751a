"""A complaint on paper: the receipt for who brought it, the record of its inquiry, the register.

Never who complained: neither name nor address nor telephone stands in any of them; the receipt number, with which one
speaks as the complainant, stands in the receipt alone.
"""

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from evaluation.cycle.models import Cycle
from evaluation.daily.models import Complaint, ComplaintExtension, ComplaintQuerySet, DailyDeduction, Finding
from evaluation.daily.papers.rules import plain_points
from evaluation.daily.papers.sheets import FOUND
from evaluation.daily.register import is_lapsed
from evaluation.documents.paper import Block, Fields, Grid, Heading, Layout, Note, Paper, Signatures, Text
from evaluation.documents.qr import qr_picture
from evaluation.documents.wording import day_in_words
from evaluation.files.models import StoredFile
from evaluation.guard.site_test import is_site_tested
from evaluation.units.models import Unit

Rows = list[Sequence[tuple[str, str]]]
Status = Complaint.Status
CHANNELS = {
    Complaint.Channel.WEB: "网上提交",
    Complaint.Channel.TELEPHONE: "来电",
    Complaint.Channel.LETTER: "来信",
    Complaint.Channel.VISIT: "来访",
    Complaint.Channel.TRANSFER: "其他单位转交",
    Complaint.Channel.BALLOT: "测评意见",
}
STATES = {
    Status.RECEIVED: "待受理",
    Status.REFUSED: "不予受理",
    Status.ACCEPTED: "办理中",
    Status.FOUND: "核查结论待审核",
    Status.CONFIRMED: "待答复",
    Status.ANSWERED: "已答复，待回访",
    Status.CLOSED: "办结",
}
SATISFIED = {
    Finding.Satisfaction.SATISFIED: "满意",
    Finding.Satisfaction.BASICALLY: "基本满意",
    Finding.Satisfaction.DISSATISFIED: "不满意",
    Finding.Satisfaction.NOT_REACHED: "未联系上",
}
WAYS = {
    Finding.Way.PAGE: "网上（凭查询码）",
    Finding.Way.TELEPHONE: "电话",
    Finding.Way.LETTER: "书面",
    Finding.Way.VISIT: "当面",
    Finding.Way.BODY: "答复转交单位",
}
HEADER = (
    "登记号", "登记日期", "反映方式", "是否署名", "承办单位", "反映对象（事项）", "受理情况", "承办人", "办理期限",
    "核查结论", "审核日期", "答复日期", "回访评价", "扣分处理", "办理状态",
)  # fmt: skip
WIDTHS = (4.4, 5.4, 3.6, 3, 6, 8, 7.5, 4, 5.4, 4.4, 5.4, 5.4, 4.4, 6, 5)


# The receipt


def complaint_receipt_paper(complaint: Complaint, receipt: str) -> Paper:
    """Return what the complainant takes home: the receipt number in groups of four and how to follow the complaint.

    The QR code of the page stands on it once a phone has opened the test code of this site; the number never stands
    in the code. Whoever gives it out has asked ``register.holds_receipt`` before.
    """
    cycle = complaint.cycle
    lies_with = cycle.office_name if complaint.with_office else complaint.unit.name
    handling = f"受理之日起{cycle.complaint_days}个工作日内；经批准延长的，{cycle.complaint_extended_days}个工作日内"
    return Paper(
        layout=Layout.FORM,
        title="投诉登记回执",
        subtitle=f"{cycle.city_name}　　{cycle.title}",
        blocks=[
            Fields(
                [
                    [("查询码", _in_fours(receipt))],
                    [("登记号", str(complaint)), ("登记日期", day_in_words(complaint.received_on))],
                    [("反映方式", CHANNELS[Complaint.Channel(complaint.channel)]), ("承办单位", lies_with)],
                    [("是否受理", f"于{day_in_words(complaint.accept_due)}前决定")],
                    [("办理期限", handling)],
                ]
            ),
            *_how_to_follow(),
            Note("查询码仅在登记当日出具，持码人视为投诉人，请妥善保管，勿转告他人。"),
        ],
    )


def _how_to_follow() -> list[Block]:
    address = settings.SITE_URL + reverse("portal:complaint-follow")
    told = Text(
        f"凭查询码可在{address}查询办理进度、阅读答复并评价是否满意，无须提供姓名。也可持本回执到承办单位查询。"
    )
    if not is_site_tested():
        return [told]
    return [told, qr_picture(address, alt=f"二维码：查询投诉办理进度的网页 {address}", width=32)]


def _in_fours(number: str) -> str:
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


# The record of the inquiry


def complaint_record_paper(complaint: Complaint) -> Paper:
    """Return the record of the inquiry: complaint, acceptance, findings with their evidence, answer, call-back.

    ``complaint`` comes from ``for_list()``; a constant number of queries.
    """
    findings = complaint.findings.select_related("found_by", "confirmed_by", "answered_by", "rated_by")
    lies_with = complaint.cycle.office_name if complaint.with_office else complaint.unit.name
    return Paper(
        layout=Layout.FORM,
        title="投诉核查记录",
        subtitle=f"登记号：{complaint}　　承办单位：{lies_with}",
        blocks=[
            Heading("一、投诉事项"),
            Fields(_matter(complaint)),
            Heading("二、受理情况"),
            Fields(_acceptance(complaint)),
            *[block for one in findings.prefetch_related("files") for block in _finding(one, complaint)],
            *_outcome(complaint),
            Signatures(["承办人：", "审核人：", "承办单位（盖章）：", "日期："]),
        ],
    )


def _matter(complaint: Complaint) -> Rows:
    # What the complainant's files are called may say who they are.
    files = complaint.files.count()
    rows: Rows = [
        [
            ("登记日期", day_in_words(complaint.received_on)),
            ("反映方式", CHANNELS[Complaint.Channel(complaint.channel)]),
        ],
        [("反映对象", _about(complaint)), ("是否署名", "署名" if complaint.is_named else "未署名")],
        [("发生时间", day_in_words(complaint.happened_on)), ("所附材料", f"{files}份" if files else "无")],
        [("反映内容", complaint.text)],
    ]
    return rows


def _about(complaint: Complaint) -> str:
    if complaint.appraisal is not None:
        return f"{complaint.appraisal.name}，{complaint.appraisal.post_line}"
    return complaint.about or ("不涉及具体干部" if complaint.concerns_nobody else "")


def _acceptance(complaint: Complaint) -> Rows:
    rows: Rows = [
        [("是否受理", _accepted(complaint)), ("决定日期", day_in_words(complaint.decided_on))],
        [("决定人", str(complaint.decided_by or "")), ("承办人", str(complaint.handler or ""))],
    ]
    if complaint.refusal_reason:
        rows.append([("不予受理理由", complaint.refusal_reason)])
    if complaint.handling_due:
        due = day_in_words(complaint.handling_due) + ("（已延长）" if complaint.is_extended else "")
        rows.append([("起办日期", day_in_words(complaint.handling_from or complaint.decided_on)), ("办理期限", due)])
    rows += [[("延长办理", _extension(one))] for one in complaint.extensions.select_related("asked_by", "decided_by")]
    rows += [
        [("回避", f"{one.user}：{one.reason}（{day_in_words(timezone.localdate(one.declared_at))}）")]
        for one in complaint.recusals.select_related("user")
    ]
    return rows


def _accepted(complaint: Complaint) -> str:
    if complaint.status == Status.RECEIVED:
        return ""
    return "不予受理" if complaint.status == Status.REFUSED else "予以受理"


def _extension(one: ComplaintExtension) -> str:
    asked = f"{day_in_words(one.asked_on)}{one.asked_by}申请：{one.reason}"
    if one.decided_on is None:
        return f"{asked}；待批准"
    decision = "同意" if one.is_approved else "不同意"
    why = f"：{one.decision_reason}" if one.decision_reason else ""
    return f"{asked}；{day_in_words(one.decided_on)}{one.decided_by}{decision}{why}"


def _finding(one: Finding, complaint: Complaint) -> list[Block]:
    again = "（第二次办理）" if one.round > 1 else ""
    return [
        Heading(f"三、核查情况{again}"),
        Fields(
            [
                [("核查结论", FOUND[Finding.Outcome(one.outcome)])],
                [("查明事实", one.facts)],
                [("依据", one.basis)],
                [("处理措施", one.measures)],
                [("核查人", f"{one.found_by}，{day_in_words(one.found_on)}"), ("审核人", _who(one, "confirmed"))],
                *([[("退回理由", one.return_reason)]] if one.return_reason else []),
            ]
        ),
        *_evidence(list(one.files.all())),
        Heading(f"四、答复和回访{again}"),
        Fields(
            [
                [("答复内容", one.answer)],
                [
                    ("答复方式", WAYS[Finding.Way(one.answer_way)] if one.answer_way else ""),
                    ("答复人", _who(one, "answered")),
                ],
                [("回访评价", _rated(one)), ("回访人", _who(one, "rated"))],
                *([[("回访说明", one.satisfaction_note)]] if one.satisfaction_note else []),
            ]
        ),
    ]


def _who(one: Finding, act: str) -> str:
    day = day_in_words(getattr(one, f"{act}_on"))
    return "，".join(part for part in (str(getattr(one, f"{act}_by") or ""), day) if part)


def _rated(one: Finding) -> str:
    if one.satisfaction:
        said = SATISFIED[Finding.Satisfaction(one.satisfaction)]
        return said if one.rated_by_id else f"{said}（本人网上评价）"
    return ""


def _evidence(files: Sequence[StoredFile]) -> list[Block]:
    if not files:
        return [Note("证据材料：无附件。")]
    rows: list[Sequence[str | int]] = [[number, one.name, one.sha256] for number, one in enumerate(files, start=1)]
    return [Grid(("序号", "证据材料", "校验码（SHA-256）"), rows, caption="证据材料清单", widths=(1, 6, 9))]


def _outcome(complaint: Complaint) -> list[Block]:
    deducted = _deducted(complaint.deductions.filter(status=DailyDeduction.Status.CONFIRMED).select_related("cadre"))
    rows: Rows = [
        [("办理状态", _state(complaint)), ("办结日期", day_in_words(complaint.closed_on))],
        [("扣分处理", deducted or "无")],
    ]
    return [Heading("五、办理结果"), Fields(rows)]


def _deducted(rows: Iterable[DailyDeduction]) -> str:
    return "；".join(f"{row.cadre.name}第{row.rule}项，扣{plain_points(row.points * row.count)}分" for row in rows)


def _state(complaint: Complaint) -> str:
    return STATES[Status.CLOSED] if is_lapsed(complaint) else STATES[Status(complaint.status)]


# The register


def complaint_register_paper(
    cycle: Cycle, unit: Unit | None = None, complaints: ComplaintQuerySet | None = None
) -> Paper:
    """Return 投诉登记簿 of ``unit`` (of the city where it is ``None``); a constant number of queries.

    ``complaints`` are those that the reader may see; without them, what lies with the unit and is not kept by the
    office.
    """
    rows = Complaint.objects.filter(with_office=False) if complaints is None else complaints
    rows = rows.filter(cycle=cycle)
    if unit is not None:
        rows = rows.filter(Q(unit=unit) | Q(unit__parent=unit))
    found = list(rows.for_list().prefetch_related("deductions__cadre").order_by("number"))
    lines = [_register_line(one) for one in found]
    return Paper(
        layout=Layout.WIDE_FORM,
        title=f"{cycle.year}年度投诉登记簿",
        subtitle=f"单位：{unit.name if unit else cycle.city_name}　　截至{day_in_words(timezone.localdate())}",
        blocks=[
            Grid(HEADER, lines, widths=WIDTHS) if lines else Note("本年度无登记的投诉。"),
            Note(f"共{len(lines)}件。本登记簿不载投诉人姓名和联系方式。"),
            Signatures(["登记人：", "审核人：", "单位（盖章）："]),
        ],
    )


def _register_line(one: Complaint) -> list[str]:
    last = max(one.findings.all(), key=lambda found: found.round, default=None)
    confirmed = last if last and last.confirmed_on else None
    counting = [row for row in one.deductions.all() if row.status == DailyDeduction.Status.CONFIRMED]
    return [
        str(one),
        day_in_words(one.received_on),
        CHANNELS[Complaint.Channel(one.channel)],
        "是" if one.is_named else "否",
        one.unit.name + ("（由市级办理）" if one.with_office else ""),
        one.appraisal.name if one.appraisal else one.about,
        _decided(one),
        str(one.handler or ""),
        day_in_words(one.handling_due) + ("（延长）" if one.is_extended else ""),
        FOUND[Finding.Outcome(confirmed.outcome)] if confirmed else "",
        day_in_words(confirmed.confirmed_on) if confirmed else "",
        day_in_words(last.answered_on) if last else "",
        SATISFIED[Finding.Satisfaction(last.satisfaction)] if last and last.satisfaction else "",
        _deducted(counting),
        _state(one) + ("（第二次办理）" if one.round > 1 else ""),
    ]


def _decided(one: Complaint) -> str:
    decided = f"{day_in_words(one.decided_on)}{_accepted(one)}" if one.decided_on else ""
    return f"{decided}：{one.refusal_reason}" if one.refusal_reason else decided
