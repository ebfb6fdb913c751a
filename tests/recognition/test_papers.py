"""Annex 4 with the deeds, and the list for the annual assessment."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.bonus.models import BonusClaim
from evaluation.cycle.models import Cycle
from evaluation.documents.paper import Layout, Opinion
from evaluation.files.services import store_evidence
from evaluation.recognition.models import Recommendation, YearEndGrade
from evaluation.recognition.papers import _pool_sizes, assessment_paper, recommendation_paper, recommendation_papers
from evaluation.recognition.services import choose_candidate, save_recommendation
from evaluation.results.models import Result
from evaluation.roster.models import Appraisal, Posting
from evaluation.units.models import Unit
from tests.factories import appraisal_of, published_pool
from tests.printing import grids_of, missing_in_print, values_of, words_of
from tests.recognition.conftest import DEEDS, leader, recommended
from tests.world import picture

SignIn = Callable[[User], Client]
OWN_TITLE = "把群众的事当自己的事\n——市民政局王某事迹\n一、勤走访\n他一年走访了三百户。\n二、办实事\n办成实事十件。"


@pytest.fixture
def written(recommendation: Recommendation, unit_admin: User) -> Recommendation:
    save_recommendation(
        recommendation=recommendation,
        resume="第一名，现任科长。",
        deeds=OWN_TITLE,
        actor=unit_admin,
        grades={2009: "competent", 2010: "excellent", 2011: "excellent"},
        honours="2010年　优秀党务工作者",
    )
    Posting.objects.create(
        cadre=recommendation.appraisal.cadre, unit=recommendation.unit, office="救助科", post="副科长",
        since="2006-03", until=date(2009, 5, 31),
    )  # fmt: skip
    return Recommendation.objects.for_list().get(pk=recommendation.pk)


def test_every_word_is_printed_in_both_formats(cycle: Cycle, written: Recommendation, unit: Unit, office: User) -> None:
    person = leader(cycle, unit, "局长甲")
    YearEndGrade.objects.create(appraisal=person, grade="excellent", remark="优秀率居前", entered_by=office)
    papers = [*recommendation_paper(written), assessment_paper(cycle, Appraisal.objects.all())]

    assert missing_in_print(papers) == {"pdf": [], "docx": []}


def test_the_form_has_posts_grades_scores_awards_and_resume(written: Recommendation) -> None:
    form, _deeds = recommendation_paper(written)
    said = words_of(form)

    for expected in (
        "第一名", "2009年度：称职；2010年度：优秀；2011年度：优秀", "94", "第1名（本单位同类评议对象2人）",
        "优秀党务工作者", "第一名，现任科长。", "2006年3月至2009年5月市民政局救助科副科长",
    ):  # fmt: skip
        assert expected in said


def test_only_awards_that_were_approved_stand_in_the_form(
    written: Recommendation, office: User, unit_admin: User
) -> None:
    claim = BonusClaim.objects.create(
        appraisal=written.appraisal, level="city", award="文明窗口", issuer="市政府", awarded_on=date(2012, 5, 4),
        proof=store_evidence(upload=picture("证书.png"), actor=office), claimed_by=office,
    )  # fmt: skip
    assert "文明窗口" not in words_of(recommendation_paper(written)[0])
    BonusClaim.objects.filter(pk=claim.pk).update(status="approved", decided_by=unit_admin)
    assert "文明窗口" in words_of(recommendation_paper(written)[0])


def test_the_pool_counts_those_who_have_a_score(cycle: Cycle, unit: Unit) -> None:
    scored, exempt = (appraisal_of(cycle=cycle, unit=unit) for _n in range(2))
    pool = published_pool(cycle=cycle, appraisals=[scored], status="computed")
    Result.objects.create(publication=pool, appraisal=exempt, name="免评的人", status="exempt", list_order=9)
    assert _pool_sizes({scored.pk: pool.results.get(status="scored")}) == {pool.pk: 1}


def test_four_bodies_give_their_opinion(written: Recommendation) -> None:
    form, _deeds = recommendation_paper(written)

    labels = [block.label for block in form.blocks if isinstance(block, Opinion)]

    assert labels == ["推荐单位党委（党组）意见", "纪检监察机关意见", "市作风效能执行力办意见", "市委组织部意见"]


def test_the_deeds_are_a_report_of_their_own_with_their_length(recommendation: Recommendation) -> None:
    _form, deeds = recommendation_paper(Recommendation.objects.for_list().get())

    assert deeds.layout == Layout.REPORT
    assert deeds.title == "第一名同志事迹材料"
    assert f"（事迹材料共{len(DEEDS)}字）" in words_of(deeds)


def test_a_title_and_headings_in_the_deeds_stand_as_such(written: Recommendation) -> None:
    _form, deeds = recommendation_paper(written)

    assert deeds.title == "把群众的事当自己的事"
    assert [type(block).__name__ for block in deeds.blocks] == ["Heading", "Text", "Heading", "Text", "Note"]


def test_what_is_not_known_stays_to_be_written_in(cycle: Cycle, office: User) -> None:
    form, _deeds = recommendation_paper(Recommendation.objects.for_list().get(pk=recommended(cycle, office).pk))

    rows = values_of(form)

    assert (rows["性别"], rows["出生年月"], rows["主要奖惩情况"]) == ("", "", "")
    assert "优秀" not in rows["近三年年度考核等次"]


def test_another_choice_begins_new_grades(
    written: Recommendation, candidates: list[Appraisal], cycle: Cycle, unit: Unit, unit_admin: User
) -> None:
    chosen = choose_candidate(cycle=cycle, unit=unit, appraisal=candidates[1], actor=unit_admin)

    assert (chosen.earlier_grades, chosen.honours) == (None, None)


def test_forms_of_three_ask_as_often_as_of_one(
    cycle: Cycle, office: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(3):
        recommended(cycle, office)
    rows = list(Recommendation.objects.for_list())

    with django_assert_max_num_queries(8):
        recommendation_papers(rows)


def test_the_list_for_the_assessment_counts_teams_and_leaders(
    cycle: Cycle, unit: Unit, candidates: list[Appraisal], office: User
) -> None:
    YearEndGrade.objects.create(appraisal=leader(cycle, unit, "局长甲"), grade="excellent", entered_by=office)
    leader(cycle, unit, "副局长乙")

    teams, leaders, mid = grids_of(assessment_paper(cycle, Appraisal.objects.all()))

    assert teams.rows[0][:7] == ["市民政局", 2, 1, 0, 0, 0, 1]
    assert [row[3] for row in leaders.rows] == ["优秀", ""]
    assert [(row[2], row[7]) for row in mid.rows] == [
        ("第一名", Decimal("94.00")),
        ("第二名", Decimal("93.00")),
    ]


def test_a_correction_under_way_is_in_no_list(cycle: Cycle, unit: Unit) -> None:
    published_pool(cycle=cycle, appraisals=[appraisal_of(cycle=cycle, unit=unit, name="未定")], status="notice")

    assert "未定" not in words_of(assessment_paper(cycle, Appraisal.objects.all()))


def at(name: str, *keys: object) -> str:
    return reverse(f"recognition:{name}", args=[2012, *keys])


def test_the_pages_offer_the_forms(
    written: Recommendation, cycle: Cycle, office: User, unit_admin: User, client_for: SignIn
) -> None:
    other = recommended(cycle, office)
    client = client_for(unit_admin)

    assert (
        at("recommendation-file", written.pk, "pdf")
        in client.get(at("recommendation-detail", written.pk)).content.decode()
    )
    assert client.get(at("recommendation-file", written.pk, "docx")).content.startswith(b"PK")
    assert client.get(at("recommendation-file", other.pk, "docx")).status_code == 404
    assert client.get(at("recommendation-list-file", "docx")).status_code == 302  # nothing of theirs was submitted


def test_all_that_were_submitted_are_taken_on_record(cycle: Cycle, office: User, client_for: SignIn) -> None:
    recommended(cycle, office)

    client_for(office).get(at("recommendation-list-file", "docx"))

    assert AuditEvent.objects.get(action="papers-downloaded").detail["number"] == 1


def test_grades_and_honours_are_entered_on_the_page(
    recommendation: Recommendation, unit_admin: User, client_for: SignIn
) -> None:
    client, page = client_for(unit_admin), at("recommendation-edit", recommendation.pk)
    posted = {"resume": "简历", "deeds": "事迹", "honours": "先进", "grade_2011": "excellent", "grade_2010": ""}

    client.post(page, posted)

    recommendation.refresh_from_db()
    assert (recommendation.earlier_grades, recommendation.honours) == ({"2011": "excellent"}, "先进")
    assert 'value="excellent" selected' in client.get(page).content.decode()
