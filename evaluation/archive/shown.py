"""What the catalogue's page shows: by folder, what there is, and what is not there yet and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _

from evaluation.archive.catalogue import CATALOGUE
from evaluation.archive.models import PaperJob
from evaluation.archive.printable import Folder, Item, Printable
from evaluation.archive.shelf import Shelf
from evaluation.units.access import roles_of

Download = tuple[str, str, str]
NAMED = 6


@dataclass(frozen=True, slots=True)
class Line:
    """One paper that is there, with the addresses of its room."""

    item: Item
    value: str
    downloads: list[Download] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Missing:
    """Papers that are not there for one reason: how many, and the first of their names."""

    reason: str
    number: int
    names: str


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of document: the papers that are there, how many there would be, and why the others are not."""

    printable: Printable
    lines: list[Line]
    total: int
    missing: list["Missing"]

    @property
    def formats(self) -> str:
        return " · ".join(form.upper() for form in self.printable.formats)

    @property
    def only(self) -> Line | None:
        return self.lines[0] if len(self.lines) == 1 and not self.lines[0].item.name else None


@dataclass(frozen=True, slots=True)
class Section:
    folder: Folder
    rows: list[Row]


def sections_of(shelf: Shelf, *, kind: str = "") -> list[Section]:
    """Return the catalogue of the shelf's units; the papers one by one where it is one unit's."""
    rows = [_row(printable, shelf) for printable in CATALOGUE if kind in ("", printable.kind)]
    return [
        Section(folder, found)
        for folder in Folder
        if (found := [row for row in rows if row.printable.folder == folder and row.total])
    ]


def number_of_papers(sections: Sequence[Section]) -> int:
    return sum(len(row.lines) for section in sections for row in section.rows if row.printable.formats)


def _row(printable: Printable, shelf: Shelf) -> Row:
    items = printable.items(shelf)
    there = [item for item in items if not item.why_not]
    reasons = dict.fromkeys(str(item.why_not) for item in items if item.why_not)
    missing = [_missing(reason, [item for item in items if str(item.why_not) == reason]) for reason in reasons]
    lines = [Line(item, f"{printable.code}:{item.target}", _downloads(printable, item, shelf)) for item in there]
    return Row(printable, lines, len(items), missing)


def _missing(reason: str, items: Sequence[Item]) -> Missing:
    names = [item.name for item in items if item.name]
    shown = _("{names} and others") if len(names) > NAMED else "{names}"
    return Missing(reason, len(items), shown.format(names=_(", ").join(names[:NAMED])))


def _downloads(printable: Printable, item: Item, shelf: Shelf) -> list[Download]:
    year = shelf.cycle.year
    if shelf.user is None or not roles_of(shelf.user) & printable.who:
        return []
    if printable.page is not None:
        return [(str(_("To the page")), printable.page(year, item), "")]
    return [(form.upper(), _address(printable, item, year, form), form.upper()) for form in printable.formats]


def _address(printable: Printable, item: Item, year: int, form: str) -> str:
    own = printable.link(year, item, form) if printable.link is not None else ""
    if own:
        return own
    keys = {"year": year, "code": printable.code, "target": item.target, "format": form}
    return reverse("archive:paper-file", kwargs=keys)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is; ``now`` what is being made."""

    total: int
    made: int
    missing: list[tuple[str, str]]
    now: str

    @property
    def done(self) -> int:
        return self.made + len(self.missing)


def progress_of(job: PaperJob) -> Progress:
    """Return how far ``job`` is; one query."""
    parts = list(job.parts.order_by("stage", "order").values_list("name", "made_at", "problem", "claimed_at"))
    waiting = [(name, claimed) for name, made, problem, claimed in parts if made is None and not problem]
    claimed = [name for name, since in waiting if since]
    now = claimed[0] if claimed else waiting[0][0] if waiting else ""
    return Progress(
        total=len(parts),
        made=sum(1 for _name, made, _problem, _claimed in parts if made),
        missing=[(name, problem) for name, _made, problem, _claimed in parts if problem],
        now=now.rpartition("/")[2],
    )
