"""A document of the year as the catalogue knows it: what it is, of what there is one, and how it is drawn."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum

from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.archive.shelf import Shelf
from evaluation.cycle.models import Cycle
from evaluation.documents.docx import paper_docx
from evaluation.documents.paper import Paper
from evaluation.documents.pdf import paper_pdf
from evaluation.files.models import StoredFile
from evaluation.units.models import Role, Unit

MAKERS = frozenset({Role.UNIT_ADMIN, Role.APPROVER, Role.OFFICE})
READERS = MAKERS | {Role.AUDITOR}


class Folder(IntEnum):
    """The folders of a file, in their order: the five steps, what comes before, between and after."""

    SCOPE = 1
    PLEDGE = 2
    MEETING = 3
    BALLOT = 4
    POINTS = 5
    RESULT = 6
    RECTIFICATION = 7
    HONOUR = 8
    OTHER = 9

    @property
    def file_name(self) -> str:
        return f"{self:02d} {FILED_AS[self]}"

    @property
    def label(self) -> str | Promise:
        return LABELS[self]


FILED_AS = {
    Folder.SCOPE: "工作方案和评议范围",
    Folder.PLEDGE: "公开履职承诺",
    Folder.MEETING: "公开述职述廉",
    Folder.BALLOT: "公开民主评议",
    Folder.POINTS: "日常考核和加分",
    Folder.RESULT: "公开评议结果",
    Folder.RECTIFICATION: "公开整改措施",
    Folder.HONOUR: "推荐和结果运用",
    Folder.OTHER: "其他文件",
}
LABELS = {
    Folder.SCOPE: _("Work plan and scope"),
    Folder.PLEDGE: _("Step 1: public pledge"),
    Folder.MEETING: _("Step 2: public report"),
    Folder.BALLOT: _("Step 3: public evaluation"),
    Folder.POINTS: _("Daily assessment and bonus"),
    Folder.RESULT: _("Step 4: public result"),
    Folder.RECTIFICATION: _("Step 5: public rectification"),
    Folder.HONOUR: _("Recommendation and use of results"),
    Folder.OTHER: _("Other documents"),
}


class Kind(models.TextChoices):
    FORM = "form", _("Forms and annexes")
    NOTICE = "notice", _("Notices and circulars")
    REPORT = "report", _("Reports and records")
    POSTER = "poster", _("Posters, boards and plates")
    HALL = "hall", _("Papers of the meeting and the ballot")


class Scope(StrEnum):
    """Of what there is one each."""

    CITY = "city"
    UNIT = "unit"
    MONTH = "month"
    MEETING = "meeting"
    BOX = "box"
    POOL = "pool"
    CADRE = "cadre"
    MATTER = "matter"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was uploaded with a paper and is filed behind it."""

    title: str
    stored: StoredFile


@dataclass(frozen=True, slots=True)
class Item:
    """One paper of a kind: ``target`` what it is about, ``name`` how it is told from its like (empty: the only one).

    ``why_not``: why it is not there, or not yet. ``about`` as the registry says it, ``number`` 文号, ``author`` 责任者,
    ``dated`` its day; ``copies`` how many a meeting needs; ``filed``: whether it belongs into the archive file.
    """

    target: str
    unit: Unit | None
    name: str = ""
    why_not: str | Promise = ""
    about: str = ""
    number: str = ""
    author: str = ""
    dated: date | None = None
    copies: int | None = None
    filed: bool = True
    keys: Mapping[str, object] = field(default_factory=dict)
    uploads: tuple[Upload, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """Which paper is to be drawn, and for whom (``None``: the shell)."""

    cycle: Cycle
    target: str
    user: User | None


Draw = Callable[[Asked], bytes]
Link = Callable[[int, Item, str], str]
ALL_FORMS = ("pdf", "docx", "xlsx")


@dataclass(frozen=True)
class Printable:
    """A document that offices live by. ``title`` is its name on paper, ``label`` what the page calls it.

    ``drawn``: by format, how. ``link``: the address of the room's own download by year, item and format, if it
    has one; ``page``: that of the room's page for what is not drawn here. ``in_file``: whether it belongs into the
    archive file; ``in_pack``: its place in a meeting's pack from 1, 0 if it has none; ``single_sided``: each of
    its pages needs a sheet of its own; ``hint`` what the catalogue says beside it; ``who`` may have it singly.
    """

    code: str
    title: str
    label: str | Promise
    folder: Folder
    kind: Kind
    scope: Scope
    items: Callable[[Shelf], list[Item]]
    drawn: Mapping[str, Draw] = field(default_factory=dict)
    link: Link | None = None
    page: Callable[[int, Item], str] | None = None
    in_file: bool = True
    in_pack: int = 0
    single_sided: bool = False
    hint: str | Promise = ""
    who: frozenset[Role] = READERS

    @property
    def formats(self) -> tuple[str, ...]:
        return tuple(self.drawn)


def at(name: str, *keys: str, forms: tuple[str, ...] = ALL_FORMS) -> Link:
    """The room's download at the address ``name``: the year, the item's ``keys``, the format. Others are made here."""
    return lambda year, item, form: (
        reverse(name, args=[year, *(item.keys[key] for key in keys), form]) if form in forms else ""
    )


def just_at(name: str, *keys: str, query: str = "") -> Link:
    """The room's download that has one format, which its address does not say. ``query``: ``{}`` is the unit's code."""
    return lambda year, item, form: (
        reverse(name, args=[year, *(item.keys[key] for key in keys)])
        + query.format(item.unit.code if item.unit else "")
    )


def both(paper: Callable[[Asked], Paper | Sequence[Paper]]) -> dict[str, Draw]:
    """A paper is drawn as PDF and as DOCX from the same values."""
    return {"pdf": lambda asked: paper_pdf(paper(asked)), "docx": lambda asked: paper_docx(paper(asked))}
