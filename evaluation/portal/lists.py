"""What the year's public lists show: commendations that count, and how far rectification has come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse

from evaluation.cycle.models import Cycle
from evaluation.portal.public import public_plans, public_results
from evaluation.rectification.models import PlanItem, RectificationPlan
from evaluation.results.shown import label_of
from evaluation.units.models import Unit

CARRIED_OUT = Q(plan__status__in=["completed", "accepted"])


@dataclass(frozen=True)
class AwardLine:
    """One recognised award of a published result; ``points`` as text, ``counted`` false for a lower level of it."""

    name: str
    url: str
    unit: str
    award: str
    issuer: str
    level: str
    level_label: str
    points: str
    counted: bool
    track: str


@dataclass(frozen=True)
class LevelBar:
    label: str
    number: int
    points: Decimal
    width: str


@dataclass(frozen=True)
class Standing:
    """How many items of published plans are done, under way and overdue; ``bars`` in percent as text."""

    label: str
    url: str
    plans: int
    done: int
    under_way: int
    overdue: int

    @property
    def total(self) -> int:
        return self.done + self.under_way + self.overdue

    @property
    def bars(self) -> list[tuple[int, str, str]]:
        total, start, drawn = max(self.total, 1), 0, []
        for fill, number in ((1, self.done), (2, self.under_way), (3, self.overdue)):
            if number:
                drawn.append((fill, f"{start * 100 / total:.2f}", f"{number * 100 / total:.2f}"))
            start += number
        return drawn


def award_lines(cycle: Cycle, *, unit: Unit | None = None) -> list[AwardLine]:
    """Return the awards of published results as they were frozen with them (C26), by unit and cadre: one query."""
    results = public_results().filter(publication__cycle=cycle).exclude(awards=[])
    if unit:
        results = results.filter(publication__organising_unit=unit)
    rows = results.select_related("publication", "appraisal__home_unit").order_by(
        "publication__organising_unit__order", "publication__track", "list_order", "pk"
    )
    return [
        AwardLine(
            name=result.name,
            url=reverse(
                "portal:cadre-detail",
                args=[cycle.year, result.appraisal.home_unit.code, result.appraisal.public_code],
            ),
            unit=result.unit_name,
            award=award["award"],
            issuer=award["issuer"],
            level=award["level"],
            level_label=labels.get(award["level"], award["level"]),
            points=award["points"],
            counted=award["counted"],
            track=result.publication.track,
        )
        for result in rows
        for labels in [{row["code"]: label_of(row) for row in result.publication.rules["bonus"]["levels"]}]
        for award in result.awards
    ]


def level_bars(lines: Iterable[AwardLine]) -> list[LevelBar]:
    """How many awards count at each level, and the points they bring, highest first."""
    counted = [line for line in lines if line.counted]
    labels = {line.level: line.level_label for line in counted}
    numbers = {level: [Decimal(line.points) for line in counted if line.level == level] for level in labels}
    most = max((len(points) for points in numbers.values()), default=1)
    return [
        LevelBar(labels[level], len(points), sum(points, Decimal(0)), f"{len(points) * 100 / most:.1f}")
        for level, points in sorted(numbers.items(), key=lambda item: -item[1][0])
    ]


def listed_plans(cycle: Cycle, *, today: date, unit: Unit | None = None) -> QuerySet[RectificationPlan]:
    """Published plans with ``item_total``, ``done_total`` and ``overdue_total``; what is overdue stands first (C11)."""
    plans = public_plans().filter(appraisal__cycle=cycle)
    if unit:
        plans = plans.filter(appraisal__organising_unit=unit)
    done = Q(items__completed_on__isnull=False) | Q(status__in=["completed", "accepted"])
    return (
        plans.annotate(
            item_total=Count("items"),
            done_total=Count("items", filter=done),
            overdue_total=Count("items", filter=Q(items__due__lt=today) & ~done),
        )
        .select_related("appraisal__home_unit", "appraisal__organising_unit")
        .order_by("-overdue_total", "appraisal__organising_unit__order", "appraisal__track", "appraisal__order", "pk")
    )


def standings(cycle: Cycle, *, today: date) -> list[Standing]:
    """Return one row a unit that has published plans, in the order of units: one query."""
    done = Q(completed_on__isnull=False) | CARRIED_OUT
    rows = (
        PlanItem.objects.filter(plan__in=public_plans().filter(appraisal__cycle=cycle))
        .order_by()
        .values(
            name=F("plan__appraisal__organising_unit__name"),
            code=F("plan__appraisal__organising_unit__code"),
            place=F("plan__appraisal__organising_unit__order"),
        )
        .annotate(
            plans=Count("plan", distinct=True),
            total=Count("pk"),
            done=Count("pk", filter=done),
            overdue=Count("pk", filter=Q(due__lt=today) & ~done),
        )
        .order_by("place", "code")
    )
    return [
        Standing(
            label=row["name"],
            url=reverse("portal:unit-detail", args=[cycle.year, row["code"]]),
            plans=row["plans"],
            done=row["done"],
            under_way=row["total"] - row["done"] - row["overdue"],
            overdue=row["overdue"],
        )
        for row in rows
    ]


def in_all(rows: Iterable[Standing], label: str) -> Standing:
    rows = list(rows)
    plans, done, under_way, overdue = (
        sum(getattr(row, name) for row in rows) for name in ("plans", "done", "under_way", "overdue")
    )
    return Standing(label=label, url="", plans=plans, done=done, under_way=under_way, overdue=overdue)
