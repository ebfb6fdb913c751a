"""What step 4 puts on paper: Annex 3-1, feedback slips, the public notice, the analysis (C10, C14).

Loaded rows in, papers out, in Chinese whatever the reader's language. Every figure comes through ``shown``: where a
group is too small to show, no paper shows what no page shows.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from evaluation.cycle.models import Cycle
from evaluation.documents.paper import (
    Bars,
    Block,
    Fields,
    Grid,
    Heading,
    Layout,
    Note,
    Paper,
    Signatures,
    Text,
)
from evaluation.documents.wording import day_in_words
from evaluation.results.drafting import mean_aspects, mean_groups
from evaluation.results.models import Feedback, Publication, Result
from evaluation.results.shown import PoolLine, ShownResult, label_of, pool_lines, shown_result

TRACKS = {"mid_level": "中层干部", "village": "村（社区）干部", "bureau_leader": "科（局）级领导干部"}
HIDDEN = "＊"
WHY_HIDDEN = (
    "＊ 因有评议主体的评议人数较少，为保护评议人，分主体、分内容的得分不予列示；民主评议得分仍为按规则计算的实际得分。"
)
NO_SCORE = {Result.Status.EXEMPT: "免评", Result.Status.INCOMPLETE: "未完成"}
HUNDRED = Decimal(100)
UNANSWERED = "□ 无异议\n□ 有异议（理由另附）：□ 计票或得分　□ 扣分　□ 加分　□ 其他"
ANSWERS = {Feedback.Answer.ACCEPTED: "无异议", Feedback.Answer.OBJECTED: "有异议"}
RESULT_COLUMNS = ("姓名", "职务", "民主评议", "日常考核", "加分", "综合得分", "名次")
RESULT_WIDTHS = (10, 28, 13, 13, 9, 13, 8)
Cell = str | int | Decimal | None


def track_of(publication: Publication) -> str:
    return TRACKS.get(publication.track, publication.track)


def activity_of(cycle: Cycle) -> str:
    """The year's activity as documents name it."""
    return f"{cycle.city_name}{cycle.year}年度公述民评"


def scored_by(publication: Publication) -> list[Result]:
    """The scored results of a list in its order, the publication set on each."""
    return [result for result in listed(publication) if result.status == Result.Status.SCORED]


def listed(publication: Publication) -> list[Result]:
    results = list(publication.results.order_by("list_order", "pk"))
    for result in results:
        result.publication = publication
    return results


def summary_paper(publication: Publication) -> Paper:
    """Return Annex 3-1 得分汇总表 of a publication (its cycle and organising unit loaded): a row per cadre (C10)."""
    with override("zh-hans"):
        lines = pool_lines(publication, listed(publication))
        groups = [f"{label_of(group)}（{_short(group['base'])}分）" for group in publication.rules["groups"]]
    count = len(groups)
    corrected = (
        f"第{publication.version}版；更正原因：{publication.correction_reason}" if publication.version > 1 else ""
    )
    notes = [note for note in (corrected, WHY_HIDDEN if any(line.hidden for line in lines) else "") if note]
    return Paper(
        layout=Layout.WIDE_FORM,
        title=f"{activity_of(publication.cycle)}得分汇总表",
        subtitle=f"附件3-1　　{publication.organising_unit.name}　　{track_of(publication)}　　单位：分",
        blocks=[
            Grid(
                head=[("", 4), ("民主评议得分", count + 1), ("", 4)],
                header=["序号", "姓名", "单位", "职务", *groups, "合计", "日常考核", "加分", "综合得分", "名次"],
                rows=[_summary_row(place, line) for place, line in enumerate(lines, start=1)],
                widths=[5, 10, 13, 14, *[9] * count, 8, 8, 6, 8, 6],
            ),
            *map(Note, notes),
            Signatures(["填表人", "审核人", "单位负责人（盖章）", "填表日期"]),
        ],
    )


