"""The pools of a cycle (track × organising unit): where each stands and what comes next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from evaluation.ballots.models import BallotBox, SheetEntry
from evaluation.cycle.models import Cycle, Track
from evaluation.results.models import Feedback, Objection, Publication, Result
from evaluation.roster.models import Appraisal
from evaluation.units.access import roles_of
from evaluation.units.models import CITY_ROLES, Role, Unit

SCORED_TRACKS = (Track.MID_LEVEL, Track.VILLAGE)
Pool = tuple[str, int]


@dataclass(frozen=True)
class NextStep:
    """``code`` says which act it is; ``due`` is the last day of what must be waited for."""

    code: str
    text: str
    who: str = ""
    due: date | None = None


@dataclass(frozen=True)
class PoolRow:
    track: str
    unit: Unit
    size: int
    boxes_waiting: int
    publication: Publication | None
    incomplete: int
    may_answer: int
    slips_waiting: int
    objections_open: int
    objections_upheld: int

    @property
    def key(self) -> str:
        return f"{self.track}:{self.unit.pk}"

    @property
    def track_label(self) -> str:
        return str(Track(self.track).label)

    @property
    def state(self) -> str:
        if self.publication is not None:
            return self.publication.status
        return "waiting" if self.boxes_waiting else "ready"

    @property
    def state_label(self) -> str:
        if self.publication is not None:
            return str(self.publication.get_status_display())
        return _("Waiting for the count") if self.boxes_waiting else _("Ready to compute")

    @property
    def next_step(self) -> NextStep:
        if self.publication is None:
            return self._before_computing()
        return _next_of(self, self.publication, timezone.localdate())

    @property
    def can_compute(self) -> bool:
        waiting = self.publication is None or self.publication.status == Publication.Status.COMPUTED
        return waiting and not self.boxes_waiting

    @property
    def can_deliver(self) -> bool:
        return self.next_step.code == "deliver"

    @property
    def can_finalise(self) -> bool:
        return self.next_step.code == "finalise"

    def _before_computing(self) -> NextStep:
        if self.boxes_waiting:
            text = ngettext("Count %(count)s box", "Count %(count)s boxes", self.boxes_waiting)
            return NextStep("count", text % {"count": self.boxes_waiting}, _("Scrutineer"))
        return NextStep("compute", _("Compute the results"), _("Unit or office"))


def pool_rows(*, cycle: Cycle, user: User) -> list[PoolRow]:
    """Return the pools that ``user`` may know of, in the order of the units; a constant number of queries."""
    appraisals = Appraisal.objects.filter(cycle=cycle, track__in=SCORED_TRACKS)
    if not roles_of(user) & CITY_ROLES:
        units = Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER).values("pk")
        appraisals = appraisals.filter(organising_unit__in=units)
    sizes = _counts(appraisals.values("track", "organising_unit").annotate(number=Count("pk")))
    publications = {
        (one.track, one.organising_unit_id): one for one in Publication.objects.filter(cycle=cycle).current().for_list()
    }
    units_by_key = Unit.objects.select_related("parent").in_bulk({unit for _track, unit in sizes})
    waiting, numbers = _boxes_waiting(cycle), _numbers(cycle)
    rows = [
        _row(pool, size, units_by_key[pool[1]], waiting, publications.get(pool), numbers)
        for pool, size in sizes.items()
    ]
    return sorted(rows, key=lambda row: (row.unit.order, row.unit.code, row.track))


def row_of(publication: Publication) -> PoolRow:
    """Return the row of one publication's pool, for its page."""
    pool = (publication.track, publication.organising_unit_id)
    size = publication.results.count()
    numbers = _numbers(publication.cycle, publication)
    return _row(pool, size, publication.organising_unit, _boxes_waiting(publication.cycle), publication, numbers)


@dataclass(frozen=True)
class _Numbers:
    incomplete: Mapping[int, int]
    may_answer: Mapping[int, int]
    slips_waiting: Mapping[int, int]
    objections: Mapping[tuple[int, str], int]


def _row(
    pool: Pool,
    size: int,
    unit: Unit,
    waiting: Mapping[Pool, int],
    publication: Publication | None,
    numbers: _Numbers,
) -> PoolRow:
    key = publication.pk if publication else 0
    return PoolRow(
        track=pool[0],
        unit=unit,
        size=size,
        boxes_waiting=waiting.get(pool, 0),
        publication=publication,
        incomplete=numbers.incomplete.get(key, 0),
        may_answer=numbers.may_answer.get(key, 0),
        slips_waiting=numbers.slips_waiting.get(key, 0),
        objections_open=numbers.objections.get((key, Objection.Status.OPEN), 0),
        objections_upheld=numbers.objections.get((key, Objection.Status.UPHELD), 0),
    )


