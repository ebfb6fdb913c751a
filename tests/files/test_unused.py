"""What nothing refers to is forgotten after a day; what anything refers to never."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import models
from django.utils import timezone

from accounts.models import User
from evaluation.cycle.models import Cycle, WorkPlan
from evaluation.files.models import StoredFile
from evaluation.files.services import store_evidence
from evaluation.files.unused import _references, forget_stray_bytes, forget_unused_files
from evaluation.results.models import Objection
from evaluation.units.models import Unit
from tests.factories import appraisal_of, published_pool

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def stored() -> StoredFile:
    return store_evidence(upload=SimpleUploadedFile("证明.pdf", PDF), actor="test")


@pytest.mark.django_db
def test_a_file_without_a_record_goes_after_a_day(django_capture_on_commit_callbacks: object) -> None:
    file = stored()
    name, storage = str(file.file.name), file.file.storage

    assert forget_unused_files(actor="test") == 0
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert forget_unused_files(actor="test", now=timezone.now() + timedelta(hours=25)) == 1

    assert not StoredFile.objects.exists()
    assert not storage.exists(name)


def test_a_file_of_a_record_stays(cycle: Cycle, unit: Unit) -> None:
    WorkPlan.objects.create(cycle=cycle, unit=unit, text="方案", file=stored())

    assert forget_unused_files(actor="test", now=timezone.now() + timedelta(days=400)) == 0


def test_a_file_among_several_of_a_record_stays(cycle: Cycle, unit: Unit) -> None:
    publication = published_pool(cycle=cycle, appraisals=[appraisal_of(cycle=cycle, unit=unit)])
    objection = Objection.objects.create(result=publication.results.get(), person="某人", text="异议", due="2012-12-03")
    objection.files.add(stored())

    assert forget_unused_files(actor="test", now=timezone.now() + timedelta(days=400)) == 0


def test_every_key_to_a_file_is_known() -> None:
    """Also those whose way back is hidden (``related_name="+"``), and the tables of many-to-many fields."""
    wanted = {
        field.remote_field.through if isinstance(field, models.ManyToManyField) else model
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField) and field.related_model is StoredFile
    }
    assert wanted == {field.model for field in _references()}
    assert len(wanted) > 8


@pytest.mark.django_db
def test_bytes_without_a_row_go_after_a_day(office: User) -> None:
    kept = stored()
    stray = default_storage.save("stored/zz/stray", ContentFile(b"left by a rollback"))

    assert forget_stray_bytes() == 0
    assert forget_stray_bytes(now=timezone.now() + timedelta(hours=25)) >= 1
    assert not default_storage.exists(stray)
    assert default_storage.exists(str(kept.file.name))


@pytest.mark.django_db
def test_the_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("forget_unused_files")
    assert capsys.readouterr().out.startswith("0 files that nothing refers to")
