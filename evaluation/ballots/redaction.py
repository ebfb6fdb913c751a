"""What is blacked out of an opinion before others read it: names of third persons, numbers that lead to somebody.

Plain values in, text out. A citizen number is always blacked out; everything else is proposed to the moderator.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from evaluation.guard.citizen_numbers import SPACED, UNBROKEN

BLACK = "××"
LONGEST_NAME, LEAST_WORD = 20, 2
DIGIT_GAP = r"[\s\-–—.·]?"
TELEPHONE = re.compile(
    rf"(?<!\d)(?:1[3-9]{DIGIT_GAP}\d(?:{DIGIT_GAP}\d){{8}}|(?:0\d{{2,3}}{DIGIT_GAP})?[2-9]\d{{6,7}})(?!\d)"
)
PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·•\s]?[A-Z0-9]{5,6}(?![A-Z0-9])"
)
E_MAIL = re.compile(r"[A-Z0-9._%+-]+@[A-Z0-9-]+(?:\.[A-Z0-9-]+)+")
TITLES = "科长|局长|主任|书记|所长|站长|队长|股长|镇长|乡长|村长|会计|处长|部长|院长|校长|委员|支书|经理|老师|医生"
Span = tuple[int, int]


@dataclass(frozen=True)
class Part:
    """A piece of an opinion. ``kind``: "" as it is, "proposed" to be blacked out, "always" blacked out."""

    text: str
    kind: str = ""


@dataclass(frozen=True)
class Names:
    """Names and surnames of the city's cadres, as an opinion on one of them is read beside."""

    known: frozenset[str]

    @classmethod
    def of(cls, names: Iterable[str]) -> "Names":
        return cls(frozenset(name for raw in names if LEAST_WORD <= len(name := _key(raw)) <= LONGEST_NAME))

    @property
    def surnames(self) -> frozenset[str]:
        return frozenset(name[0] for name in self.known)


def proposed_words(text: str, *, judged: str, names: Names) -> list[str]:
    """Return what of ``text`` ought to be blacked out, as it stands there, each once, in its order.

    Names of cadres other than ``judged``; a surname of theirs with a title; telephone numbers, plates, e-mail.
    """
    plain, places = _plain(text)
    always = _citizen_numbers(text)
    found = [*_names_in(plain, _key(judged), names), *_titled(plain, _key(judged), names)]
    found += [match.span() for pattern in (TELEPHONE, PLATE, E_MAIL) for match in pattern.finditer(plain)]
    spans = _merged((places[start], places[end - 1] + 1) for start, end in found)
    free = [span for span in spans if not any(_touch(span, other) for other in always)]
    return list(dict.fromkeys(text[start:end] for start, end in free))


def parts_of(text: str, words: Collection[str]) -> list[Part]:
    """Return ``text`` cut into pieces: what is always blacked out, what ``words`` propose, and the rest."""
    always = _citizen_numbers(text)
    proposed = [span for span in _occurrences(text, words) if not any(_touch(span, other) for other in always)]
    marked = sorted([*((span, "always") for span in always), *((span, "proposed") for span in proposed)])
    parts, at = [], 0
    for (start, end), kind in marked:
        parts += [Part(text[at:start])] if start > at else []
        parts.append(Part(text[start:end], kind))
        at = end
    return parts + ([Part(text[at:])] if at < len(text) else [])


def blacked_out(text: str, words: Collection[str] = ()) -> str:
    """Return ``text`` with ×× in place of every citizen number and of every occurrence of ``words``.

    >>> blacked_out("找张三，电话13800000000", ["张三", "13800000000"])
    '找××，电话××'
    """
    shown, at = "", 0
    for start, end in _merged([*_citizen_numbers(text), *_occurrences(text, words)]):
        shown, at = shown + text[at:start] + BLACK, end
    return shown + text[at:]


def _key(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


def _plain(text: str) -> tuple[str, Sequence[int]]:
    """``text`` in half-width capitals with digits as figures, and for each of its characters the place in ``text``."""
    chars: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for plain in unicodedata.normalize("NFKC", char).upper():
            digit = unicodedata.digit(plain, None)
            chars.append(plain if digit is None else str(digit))
            places.append(place)
    return "".join(chars), places


def _citizen_numbers(text: str) -> list[Span]:
    plain, places = _plain(text)
    found = (match.span() for pattern in (UNBROKEN, SPACED) for match in pattern.finditer(plain))
    return _merged((places[start], places[end - 1] + 1) for start, end in found)


def _occurrences(text: str, words: Collection[str]) -> list[Span]:
    plain, places = _plain(text)
    wanted = {key for word in words if len(key := _plain(word.strip())[0]) >= LEAST_WORD}
    found = (match.span() for word in wanted for match in re.finditer(re.escape(word), plain))
    return _merged((places[start], places[end - 1] + 1) for start, end in found)


def _names_in(plain: str, judged: str, names: Names) -> Iterator[Span]:
    """The longest known name at every place; the judged one's own name is left alone."""
    start = 0
    longest = max((len(name) for name in names.known), default=0)
    while start < len(plain):
        sizes = range(min(longest, len(plain) - start), LEAST_WORD - 1, -1)
        size = next((size for size in sizes if plain[start : start + size] in names.known), 0)
        if size and plain[start : start + size] != judged:
            yield start, start + size
        start += size or 1


def _titled(plain: str, judged: str, names: Names) -> Iterator[Span]:
    others = "".join(sorted(names.surnames - {judged[:1]}))
    if others:
        yield from (match.span() for match in re.finditer(rf"[{re.escape(others)}](?:{TITLES})", plain))


def _merged(spans: Iterable[Span]) -> list[Span]:
    """In order, what overlaps or touches as one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _touch(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
