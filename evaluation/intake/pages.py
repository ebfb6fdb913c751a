"""What the pages of every import show, whichever room reads the file."""

from collections.abc import Mapping

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from evaluation.files.responses import download
from evaluation.files.services import XLSX
from evaluation.intake.importer import Importer
from evaluation.intake.marking import marked_copy
from evaluation.intake.models import ImportJob, ImportRow
from evaluation.intake.selectors import SHOWN, rows_by_verdict

UPLOAD_MOST = 20 * 1024 * 1024


def uploaded_bytes(upload: UploadedFile) -> bytes:
    """Return the bytes of an upload; of one that is too large only as many as show that it is."""
    return bytes(upload.read(UPLOAD_MOST + 1))


def import_url(importer: Importer, act: str, year: int, about: str, pk: int | None = None) -> str:
    """Return the address of one page of an import."""
    kwargs: dict[str, object] = {"year": year}
    if about:
        kwargs["about"] = int(about)
    if pk is not None:
        kwargs["pk"] = pk
    return reverse(f"{importer.space}:{importer.names}-{act}", kwargs=kwargs)


def job_urls(importer: Importer, job: ImportJob) -> dict[str, str]:
    acts = ("detail", "columns", "questions", "confirm", "discard", "learn", "marked")
    return {act: import_url(importer, act, job.year, job.about, job.pk) for act in acts}


def picture_url(importer: Importer, job: ImportJob, number: int) -> str:
    """Return the address of what a question is about; nothing where the import takes no pictures."""
    if job.photos is None or not importer.takes_photos:
        return ""
    kwargs = {"year": job.year, "pk": job.pk, "number": number, **({"about": int(job.about)} if job.about else {})}
    return reverse(f"{importer.space}:{importer.names}-picture", kwargs=kwargs)


def job_context(importer: Importer, job: ImportJob) -> dict[str, object]:
    """Return what a preview shows; the importer's model gives the words for the fields that change."""
    shown = rows_by_verdict(job) if job.status != ImportJob.Status.DISCARDED else {}
    fields = importer.model._meta.get_fields() if importer.model else ()
    words: dict[str, object] = {column.name: column.label for column in importer.columns}
    words |= {field.name: field.verbose_name for field in fields if hasattr(field, "verbose_name")}
    words |= importer.words
    return {
        "job": job,
        "counts": [
            (_("Rows read"), job.read),
            (_("New"), job.new),
            (_("Changed"), job.changed),
            (_("Same"), job.same),
            (_("Rows rejected"), job.rejected),
        ],
        "shown": shown,
        "changes": [(row, changes_of(row, words)) for row in shown.get("changed", [])],
        "most": SHOWN,
        "new_units": job.summary.get("new_units", []),
        "ignored_sheets": ignored_sheets(job),
        "gaps": job.summary.get("gaps", []),
        "unknown": job.summary.get("unknown", []),
        "questions": job.summary.get("questions", []),
        "undecided": sum(question["chosen"] is None for question in job.summary.get("questions", [])),
        "notes": importer.notes(job.summary),
    }


def ignored_sheets(job: ImportJob) -> list[str]:
    """Return the sheets without anything like a table; those that lack columns are told with what they lack."""
    told = {gap["sheet"] for gap in job.summary.get("gaps", [])}
    return [title for title in job.summary.get("ignored_sheets", []) if title and title not in told]


def changes_of(row: ImportRow, words: Mapping[str, object]) -> list[tuple[object, str, str]]:
    """Return (field, as it is, as it would be) for a changed row."""
    changes = row.values.get("changes", {})
    return [(words.get(name, name), before, after) for name, (before, after) in changes.items()]


def xlsx_response(data: bytes, name: str) -> HttpResponse:
    """Answer with a workbook to be saved."""
    return download(data, name, XLSX)


def content_disposition(name: str) -> str:
    return content_disposition_header(True, name) or "attachment"


def marked_copy_response(job: ImportJob) -> HttpResponse:
    stem = job.file.name.rpartition(".")[0] or job.file.name
    return xlsx_response(marked_copy(job=job), _("%(name)s, marked.xlsx") % {"name": stem})
