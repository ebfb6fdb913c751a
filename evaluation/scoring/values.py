"""Plain values from JSON, read one by one; whatever does not fit is refused together with its place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

LARGEST_COUNT = 999_999_999
DECIMAL_TEXT = re.compile(r"-?[0-9]{1,9}(\.[0-9]+)?")
PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]{1,60}")


class InvalidValueError(ValueError):
    """Something is not as the rules or the results file must be.

    ``place`` is a path such as ``appraisals[3].tallies.public.valid`` (empty: the whole document),
    ``reason`` an English sentence without a full stop; ``str()`` gives ``place: reason``.
    """

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place or 'document'}: {reason}")
        self.place = place
        self.reason = reason


def place_of(parent: str, key: str | int) -> str:
    """Return the place of a member; a key that is no plain word is quoted and cut to stay printable.

    >>> place_of(place_of("appraisals", 3), "unit")
    'appraisals[3].unit'
    >>> place_of("rules", "a b")
    'rules["a b"]'
    """
    if isinstance(key, int):
        return f"{parent}[{key}]"
    if not PLAIN_KEY.fullmatch(key):
        return f"{parent}[{json.dumps(key[:60])}]"
    return f"{parent}.{key}" if parent else key


@contextmanager
def within(place: str) -> Iterator[None]:
    """Put ``place`` before the place of a refusal raised inside."""
    try:
        yield
    except InvalidValueError as error:
        joint = "" if not error.place or error.place.startswith("[") else "."
        raise InvalidValueError(f"{place}{joint}{error.place}", error.reason) from None


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a document and where it stands. Every reading method raises ``InvalidValueError``."""

    raw: object
    place: str = ""

    def refuse(self, reason: str) -> InvalidValueError:
        return InvalidValueError(self.place, reason)

    def members(self) -> dict[str, Value]:
        if not isinstance(self.raw, Mapping):
            raise self.refuse("must be an object")
        if not all(isinstance(key, str) for key in self.raw):
            raise self.refuse("every key must be text")
        return {key: Value(raw, place_of(self.place, key)) for key, raw in self.raw.items()}

    def member(self, key: str) -> Value:
        found = self.optional(key)
        if found is None:
            raise InvalidValueError(place_of(self.place, key), "missing")
        return found

    def optional(self, key: str) -> Value | None:
        if not isinstance(self.raw, Mapping):
            raise self.refuse("must be an object")
        return Value(self.raw[key], place_of(self.place, key)) if key in self.raw else None

    def entries(self) -> list[Value]:
        if not isinstance(self.raw, (list, tuple)):
            raise self.refuse("must be a list")
        return [Value(raw, place_of(self.place, index)) for index, raw in enumerate(self.raw)]

    def text(self) -> str:
        if not isinstance(self.raw, str):
            raise self.refuse("must be text")
        if not self.raw.strip():
            raise self.refuse("must not be empty")
        return self.raw

    def flag(self) -> bool:
        if not isinstance(self.raw, bool):
            raise self.refuse("must be true or false")
        return self.raw

    def count(self) -> int:
        if isinstance(self.raw, bool) or not isinstance(self.raw, int):
            raise self.refuse("must be a whole number")
        if self.raw < 0:
            raise self.refuse("must not be negative")
        if self.raw > LARGEST_COUNT:
            raise self.refuse(f"must not be more than {LARGEST_COUNT}")
        return self.raw

    def decimal(self) -> Decimal:
        """A decimal is a string or an integer, never a float, with at most two places."""
        if isinstance(self.raw, bool) or not isinstance(self.raw, (str, int)):
            raise self.refuse("must be a decimal, as text or a whole number, never a float")
        if isinstance(self.raw, int) and abs(self.raw) > LARGEST_COUNT:
            raise self.refuse(f"must not be more than {LARGEST_COUNT}")
        match = DECIMAL_TEXT.fullmatch(str(self.raw))
        if match is None:
            raise self.refuse("is not a decimal number such as 12.50")
        if len(match[1] or "") > 3:
            raise self.refuse("must have at most two decimal places")
        return Decimal(match[0])

    def points(self, *, most: Decimal | None = None) -> Decimal:
        number = self.decimal()
        if number < 0:
            raise self.refuse("must not be negative")
        if most is not None and number > most:
            raise self.refuse(f"must not be more than {most}")
        return number

    def positive(self) -> Decimal:
        number = self.decimal()
        if number <= 0:
            raise self.refuse("must be more than 0")
        return number
