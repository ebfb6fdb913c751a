"""What the system makes itself on the way to something larger: kept for the while, and gone without a trace."""

import hashlib
import secrets
from collections.abc import Iterable
from functools import partial
from typing import IO

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction

from evaluation.audit.services import record
from evaluation.files.models import StoredFile

CHUNK = 1024 * 1024


@transaction.atomic
def keep_piece(*, data: bytes, name: str, content_type: str) -> StoredFile:
    """Keep one piece until the whole is made. No act of anybody: the whole is on record, its pieces are not."""
    return _kept(
        File(ContentFile(data)),
        StoredFile(kind=StoredFile.Kind.DOCUMENT, name=name, content_type=content_type, uploaded_by="system"),
    )


@transaction.atomic
def store_archive(*, content: IO[bytes], name: str, actor: AbstractBaseUser | str) -> StoredFile:
    """Keep a zip that the system made, read in slices from ``content``: it may be larger than what memory holds."""
    by = actor if isinstance(actor, str) else f"user:{actor.pk}:{actor.get_username()}"[:80]
    stored = _kept(
        File(content),
        StoredFile(kind=StoredFile.Kind.ARCHIVE, name=name, content_type="application/zip", uploaded_by=by),
    )
    record(actor=actor, action="file-stored", target=stored, detail={"kind": stored.kind, "size": stored.size})
    return stored


@transaction.atomic
def drop_files(*, keys: Iterable[int]) -> None:
    """Delete rows at which nothing points any more and, once that is committed, their bytes."""
    rows = list(StoredFile.objects.select_for_update().filter(pk__in=list(keys)))
    StoredFile.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        transaction.on_commit(partial(row.file.storage.delete, str(row.file.name)))


def _kept(content: "File[bytes]", stored: StoredFile) -> StoredFile:
    digest, size = hashlib.sha256(), 0
    for chunk in content.chunks(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    content.seek(0)
    stored.code, stored.size, stored.sha256 = secrets.token_hex(16), size, digest.hexdigest()
    stored.file.save(f"{stored.code[:2]}/{secrets.token_hex(16)}", content, save=False)
    stored.save()
    return stored
