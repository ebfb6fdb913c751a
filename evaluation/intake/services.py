"""Keep what a file would change until somebody confirms or discards it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.errors import DomainError
from evaluation.files.services import store_workbook
from evaluation.intake.models import ImportJob, ImportRow
from evaluation.workbooks import Sheet, Table, Workbook, WorkbookError, read_workbook, value_text, write_workbook

Verdict = ImportRow.Verdict


@dataclass(slots=True)
class JudgedRow:
    """One row of a file and what would become of it. ``values`` are for showing, ``target`` is what it would change."""

    sheet: str
    number: int
    verdict: str
    column: str = ""
    problem: str = ""
    advice: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    target: int | None = None


def opened(*, data: bytes, name: str) -> Workbook:
    """Read an upload. Raises ``DomainError`` with the code of the ``WorkbookError`` it replaces."""
    try:
        return read_workbook(data, name)
    except WorkbookError as error:
        raise DomainError(error.code, error.message) from error


@transaction.atomic
def keep_preview(
    *,
    kind: str,
    year: int,
    data: bytes,
    name: str,
    actor: User | str,
    rows: Sequence[JudgedRow],
    summary: Mapping[str, object],
) -> ImportJob:
    """Store the file and what was found in it. Nothing else changes; read is the sum of the four verdicts."""
    job = ImportJob.objects.create(
        kind=kind,
        year=year,
        file=store_workbook(data=data, name=name, actor=actor),
        created_by=None if isinstance(actor, str) else actor,
        summary=dict(summary),
        **counts_of(rows),
    )
    ImportRow.objects.bulk_create(
        (
            ImportRow(
                job=job,
                sheet=row.sheet,
                number=row.number,
                column=row.column,
                verdict=row.verdict,
                problem=row.problem,
                advice=row.advice,
                values=dict(row.values),
                target_id=row.target,
            )
            for row in rows
        ),
        batch_size=500,
    )
    record(actor=actor, action="import-previewed", target=job, detail={"kind": kind, "year": year, "read": job.read})
    return job


def counts_of(rows: Iterable[JudgedRow]) -> dict[str, int]:
    """Return ``read`` and the number of rows by verdict."""
    counts = dict.fromkeys(["read", *(str(value) for value in Verdict.values)], 0)
    for row in rows:
        counts["read"] += 1
        counts[str(row.verdict)] += 1
    return counts


def lock_preview(*, job: ImportJob) -> ImportJob:
    """Lock a job that is still to be confirmed. Raises ``DomainError``: ``not_previewed``."""
    job = ImportJob.objects.select_for_update(of=("self",)).select_related("file").get(pk=job.pk)
    if job.status != ImportJob.Status.PREVIEWED:
        raise DomainError("not_previewed", _("This file has been imported or discarded already."))
    return job


def mark_confirmed(*, job: ImportJob, actor: User | str) -> ImportJob:
    """Note that a locked job was imported; the room that did it calls this last, in the same transaction."""
    job.status = ImportJob.Status.CONFIRMED
    job.confirmed_at = timezone.now()
    job.save(update_fields=["status", "confirmed_at"])
    detail = {name: getattr(job, name) for name in ("kind", "year", "read", "new", "changed", "same", "rejected")}
    record(actor=actor, action="import-confirmed", target=job, detail=detail)
    return job


@transaction.atomic
def discard_import(*, job: ImportJob, actor: User | str) -> ImportJob:
    """Drop a preview; its rows go, the file and the audit record stay. Raises ``DomainError``: ``not_previewed``."""
    job = lock_preview(job=job)
    job.status = ImportJob.Status.DISCARDED
    job.save(update_fields=["status"])
    job.rows.all().delete()
    record(actor=actor, action="import-discarded", target=job, detail={"kind": job.kind, "year": job.year})
    return job


def bytes_of(job: ImportJob) -> bytes:
    with job.file.file.open("rb") as source:
        return bytes(source.read())


def marked_copy(*, job: ImportJob) -> bytes:
    """Return the file as plain rows with the rejected cells coloured, and what to do in a last column."""
    said: dict[str, dict[int, ImportRow]] = {}
    for row in job.rows.filter(verdict=Verdict.REJECTED):
        said.setdefault(row.sheet, {})[row.number] = row
    workbook = opened(data=bytes_of(job), name=job.file.name)
    return write_workbook([marked_table(sheet, said.get(sheet.title, {})) for sheet in workbook.visible()])


def marked_table(sheet: Sheet, said: Mapping[int, ImportRow]) -> Table:
    """Return a sheet with its rows at their own numbers. A cell that holds a citizen number is copied as it is."""
    by_number = {row.number: row for row in sheet.rows}
    width = max((len(row.cells) for row in sheet.rows), default=0)
    last = max(by_number, default=1)
    rows: list[list[str | None]] = []
    marks: dict[tuple[int, int], str] = {}
    for number in range(1, last + 1):
        row, rejection = by_number.get(number), said.get(number)
        cells = [value_text(row.at(column)) if row and column not in row.filled else None for column in range(width)]
        rows.append([*cells, f"{rejection.problem} {rejection.advice}" if rejection else None])
        for column in rejection.values.get("cells", ()) if rejection else ():
            marks[number - 2, int(column)] = rejection.problem if rejection else ""
    header = [text or "" for text in rows[0]] if rows else [""]
    return Table(title=sheet.title or "Sheet", header=header, rows=rows[1:], marks=marks)
