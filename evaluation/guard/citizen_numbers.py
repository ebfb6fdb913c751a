"""Citizen numbers (18 digits, the last may be X) never stand in a text that becomes public (C6)."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from evaluation.errors import DomainError

MESSAGE = _("An 18-digit citizen number does not belong in a public text. Take it out; a staff number is enough.")
UNBROKEN = re.compile(r"(?<!\d)\d{17}[\dX](?![\dX])")
# With gaps, only region + a birthday that can be + serial + check: a row of telephone numbers is no citizen number.
GAP = r"[\s\-–—_.·,/\u200b-\u200f\u2060\ufeff]*"
_CENTURY = rf"(?:1{GAP}[89]|2{GAP}0)"
_MONTH = rf"(?:0{GAP}[1-9]|1{GAP}[0-2])"
SPACED = re.compile(
    GAP.join([r"(?<!\d)[1-9]", *[r"\d"] * 5, _CENTURY, r"\d", r"\d", _MONTH, "[0-3]", *[r"\d"] * 4, r"[\dX](?![\dX])"])
)


def holds_citizen_number(text: str) -> bool:
    """Tell whether ``text`` holds one, also in full-width digits, other scripts' digits, or with gaps in it.

    >>> holds_citizen_number("工号 320582"), holds_citizen_number("３２０５８２ 19800101 123x")
    (False, True)
    """
    plain = _plain(text)
    return bool(UNBROKEN.search(plain) or SPACED.search(plain))


def no_citizen_number(value: str) -> None:
    """Validate a form field."""
    if holds_citizen_number(value):
        raise ValidationError(MESSAGE, code="citizen_number")


def require_no_citizen_number(*texts: str) -> None:
    """Raise ``DomainError`` ``citizen_number`` where one of ``texts`` holds one."""
    if any(holds_citizen_number(text) for text in texts):
        raise DomainError("citizen_number", MESSAGE)


def _plain(text: str) -> str:
    normal = unicodedata.normalize("NFKC", text).upper()
    return "".join(char if (digit := unicodedata.digit(char, None)) is None else str(digit) for char in normal)
