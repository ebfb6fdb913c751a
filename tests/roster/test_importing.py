from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.intake.marking import marked_copy
from evaluation.intake.models import ImportJob, ImportRow
from evaluation.intake.services import confirm_import, discard_import, preview_import
from evaluation.roster.imports import ROSTER
from evaluation.roster.models import Appraisal, Cadre, Posting, ScopeList
from evaluation.roster.services import file_scope_list, freeze_sheets
from evaluation.roster.workbook import empty_roster, roster_workbook
from evaluation.units.models import Role, Unit
from evaluation.workbooks import read_workbook
from tests.factories import appraisal_of, member, unit_of

ROSTERS = Path(__file__).resolve().parents[3] / "shared" / "rosters"
real = pytest.mark.skipif(not ROSTERS.is_dir(), reason="the city's own files are not here")
HEADER = "单位,姓名,内设机构,职务,联系电话,是否窗口负责人,评议组织单位"
THREE = "市民政局,张三,办公室,科长,111,,\n市民政局,李四,法规科,科长,222,否,\n市司法局,王五,办公室,科长,333,,"


def counts(job: ImportJob) -> tuple[int, int, int, int, int]:
    return job.read, job.new, job.changed, job.same, job.rejected


@pytest.fixture
def preview(cycle: Cycle, office: User) -> Callable[..., ImportJob]:
    def read(rows: str, actor: User | str = office, header: str = HEADER) -> ImportJob:
        return preview_import(
            importer=ROSTER, year=cycle.year, data=f"{header}\n{rows}\n".encode(), name="名单.csv", actor=actor
        )

    return read


@pytest.fixture
def imported(preview: Callable[..., ImportJob], office: User) -> Callable[..., ImportJob]:
    def read(rows: str, actor: User | str = office, header: str = HEADER) -> ImportJob:
        return confirm_import(importer=ROSTER, job=preview(rows, actor, header), actor=actor)

    return read


def test_preview_changes_nothing(preview: Callable[..., ImportJob]) -> None:
    assert counts(preview(THREE)) == (3, 3, 0, 0, 0)
    assert not Appraisal.objects.exists()
    assert not Unit.objects.exists()


def test_confirmed_roster_stands(imported: Callable[..., ImportJob]) -> None:
    imported(THREE)
    assert list(Appraisal.objects.order_by("order").values_list("name", "home_unit__name", "office", "position")) == [
        ("张三", "市民政局", "办公室", "科长"),
        ("李四", "市民政局", "法规科", "科长"),
        ("王五", "市司法局", "办公室", "科长"),
    ]
    assert Posting.objects.filter(office="法规科", post="科长").count() == 1


def test_second_import_changes_nothing(imported: Callable[..., ImportJob]) -> None:
    imported(THREE)
    before = list(Appraisal.objects.order_by("pk").values())
    assert counts(imported(THREE)) == (3, 0, 0, 3, 0)
    assert list(Appraisal.objects.order_by("pk").values()) == before


def test_change_is_shown_and_carried_out(imported: Callable[..., ImportJob]) -> None:
    imported(THREE)
    job = imported("市民政局,张　三,新科室,主任,111,,")
    assert counts(job) == (1, 0, 1, 0, 0)
    changes = job.rows.get().values["changes"]
    assert changes == {"office": ["办公室", "新科室"], "position": ["科长", "主任"]}
    appraisal = Appraisal.objects.get(name="张三")
    assert (appraisal.office, appraisal.position) == ("新科室", "主任")
    assert Posting.objects.get(cadre=appraisal.cadre).office == "新科室"


def test_columns_the_file_has_not_stay(imported: Callable[..., ImportJob]) -> None:
    imported(THREE)
    assert counts(imported("市民政局,张三", header="单位,姓名")) == (1, 0, 0, 1, 0)


def test_window_heads_go_to_the_service_centre(imported: Callable[..., ImportJob]) -> None:
    imported("市民政局,张三,服务窗口,科长,1,是,市行政审批服务中心")
    appraisal = Appraisal.objects.get()
    assert appraisal.is_window_head
    assert appraisal.organising_unit.kind == Unit.Kind.SERVICE_CENTRE
    assert appraisal.home_unit.name == "市民政局"
    assert counts(imported("市民政局,张三,服务窗口,科长,1,√,")) == (1, 0, 0, 1, 0)


def test_window_head_without_any_centre_is_a_question(preview: Callable[..., ImportJob]) -> None:
    job = preview("市民政局,张三,服务窗口,科长,1,是,")
    assert counts(job) == (1, 0, 0, 0, 1)
    assert job.rows.get().column == "评议组织单位"


