"""Who asks for papers, what the catalogue's page says, and how a job's page goes on with and without script."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from evaluation.archive.catalogue import CATALOGUE
from evaluation.archive.models import PaperJob, PaperPart
from evaluation.archive.services import finish_job
from evaluation.archive.shelf import Shelf
from evaluation.audit.models import AuditEvent
from evaluation.meetings.models import ReportMeeting
from evaluation.units.models import Role, Unit
from tests.archive.conftest import job_of, scans
from tests.factories import appraisal_of, member, unit_of

ClientFor = Callable[[User], Client]
YEAR = 2012


def page(client: Client, **query: str) -> str:
    response = client.get(reverse("archive:paper-list", args=[YEAR]), query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_says_what_is_there_and_why_the_rest_is_not(
    small: Shelf, unit_admin: User, client_for: ClientFor
) -> None:
    shown = page(client_for(unit_admin))

    assert (
        reverse("archive:paper-file", args=[YEAR, "work-plan", small.work_plans[small.units[0].pk].pk, "pdf"]) in shown
    )
    assert "还没有公布" in shown or "尚未公布" in shown
    assert "评议结果尚未计算" in shown


def test_a_unit_sees_its_own_papers_alone(
    small: Shelf, unit_admin: User, client_for: ClientFor, other_unit: Unit
) -> None:
    appraisal_of(cycle=small.cycle, unit=other_unit, name="王五外单位")

    shown = page(client_for(unit_admin), unit=other_unit.code)
    assert "张三" in shown
    assert "王五外单位" not in shown


def test_the_office_sees_the_city_or_one_unit(
    small: Shelf, office: User, client_for: ClientFor, other_unit: Unit
) -> None:
    appraisal_of(cycle=small.cycle, unit=other_unit)
    client = client_for(office)

    assert reverse("archive:unit-file", args=[YEAR, other_unit.code]) not in page(client)
    assert reverse("archive:unit-file", args=[YEAR, other_unit.code]) in page(client, unit=other_unit.code)


def test_the_auditor_reads_and_makes_nothing(small: Shelf, auditor: User, client_for: ClientFor, unit: Unit) -> None:
    client = client_for(auditor)

    assert 'name="pk"' not in page(client, unit=unit.code)
    assert client.post(reverse("archive:unit-file", args=[YEAR, unit.code])).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_catalogue_costs_the_same_for_any_number(
    small: Shelf, office: User, client_for: ClientFor, count: int, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for _n in range(count):
        unit = unit_of()
        for _m in range(count):
            appraisal_of(cycle=small.cycle, unit=unit)
        ReportMeeting.objects.create(cycle=small.cycle, unit=unit, title="会议", starts_at="2012-11-01T09:00+08:00")
    client = client_for(office)
    page(client)
    with django_assert_max_num_queries(46):  # type: ignore[attr-defined]
        page(client)


def test_a_selection_becomes_a_job_of_what_was_ticked(small: Shelf, unit_admin: User, client_for: ClientFor) -> None:
    unit = small.units[0]
    data = {"unit": unit.code, "pk": ["scope-list", "no-such-paper"], "format": ["xlsx"]}
    response = client_for(unit_admin).post(reverse("archive:selection-start", args=[YEAR]), data)

    job = PaperJob.objects.get()
    assert response["Location"] == reverse("archive:job-detail", args=[YEAR, job.pk])
    assert [part.name for part in job.parts.all()] == ["01 工作方案和评议范围/评议对象范围表（附件1）.xlsx"]


@pytest.mark.parametrize("code", ["", "nowhere"])
def test_a_unit_cannot_ask_for_the_city_or_a_stranger(
    small: Shelf, unit_admin: User, client_for: ClientFor, code: str
) -> None:
    data = {"unit": code, "pk": ["scope-list"]}
    assert client_for(unit_admin).post(reverse("archive:selection-start", args=[YEAR]), data).status_code == 404


def test_nothing_chosen_is_said(small: Shelf, unit_admin: User, client_for: ClientFor) -> None:
    data = {"unit": small.units[0].code}
    response = client_for(unit_admin).post(reverse("archive:selection-start", args=[YEAR]), data, follow=True)
    assert "请另选" in response.content.decode()


def test_without_script_a_button_goes_on(small: Shelf, unit_admin: User, client_for: ClientFor) -> None:
    job, client = job_of(small, scans(small, 1), unit_admin), client_for(unit_admin)
    address = reverse("archive:job-detail", args=[YEAR, job.pk])
    assert reverse("archive:job-advance", args=[YEAR, job.pk]) in client.get(address).content.decode()

    response = client.post(reverse("archive:job-advance", args=[YEAR, job.pk]))

    assert response["Location"] == address
    assert reverse("archive:job-download", args=[YEAR, job.pk]) in client.get(address).content.decode()


def test_with_script_the_part_comes_alone(small: Shelf, unit_admin: User, client_for: ClientFor) -> None:
    job = job_of(small, scans(small, 1), unit_admin)
    response = client_for(unit_admin).post(
        reverse("archive:job-advance", args=[YEAR, job.pk]), headers={"HX-Request": "true"}
    )
    assert response.content.decode().strip().startswith('<section id="job"')


def test_the_download_is_on_record(small: Shelf, unit_admin: User, client_for: ClientFor) -> None:
    job = finish_job(job=job_of(small, scans(small, 1), unit_admin))
    response = client_for(unit_admin).get(reverse("archive:job-download", args=[YEAR, job.pk]))

    assert response["Content-Type"] == "application/zip"
    assert b"".join(response.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    assert AuditEvent.objects.filter(action="archive-downloaded", target_id=str(job.pk)).count() == 1


@pytest.mark.parametrize("name", ["job-detail", "job-download"])
def test_a_job_is_for_who_asked_and_the_office(
    small: Shelf, unit_admin: User, office: User, client_for: ClientFor, name: str
) -> None:
    job = finish_job(job=job_of(small, scans(small, 1), unit_admin))
    colleague = member(role=Role.UNIT_ADMIN, unit=small.units[0])
    address = reverse(f"archive:{name}", args=[YEAR, job.pk])

    answers = {person: client_for(person).get(address) for person in (unit_admin, office, colleague)}
    for response in answers.values():
        response.close()
    assert [response.status_code for response in answers.values()] == [200, 200, 404]


def test_who_no_longer_acts_for_the_unit_loses_the_job(small: Shelf, unit_admin: User, client_for: ClientFor) -> None:
    job = job_of(small, scans(small, 1), unit_admin)
    unit_admin.memberships.update(unit=unit_of())

    assert client_for(unit_admin).get(reverse("archive:job-detail", args=[YEAR, job.pk])).status_code == 404


def test_a_paper_of_another_unit_is_not_there(
    small: Shelf, unit_admin: User, client_for: ClientFor, other_unit: Unit
) -> None:
    appraisal_of(cycle=small.cycle, unit=other_unit)
    client = client_for(unit_admin)

    own = client.get(reverse("archive:paper-file", args=[YEAR, "scope-list", small.units[0].pk, "xlsx"]))
    theirs = client.get(reverse("archive:paper-file", args=[YEAR, "scope-list", other_unit.pk, "xlsx"]))
    assert (own.status_code, theirs.status_code) == (200, 404)


def test_a_guest_of_a_meeting_makes_no_pack_of_it(small: Shelf, other_admin: User, client_for: ClientFor) -> None:
    """Whoever reports at another unit's meeting sees it; its papers are made by whoever holds it."""
    appraisal_of(cycle=small.cycle, unit=small.units[0], name="王五", user=other_admin)
    meeting = ReportMeeting.objects.create(
        cycle=small.cycle, unit=small.units[0], title="会议", starts_at="2012-11-01T09:00+08:00"
    )
    client = client_for(other_admin)

    assert client.get(reverse("meetings:meeting-detail", args=[YEAR, meeting.pk])).status_code == 200
    assert client.post(reverse("archive:pack-start", args=[YEAR, meeting.pk])).status_code == 404
    assert not PaperJob.objects.exists()


