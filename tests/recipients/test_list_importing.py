"""Any list of those served: previewed, taken whole or not at all, a frame of the draw when it is confirmed."""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.files.models import StoredFile
from evaluation.intake.marking import marked_copy
from evaluation.intake.models import ImportJob, LearnedColumn
from evaluation.intake.services import confirm_import, discard_import, learn_columns, name_columns, preview_import
from evaluation.recipients.drawing import frame_digest
from evaluation.recipients.frames import entries_of, forget_contacts, frame_file
from evaluation.recipients.list_imports import SERVED
from evaluation.recipients.models import Frame
from evaluation.units.models import Unit

SignIn = Callable[[User], Client]
LIST = "科室,姓名,联系电话,地址\n救助科,张三,13800000001,\n救助科,甲公司,,某路1号\n"
STRANGE = "部门,抬头,怎么找,在哪里\n救助科,张三,13800000001,某路1号\n救助科,李四,0576-82766208,某路2号\n"
SAID = {"": {"部门": "section", "抬头": "name", "怎么找": "telephone", "在哪里": "address"}}


def url(name: str, *args: object) -> str:
    return reverse(f"recipients:served-{name}", args=[2012, *args])


@pytest.fixture
def preview(cycle: Cycle, unit: Unit, office: User) -> Callable[..., ImportJob]:
    def read(data: str | bytes = LIST, actor: User = office, name: str = "名单.csv", at: Unit = unit) -> ImportJob:
        return preview_import(
            importer=SERVED,
            year=2012,
            data=data if isinstance(data, bytes) else data.encode(),
            name=name,
            actor=actor,
            given={"unit": str(at.pk), "name": "企业名单"},
        )

    return read


def confirmed(job: ImportJob, actor: User) -> Frame:
    confirm_import(importer=SERVED, job=job, actor=actor)
    return Frame.objects.latest("pk")


def counts(job: ImportJob) -> tuple[int, int, int, int]:
    return job.read, job.new, job.same, job.rejected


def refusal(act: Callable[..., Any], **given: Any) -> str:
    with pytest.raises(DomainError) as refused:
        act(**given)
    return refused.value.code


def test_nothing_is_fixed_before_it_is_confirmed(preview: Callable[..., ImportJob], unit_admin: User) -> None:
    job = preview(actor=unit_admin)
    assert counts(job) == (2, 2, 0, 0)
    assert not Frame.objects.exists()
    frame = confirmed(job, unit_admin)
    assert (frame.kind, frame.name, frame.size, frame.made_by) == ("list", "企业名单", 2, unit_admin)
    assert frame.digest == frame_digest(entries_of(frame)) == job.summary["frame"]
    kept = frame.entries.get(name="甲公司")
    assert (kept.telephone, kept.address, len(kept.mark)) == ("", "某路1号", 8)
    assert AuditEvent.objects.get(action="frame-made").detail["digest"] == frame.digest


def test_the_same_list_again_is_the_same(preview: Callable[..., ImportJob], office: User) -> None:
    frame = confirmed(preview(), office)
    again = preview()
    assert counts(again) == (2, 0, 2, 0)
    assert refusal(confirm_import, importer=SERVED, job=again, actor=office) == "same_frame"
    assert Frame.objects.get() == frame


def test_the_list_of_another_unit_is_another_frame(
    preview: Callable[..., ImportJob], office: User, other_unit: Unit
) -> None:
    confirmed(preview(), office)
    assert confirmed(preview(at=other_unit), office).unit == other_unit


def test_a_list_previewed_twice_is_fixed_once(preview: Callable[..., ImportJob], office: User) -> None:
    first, second = preview(), preview()
    confirmed(first, office)
    assert refusal(confirm_import, importer=SERVED, job=second, actor=office) == "moved"
    assert Frame.objects.count() == 1


