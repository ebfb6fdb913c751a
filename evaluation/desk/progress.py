"""Every unit × five steps: how far, and who is late. Nine queries, whatever the number of units."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from evaluation.ballots.models import BallotBox
from evaluation.cycle.models import Cycle, Step, Track
from evaluation.meetings.models import ReportMeeting
from evaluation.pledges.models import Pledge
from evaluation.results.models import Publication, Result
from evaluation.roster.models import Appraisal
from evaluation.units.models import Unit

JUDGED = (Track.MID_LEVEL, Track.VILLAGE)
HELD = [ReportMeeting.Status.HELD, ReportMeeting.Status.REPORTED]


@dataclass(frozen=True)
class Cell:
    """One step of one unit."""

    done: int
    total: int
    is_over: bool

    @property
    def is_complete(self) -> bool:
        return self.total > 0 and self.done >= self.total

    @property
    def is_late(self) -> bool:
        return self.is_over and not self.is_complete

    @property
    def state(self) -> str:
        if self.is_complete:
            return "done"
        return "late" if self.is_late else "under_way" if self.done else "not_started"


@dataclass(frozen=True)
class UnitProgress:
    unit: Unit
    cadres: int
    cells: list[Cell]

    @property
    def is_late(self) -> bool:
        return any(cell.is_late for cell in self.cells)


def step_now(cycle: Cycle | None) -> int:
    """Return the step that has begun last by the calendar; 0 before the first, and where no year is set up."""
    today = timezone.localdate()
    return max((row.step for row in cycle.steps.all() if row.starts <= today), default=0) if cycle else 0


def progress_by_unit(cycle: Cycle, *, today: date) -> list[UnitProgress]:
    """Return a row for every unit that organises appraisals of a scored track in ``cycle``."""
    over = {row.step: row.ends < today for row in cycle.steps.all()}
    papers = _papers(cycle)
    meetings, boxes, results = _meetings(cycle), _boxes(cycle), _results(cycle)
    rows = []
    for unit in Unit.objects.filter(pk__in=papers).for_list():
        paper = papers[unit.pk]
        pairs = {
            Step.PLEDGE: (paper["pledged"], paper["total"]),
            Step.MEETING: meetings[unit.pk],
            Step.BALLOT: boxes[unit.pk],
            Step.RESULT: (results[unit.pk], paper["total"]),
            Step.RECTIFICATION: (paper["planned"], paper["total"]),
        }
        cells = [Cell(done, total, over.get(step, False)) for step, (done, total) in pairs.items()]
        rows.append(UnitProgress(unit, paper["total"], cells))
    return rows


def _papers(cycle: Cycle) -> dict[int, Mapping[str, Any]]:
    rows = (
        Appraisal.objects.taking_part()
        .filter(cycle=cycle, track__in=JUDGED)
        .order_by()
        .values("organising_unit_id")
        .annotate(
            total=Count("pk"),
            pledged=Count("pk", filter=Q(pledge__status=Pledge.Status.PUBLISHED)),
            planned=Count("pk", filter=Q(plan__published_at__isnull=False)),
        )
    )
    return {row["organising_unit_id"]: row for row in rows}


def _meetings(cycle: Cycle) -> dict[int, tuple[int, int]]:
    return _pairs(
        ReportMeeting.objects.filter(cycle=cycle)
        .order_by()
        .values("unit_id")
        .annotate(done=Count("pk", filter=Q(status__in=HELD)), total=Count("pk"))
    )


def _boxes(cycle: Cycle) -> dict[int, tuple[int, int]]:
    return _pairs(
        BallotBox.objects.real()
        .filter(cycle=cycle)
        .order_by()
        .values("unit_id")
        .annotate(done=Count("pk", filter=Q(state=BallotBox.State.COUNTED)), total=Count("pk"))
    )


def _pairs(rows: Iterable[Mapping[str, Any]]) -> dict[int, tuple[int, int]]:
    """Done and total by unit; a unit with nothing yet still owes one."""
    found: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 1))
    found.update({row["unit_id"]: (row["done"], row["total"]) for row in rows})
    return found


def _results(cycle: Cycle) -> dict[int, int]:
    rows = (
        Result.objects.public()
        .filter(publication__cycle=cycle, publication__in=Publication.objects.current())
        .order_by()
        .values("publication__organising_unit_id")
        .annotate(done=Count("pk"))
    )
    return defaultdict(int, {row["publication__organising_unit_id"]: row["done"] for row in rows})
