"""How large a text may be printed in a given room: counted in characters, before anything is drawn.

A Chinese character is as wide as it is high, so lines can be counted; Latin letters and figures are taken as wide as
they come in the widest of the fonts used. Lengths in millimetres.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MM_A_POINT = 25.4 / 72
NARROW = 0.6
# A line ends early where a figure, a word or a full stop would be broken off.
LOST_AT_END = 1.0


@dataclass(frozen=True, slots=True)
class Type:
    """One of the type sizes of a document: ``name`` is its class in the template; ``points`` at A4; ``leading``."""

    name: str
    points: float
    leading: float

    @property
    def em(self) -> float:
        return self.points * MM_A_POINT

    @property
    def rem(self) -> str:
        """The size for a style sheet in which 1rem is a millimetre."""
        return f"{self.em:.3f}"

    @property
    def line(self) -> float:
        return self.em * self.leading


def ems(text: str) -> float:
    """Return how wide ``text`` is, in its own type size."""
    return sum(1.0 if ord(sign) > 0x2E7F or sign in "“”‘’—…·" else NARROW for sign in text)


def lines_of(text: str, *, width: float, size: Type, hanging: float = 0) -> int:
    """Return how many lines of ``width`` a paragraph takes; ``hanging``: what every line loses, in characters."""
    room = max(width / size.em - hanging - LOST_AT_END, 1)
    return max(math.ceil(ems(text) / room), 1)


def height_of(texts: Iterable[str], *, width: float, size: Type, hanging: float = 0, gap: float = 0) -> float:
    """Return how high paragraphs are, with ``gap`` (in lines) after each."""
    return sum((lines_of(text, width=width, size=size, hanging=hanging) + gap) * size.line for text in texts)


def largest(sizes: Sequence[Type], heights: Iterable[float], *, room: float) -> Type | None:
    """Return the first of ``sizes`` (the largest first) whose height is within ``room``, or ``None``."""
    return next((size for size, height in zip(sizes, heights, strict=True) if height <= room), None)


def shortened(text: str, most: float) -> str:
    """Return ``text`` within ``most`` characters' width, its end left out with an ellipsis."""
    if ems(text) <= most:
        return text
    kept = ""
    for sign in text:
        if ems(kept + sign) > most - 1:
            break
        kept += sign
    return f"{kept.rstrip('，、；。')}…"
