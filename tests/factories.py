"""Rows for tests, made the short way. Keep each small; what a service does is tested through the service."""

import itertools
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import User
from evaluation.cycle.models import Cycle, Track, TrackRules
from evaluation.cycle.services import rules_as_values
from evaluation.pledges.models import Pledge, PledgeItem
from evaluation.recipients.draws import draw_frames
from evaluation.recipients.frames import make_list_frame
from evaluation.recipients.models import Draw, Frame
from evaluation.recipients.people import person_of
from evaluation.results.models import Publication, Result
from evaluation.roster.models import Appraisal, Cadre
from evaluation.units.models import Membership, Role, Unit

_numbers = itertools.count(1)


def user_named(name: str = "") -> User:
    number = next(_numbers)
    return User.objects.create_user(f"user{number}", "correct horse battery", full_name=name or f"用户{number}")


def member(*, role: Role, unit: Unit | None = None, name: str = "") -> User:
    user = user_named(name)
    Membership.objects.create(user=user, unit=unit, role=role)
    return user


def unit_of(name: str = "", kind: str = Unit.Kind.DEPARTMENT, **fields: Any) -> Unit:
    number = next(_numbers)
    return Unit.objects.create(code=f"u{number}", name=name or f"单位{number}", kind=kind, **fields)


def appraisal_of(
    *, cycle: Cycle, unit: Unit, name: str = "", track: str = Track.MID_LEVEL, user: User | None = None, **fields: Any
) -> Appraisal:
    number = next(_numbers)
    name = name or f"干部{number}"
    if user is not None:
        Membership.objects.get_or_create(user=user, unit=unit, role=Role.CADRE)
    cadre = Cadre.objects.create(name=name, name_key=name, user=user)
    defaults = {"home_unit": unit, "organising_unit": unit, "post": "科长", "office": "办公室"}
    return Appraisal.objects.create(cycle=cycle, cadre=cadre, track=track, name=name, **{**defaults, **fields})


def pledge_of(*, appraisal: Appraisal, status: str = "draft", items: int = 1, **fields: Any) -> Pledge:
    text = {"duties": "负责社会救助工作。", "commitments": "首问负责，限时办结。", "identity": "科长，中共党员"}
    pledge = Pledge.objects.create(appraisal=appraisal, status=status, **{**text, **fields})
    for order in range(1, items + 1):
        PledgeItem.objects.create(pledge=pledge, order=order, text=f"承诺事项{order}")
    return pledge


def published_pool(
    *,
    cycle: Cycle,
    appraisals: list[Appraisal],
    status: str = "final",
    means: dict[str, str] | None = None,
    deductions: list[dict[str, Any]] | None = None,
    awards: list[dict[str, Any]] | None = None,
    hidden: bool = False,
) -> Publication:
    """A published pool of one unit and track, its composites falling in the order given."""
    first, actor = appraisals[0], user_named()
    row = TrackRules.objects.get(cycle=cycle, track=first.track)
    publication = Publication.objects.create(
        cycle=cycle,
        track=first.track,
        organising_unit=first.organising_unit,
        rules=rules_as_values(rules=row),
        computed_at=timezone.now(),
        computed_by=actor,
        notice_from=timezone.localdate(),
    )
    aspects = [
        {"code": code, "mean": mean} for code, mean in (means or {"style": "92.00", "efficiency": "88.00"}).items()
    ]
    for place, one in enumerate(appraisals, start=1):
        Result.objects.create(
            publication=publication,
            appraisal=one,
            name=one.name,
            unit_name=one.home_unit.name,
            post=one.post,
            status="scored",
            explanation={"groups": [], "aspects": [] if hidden else aspects},
            deductions=deductions or [],
            awards=awards or [],
            is_suppressed=hidden,
            democratic=Decimal(75 - place),
            daily=Decimal(20),
            bonus=Decimal(0),
            composite=Decimal(95 - place),
            rank=place,
            list_order=place,
        )
    publication.status = status
    publication.save(update_fields=["status"])
    if status == "final":
        Appraisal.objects.filter(pk__in=[one.pk for one in appraisals]).update(final_at=timezone.now())
    return publication


def frame_of(*, cycle: Cycle, unit: Unit, sections: dict[str, int] | None = None) -> Frame:
    """A frame of so many people in every section, each with a telephone, made through the service."""
    people = [
        person_of(
            section=section,
            name=f"{section}{chr(0x4E00 + place)}",
            telephone=f"1380000{place:04d}",
            address=f"某路{place}号",
        )
        for section, size in (sections or {"救助科": 12, "优抚科": 30}).items()
        for place in range(size)
    ]
    admin = member(role=Role.OFFICE)
    return make_list_frame(cycle=cycle, unit=unit, name="服务对象名单", people=people, actor=admin)


def draw_of(*, frame: Frame, **fields: Any) -> Draw:
    values = {"each": 20, "reserve_each": 5, "seed": "3 1 6 2 5", "actor": member(role=Role.OFFICE), **fields}
    return draw_frames(frames=[frame], **values)[0]
