"""Rows for tests, made the short way. Keep each small; what a service does is tested through the service."""

import itertools
from typing import Any

from accounts.models import User
from evaluation.cycle.models import Cycle, Track
from evaluation.pledges.models import Pledge, PledgeItem
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
