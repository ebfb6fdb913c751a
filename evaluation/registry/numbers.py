"""Document numbers 发文字号 as they stand on paper: 市效能办〔2012〕18号."""

import re
import unicodedata

from django.utils.translation import gettext as _

from evaluation.errors import DomainError

SHAPE = re.compile(r"(?P<prefix>[^〔〕\s]{1,30})〔(?P<year>\d{4})〕(?P<serial>[1-9]\d{0,5})号")
BRACKETS = str.maketrans({"[": "〔", "(": "〔", "【": "〔", "]": "〕", ")": "〕", "】": "〕"})


def document_number(typed: str) -> str:
    """Return a typed number in its official shape; empty stays empty.

    Brackets of any kind become 〔〕, full-width figures plain ones, spaces go. Raises ``DomainError`` ``number_shape``
    where it is no sign of a body, year and serial without leading zero.

    >>> document_number("市效能办[2012] １８号")
    '市效能办〔2012〕18号'
    """
    number = "".join(unicodedata.normalize("NFKC", typed).split()).translate(BRACKETS)
    if number and not SHAPE.fullmatch(number):
        raise DomainError(
            "number_shape", _("Write the number like 市效能办〔2012〕18号: sign, year, number without leading zeros.")
        )
    return number


def number_of(*, prefix: str, year: int, serial: int) -> str:
    """Return the number of a series.

    >>> number_of(prefix="民评整改", year=2012, serial=3)
    '民评整改〔2012〕3号'
    """
    return f"{prefix}〔{year}〕{serial}号"


def serial_in(number: str, *, prefix: str, year: int) -> int:
    """Return the serial of a number of that prefix and year; 0 of any other.

    >>> serial_in("民评整改〔2012〕3号", prefix="民评整改", year=2012), serial_in("3号", prefix="民评整改", year=2012)
    (3, 0)
    """
    found = SHAPE.fullmatch(number)
    is_of_series = found is not None and found["prefix"] == prefix and int(found["year"]) == year
    return int(found["serial"]) if found and is_of_series else 0
