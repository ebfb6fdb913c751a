"""A document as values: what it says, and in which layout. ``pdf`` and ``docx`` draw the same paper.

A room says what stands in its documents (``papers.py`` of the room: rows in, a ``Paper`` out); how a notice or a form
looks is said here and in ``templates/documents/``, once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Layout(StrEnum):
    """How a document is laid out.

    ``CIRCULAR`` 通报: red head, number, red line. ``LETTER`` 信函: to one unit, no red head, number at the top right.
    ``NOTICE`` 公示: neither head nor number. ``REPORT``: text and tables under a title. All four follow GB/T 9704-2012
    in type area, type sizes and page numbers. ``FORM`` and ``WIDE_FORM`` are the city's annexes: A4 upright or lying.
    """

    CIRCULAR = "circular"
    LETTER = "letter"
    NOTICE = "notice"
    REPORT = "report"
    FORM = "form"
    WIDE_FORM = "wide_form"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, its number in the text: ``level`` 1 一、 (黑体), 2 （一） (楷体), 3 and 4 仿宋."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, its first line indented by two characters; line breaks in ``text`` begin a new one."""

    text: str
    indent: bool = True


@dataclass(frozen=True, slots=True)
class Fields:
    """Cells of a form: rows of (label, value) pairs; the pairs of one row share the width."""

    rows: Sequence[Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. ``widths`` are relative; figures (``int``, ``Decimal``) stand right, text left.

    ``head`` over ``header``: (text, columns) pairs that span it. The header repeats on every page.
    """

    header: Sequence[str]
    rows: Sequence[Sequence[str | int | Decimal | None]]
    caption: str = ""
    widths: Sequence[float] = ()
    head: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True, slots=True)
class Opinion:
    """A box of a form to be written in by hand: what is known already, then room, signature, date, seal."""

    label: str
    text: str = ""
    lines: int = 3
    sign: str = "签名（盖章）："


@dataclass(frozen=True, slots=True)
class Signatures:
    """One line of names to be signed: 填表人：______ 审核人：______."""

    labels: Sequence[str]


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart of horizontal bars, its figures beside it: (label, value, figure as printed). ``most`` is a full bar."""

    caption: str
    rows: Sequence[tuple[str, Decimal, str]]
    most: Decimal


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG; ``alt`` is said to who cannot see it. ``width`` and ``height`` in millimetres."""

    jpeg: bytes
    alt: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Note:
    """A remark in smaller type, not indented."""

    text: str


@dataclass(frozen=True, slots=True)
class PageBreak:
    pass


Block = Heading | Text | Fields | Grid | Opinion | Signatures | Bars | Picture | Note | PageBreak


@dataclass(frozen=True, slots=True)
class Paper:
    """One document.

    ``organ`` 发文机关标志 stands in a circular's red head; ``number`` 发文字号 is blank in drafts.
    ``addressee`` 主送机关 without its colon; ``annexes`` 附件说明; ``signer`` and ``day`` 成文日期 under the text.
    ``copies_to`` 抄送, ``printer`` and ``printed_on`` 印发 stand in the 版记; a letter's has 抄送 alone.
    ``subtitle`` stands under the title of a form or report (unit, year, unit of measure).
    ``lang`` is the language of the text.
    """

    layout: Layout
    title: str
    blocks: Sequence[Block] = field(default_factory=tuple)
    organ: str = ""
    number: str = ""
    addressee: str = ""
    annexes: Sequence[str] = ()
    signer: str = ""
    day: date | None = None
    copies_to: str = ""
    printer: str = ""
    printed_on: date | None = None
    subtitle: str = ""
    lang: str = "zh-Hans"
