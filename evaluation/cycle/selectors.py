"""What pages of the year read: its steps, the latest meeting day, the work plans of all units."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, Sum
from django.utils import timezone

from accounts.models import User
from evaluation.cycle.models import Cycle, Track, TrackRules, WorkPlan
from evaluation.cycle.working_days import add_working_days
from evaluation.units.access import roles_of
from evaluation.units.models import CITY_ROLES, Role, Unit, UnitQuerySet

# Working days between meeting and deadline beyond the periods of the cycle: the count, the analysis, the plan.
DAYS_FOR_COUNT_AND_PLAN = 5
FULL_POINTS = Decimal(100)


@dataclass(frozen=True)
class StepDates:
    """A step for ``components/_steps.html``."""

    number: int
    label: str
    starts_on: date
    ends_on: date
    done: bool


@dataclass(frozen=True)
class UnitPlan:
    """A unit with its plan of the year, if it has one. ``is_late``: it meets after the latest day."""

    unit: Unit
    plan: WorkPlan | None
    is_late: bool


def steps_of(cycle: Cycle) -> list[StepDates]:
    """Return the five steps with their dates; a step is done when its last day is over or the year is closed."""
    today, closed = timezone.localdate(), cycle.status == Cycle.Status.CLOSED
    begun = cycle.status != Cycle.Status.DRAFT
    return [
        StepDates(row.step, row.get_step_display(), row.starts, row.ends, closed or (begun and row.ends < today))
        for row in cycle.steps.all()
    ]


def latest_meeting_day(cycle: Cycle) -> date:
    """Return the last day on which a unit can meet and still be done by the deadline (C12).

    Counted back in working days: answer to the feedback, public notice, review of objections, and five days for the
    count, the analysis and the plan that is published at the end.
    """
    return add_working_days(cycle.deadline, -days_after_meeting(cycle))


def days_after_meeting(cycle: Cycle) -> int:
    return cycle.feedback_days + cycle.notice_days + cycle.objection_days + DAYS_FOR_COUNT_AND_PLAN


def planning_units(user: User) -> UnitQuerySet:
    """Return the units whose plans ``user`` sees. Towns plan for their villages; merged units plan no longer."""
    units = Unit.objects.filter(merged_into__isnull=True).exclude(kind=Unit.Kind.VILLAGE)
    if roles_of(user) & CITY_ROLES:
        return units
    return units.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER)


def unit_plans(cycle: Cycle, units: UnitQuerySet) -> list[UnitPlan]:
    """Return every unit with its plan, in two queries."""
    latest = latest_meeting_day(cycle)
    plans = Prefetch("work_plans", WorkPlan.objects.filter(cycle=cycle), to_attr="plans_of_year")
    rows = []
    for unit in units.for_list().prefetch_related(plans):
        plan = next(iter(unit.plans_of_year), None)
        late = plan is not None and plan.meeting_planned_on is not None and plan.meeting_planned_on > latest
        rows.append(UnitPlan(unit, plan, late))
    return rows


def rules_by_track(cycle: Cycle) -> list[TrackRules]:
    """Return the rules of every track in the order of ``Track``, each with the sum of its group bases as ``bases``."""
    found = {row.track: row for row in cycle.rules.annotate(bases=Sum("groups__base"))}
    return [found[track] for track in Track.values if track in found]


def points_off(rules: TrackRules) -> Decimal | None:
    """Return the sum of base and daily points where it is not the source's 100 (C14), else ``None``."""
    groups = list(rules.groups.all())
    total = sum((row.base for row in groups), rules.daily_base)
    return total if groups and total != FULL_POINTS else None


def end_of_step(cycle: Cycle, step: int) -> date:
    """Return the last day of a step, or the deadline of the year where the calendar does not hold it."""
    row = cycle.steps.filter(step=step).first()
    return row.ends if row else cycle.deadline
