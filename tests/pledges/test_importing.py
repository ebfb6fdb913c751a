"""Pledges and photos from files: who is meant, what is asked, what is never overwritten in silence (C6)."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.files.models import StoredFile
from evaluation.files.zips import Packed, packed_files
from evaluation.intake.models import ImportJob
from evaluation.intake.services import answer_questions, confirm_import, preview_import
from evaluation.meetings.models import DutyReport, ItemStatement
from evaluation.pledges.importing import PLEDGES
from evaluation.pledges.models import Pledge, PledgeItem
from evaluation.pledges.photos import match_photos, undecided
from evaluation.pledges.reading import items_in, long_text
from evaluation.roster.models import Appraisal
from evaluation.units.models import Unit
from evaluation.workbooks import write_csv
from tests.factories import appraisal_of, pledge_of

SignIn = Callable[[User], Client]
HEADER = ["序号", "单位", "科室", "姓名", "身份", "岗位职责", "服务承诺", "承诺事项", "公开后更改"]


def row(name: str = "张三", **said: str) -> list[str]:
    given = {
        "身份": "科长，中共党员",
        "岗位职责": "负责低保。\n负责救助。",
        "服务承诺": "限时办结",
        "承诺事项": "1.压缩时限（2012年6月30日前）；\n2.新建救助站",
        **said,
        "姓名": name,
    }
    return ["1", *(given.get(label, "") for label in HEADER[1:])]


def sheet(*rows: Sequence[str]) -> bytes:
    return write_csv(HEADER, rows)


def picture(colour: str = "red", form: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 400), colour).save(out, form)
    return out.getvalue()


def zipped(files: dict[str, bytes], encoding: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo("placeholder")
            info.filename = name.encode(encoding).decode("cp437") if encoding else name
            archive.writestr(info, data)
    made = out.getvalue()
    if not encoding:
        return made
    plain = bytearray(made)  # zipfile flags such names as UTF-8; old programs write the bytes as they are
    for name in files:
        utf = name.encode(encoding).decode("cp437").encode()
        assert utf != name.encode(encoding)
    return bytes(plain)


def preview(actor: User, *rows: Sequence[str], photos: bytes | None = None) -> ImportJob:
    return preview_import(
        importer=PLEDGES,
        year=2012,
        data=sheet(*rows),
        name="承诺.csv",
        actor=actor,
        photos=(photos, "照片.zip") if photos else None,
    )


def counts(job: ImportJob) -> tuple[int, int, int, int]:
    return job.new, job.changed, job.same, job.rejected


def confirm(job: ImportJob, actor: User) -> ImportJob:
    return confirm_import(importer=PLEDGES, job=job, actor=actor)


@pytest.fixture
def mine(cycle: Cycle, unit: Unit) -> Appraisal:
    return appraisal_of(cycle=cycle, unit=unit, name="张三", office="救助科")


def test_one_row_a_cadre(mine: Appraisal, unit_admin: User) -> None:
    job = preview(unit_admin, row())
    assert counts(job) == (1, 0, 0, 0)
    assert not Pledge.objects.exists()

    confirm(job, unit_admin)

    pledge = Pledge.objects.get()
    assert (pledge.status, pledge.duties, pledge.commitments) == ("draft", "负责低保。\n负责救助。", "限时办结")
    assert list(pledge.items.values_list("text", "due")) == [("压缩时限", date(2012, 6, 30)), ("新建救助站", None)]


def test_twice_changes_nothing(mine: Appraisal, unit_admin: User) -> None:
    photos = zipped({"张三.jpg": picture()})
    confirm(preview(unit_admin, row(), photos=photos), unit_admin)
    assert counts(preview(unit_admin, row(), photos=photos)) == (0, 0, 1, 0)


def test_empty_cells_leave_what_stands_there(mine: Appraisal, unit_admin: User) -> None:
    pledge = pledge_of(appraisal=mine, items=2)
    confirm(preview(unit_admin, row(身份="副科长", 岗位职责="", 服务承诺="", 承诺事项="")), unit_admin)

    kept = Pledge.objects.get()
    assert (kept.identity, kept.duties, kept.items.count()) == ("副科长", pledge.duties, 2)


def test_items_stay_the_rows_they_are(mine: Appraisal, unit_admin: User) -> None:
    pledge = pledge_of(appraisal=mine, items=2)
    first, second = pledge.items.all()
    items = "1、承诺事项2\n2、新的\n3、承诺事项1"
    confirm(preview(unit_admin, row(身份="", 岗位职责="", 服务承诺="", 承诺事项=items)), unit_admin)

    shown = list(PledgeItem.objects.values_list("pk", "text"))
    assert (shown[0], shown[2]) == ((second.pk, "承诺事项2"), (first.pk, "承诺事项1"))
    assert shown[1][1] == "新的"


def test_item_that_a_report_answers_for_stays(mine: Appraisal, unit_admin: User) -> None:
    pledge = pledge_of(appraisal=mine, items=2)
    report = DutyReport.objects.create(appraisal=mine)
    for item in pledge.items.all():
        ItemStatement.objects.create(report=report, item=item)

    job = preview(unit_admin, row(承诺事项="承诺事项1"))
    assert counts(job) == (0, 0, 0, 1)
    assert counts(preview(unit_admin, row(承诺事项="承诺事项1\n改了"))) == (0, 1, 0, 0)


@pytest.mark.parametrize("status", ["submitted", "approved"])
def test_what_waits_or_is_approved_is_not_overwritten(mine: Appraisal, unit_admin: User, status: str) -> None:
    pledge_of(appraisal=mine, status=status)
    assert counts(preview(unit_admin, row())) == (0, 0, 0, 1)


def test_published_changes_only_when_it_is_said(mine: Appraisal, unit_admin: User) -> None:
    pledge_of(appraisal=mine, status="published")
    job = preview(unit_admin, row())
    assert counts(job) == (0, 0, 0, 1)
    assert "公开后更改" in job.rows.get().advice

    confirm(preview(unit_admin, row(公开后更改="是")), unit_admin)
    pledge = Pledge.objects.get()
    assert {change.field for change in pledge.changes.all()} >= {"duties", "item"}


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        pytest.param({"姓名": "李四"}, "name", id="nobody"),
        pytest.param({"岗位职责": "身份证33100219800101123X"}, "", id="citizen number"),
        pytest.param({"承诺事项": "字" * 301}, "", id="an item too long"),
        pytest.param({"承诺事项": "\n".join(f"{n}.事" for n in range(1, 43))}, "", id="too many items"),
        pytest.param({"单位": "市司法局"}, "", id="another unit"),
    ],
)
def test_rejected_rows(mine: Appraisal, unit_admin: User, said: dict[str, str], problem: str) -> None:
    name = said.pop("姓名", "张三")
    job = preview(unit_admin, row(name, **said))
    assert counts(job) == (0, 0, 0, 1)
    found = job.rows.get()
    assert found.problem
    assert found.advice


def test_other_units_cadres_are_not_written(cycle: Cycle, other_unit: Unit, unit_admin: User) -> None:
    appraisal_of(cycle=cycle, unit=other_unit, name="王五")
    assert counts(preview(unit_admin, row("王五"))) == (0, 0, 0, 1)


def test_namesakes_by_section_and_twice_in_the_file(
    cycle: Cycle, unit: Unit, mine: Appraisal, unit_admin: User
) -> None:
    other = appraisal_of(cycle=cycle, unit=unit, name="张三", office="优抚科")
    job = preview(unit_admin, row(科室="优抚科"), row(科室="救助科"), row(科室="救助科"))
    assert counts(job) == (2, 0, 0, 1)
    confirm(job, unit_admin)
    assert {pledge.appraisal_id for pledge in Pledge.objects.all()} == {mine.pk, other.pk}

    assert counts(preview(unit_admin, row())) == (0, 0, 0, 1)


def test_photos_by_name(cycle: Cycle, unit: Unit, mine: Appraisal, unit_admin: User) -> None:
    appraisal_of(cycle=cycle, unit=unit, name="李四")
    files = {"照片/张三.jpg": picture(), "王五.png": picture(form="PNG"), "__MACOSX/._张三.jpg": b"x", "说明.txt": b"x"}
    job = preview(unit_admin, row(), row("李四"), photos=zipped(files))

    assert job.summary["photos_unmatched"] == ["王五.png"]
    assert job.summary["without_photo"] == ["李四"]
    assert len(PLEDGES.notes(job.summary)) == 2
    confirm(job, unit_admin)
    photo = Pledge.objects.get(appraisal=mine).photo
    assert photo
    assert (photo.kind, photo.content_type) == (StoredFile.Kind.PHOTO, "image/jpeg")
    job.refresh_from_db()
    assert job.photos is None  # the zip itself is not kept


@pytest.mark.parametrize(
    "name", ["市民政局-张三.jpg", "张三_救助科.jpg", "市民政局/张三.jpg", "张 三照片.jpg", "张三(救助科)1.JPG"]
)
def test_ways_of_naming_a_photo(cycle: Cycle, other_unit: Unit, mine: Appraisal, office: User, name: str) -> None:
    appraisal_of(cycle=cycle, unit=other_unit, name="张三", office="法制科")
    hinted = "市民政局" in name or "救助科" in name
    job = preview(office, row(单位="市民政局"), row(单位="市司法局"), photos=zipped({name: picture()}))

    assert bool(job.summary["questions"]) is not hinted
    if hinted:
        confirm(job, office)
        assert Pledge.objects.get(appraisal=mine).photo


def test_doubles_are_asked(cycle: Cycle, other_unit: Unit, mine: Appraisal, office: User) -> None:
    other = appraisal_of(cycle=cycle, unit=other_unit, name="张三", office="法制科")
    rows = row(单位="市民政局"), row(单位="市司法局")
    job = preview(office, *rows, photos=zipped({"张三.jpg": picture()}))
    assert [len(one["choices"]) for one in job.summary["questions"]] == [2]
    with pytest.raises(DomainError) as refused:
        confirm(job, office)
    assert refused.value.code == "photos_open"

    job = answer_questions(importer=PLEDGES, job=job, answers={"张三.jpg": str(other.pk)}, actor=office)
    confirm(job, office)
    assert Pledge.objects.get(appraisal=other).photo
    assert not Pledge.objects.get(appraisal=mine).photo


def test_two_photos_of_one_cadre_are_asked(mine: Appraisal, unit_admin: User) -> None:
    photos = zipped({"张三1.jpg": picture("red"), "张三2.jpg": picture("blue")})
    job = preview(unit_admin, row(), photos=photos)
    assert len(job.summary["questions"]) == 2
    both = {name: str(mine.pk) for name in ("张三1.jpg", "张三2.jpg")}
    with pytest.raises(DomainError):
        confirm(answer_questions(importer=PLEDGES, job=job, answers=both, actor=unit_admin), unit_admin)

    chosen = {**both, "张三1.jpg": ""}
    confirm(answer_questions(importer=PLEDGES, job=job, answers=chosen, actor=unit_admin), unit_admin)
    assert Pledge.objects.get().photo.name == "张三2.jpg"  # type: ignore[union-attr]


def test_page_of_questions(client_for: SignIn, cycle: Cycle, other_unit: Unit, mine: Appraisal, office: User) -> None:
    other = appraisal_of(cycle=cycle, unit=other_unit, name="张三", office="法制科")
    photos = zipped({"张三.jpg": picture()})
    job = preview(office, row(单位="市民政局"), row(单位="市司法局"), photos=photos)
    client, url = client_for(office), reverse("pledges:import-questions", args=[2012, job.pk])
    detail = reverse("pledges:import-detail", args=[2012, job.pk])
    assert url in client.get(detail).content.decode()
    page = client.get(url).content.decode()
    assert "法制科" in page
    assert "checked" not in page
    shown = client.get(reverse("pledges:import-picture", args=[2012, job.pk, 0]))
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert client.get(reverse("pledges:import-picture", args=[2012, job.pk, 1])).status_code == 404

    assert client.post(url, {}).status_code == 200  # nothing chosen is no answer
    assert client.post(url, {"question-0": str(other.pk)}).status_code == 302
    assert client.post(reverse("pledges:import-confirm", args=[2012, job.pk])).status_code == 302
    assert Pledge.objects.get(appraisal=other).photo


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"Rar!\x1a\x07", "not_a_zip", id="another packer"),
        pytest.param(zipped({"a.txt": b"x"}), "no_photos", id="no pictures"),
        pytest.param(zipped({f"{n}.jpg": b"" for n in range(10_000)}), "zip_too_many", id="10,000 entries"),
        pytest.param(zipped({"../../张三.jpg": b"x"}), "zip_paths", id="upwards"),
        pytest.param(zipped({"/etc/张三.jpg": b"x"}), "zip_paths", id="from the root"),
        pytest.param(zipped({"a/b/c/d/张三.jpg": b"x"}), "zip_paths", id="nested"),
        pytest.param(zipped({"张三.jpg": b"\0" * 11_000_000}), "zip_too_large", id="11 MB"),
    ],
)
def test_hostile_zips(mine: Appraisal, unit_admin: User, data: bytes, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        preview(unit_admin, row(), photos=data)
    assert refused.value.code == code
    assert not ImportJob.objects.exists()


def test_packed_bomb(mine: Appraisal, unit_admin: User) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("张三.jpg", b"\0" * 9_000_000)
    with pytest.raises(DomainError) as refused:
        preview(unit_admin, row(), photos=out.getvalue())
    assert refused.value.code == "zip_too_large"


@pytest.mark.parametrize("data", [b"<svg/>", b"GIF89a", picture()[:300]], ids=["SVG", "GIF", "cut off"])
def test_photo_that_is_none_refuses_its_row(mine: Appraisal, unit_admin: User, data: bytes) -> None:
    job = preview(unit_admin, row(), photos=zipped({"张三.jpg": data}))
    assert counts(job) == (0, 0, 0, 1)
    assert "张三.jpg" in job.rows.get().problem


def test_names_in_gb18030(mine: Appraisal, unit_admin: User) -> None:
    data = zipped({"XXXX.jpg": picture()})
    data = data.replace(b"XXXX.jpg", "张三".encode("gb18030") + b".jpg")
    job = preview(unit_admin, row(), photos=data)
    assert job.summary["photos_unmatched"] == []
    assert job.summary["without_photo"] == []


def test_export_reads_back_unchanged(
    client_for: SignIn, cycle: Cycle, unit: Unit, mine: Appraisal, office: User
) -> None:
    pledge = pledge_of(appraisal=mine, items=3, duties="=1+1\n二、办理救助。", identity="+科长")
    PledgeItem.objects.filter(pledge=pledge, order=2).update(text="按期办结；", due=date(2012, 6, 30))
    appraisal_of(cycle=cycle, unit=unit, name="李四")
    data = client_for(office).get(reverse("pledges:pledge-export", args=[2012])).content

    job = preview_import(importer=PLEDGES, year=2012, data=data, name="承诺.xlsx", actor=office)
    assert counts(job) == (1, 0, 1, 0)  # who has none yet gets a draft


def test_form_reads_as_nothing(client_for: SignIn, mine: Appraisal, unit_admin: User) -> None:
    data = client_for(unit_admin).get(reverse("pledges:pledge-template", args=[2012])).content
    job = preview_import(importer=PLEDGES, year=2012, data=data, name="表.xlsx", actor=unit_admin)
    assert job.read == 0
    assert not job.summary["unknown"]


@pytest.mark.parametrize(
    ("cells", "items"),
    [
        pytest.param(["1.甲；2.乙；"], ["甲", "乙"], id="in one line"),
        pytest.param(["甲\n乙\r\n\n丙"], ["甲", "乙", "丙"], id="line by line"),
        pytest.param(["（1）甲\n续\n（2）乙"], ["甲 续", "乙"], id="a line goes on"),
        pytest.param(["甲", None, "乙"], ["甲", "乙"], id="a cell each"),
        pytest.param(["1.5倍以内办结"], ["1.5倍以内办结"], id="a number is none"),
        pytest.param([""], [], id="nothing"),
    ],
)
def test_items_in(cells: list[Any], items: list[str]) -> None:
    assert [item.text for item in items_in(cells)] == items


def test_long_text_keeps_lines() -> None:
    assert long_text(" 一  二\r\n\r\n三\u200b ") == "一 二\n三"


@pytest.mark.parametrize("rows", [1, 3])
def test_query_count(
    cycle: Cycle, unit: Unit, unit_admin: User, rows: int, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for number in range(rows):
        pledge_of(appraisal=appraisal_of(cycle=cycle, unit=unit, name=f"干部{'甲乙丙'[number]}"))
    lines = [row(f"干部{'甲乙丙'[number]}") for number in range(rows)]
    with django_assert_max_num_queries(28):
        preview(unit_admin, *lines)


@pytest.mark.parametrize(
    "closed", [{"exempt": True, "exempt_reason": "病假"}, {"final_at": timezone.now()}], ids=["exempt", "final"]
)
def test_who_takes_no_part_or_has_a_result_is_not_written(
    mine: Appraisal, unit_admin: User, closed: dict[str, object]
) -> None:
    Appraisal.objects.filter(pk=mine.pk).update(**closed)
    assert counts(preview(unit_admin, row())) == (0, 0, 0, 1)


def test_a_year_that_is_not_under_way_takes_no_pledges(mine: Appraisal, cycle: Cycle, unit_admin: User) -> None:
    Cycle.objects.filter(pk=cycle.pk).update(status="draft")
    with pytest.raises(DomainError) as refused:
        preview(unit_admin, row())
    assert refused.value.code == "cycle_not_open"


def test_a_photo_that_stands_is_not_stored_again(mine: Appraisal, unit_admin: User) -> None:
    photos = zipped({"张三.jpg": picture()})
    confirm(preview(unit_admin, row(), photos=photos), unit_admin)
    before = Pledge.objects.get().photo_id
    confirm(preview(unit_admin, row(服务承诺="当天办结"), photos=photos), unit_admin)
    after = Pledge.objects.get()
    assert (after.commitments, after.photo_id) == ("当天办结", before)


def test_of_two_photos_given_to_one_cadre_the_first_is_shown(mine: Appraisal) -> None:
    photos = [Packed(name, name) for name in ("张三1.jpg", "张三2.jpg")]
    answers = {photo.name: str(mine.pk) for photo in photos}
    shown = match_photos(photos, [mine], answers)
    assert shown.photos == {mine.pk: photos[0]}
    assert undecided(shown, answers) == ["张三2.jpg"]


def test_a_number_with_dots_in_it_is_a_citizen_number_too(mine: Appraisal, unit_admin: User) -> None:
    assert counts(preview(unit_admin, row(岗位职责="331002·19800101·123X"))) == (0, 0, 0, 1)


def test_a_locked_zip_is_said_to_be_locked() -> None:
    data = bytearray(zipped({"a.jpg": picture()}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(DomainError) as refused:
        packed_files(bytes(data), (".jpg",))
    assert refused.value.code == "zip_locked"


def test_a_long_table_of_contents_is_refused_before_it_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped({f"{'名' * 40}{number}.jpg": b"" for number in range(3000)})
    monkeypatch.setattr(zipfile.ZipFile, "_RealGetContents", lambda self: pytest.fail("listed"))
    with pytest.raises(DomainError) as refused:
        packed_files(data, (".jpg",))
    assert refused.value.code == "zip_too_many"
