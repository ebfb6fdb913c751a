"""Published results as rectification reads them, and what waits for whom."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from evaluation.ballots.opinions import shown_rows
from evaluation.cycle.models import Cycle, DeductionRule, Track, TrackRules
from evaluation.rectification.drafting import Judged
from evaluation.rectification.models import (
    PlanItem,
    PlanItemQuerySet,
    PublicComment,
    PublicCommentQuerySet,
    RectificationPlan,
    RectificationPlanQuerySet,
)
from evaluation.results.drafting import labelling_of
from evaluation.results.models import Publication, Result, ResultQuerySet
from evaluation.roster.models import Appraisal, AppraisalQuerySet

Status = RectificationPlan.Status


def published_results() -> ResultQuerySet:
    """Scored results under public notice or final, in the version that stands."""
    return Result.objects.filter(
        status=Result.Status.SCORED,
        publication__status__in=[Publication.Status.NOTICE, Publication.Status.FINAL],
    )


@dataclass(frozen=True)
class Marks:
    """What in the rules of one track asks for a notice."""

    below: Decimal
    opinions: int | None
    rules: frozenset[str]


def judged_of(*, result: Result, marks: dict[str, Marks]) -> Judged:
    """``result`` with its publication loaded; ``marks`` by track."""
    mark = marks[result.publication.track]
    labels = labelling_of(result.publication.rules)
    return Judged(
        explanation=result.explanation,
        deductions=result.deductions,
        is_suppressed=result.is_suppressed,
        aspect_labels=labels.aspects,
        deduction_labels=labels.deductions,
        notice_below=mark.below,
        notice_rules=mark.rules,
        notice_opinions=mark.opinions,
    )


def marks_of(cycle: Cycle) -> dict[str, Marks]:
    """By track; two queries."""
    asking: dict[str, set[str]] = defaultdict(set)
    rows = DeductionRule.objects.filter(rules__cycle=cycle, asks_notice=True)
    for track, code in rows.values_list("rules__track", "code"):
        asking[track].add(code)
    rules = TrackRules.objects.filter(cycle=cycle).values_list("track", "notice_below", "notice_opinions")
    return {track: Marks(below, opinions, frozenset(asking[track])) for track, below, opinions in rules}


def opinions_shown(*, appraisals: Iterable[int]) -> dict[int, list[str]]:
    """By appraisal id, what voters wrote as moderation let it through: where names were blacked out, without them."""
    found: dict[int, list[str]] = defaultdict(list)
    for row in shown_rows(appraisals):
        found[row.appraisal].append(row.text)
    return found


def opinions_by_aspect(*, appraisals: Iterable[int]) -> dict[int, dict[str, int]]:
    """By appraisal id, how many opinions are shown on each aspect."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for row in shown_rows(appraisals):
        if row.aspect:
            found[row.appraisal][row.aspect] = found[row.appraisal].get(row.aspect, 0) + 1
    return found


def appraisals_without_plan(appraisals: AppraisalQuerySet) -> AppraisalQuerySet:
    """Those with a published result for whom no plan has been drawn up."""
    has_result = Exists(published_results().filter(appraisal=OuterRef("pk")))
    return appraisals.filter(has_result, plan__isnull=True)


def draftable_by(user: User, cycle: Cycle) -> AppraisalQuerySet:
    """Those whose plan ``user`` may draw up and nobody has."""
    writable = Appraisal.objects.writable_by(user).values("pk")
    mine = Appraisal.objects.filter(cycle=cycle).filter(Q(cadre__user=user) | Q(pk__in=writable))
    return appraisals_without_plan(mine)


def with_progress(plans: RectificationPlanQuerySet, *, today: date) -> RectificationPlanQuerySet:
    """Add ``item_count``, ``done_count``, ``overdue_count`` (published, due, not done), ``unread_count``."""
    items = PlanItem.objects.filter(plan=OuterRef("pk")).order_by().values("plan")
    overdue = items.filter(due__lt=today, completed_on__isnull=True, plan__status=Status.PUBLISHED)
    unread = PublicComment.objects.filter(plan=OuterRef("pk"), status=PublicComment.Status.PENDING).order_by()
    return plans.annotate(
        item_count=_counted(items),
        done_count=_counted(items.filter(completed_on__isnull=False)),
        overdue_count=_counted(overdue),
        unread_count=_counted(unread.values("plan")),
    )


def overdue(plans: RectificationPlanQuerySet, *, today: date) -> RectificationPlanQuerySet:
    late = PlanItem.objects.filter(plan=OuterRef("pk"), due__lt=today, completed_on__isnull=True)
    return plans.filter(Exists(late), status=Status.PUBLISHED)


def submittable_by(user: User, plans: RectificationPlanQuerySet) -> RectificationPlanQuerySet:
    return plans.writable_by(user).filter(status__in=[Status.DRAFT, Status.RETURNED])


def publishable_by(user: User, plans: RectificationPlanQuerySet) -> RectificationPlanQuerySet:
    """Submitted by somebody else, about somebody else, in a unit whose approver this is (or the office)."""
    submitted = plans.approvable_by(user).filter(status=Status.SUBMITTED)
    return submitted.exclude(submitted_by=user).exclude(appraisal__cadre__user=user)


def acceptable_by(user: User, plans: RectificationPlanQuerySet) -> RectificationPlanQuerySet:
    """Reported as done; neither submitted nor reported by ``user``, nor about them."""
    done = plans.approvable_by(user).filter(status=Status.COMPLETED)
    return done.exclude(submitted_by=user).exclude(completed_by=user).exclude(appraisal__cadre__user=user)


def unread_by(user: User, comments: PublicCommentQuerySet) -> PublicCommentQuerySet:
    return comments.moderated_by(user).filter(status=PublicComment.Status.PENDING)


def without_public_plan(user: User, cycle: Cycle) -> AppraisalQuerySet:
    """Mid-level cadres of the year whose plan is not published, as ``user`` may see them (C11: each makes one, C12)."""
    rows = Appraisal.objects.visible_to(user).filter(cycle=cycle, track=Track.MID_LEVEL).taking_part()
    has_result = Exists(published_results().filter(appraisal=OuterRef("pk")))
    return rows.exclude(plan__published_at__isnull=False).annotate(has_result=has_result).select_related("plan")


def due_soon(items: PlanItemQuerySet, *, today: date, until: date) -> PlanItemQuerySet:
    """Items under way that fall due from ``today`` to ``until``."""
    return items.filter(plan__status=Status.PUBLISHED, completed_on__isnull=True, due__range=(today, until))


def _counted(rows: QuerySet[Any, Any]) -> Coalesce:
    """How many of ``rows``, values grouped by plan, there are."""
    return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), 0)
