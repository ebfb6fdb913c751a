"""Staffed paper boxes of the public (service hall, village office, street): several places in one act."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.ballots.boxes import create_box, locked, require_public
from evaluation.ballots.models import BallotBox
from evaluation.cycle.models import Cycle, EvaluatorGroup
from evaluation.errors import DomainError
from evaluation.units.models import Unit


@transaction.atomic
def create_places(
    *,
    cycle: Cycle,
    unit: Unit,
    track: str,
    places: Sequence[tuple[str, str]],
    opens_at: datetime,
    closes_at: datetime,
    invited: int,
    actor: User,
    is_trial: bool = False,
) -> list[BallotBox]:
    """Set up one paper box of the public for each of ``places`` (where it stands, who staffs it): all or none.

    ``invited``: how many are expected at each. Raises ``DomainError``: ``places`` and as ``create_box``.
    """
    if not places or len({place for place, _staff in places}) != len(places):
        raise DomainError("places", _("Name at least one place, and each place once."))
    return [
        create_box(
            cycle=cycle,
            unit=unit,
            track=track,
            kind=BallotBox.Kind.PUBLIC,
            title=_("{unit}: the public's paper box, {place}").format(unit=unit.name, place=place)[:120],
            opens_at=opens_at,
            closes_at=closes_at,
            actor=actor,
            groups={EvaluatorGroup.PUBLIC: invited},
            takes_passes=False,
            takes_paper=True,
            is_trial=is_trial,
            place=place,
            staff=staff,
        )
        for place, staff in places
    ]


@transaction.atomic
def edit_public(
    *, box: BallotBox, place: str, staff: str, burst_limit: int, asks_telephone: bool, actor: User
) -> BallotBox:
    """Set what only a public box has. Once it is ready only place and staff change, once closed nothing.

    Raises ``DomainError``: ``not_draft``, ``too_late``, ``place``, ``staff``, ``telephone``, ``burst_limit``.
    """
    box = locked(box)
    if box.state not in {BallotBox.State.DRAFT, BallotBox.State.READY, BallotBox.State.OPEN}:
        raise DomainError("too_late", _("The box is closed. This stays as it is."))
    rules = (burst_limit, asks_telephone)
    if box.state != BallotBox.State.DRAFT and rules != (box.burst_limit, box.asks_telephone):
        raise DomainError("not_draft", _("Limit and telephone are fixed once the box is ready."))
    box.place, box.staff = place.strip(), staff.strip()
    box.burst_limit, box.asks_telephone = rules
    require_public(box)
    box.save(update_fields=["place", "staff", "burst_limit", "asks_telephone"])
    detail = {"place": place, "staff": staff, "burst_limit": burst_limit, "asks_telephone": asks_telephone}
    record(actor=actor, action="public-box-edited", target=box, detail=detail)
    return box
