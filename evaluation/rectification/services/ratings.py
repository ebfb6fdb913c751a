"""What residents say of a rectification that was accepted: three words, a few days, figures from five on (C11, C20)."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from evaluation.audit.services import record
from evaluation.errors import DomainError
from evaluation.rectification.models import FollowUpRating, RectificationPlan

Grade = FollowUpRating.Grade
Status = RectificationPlan.Status
LEAST_RATINGS = 5
FILLS = (2, 3, 1)  # the red one for those who are not satisfied


@dataclass(frozen=True)
class RatingLine:
    """One word: how many gave it, in whole percent of all; ``x`` and ``width`` in percent of the picture."""

    grade: str
    label: str | Promise
    count: int
    percent: int
    x: str
    width: str
    fill: int


@dataclass(frozen=True)
class Ratings:
    total: int
    lines: list[RatingLine]


@transaction.atomic
def rate_plan(*, plan: RectificationPlan, grade: str) -> FollowUpRating:
    """Take one resident's rating. The caller counts tries and keeps who has rated; nothing of who it was comes here.

    The record says that a rating came, never which. Raises ``DomainError``: ``not_open`` before acceptance and after
    the last day; ``unknown_grade``.
    """
    plan = RectificationPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if not takes_ratings(plan):
        raise DomainError("not_open", _("Ratings of this rectification are not taken now."))
    if grade not in Grade.values:
        raise DomainError("unknown_grade", _("Choose one of the three answers."))
    rating = FollowUpRating.objects.create(plan=plan, grade=grade, made_on=timezone.localdate())
    record(actor="public", action="plan-rated", target=plan)
    return rating


def takes_ratings(plan: RectificationPlan) -> bool:
    """From acceptance to the end of the last day."""
    if plan.status != Status.ACCEPTED or plan.rating_until is None:
        return False
    return timezone.localdate() <= plan.rating_until


def ratings_of(plan: RectificationPlan) -> Ratings | None:
    """Return what residents found, or ``None`` while fewer than five have rated: so few would tell who; one query."""
    rows = plan.ratings.values_list("grade").annotate(number=Count("pk")).order_by()
    counts = dict(rows.values_list("grade", "number"))
    total = sum(counts.values())
    return Ratings(total, _lines(counts, total)) if total >= LEAST_RATINGS else None


def _lines(counts: dict[str, int], total: int) -> list[RatingLine]:
    lines, before = [], 0
    for fill, (grade, label) in zip(FILLS, Grade.choices, strict=True):
        count = counts.get(grade, 0)
        x, width = f"{before * 100 / total:.2f}", f"{count * 100 / total:.2f}"
        lines.append(RatingLine(grade, label, count, count * 100 // total, x, width, fill))
        before += count
    return lines
