"""Annex 2-2 on paper."""

from collections.abc import Callable
from datetime import date

from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.bonus.models import BonusClaim
from evaluation.bonus.papers import claim_paper, claim_papers
from evaluation.bonus.services import approve_claims, give_opinion, refuse_claim
from evaluation.files.models import StoredFile
from evaluation.roster.models import Appraisal
from tests.bonus.conftest import claimed
from tests.printing import missing_in_print, values_of, words_of

SignIn = Callable[[User], Client]


def listed(claim: BonusClaim) -> BonusClaim:
    return BonusClaim.objects.for_list().get(pk=claim.pk)


def test_every_word_of_the_form_is_printed_in_both_formats(
    appraisal: Appraisal, unit_admin: User, office: User, proof: StoredFile
) -> None:
    claim = claimed(
        appraisal,
        unit_admin,
        proof,
        document_number="云政〔2012〕15号",
        is_department=True,
        department="社会救助科",
        post_note="任职文件云民〔2011〕3号",
    )
    give_opinion(claim=claim, actor=unit_admin, opinion="情况属实。")
    approve_claims(claims=BonusClaim.objects.filter(pk=claim.pk), actor=office)
    lower = claimed(appraisal, unit_admin, proof, level="province")

    assert missing_in_print(claim_papers([listed(claim), listed(lower)])) == {"pdf": [], "docx": []}


def test_the_form_has_award_points_and_opinions(
    appraisal: Appraisal, unit_admin: User, office: User, proof: StoredFile
) -> None:
    claim = claimed(appraisal, unit_admin, proof, document_number="云政〔2012〕15号", level="province")
    give_opinion(claim=claim, actor=unit_admin, opinion="情况属实。")
    approve_claims(claims=BonusClaim.objects.filter(pk=claim.pk), actor=office)

    said = words_of(claim_paper(listed(claim)))

    for expected in (
        "文明窗口", "云政〔2012〕15号", "市政府", "省级表彰", "个人", "2012年5月4日", "5分", "情况属实。",
        "按省级表彰认定，加5分", "同一奖项本年度未以其他级别申请。",
    ):  # fmt: skip
        assert expected in said


def test_a_refusal_gives_its_reason_twice_over(
    appraisal: Appraisal, unit_admin: User, office: User, proof: StoredFile
) -> None:
    claim = claimed(appraisal, unit_admin, proof)
    refuse_claim(claim=claim, actor=office, reason="非本年度表彰。")

    rows = values_of(claim_paper(listed(claim)))

    assert rows["不予认定理由"] == "非本年度表彰。"
    assert rows["认定加分"] == ""
    assert "不予认定：非本年度表彰。" in words_of(claim_paper(listed(claim)))


def test_the_same_award_at_a_higher_level_is_named(
    appraisal: Appraisal, unit_admin: User, office: User, proof: StoredFile
) -> None:
    lower = claimed(appraisal, unit_admin, proof)
    higher = claimed(appraisal, unit_admin, proof, level="province", awarded_on=date(2012, 6, 1))
    approve_claims(claims=BonusClaim.objects.filter(pk=higher.pk), actor=office)

    said = words_of(claim_paper(listed(lower)))

    assert "同一奖项另有申请：省级表彰（2012年6月1日，已认定）。本项不再计分。" in said


def test_many_forms_take_as_many_queries_as_one(
    appraisal: Appraisal, unit_admin: User, proof: StoredFile, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for award in ("文明窗口", "先进个人", "巾帼标兵"):
        claimed(appraisal, unit_admin, proof, award=award)

    with django_assert_num_queries(3):
        claim_papers(BonusClaim.objects.for_list())


def test_the_cadre_takes_the_form_of_the_own_claim(
    own: Appraisal, cadre_user: User, proof: StoredFile, client_for: SignIn
) -> None:
    claim = claimed(own, cadre_user, proof)
    client = client_for(cadre_user)
    url = reverse("bonus:claim-form-file", args=[2012, claim.pk, "docx"])

    assert url in client.get(reverse("bonus:claim-detail", args=[2012, claim.pk])).content.decode()
    assert client.get(url).content.startswith(b"PK")


def test_the_forms_of_a_filtered_list_are_taken_on_record(
    appraisal: Appraisal, unit_admin: User, proof: StoredFile, client_for: SignIn
) -> None:
    claimed(appraisal, unit_admin, proof)
    claimed(appraisal, unit_admin, proof, award="先进个人")
    client = client_for(unit_admin)
    url = reverse("bonus:claim-list-file", args=[2012, "docx"])

    client.get(url, {"q": "先进"})
    nothing = client.get(url, {"q": "没有的"})

    assert AuditEvent.objects.get(action="papers-downloaded").detail["number"] == 1
    assert nothing.status_code == 302