@pytest.mark.parametrize(
    ("row", "word"),
    [
        pytest.param("救助科,,13800000002,", "name is missing", id="no name"),
        pytest.param(",李四,13800000002,", "section or category", id="no section"),
        pytest.param("救助科,张 三,138 0000 0001,", "row 2 already", id="twice"),
        pytest.param("救助科,李四331002198001011232,,", "identity", id="citizen number"),
        pytest.param(f"救助科,{'长' * 121},,", "longer than", id="too long"),
        pytest.param("救助科,138 0000 0003,,", "telephone number stands", id="a telephone as a name"),
        pytest.param("0576-82766208,李四,,", "telephone number stands", id="a telephone as a section"),
    ],
)
def test_one_wrong_row_and_nothing_is_made(
    preview: Callable[..., ImportJob], office: User, row: str, word: str
) -> None:
    job = preview(f"{LIST}{row}\n")
    assert counts(job) == (3, 2, 0, 1)
    rejected = job.rows.get(verdict="rejected")
    assert rejected.number == 4
    assert word in rejected.problem
    assert rejected.advice
    assert refusal(confirm_import, importer=SERVED, job=job, actor=office) == "rejected_rows"
    assert not Frame.objects.exists()


def sheets(**rows: list[list[str]]) -> bytes:
    book = Workbook()
    for title, lines in rows.items():
        sheet = book.create_sheet(title)
        for line in [["科室", "姓名", "联系电话"], *lines]:
            sheet.append(line)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_name_that_stands_twice_in_two_sheets(preview: Callable[..., ImportJob]) -> None:
    row = ["救助科", "张三", "13800000001"]
    job = preview(sheets(企业=[row], 个人=[row]), name="名单.xlsx")
    assert counts(job) == (2, 1, 0, 1)
    assert "sheet “企业”, row 2" in job.rows.get(verdict="rejected").problem


def test_the_file_comes_back_marked(preview: Callable[..., ImportJob]) -> None:
    job = preview(sheets(企业=[["救助科", "张三", ""], ["救助科", "", ""]]), name="名单.xlsx")
    sheet = load_workbook(BytesIO(marked_copy(job=job)))["企业"]
    assert [cell.coordinate for row in sheet for cell in row if cell.comment] == ["B3"]


def test_columns_said_and_learned(preview: Callable[..., ImportJob], office: User) -> None:
    job = preview(STRANGE)
    assert (job.status, job.summary["gaps"][0]["missing"]) == ("columns", ["姓名/名称"])
    job = name_columns(importer=SERVED, job=job, said=SAID, actor=office)
    learn_columns(importer=SERVED, job=job, keys=SAID[""], actor=office)
    assert LearnedColumn.objects.filter(kind="served").count() == 4
    frame = confirmed(job, office)
    assert (frame.size, frame.entries.get(name="李四").telephone) == (2, "0576-82766208")
    assert counts(preview(STRANGE)) == (2, 0, 2, 0)


def test_what_was_filled_in_outlives_the_naming_of_columns(
    preview: Callable[..., ImportJob], office: User, other_unit: Unit
) -> None:
    job = name_columns(importer=SERVED, job=preview(STRANGE, at=other_unit), said=SAID, actor=office)
    frame = confirmed(job, office)
    assert (frame.unit, frame.name) == (other_unit, "企业名单")


def test_who_may(
    preview: Callable[..., ImportJob], cycle: Cycle, unit_admin: User, office: User, other_unit: Unit
) -> None:
    assert refusal(preview, actor=unit_admin, at=other_unit) == "not_yours"
    job = preview(at=other_unit)
    assert refusal(confirm_import, importer=SERVED, job=job, actor=unit_admin) == "not_yours"
    Cycle.objects.filter(pk=cycle.pk).update(status=Cycle.Status.CLOSED)
    assert refusal(confirm_import, importer=SERVED, job=job, actor=office) == "cycle_closed"
    assert not Frame.objects.exists()


@pytest.mark.parametrize("unit", ["", "9999", "x"])
def test_no_list_without_a_unit(cycle: Cycle, office: User, unit: str) -> None:
    given: Mapping[str, Any] = {"importer": SERVED, "year": 2012, "data": LIST.encode(), "name": "a.csv"}
    assert refusal(preview_import, **given, actor=office, given={"unit": unit, "name": "x"}) == "no_unit"
    assert not ImportJob.objects.exists()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_list_that_was_written_out_is_the_same_list(
    preview: Callable[..., ImportJob], office: User, form: str
) -> None:
    frame = confirmed(preview("科室/类别,姓名/名称\n窗口,张　三\n窗口,某某公司\n办公室,张三\n"), office)
    again = preview(frame_file(frame=frame, form=form), name=f"名单.{form}")
    assert counts(again) == (3, 0, 3, 0)


