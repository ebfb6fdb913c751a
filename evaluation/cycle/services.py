"""Open a year, change its rules while nobody has voted by them, freeze them, close it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.cycle.defaults import BY_TRACK, default_deadline, make_rules, make_steps
from evaluation.cycle.models import CalendarDay, Cycle, CycleStep, Labelled, Step, TrackRules, WorkPlan
from evaluation.cycle.working_days import seed_calendar, year_is_known
from evaluation.errors import DomainError
from evaluation.files.models import StoredFile
from evaluation.units.models import Unit

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
    (all steps are done by the deadline, C12).
    """
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if cycle.status != Cycle.Status.DRAFT:
        raise DomainError("not_draft", _("The year has been opened already."))
    check_calendar(deadline=cycle.deadline, steps=cycle.steps.all())
    cycle.status = Cycle.Status.OPEN
    cycle.save(update_fields=["status"])
    changes = {"status": (Cycle.Status.DRAFT, cycle.status)}
    record(actor=actor, action="cycle-opened", target=cycle, detail={"year": cycle.year}, changes=changes)
    return cycle


@transaction.atomic
def close_cycle(*, cycle: Cycle, actor: User | str) -> Cycle:
    """End the year: ``OPEN`` becomes ``CLOSED``. Raises ``DomainError``: ``not_open``."""
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if cycle.status != Cycle.Status.OPEN:
        raise DomainError("not_open", _("Only a year that is under way can be closed."))
    cycle.status = Cycle.Status.CLOSED
    cycle.save(update_fields=["status"])
    changes = {"status": (Cycle.Status.OPEN, cycle.status)}
    record(actor=actor, action="cycle-closed", target=cycle, detail={"year": cycle.year}, changes=changes)
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


def _coded(row: Labelled) -> dict[str, object]:
    return {"code": row.code, "label": {"zh": row.label_zh, "en": row.label_en}}  # type: ignore[attr-defined]


def _number(value: Decimal) -> int | str:
    """An integer where it is one, else text with at most two places: never a float."""
    return int(value) if value == value.to_integral_value() else format(value.normalize(), "f")


@transaction.atomic
def change_cycle(
    *, cycle: Cycle, actor: User, fields: Mapping[str, object], days: Mapping[int, tuple[date, date]]
) -> Cycle:
    """Change names, periods and calendar; ``days`` gives first and last day by step number.

    Raises ``DomainError``: ``closed``, and what ``check_calendar`` raises.
    """
    cycle = _writable(cycle)
    before = {field: getattr(cycle, field) for field in fields}
    for field, value in fields.items():
        setattr(cycle, field, value)
    steps = list(cycle.steps.select_for_update())
    for row in steps:
        row.starts, row.ends = days.get(row.step, (row.starts, row.ends))
    check_calendar(deadline=cycle.deadline, steps=steps)
    cycle.save(update_fields=list(fields))
    for row in steps:
        row.save(update_fields=["starts", "ends"])
    changes = {field: (before[field], value) for field, value in fields.items() if before[field] != value}
    record(actor=actor, action="cycle-changed", target=cycle, detail={"fields": sorted(fields)}, changes=changes)
    return cycle


@transaction.atomic
def change_rules(
    *,
    rules: TrackRules,
    actor: User,
    fields: Mapping[str, object],
    rows: Mapping[str, Mapping[int, Mapping[str, object]]],
) -> TrackRules:
    """Change the rules of a track while nobody has voted by them.

    ``fields`` are those of ``TrackRules``; ``rows`` gives, by kind (``RULE_ROWS``) and key, what changes in a row.
    Codes never change: tallies and published results are written with them. Raises ``DomainError``: ``frozen``,
    ``closed``.
    """
    _writable(rules.cycle)
    rules = TrackRules.objects.select_for_update().get(pk=rules.pk)
    if rules.frozen_at is not None:
        raise DomainError("frozen", _("These rules are frozen: a pass or a paper ballot has been issued under them."))
    before = {field: getattr(rules, field) for field in fields}
    for field, value in fields.items():
        setattr(rules, field, value)
    rules.save(update_fields=list(fields))
    for kind, changes in rows.items():
        for row in getattr(rules, kind).filter(pk__in=changes):
            _write_row(row, changes[row.pk])
    changed = {kind: len(changes) for kind, changes in rows.items() if changes}
    told = {field: (before[field], value) for field, value in fields.items() if before[field] != value}
    record(actor=actor, action="rules-changed", target=rules, detail={"track": rules.track, **changed}, changes=told)
    return rules