def feedback_paper(feedback: Feedback) -> Paper:
    """Return the slip 评议结果反馈单 of a delivered or prepared feedback (its result and publication loaded) (C10)."""
    return slip_paper(feedback.result, feedback)


def feedback_papers(publication: Publication, *, only_waiting: bool = False) -> list[Paper]:
    """Return the slips of all scored cadres of a list; or of those alone that are still to be handed over."""
    rows = publication.results.filter(status=Result.Status.SCORED).select_related("feedback")
    if only_waiting:
        rows = rows.filter(feedback__how=Feedback.How.SLIP, feedback__delivered_at__isnull=True)
    results = list(rows.order_by("list_order", "pk"))
    for result in results:
        result.publication = publication
    return [slip_paper(result, getattr(result, "feedback", None)) for result in results]


def slip_paper(result: Result, feedback: Feedback | None = None) -> Paper:
    """Return every part of one cadre's composite, the means of the aspects, and what the cadre answers."""
    cycle = result.publication.cycle
    with override("zh-hans"):
        shown = shown_result(result, inside=True)
    return Paper(
        layout=Layout.FORM,
        title=f"{activity_of(cycle)}评议结果反馈单",
        blocks=[*_who(result), *_composition(shown), *_assessed(shown), *_answer(cycle, feedback), *_judgement(shown)],
    )


def public_notice_paper(publication: Publication) -> Paper:
    """Return the notice of results 公示: period, results, where and how to object; neither head nor number (C10)."""
    cycle, unit = publication.cycle, publication.organising_unit
    with override("zh-hans"):
        lines = pool_lines(publication, listed(publication))
    return Paper(
        layout=Layout.NOTICE,
        title=f"{cycle.year}年度公述民评评议结果公示",
        blocks=[
            Text(
                f"根据公述民评工作安排，现将{unit.name}{cycle.year}年度参加公述民评的{track_of(publication)}评议结果予以公示，"
                f"接受社会监督。公示期为{_period(publication)}（含首尾两日）。"
            ),
            Grid(
                header=RESULT_COLUMNS,
                rows=[_notice_row(line) for line in lines],
                caption="评议结果（单位：分）",
                widths=RESULT_WIDTHS,
            ),
            Text(how_to_object(publication)),
            *_contacts(publication),
            *([Text(f"更正说明：{publication.correction_reason}")] if publication.version > 1 else []),
        ],
        signer=unit.name,
        day=publication.notice_from,
    )


def analysis_paper(publication: Publication) -> Paper:
    """Return the analysis 综合分析 of a list: the unit's words, the charts of the page, the cadres (C10)."""
    cycle, unit = publication.cycle, publication.organising_unit
    with override("zh-hans"):
        results = listed(publication)
        lines = pool_lines(publication, results)
    own_words = [result for result in results if result.analysis]
    return Paper(
        layout=Layout.REPORT,
        title=f"{unit.name}{cycle.year}年度公述民评综合分析",
        subtitle=track_of(publication),
        blocks=[
            Heading("一、总体情况"),
            Text(publication.analysis),
            *charts(results, publication.rules),
            Heading("二、得分情况"),
            Grid(
                header=RESULT_COLUMNS,
                rows=[_notice_row(line) for line in lines],
                widths=RESULT_WIDTHS,
            ),
            *([Note(WHY_HIDDEN)] if any(line.hidden for line in lines) else []),
            *([Heading("三、个人情况")] if own_words else []),
            *_own_analyses(own_words),
        ],
        signer=unit.name,
        day=timezone.localdate(publication.approved_at) if publication.approved_at else None,
    )