def test_queries_do_not_grow_with_rows(preview: Callable[..., ImportJob], office: User) -> None:
    def cost(count: int) -> int:
        rows = "".join(f"救助科,{chr(0x4E00 + place)}{count},,\n" for place in range(count))
        with CaptureQueriesContext(connection) as queries:
            confirmed(preview(f"科室,姓名,联系电话,地址\n{rows}"), office)
        return len(queries)

    cost(1)
    assert cost(3) == cost(40)


def test_the_file_goes_when_contacts_are_forgotten(
    preview: Callable[..., ImportJob], cycle: Cycle, office: User, other_unit: Unit
) -> None:
    dropped = preview("姓名,电话\n王五,13800000005\n")
    discard_import(job=dropped, actor=office)
    frame, other = confirmed(preview(), office), preview(at=other_unit)
    Cycle.objects.filter(pk=cycle.pk).update(status=Cycle.Status.CLOSED)
    forget_contacts(frame=frame, actor=office)
    assert list(ImportJob.objects.all()) == [other]
    assert list(StoredFile.objects.all()) == [other.file]


# pages


def upload(client: Client, unit: Unit, text: str = LIST) -> Any:
    file = SimpleUploadedFile("名单.csv", text.encode())
    return client.post(url("create"), {"unit": unit.pk, "name": "企业名单", "file": file}, follow=True)


def test_from_the_file_to_the_frame(cycle: Cycle, unit: Unit, unit_admin: User, client_for: SignIn) -> None:
    client = client_for(unit_admin)
    page = upload(client, unit)
    assert "企业名单" in page.text
    assert "固定抽取总体" in page.text
    job = ImportJob.objects.get()
    fixed = client.post(url("confirm", job.pk))
    assert fixed.url == reverse("recipients:frame-detail", args=[2012, Frame.objects.get().pk])


def test_a_list_with_a_wrong_row_offers_no_confirmation(
    cycle: Cycle, unit: Unit, unit_admin: User, client_for: SignIn
) -> None:
    client = client_for(unit_admin)
    page = upload(client, unit, f"{LIST}救助科,,,\n")
    assert url("confirm", ImportJob.objects.get().pk) not in page.text
    assert "须整份采用" in page.text
    refused = client.post(url("confirm", ImportJob.objects.get().pk), follow=True)
    assert "有 1 行须先改正" in refused.text
    assert not Frame.objects.exists()


def test_a_unit_uploads_for_no_other(
    cycle: Cycle, unit: Unit, other_unit: Unit, unit_admin: User, client_for: SignIn
) -> None:
    page = upload(client_for(unit_admin), other_unit)
    assert page.context["form"].errors["unit"]
    assert not ImportJob.objects.exists()


def test_a_list_without_a_header_is_refused_rather_than_shown(preview: Callable[..., ImportJob]) -> None:
    assert refusal(preview, data="救助科,张三,13800000001\n救助科,李四,13800000002\n") == "no_header"
    assert not ImportJob.objects.exists()


CONTACTS = ("13800000001", "82766208", "某路")


def test_contacts_stand_on_no_page_and_in_no_record(
    preview: Callable[..., ImportJob], office: User, client_for: SignIn
) -> None:
    client = client_for(office)
    job = preview(STRANGE)
    asked = client.get(url("columns", job.pk)).text
    assert "138…" in asked
    assert not any(contact in asked for contact in CONTACTS[:2])
    job = name_columns(importer=SERVED, job=job, said=SAID, actor=office)
    shown = [client.get(url(name, job.pk)).text for name in ("detail", "columns")]
    kept = [str(job.summary), *(str(row.values) + row.problem for row in job.rows.all())]
    wrong = preview(f"{LIST}救助科,13800000001,13800000001,某路1号\n")
    kept += [str(row.values) + row.problem for row in wrong.rows.all()]
    confirm_import(importer=SERVED, job=job, actor=office)
    shown.append(client.get(url("detail", job.pk)).text)
    record = [str(event) for event in AuditEvent.objects.values()]
    for text in (*shown, *kept, *record):
        assert not any(contact in text for contact in CONTACTS), text
