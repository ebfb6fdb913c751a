"""The list of a month, written down as it stood when it was frozen."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.cycle.models import Cycle, Track, TrackRules
from evaluation.daily.models import DailyDeduction, MonthSheet
from evaluation.daily.months import frozen_by_now, month_of, months_of, next_month
from evaluation.errors import DomainError
from evaluation.roster.models import Appraisal, AppraisalQuerySet
from evaluation.scoring import daily_points
from evaluation.units.models import Unit

Status = DailyDeduction.Status
Rows = list[dict[str, object]]
TWO_PLACES = Decimal("0.01")


@transaction.atomic
def close_month(*, cycle: Cycle, unit: Unit, month: date, approver: User) -> MonthSheet:
    """Freeze the list of a month that is over before the calendar does.

    Raises ``DomainError``: ``month_running``, ``frozen_already``, ``still_recorded`` while something waits for
    confirmation.
    """
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if next_month(month) > timezone.localdate():
        raise DomainError("month_running", _("The month is not over yet."))
    if MonthSheet.objects.filter(cycle=cycle, unit=unit, month=month).exists():
        raise DomainError("frozen_already", _("The list of this month is frozen already."))
    waiting = DailyDeduction.objects.filter(
        appraisal__cycle=cycle, appraisal__organising_unit=unit, status__in=[Status.RECORDED, Status.RETURNED]
    ).filter(found_on__gte=month, found_on__lt=next_month(month))
    if waiting.exists():
        raise DomainError("still_recorded", _("Deductions of this month wait to be confirmed. Decide them first."))
    [sheet] = _freeze(cycle, [(unit.pk, month)], approver)
    return sheet


@transaction.atomic
def freeze_months(today: date | None = None) -> int:
    """Write down every list that the calendar has frozen by ``today``; return how many. Again changes nothing."""
    day = today or timezone.localdate()
    return sum(_freeze_cycle(cycle, day) for cycle in Cycle.objects.select_for_update().filter(status="open"))


def _freeze_cycle(cycle: Cycle, today: date) -> int:
    units = sorted(_judged(cycle).order_by().values_list("organising_unit", flat=True).distinct())
    standing = set(MonthSheet.objects.filter(cycle=cycle).values_list("unit", "month"))
    due = [
        (unit, month)
        for month in sorted(frozen_by_now(months_of(cycle), cycle, today))
        for unit in units
        if (unit, month) not in standing
    ]
    return len(_freeze(cycle, due, None))


def _freeze(cycle: Cycle, lists: Sequence[tuple[int, date]], actor: User | None) -> list[MonthSheet]:
    if not lists:
        return []
    now, content = timezone.now(), _content(cycle)
    made = MonthSheet.objects.bulk_create(
        MonthSheet(
            cycle=cycle,
            unit_id=unit,
            month=month,
            rows=rows,
            sha256=digest_of(rows),
            frozen_at=now,
            frozen_by=actor,
        )
        for unit, month in lists
        for rows in [content.get((unit, month), [])]
    )
    for sheet in made:
        detail = {"unit": sheet.unit_id, "month": sheet.month, "cases": len(sheet.rows), "sha256": sheet.sha256}
        record(actor=actor or "system", action="month-frozen", target=sheet, detail=detail)
    return made


def digest_of(rows: Rows) -> str:
    """Return the SHA-256 (hex) of the rows as canonical JSON."""
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _judged(cycle: Cycle) -> AppraisalQuerySet:
    return Appraisal.objects.filter(cycle=cycle).exclude(track=Track.BUREAU_LEADER)


def _content(cycle: Cycle) -> Mapping[tuple[int, date], Rows]:
    """Return by unit and month what counts: one row a cadre, with the running total to the month's end."""
    bases = dict(TrackRules.objects.filter(cycle=cycle).values_list("track", "daily_base"))
    rows: dict[Appraisal, list[DailyDeduction]] = defaultdict(list)
    counting = DailyDeduction.objects.filter(appraisal__cycle=cycle, status=Status.CONFIRMED)
    for row in counting.select_related("appraisal").order_by("found_on", "pk"):
        rows[row.appraisal].append(row)  # type: ignore[index]
    found: dict[tuple[int, date], Rows] = defaultdict(list)
    for appraisal, own in sorted(rows.items(), key=lambda pair: (pair[0].order, pair[0].pk)):
        for month in sorted({month_of(row.found_on) for row in own}):
            so_far = [row.points * row.count for row in own if row.found_on < next_month(month)]
            found[appraisal.organising_unit_id, month].append(
                {
                    "appraisal": appraisal.pk,
                    "name": appraisal.name,
                    "cases": [_line(row) for row in own if month_of(row.found_on) == month],
                    "used": str(sum(so_far, Decimal(0)).quantize(TWO_PLACES)),
                    "left": str(daily_points(base=bases[appraisal.track], deductions=so_far).quantize(TWO_PLACES)),
                }
            )
    return found


def _line(row: DailyDeduction) -> dict[str, object]:
    points = str((row.points * row.count).quantize(TWO_PLACES))
    return {"deduction": row.pk, "rule": row.rule, "found_on": row.found_on.isoformat(), "points": points}
