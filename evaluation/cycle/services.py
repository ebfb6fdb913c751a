"""Open a year, change its rules while nobody has voted by them, freeze them, close it."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.cycle.defaults import BY_TRACK, default_deadline, make_rules, make_steps
from evaluation.cycle.models import Cycle, CycleStep, Labelled, Step, TrackRules
from evaluation.cycle.working_days import seed_calendar
from evaluation.errors import DomainError

RULE_ROWS = ("groups", "aspects", "grades", "deductions", "bonus_levels")


@transaction.atomic
def create_cycle(
    *,
    year: int,
    actor: User | str,
    city_name: str = "",
    deadline: date | None = None,
    title: str = "",
    is_demonstration: bool = False,
) -> Cycle:
    """Set up the year with the default rules of every track and a calendar that ends with the deadline (C12, C14).

    ``deadline`` is 20 December if not given. The cycle is a draft until ``open_cycle``. Raises ``DomainError``:
    ``year_exists``.
    """
    if Cycle.objects.filter(year=year).exists():
        raise DomainError("year_exists", _("This year is set up already. Open its page to change it."))
    cycle = Cycle.objects.create(
        year=year,
        title=title or f"{year}年度公述民评",
        city_name=city_name,
        deadline=deadline or default_deadline(year),
        is_demonstration=is_demonstration,
    )
    make_steps(cycle)
    for track in BY_TRACK:
        make_rules(cycle, track)
    seed_calendar({year, year + 1, timezone.localdate().year})
    record(actor=actor, action="cycle-created", target=cycle, detail={"year": year})
    return cycle


@transaction.atomic
def open_cycle(*, cycle: Cycle, actor: User | str) -> Cycle:
    """Let the units begin: ``DRAFT`` becomes ``OPEN``.

    Raises ``DomainError``: ``not_draft``; ``steps_missing``, ``steps_out_of_order``, ``step_after_deadline``
    (all steps are done by the deadline, C12); ``no_groups`` where a track that is scored has no group.
    """
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if cycle.status != Cycle.Status.DRAFT:
        raise DomainError("not_draft", _("The year has been opened already."))
    check_calendar(deadline=cycle.deadline, steps=cycle.steps.all())
    cycle.status = Cycle.Status.OPEN
    cycle.save(update_fields=["status"])
    record(actor=actor, action="cycle-opened", target=cycle, detail={"year": cycle.year})
    return cycle


@transaction.atomic
def close_cycle(*, cycle: Cycle, actor: User | str) -> Cycle:
    """End the year: ``OPEN`` becomes ``CLOSED``. Raises ``DomainError``: ``not_open``."""
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if cycle.status != Cycle.Status.OPEN:
        raise DomainError("not_open", _("Only a year that is under way can be closed."))
    cycle.status = Cycle.Status.CLOSED
    cycle.save(update_fields=["status"])
    record(actor=actor, action="cycle-closed", target=cycle, detail={"year": cycle.year})
    return cycle


def check_calendar(*, deadline: date, steps: Iterable[CycleStep]) -> None:
    """Raise ``DomainError`` where a step is missing, begins before the step before it, or ends after the deadline."""
    rows = sorted(steps, key=lambda row: row.step)
    if [row.step for row in rows] != list(Step.values):
        raise DomainError("steps_missing", _("Give a first and a last day to each of the five steps."))
    for earlier, later in pairwise(rows):
        if later.starts < earlier.starts:
            raise DomainError("steps_out_of_order", _("A step cannot begin before the step that precedes it."))
    if any(row.ends > deadline for row in rows):
        raise DomainError("step_after_deadline", _("Every step ends by the deadline at the latest."))


@transaction.atomic
def freeze_rules(*, rules: TrackRules, at: datetime) -> TrackRules:
    """Fix the rules of a track, with the first pass or paper ballot of a real box. A second call changes nothing."""
    rules = TrackRules.objects.select_for_update().get(pk=rules.pk)
    if rules.frozen_at is None:
        rules.frozen_at = at
        rules.save(update_fields=["frozen_at"])
        record(actor="system", action="rules-frozen", target=rules, detail={"track": rules.track})
    return rules


def rules_of(cycle: Cycle, track: str) -> TrackRules:
    """Return the rules of ``track`` with all their rows prefetched. Raises ``TrackRules.DoesNotExist``."""
    return TrackRules.objects.select_related("cycle").prefetch_related(*RULE_ROWS).get(cycle=cycle, track=track)


def rules_as_values(*, rules: TrackRules) -> dict[str, object]:
    """Return ``rules.<track>`` of the results file ``minping-results/1``: decimals as integers or strings.

    The rules are read with ``rules_of``, or the rows are fetched here. Raises nothing.
    """
    return {
        "aspects": [{**_coded(row), "weight": _number(row.weight)} for row in rules.aspects.all()],
        "grades": [{**_coded(row), "value": _number(row.value)} for row in rules.grades.all()],
        "groups": [
            {**_coded(row), "part": row.part, "base": _number(row.base), "min_valid": row.min_valid}
            for row in rules.groups.all()
        ],
        "daily": {
            "base": _number(rules.daily_base),
            "deductions": [
                {**_coded(row), "points": None, "max": _number(row.maximum)}
                if row.points is None and row.maximum is not None
                else {**_coded(row), "points": _number(row.points or Decimal(0))}
                for row in rules.deductions.all()
            ],
        },
        "bonus": {
            "levels": [{**_coded(row), "points": _number(row.points)} for row in rules.bonus_levels.all()],
            "cap": None if rules.bonus_cap is None else _number(rules.bonus_cap),
        },
    }


def base_total(rules: TrackRules) -> Decimal:
    """Return the base points of all groups together with the daily points: 100 by the source (C14)."""
    groups = rules.groups.aggregate(total=Sum("base"))["total"] or Decimal(0)
    return groups + rules.daily_base


def _coded(row: Labelled) -> dict[str, object]:
    return {"code": row.code, "label": {"zh": row.label_zh, "en": row.label_en}}  # type: ignore[attr-defined]


def _number(value: Decimal) -> int | str:
    """An integer where it is one, else text with at most two places: never a float."""
    return int(value) if value == value.to_integral_value() else format(value.normalize(), "f")
