"""A proof of work against stuffing: a second or two of a telephone's time for each pass, and no picture to read.

Challenges are made and checked by altcha (version 2, scrypt); a telephone solves them with altcha's own worker.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from altcha import create_challenge, verify_solution
from altcha.v2 import Payload
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from evaluation.errors import DomainError
from evaluation.guard.models import SpentChallenge

# scrypt: rounds and block size make 4 MiB a try. The number to be found lies between LEAST and MOST, so that nobody
# waits for long by bad luck. docs/security.md says what was measured.
COST = 4096
BLOCK = 8
LEAST = 8
MOST = 24
VALID_FOR = timedelta(minutes=10)
LONGEST_PAYLOAD = 4000


def new_challenge(*, purpose: str) -> dict[str, Any]:
    """Return a signed challenge for ``purpose`` as altcha's worker reads it. Costs one try of scrypt."""
    challenge = create_challenge(
        "SCRYPT",
        COST,
        counter=LEAST + secrets.randbelow(MOST - LEAST + 1),
        memory_cost=BLOCK,
        parallelism=1,
        expires_at=timezone.now() + VALID_FOR,
        data={"purpose": purpose},
        hmac_secret=_key("challenge"),
        hmac_key_secret=_key("solution"),
    )
    return challenge.to_dict()


def spend_proof(*, purpose: str, payload: str) -> None:
    """Take a solved challenge, once. ``payload``: base64 of ``{"challenge": …, "solution": …}``.

    Call it outside a transaction that may be rolled back, or the proof counts again. Raises ``DomainError``:
    ``proof_wrong`` (missing, of another purpose, not solved), ``proof_old``, ``proof_used``.
    """
    proof = _read(payload)
    parameters = proof.challenge.parameters
    result = verify_solution(proof, _key("challenge"), hmac_key_secret=_key("solution"))
    if result.expired:
        raise DomainError("proof_old", _("The check took too long or is from earlier. Please press the button again."))
    if not result.verified or parameters.data != {"purpose": purpose} or parameters.expires_at is None:
        raise _wrong()
    _spend(str(proof.challenge.signature))


def _spend(signature: str) -> None:
    digest = hashlib.sha256(signature.encode()).hexdigest()
    try:
        with transaction.atomic():
            SpentChallenge.objects.create(digest=digest, expires_at=timezone.now() + VALID_FOR)
    except IntegrityError:
        raise DomainError("proof_used", _("This check has been used already. Please press the button again.")) from None
    if secrets.randbelow(50) == 0:
        forget_spent()


def forget_spent() -> int:
    """Delete spent challenges that have run out anyway. ``spend_proof`` does it now and then by itself."""
    return SpentChallenge.objects.filter(expires_at__lt=timezone.now()).delete()[0]


def _read(payload: str) -> Payload:
    """Parse what was sent; anything may have been."""
    if not 0 < len(payload) <= LONGEST_PAYLOAD:
        raise _wrong()
    try:
        proof = Payload.from_base64(payload)
        texts = (proof.challenge.signature, proof.solution.derived_key, proof.challenge.parameters.key_signature)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _wrong() from None
    if not all(isinstance(text, str) and text.isascii() for text in texts):
        raise _wrong()
    return proof


def _wrong() -> DomainError:
    return DomainError("proof_wrong", _("The check did not succeed. Please press the button again."))


def _key(use: str) -> str:
    return salted_hmac("minping.proof-of-work", use, algorithm="sha256").hexdigest()
