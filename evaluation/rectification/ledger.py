"""The ledger of rectification (整改台账): every item of every published plan, the overdue ones first."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, F, IntegerField, Q, Value, When
from django.utils.functional import Promise

from evaluation.rectification.models import PlanItem, PlanItemQuerySet

State = PlanItem.State
FILLS = {State.OVERDUE: 1, State.UNDER_WAY: 3, State.DONE: 2}


@dataclass(frozen=True)
class Part:
    """One state of items: how many, in whole percent of all; ``x`` and ``width`` in percent of the picture."""

    state: str
    label: str | Promise
    count: int
    percent: int
    x: str
    width: str
    fill: int


def parts_of(items: Iterable[PlanItem], *, today: date) -> list[Part]:
    """Return how the items of one plan stand, their plan loaded; no query."""
    return _parts(Counter(str(item.state_on(today)) for item in items))


def parts_of_rows(items: PlanItemQuerySet, *, today: date) -> list[Part]:
    """Return how all of ``items`` stand; one query."""
    late = is_overdue(today)
    counts = items.aggregate(
        overdue=Count("pk", filter=late),
        done=Count("pk", filter=Q(completed_on__isnull=False)),
        under_way=Count("pk", filter=Q(completed_on__isnull=True) & ~late),
    )
    return _parts(counts)


def is_overdue(today: date) -> Q:
    """As ``PlanItemQuerySet.overdue`` says it."""
    return Q(plan__status="published", due__lt=today, completed_on__isnull=True)


def listed(items: PlanItemQuerySet, *, today: date, state: str = "") -> PlanItemQuerySet:
    """The items in the order of the ledger: overdue, under way by day, done; narrowed to one state if asked."""
    late = is_overdue(today)
    chosen = {
        State.OVERDUE: late,
        State.DONE: Q(completed_on__isnull=False),
        State.UNDER_WAY: Q(completed_on__isnull=True) & ~late,
    }
    if state in chosen:
        items = items.filter(chosen[State(state)])
    rank = Case(
        When(late, then=Value(0)),
        When(completed_on__isnull=True, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return items.for_list().order_by(rank, F("due").asc(nulls_last=True), "pk")


def _parts(counts: Mapping[str, int]) -> list[Part]:
    total, before, parts = sum(counts.values()) or 1, 0, []
    for state, fill in FILLS.items():
        count = counts.get(str(state), 0)
        x, width = f"{before * 100 / total:.2f}", f"{count * 100 / total:.2f}"
        parts.append(Part(str(state), state.label, count, count * 100 // total, x, width, fill))
        before += count
    return parts