def test_villages_of_one_name_in_two_towns(imported: Callable[..., ImportJob]) -> None:
    imported("南坞镇,汇头林村委会,张三\n新埠镇,汇头林村委会,张三", header="镇（街道）,村（社区）,姓名")
    villages = Unit.objects.filter(kind=Unit.Kind.VILLAGE)
    assert sorted(unit.parent.name for unit in villages if unit.parent) == ["南坞镇", "新埠镇"]
    assert {appraisal.organising_unit.kind for appraisal in Appraisal.objects.all()} == {"town"}


def test_namesakes_that_nothing_tells_apart(imported: Callable[..., ImportJob]) -> None:
    imported("市民政局,张三,办公室,科长,1,,\n市民政局,张三,法规科,科长,2,,")
    job = imported("市民政局,张三", header="单位,姓名")
    assert counts(job) == (1, 0, 0, 0, 1)
    assert "section" in job.rows.get().advice


def test_earlier_names_of_a_unit_still_match(imported: Callable[..., ImportJob]) -> None:
    unit = unit_of("市民政局")
    unit.earlier_names.create(name="市社会局")
    imported("市社会局,张三", header="单位,姓名")
    assert Appraisal.objects.get().home_unit == unit


def test_a_cadre_is_one_person_over_the_years(imported: Callable[..., ImportJob], cycle: Cycle, office: User) -> None:
    from evaluation.cycle.services import create_cycle

    imported(THREE)
    create_cycle(year=2013, actor=office)
    job = preview_import(importer=ROSTER, year=2013, data=f"{HEADER}\n{THREE}".encode(), name="a.csv", actor=office)
    confirm_import(importer=ROSTER, job=job, actor=office)
    assert Cadre.objects.count() == 3
    assert Appraisal.objects.count() == 6


def test_rows_of_another_unit_are_rejected(
    imported: Callable[..., ImportJob], unit: Unit, other_unit: Unit, unit_admin: User
) -> None:
    job = imported(THREE, unit_admin)
    assert counts(job) == (3, 2, 0, 0, 1)
    assert job.rows.get(verdict="rejected").values["unit"] == "市司法局"
    assert set(Appraisal.objects.values_list("home_unit__name", flat=True)) == {"市民政局"}


def test_a_unit_cannot_take_over_or_hand_over_cadres(
    imported: Callable[..., ImportJob], preview: Callable[..., ImportJob], unit: Unit, unit_admin: User
) -> None:
    imported("市司法局,王五,服务窗口,科长,1,是,市行政审批服务中心")
    assert preview("市司法局,王五,服务窗口,科长,1,,市民政局", unit_admin).rejected == 1
    assert preview("市民政局,赵六,服务窗口,科长,1,是,市行政审批服务中心", unit_admin).rejected == 1


def test_a_service_centre_imports_its_window_heads(imported: Callable[..., ImportJob], unit: Unit) -> None:
    centre = unit_of("市行政审批服务中心", Unit.Kind.SERVICE_CENTRE)
    admin = member(role=Role.UNIT_ADMIN, unit=centre)
    job = imported("市民政局,张三,服务窗口,科长,1,是,市行政审批服务中心\n市民政局,李四,办公室,科长,1,,", admin)
    assert counts(job) == (2, 1, 0, 0, 1)


def test_a_town_imports_its_villages(imported: Callable[..., ImportJob]) -> None:
    town, elsewhere = unit_of("东河镇", Unit.Kind.TOWN), unit_of("泽川镇", Unit.Kind.TOWN)
    for parent in (town, elsewhere):
        unit_of("东湖社区", Unit.Kind.VILLAGE, parent=parent)
    rows = "东河镇,东湖社区,张三\n泽川镇,东湖社区,李四\n东河镇,没有的村,王五"
    job = imported(rows, member(role=Role.UNIT_ADMIN, unit=town), "镇（街道）,村（社区）,姓名")
    assert counts(job) == (3, 1, 0, 0, 2)


def test_a_unit_does_not_add_units(preview: Callable[..., ImportJob], unit_admin: User) -> None:
    job = preview("市审计局,张三", unit_admin, "单位,姓名")
    assert counts(job) == (1, 0, 0, 0, 1)
    assert job.summary["new_units"] == []


def test_an_entry_under_evaluation_is_closed(
    imported: Callable[..., ImportJob], preview: Callable[..., ImportJob]
) -> None:
    from django.utils import timezone

    imported(THREE)
    freeze_sheets(appraisals=Appraisal.objects.all(), at=timezone.now())
    assert counts(preview("市民政局,张三,别处,科长,111,,\n" + THREE.split("\n", 1)[1])) == (3, 0, 0, 2, 1)


