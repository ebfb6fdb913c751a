"""Imports as one user may see them, and what their columns seem to mean."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from evaluation.intake.importer import Importer
from evaluation.intake.models import ImportJob, ImportRow, LearnedColumn
from evaluation.intake.reading import FileTable, Gap
from evaluation.intake.services import SHOWN, bytes_of, tables_of
from evaluation.units.access import roles_of
from evaluation.units.models import Role
from evaluation.workbooks import Header, Sheet, clean_text, holds_citizen_number, holds_telephone, label_keys

SAMPLES = 3


def jobs_visible_to(user: User, *, kind: str, year: int, about: str = "") -> QuerySet[ImportJob]:
    """The office sees every import of the year, anybody else their own."""
    jobs = ImportJob.objects.filter(kind=kind, year=year, about=about).select_related("file", "photos", "created_by")
    jobs = jobs.order_by("-pk")
    return jobs if Role.OFFICE in roles_of(user) else jobs.filter(created_by=user)


def rows_by_verdict(job: ImportJob) -> dict[str, list[ImportRow]]:
    """Return the kept rows of each verdict: rejected ones all, of the others the first (one query)."""
    shown: dict[str, list[ImportRow]] = {str(verdict): [] for verdict in ImportRow.Verdict.values}
    for row in job.rows.all():
        if row.verdict == ImportRow.Verdict.REJECTED or len(shown[row.verdict]) < SHOWN:
            shown[row.verdict].append(row)
    return shown


def learned_columns() -> QuerySet[LearnedColumn]:
    return LearnedColumn.objects.select_related("learned_by").order_by("kind", "label_key")


@dataclass(frozen=True, slots=True)
class FileColumn:
    """One column of a file as the page “which column means what” shows it; ``field`` is what it is read as."""

    sheet: str
    place: int
    label: str
    key: str
    field: str
    samples: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"column-{self.sheet}-{self.place}"


@dataclass(frozen=True, slots=True)
class FileSheet:
    title: str
    row: int
    columns: tuple[FileColumn, ...]
    missing: tuple[str, ...]


def sheets_of(importer: Importer, job: ImportJob) -> list[FileSheet]:
    """Return every sheet with something like a header: its columns, what they are read as, what is missing.

    Raises ``DomainError``: the codes of ``read_workbook``.
    """
    tables = tables_of(importer, bytes_of(job), job.file.name, job.mapping)
    found: list[FileTable | Gap] = [*tables.tables, *(gap for gap in tables.gaps if gap.header)]
    found.sort(key=lambda one: tables.sheets.index(one.sheet.title))
    return [_file_sheet(importer, one) for one in found]


def _file_sheet(importer: Importer, one: FileTable | Gap) -> FileSheet:
    assert one.header is not None
    missing = importer.labels_of(one.missing) if isinstance(one, Gap) else []
    columns = tuple(_file_columns(importer, one.sheet, one.header))
    return FileSheet(one.sheet.title, one.header.last, columns, tuple(missing))


def _file_columns(importer: Importer, sheet: Sheet, header: Header) -> Iterator[FileColumn]:
    fields = {column: name for name, column in header.columns.items()}
    contacts = {column.name for column in importer.columns if column.is_contact}
    labels = {**header.unknown, **header.unread, **{header.columns[name]: text for name, text in header.labels.items()}}
    seen: set[str] = set()
    for place, label in sorted(labels.items()):
        key = label_keys(label)[0]
        if key and key not in seen:
            seen.add(key)
            field = fields.get(place, "")
            samples = () if field in contacts else tuple(_samples(sheet, header, place))
            yield FileColumn(sheet.title, place, label, key, field, samples)


def _samples(sheet: Sheet, header: Header, place: int) -> Iterator[str]:
    shown: set[str] = set()
    for row in header.rows_below(sheet)[:60]:
        text = clean_text(row.at(place))
        text = f"{text[:3]}…" if holds_telephone(row.at(place)) else text[:24]
        if text and text not in shown and not holds_citizen_number(row.at(place)):
            shown.add(text)
            yield text
        if len(shown) == SAMPLES:
            return
