"""Making many papers: asked for once, made slice by slice, by whichever request has the time; and forgotten later."""

import gc
import logging
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from tempfile import TemporaryFile

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.archive.models import PaperJob, PaperPart
from evaluation.archive.parts import bytes_of, draw_part
from evaluation.audit.services import record
from evaluation.cycle.models import Cycle
from evaluation.documents.pages import page_count
from evaluation.documents.zips import file_stem, write_zip
from evaluation.errors import DomainError
from evaluation.files.models import StoredFile
from evaluation.files.passing import drop_files, keep_piece, store_archive
from evaluation.units.models import Unit

log = logging.getLogger(__name__)
STALE = timedelta(minutes=3)
KEPT_FOR = timedelta(days=30)
MOST_PARTS = 3000
MISSING = "未能生成的文件.txt"
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@transaction.atomic
def start_job(
    *,
    kind: str,
    cycle: Cycle,
    unit: Unit | None,
    title: str,
    parts: Sequence[PaperPart],
    actor: User | None,
    about: str = "",
) -> PaperJob:
    """Ask for a zip of ``parts`` (unsaved, in the order of the file); nothing is made yet.

    ``actor`` is ``None`` for the shell. Raises ``DomainError``: ``nothing_to_make``, ``too_many_papers``
    (``MOST_PARTS``).
    """
    if not parts:
        raise DomainError("nothing_to_make", _("None of what was chosen is there yet. Choose something else."))
    if len(parts) > MOST_PARTS:
        message = _("These are %(number)s documents; at most %(most)s are made at once. Choose fewer.")
        raise DomainError("too_many_papers", message % {"number": len(parts), "most": MOST_PARTS})
    job = PaperJob.objects.create(
        kind=kind, year=cycle.year, unit=unit, title=title[:200], created_by=actor, about=about
    )
    for part in parts:
        part.job = job
    PaperPart.objects.bulk_create(parts)
    detail = {"kind": kind, "year": cycle.year, "unit": unit.code if unit else "", "parts": len(parts)}
    record(actor=actor or "shell", action="papers-asked", target=job, detail=detail)
    return job


def advance_job(*, job: PaperJob, seconds: float = 2) -> PaperJob:
    """Make parts of ``job`` until ``seconds`` are over, at least one; then, as a slice of its own, the zip.

    Any number of callers at once: a part belongs to who claims it, and no transaction is open while it is drawn. What
    somebody claimed and left lying is free again after ``STALE``. A part that fails says why and stops nothing.
    """
    end = time.monotonic() + seconds
    while part := _claim_part(job):
        _make(part)
        if time.monotonic() >= end:
            break
    else:
        _finish(job)
    job.refresh_from_db()
    return job


def finish_job(*, job: PaperJob) -> PaperJob:
    """Make all that is left, for the shell. Raises ``DomainError`` ``being_made`` where others are at it."""
    while job.status == PaperJob.Status.MAKING:
        before = job.parts.waiting().count()
        job = advance_job(job=job, seconds=60)
        if job.status == PaperJob.Status.MAKING and before and job.parts.waiting().count() == before:
            raise DomainError("being_made", _("Somebody else is making these documents. Wait for them."))
    return job


@transaction.atomic
def note_download(*, job: PaperJob, actor: User) -> None:
    record(actor=actor, action="archive-downloaded", target=job, detail={"kind": job.kind, "year": job.year})


@transaction.atomic
def forget_old_jobs(*, now: datetime | None = None) -> int:
    """Delete jobs older than ``KEPT_FOR`` with their files, finished or not; return how many."""
    jobs = PaperJob.objects.filter(created_at__lt=(now or timezone.now()) - KEPT_FOR)
    found = list(jobs.select_for_update())
    for job in found:
        forget_job(job=job, actor="system:clock")
    return len(found)


@transaction.atomic
def forget_job(*, job: PaperJob, actor: AbstractBaseUser | str) -> None:
    """Delete a job, its zip and what was made for it; that it was is on record."""
    pieces = [key for key in job.parts.values_list("file", flat=True) if key]
    if job.file_id:
        pieces.append(job.file_id)
    record(actor=actor, action="papers-forgotten", target=job, detail={"kind": job.kind, "year": job.year})
    job.delete()
    drop_files(keys=pieces)