def test_a_filed_list_is_closed_to_the_unit(
    imported: Callable[..., ImportJob], preview: Callable[..., ImportJob], cycle: Cycle, unit: Unit, unit_admin: User
) -> None:
    imported(THREE)
    file_scope_list(cycle=cycle, unit=unit, actor=unit_admin)
    assert ScopeList.objects.get().status == "filed"
    assert preview("市民政局,赵六,办公室,科长,9,,", unit_admin).rejected == 1
    assert preview("市民政局,赵六,办公室,科长,9,,").new == 1


def test_confirm_refuses_what_has_moved(
    preview: Callable[..., ImportJob], imported: Callable[..., ImportJob], office: User
) -> None:
    first = preview(THREE)
    imported("市民政局,张三,别处,科长,111,,")
    with pytest.raises(DomainError) as refused:
        confirm_import(importer=ROSTER, job=first, actor=office)
    assert refused.value.code == "moved"
    assert Appraisal.objects.count() == 1


def test_confirm_twice(preview: Callable[..., ImportJob], office: User) -> None:
    job = preview(THREE)
    confirm_import(importer=ROSTER, job=job, actor=office)
    with pytest.raises(DomainError) as refused:
        confirm_import(importer=ROSTER, job=job, actor=office)
    assert refused.value.code == "not_previewed"


def test_somebody_elses_preview(preview: Callable[..., ImportJob], unit_admin: User) -> None:
    with pytest.raises(DomainError) as refused:
        confirm_import(importer=ROSTER, job=preview(THREE), actor=unit_admin)
    assert refused.value.code == "not_yours"


def test_discarded_preview_cannot_be_confirmed(preview: Callable[..., ImportJob], office: User) -> None:
    job = discard_import(job=preview(THREE), actor=office)
    assert not ImportRow.objects.exists()
    with pytest.raises(DomainError):
        confirm_import(importer=ROSTER, job=job, actor=office)


def test_all_or_nothing(cycle: Cycle, office: User) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the trigger is SQLite's")
    job = preview_import(
        importer=ROSTER, year=cycle.year, data=f"{HEADER}\n{THREE}".encode(), name="a.csv", actor=office
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER bad_row BEFORE INSERT ON evaluation_appraisal WHEN NEW.name = '王五' "
            "BEGIN SELECT RAISE(ABORT, 'bad row'); END"
        )
    try:
        with pytest.raises(DatabaseError):
            confirm_import(importer=ROSTER, job=job, actor=office)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER bad_row")
    assert not Appraisal.objects.exists()
    assert not Unit.objects.exists()
    assert not Cadre.objects.exists()
    job.refresh_from_db()
    assert job.status == ImportJob.Status.PREVIEWED


def test_a_hostile_file_leaves_nothing_behind(cycle: Cycle, office: User) -> None:
    from evaluation.files.models import StoredFile

    with pytest.raises(DomainError) as refused:
        preview_import(importer=ROSTER, year=cycle.year, data=b"PK\x03\x04 no", name="a.xlsx", actor=office)
    assert refused.value.code == "damaged"
    assert not ImportJob.objects.exists()
    assert not StoredFile.objects.exists()


def test_citizen_numbers_do_not_reach_the_preview(preview: Callable[..., ImportJob]) -> None:
    row = preview("市民政局,张三331002198001011232,办公室,331002198001011232,1,,").rows.get()
    assert "331002" not in f"{row.values} {row.problem} {row.advice}"


def test_queries_do_not_grow_with_rows(cycle: Cycle, office: User, preview: Callable[..., ImportJob]) -> None:
    def cost(count: int, name: str) -> int:
        rows = "\n".join(f"单位甲,{name}{'一二三四五六七八九十'[n]},办公室{n},科长,{n},," for n in range(count))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            confirm_import(importer=ROSTER, job=preview(rows), actor=office)
        return len(queries)

    preview("单位甲,首,办公室,科长,1,,")
    cost(1, "零")
    assert cost(1, "张") == cost(9, "李")


def test_names_that_begin_like_formulas_are_text_in_exports(cycle: Cycle) -> None:
    for name in ("=1+1", "+86", "-3", "@SUM"):
        appraisal_of(cycle=cycle, unit=unit_of(name=f"单位{name}"), name=name, note="=NOTE()")
    rows = Appraisal.objects.for_list().select_related("home_unit__parent")
    sheet = load_workbook(BytesIO(roster_workbook(cycle=cycle, appraisals=rows))).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s", "n"}


