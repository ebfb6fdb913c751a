"""Boxes for drawn recipients who vote by letter: one a section, which judges the cadres of that section alone (C15)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.ballots.boxes import MOST_ON_SHEET, create_box
from evaluation.ballots.models import BallotBox
from evaluation.cycle.models import EvaluatorGroup, Track
from evaluation.errors import DomainError
from evaluation.recipients.draw_selectors import strata_with_numbers
from evaluation.recipients.models import Draw, DrawStratum
from evaluation.roster.models import Appraisal
from evaluation.units.access import roles_of
from evaluation.units.models import Role, Unit
from evaluation.workbooks.headers import label_keys


@dataclass(frozen=True, slots=True)
class Planned:
    """What one section gets. ``box`` where it has one; else ``obstacle`` says why nothing is made, if so.

    ``obstacle``: ``nobody`` votes by letter, ``unmatched`` (no cadre of that section), ``elsewhere`` (another unit
    organises them: the office makes that box), ``too_long``, or empty.
    """

    stratum: DrawStratum
    by_letter: int
    unit: Unit
    appraisals: tuple[Appraisal, ...]
    box: BallotBox | None
    obstacle: str


def planned_boxes(*, drawn: Draw, actor: User) -> list[Planned]:
    """Match every section with the cadres whose section of the roster is called alike. Constant query count."""
    strata = list(strata_with_numbers(drawn))
    boxes = {
        box.stratum_id: box
        for box in BallotBox.objects.filter(stratum__draw=drawn, is_trial=False)
        .exclude(state=BallotBox.State.ANNULLED)
        .order_by("pk")
    }
    cadres = _cadres_of(drawn)
    is_office = Role.OFFICE in roles_of(actor)
    only = len(strata) == 1
    return [_planned(drawn, row, cadres, boxes.get(row.pk), is_office=is_office, only=only) for row in strata]


def _cadres_of(drawn: Draw) -> list[Appraisal]:
    """Those whom the unit organises, and its own window heads, whom the service centre organises (C13)."""
    rows = Appraisal.objects.taking_part().filter(cycle=drawn.frame.cycle, track=Track.MID_LEVEL)
    own, sent = rows.filter(organising_unit=drawn.frame.unit), rows.filter(home_unit=drawn.frame.unit)
    return list((own | sent).distinct().select_related("organising_unit").order_by("order", "pk"))


def _planned(
    drawn: Draw,
    stratum: DrawStratum,
    cadres: list[Appraisal],
    box: BallotBox | None,
    *,
    is_office: bool,
    only: bool,
) -> Planned:
    by_letter: int = stratum.by_letter  # type: ignore[attr-defined]
    matched = cadres if only and not stratum.section else [row for row in cadres if same_section(row, stratum)]
    own = [row for row in matched if row.organising_unit_id == drawn.frame.unit_id]
    unit = drawn.frame.unit if own or not matched else matched[0].organising_unit
    sheet = tuple(row for row in matched if row.organising_unit_id == unit.pk)
    obstacle = ""
    if not sheet:
        obstacle = "unmatched"
    elif not by_letter:
        obstacle = "nobody"
    elif len(sheet) > MOST_ON_SHEET:
        obstacle = "too_long"
    elif unit.pk != drawn.frame.unit_id and not is_office:
        obstacle = "elsewhere"
    return Planned(stratum, by_letter, unit, sheet, box, "" if box else obstacle)


def same_section(appraisal: Appraisal, stratum: DrawStratum) -> bool:
    """Spaces, widths and remarks in brackets do not count."""
    if not appraisal.office or not stratum.section:
        return False
    return bool(set(label_keys(appraisal.office)) & set(label_keys(stratum.section)))


@transaction.atomic
def create_drawn_boxes(*, drawn: Draw, opens_at: datetime, closes_at: datetime, actor: User) -> list[BallotBox]:
    """Set up one box for every section in which somebody votes by letter and whose cadres are known, in one act.

    Sections without a match get nothing (``planned_boxes`` lists them). Raises ``DomainError``: ``set_aside``,
    ``nothing_to_make``, and the codes of ``create_box``.
    """
    drawn = Draw.objects.select_for_update(of=("self",)).select_related("frame__cycle", "frame__unit").get(pk=drawn.pk)
    if drawn.set_aside_at is not None:
        raise DomainError("set_aside", _("This draw was set aside; another stands."))
    wanted = [row for row in planned_boxes(drawn=drawn, actor=actor) if not row.box and not row.obstacle]
    if not wanted:
        raise DomainError(
            "nothing_to_make",
            _("No box was set up: every section has its box, or nobody votes by letter, or no cadre belongs to it."),
        )
    return [_create(drawn, row, opens_at, closes_at, actor) for row in wanted]


def _create(drawn: Draw, row: Planned, opens_at: datetime, closes_at: datetime, actor: User) -> BallotBox:
    title = gettext("%(unit)s %(section)s: drawn service recipients") % {
        "unit": drawn.frame.unit.name,
        "section": row.stratum.section,
    }
    box = create_box(
        cycle=drawn.frame.cycle,
        unit=row.unit,
        track=Track.MID_LEVEL,
        kind=BallotBox.Kind.RECIPIENTS,
        title=title[:120],
        opens_at=opens_at,
        closes_at=closes_at,
        actor=actor,
        groups={EvaluatorGroup.SERVICE_RECIPIENT: row.by_letter},
        appraisals=row.appraisals,
    )
    box.stratum = row.stratum
    box.save(update_fields=["stratum"])
    return box


def made_boxes(plan: Iterable[Planned]) -> list[BallotBox]:
    return [row.box for row in plan if row.box]
