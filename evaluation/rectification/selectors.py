"""Published results as rectification reads them, and what waits for whom."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from evaluation.ballots.models import Opinion
from evaluation.cycle.models import Cycle, TrackRules
from evaluation.rectification.drafting import Judged
from evaluation.rectification.models import (
    PlanItem,
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


def judged_of(*, result: Result, marks: dict[str, Decimal]) -> Judged:
    """``result`` with its publication loaded; ``marks`` is ``notice_below`` by track."""
    labels = labelling_of(result.publication.rules)
    return Judged(
        explanation=result.explanation,
        deductions=result.deductions,
        is_suppressed=result.is_suppressed,
        aspect_labels=labels.aspects,
        deduction_labels=labels.deductions,
        notice_below=marks[result.publication.track],
    )


def marks_of(cycle: Cycle) -> dict[str, Decimal]:
    return dict(TrackRules.objects.filter(cycle=cycle).values_list("track", "notice_below"))


def opinions_shown(*, appraisals: Iterable[int]) -> dict[int, list[str]]:
    """By appraisal id, what voters wrote and moderation let through."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Opinion.objects.filter(appraisal__in=list(appraisals), status=Opinion.Status.SHOWN).order_by("pk")
    for appraisal, text in rows.values_list("appraisal", "text"):
        found[appraisal].append(text)
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
    """Add ``item_count``, ``overdue_count`` (due, not reported, carried out since publication), ``unread_count``."""
    items = PlanItem.objects.filter(plan=OuterRef("pk")).order_by().values("plan")
    overdue = items.filter(due__lt=today, completion="", plan__status=Status.PUBLISHED)
    unread = PublicComment.objects.filter(plan=OuterRef("pk"), status=PublicComment.Status.PENDING).order_by()
    return plans.annotate(
        item_count=_counted(items),
        overdue_count=_counted(overdue),
        unread_count=_counted(unread.values("plan")),
    )


def overdue(plans: RectificationPlanQuerySet, *, today: date) -> RectificationPlanQuerySet:
    late = PlanItem.objects.filter(plan=OuterRef("pk"), due__lt=today, completion="")
    return plans.filter(Exists(late), status=Status.PUBLISHED)


def submittable_by(user: User, plans: RectificationPlanQuerySet) -> RectificationPlanQuerySet:
    return plans.writable_by(user).filter(status__in=[Status.DRAFT, Status.RETURNED])


def publishable_by(user: User, plans: RectificationPlanQuerySet) -> RectificationPlanQuerySet:
    """Submitted by somebody else, in a unit whose approver this is (or the office)."""
    return plans.approvable_by(user).filter(status=Status.SUBMITTED).exclude(submitted_by=user)


def acceptable_by(user: User, plans: RectificationPlanQuerySet) -> RectificationPlanQuerySet:
    """Reported as done; neither submitted nor reported by ``user``."""
    done = plans.approvable_by(user).filter(status=Status.COMPLETED)
    return done.exclude(submitted_by=user).exclude(completed_by=user)


def unread_by(user: User, comments: PublicCommentQuerySet) -> PublicCommentQuerySet:
    return comments.moderated_by(user).filter(status=PublicComment.Status.PENDING)


def _counted(rows: QuerySet[Any, Any]) -> Coalesce:
    """How many of ``rows``, values grouped by plan, there are."""
    return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), 0)
