"""Passes: one-time rights to cast. What a voter holds exists in the one download and nowhere else (C15–C18).

A slip's **token** is 26 random letters (130 bits), followed by the twelve digits of its **typed code**; a public pass
has no code. The database knows the SHA-256 of the token and a keyed digest of the code, the key being outside of it.
"""

import hashlib
import re
import secrets
import unicodedata
from dataclasses import dataclass
from random import SystemRandom

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.ballots.boxes import freeze_for, locked
from evaluation.ballots.models import BallotBox, BoxGroup, Pass
from evaluation.cycle.models import EvaluatorGroup
from evaluation.cycle.services import rules_of
from evaluation.errors import DomainError
from evaluation.guard.codes import ALPHABET
from evaluation.guard.site_test import require_site_tested
from evaluation.units.access import roles_of
from evaluation.units.models import Membership, Role

LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
RANDOM_LETTERS = 26
CODE_DIGITS = 12
RECEIPT_LENGTH = 12
TOKEN = re.compile(rf"[a-z2-7]{{{RANDOM_LETTERS}}}([0-9]{{{CODE_DIGITS}}})?")
CODE = re.compile(rf"[0-9]{{{CODE_DIGITS}}}")


@dataclass(frozen=True, slots=True)
class Slip:
    token: str
    code: str
    group: str

    @property
    def spaced_code(self) -> str:
        return " ".join(self.code[start : start + 4] for start in range(0, CODE_DIGITS, 4))


def new_token(*, with_code: bool = True) -> str:
    letters = "".join(secrets.choice(LETTERS) for _place in range(RANDOM_LETTERS))
    return letters + (f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}" if with_code else "")


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def code_digest(code: str) -> str:
    return salted_hmac("minping.pass-code", code, algorithm="sha256").hexdigest()


def _own(secret: str) -> str:
    """What token and typed code of one slip have in common: the digits; the letters of a pass without a code."""
    return secret if len(secret) == RANDOM_LETTERS else secret[-CODE_DIGITS:]


def draft_key(secret: str) -> str:
    """Under which a device keeps the half-filled sheet of this pass alone: 16 hex digits that tell nothing of it."""
    return salted_hmac("minping.draft", _own(secret), algorithm="sha256").hexdigest()[:16]


def carried(secret: str) -> str:
    """How the pages carry a secret on that was found to be good: a code with a proof that it need not be guessed."""
    return f"{secret}.{_proof(secret)}" if len(secret) == CODE_DIGITS else secret


def read_carried(posted: str) -> tuple[str, bool]:
    """Return what ``read_secret`` reads, and whether guessing is out of the question: a token, or a proven code."""
    code, dot, proof = posted.partition(".")
    if dot and len(code) == CODE_DIGITS and constant_time_compare(proof, _proof(code)):
        return code, True
    secret = read_secret(posted)
    return secret, len(secret) > CODE_DIGITS


def _proof(code: str) -> str:
    return salted_hmac("minping.typed", code, algorithm="sha256").hexdigest()[:32]


def receipt_of(secret: str) -> str:
    """The receipt of a token or of its typed code: the same for both, so that a retry shows it again."""
    digest = salted_hmac("minping.receipt", _own(secret), algorithm="sha256").digest()
    number = int.from_bytes(digest, "big")
    letters = []
    for _place in range(RECEIPT_LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)


def spaced_receipt(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, RECEIPT_LENGTH, 4))


def read_receipt(typed: str) -> str:
    """Return a receipt as it is stored, or nothing."""
    plain = re.sub(r"[\s\-—–·.]", "", unicodedata.normalize("NFKC", typed)).lower()
    return plain if len(plain) == RECEIPT_LENGTH and set(plain) <= set(ALPHABET) else ""


def read_secret(typed: str) -> str:
    """Return a token or a typed code as we know it, or nothing: spaces, hyphens and full-width digits are forgiven."""
    if len(typed) > 100:
        return ""
    plain = re.sub(r"[\s\-—–·.]", "", unicodedata.normalize("NFKC", typed)).lower()
    return plain if plain.isascii() and (CODE.fullmatch(plain) or TOKEN.fullmatch(plain)) else ""


def digest_column(secret: str) -> tuple[str, str]:
    """The column of ``Pass`` by which a secret is found, and the value there."""
    if CODE.fullmatch(secret):
        return "code_digest", code_digest(secret)
    return "digest", token_digest(secret)


