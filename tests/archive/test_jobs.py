"""A zip of many papers: slice by slice, whoever has the time, each part once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from evaluation.archive import services
from evaluation.archive.models import PaperJob, PaperPart
from evaluation.archive.planning import Planned, as_parts
from evaluation.archive.services import (
    MISSING,
    MOST_PARTS,
    STALE,
    _claim_part,
    _keep,
    _note_problem,
    advance_job,
    finish_job,
    forget_job,
    forget_old_jobs,
    start_job,
)
from evaluation.archive.shelf import Shelf
from evaluation.archive.shown import progress_of
from evaluation.audit.models import AuditEvent
from evaluation.errors import DomainError
from evaluation.files.models import StoredFile
from tests.archive.conftest import job_of, scans, zip_of

BROKEN = Planned("work-plan", "0", "pdf", "01 方案/", "没有的单位", "没有的单位")


def test_without_time_a_call_makes_one_part(small: Shelf) -> None:
    job = job_of(small, scans(small))
    made = []
    while job.status == PaperJob.Status.MAKING:
        job = advance_job(job=job, seconds=0)
        made.append(progress_of(job).made)

    assert made == [1, 2, 3, 3]
    assert job.status == PaperJob.Status.READY


def test_the_zip_has_every_part_under_its_chinese_name(small: Shelf) -> None:
    job = finish_job(job=job_of(small, scans(small, 2)))

    archive = zip_of(job)
    assert archive.namelist() == ["01 方案/扫描件1.jpg", "01 方案/扫描件2.jpg"]
    assert all(entry.flag_bits & 0x800 for entry in archive.infolist())
    assert archive.testzip() is None


def test_pieces_are_gone_when_the_zip_stands(small: Shelf, django_capture_on_commit_callbacks: object) -> None:
    job = job_of(small, scans(small))
    before = StoredFile.objects.count()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        advance_job(job=job, seconds=60)

    assert StoredFile.objects.count() == before + 1
    assert not job.parts.exclude(file=None).exists()
    assert StoredFile.objects.get(kind=StoredFile.Kind.ARCHIVE).name == "文件.zip"


def test_a_part_that_fails_says_so_and_the_others_are_made(small: Shelf) -> None:
    parts = [*scans(small, 1), *as_parts([BROKEN])]
    parts[1].order = 1
    job = finish_job(job=job_of(small, parts))

    assert job.status == PaperJob.Status.READY
    assert progress_of(job).missing == [("01 方案/没有的单位.pdf", "DoesNotExist")]
    assert "没有的单位" in zip_of(job).read(MISSING).decode("utf-8-sig")


def test_a_job_of_which_nothing_could_be_made_failed(small: Shelf) -> None:
    job = finish_job(job=job_of(small, as_parts([BROKEN])))

    assert (job.status, job.file) == (PaperJob.Status.FAILED, None)


def test_what_another_makes_is_left_to_them(small: Shelf) -> None:
    job = job_of(small, scans(small, 1))
    assert _claim_part(job) is not None

    assert advance_job(job=job).status == PaperJob.Status.MAKING
    assert progress_of(job).made == 0
    with pytest.raises(DomainError) as refused:
        finish_job(job=job)
    assert refused.value.code == "being_made"


def test_what_somebody_left_lying_is_made_by_the_next(small: Shelf) -> None:
    job = job_of(small, scans(small, 1))
    _claim_part(job)
    job.parts.update(claimed_at=timezone.now() - STALE - timedelta(seconds=1))

    assert finish_job(job=job).status == PaperJob.Status.READY


def test_of_two_who_made_the_same_part_the_first_stands(small: Shelf) -> None:
    job = job_of(small, scans(small, 1))
    part = _claim_part(job)
    assert part
    _keep(part, b"first")
    _keep(part, b"second")

    made = PaperPart.objects.select_related("file").get(pk=part.pk)
    assert made.file and made.file.size == len(b"first")
    assert StoredFile.objects.filter(kind=StoredFile.Kind.DOCUMENT).count() == 1


def test_what_is_made_of_the_others_waits_for_them(small: Shelf) -> None:
    late = Planned("contents", "", "xlsx", "", "卷内目录", "卷内目录", stage=1)
    parts = as_parts([late, Planned("kept", "0", "pdf", "", "没有", "没有")])
    job = job_of(small, parts)

    assert _claim_part(job).name == "没有.pdf"  # type: ignore[union-attr]
    assert _claim_part(job) is None


@pytest.mark.parametrize(("number", "code"), [(0, "nothing_to_make"), (MOST_PARTS + 1, "too_many_papers")])
def test_too_few_or_too_many_are_refused(small: Shelf, number: int, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        start_job(kind="selection", cycle=small.cycle, unit=None, title="", parts=[PaperPart()] * number, actor=None)
    assert refused.value.code == code


def test_an_ended_job_is_left_alone(small: Shelf) -> None:
    job = finish_job(job=job_of(small, scans(small, 1)))
    file, finished = job.file_id, job.finished_at

    again = advance_job(job=job)
    assert (again.file_id, again.finished_at) == (file, finished)


def test_old_jobs_go_with_their_files(small: Shelf, office: User, django_capture_on_commit_callbacks: object) -> None:
    old, young = (job_of(small, scans(small, 1), office) for _n in range(2))
    finish_job(job=old)
    PaperJob.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert forget_old_jobs() == 1

    assert list(PaperJob.objects.all()) == [young]
    assert not StoredFile.objects.filter(kind=StoredFile.Kind.ARCHIVE).exists()


def test_an_unfinished_job_goes_with_its_pieces(small: Shelf, django_capture_on_commit_callbacks: object) -> None:
    before = StoredFile.objects.count()
    job = advance_job(job=job_of(small, scans(small)), seconds=0)
    assert StoredFile.objects.count() == before + 1
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        forget_job(job=job, actor="shell")
    assert StoredFile.objects.count() == before


def test_a_part_that_is_refused_says_why_in_words(small: Shelf) -> None:
    """The board of this unit, before a phone has opened the site's test code."""
    board = Planned("board", str(small.units[0].pk), "pdf", "", "公示栏", "公示栏")
    job = finish_job(job=job_of(small, as_parts([board])))
    [(_name, why)] = progress_of(job).missing
    assert "测试码" in why