@transaction.atomic
def _claim_part(job: PaperJob) -> PaperPart | None:
    """The next part that nobody makes; the parts of a later stage wait until all earlier ones are done or given up."""
    held = PaperJob.objects.select_for_update().get(pk=job.pk)
    waiting = held.parts.waiting()
    stage = waiting.aggregate(first=Min("stage"))["first"]
    if stage is None:
        return None
    now = timezone.now()
    free = waiting.filter(Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - STALE), stage=stage)
    part = free.select_related("job__created_by").first()
    if part is not None:
        part.claimed_at = now
        part.save(update_fields=["claimed_at"])
    return part


def _make(part: PaperPart) -> None:
    try:
        data = draw_part(part)
    except DomainError as error:
        _note_problem(part, str(error))
    except Exception as error:
        log.exception("part %s of job %s failed", part.name, part.job_id)
        _note_problem(part, type(error).__name__)
    else:
        _keep(part, data)
    if part.format == "pdf":
        # A layout refers to itself: 50 MB a document that would lie about until Python looks through everything.
        gc.collect()


def _note_problem(part: PaperPart, problem: str) -> None:
    PaperPart.objects.filter(pk=part.pk).waiting().update(problem=problem[:200] or "?")


@transaction.atomic
def _keep(part: PaperPart, data: bytes) -> None:
    """Whoever claimed it anew after ``STALE`` may have been faster: the first one stands."""
    if PaperPart.objects.select_for_update().filter(pk=part.pk).waiting().first() is None:
        return
    stored = keep_piece(data=data, name=f"{part.pk}.{part.format}", content_type=TYPES.get(part.format, ""))
    pages = page_count(data) if part.format == "pdf" else 1 if part.format == "jpg" else None
    PaperPart.objects.filter(pk=part.pk).update(file=stored, pages=pages, made_at=timezone.now())


def _finish(job: PaperJob) -> None:
    if not _claim_zip(job):
        return
    parts = list(job.parts.select_related("file"))
    made = any(part.file for part in parts)
    stored = _zipped(job, parts) if made else None
    if not _close(job, stored) and stored:
        drop_files(keys=[stored.pk])


@transaction.atomic
def _claim_zip(job: PaperJob) -> bool:
    held = PaperJob.objects.select_for_update().get(pk=job.pk)
    now = timezone.now()
    is_claimed = held.claimed_at is not None and held.claimed_at >= now - STALE
    if held.status != PaperJob.Status.MAKING or is_claimed or held.parts.waiting().exists():
        return False
    held.claimed_at = now
    held.save(update_fields=["claimed_at"])
    return True


def _zipped(job: PaperJob, parts: Sequence[PaperPart]) -> StoredFile:
    with TemporaryFile() as content:
        write_zip(content, _entries(parts), at=timezone.localtime(job.created_at))
        content.seek(0)
        return store_archive(content=content, name=f"{file_stem(job.title)}.zip", actor=job.created_by or "shell")


def _entries(parts: Sequence[PaperPart]) -> Iterator[tuple[str, bytes]]:
    yield from ((part.name, bytes_of(part.file)) for part in parts if part.file)
    missing = [f"{part.name}\t{part.problem}" for part in parts if part.problem]
    if missing:
        yield MISSING, "\r\n".join(["下列文件未能生成，请单独下载或者联系管理人员：", *missing, ""]).encode("utf-8-sig")


@transaction.atomic
def _close(job: PaperJob, stored: StoredFile | None) -> bool:
    """Put the zip to the job and take the pieces away; ``False`` where somebody else was first."""
    held = PaperJob.objects.select_for_update().get(pk=job.pk)
    if held.status != PaperJob.Status.MAKING:
        return False
    pieces = [key for key in held.parts.values_list("file", flat=True) if key]
    held.parts.update(file=None)
    held.file, held.finished_at = stored, timezone.now()
    held.status = PaperJob.Status.READY if stored else PaperJob.Status.FAILED
    held.save(update_fields=["file", "finished_at", "status"])
    drop_files(keys=pieces)
    missing = held.parts.missing().count()
    detail = {"kind": held.kind, "status": held.status, "missing": missing}
    record(actor=held.created_by or "shell", action="papers-made", target=held, detail=detail)
    return True
