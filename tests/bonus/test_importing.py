"""Awards from a workbook with their proofs: claims like typed ones, decided by another person (C26)."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from evaluation.bonus.importing import BONUS
from evaluation.bonus.models import BonusClaim
from evaluation.bonus.services import approve_claims
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.files.models import StoredFile
from evaluation.intake.models import ImportJob
from evaluation.intake.services import confirm_import, preview_import
from evaluation.roster.models import Appraisal, Cadre, Posting
from evaluation.units.models import Unit
from evaluation.workbooks import write_csv
from tests.bonus.conftest import claimed
from tests.factories import appraisal_of

SignIn = Callable[[User], Client]
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
GIVEN = {
    "单位": "市民政局",
    "姓名": "林　敏",
    "奖项名称": "全省民政系统先进个人",
    "授予单位": "省民政厅",
    "级别": "省级",
    "文号": "浙民发〔2012〕18号",
    "表彰日期": "2012年5月29日",
    "获奖对象": "个人",
    "受表彰部门": "",
    "任职说明": "",
    "单位意见": "情况属实。",
    "证明材料": "证书.pdf",
    "另一奖项": "",
}


def row(**said: str) -> list[str]:
    return list({**GIVEN, **said}.values())


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


PROOFS = zipped(**{"证书.pdf": PDF, "文件.pdf": PDF})


def preview(actor: User, *rows: Sequence[str], proofs: bytes | None = PROOFS) -> ImportJob:
    return preview_import(
        importer=BONUS,
        year=2012,
        data=write_csv(list(GIVEN), rows),
        name="加分.csv",
        actor=actor,
        photos=(proofs, "证明.zip") if proofs else None,
    )


def confirm(job: ImportJob, actor: User) -> None:
    confirm_import(importer=BONUS, job=job, actor=actor)


def counts(job: ImportJob) -> tuple[int, int, int, int]:
    return job.new, job.changed, job.same, job.rejected


def test_an_award_becomes_a_claim(appraisal: Appraisal, unit_admin: User) -> None:
    job = preview(unit_admin, row(证明材料="证书、文件.pdf"))
    assert counts(job) == (1, 0, 0, 0)
    assert not BonusClaim.objects.exists()
    confirm(job, unit_admin)

    claim = BonusClaim.objects.get()
    assert (claim.status, claim.level, claim.awarded_on) == ("claimed", "province", date(2012, 5, 29))
    assert (claim.claimed_by, claim.unit_opinion_by) == (unit_admin, unit_admin)
    assert (claim.proof.name, claim.further_files.count()) == ("证书.pdf", 1)


def test_four_eyes_stay(appraisal: Appraisal, office: User) -> None:
    confirm(preview(office, row(单位意见="")), office)
    with pytest.raises(DomainError):
        approve_claims(claims=list(BonusClaim.objects.all()), actor=office)


def test_twice_changes_nothing(appraisal: Appraisal, unit_admin: User) -> None:
    confirm(preview(unit_admin, row()), unit_admin)
    assert counts(preview(unit_admin, row())) == (0, 0, 1, 0)
    assert counts(preview(unit_admin, row(证明材料=""), proofs=None)) == (0, 0, 1, 0)


def test_proof_named_after_the_cadre(appraisal: Appraisal, unit_admin: User) -> None:
    proofs = zipped(**{"市民政局-林敏.pdf": PDF, "别人.pdf": PDF})
    job = preview(unit_admin, row(证明材料=""), proofs=proofs)
    assert job.summary["files_unused"] == ["别人.pdf"]
    confirm(job, unit_admin)
    assert BonusClaim.objects.get().proof.name == "市民政局-林敏.pdf"


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"姓名": "无名"}, id="nobody"),
        pytest.param({"级别": "宇宙级"}, id="level"),
        pytest.param({"级别": ""}, id="no level"),
        pytest.param({"表彰日期": "2011-05-29"}, id="another year"),
        pytest.param({"表彰日期": "不详"}, id="no date"),
        pytest.param({"证明材料": ""}, id="no proof"),
        pytest.param({"证明材料": "没有.pdf"}, id="proof that is not there"),
        pytest.param({"证明材料": "、".join(["证书.pdf"] * 6)}, id="six proofs"),
        pytest.param({"任职说明": "身份证33100219800101123X"}, id="citizen number"),
        pytest.param({"获奖对象": "集体", "受表彰部门": "某科"}, id="department that nobody knows"),
    ],
)
def test_rejected_rows(appraisal: Appraisal, unit_admin: User, said: dict[str, str]) -> None:
    job = preview(unit_admin, row(**said))
    assert counts(job) == (0, 0, 0, 1)
    found = job.rows.get()
    assert found.problem
    assert found.advice


def test_award_of_a_department(appraisal: Appraisal, unit_admin: User) -> None:
    said = {"获奖对象": "集体", "受表彰部门": "办公室", "任职说明": "民发〔2010〕3号任命"}
    confirm(preview(unit_admin, row(**said)), unit_admin)
    assert BonusClaim.objects.get().is_department


def test_similar_award_is_asked(appraisal: Appraisal, unit_admin: User, office: User, proof: StoredFile) -> None:
    claimed(appraisal, office, proof, award="全省民政系统先进个人称号奖", level="province")
    job = preview(unit_admin, row())
    assert counts(job) == (0, 0, 0, 1)
    confirm(preview(unit_admin, row(另一奖项="是")), unit_admin)
    assert BonusClaim.objects.count() == 2


def test_same_award_twice_in_the_file(appraisal: Appraisal, unit_admin: User) -> None:
    assert counts(preview(unit_admin, row(), row(奖项名称="“全省民政系统先进个人”荣誉称号"))) == (1, 0, 0, 1)


def test_other_units_cadres(cycle: Cycle, other_unit: Unit, unit_admin: User) -> None:
    appraisal_of(cycle=cycle, unit=other_unit, name="林敏")
    assert counts(preview(unit_admin, row(单位=""))) == (0, 0, 0, 1)


def test_proof_that_acts_refuses_everything(appraisal: Appraisal, unit_admin: User) -> None:
    active = PDF.replace(b"<<>>", b"<</S/JavaScript>>")
    job = preview(unit_admin, row(), proofs=zipped(**{"证书.pdf": active}))
    with pytest.raises(DomainError) as refused:
        confirm(job, unit_admin)
    assert refused.value.code == "active_pdf"
    assert not BonusClaim.objects.exists()


def test_export_reads_back_unchanged(client_for: SignIn, appraisal: Appraisal, office: User, proof: StoredFile) -> None:
    claimed(appraisal, office, proof, award="=文明窗口", note="+备注")
    claimed(appraisal, office, proof, award="先进集体", is_department=True, department="办公室", post_note="任命文件")
    data = client_for(office).get(reverse("bonus:claim-export", args=[2012])).content
    job = preview_import(importer=BONUS, year=2012, data=data, name="加分.xlsx", actor=office)
    assert counts(job) == (0, 0, 2, 0)


def test_form_reads_as_nothing(client_for: SignIn, cycle: Cycle, unit_admin: User) -> None:
    data = client_for(unit_admin).get(reverse("bonus:import-template", args=[2012])).content
    job = preview_import(importer=BONUS, year=2012, data=data, name="表.xlsx", actor=unit_admin)
    assert (job.read, job.summary["unknown"]) == (0, [])


def test_upload_page_asks_for_proofs(client_for: SignIn, cycle: Cycle, unit_admin: User) -> None:
    page = client_for(unit_admin).get(reverse("bonus:import-create", args=[2012])).content.decode()
    assert "证明材料" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_query_count(
    cycle: Cycle, unit: Unit, unit_admin: User, rows: int, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    names = ["林甲", "林乙", "林丙"][:rows]
    for name in names:
        appraisal_of(cycle=cycle, unit=unit, name=name)
    with django_assert_max_num_queries(35):
        preview(unit_admin, *(row(姓名=name) for name in names))


def test_nobody_words_the_units_opinion_of_themselves(appraisal: Appraisal, unit_admin: User) -> None:
    Cadre.objects.filter(pk=appraisal.cadre_id).update(user=unit_admin)
    assert counts(preview(unit_admin, row())) == (0, 0, 0, 1)
    assert counts(preview(unit_admin, row(单位意见=""))) == (1, 0, 0, 0)


def test_nothing_is_claimed_once_the_result_is_final(appraisal: Appraisal, unit_admin: User) -> None:
    Appraisal.objects.filter(pk=appraisal.pk).update(final_at=timezone.now())
    assert counts(preview(unit_admin, row())) == (0, 0, 0, 1)


def test_an_award_of_tomorrow_is_none(appraisal: Appraisal, unit_admin: User) -> None:
    with time_machine.travel("2012-05-28T10:00:00+08:00", tick=False):
        assert counts(preview(unit_admin, row())) == (0, 0, 0, 1)


def test_a_file_named_after_a_cadre_with_two_rows_proves_neither(appraisal: Appraisal, unit_admin: User) -> None:
    proofs = zipped(**{"林敏.pdf": PDF})
    job = preview(unit_admin, row(证明材料=""), row(证明材料="", 奖项名称="市级文明标兵"), proofs=proofs)
    assert counts(job) == (0, 0, 0, 2)


def test_a_similar_award_of_a_colleague_is_asked(
    appraisal: Appraisal, cycle: Cycle, unit: Unit, unit_admin: User, office: User, proof: StoredFile
) -> None:
    colleague = appraisal_of(cycle=cycle, unit=unit, name="陈立新")
    claimed(colleague, office, proof, award="全省民政系统先进个人称号奖", level="province")
    assert counts(preview(unit_admin, row())) == (0, 0, 0, 1)
    assert counts(preview(unit_admin, row(另一奖项="是"))) == (1, 0, 0, 0)


def test_an_award_of_a_department_goes_to_who_headed_it_on_the_day(
    appraisal: Appraisal, unit: Unit, unit_admin: User
) -> None:
    Posting.objects.create(cadre=appraisal.cadre, unit=unit, office="救助科", post="科长", since="2012-06-01")
    said = {"获奖对象": "集体", "受表彰部门": "救助科", "任职说明": "民发〔2010〕3号任命"}
    job = preview(unit_admin, row(**said))
    assert counts(job) == (0, 0, 0, 1)


def test_a_number_with_dots_in_it_is_a_citizen_number_too(appraisal: Appraisal, unit_admin: User) -> None:
    assert counts(preview(unit_admin, row(任职说明="331002·19800101·123X"))) == (0, 0, 0, 1)
