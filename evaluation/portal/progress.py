"""Where the city stands: one figure a step, for the pictures and tables of the home page."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evaluation.ballots.models import BallotBox
from evaluation.cycle.models import Cycle, Step
from evaluation.meetings.models import ReportMeeting
from evaluation.portal.public import JUDGED, public_meetings, public_plans, public_pledges, public_results
from evaluation.roster.models import Appraisal


@dataclass(frozen=True)
class StepProgress:
    """How far one step is: ``done`` of ``total``, in words what is counted, and until when."""

    number: int
    label: str | Promise
    counted: str | Promise
    done: int
    total: int
    starts_on: date | None
    ends_on: date | None
    is_over: bool

    @property
    def width(self) -> str:
        """Percent of the picture, as text that no locale changes."""
        share = Decimal(self.done * 100) / self.total if self.total else Decimal(0)
        return format(min(share, Decimal(100)).quantize(Decimal("0.1")), "f")


COUNTED = (
    _("Cadres whose pledges are published"),
    _("Meetings held, of those announced"),
    _("Ballot boxes counted, of those opened"),
    _("Cadres whose results are published"),
    _("Cadres whose rectification plans are published"),
)


def progress_of(cycle: Cycle, *, today: date) -> list[StepProgress]:
    """Return the five steps of ``cycle`` with their figures: six queries, whatever the size of the city."""
    dates = {row.step: row for row in cycle.steps.all()}
    figures = _figures(cycle)
    rows = []
    for step in Step:
        row = dates.get(step)
        done, total = figures[step]
        rows.append(
            StepProgress(
                number=int(step),
                label=Step.labels[step - 1],
                counted=COUNTED[step - 1],
                done=done,
                total=total,
                starts_on=row.starts if row else None,
                ends_on=row.ends if row else None,
                is_over=bool(row and row.ends < today),
            )
        )
    return rows


def _figures(cycle: Cycle) -> dict[int, tuple[int, int]]:
    appraisals = Appraisal.objects.taking_part().filter(cycle=cycle, track__in=JUDGED)
    cadres = appraisals.count()
    of_cycle = {"appraisal__in": appraisals}
    meetings = (
        public_meetings()
        .filter(cycle=cycle)
        .aggregate(
            held=Count("pk", filter=Q(status__in=[ReportMeeting.Status.HELD, ReportMeeting.Status.REPORTED])),
            announced=Count("pk"),
        )
    )
    boxes = (
        BallotBox.objects.real()
        .filter(cycle=cycle, opened_at__isnull=False)
        .aggregate(counted=Count("pk", filter=Q(state=BallotBox.State.COUNTED)), opened=Count("pk"))
    )
    return {
        Step.PLEDGE: (public_pledges().filter(**of_cycle).count(), cadres),
        Step.MEETING: (meetings["held"], meetings["announced"]),
        Step.BALLOT: (boxes["counted"], boxes["opened"]),
        Step.RESULT: (public_results().filter(**of_cycle).count(), cadres),
        Step.RECTIFICATION: (public_plans().filter(**of_cycle).count(), cadres),
    }