def test_a_paper_is_for_its_roles(small: Shelf, unit_admin: User, auditor: User, client_for: ClientFor) -> None:
    meeting = ReportMeeting.objects.create(
        cycle=small.cycle, unit=small.units[0], title="会议", starts_at="2012-11-01T09:00+08:00"
    )
    address = reverse("archive:paper-file", args=[YEAR, "host-script", meeting.pk, "docx"])

    assert client_for(auditor).get(address).status_code == 404
    assert client_for(unit_admin).get(address).status_code == 200


def test_a_paper_that_is_not_there_yet_cannot_be_had(small: Shelf, unit_admin: User, client_for: ClientFor) -> None:
    shelf = Shelf(small.cycle, unit_admin, small.units)
    missing = [
        (printable, item)
        for printable in CATALOGUE
        for item in printable.items(shelf)
        if printable.formats and item.why_not and item.target
    ]
    client, asked = client_for(unit_admin), {printable.code: (printable, item) for printable, item in missing}
    assert len(asked) > 5
    for printable, item in asked.values():
        address = reverse("archive:paper-file", args=[YEAR, printable.code, item.target, printable.formats[0]])
        assert client.get(address).status_code == 404

    data = {"unit": shelf.units[0].code, "pk": list(asked), "format": ["xlsx"]}
    client.post(reverse("archive:selection-start", args=[YEAR]), data)
    made = set(PaperPart.objects.values_list("paper", "target"))
    assert not made & {(printable.code, item.target) for printable, item in missing}
