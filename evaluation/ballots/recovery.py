"""The recovery sheet: a scrutineer's private key in signs that can be read aloud, with a check sum.

Thirty-two bytes and three of their SHA-256 are 56 signs of base32 without I, L, O and U, in groups of four.
"""

import hashlib
import re
import unicodedata

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD = str.maketrans("ILO", "110")
KEY_BYTES, SUM_BYTES = 32, 3
LENGTH = (KEY_BYTES + SUM_BYTES) * 8 // 5
GROUP = 4


def recovery_text(private: bytes) -> str:
    """Return the 56 signs of a key of 32 bytes, in fourteen groups."""
    number = int.from_bytes(private + _sum(private), "big")
    signs = "".join(SIGNS[number >> 5 * place & 31] for place in reversed(range(LENGTH)))
    return " ".join(signs[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def looks_like_recovery(typed: str) -> bool:
    """Whether something typed has the form of a recovery sheet, right or wrong."""
    return bool(_plain(typed))


def read_recovery(typed: str) -> bytes | None:
    """Return the key that was typed from a sheet, or ``None`` where form or check sum do not fit."""
    plain = _plain(typed)
    if not plain:
        return None
    number = 0
    for sign in plain:
        number = number << 5 | SIGNS.index(sign)
    whole = number.to_bytes(KEY_BYTES + SUM_BYTES, "big")
    private, check = whole[:KEY_BYTES], whole[KEY_BYTES:]
    return private if _sum(private) == check else None


def _plain(typed: str) -> str:
    plain = re.sub(r"[\s\-—–·.]", "", unicodedata.normalize("NFKC", typed)).upper().translate(MISREAD)
    return plain if len(plain) == LENGTH and set(plain) <= set(SIGNS) else ""


def _sum(private: bytes) -> bytes:
    return hashlib.sha256(b"minping recovery sheet" + private).digest()[:SUM_BYTES]