@transaction.atomic
def set_calendar_day(*, day: date, is_working: bool, note: str, actor: User) -> CalendarDay:
    """Make ``day`` a working day or a day off, whatever its weekday says."""
    row, _is_new = CalendarDay.objects.update_or_create(day=day, defaults={"is_working": is_working, "note": note})
    record(actor=actor, action="calendar-day-set", target=row, detail={"day": day, "is_working": is_working})
    return row


@transaction.atomic
def remove_calendar_day(*, day: CalendarDay, actor: User) -> None:
    """Let the day be what its weekday says."""
    day = CalendarDay.objects.select_for_update().get(pk=day.pk)
    record(actor=actor, action="calendar-day-removed", target=day, detail={"day": day.day})
    day.delete()


@transaction.atomic
def load_holidays(*, year: int, actor: User) -> int:
    """Add the known public holidays of ``year`` and return how many. Raises ``DomainError``: ``year_unknown``."""
    if not (added := seed_calendar([year])) and not year_is_known(year):
        message = _("The holidays of this year are not known here yet. Enter them by hand.")
        raise DomainError("year_unknown", message)
    cycle = Cycle.objects.get(year=year)
    record(actor=actor, action="holidays-loaded", target=cycle, detail={"year": year, "days": added})
    return added


@transaction.atomic
def save_plan(
    *,
    cycle: Cycle,
    unit: Unit,
    actor: User,
    text: str,
    meeting_planned_on: date | None,
    file: StoredFile | None = None,
) -> WorkPlan:
    """Write a unit's work plan (C30); ``file`` replaces the one that is there, if given.

    Raises ``DomainError``: ``closed``; ``plan_submitted`` while the office has it.
    """
    _writable(cycle)
    plan = WorkPlan.objects.select_for_update().filter(cycle=cycle, unit=unit).first()
    plan = plan or WorkPlan(cycle=cycle, unit=unit)
    if plan.status == WorkPlan.Status.SUBMITTED:
        raise DomainError("plan_submitted", _("The office has this plan. To change it, ask the office to return it."))
    plan.text, plan.meeting_planned_on, plan.file = text, meeting_planned_on, file or plan.file
    plan.save()
    record(actor=actor, action="work-plan-saved", target=plan, detail={"unit": unit.code})
    return plan


@transaction.atomic
def submit_plan(*, plan: WorkPlan, actor: User) -> WorkPlan:
    """Hand the plan to the office. Raises ``DomainError``: ``plan_submitted``, ``plan_empty``, ``closed``."""
    _writable(plan.cycle)
    plan = WorkPlan.objects.select_for_update().get(pk=plan.pk)
    if plan.status == WorkPlan.Status.SUBMITTED:
        raise DomainError("plan_submitted", _("The office has this plan. To change it, ask the office to return it."))
    if not plan.text.strip() or plan.meeting_planned_on is None:
        raise DomainError("plan_empty", _("Write the plan and give the planned day of the meeting first."))
    before, plan.status, plan.submitted_at = plan.status, WorkPlan.Status.SUBMITTED, timezone.now()
    plan.save(update_fields=["status", "submitted_at"])
    record(actor=actor, action="work-plan-submitted", target=plan, changes={"status": (before, plan.status)})
    return plan


@transaction.atomic
def return_plan(*, plan: WorkPlan, actor: User, reason: str) -> WorkPlan:
    """Give the plan back to the unit with a reason. Raises ``DomainError``: ``plan_not_submitted``, ``closed``."""
    _writable(plan.cycle)
    plan = WorkPlan.objects.select_for_update().get(pk=plan.pk)
    if plan.status != WorkPlan.Status.SUBMITTED:
        raise DomainError("plan_not_submitted", _("The unit has this plan; it has not been submitted."))
    plan.status, plan.return_reason = WorkPlan.Status.RETURNED, reason
    plan.save(update_fields=["status", "return_reason"])
    changes = {"status": (WorkPlan.Status.SUBMITTED, plan.status)}
    record(actor=actor, action="work-plan-returned", target=plan, changes=changes, why=reason)
    return plan


def _writable(cycle: Cycle) -> Cycle:
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if cycle.status == Cycle.Status.CLOSED:
        raise DomainError("closed", _("This year is closed. Nothing in it changes any more."))
    return cycle


def _write_row(row: Labelled, changes: Mapping[str, object]) -> None:
    if "code" in changes:
        raise TypeError("the code of a rule never changes")
    for field, value in changes.items():
        setattr(row, field, value)
    row.save(update_fields=list(changes))
