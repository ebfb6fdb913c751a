"""Random codes that people type or scan."""

import secrets

# Without 0/O, 1/I/L, so that a code read aloud or from paper cannot be mistaken.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def new_public_code() -> str:
    """Return eight random characters for a public address (39 bits; no serial keys in public, architecture)."""
    return "".join(secrets.choice(ALPHABET) for _position in range(8))


def new_receipt() -> str:
    """Return twelve digits (40 bits): a receipt number that can be read over the telephone and typed by anybody."""
    return f"{secrets.randbelow(10**12):012d}"
