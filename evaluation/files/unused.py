"""Files that nothing refers to any more: a service that failed after storing, a record that was removed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.storage import Storage
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from evaluation.audit.services import record
from evaluation.files.models import StoredFile

KEPT_FOR = timedelta(days=1)
ROOT = "stored"


def unused_files(*, before: datetime) -> "models.QuerySet[StoredFile]":
    """Rows older than ``before`` at which no key and no many-to-many of any model points."""
    rows = StoredFile.objects.filter(uploaded_at__lt=before)
    for field in _references():
        rows = rows.filter(~Exists(field.model._base_manager.filter(**{field.name: OuterRef("pk")})))
    return rows


@transaction.atomic
def forget_unused_files(*, actor: AbstractBaseUser | str, now: datetime | None = None) -> int:
    """Delete the rows that nothing refers to and, once that is committed, their bytes; return how many."""
    found = unused_files(before=(now or timezone.now()) - KEPT_FOR)
    rows = list(StoredFile.objects.select_for_update().filter(pk__in=found.values("pk")))
    for row in rows:
        storage, name = row.file.storage, str(row.file.name)
        record(actor=actor, action="file-forgotten", target=row, detail={"kind": row.kind, "size": row.size})
        row.delete()
        transaction.on_commit(partial(storage.delete, name))
    return len(rows)


def forget_stray_bytes(*, now: datetime | None = None) -> int:
    """Delete bytes that have no row: their transaction was rolled back. Return how many."""
    storage = StoredFile._meta.get_field("file").storage
    before = (now or timezone.now()) - KEPT_FOR
    old = [name for name in _stored_names(storage, ROOT) if storage.get_modified_time(name) < before]
    known = set(StoredFile.objects.filter(file__in=old).values_list("file", flat=True))
    strays = [name for name in old if name not in known]
    for name in strays:
        storage.delete(name)
    return len(strays)


def _references() -> "Iterator[models.ForeignKey[models.Model, models.Model]]":
    """Every key to a stored file, the tables between many-to-many ends included."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields(include_hidden=True):
            if isinstance(field, models.ForeignKey) and field.related_model is StoredFile:
                yield field


def _stored_names(storage: Storage, folder: str) -> Iterator[str]:
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in names)
    for inner in folders:
        yield from _stored_names(storage, f"{folder}/{inner}")