def test_export_reads_back_unchanged(
    imported: Callable[..., ImportJob], cycle: Cycle, office: User, preview: Callable[..., ImportJob]
) -> None:
    imported(THREE + "\n市司法局,赵六,服务窗口,科长,4,是,市行政审批服务中心")
    imported("南坞镇,汇头林村委会,张三", header="镇（街道）,村（社区）,姓名")
    rows = Appraisal.objects.for_list().select_related("home_unit__parent")
    data = roster_workbook(cycle=cycle, appraisals=rows)
    job = preview_import(importer=ROSTER, year=cycle.year, data=data, name="back.xlsx", actor=office)
    assert counts(job) == (5, 0, 0, 5, 0)


@pytest.mark.parametrize(
    ("appointed", "written"), [("2011-06-25", datetime(2011, 6, 25)), ("2011-06", "2011-06"), ("2011", "2011")]
)
def test_a_day_of_appointment_goes_out_as_a_day_and_comes_back(
    cycle: Cycle, unit: Unit, office: User, appointed: str, written: object
) -> None:
    appraisal_of(cycle=cycle, unit=unit, name="张三", appointed=appointed)
    data = roster_workbook(cycle=cycle, appraisals=Appraisal.objects.for_list().select_related("home_unit__parent"))
    sheet = load_workbook(BytesIO(data))["附件1"]

    assert sheet.cell(3, [cell.value for cell in sheet[2]].index("任现职时间") + 1).value == written
    job = preview_import(importer=ROSTER, year=cycle.year, data=data, name="back.xlsx", actor=office)
    assert (job.same, job.changed) == (1, 0)


@pytest.mark.parametrize("track", ["mid_level", "village"])
def test_empty_form_has_a_header_and_no_rows(cycle: Cycle, office: User, track: str) -> None:
    job = preview_import(
        importer=ROSTER, year=cycle.year, data=empty_roster(cycle=cycle, track=track), name="a.xlsx", actor=office
    )
    assert counts(job) == (0, 0, 0, 0, 0)


def test_marked_copy_keeps_row_numbers(preview: Callable[..., ImportJob]) -> None:
    job = preview("市民政局,张三,,,,,\n市民政局,,办公室,科长,,,")
    sheet = load_workbook(BytesIO(marked_copy(job=job))).active
    assert sheet["B3"].comment is not None
    assert sheet["A3"].comment is None
    assert "missing" in sheet["H3"].value
    assert read_workbook(marked_copy(job=job), "a.xlsx").sheets[0].rows[1].cells[:2] == ("市民政局", "张三")


def run(command: str, *args: Any, capsys: pytest.CaptureFixture[str]) -> str:
    call_command(command, *args)
    return capsys.readouterr().out


@real
def test_the_four_files_from_the_shell(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    run("create_cycle", "2012", capsys=capsys)
    for command, name, count in (
        ("import_roster", "市级机关中层干部.xlsx", 361),
        ("import_roster", "镇街道中层干部.xlsx", 120),
        ("import_roster", "村社区干部.csv", 1331),
        ("import_ledger", "办件台账.xlsx", 4200),
    ):
        path = str(ROSTERS / name)
        dry = run(command, path, "--cycle", "2012", "--dry-run", capsys=capsys)
        assert f"read {count}, new {count}, changed 0, same 0, rejected 0" in dry
        assert ImportJob.objects.filter(status="confirmed", file__name=name).count() == 0
        first = run(command, path, "--cycle", "2012", capsys=capsys)
        assert f"read {count}, new {count}, changed 0, same 0, rejected 0" in first
        second = run(command, path, "--cycle", "2012", capsys=capsys)
        assert f"read {count}, new 0, changed 0, same {count}, rejected 0" in second
    assert Appraisal.objects.count() == 361 + 120 + 1331
    assert Appraisal.objects.filter(organising_unit__kind="service_centre").count() == 36
    assert Unit.objects.filter(kind="village").count() == 660


def test_shell_prints_rejections(cycle: Cycle, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "名单.csv"
    path.write_text("单位,姓名\n市民政局,\n", "utf-8")
    assert "2, 姓名: " in run("import_roster", str(path), "--cycle", "2012", capsys=capsys)


@pytest.mark.parametrize(("year", "name"), [("2013", "a.csv"), ("2012", "missing.csv")])
def test_shell_refuses(cycle: Cycle, tmp_path: Path, year: str, name: str) -> None:
    (tmp_path / "a.csv").write_text("单位,姓名\n", "utf-8")
    with pytest.raises(CommandError):
        call_command("import_roster", str(tmp_path / name), "--cycle", year)


def test_units_of_an_import_are_on_record(imported: Callable[..., ImportJob], office: User) -> None:
    imported(THREE)
    event = AuditEvent.objects.get(action="units-created")
    assert event.detail["codes"] == list(Unit.objects.order_by("pk").values_list("code", flat=True))
    assert event.actor.startswith(f"user:{office.pk}:")
