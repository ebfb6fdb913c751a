"""Tellers 计票人: a slip for one box, until its count."""

import secrets

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.ballots.boxes import locked
from evaluation.ballots.models import BallotBox, TellerSlip
from evaluation.errors import DomainError

DIGITS = 12
ENDED = {BallotBox.State.COUNTED, BallotBox.State.ANNULLED}


@transaction.atomic
def make_teller_slip(*, box: BallotBox, name: str, actor: User) -> tuple[TellerSlip, str]:
    """Return the slip and its code, which is shown this once.

    Raises ``DomainError``: ``name_missing``, ``counted``, ``name_twice``.
    """
    box = locked(box)
    name = name.strip()
    if not name:
        raise DomainError("name_missing", _("Enter the teller's name."))
    if box.state in ENDED:
        raise DomainError("counted", _("The count of this box is over."))
    if box.teller_slips.filter(name=name).exists():
        raise DomainError("name_twice", _("This teller has a slip already. Two tellers need two names."))
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    slip = TellerSlip.objects.create(box=box, name=name, code_digest=_digest(code))
    record(actor=actor, action="teller-slip-made", target=box, detail={"slip": slip.pk})
    return slip, code


def teller_of(*, code: str) -> TellerSlip | None:
    """The slip of a typed code, while its box is not counted."""
    plain = "".join(sign for sign in code if sign.isdecimal())
    return TellerSlip.objects.exclude(box__state__in=ENDED).filter(code_digest=_digest(plain)).first()


def standing_slip(pk: str) -> TellerSlip | None:
    slips = TellerSlip.objects.select_related("box__unit", "box__cycle").exclude(box__state__in=ENDED)
    return slips.filter(pk=pk).first() if pk.isdecimal() else None


def _digest(code: str) -> str:
    return salted_hmac("minping.teller-code", code, algorithm="sha256").hexdigest()