def charts(results: Sequence[Result], rules: Any) -> list[Block]:
    """Return the mean rate of every group and the mean of every aspect, over those alone whose groups are shown."""
    shown = [result for result in results if result.status == Result.Status.SCORED and not result.is_suppressed]
    with override("zh-hans"):
        groups, aspects = mean_groups(shown, rules), mean_aspects(shown, rules)
    found: list[Block] = []
    if groups:
        found.append(_bars("各评议主体平均得分率（%）", groups, "%"))
    if aspects:
        found.append(_bars("各项评议内容平均得分（百分制）", aspects, "分"))
    return found


def _bars(caption: str, means: dict[str, Decimal], mark: str) -> Bars:
    return Bars(caption, [(label, mean, f"{mean}{mark}") for label, mean in means.items()], HUNDRED)


# Rows of tables


def _summary_row(place: int, line: PoolLine) -> list[Cell]:
    result = line.result
    who: list[Cell] = [place, result.name, result.unit_name, result.post]
    if result.status != Result.Status.SCORED:
        return [*who, *["—"] * len(line.points), "—", "—", "—", NO_SCORE.get(Result.Status(result.status), ""), "—"]
    points = [HIDDEN if line.hidden else _figure(value) for value in line.points]
    return [*who, *points, result.democratic, result.daily, result.bonus, result.composite, result.rank]


def _notice_row(line: PoolLine) -> list[Cell]:
    result = line.result
    if result.status != Result.Status.SCORED:
        return [result.name, result.post, "—", "—", "—", NO_SCORE.get(Result.Status(result.status), ""), "—"]
    return [
        *(result.name, result.post),
        *(result.democratic, result.daily, result.bonus, result.composite, result.rank),
    ]


def _figure(value: str | None) -> Cell:
    return "—" if value is None else Decimal(value)


def _short(points: object) -> str:
    text = str(points)
    return text.rstrip("0").rstrip(".") if "." in text else text


# The slip


def _who(result: Result) -> list[Block]:
    organiser = result.publication.organising_unit.name
    return [
        Fields(
            [[("姓名", result.name), ("所在单位", result.unit_name)], [("职务", result.post), ("组织单位", organiser)]]
        ),
        *([Note(f"更正：{result.publication.correction_reason}")] if result.publication.version > 1 else []),
    ]


def _composition(shown: ShownResult) -> list[Block]:
    """The democratic score by groups, and how the three parts add up."""
    result = shown.result
    rows: list[list[Cell]] = [_group_row(group, shown.hidden) for group in shown.groups]
    sums = [result.democratic, result.daily, result.bonus, result.composite, result.rank]
    header = ["评议主体", "基础分", "有效票（张）", "得分率（%）", "得分"]
    notes = [_received(group) for group in shown.groups if group["received"]]
    return [
        Grid(header=header, rows=rows, caption="评议得分（单位：分）", widths=[26, 12, 14, 14, 12]),
        Grid(header=["民主评议合计", "日常考核", "加分", "综合得分", "名次"], rows=[sums]),
        *map(Note, [*notes, *([WHY_HIDDEN] if shown.hidden else [])]),
        *_aspect_bars(shown),
    ]


def _group_row(group: dict[str, Any], hidden: bool) -> list[Cell]:
    base = _short(group["effective_base"] or group["base"])
    if hidden:
        return [group["label"], base, HIDDEN, HIDDEN, HIDDEN]
    if not group["has_figures"] or group["points"] is None:
        return [group["label"], base, "—", "—", "不计分"]
    return [group["label"], base, group["valid"], Decimal(group["rate"]), Decimal(group["points"])]


def _received(group: dict[str, Any]) -> str:
    parts = "、".join(f"{label}{points}分" for label, points in group["received"])
    return f"{group['label']}的基础分含分摊所得：{parts}。"


def _aspect_bars(shown: ShownResult) -> list[Block]:
    """Nothing where the groups are hidden: the explanation holds no mean then."""
    rules = shown.result.publication.rules
    with override("zh-hans"):
        means = {} if shown.hidden else mean_aspects([shown.result], rules)
    return [_bars("各项评议内容平均得分（百分制）", means, "分")] if means else []


