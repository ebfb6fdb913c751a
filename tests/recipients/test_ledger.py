from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.intake.models import ImportJob
from evaluation.intake.services import confirm_import, preview_import
from evaluation.recipients.imports import LEDGER
from evaluation.recipients.models import ServiceRecord
from evaluation.recipients.workbook import empty_ledger
from evaluation.units.models import Role, Unit
from evaluation.workbooks import read_workbook
from tests.factories import member, unit_of

SignIn = Callable[[User], Client]
HEADER = "受理编号,事项名称,承办单位,承办科室,申请人,联系电话,受理日期,办结日期"
TWO = "1,户口迁移,市民政局,服务窗口,戴硕,13678278188,2012-05-29,2012/6/6\n2,取水许可,市司法局,办公室,王欣,,2012.5.1,"


@pytest.fixture
def preview(cycle: Cycle, office: User) -> Callable[..., ImportJob]:
    def read(rows: str, actor: User = office) -> ImportJob:
        data = f"2012年度办件台账\n{HEADER}\n{rows}\n".encode("gb18030")
        return preview_import(importer=LEDGER, year=cycle.year, data=data, name="台账.csv", actor=actor)

    return read


def counts(job: ImportJob) -> tuple[int, int, int, int, int]:
    return job.read, job.new, job.changed, job.same, job.rejected


def test_import_and_again(preview: Callable[..., ImportJob], office: User) -> None:
    assert counts(confirm_import(importer=LEDGER, job=preview(TWO), actor=office)) == (2, 2, 0, 0, 0)
    record = ServiceRecord.objects.get(number="1")
    assert (record.unit.name, str(record.accepted_on), str(record.finished_on)) == (
        "市民政局",
        "2012-05-29",
        "2012-06-06",
    )
    assert counts(preview(TWO)) == (2, 0, 0, 2, 0)


def test_changes(preview: Callable[..., ImportJob], office: User) -> None:
    confirm_import(importer=LEDGER, job=preview(TWO), actor=office)
    job = preview(TWO.replace("13678278188", "13000000000").replace("取水许可", "取水"))
    assert counts(job) == (2, 0, 2, 0, 0)
    assert not any("13000000000" in str(row.values) for row in job.rows.all())
    confirm_import(importer=LEDGER, job=job, actor=office)
    assert ServiceRecord.objects.get(number="1").telephone == "13000000000"


@pytest.mark.parametrize(
    ("row", "column", "word"),
    [
        pytest.param(",户口,市民政局,,戴硕,,,", "受理编号", "missing", id="no number"),
        pytest.param("3,户口,,,戴硕,,,", "承办单位", "missing", id="no unit"),
        pytest.param("3,户口,市民政局,,,,,", "申请人", "missing", id="no applicant"),
        pytest.param("3,户口,市民政局,,戴硕331002198001011232,,,", "申请人", "identity", id="citizen number"),
        pytest.param("3,户口,市民政局,,戴硕,,2012年5月,", "受理日期", "no date", id="a month is no day"),
        pytest.param("3,户口,市民政局,,戴硕,,2012-05-29,2012-05-01", "办结日期", "before", id="finished too early"),
        pytest.param("1,户口,市民政局,,戴硕,,,", "受理编号", "already", id="said twice"),
    ],
)
def test_rejections(preview: Callable[..., ImportJob], row: str, column: str, word: str) -> None:
    job = preview(f"{TWO}\n{row}")
    assert counts(job) == (3, 2, 0, 0, 1)
    rejected = job.rows.get(verdict="rejected")
    assert (rejected.number, rejected.column) == (5, column)
    assert word in rejected.problem
    assert rejected.advice
    assert "331002" not in str(rejected.values)


def test_two_units_may_count_alike(preview: Callable[..., ImportJob]) -> None:
    assert counts(preview("1,户口,市民政局,,戴硕,,,\n1,户口,市司法局,,戴硕,,,")) == (2, 2, 0, 0, 0)


def test_rows_of_another_unit_are_rejected(
    preview: Callable[..., ImportJob], unit: Unit, other_unit: Unit, unit_admin: User
) -> None:
    job = preview(TWO, unit_admin)
    assert counts(job) == (2, 1, 0, 0, 1)
    confirm_import(importer=LEDGER, job=job, actor=unit_admin)
    assert ServiceRecord.objects.get().unit == unit


