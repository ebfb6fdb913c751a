"""What people give so that they can be reached: kept sealed, apart from what they said, opened for one handler.

The key is made from ``SECRET_KEY``: a copy of the database alone opens nothing. A key that has been replaced goes into
``SECRET_KEY_FALLBACKS``, or what was sealed with it stays shut.
"""

import json
from collections.abc import Iterator, Mapping

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from evaluation.errors import DomainError


def seal(values: Mapping[str, str]) -> bytes:
    """Return ``values`` (a few short texts) encrypted and authenticated; of any length the same to look at in 64s."""
    text = json.dumps(dict(values), ensure_ascii=False).encode()
    return bytes(SecretBox(next(_keys())).encrypt(text + b" " * (-len(text) % 64)))


def unseal(sealed: bytes | memoryview) -> dict[str, str]:
    """Return what was sealed. Raises ``DomainError`` ``sealed_shut`` where no key opens it."""
    for key in _keys():
        try:
            values: dict[str, str] = json.loads(SecretBox(key).decrypt(bytes(sealed)))
        except CryptoError:
            continue
        return values
    raise DomainError("sealed_shut", _("The contact details cannot be opened: the key of this installation changed."))


def _keys() -> Iterator[bytes]:
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield salted_hmac("minping.contacts", "seal", secret=secret, algorithm="sha256").digest()
