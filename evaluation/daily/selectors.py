"""What is left of the 20 points, who may confirm or review what, and which months stand."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from accounts.models import User
from evaluation.cycle.models import Cycle, Track, TrackRules
from evaluation.daily.models import DailyDeduction, DailyDeductionQuerySet, Defence, DefenceQuerySet, MonthSheet
from evaluation.daily.months import frozen_from, months_of, next_month
from evaluation.roster.models import Appraisal
from evaluation.scoring import daily_points
from evaluation.units.access import roles_of
from evaluation.units.models import CITY_ROLES, Role, Unit

Status = DailyDeduction.Status


@dataclass(frozen=True)
class DailyBalance:
    """Points: ``used`` is what was deducted, ``left`` what remains of the base (C25)."""

    used: Decimal
    left: Decimal
    by_rule: tuple[tuple[str, Decimal], ...] = ()


def confirmable_by(user: User, deductions: DailyDeductionQuerySet) -> DailyDeductionQuerySet:
    """Those that ``user`` may confirm: recorded, by somebody else, in a unit whose approver this is (or the office)."""
    waiting = (
        deductions.filter(status=DailyDeduction.Status.RECORDED).exclude(recorded_by=user).exclude(cadre__user=user)
    )
    if Role.OFFICE in roles_of(user):
        return waiting
    return waiting.filter(appraisal__organising_unit__in=Unit.objects.acted_for_by(user, Role.APPROVER).values("pk"))


def of_cycle(deductions: DailyDeductionQuerySet, cycle: Cycle) -> DailyDeductionQuerySet:
    return deductions.filter(Q(cycle=cycle) | Q(cycle__isnull=True, appraisal__cycle=cycle))


def balances(*, appraisals: Iterable[Appraisal], base: Decimal) -> dict[int, DailyBalance]:
    """Return by appraisal id what confirmed deductions used, by rule and in all, and left of ``base``; one query."""
    ids = [appraisal.pk for appraisal in appraisals]
    rows = (
        DailyDeduction.objects.filter(appraisal__in=ids, status=Status.CONFIRMED)
        .values("appraisal", "rule")
        .annotate(used=Sum(F("points") * F("count")))
        .order_by("rule")
    )
    used: dict[int, list[tuple[str, Decimal]]] = defaultdict(list)
    for row in rows:
        used[row["appraisal"]].append((row["rule"], Decimal(row["used"])))
    return {pk: _balance(used.get(pk, []), base) for pk in ids}


def _balance(by_rule: list[tuple[str, Decimal]], base: Decimal) -> DailyBalance:
    parts = [points for _rule, points in by_rule]
    return DailyBalance(sum(parts, Decimal(0)), daily_points(base=base, deductions=parts), tuple(by_rule))


def balances_of(appraisals: Iterable[Appraisal], cycle: Cycle) -> dict[int, tuple[DailyBalance, Decimal]]:
    """Return by appraisal id the balance and the base of its track; one query a track and one for the bases."""
    bases = dict(TrackRules.objects.filter(cycle=cycle).values_list("track", "daily_base"))
    by_track: dict[str, list[Appraisal]] = defaultdict(list)
    for appraisal in appraisals:
        by_track[appraisal.track].append(appraisal)
    found: dict[int, tuple[DailyBalance, Decimal]] = {}
    for track, rows in by_track.items():
        kept = balances(appraisals=rows, base=bases.get(track, Decimal(0)))
        found |= {pk: (balance, bases.get(track, Decimal(0))) for pk, balance in kept.items()}
    return found


def proposals(deductions: DailyDeductionQuerySet) -> DailyDeductionQuerySet:
    return deductions.filter(status=Status.PROPOSED)


def answerable_by(user: User, today: date | None = None) -> DailyDeductionQuerySet:
    """The cadre's own deductions that they may still answer, the earliest end first."""
    rows = DailyDeduction.objects.filter(cadre__user=user, status=Status.CONFIRMED, defence__isnull=True)
    return rows.filter(defence_due__gte=today or timezone.localdate()).order_by("defence_due")


def untold(deductions: DailyDeductionQuerySet) -> DailyDeductionQuerySet:
    """Those that count, of which the cadre has not been told: the unit hands over a slip."""
    return deductions.filter(status=Status.CONFIRMED, told_how="")


def reviewable_by(user: User, defences: DefenceQuerySet) -> DefenceQuerySet:
    """Open defences that ``user`` may decide: approver of the unit or office, without any part in the matter."""
    rows = defences.filter(status=Defence.Status.OPEN).exclude(made_by=user).exclude(deduction__cadre__user=user)
    rows = rows.exclude(deduction__recorded_by=user).exclude(deduction__confirmed_by=user)
    if Role.OFFICE in roles_of(user):
        return rows
    units = Unit.objects.acted_for_by(user, Role.APPROVER).values("pk")
    return rows.filter(deduction__appraisal__organising_unit__in=units, deduction__by_office=False)