def test_moved_since_the_preview(preview: Callable[..., ImportJob], office: User) -> None:
    first = preview(TWO)
    confirm_import(importer=LEDGER, job=preview("1,别的,市民政局,,戴硕,,,"), actor=office)
    with pytest.raises(DomainError) as refused:
        confirm_import(importer=LEDGER, job=first, actor=office)
    assert refused.value.code == "moved"


def test_queries_do_not_grow_with_rows(preview: Callable[..., ImportJob], office: User, unit: Unit) -> None:
    def cost(first: int, count: int) -> int:
        rows = "\n".join(f"{n},户口,市民政局,,戴硕,,," for n in range(first, first + count))
        with CaptureQueriesContext(connection) as queries:
            confirm_import(importer=LEDGER, job=preview(rows), actor=office)
        return len(queries)

    cost(1, 1)
    assert cost(2, 1) == cost(100, 50)


def test_empty_form_reads(cycle: Cycle, office: User) -> None:
    assert (
        counts(
            preview_import(importer=LEDGER, year=cycle.year, data=empty_ledger(year=2012), name="a.xlsx", actor=office)
        )[0]
        == 0
    )


def test_pages(cycle: Cycle, office: User, client_for: SignIn) -> None:
    client = client_for(office)
    upload = SimpleUploadedFile("台账.csv", f"{HEADER}\n{TWO}\n3,,,,,,,\n".encode())
    response = client.post(reverse("recipients:import-create", args=[2012]), {"file": upload}, follow=True)
    job = ImportJob.objects.get()
    assert response.status_code == 200
    assert "13678278188" not in response.text
    client.post(reverse("recipients:import-confirm", args=[2012, job.pk]))
    assert ServiceRecord.objects.count() == 2
    for name in ("frame-list", "record-list", "ledger-template", "import-create"):
        response = client.get(reverse(f"recipients:{name}", args=[2012]))
        assert response.status_code == 200
        assert b"13678278188" not in response.content
    assert client.get(reverse("recipients:import-marked", args=[2012, job.pk])).status_code == 200


def test_export_reads_back_unchanged(
    preview: Callable[..., ImportJob], cycle: Cycle, office: User, client_for: SignIn
) -> None:
    confirm_import(importer=LEDGER, job=preview(TWO), actor=office)
    data = client_for(office).get(reverse("recipients:record-export", args=[2012])).content
    job = preview_import(importer=LEDGER, year=2012, data=data, name="back.xlsx", actor=office)
    assert counts(job) == (2, 0, 0, 2, 0)
    assert AuditEvent.objects.filter(action="ledger-exported").count() == 1
    cells = [str(value) for row in read_workbook(data, "a").sheets[0].rows for value in row.cells]
    assert "13678278188" not in cells


def test_a_unit_sees_only_its_own(
    cycle: Cycle, unit: Unit, other_unit: Unit, unit_admin: User, client_for: SignIn
) -> None:
    mine = ServiceRecord.objects.create(cycle=cycle, unit=unit, number="1", matter="户口", applicant="甲")
    ServiceRecord.objects.create(cycle=cycle, unit=other_unit, number="2", matter="户口", applicant="乙")
    client = client_for(unit_admin)
    assert list(client.get(reverse("recipients:frame-list", args=[2012])).context["page_obj"]) == [unit]
    assert list(client.get(reverse("recipients:record-list", args=[2012])).context["page_obj"]) == [mine]
    forged = client.get(reverse("recipients:record-list", args=[2012]), {"unit": other_unit.pk})
    assert list(forged.context["page_obj"]) == [mine]


@pytest.mark.parametrize("name", ["frame-list", "record-list"])
def test_lists_cost_the_same_with_one_and_three(cycle: Cycle, office: User, client_for: SignIn, name: str) -> None:
    def cost() -> int:
        client = client_for(office)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(f"recipients:{name}", args=[2012])).status_code == 200
        return len(queries)

    def add(number: str) -> None:
        ServiceRecord.objects.create(cycle=cycle, unit=unit_of(), number=number, matter="户口", applicant="甲")

    add("1")
    one = cost()
    add("2")
    add("3")
    assert cost() == one


@pytest.mark.parametrize("role", [Role.ORGANISATION, Role.AUDITOR])
def test_city_roles_do_not_import(cycle: Cycle, client_for: SignIn, role: Role) -> None:
    client = client_for(member(role=role))
    assert client.get(reverse("recipients:frame-list", args=[2012])).status_code == 200
    assert client.get(reverse("recipients:import-create", args=[2012])).status_code == 403
