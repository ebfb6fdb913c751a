"""What the pages of every import show, whichever room reads the file."""

from collections.abc import Mapping

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from evaluation.files.services import XLSX
from evaluation.intake.models import ImportJob, ImportRow
from evaluation.intake.selectors import SHOWN, rows_by_verdict
from evaluation.intake.services import marked_copy

UPLOAD_MOST = 20 * 1024 * 1024


def uploaded_bytes(upload: UploadedFile) -> bytes:
    """Return the bytes of an upload; of one that is too large only as many as show that it is."""
    return bytes(upload.read(UPLOAD_MOST + 1))


def job_context(job: ImportJob, model: type[Model]) -> dict[str, object]:
    """Return what a preview shows; ``model`` gives the words for the fields that change."""
    shown = rows_by_verdict(job) if job.status != ImportJob.Status.DISCARDED else {}
    words = {field.name: getattr(field, "verbose_name", field.name) for field in model._meta.get_fields()}
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
        "ignored_sheets": job.summary.get("ignored_sheets", []),
    }


def changes_of(row: ImportRow, words: Mapping[str, object]) -> list[tuple[object, str, str]]:
    """Return (field, as it is, as it would be) for a changed row."""
    changes = row.values.get("changes", {})
    return [(words.get(name, name), before, after) for name, (before, after) in changes.items()]


def xlsx_response(data: bytes, name: str) -> HttpResponse:
    """Answer with a workbook to be saved."""
    response = HttpResponse(data, content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition(name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def content_disposition(name: str) -> str:
    return content_disposition_header(True, name) or "attachment"


def marked_copy_response(job: ImportJob) -> HttpResponse:
    stem = job.file.name.rpartition(".")[0] or job.file.name
    return xlsx_response(marked_copy(job=job), _("%(name)s, marked.xlsx") % {"name": stem})