def open_defences(appraisals: Iterable[Appraisal]) -> DefenceQuerySet:
    """Defences under review against deductions that count for ``appraisals``: results wait for them."""
    return Defence.objects.filter(
        deduction__appraisal__in=[appraisal.pk for appraisal in appraisals],
        deduction__status=DailyDeduction.Status.CONFIRMED,
        status=Defence.Status.OPEN,
    )


def running_defence_periods(appraisals: Iterable[Appraisal], today: date | None = None) -> DailyDeductionQuerySet:
    """Counting deductions of ``appraisals`` that the cadre may still answer today: results wait for these too."""
    return DailyDeduction.objects.filter(
        appraisal__in=[appraisal.pk for appraisal in appraisals],
        status=Status.CONFIRMED,
        defence__isnull=True,
        defence_due__gte=today or timezone.localdate(),
    )


@dataclass(frozen=True)
class MonthOfUnit:
    """One list of a unit and month: ``sheet`` once it was written down, ``state`` as the calendar has it today."""

    unit: Unit
    month: date
    state: str  # running, open, frozen
    frozen_from: date
    sheet: MonthSheet | None = None
    counts: Mapping[str, int] = field(default_factory=dict)


def month_states(*, cycle: Cycle, units: Iterable[Unit], today: date | None = None) -> list[MonthOfUnit]:
    """Return the months that have begun, the latest first, unit by unit within each; a constant number of queries."""
    day, units = today or timezone.localdate(), list(units)
    months = [month for month in months_of(cycle) if month <= day]
    starts = {month: frozen_from(month, cycle) for month in months}
    sheets = {(one.unit_id, one.month): one for one in MonthSheet.objects.filter(cycle=cycle, unit__in=units)}
    counts = _counts(cycle, units)
    return [
        MonthOfUnit(
            unit=unit,
            month=month,
            state=_state(month, starts[month], sheets.get((unit.pk, month)), day),
            frozen_from=starts[month],
            sheet=sheets.get((unit.pk, month)),
            counts=counts.get((unit.pk, month), {}),
        )
        for month in reversed(months)
        for unit in units
    ]


def _state(month: date, frozen: date, sheet: MonthSheet | None, today: date) -> str:
    if sheet is not None or today >= frozen:
        return "frozen"
    return "open" if next_month(month) <= today else "running"


def _counts(cycle: Cycle, units: list[Unit]) -> dict[tuple[int, date], dict[str, int]]:
    rows = (
        DailyDeduction.objects.filter(appraisal__cycle=cycle, appraisal__organising_unit__in=units)
        .values("appraisal__organising_unit", "found_on__year", "found_on__month", "status")
        .annotate(number=Count("pk"))
        .order_by()
    )
    found: dict[tuple[int, date], dict[str, int]] = defaultdict(dict)
    for row in rows:
        month = date(row["found_on__year"], row["found_on__month"], 1)
        found[row["appraisal__organising_unit"], month][row["status"]] = row["number"]
    return found


def of_month(*, cycle: Cycle, unit: Unit, month: date) -> DailyDeductionQuerySet:
    """Deductions of the list of ``unit`` and ``month``, whatever their state."""
    return DailyDeduction.objects.filter(
        appraisal__cycle=cycle,
        appraisal__organising_unit=unit,
        found_on__gte=month,
        found_on__lt=next_month(month),
    )


def units_with_months(user: User, cycle: Cycle) -> QuerySet[Unit]:
    """Organising units of the year whose lists ``user`` may see."""
    organising = Appraisal.objects.filter(cycle=cycle).exclude(track=Track.BUREAU_LEADER).values("organising_unit")
    units = Unit.objects.filter(pk__in=organising)
    if not roles_of(user) & CITY_ROLES:
        units = units.filter(pk__in=Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER).values("pk"))
    return units.order_by("order", "code")


def closable_by(user: User, cycle: Cycle, today: date | None = None) -> list[MonthOfUnit]:
    """Months that are over, still open, and whose list the approver ``user`` may close before the calendar does."""
    units = Unit.objects.filter(pk__in=Unit.objects.acted_for_by(user, Role.APPROVER).values("pk"))
    units = units.filter(pk__in=units_with_months(user, cycle).values("pk"))
    return [one for one in month_states(cycle=cycle, units=units, today=today) if one.state == "open"]
