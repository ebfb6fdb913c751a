"""Two browsers make the papers of one job; each test with the control that fails without its guard."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from evaluation.archive import services
from evaluation.archive.models import PaperJob, PaperPart
from evaluation.archive.planning import Planned, as_parts
from evaluation.archive.services import advance_job
from evaluation.archive.shelf import Shelf
from evaluation.audit.models import AuditEvent
from evaluation.cycle.services import create_cycle, open_cycle
from evaluation.files.models import StoredFile
from evaluation.units.models import Role
from tests.archive.conftest import job_of
from tests.ballots.test_races import at_once
from tests.factories import appraisal_of, member, unit_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
PARTS = 6


@pytest.fixture
def job(transactional_db: None) -> Iterator[PaperJob]:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    office = member(role=Role.OFFICE)
    cycle = open_cycle(cycle=create_cycle(year=2012, actor=office, city_name="示范市"), actor=office)
    unit = unit_of("市民政局")
    appraisal_of(cycle=cycle, unit=unit)
    yield job_of(Shelf(cycle, None, [unit]), scope_lists(unit.pk))


def scope_lists(unit: int) -> list[PaperPart]:
    return as_parts([Planned("scope-list", str(unit), "xlsx", "", f"表{n}", f"表{n}") for n in range(PARTS)])


def drawn_by(job: PaperJob, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The parts that were drawn while two made them, in the order in which that began."""
    drawn: list[int] = []
    draw = services.draw_part

    def slowly(part: Any) -> bytes:
        drawn.append(part.order)
        time.sleep(0.15)
        return draw(part)

    monkeypatch.setattr(services, "draw_part", slowly)
    at_once(lambda _place: advance_job(job=job, seconds=20).status, 2)
    return drawn


def test_two_browsers_make_each_part_once(job: PaperJob, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = drawn_by(job, monkeypatch)

    job.refresh_from_db()
    assert sorted(drawn) == list(range(PARTS))
    assert advance_job(job=job).status == PaperJob.Status.READY
    assert not StoredFile.objects.filter(kind=StoredFile.Kind.DOCUMENT).exists()


def test_control_without_the_lock_parts_are_made_twice(job: PaperJob, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_options: self)
    monkeypatch.setattr(services, "record", lambda **_fields: None)
    monkeypatch.setattr(services, "store_archive", lambda **_fields: None)
    first = QuerySet.first

    def slowly(self: Any) -> Any:
        """The time between looking and claiming, made long."""
        found = first(self)
        time.sleep(0.1)
        return found

    monkeypatch.setattr(QuerySet, "first", slowly)

    assert len(drawn_by(job, monkeypatch)) > PARTS


def test_the_zip_is_made_once(job: PaperJob) -> None:
    while job.parts.waiting().exists():
        advance_job(job=job, seconds=0)

    at_once(lambda _place: advance_job(job=job, seconds=0).status, 4)

    assert StoredFile.objects.filter(kind=StoredFile.Kind.ARCHIVE).count() == 1
    assert AuditEvent.objects.filter(action="papers-made").count() == 1
