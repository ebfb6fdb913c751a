"""What the rules of the daily assessment propose from rectification: rule 2, "not rectified in time or properly" (C20).

A proposal counts nothing: a person takes it up, and another confirms it. Each is made once, whoever asks how often.
"""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from evaluation.daily.models import DailyDeduction
from evaluation.daily.services import propose_deduction
from evaluation.errors import DomainError
from evaluation.rectification.models import FollowUpRating, PlanItem, RectificationPlan
from evaluation.rectification.services.ratings import LEAST_RATINGS

NOT_RECTIFIED = "2"
BASIS = "实施意见五(二)2：对群众提出的合理意见、投诉未及时整改或整改不到位"
SYSTEM = "system"
Source = DailyDeduction.Source
Status = RectificationPlan.Status


def propose_returned_twice(*, plan: RectificationPlan, reason: str) -> DailyDeduction | None:
    """Propose rule 2 for a plan whose acceptance was refused twice; part of that act."""
    facts = f"整改情况经验收{plan.times_returned}次被退回。最近一次退回理由：{reason}"
    why = "按规则提出：整改验收两次被退回。"
    return _propose(f"plan:{plan.pk}:returned-twice", plan, Source.OTHER, facts, why, _last_due(plan))


def propose_overdue_items(*, today: date | None = None, actor: User | str = SYSTEM) -> int:
    """Propose rule 2 for every item of a public plan whose deadline passed undone; return how many are new.

    By the timer or by the office's press; pages show overdue items whether or not this ever runs.
    """
    day = today or timezone.localdate()
    waiting = PlanItem.objects.overdue(today=day)
    return sum(_of_plan(pk, day, actor) for pk in _new(waiting, "plan-item:{}:overdue", "plan_id"))


def propose_poor_ratings(*, today: date | None = None, actor: User | str = SYSTEM) -> int:
    """Propose rule 2 for every accepted plan that more than half of at least five residents found wanting.

    Only once their time to rate is over. Returns how many are new.
    """
    day = today or timezone.localdate()
    over = RectificationPlan.objects.filter(status=Status.ACCEPTED, rating_until__lt=day)
    return sum(_poor(pk, day, actor) for pk in _new(over, "plan:{}:poor", "pk"))


def _new(rows: object, key: str, wanted: str) -> list[int]:
    """The plans (in order) of those rows for which nothing was proposed yet; two queries."""
    found = list(rows.values_list("pk", wanted))  # type: ignore[attr-defined]
    keys = {key.format(pk): plan for pk, plan in found}
    known = set(DailyDeduction.objects.filter(proposal_key__in=keys).values_list("proposal_key", flat=True))
    return sorted({plan for name, plan in keys.items() if name not in known})


@transaction.atomic
def _of_plan(pk: int, today: date, actor: User | str) -> int:
    plan = _locked(pk)
    if plan.status != Status.PUBLISHED:
        return 0
    items = list(plan.items.all())
    late = [(number, item) for number, item in enumerate(items, start=1) if _is_late(plan, item, today)]
    return sum(_overdue(plan, number, item, today, actor) for number, item in late)


def _is_late(plan: RectificationPlan, item: PlanItem, today: date) -> bool:
    item.plan = plan
    return item.state_on(today) == PlanItem.State.OVERDUE


def _overdue(plan: RectificationPlan, number: int, item: PlanItem, today: date, actor: User | str) -> int:
    source = Source.OPINION if item.source == PlanItem.Source.OPINION else Source.OTHER
    facts = f"整改计划第{number}项“{item.problem}”应于{item.due:%Y-%m-%d}前完成，至{today:%Y-%m-%d}未报完成。"
    why = "按规则提出：公布的整改事项逾期未完成。"
    made = _propose(f"plan-item:{item.pk}:overdue", plan, source, facts, why, item.due, item.problem, actor, today)
    return int(made is not None)


@transaction.atomic
def _poor(pk: int, today: date, actor: User | str) -> int:
    plan = _locked(pk)
    grades = list(plan.ratings.values_list("grade", flat=True))
    poor = grades.count(FollowUpRating.Grade.DISSATISFIED)
    if len(grades) < LEAST_RATINGS or poor * 2 <= len(grades):
        return 0
    facts = f"整改验收后群众评价{len(grades)}份，其中不满意{poor}份，超过半数。"
    why = "按规则提出：整改结果群众多数不满意。"
    made = _propose(f"plan:{plan.pk}:poor", plan, Source.OPINION, facts, why, _last_due(plan), actor=actor, today=today)
    return int(made is not None)


def _last_due(plan: RectificationPlan) -> date | None:
    return max((item.due for item in plan.items.all() if item.due), default=None)


def _propose(
    key: str,
    plan: RectificationPlan,
    source: str,
    facts: str,
    why: str,
    due: date | None,
    what: str = "公布的整改计划",
    actor: User | str = SYSTEM,
    today: date | None = None,
) -> DailyDeduction | None:
    """One place for all three; a track without rule 2 proposes nothing."""
    today = today or timezone.localdate()
    try:
        return propose_deduction(
            key=key,
            appraisal=plan.appraisal,
            rule=NOT_RECTIFIED,
            found_on=today,
            source=source,
            facts=facts,
            basis=BASIS,
            why=why,
            to_rectify=what[:300],
            rectify_by=min(due or today, today),
            actor=actor,
        )
    except DomainError as error:
        if error.code == "unknown_rule":
            return None
        raise


def _locked(pk: int) -> RectificationPlan:
    """Two who propose at once follow each other: the second finds what the first proposed."""
    rows = RectificationPlan.objects.select_for_update(of=("self",)).select_related("appraisal__cycle")
    return rows.get(pk=pk)
