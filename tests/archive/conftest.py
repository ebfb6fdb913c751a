"""A unit with a little of everything that is cheap to draw, and jobs of it."""

from collections.abc import Sequence
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.utils import timezone

from accounts.models import User
from evaluation.archive.models import PaperJob, PaperPart
from evaluation.archive.parts import bytes_of
from evaluation.archive.planning import Planned, as_parts
from evaluation.archive.services import start_job
from evaluation.archive.shelf import Shelf
from evaluation.cycle.models import Cycle, WorkPlan
from evaluation.files.services import store_evidence
from evaluation.units.models import Unit
from tests.factories import appraisal_of
from tests.world import picture


@pytest.fixture
def small(cycle: Cycle, unit: Unit, office: User) -> Shelf:
    """Two cadres and a work plan with its scan."""
    for name in ("张三", "李喆"):
        appraisal_of(cycle=cycle, unit=unit, name=name)
    scan = store_evidence(upload=picture("方案.png"), actor=office)
    WorkPlan.objects.create(
        cycle=cycle, unit=unit, text="一、时间安排", status="submitted", submitted_at=timezone.now(), file=scan
    )
    return Shelf(cycle, None, [unit])


def scans(shelf: Shelf, number: int = 3) -> list[PaperPart]:
    """Parts that cost nothing to draw: the scan of the work plan, again and again."""
    stored = shelf.work_plans[shelf.units[0].pk].file
    assert stored
    return as_parts(
        [Planned("kept", str(stored.pk), "jpg", "01 方案/", f"扫描件{n}", f"扫描件{n}") for n in range(1, number + 1)]
    )


def job_of(shelf: Shelf, parts: Sequence[PaperPart], actor: User | None = None) -> PaperJob:
    return start_job(
        kind=PaperJob.Kind.SELECTION, cycle=shelf.cycle, unit=shelf.units[0], title="文件", parts=parts, actor=actor
    )


def zip_of(job: PaperJob) -> ZipFile:
    job.refresh_from_db()
    assert job.file
    return ZipFile(BytesIO(bytes_of(job.file)))