def test_what_one_could_not_make_and_another_did_is_made(small: Shelf) -> None:
    job = job_of(small, scans(small, 1))
    part = _claim_part(job)
    assert part
    _keep(part, b"made")
    _note_problem(part, "too late")
    assert progress_of(job).made == 1
    assert progress_of(job).missing == []


@pytest.mark.parametrize(("since", "status"), [(timedelta(0), "making"), (STALE + timedelta(seconds=1), "ready")])
def test_the_zip_is_left_to_who_began_it_until_they_are_gone(small: Shelf, since: timedelta, status: str) -> None:
    job = advance_job(job=job_of(small, scans(small, 1)), seconds=0)
    PaperJob.objects.filter(pk=job.pk).update(claimed_at=timezone.now() - since)
    assert advance_job(job=job).status == status


def test_of_two_zips_the_first_stands_and_the_other_is_dropped(small: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    job, zipped = advance_job(job=job_of(small, scans(small, 1)), seconds=0), services._zipped

    def slowly(one: PaperJob, parts: list[PaperPart]) -> StoredFile:
        monkeypatch.setattr(services, "_zipped", zipped)
        stored = zipped(one, parts)
        PaperJob.objects.update(claimed_at=None)  # as if this had taken too long
        assert advance_job(job=one).status == PaperJob.Status.READY
        return stored

    monkeypatch.setattr(services, "_zipped", slowly)
    job = advance_job(job=job)

    assert list(StoredFile.objects.filter(kind=StoredFile.Kind.ARCHIVE)) == [job.file]
    assert AuditEvent.objects.filter(action="papers-made").count() == 1


def test_asking_making_and_forgetting_are_on_record(small: Shelf, office: User) -> None:
    job = finish_job(job=job_of(small, scans(small), office))
    PaperJob.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(days=31))
    forget_old_jobs()

    acts = list(AuditEvent.objects.filter(target_kind="paperjob").order_by("sequence").values_list("action", flat=True))
    assert acts == ["papers-asked", "papers-made", "papers-forgotten"]
