"""What the pages of every import show, whichever room reads the file."""

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from evaluation.files.services import XLSX
from evaluation.intake.models import ImportJob
from evaluation.intake.selectors import SHOWN, rows_by_verdict
from evaluation.intake.services import marked_copy

UPLOAD_MOST = 20 * 1024 * 1024


def uploaded_bytes(upload: UploadedFile) -> bytes:
    """Return the bytes of an upload; of one that is too large only as many as show that it is."""
    return bytes(upload.read(UPLOAD_MOST + 1))


def job_context(job: ImportJob) -> dict[str, object]:
    shown = rows_by_verdict(job) if job.status != ImportJob.Status.DISCARDED else {}
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
        "most": SHOWN,
        "new_units": job.summary.get("new_units", []),
        "ignored_sheets": job.summary.get("ignored_sheets", []),
    }


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
