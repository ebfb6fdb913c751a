"""What a pledge says in the cells of a workbook: long texts with their lines, items one by one (C6)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from evaluation.workbooks import parse_day, value_text
from evaluation.workbooks.shapes import Value

NUMBER = (
    r"(?:[（(]\s*\d{1,2}\s*[）)]|\d{1,2}\s*(?:[、．]|\.(?!\d))|[①-⑳]"
    r"|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)])"
)
BEGINS = re.compile(rf"^{NUMBER}\s*")
INLINE = re.compile(rf"(?<=[；;。])\s*(?={NUMBER})")
DUE = re.compile(
    r"\s*[（(]\s*(?:于|在)?(\d{4}年\d{1,2}月\d{1,2}日|\d{4}[-./]\d{1,2}[-./]\d{1,2})\s*(?:之?前)?(?:完成|办结)?\s*[）)]$"
)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class ReadItem:
    """One pledged item. ``whole`` is what stood there, a date behind it included."""

    text: str
    due: date | None
    whole: str


def long_text(value: Value) -> str:
    """Return the text of a cell with its lines.

    >>> long_text("一是受理。 \\r\\n二是 办理。\\n\\n")
    '一是受理。\\n二是 办理。'
    """
    lines = re.split(r"\r\n|[\r\n\v]", value_text(value))
    kept = [re.sub(r"[ \t\u00a0\u3000]+", " ", CONTROL.sub("", line)).strip() for line in lines]
    return "\n".join(line for line in kept if line)


def items_in(values: Iterable[Value]) -> list[ReadItem]:
    """Return the items of one or several cells: line by line, or by their numbers where a line holds several.

    A line without a number continues the one before it where others are numbered.

    >>> [item.text for item in items_in(["1.限时办结；2.首问负责"])]
    ['限时办结', '首问负责']
    """
    found: list[str] = []
    for value in values:
        lines = [part for line in long_text(value).split("\n") for part in INLINE.split(line) if part]
        numbered = any(BEGINS.match(line) for line in lines)
        for place, line in enumerate(lines):
            if numbered and place and not BEGINS.match(line):
                found[-1] = f"{found[-1]} {line}"
            else:
                found.append(line)
    return [_item_of(BEGINS.sub("", line, count=1)) for line in found if BEGINS.sub("", line, count=1)]


def item_text(text: str, due: date | None) -> str:
    """Return an item as a workbook says it; ``items_in`` reads it again."""
    day = f"（{due.year}年{due.month}月{due.day}日前）" if due else ""
    return f"{' '.join(text.split())}{day}"


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but spaces and what closes a line."""
    return _bare(one) == _bare(other)


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text).rstrip("；;。.")


def _item_of(text: str) -> ReadItem:
    text = text.rstrip("；; ")
    match = DUE.search(text)
    due = parse_day(match[1]) if match else None
    return ReadItem(text[: match.start()] if match and due else text, due, text)
