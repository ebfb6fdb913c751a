"""Accounts of those who are evaluated: opened for a list in one act, each joined to its cadre."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import invite
from evaluation.audit.services import record
from evaluation.cycle.models import Track
from evaluation.errors import DomainError
from evaluation.roster.models import Appraisal, Cadre
from evaluation.units.models import Role, Unit
from evaluation.units.services import open_account


@transaction.atomic
def open_cadre_accounts(*, appraisals: Iterable[Appraisal], actor: User) -> list[tuple[User, str]]:
    """Open an account for each cadre who has none, and invite those who have; return (account, token of invitation).

    The user name is the code of the unit and a number. Raises ``DomainError``: ``nothing_chosen``, ``not_writable``
    where somebody else organises the evaluation, ``role_not_yours``.
    """
    keys = [appraisal.pk for appraisal in appraisals]
    rows = list(Appraisal.objects.writable_by(actor).filter(pk__in=keys).for_list())
    if not rows:
        raise DomainError("nothing_chosen", _("Choose at least one cadre."))
    if len(rows) != len(keys):
        raise DomainError("not_writable", _("The unit that organises the evaluation opens the accounts."))
    return [_invited(row, actor) for row in rows]


def _invited(appraisal: Appraisal, actor: User) -> tuple[User, str]:
    cadre = Cadre.objects.select_for_update(of=("self",)).select_related("user").get(pk=appraisal.cadre_id)
    if cadre.user is not None:
        return cadre.user, invite(user=cadre.user, actor=actor)
    unit = appraisal.home_unit if appraisal.track == Track.VILLAGE else appraisal.organising_unit
    user, token = open_account(
        username=_free_username(unit), full_name=appraisal.name, role=Role.CADRE, unit=unit, actor=actor
    )
    cadre.user = user
    cadre.save(update_fields=["user"])
    record(actor=actor, action="cadre-account-joined", target=appraisal, detail={"user": user.pk})
    return user, token


def _free_username(unit: Unit) -> str:
    taken = set(User.objects.filter(username__istartswith=f"{unit.code}-").values_list("username", flat=True))
    return next(name for number in range(1, len(taken) + 2) if (name := f"{unit.code}-{number}") not in taken)
