"""What follows from a day that has passed, written down: called by a timer, safe to call again and by two at once.

Nothing that pages show rests on it: they compute from dates what is overdue, frozen or over.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evaluation.archive.services import forget_old_jobs
from evaluation.ballots.boxes import advance_boxes
from evaluation.cycle.models import Cycle
from evaluation.daily.services.months import freeze_months
from evaluation.daily.services.overdue import close_lapsed_complaints, propose_overdue_complaints
from evaluation.desk.models import TimerRun
from evaluation.rectification.services import propose_all_notices, propose_overdue_items, propose_poor_ratings

log = logging.getLogger(__name__)
SILENT_FOR = timedelta(days=2)


@dataclass(frozen=True)
class Period:
    """One thing that the timer writes down. ``run`` takes the day and returns how many."""

    step: str
    label: str | Promise
    run: Callable[[date], int]


@dataclass(frozen=True)
class Outcome:
    step: str
    number: int = 0
    problem: str = ""


PERIODS: tuple[Period, ...] = (
    Period("boxes", _("Ballot boxes opened and closed"), lambda _today: sum(advance_boxes())),
    Period(
        "complaints-overdue",
        _("Deductions proposed for complaints that are late"),
        lambda today: propose_overdue_complaints(today=today),
    ),
    Period(
        "complaints-lapsed",
        _("Answered complaints closed because nothing was said"),
        lambda today: close_lapsed_complaints(today=today),
    ),
    Period("months-frozen", _("Monthly lists of deductions frozen"), lambda today: freeze_months(today=today)),
    Period("notices", _("Rectification notices proposed"), lambda _today: propose_all_notices()),
    Period(
        "items-overdue",
        _("Deductions proposed for overdue measures"),
        lambda today: propose_overdue_items(today=today),
    ),
    Period(
        "ratings",
        _("Deductions proposed for rectification that residents found wanting"),
        lambda today: propose_poor_ratings(today=today),
    ),
    Period("papers-forgotten", _("Zips of documents removed after 30 days"), lambda _today: forget_old_jobs()),
)


def advance_periods(*, today: date | None = None, periods: Iterable[Period] = PERIODS) -> list[Outcome]:
    """Run every period of ``today``, each in a transaction of its own; one that fails does not stop the others.

    Raises nothing: what failed says so in its outcome, and in the log with its cause.
    """
    day = today or timezone.localdate()
    return [_noted(_ran(period, day)) for period in periods]


def _ran(period: Period, today: date) -> Outcome:
    try:
        with transaction.atomic():
            return Outcome(period.step, period.run(today))
    except Exception as error:
        log.exception("period %s failed", period.step)
        return Outcome(period.step, problem=type(error).__name__)


def _noted(outcome: Outcome) -> Outcome:
    values = {"ran_at": timezone.now(), "number": outcome.number, "problem": outcome.problem}
    TimerRun.objects.update_or_create(step=outcome.step, defaults=values)
    return outcome


@dataclass(frozen=True)
class Line:
    label: str | Promise
    run: TimerRun | None


@dataclass(frozen=True)
class TimerState:
    """When the timer last went through every period; ``is_silent`` where a year is open and it has not for two days."""

    lines: list[Line]
    last: TimerRun | None
    is_silent: bool
    has_problem: bool


def timer_state(cycle: Cycle) -> TimerState:
    """Return what the office is told of the timer; one query."""
    runs = {run.step: run for run in TimerRun.objects.all()}
    lines = [Line(period.label, runs.get(period.step)) for period in PERIODS]
    known = [line.run for line in lines if line.run]
    last = min(known, key=lambda run: run.ran_at, default=None) if len(known) == len(lines) else None
    is_late = last is None or last.ran_at < timezone.now() - SILENT_FOR
    return TimerState(
        lines, last, cycle.status == Cycle.Status.OPEN and is_late, any(run.problem for run in runs.values())
    )