def _assessed(shown: ShownResult) -> list[Block]:
    """Deductions and awards with their facts, or that there are none."""
    blocks: list[Block] = []
    if shown.deductions:
        rows = [[_iso(row["found_on"]), row["label"], _facts(row), Decimal(row["total"])] for row in shown.deductions]
        header = ["日期", "扣分规定", "事实和依据", "扣分"]
        blocks.append(Grid(header=header, rows=rows, caption="日常考核扣分", widths=[14, 24, 44, 8]))
    if shown.awards:
        rows = [[row["award"], row["issuer"], row["level_label"], _award_points(row)] for row in shown.awards]
        header = ["表彰", "授予机关", "级别", "加分"]
        blocks.append(Grid(header=header, rows=rows, caption="表彰加分", widths=[34, 24, 12, 14]))
    none = [
        words for words, found in (("日常考核无扣分。", shown.deductions), ("无表彰加分。", shown.awards)) if not found
    ]
    return [*blocks, *([Note("".join(none))] if none else [])]


def _facts(row: dict[str, Any]) -> str:
    return f"{row['facts']}（依据：{row['basis']}）" if row["basis"] else str(row["facts"])


def _award_points(row: dict[str, Any]) -> Cell:
    return Decimal(row["points"]) if row["counted"] else "就高不重复"


def _judgement(shown: ShownResult) -> list[Block]:
    analysis = shown.result.analysis.strip()
    return [Note(f"附：综合分析\n{analysis}")] if analysis else []


def _answer(cycle: Cycle, feedback: Feedback | None) -> list[Block]:
    answered = ANSWERS.get(Feedback.Answer(feedback.answer)) if feedback else None
    day = timezone.localdate(feedback.answered_at) if feedback and feedback.answered_at else None
    said = f"{answered}（{day_in_words(day)}反馈）" if answered else UNANSWERED
    return [
        Fields([[("本人意见", said)]]),
        Note(
            f"请在送达之日后{cycle.feedback_days}个工作日内反馈意见，逾期未反馈视为无异议；此后仅在公示期内受理异议。"
        ),
        Signatures(["本人签名", "送达日期", "送达人"]),
    ]


def _iso(day: str) -> str:
    """A stored day as documents write it."""
    parts = day[:10].split("-")
    return f"{parts[0]}年{int(parts[1])}月{int(parts[2])}日" if len(parts) == 3 else day


# The notice


def _period(publication: Publication) -> str:
    if publication.notice_from and publication.notice_until:
        return f"{day_in_words(publication.notice_from)}至{day_in_words(publication.notice_until)}"
    return "　　年　　月　　日至　　年　　月　　日"


def how_to_object(publication: Publication) -> str:
    days = publication.cycle.objection_days
    return (
        f"公示期内对评议结果有异议的，可以在网上公示页面提出，也可以书面向{publication.organising_unit.name}或者"
        f"{publication.cycle.office_name}提出，写明姓名和联系方式、有误的事项和依据。异议人信息予以保密，"
        f"异议在{days}个工作日内复核答复。"
    )


def _contacts(publication: Publication) -> Iterator[Block]:
    unit = publication.organising_unit
    found = [("联系电话", unit.telephone), ("地址", unit.address)]
    if any(value for _label, value in found):
        yield Note("　　".join(f"{label}：{value}" for label, value in found if value))
    yield Note(f"网上公示：{public_address(publication)}")


def public_address(publication: Publication) -> str:
    keys = [publication.cycle.year, publication.organising_unit.code, publication.public_code]
    return settings.SITE_URL + reverse("portal:publication-detail", args=keys)


def _own_analyses(results: Sequence[Result]) -> Iterator[Block]:
    for place, result in enumerate(results, start=1):
        yield Heading(f"{place}．{result.name}", level=3)
        yield Text(result.analysis)
