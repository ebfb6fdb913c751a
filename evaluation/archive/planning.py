"""Which documents a zip holds and what they are called in it: a choice, a meeting's pack, a unit's file."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePath

from django.utils import timezone

from evaluation.archive.catalogue import CATALOGUE
from evaluation.archive.models import PaperPart
from evaluation.archive.parts import CONTENTS, KEPT, PRINT_RUN
from evaluation.archive.printable import Folder, Item, Printable, Upload
from evaluation.archive.shelf import Shelf
from evaluation.documents.zips import file_stem
from evaluation.registry.models import IssuedDocument
from evaluation.registry.models import Kind as IssuedKind

SUFFIXES = {"application/pdf": "pdf", "image/jpeg": "jpg"}
FOLDERS: dict[str, Folder] = {
    IssuedKind.CIRCULAR: Folder.RESULT,
    IssuedKind.PUBLIC_NOTICE: Folder.RESULT,
    IssuedKind.FEEDBACK: Folder.RESULT,
    IssuedKind.SUMMARY: Folder.RESULT,
    IssuedKind.DAILY_SHEET: Folder.POINTS,
    IssuedKind.COUNT_REPORT: Folder.BALLOT,
    IssuedKind.RECTIFICATION_NOTICE: Folder.RECTIFICATION,
    IssuedKind.RECOMMENDATION: Folder.HONOUR,
}


@dataclass(frozen=True, slots=True)
class Planned:
    """A document to be put into a zip. ``folder`` ends with a slash or is empty; ``stem``: its name."""

    paper: str
    target: str
    format: str
    folder: str
    stem: str
    title: str
    number: str = ""
    author: str = ""
    dated: date | None = None
    note: str = ""
    copies: int | None = None
    stage: int = 0


def title_of(printable: Printable, item: Item) -> str:
    return f"{printable.title}：{item.name}" if item.name else printable.title


def plan_selection(shelf: Shelf, *, chosen: Collection[str], formats: Collection[str]) -> list[PaperPart]:
    """Plan what was chosen: ``code`` for all of a kind, ``code:target`` for one; what is not there is left out.

    A document that has none of ``formats`` comes in the first it has. Of several units each has a folder of its own.
    """
    by_unit = len(shelf.units) > 1
    planned = [
        _planned(printable, item, form, by_unit=by_unit)
        for printable in CATALOGUE
        if _is_wanted(printable, chosen)
        for item in printable.items(shelf)
        if not item.why_not and {printable.code, f"{printable.code}:{item.target}"} & set(chosen)
        for form in [one for one in printable.formats if one in formats] or printable.formats[:1]
    ]
    return as_parts(planned)


def plan_pack(shelf: Shelf, *, meeting: int) -> list[PaperPart]:
    """Plan what a meeting needs on paper, in the order in which it is used; first the run to be printed."""
    papers = sorted((one for one in CATALOGUE if one.in_pack), key=lambda one: one.in_pack)
    planned = [
        replace(_planned(printable, item, form), folder="", note="单面印制" if printable.single_sided else "")
        for printable in papers
        for item in printable.items(shelf)
        if not item.why_not and item.keys.get("meeting") == meeting
        for form in printable.formats
        if form != "docx"
    ]
    run = Planned(PRINT_RUN, "", "pdf", "", "打印合订本", "打印合订本", stage=1)
    return as_parts([run, *planned], numbered=True) if planned else []


def plan_file(shelf: Shelf) -> list[PaperPart]:
    """Plan the archive file of the one unit of ``shelf``, in its order, its list first.

    What was issued is filed as it was kept, with its latest scan, and not drawn anew; uploads lie behind their paper.
    """
    issued: dict[str, list[IssuedDocument]] = {}
    for row in shelf.issued:
        issued.setdefault(f"{row.kind} {row.about}", []).append(row)
    planned = [one for folder in Folder for one in [*_drawn_of(shelf, folder, issued), *_left_of(folder, issued)]]
    lists = [Planned(CONTENTS, "", form, "", "卷内目录", "卷内目录", stage=1) for form in ("pdf", "xlsx")]
    return as_parts([*lists, *planned], numbered=True) if planned else []


def left_out(shelf: Shelf) -> Iterator[tuple[str, str]]:
    """Return what belongs into the archive file and is not there yet, and why, in file order."""
    for printable in CATALOGUE:
        if printable.in_file and printable.formats:
            for item in printable.items(shelf):
                if item.why_not and item.filed:
                    yield title_of(printable, item), str(item.why_not)


def as_parts(planned: Sequence[Planned], *, numbered: bool = False) -> list[PaperPart]:
    """Give every document its order and a name of its own; ``numbered`` names begin with the place in the file."""
    used: set[str] = set()
    place, parts = 0, []
    for order, one in enumerate(planned):
        place += one.stage == 0
        prefix = f"{place if one.stage == 0 else 0:03d} " if numbered else ""
        name = _unlike(f"{one.folder}{prefix}{one.stem}", one.format, used)
        parts.append(
            PaperPart(
                order=order,
                stage=one.stage,
                paper=one.paper,
                target=one.target,
                format=one.format,
                name=name,
                title=one.title[:200],
                number=one.number[:60],
                author=one.author[:80],
                dated=one.dated,
                note=one.note[:200],
                copies=one.copies,
            )
        )
    return parts


def _is_wanted(printable: Printable, chosen: Iterable[str]) -> bool:
    return bool(printable.formats) and any(one.partition(":")[0] == printable.code for one in chosen)


def _planned(printable: Printable, item: Item, form: str, *, by_unit: bool = False) -> Planned:
    title = title_of(printable, item)
    place = f"{file_stem(item.unit.name)}/" if by_unit and item.unit else ""
    return Planned(
        paper=printable.code,
        target=item.target,
        format=form,
        folder=f"{place}{printable.folder.file_name}/",
        stem=file_stem(title),
        title=title,
        number=item.number,
        author=item.author,
        dated=item.dated,
        copies=item.copies,
    )


def _drawn_of(shelf: Shelf, folder: Folder, issued: dict[str, list[IssuedDocument]]) -> Iterator[Planned]:
    """The papers of a folder; in the place of one that was issued its kept text, taken from ``issued``."""
    for printable in CATALOGUE:
        if printable.folder != folder or not printable.in_file or not printable.formats:
            continue
        for item in printable.items(shelf):
            if item.why_not or not item.filed:
                continue
            own = _planned(printable, item, printable.formats[0])
            kept = issued.pop(item.about, [])
            yield from (one for row in kept for one in _issued(row, folder)) if kept else [own]
            yield from (_uploaded(own, upload) for upload in item.uploads)


def _left_of(folder: Folder, issued: Mapping[str, Sequence[IssuedDocument]]) -> Iterator[Planned]:
    """What was issued and is of nothing that is drawn: circulars, other documents."""
    for rows in issued.values():
        yield from (
            one for row in rows if FOLDERS.get(row.kind, Folder.OTHER) == folder for one in _issued(row, folder)
        )


def _uploaded(own: Planned, upload: Upload) -> Planned:
    stored = upload.stored
    form = SUFFIXES.get(stored.content_type) or PurePath(stored.name).suffix.lstrip(".").lower()[:8] or "bin"
    title = f"{own.title}：{upload.title}"
    day = timezone.localdate(stored.uploaded_at)
    return replace(
        own, paper=KEPT, target=str(stored.pk), format=form, stem=file_stem(title), title=title, number="", dated=day
    )


def _issued(row: IssuedDocument, folder: Folder) -> Iterator[Planned]:
    own = Planned(
        paper=KEPT,
        target=str(row.pdf_id),
        format="pdf",
        folder=f"{folder.file_name}/",
        stem=file_stem(f"{row.title} {row.number}"),
        title=row.title,
        number=row.number,
        author=row.issuer,
        dated=timezone.localdate(row.issued_at),
        note="印发文本" if row.version == 1 else f"印发文本，第{row.version}次",
    )
    yield own
    scan = next(iter(row.scans.all()), None)
    if scan is not None:
        upload = Upload("盖章扫描件", scan.file)
        yield replace(_uploaded(own, upload), number=row.number, note="签字盖章件，以此为准")


def _unlike(stem: str, form: str, used: set[str]) -> str:
    name, number = f"{stem}.{form}", 1
    while name.casefold() in used:
        number += 1
        name = f"{stem}（{number}）.{form}"
    used.add(name.casefold())
    return name
