"""Take uploads in: bounded, told by content and not by name, kept under a random name outside the static tree."""

import hashlib
import secrets
import unicodedata
from collections.abc import Sequence
from pathlib import PurePath

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from evaluation.audit.services import record
from evaluation.errors import DomainError
from evaluation.files.images import PAGE_SIZE, PHOTO_SIZE, redrawn_jpeg
from evaluation.files.models import StoredFile
from evaluation.files.pdfs import is_pdf, require_harmless

PHOTO_LIMIT = 10 * 1024 * 1024
MOST_FILES = 5
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@transaction.atomic
def store_photo(*, upload: UploadedFile, actor: AbstractBaseUser | str) -> StoredFile:
    """Keep a portrait as a JPEG of at most 600 × 800 pixels, drawn anew: no metadata, nothing hidden behind it (C6).

    Raises ``DomainError``: ``empty_file``, ``file_too_large`` (10 MB), ``not_an_image``, ``too_many_pixels``.
    """
    data = redrawn_jpeg(_bounded(upload, PHOTO_LIMIT), size=PHOTO_SIZE)
    return _keep(
        kind=StoredFile.Kind.PHOTO,
        data=data,
        name=_plain_name(upload.name, "jpg"),
        content_type="image/jpeg",
        actor=actor,
    )


@transaction.atomic
def store_evidence(
    *, upload: UploadedFile, actor: AbstractBaseUser | str, kind: StoredFile.Kind = StoredFile.Kind.EVIDENCE
) -> StoredFile:
    """Keep a proof or a scanned paper: a PDF as it is, a JPEG or PNG drawn anew (2000 × 2800), told by content.

    A PDF is kept as it came and therefore may hold no program, attachment or password. Raises ``DomainError``:
    ``empty_file``, ``file_too_large`` (UPLOAD_LIMIT), ``not_evidence``, ``too_many_pixels``, ``active_pdf``,
    ``locked_pdf``.
    """
    data = _bounded(upload, settings.UPLOAD_LIMIT)
    if is_pdf(data):
        require_harmless(data)
        name, content_type = _plain_name(upload.name, "pdf"), "application/pdf"
    elif data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        data = redrawn_jpeg(data, size=PAGE_SIZE)
        name, content_type = _plain_name(upload.name, "jpg"), "image/jpeg"
    else:
        raise DomainError("not_evidence", _("Only PDF, JPEG and PNG are taken. Scan or print it to PDF and try again."))
    return _keep(kind=kind, data=data, name=name, content_type=content_type, actor=actor)


@transaction.atomic
def store_several(
    *, uploads: Sequence[UploadedFile], actor: AbstractBaseUser | str, already: int = 0
) -> list[StoredFile]:
    """Keep several proofs of one record, all or none; ``already`` is how many it has.

    Raises ``DomainError``: ``too_many_files`` (``MOST_FILES`` a record), and as ``store_evidence``.
    """
    if already + len(uploads) > MOST_FILES:
        message = _("At most %(most)s files. Take away some, or put pages into one PDF.")
        raise DomainError("too_many_files", message % {"most": MOST_FILES})
    return [store_evidence(upload=upload, actor=actor) for upload in uploads]


@transaction.atomic
def store_workbook(*, data: bytes, name: str, actor: AbstractBaseUser | str) -> StoredFile:
    """Keep an uploaded table (XLSX, XLS, ODS, CSV) as it came; reading it safely is the work of ``workbooks``.

    Raises ``DomainError``: ``empty_file``, ``file_too_large`` (UPLOAD_LIMIT).
    """
    _check_size(len(data), settings.UPLOAD_LIMIT)
    content_type = XLSX if data.startswith(b"PK\x03\x04") else "application/octet-stream"
    return _keep(
        kind=StoredFile.Kind.WORKBOOK, data=data, name=_plain_name(name), content_type=content_type, actor=actor
    )


@transaction.atomic
def store_document(
    *,
    data: bytes,
    name: str,
    content_type: str,
    actor: AbstractBaseUser | str,
    kind: StoredFile.Kind = StoredFile.Kind.DOCUMENT,
) -> StoredFile:
    """Keep a document, or a zip of documents, that the system made itself."""
    return _keep(kind=kind, data=data, name=_plain_name(name), content_type=content_type, actor=actor)


def _bounded(upload: UploadedFile, limit: int) -> bytes:
    _check_size(upload.size or 0, limit)
    upload.seek(0)
    data = bytes(upload.read(limit + 1))
    _check_size(len(data), limit)
    return data


def _check_size(size: int, limit: int) -> None:
    if size == 0:
        raise DomainError("empty_file", _("The file is empty. Choose it again."))
    if size > limit:
        message = _("The file is larger than %(limit)s MB. Make it smaller and upload it again.")
        raise DomainError("file_too_large", message % {"limit": limit // (1024 * 1024)})


def _plain_name(name: str | None, suffix: str = "") -> str:
    """The name as people know it, without folders or control characters, ending as the content does."""
    path = PurePath((name or "").replace("\\", "/"))
    stem = "".join(char for char in path.stem if unicodedata.category(char)[0] != "C").strip()[:150] or "file"
    return f"{stem}.{suffix}" if suffix else f"{stem}{path.suffix[:10]}"


def _keep(
    *, kind: StoredFile.Kind, data: bytes, name: str, content_type: str, actor: AbstractBaseUser | str
) -> StoredFile:
    code = secrets.token_hex(16)
    stored = StoredFile(
        kind=kind,
        name=name,
        content_type=content_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        code=code,
        uploaded_by=actor if isinstance(actor, str) else f"user:{actor.pk}:{actor.get_username()}"[:80],
    )
    stored.file.save(f"{code[:2]}/{secrets.token_hex(16)}", ContentFile(data), save=False)
    stored.save()
    record(actor=actor, action="file-stored", target=stored, detail={"kind": kind, "size": len(data)})
    return stored
