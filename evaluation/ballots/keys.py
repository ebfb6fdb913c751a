"""Keys: one pair per scrutineer and cycle, one pair per box, sealed to the scrutineers who serve it."""

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from nacl import pwhash, utils
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

from accounts.models import User
from evaluation.audit.services import record
from evaluation.ballots.models import BallotBox, BallotBoxQuerySet, BoxKeyShare, ScrutineerKey
from evaluation.ballots.recovery import looks_like_recovery, read_recovery, recovery_text
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.units.access import roles_of
from evaluation.units.models import Role

SHORTEST_PASSPHRASE = 12
SHEET_USED = "recovery-sheet-used"
LIMITS = {
    "minimum": (pwhash.argon2id.OPSLIMIT_MIN, pwhash.argon2id.MEMLIMIT_MIN),
    "moderate": (pwhash.argon2id.OPSLIMIT_MODERATE, pwhash.argon2id.MEMLIMIT_MODERATE),
}


@transaction.atomic
def make_scrutineer_key(*, cycle: Cycle, user: User, passphrase: str) -> ScrutineerKey:
    """Make the key pair with which ``user`` counts in ``cycle``; its private half is wrapped under the passphrase.

    Raises ``DomainError``: ``not_scrutineer``, ``key_exists``, ``passphrase_short`` (below twelve characters).
    """
    if Role.SCRUTINEER not in roles_of(user):
        raise DomainError("not_scrutineer", _("Only a scrutineer holds a key."))
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise DomainError("passphrase_short", _("A passphrase has at least twelve characters. Several words are best."))
    if ScrutineerKey.objects.select_for_update().filter(cycle=cycle, user=user).exists():
        raise DomainError("key_exists", _("You have a key for this year already."))
    key = ScrutineerKey.objects.create(cycle=cycle, user=user, **_new_wrapped_key(passphrase))
    record(actor=user, action="scrutineer-key-made", target=key, detail={"year": cycle.year})
    return key


def _new_wrapped_key(passphrase: str) -> dict[str, bytes | int]:
    opslimit, memlimit = LIMITS[settings.KEY_DERIVATION]
    salt = utils.random(pwhash.argon2id.SALTBYTES)
    private = PrivateKey.generate()
    wrapping = SecretBox(_derived(passphrase, salt, opslimit, memlimit))
    return {
        "public_key": bytes(private.public_key),
        "wrapped_private_key": bytes(wrapping.encrypt(bytes(private))),
        "salt": salt,
        "opslimit": opslimit,
        "memlimit": memlimit,
    }


def _derived(passphrase: str, salt: bytes, opslimit: int, memlimit: int) -> bytes:
    return pwhash.argon2id.kdf(SecretBox.KEY_SIZE, passphrase.encode(), salt, opslimit=opslimit, memlimit=memlimit)


def unlock(*, key: ScrutineerKey, passphrase: str) -> PrivateKey:
    """Return the private half of a scrutineer's key, by its passphrase or by what stands on its recovery sheet.

    Raises ``DomainError``: ``key_destroyed``, ``wrong_passphrase``, ``recovery_misread``.
    """
    if key.destroyed_at is not None:
        raise DomainError("key_destroyed", _("Your key has been destroyed on record: it opens nothing any more."))
    recovered = read_recovery(passphrase)
    if recovered is not None:
        return _of_sheet(key, recovered)
    derived = _derived(passphrase, bytes(key.salt), key.opslimit, key.memlimit)
    try:
        return PrivateKey(SecretBox(derived).decrypt(bytes(key.wrapped_private_key)))
    except CryptoError:
        raise _refusal(passphrase) from None


def _of_sheet(key: ScrutineerKey, recovered: bytes) -> PrivateKey:
    private = PrivateKey(recovered)
    if bytes(private.public_key) != bytes(key.public_key):
        raise DomainError("wrong_passphrase", _("This recovery sheet belongs to another key. Please look at its name."))
    return private


def _refusal(passphrase: str) -> DomainError:
    if looks_like_recovery(passphrase):
        return DomainError(
            "recovery_misread",
            _("The recovery sheet was mistyped: its check sum does not fit. Compare it sign by sign."),
        )
    return DomainError("wrong_passphrase", _("This passphrase does not open your key. Please type it again."))


@transaction.atomic
def unlock_for(*, boxes: Sequence[BallotBox], scrutineer: User, passphrase: str, purpose: str) -> PrivateKey:
    """``unlock`` for ``purpose`` (``ready``, ``count``); the use of a recovery sheet goes on record for each box."""
    private = unlock(key=key_of(user=scrutineer, cycle=boxes[0].cycle), passphrase=passphrase)
    if read_recovery(passphrase) is not None:
        for box in boxes:
            record(actor=scrutineer, action=SHEET_USED, target=box, detail={"purpose": purpose})
    return private


@transaction.atomic
def make_key_and_sheet(*, cycle: Cycle, user: User, passphrase: str) -> tuple[ScrutineerKey, str]:
    """Make the key of ``user`` and return it with the text of its recovery sheet. ``DomainError`` as its two parts."""
    key = make_scrutineer_key(cycle=cycle, user=user, passphrase=passphrase)
    return print_recovery_sheet(key=key, passphrase=passphrase)


