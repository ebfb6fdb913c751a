"""Annex 2-2 加分申请表 (C26)."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils import timezone

from evaluation.bonus.models import BonusClaim
from evaluation.bonus.selectors import key_of
from evaluation.cycle.models import BonusLevel
from evaluation.documents.paper import Fields, Layout, Note, Opinion, Paper
from evaluation.documents.wording import day_in_words

Status = BonusClaim.Status
STATES = {
    Status.CLAIMED: "待审定",
    Status.APPROVED: "已认定",
    Status.REFUSED: "不予认定",
    Status.WITHDRAWN: "已撤回",
}
REMARK = "注：同一奖项就高加分，不重复加分；附表彰文件或奖状、证书复印件。"
Rows = list[Sequence[tuple[str, str]]]
Levels = dict[tuple[str, str], BonusLevel]


def claim_paper(claim: BonusClaim) -> Paper:
    """Return Annex 2-2 of one claim: the award, what is claimed and recognised, who said what; three queries.

    ``claim`` comes from ``for_list()``.
    """
    return claim_papers([claim])[0]


def claim_papers(claims: Iterable[BonusClaim]) -> list[Paper]:
    """Return Annex 2-2 of each of ``claims``, all of one year; two queries in all."""
    rows = list(claims)
    if not rows:
        return []
    cycle = rows[0].appraisal.cycle
    levels = BonusLevel.objects.filter(rules__cycle=cycle).select_related("rules")
    labels = {(level.rules.track, level.code): level for level in levels}
    standing = BonusClaim.objects.standing().filter(appraisal__in=[row.appraisal_id for row in rows])
    others: dict[int, list[BonusClaim]] = {}
    for other in standing.order_by("pk"):
        others.setdefault(other.appraisal_id, []).append(other)
    return [_claim(row, labels, _same(row, others.get(row.appraisal_id, []))) for row in rows]


def _same(claim: BonusClaim, others: Iterable[BonusClaim]) -> list[BonusClaim]:
    """The standing claims of the same award for the same cadre, at other levels."""
    year = claim.appraisal.cycle.year
    return [one for one in others if one.pk != claim.pk and key_of(one, year) == key_of(claim, year)]


def _claim(claim: BonusClaim, levels: Levels, same: Sequence[BonusClaim]) -> Paper:
    one = claim.appraisal
    by_self = claim.claimed_by_id == one.cadre.user_id
    return Paper(
        layout=Layout.FORM,
        title=f"{one.cycle.year}年度公述民评加分申请表",
        subtitle=f"附件2-2　　组织单位：{one.organising_unit.name}",
        blocks=[
            Fields([*_person(claim), *_award(claim, levels), *_highest(claim, levels, same), *_points(claim, levels)]),
            Opinion("申请人意见" if by_self else "申报人意见", _claimed(claim), lines=1, sign="签名："),
            Opinion("单位意见", _unit_said(claim), lines=2),
            Opinion(f"{one.cycle.office_name}审定意见", _decided(claim, levels), lines=2),
            Note(REMARK),
        ],
    )


def _person(claim: BonusClaim) -> Rows:
    one = claim.appraisal
    return [
        [("姓名", one.name), ("所在单位", one.home_unit.name)],
        [("科室", one.office), ("职务", one.held_post)],
    ]


def _award(claim: BonusClaim, levels: Levels) -> Rows:
    return [
        [("奖项名称", claim.award)],
        [("表彰文号", claim.document_number), ("表彰日期", day_in_words(claim.awarded_on))],
        [("表彰机关", claim.issuer), ("表彰级别", _level(claim, claim.level, levels))],
        [("表彰对象", f"集体：{claim.department}" if claim.is_department else "个人"), ("证明材料", claim.proof.name)],
        *_credited(claim),
    ]


def _credited(claim: BonusClaim) -> Rows:
    """Why an award of the department counts for this cadre: the post on that day."""
    if not claim.is_department:
        return []
    rows: Rows = [[("表彰当日所任职务", claim.held_post)]]
    if claim.post_note:
        rows.append([("计入本人的理由", claim.post_note)])
    return rows


def _highest(claim: BonusClaim, levels: Levels, same: Sequence[BonusClaim]) -> Rows:
    """The note on the highest level: at which others the same award is claimed, and whether this one still counts."""
    if not same:
        return [[("就高说明", "同一奖项本年度未以其他级别申请。")]]
    others = "；".join(_other(claim, one, levels) for one in same)
    counts = "本项不再计分" if _is_outdone(claim, levels, same) else "仅按最高级别计一次"
    return [[("就高说明", f"同一奖项另有申请：{others}。{counts}。")]]


def _other(claim: BonusClaim, one: BonusClaim, levels: Levels) -> str:
    level = _level(claim, one.approved_level or one.level, levels)
    return f"{level}（{day_in_words(one.awarded_on)}，{STATES[Status(one.status)]}）"


def _is_outdone(claim: BonusClaim, levels: Levels, same: Iterable[BonusClaim]) -> bool:
    """Whether the same award is recognised at a higher level."""
    own = _worth(claim, claim.approved_level or claim.level, levels)
    approved = [one for one in same if one.status == Status.APPROVED]
    return any(_worth(claim, one.approved_level, levels) > own for one in approved)


def _points(claim: BonusClaim, levels: Levels) -> Rows:
    is_approved = claim.status == Status.APPROVED
    approved = f"{_plain(_worth(claim, claim.approved_level, levels))}分" if is_approved else ""
    given = _level(claim, claim.approved_level, levels) if is_approved else ""
    refused = claim.reason if claim.status == Status.REFUSED else ""
    rows: Rows = [
        [("申请加分", f"{_plain(_worth(claim, claim.level, levels))}分"), ("认定加分", approved)],
        [("认定级别", given), ("状态", STATES[Status(claim.status)])],
        [("不予认定理由", refused)],
    ]
    if claim.status == Status.WITHDRAWN:
        rows.append([("撤回理由", claim.reason)])
    if claim.note:
        rows.append([("备注", claim.note)])
    return rows


def _level(claim: BonusClaim, code: str, levels: Levels) -> str:
    level = levels.get((claim.appraisal.track, code))
    return level.label_zh if level else code


def _worth(claim: BonusClaim, code: str, levels: Levels) -> Decimal:
    level = levels.get((claim.appraisal.track, code))
    return level.points if level else Decimal(0)


def _plain(points: Decimal) -> str:
    return format(points.normalize(), "f")


def _claimed(claim: BonusClaim) -> str:
    return f"{claim.claimed_by}于{day_in_words(timezone.localdate(claim.claimed_at))}提出申请。"


def _unit_said(claim: BonusClaim) -> str:
    by = f"（{claim.unit_opinion_by}）" if claim.unit_opinion_by else ""
    return f"{claim.unit_opinion}{by}" if claim.unit_opinion else ""


def _decided(claim: BonusClaim, levels: Levels) -> str:
    if claim.decided_by is None or claim.decided_at is None or claim.status not in (Status.APPROVED, Status.REFUSED):
        return ""
    who = f"（{claim.decided_by}，{day_in_words(timezone.localdate(claim.decided_at))}）"
    if claim.status == Status.REFUSED:
        return f"不予认定：{claim.reason}{who}"
    worth = _plain(_worth(claim, claim.approved_level, levels))
    return f"按{_level(claim, claim.approved_level, levels)}认定，加{worth}分{who}"
