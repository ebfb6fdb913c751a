"""What residents may read. Every page of the portal reads rows through these querysets alone."""

from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from evaluation.ballots.models import BallotBox
from evaluation.cycle.models import Cycle, Track
from evaluation.meetings.models import DutyReport, ReportMeeting, ReportMeetingQuerySet
from evaluation.pledges.models import Pledge
from evaluation.recognition.models import Commendation, Selection
from evaluation.rectification.models import PublicComment, RectificationPlan
from evaluation.results.models import Objection, Publication, Result
from evaluation.roster.models import Appraisal, AppraisalQuerySet
from evaluation.units.models import Unit

JUDGED = (Track.MID_LEVEL, Track.VILLAGE)


def public_cycles() -> QuerySet[Cycle]:
    return Cycle.objects.exclude(status=Cycle.Status.DRAFT)


def public_pledges() -> QuerySet[Pledge]:
    return Pledge.objects.filter(status=Pledge.Status.PUBLISHED)


def public_reports() -> QuerySet[DutyReport]:
    return DutyReport.objects.filter(status=DutyReport.Status.PUBLISHED)


def public_meetings() -> ReportMeetingQuerySet:
    return ReportMeeting.objects.exclude(status=ReportMeeting.Status.DRAFT)


def public_results() -> QuerySet[Result]:
    """Under notice or final, in the version that stands."""
    return Result.objects.public().filter(publication__in=Publication.objects.current())


def objection_counts(**of_what: Any) -> dict[str, int]:
    """How many objections were made, in all versions of a list, and how many were upheld: numbers alone (C10)."""
    return Objection.objects.filter(**of_what).aggregate(
        made=Count("pk"),
        upheld=Count("pk", filter=Q(status=Objection.Status.UPHELD)),
        open=Count("pk", filter=Q(status=Objection.Status.OPEN)),
    )


def earlier_versions(publication: Publication) -> QuerySet[Publication]:
    """The lists that a corrected one replaced, as far as they were public."""
    return (
        Publication.objects.public()
        .filter(
            cycle=publication.cycle_id,
            track=publication.track,
            organising_unit=publication.organising_unit_id,
            version__lt=publication.version,
        )
        .select_related("organising_unit")
        .order_by("-version")
    )


def public_plans() -> QuerySet[RectificationPlan]:
    return RectificationPlan.objects.public()


def public_appraisals() -> AppraisalQuerySet:
    """Those of whom anything is published; a name on the roster alone is not public. ``has_…`` say what there is."""
    of_row = {"appraisal": OuterRef("pk")}
    return (
        Appraisal.objects.exclude(cycle__status=Cycle.Status.DRAFT)
        .alias(
            any_selection=Exists(public_selections().filter(recommendation__appraisal=OuterRef("pk"))),
            any_commendation=Exists(public_commendations().filter(**of_row)),
        )
        .annotate(
            has_pledge=Exists(public_pledges().filter(**of_row)),
            has_report=Exists(public_reports().filter(**of_row)),
            has_result=Exists(public_results().filter(**of_row)),
            has_plan=Exists(public_plans().filter(**of_row)),
        )
        .filter(
            Q(has_pledge=True)
            | Q(has_report=True)
            | Q(has_result=True)
            | Q(has_plan=True)
            | Q(any_selection=True)
            | Q(any_commendation=True)
        )
    )


def public_selections() -> QuerySet[Selection]:
    return Selection.objects.filter(published_at__isnull=False)


def public_commendations() -> QuerySet[Commendation]:
    return Commendation.objects.filter(published_at__isnull=False)


def shown_comments() -> Prefetch:
    """The comments of a plan that were let through."""
    shown = PublicComment.objects.filter(status=PublicComment.Status.SHOWN)
    return Prefetch("comments", queryset=shown, to_attr="shown_comments")


def open_public_boxes(*, now: datetime) -> QuerySet[BallotBox]:
    """Open, or due to open by their time: the first visitor opens them. Paper boxes stand on the page of their vote."""
    due = Q(state=BallotBox.State.READY, opens_at__lte=now)
    boxes = BallotBox.objects.real().filter(
        Q(state=BallotBox.State.OPEN) | due, kind=BallotBox.Kind.PUBLIC, closes_at__gt=now
    )
    by_phone = boxes.filter(cycle=OuterRef("cycle"), unit=OuterRef("unit"), track=OuterRef("track"), takes_passes=True)
    return boxes.filter(Q(takes_passes=True) | ~Exists(by_phone)).select_related("unit").order_by("closes_at", "pk")


def public_votes(unit: Unit, cycle: Cycle) -> QuerySet[BallotBox]:
    """The public boxes of a unit that are announced, open or over: their pages say which."""
    hidden = [BallotBox.State.DRAFT, BallotBox.State.ANNULLED]
    boxes = BallotBox.objects.real().filter(cycle=cycle, unit=unit, kind=BallotBox.Kind.PUBLIC)
    return boxes.exclude(state__in=hidden).order_by("-takes_passes", "opens_at", "pk")


def coming_meetings(*, now: datetime) -> QuerySet[ReportMeeting]:
    return (
        public_meetings()
        .filter(status=ReportMeeting.Status.ANNOUNCED, starts_at__gte=now)
        .select_related("unit", "cycle")
        .order_by("starts_at", "pk")
    )


def plans_open_for_opinions(*, today: date) -> QuerySet[RectificationPlan]:
    return (
        public_plans()
        .filter(comments_until__gte=today)
        .select_related("appraisal__home_unit", "appraisal__organising_unit", "appraisal__cycle")
        .order_by("comments_until", "pk")
    )


def pools_under_notice(*, today: date) -> QuerySet[Publication]:
    return (
        Publication.objects.filter(status=Publication.Status.NOTICE, notice_until__gte=today)
        .select_related("organising_unit", "cycle")
        .order_by("notice_until", "pk")
    )


def units_with_counts(cycle: Cycle) -> QuerySet[Unit]:
    """Units at the top with how many of their cadres have anything published; villages stand under their town."""
    public = public_appraisals().filter(cycle=cycle).values("pk")
    return (
        Unit.objects.filter(merged_into__isnull=True)
        .annotate(cadres=Count("organised_appraisals", filter=Q(organised_appraisals__in=public), distinct=True))
        .for_list()
    )