@transaction.atomic
def print_recovery_sheet(*, key: ScrutineerKey, passphrase: str) -> tuple[ScrutineerKey, str]:
    """Return the key with the text of its recovery sheet, which is kept nowhere; earlier sheets stay good.

    Raises ``DomainError``: ``wrong_passphrase``, ``key_destroyed``, ``passphrase_needed`` (a sheet makes no sheet).
    """
    key = ScrutineerKey.objects.select_for_update().select_related("user", "cycle").get(pk=key.pk)
    if read_recovery(passphrase) is not None:
        raise DomainError("passphrase_needed", _("A new recovery sheet needs the passphrase."))
    private = unlock(key=key, passphrase=passphrase)
    key.recovery_printed_at = timezone.now()
    key.save(update_fields=["recovery_printed_at"])
    record(actor=key.user, action="recovery-sheet-printed", target=key, detail={"year": key.cycle.year})
    return key, recovery_text(bytes(private))


def waiting_boxes(cycle: Cycle) -> BallotBoxQuerySet:
    """Real boxes that still need the keys of the cycle: neither counted nor annulled."""
    return BallotBox.objects.real().filter(cycle=cycle).exclude(state=BallotBox.State.COUNTED)


def may_destroy_keys(cycle: Cycle) -> bool:
    """After the last count: something was counted, and no real box waits."""
    counted = BallotBox.objects.real().filter(cycle=cycle, state=BallotBox.State.COUNTED)
    return counted.exists() and not waiting_boxes(cycle).exists()


@transaction.atomic
def destroy_keys(*, keys: Iterable[ScrutineerKey], actor: User) -> list[ScrutineerKey]:
    """Destroy scrutineers' keys after the cycle's last count: their own, or for the office all of them; on record.

    Raises ``DomainError``: ``not_yours``, ``boxes_wait``, ``no_key`` (nothing left to destroy).
    """
    wanted = [key.pk for key in keys]
    chosen = ScrutineerKey.objects.select_for_update(of=("self",)).select_related("cycle")
    found = list(chosen.filter(pk__in=wanted, destroyed_at__isnull=True).order_by("pk"))
    if not found:
        raise DomainError("no_key", _("There is no key left to destroy."))
    if Role.OFFICE not in roles_of(actor) and any(key.user_id != actor.pk for key in found):
        raise DomainError("not_yours", _("Scrutineers destroy their own key, the office those of all."))
    if not all(may_destroy_keys(cycle) for cycle in {key.cycle for key in found}):
        raise DomainError("boxes_wait", _("Keys are destroyed after the last count of the year: a box still waits."))
    for key in found:
        key.wrapped_private_key, key.destroyed_at = b"", timezone.now()
        key.save(update_fields=["wrapped_private_key", "destroyed_at"])
        record(actor=actor, action="scrutineer-key-destroyed", target=key, detail={"year": key.cycle.year})
    return found


def key_of(*, user: User, cycle: Cycle) -> ScrutineerKey:
    """Raises ``DomainError``: ``no_key``."""
    key = ScrutineerKey.objects.filter(user=user, cycle=cycle).first()
    if key is None:
        raise DomainError("no_key", _("First make your key for this year, on the page of the scrutineer."))
    return key


@transaction.atomic
def appoint_scrutineers(*, box: BallotBox, keys: Iterable[ScrutineerKey], actor: User) -> BallotBox:
    """Make the key pair of a box that is being prepared, and seal its private half to each scrutineer who serves.

    Any of them can count. A new appointment makes a new pair. Raises ``DomainError``: ``not_draft``, ``no_key``,
    ``on_sheet`` (whoever is judged in the box does not serve it).
    """
    box = BallotBox.objects.select_for_update().get(pk=box.pk)
    if box.state != BallotBox.State.DRAFT:
        raise DomainError("not_draft", _("Scrutineers are appointed while the box is being prepared."))
    chosen = [key for key in keys if key.cycle_id == box.cycle_id and key.destroyed_at is None]
    if not chosen:
        raise DomainError("no_key", _("Name at least one scrutineer who has made a key for this year."))
    for key in chosen:
        require_not_on_sheet(box=box, user=key.user)
    box.key_shares.all().delete()
    private = PrivateKey.generate()
    box.public_key = bytes(private.public_key)
    box.save(update_fields=["public_key"])
    BoxKeyShare.objects.bulk_create(
        BoxKeyShare(
            box=box,
            scrutineer_key=key,
            sealed_private_key=SealedBox(PublicKey(bytes(key.public_key))).encrypt(bytes(private)),
        )
        for key in chosen
    )
    record(actor=actor, action="scrutineers-appointed", target=box, detail={"users": [key.user_id for key in chosen]})
    return box


def require_not_on_sheet(*, box: BallotBox, user: User) -> None:
    if box.sheet.filter(appraisal__cadre__user=user).exists():
        raise DomainError("on_sheet", _("Whoever is judged in a box cannot serve it as a scrutineer."))


def open_share(*, box: BallotBox, key: ScrutineerKey, private: PrivateKey) -> PrivateKey:
    """Return the private key of a box. Raises ``DomainError``: ``not_serving``, ``wrong_key``."""
    share = BoxKeyShare.objects.filter(box=box, scrutineer_key=key).first()
    if share is None:
        raise DomainError("not_serving", _("You do not serve this box. Another scrutineer holds its key."))
    try:
        return PrivateKey(SealedBox(private).decrypt(bytes(share.sealed_private_key)))
    except CryptoError:
        raise DomainError("wrong_key", _("Your key does not open this box.")) from None


def open_test_envelope(*, box: BallotBox, private: PrivateKey) -> None:
    """Seal something to the box and open it again. Raises ``DomainError``: ``wrong_key``."""
    probe = utils.random(64)
    try:
        opened = SealedBox(private).decrypt(SealedBox(PublicKey(bytes(box.public_key or b""))).encrypt(probe))
    except (CryptoError, ValueError):
        opened = b""
    if opened != probe:
        raise DomainError("wrong_key", _("The test envelope could not be opened. Appoint the scrutineers again."))
