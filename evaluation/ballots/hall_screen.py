"""What the screen of the hall shows: who came, what is out, what was cast; figures once the chair released them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from evaluation.ballots.models import BallotBox, BoxGroup, Pass
from evaluation.ballots.pass_requests import slips_by_state
from evaluation.ballots.reports import Report, count_report
from evaluation.ballots.selectors import group_labels
from evaluation.documents.qr import qr_path
from evaluation.guard.site_test import is_site_tested


@dataclass(frozen=True, slots=True)
class GroupLine:
    """``None`` is what nobody has entered yet. ``slips`` are those handed out, else those that were made."""

    label: str
    invited: int
    present: int | None
    slips: int
    cast: int
    paper: int


@dataclass(frozen=True, slots=True)
class Screen:
    box: BallotBox
    at: datetime
    lines: list[GroupLine]
    total: GroupLine
    report: Report | None


def screen_of(box: BallotBox, *, labels: dict[str, str]) -> Screen:
    """Turnout in three queries; after the chair's release the figures too, as ``count_report`` shows them."""
    lines = _lines(box)
    present = [line.present for line in lines if line.present is not None]
    total = GroupLine(
        label="",
        invited=sum(line.invited for line in lines),
        present=sum(present) if present else None,
        slips=sum(line.slips for line in lines),
        cast=sum(line.cast for line in lines),
        paper=sum(line.paper for line in lines),
    )
    report = count_report(box, with_figures=True, labels=labels) if is_released(box) else None
    return Screen(box, timezone.now(), lines, total, report)


def is_released(box: BallotBox) -> bool:
    return box.state == BallotBox.State.COUNTED and box.released_at is not None


def _lines(box: BallotBox) -> list[GroupLine]:
    names, slips = group_labels(box), slips_by_state(box)
    return [_line(row, names, slips) for row in box.groups.all()]


def _line(row: BoxGroup, names: Mapping[str, str], slips: Mapping[tuple[str, str], int]) -> GroupLine:
    cast = slips.get((row.group, Pass.State.SPENT), 0)
    made = slips.get((row.group, Pass.State.ISSUED), 0) + cast
    return GroupLine(
        label=names.get(row.group, row.get_group_display()),
        invited=row.invited,
        present=row.present,
        slips=made if row.slips_out is None else row.slips_out,
        cast=cast,
        paper=row.printed if row.handed_out is None else row.handed_out,
    )


def voting_address(box: BallotBox) -> dict[str, Any]:
    """Where voters go, and its QR code; none before a phone has opened the test code for this address."""
    is_public = box.kind == BallotBox.Kind.PUBLIC
    path = reverse("vote:public-box", args=[box.public_code]) if is_public else reverse("vote:landing")
    address = settings.SITE_URL + path
    return {"address": address, "qr": qr_path(address) if is_site_tested() else None}
