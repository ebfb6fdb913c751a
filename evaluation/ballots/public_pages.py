"""What the page of a public vote shows: its days, its paper boxes, and what was excluded."""

from typing import Any

from django.db.models import QuerySet

from evaluation.ballots.boxes import standing_of
from evaluation.ballots.bursts import excluded_number
from evaluation.ballots.models import BallotBox, BallotBoxQuerySet

State = BallotBox.State


def announced_boxes() -> BallotBoxQuerySet:
    """Public boxes that people may know of."""
    boxes = BallotBox.objects.filter(kind=BallotBox.Kind.PUBLIC).exclude(state__in=[State.DRAFT, State.ANNULLED])
    return boxes.select_related("unit", "cycle").prefetch_related("set_aside")


def public_page(box: BallotBox) -> dict[str, Any]:
    is_counted = box.state == State.COUNTED
    return {
        "box": box,
        "standing": standing_of(box),
        "places": [(place, standing_of(place)) for place in paper_boxes(box)],
        "online": None if box.takes_passes else online_boxes(box).first(),
        "excluded": excluded_number(box) if is_counted else None,
    }


def paper_boxes(box: BallotBox) -> QuerySet[BallotBox]:
    """The staffed paper boxes in which the public judges the same cadres; the box itself, if it takes paper."""
    return _same_vote(box).filter(takes_paper=True).exclude(place="").order_by("opens_at", "place", "pk")


def online_boxes(box: BallotBox) -> QuerySet[BallotBox]:
    return _same_vote(box).filter(takes_passes=True).order_by("-opens_at", "pk")


def _same_vote(box: BallotBox) -> BallotBoxQuerySet:
    return announced_boxes().filter(cycle=box.cycle_id, unit=box.unit_id, track=box.track, is_trial=box.is_trial)
