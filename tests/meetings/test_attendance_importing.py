"""Guests of a meeting from a workbook: matched, brought up to date, never lost (C7)."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.intake.models import ImportJob
from evaluation.intake.services import confirm_import, preview_import
from evaluation.meetings.importing import ATTENDANCE, CATEGORIES, STATES
from evaluation.meetings.models import Attendee, Category, ReportMeeting
from evaluation.meetings.services import NamedAttendee, save_attendees
from evaluation.meetings.workbook import attendance_workbook
from evaluation.units.models import Unit
from evaluation.workbooks import write_csv

SignIn = Callable[[User], Client]
HEADER = ["序号", "类别", "姓名", "单位或住址", "座次", "到会情况", "是否受邀"]


@pytest.fixture
def meeting(cycle: Cycle, unit: Unit) -> ReportMeeting:
    begins = timezone.now() + timedelta(days=3)
    return ReportMeeting.objects.create(cycle=cycle, unit=unit, title="述职述廉会", starts_at=begins, place="礼堂")


def preview(meeting: ReportMeeting, actor: User, *rows: Sequence[str], header: Sequence[str] = HEADER) -> ImportJob:
    data = write_csv(header, rows)
    return preview_import(
        importer=ATTENDANCE, year=2012, data=data, name="名单.csv", actor=actor, about=str(meeting.pk)
    )


def confirm(job: ImportJob, actor: User) -> None:
    confirm_import(importer=ATTENDANCE, job=job, actor=actor)


def counts(job: ImportJob) -> tuple[int, int, int, int]:
    return job.new, job.changed, job.same, job.rejected


GUEST = ["1", "人大代表", "张　三", "城关镇", "3排5座", "", ""]


def test_guests_come_in_and_are_counted(meeting: ReportMeeting, unit_admin: User) -> None:
    job = preview(meeting, unit_admin, GUEST, ["2", "监督员", "李四", "", "", "实到", "否"])
    assert counts(job) == (2, 0, 0, 0)
    confirm(job, unit_admin)

    shown = list(Attendee.objects.values_list("category", "name", "seat", "status", "is_walk_in"))
    assert shown == [
        ("people_deputy", "张三", "3排5座", "invited", False),
        ("supervisor", "李四", None, "present", True),
    ]
    assert {row.category: row.invited for row in meeting.attendance.all()} == {"people_deputy": 1, "supervisor": 0}


def test_second_file_says_who_came(meeting: ReportMeeting, unit_admin: User) -> None:
    confirm(preview(meeting, unit_admin, GUEST, ["2", "党代表", "李四", "", "", "", ""]), unit_admin)
    job = preview(meeting, unit_admin, ["人大代表", "张三", "请假"], header=["类别", "姓名", "出席情况"])
    assert counts(job) == (0, 1, 0, 0)
    assert job.rows.get().values["changes"] == {"status": ["已邀请", "请假"]}
    confirm(job, unit_admin)

    assert Attendee.objects.count() == 2  # who is not in the file stays
    one = Attendee.objects.get(name="张三")
    assert (one.status, one.organisation, one.seat) == ("on_leave", "城关镇", "3排5座")


def test_twice_changes_nothing(meeting: ReportMeeting, unit_admin: User) -> None:
    confirm(preview(meeting, unit_admin, GUEST), unit_admin)
    assert counts(preview(meeting, unit_admin, GUEST)) == (0, 0, 1, 0)


def test_namesakes_from_two_places(meeting: ReportMeeting, unit_admin: User) -> None:
    other = ["2", "人大代表", "张三", "湖滨镇", "", "", ""]
    confirm(preview(meeting, unit_admin, GUEST, other), unit_admin)
    assert Attendee.objects.count() == 2
    assert counts(preview(meeting, unit_admin, other, GUEST, GUEST)) == (0, 0, 2, 1)


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(["1", "路人", "张三", "", "", "", ""], id="category"),
        pytest.param(["1", "党代表", "", "某地", "", "", ""], id="no name"),
        pytest.param(["1", "党代表", "张三", "", "", "不详", ""], id="state"),
        pytest.param(["1", "党代表", "张三", "33100219800101123X", "", "", ""], id="citizen number"),
        pytest.param(["1", "党代表", "张三", "331002·19800101·123X", "", "", ""], id="citizen number with dots"),
        pytest.param(["1", "党代表", "张三", "", "字" * 21, "", ""], id="too long"),
    ],
)
def test_rejected_rows(meeting: ReportMeeting, unit_admin: User, row: list[str]) -> None:
    job = preview(meeting, unit_admin, row)
    assert counts(job) == (0, 0, 0, 1)
    assert job.rows.get().advice


def test_export_reads_back_unchanged(meeting: ReportMeeting, unit_admin: User) -> None:
    guests = [
        NamedAttendee(Category.SUPERVISOR, "=李四", "+某街道", Attendee.Status.PRESENT, True, "1排"),
        *(NamedAttendee(category, "张三", "", Attendee.Status.ON_LEAVE) for category in Category.values),
    ]
    save_attendees(meeting=meeting, actor=unit_admin, attendees=guests[1:])
    data = attendance_workbook(meeting)
    job = preview_import(
        importer=ATTENDANCE, year=2012, data=data, name="到会.xlsx", actor=unit_admin, about=str(meeting.pk)
    )
    assert counts(job) == (0, 0, len(Category.values), 0)


def test_words_are_those_of_the_pages(settings: Any) -> None:
    assert set(CATEGORIES) == set(Category.values)
    assert set(STATES) == set(Attendee.Status.values)


def test_form_reads_as_nothing(client_for: SignIn, meeting: ReportMeeting, unit_admin: User) -> None:
    client = client_for(unit_admin)
    data = client.get(reverse("meetings:attendance-template", args=[2012, meeting.pk])).content
    about = str(meeting.pk)
    job = preview_import(importer=ATTENDANCE, year=2012, data=data, name="表.xlsx", actor=unit_admin, about=about)
    assert (job.read, job.summary["unknown"]) == (0, [])


def test_reported_meeting_stays(meeting: ReportMeeting, unit_admin: User) -> None:
    ReportMeeting.objects.update(status="reported")
    with pytest.raises(DomainError) as refused:
        preview(meeting, unit_admin, GUEST)
    assert refused.value.code == "wrong_state"


def test_another_units_meeting(client_for: SignIn, meeting: ReportMeeting, other_admin: User) -> None:
    url = reverse("meetings:attendance-import-create", args=[2012, meeting.pk])
    assert client_for(other_admin).get(url).status_code == 404
    with pytest.raises(DomainError) as refused:
        preview(meeting, other_admin, GUEST)
    assert refused.value.code == "not_allowed"


def test_pages_from_upload_to_names(client_for: SignIn, meeting: ReportMeeting, unit_admin: User) -> None:
    client = client_for(unit_admin)
    url = reverse("meetings:attendance-import-create", args=[2012, meeting.pk])
    assert url in client.get(reverse("meetings:attendee-edit", args=[2012, meeting.pk])).content.decode()
    answer = client.post(url, {"file": SimpleUploadedFile("名单.csv", write_csv(HEADER, [GUEST]))})
    job = ImportJob.objects.get()
    keys = {"year": 2012, "about": meeting.pk, "pk": job.pk}
    assert answer["Location"] == reverse("meetings:attendance-import-detail", kwargs=keys)
    assert "张三" in client.get(answer["Location"]).content.decode()
    client.post(reverse("meetings:attendance-import-confirm", kwargs=keys))
    assert Attendee.objects.get().name == "张三"


@pytest.mark.parametrize("rows", [1, 3])
def test_query_count(
    meeting: ReportMeeting, unit_admin: User, rows: int, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    lines = [["1", "党代表", f"张{'甲乙丙'[place]}", "", "", "", ""] for place in range(rows)]
    with django_assert_max_num_queries(26):
        preview(meeting, unit_admin, *lines)