def _counts(rows: Iterable[Mapping[str, object]]) -> dict[Pool, int]:
    return {(str(row["track"]), int(str(row["organising_unit"]))): int(str(row["number"])) for row in rows}


def _boxes_waiting(cycle: Cycle) -> dict[Pool, int]:
    unfinished = ~Q(box__state=BallotBox.State.COUNTED) | Q(box__released_at__isnull=True)
    entries = SheetEntry.objects.filter(unfinished, box__cycle=cycle, box__is_trial=False, appraisal__exempt=False)
    rows = entries.exclude(box__state=BallotBox.State.ANNULLED).values("appraisal__track", "appraisal__organising_unit")
    return {
        (row["appraisal__track"], row["appraisal__organising_unit"]): row["number"]
        for row in rows.annotate(number=Count("box", distinct=True))
    }


def _numbers(cycle: Cycle, publication: Publication | None = None) -> _Numbers:
    today = timezone.localdate()
    current = Publication.objects.filter(cycle=cycle).current()
    if publication is not None:
        current = Publication.objects.filter(pk=publication.pk)
    results = Result.objects.filter(publication__in=current)
    incomplete = results.filter(status=Result.Status.INCOMPLETE).values("publication").annotate(number=Count("pk"))
    answerable = Q(answer=Feedback.Answer.NONE, due__gte=today)
    waiting = Feedback.objects.filter(answerable, result__publication__in=current).values("result__publication")
    slips = Feedback.objects.filter(delivered_at__isnull=True, result__publication__in=current)
    slips_waiting = slips.values("result__publication").annotate(number=Count("pk"))
    objections = Objection.objects.filter(result__publication__in=current).values("result__publication", "status")
    return _Numbers(
        incomplete={row["publication"]: row["number"] for row in incomplete.order_by()},
        may_answer={row["result__publication"]: row["number"] for row in waiting.annotate(number=Count("pk"))},
        slips_waiting={row["result__publication"]: row["number"] for row in slips_waiting},
        objections={
            (row["result__publication"], row["status"]): row["number"]
            for row in objections.annotate(number=Count("pk"))
        },
    )


def _next_of(row: PoolRow, publication: Publication, today: date) -> NextStep:
    if publication.status == Publication.Status.COMPUTED:
        return _after_computing(row, publication)
    if publication.status == Publication.Status.FINAL:
        return NextStep("done", _("Nothing: the result is final"))
    if publication.status == Publication.Status.SUPERSEDED:
        return NextStep("done", _("Nothing: a corrected version took its place"))
    if row.objections_open:
        return NextStep("review", _("Review the objections"), _("Office or approver"))
    if row.objections_upheld:
        return NextStep("correct", _("Correct the result: an objection was upheld"), _("Unit or office"))
    if publication.status == Publication.Status.FEEDBACK:
        return _after_feedback(row, publication)
    if publication.notice_until is not None and today <= publication.notice_until:
        return NextStep("wait", _("The public notice is running"), _("Residents"), publication.notice_until)
    who = _("Town or office") if publication.track == Track.VILLAGE else _("Office")
    return NextStep("finalise", _("Make the result final"), who)


def _after_computing(row: PoolRow, publication: Publication) -> NextStep:
    if row.incomplete:
        return NextStep("decide", _("Decide on the missing groups, then compute anew"), _("Unit and office"))
    if publication.approved_by_id is None:
        if publication.return_reason:
            return NextStep("edit", _("Change the analysis as asked"), _("Unit administrator"))
        return NextStep("approve", _("Check the analysis and approve the results"), _("Approver"))
    return NextStep("deliver", _("Hand the results to the cadres"), _("Unit administrator"))


def _after_feedback(row: PoolRow, publication: Publication) -> NextStep:
    if row.slips_waiting:
        text = ngettext("Hand over %(count)s slip", "Hand over %(count)s slips", row.slips_waiting)
        return NextStep("hand_over", text % {"count": row.slips_waiting}, _("Unit administrator"))
    if row.may_answer:
        return NextStep("wait", _("The cadres may still answer"), _("Cadres"), publication.feedback_due)
    return NextStep("notice", _("Start the public notice"), _("Unit administrator"))