def most_passes(invited: int) -> int:
    """Those invited and a tenth more."""
    return invited + -(-invited // 10)


def may_make_passes(*, user: User, box: BallotBox, group: str) -> bool:
    """Office and outside scrutineers for every group, the unit's administrator for its own staff alone."""
    roles = roles_of(user)
    if Role.OFFICE in roles:
        return True
    held = set(Membership.objects.filter(user=user).values_list("role", "unit_id"))
    if Role.SCRUTINEER in roles and (Role.SCRUTINEER, box.unit_id) not in held:
        return True
    of_unit = (Role.UNIT_ADMIN, box.unit_id) in held or (Role.UNIT_ADMIN, box.unit.parent_id) in held
    return group == EvaluatorGroup.OWN_UNIT and of_unit


@transaction.atomic
def make_passes(*, box: BallotBox, group: str, number: int, actor: User) -> list[Slip]:
    """Make ``number`` passes and return their slips in random order: the only time that they exist.

    Before opening, at most those invited and a tenth. Raises ``DomainError``: ``not_ready``, ``no_passes``,
    ``not_yours``, ``two_people`` (whoever readied the box), ``site_untested``, ``two_makers``, ``too_many``,
    ``rules_changed``.
    """
    box, row = _locked_group(box, group, actor)
    if row.passes_made_by_id not in {None, actor.pk} and _standing(box, group):
        raise DomainError("two_makers", _("Somebody else has made slips of this group already. Reprint all of them."))
    require_room(box=box, row=row, number=number)
    return _make(box, row, number, actor, action="passes-made")


def require_room(*, box: BallotBox, row: BoxGroup, number: int) -> None:
    """Those invited and a tenth, and of a unit's own staff no more than may vote. ``DomainError``: ``too_many``."""
    left = max(room_for(box=box, row=row) - _standing(box, row.group), 0)
    if not 0 < number <= left:
        limit = own_staff_limit(box=box, group=row.group)
        if limit is not None and limit < most_passes(row.invited):
            text = _("At most {number} more slips: {limit} of the unit's staff are not on the sheet.")
            raise DomainError("too_many", text.format(number=left, limit=limit))
        raise DomainError("too_many", _("At most {number} more slips: those invited and a tenth.").format(number=left))


def room_for(*, box: BallotBox, row: BoxGroup) -> int:
    """How many slips of a group may stand at most."""
    limit = own_staff_limit(box=box, group=row.group)
    return most_passes(row.invited) if limit is None else min(limit, most_passes(row.invited))


def own_staff_limit(*, box: BallotBox, group: str) -> int | None:
    """Of the own-unit group: the unit's staff without those on the sheet, unless the rules let them vote.

    ``None`` where that is no limit, or the number of the staff is not known.
    """
    staff = box.unit.staff_count
    if group != EvaluatorGroup.OWN_UNIT or staff is None or rules_of(box.cycle, box.track).sheet_votes_own_unit:
        return None
    return max(staff - box.sheet.filter(appraisal__home_unit=box.unit_id).count(), 0)


def _standing(box: BallotBox, group: str) -> int:
    return Pass.objects.filter(box=box, group=group).exclude(state=Pass.State.VOID).count()


def make_extra(*, box: BallotBox, row: BoxGroup, number: int) -> list[Slip]:
    """New slips of an open box; the room, the two people and the record are the caller's (``pass_requests``)."""
    return _written(box, row, number)


@transaction.atomic
def reprint_passes(*, box: BallotBox, group: str, actor: User) -> list[Slip]:
    """Before opening: void every slip of the group and make as many new ones. ``DomainError`` as ``make_passes``."""
    box, row = _locked_group(box, group, actor)
    voided = Pass.objects.filter(box=box, group=group, state=Pass.State.ISSUED).update(state=Pass.State.VOID)
    if not voided:
        raise DomainError("no_passes", _("No slips have been made for this group yet."))
    return _make(box, row, voided, actor, action="passes-reprinted")


def _locked_group(box: BallotBox, group: str, actor: User) -> tuple[BallotBox, BoxGroup]:
    box = locked(box)
    row = box.groups.filter(group=group).first()
    if not box.takes_passes or box.kind == BallotBox.Kind.PUBLIC or row is None:
        raise DomainError("no_passes", _("This box takes no slips of that group."))
    if box.state != BallotBox.State.READY:
        raise DomainError("not_ready", _("Slips are made when the box is ready and not yet open."))
    if not may_make_passes(user=actor, box=box, group=group):
        raise DomainError("not_yours", _("The slips of this group are made by the office or by a scrutineer."))
    if box.readied_by_id == actor.pk:
        raise DomainError("two_people", _("Whoever made the box ready does not make its slips."))
    require_site_tested()
    return box, row


def _make(box: BallotBox, row: BoxGroup, number: int, actor: User, *, action: str) -> list[Slip]:
    now = timezone.now()
    freeze_for(box=box, at=now)
    slips = _written(box, row, number)
    row.passes_made_by, row.passes_made_at = actor, now
    row.save(update_fields=["passes_made_by", "passes_made_at"])
    record(actor=actor, action=action, target=box, detail={"group": row.group, "number": number})
    return slips


def _written(box: BallotBox, row: BoxGroup, number: int) -> list[Slip]:
    """Slips in random order; their passes in the order of their digests."""
    slips = [Slip(token, token[RANDOM_LETTERS:], row.group) for token in _fresh_tokens(number)]
    Pass.objects.bulk_create(
        sorted(
            (
                Pass(digest=token_digest(slip.token), code_digest=code_digest(slip.code), box=box, group=row.group)
                for slip in slips
            ),
            key=lambda made: made.digest,
        ),
        batch_size=500,
    )
    SystemRandom().shuffle(slips)
    return slips


def _fresh_tokens(number: int) -> list[str]:
    """Tokens whose typed codes nobody holds yet."""
    by_code: dict[str, str] = {}
    while len(by_code) < number:
        token = new_token()
        by_code[code_digest(token[RANDOM_LETTERS:])] = token
        if len(by_code) == number:
            for taken in _taken(list(by_code)):
                del by_code[taken]
    return list(by_code.values())


def _taken(digests: list[str]) -> list[str]:
    taken: list[str] = []
    for start in range(0, len(digests), 500):
        part = digests[start : start + 500]
        taken += [
            str(found) for found in Pass.objects.filter(code_digest__in=part).values_list("code_digest", flat=True)
        ]
    return taken


@transaction.atomic
def make_public_pass(*, box: BallotBox) -> str:
    """Give a resident a pass of an open public box and return its token, to be used at once. Limits: the caller.

    Raises ``DomainError``: ``not_open``.
    """
    box = BallotBox.objects.get(pk=box.pk)
    closed = box.state != BallotBox.State.OPEN or box.closes_at <= timezone.now()
    if box.kind != BallotBox.Kind.PUBLIC or not box.takes_passes or closed:
        raise DomainError("not_open", _("This vote is not open now."))
    token = new_token(with_code=False)
    Pass.objects.create(digest=token_digest(token), box=box, group=EvaluatorGroup.PUBLIC)
    return token
