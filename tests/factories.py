"""Rows for tests, made the short way. Keep each small; what a service does is tested through the service."""

import itertools
from typing import Any

from accounts.models import User
from evaluation.cycle.models import Cycle, Track
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
