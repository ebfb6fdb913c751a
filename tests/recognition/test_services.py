from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.daily.demands import DEMANDS
from evaluation.daily.models import DailyDeduction
from evaluation.errors import DomainError
from evaluation.recognition.assessment import assessment_workbook
from evaluation.recognition.counting import count_characters, is_of_good_length
from evaluation.recognition.models import Commendation, Recommendation, Selection, YearEndGrade
from evaluation.recognition.selectors import candidates_of, published_selections
from evaluation.recognition.services import (
    choose_candidate,
    commend,
    drop_commendations,
    enter_grades,
    mark_selection,
    publish_commendations,
    publish_selection,
    return_recommendation,
    save_recommendation,
    submit_recommendation,
)
from evaluation.roster.models import Appraisal
from evaluation.units.models import Unit
from evaluation.workbooks import read_workbook
from tests.factories import appraisal_of, published_pool, user_named
from tests.recognition.conftest import DEEDS, leader, recommended, villagers


def code_of(refusal: pytest.ExceptionInfo[DomainError]) -> str:
    return refusal.value.code


@pytest.mark.parametrize(
    ("text", "count"),
    [pytest.param("", 0, id="nothing"), pytest.param("为民 服务\n好　事", 6, id="no white space of any kind")],
)
def test_characters(text: str, count: int) -> None:
    assert count_characters(text) == count


@pytest.mark.parametrize(("count", "good"), [(1799, False), (1800, True), (2200, True), (2201, False)])
def test_good_length(count: int, good: bool) -> None:
    assert is_of_good_length(count) is good


def test_candidates_stand_in_the_order_of_the_scores(cycle: Cycle, unit: Unit, candidates: list[Appraisal]) -> None:
    assert [row.result.name for row in candidates_of(cycle=cycle, unit=unit)] == ["第一名", "第二名"]


def deduct(appraisal: Appraisal, rule: str, status: str = "confirmed") -> None:
    DailyDeduction.objects.create(
        cadre=appraisal.cadre,
        appraisal=appraisal,
        cycle=appraisal.cycle,
        rule=rule,
        found_on=date(2012, 5, 2),
        points=Decimal(5),
        source="discipline",
        facts="事实",
        basis="依据",
        **{name: "说明" for name in DEMANDS.get(rule, ()) if name != "rectify_by"},
        rectify_by=date(2012, 4, 1),
        status=status,
        recorded_by=user_named(),
        confirmed_by=user_named() if status == "confirmed" else None,
        confirmed_at=timezone.now() if status == "confirmed" else None,
    )


def test_held_to_account_is_flagged_and_other_deductions_are_not(
    cycle: Cycle, unit: Unit, candidates: list[Appraisal]
) -> None:
    for rule in ("1", "5b", "3"):
        deduct(candidates[0], rule)
    deduct(candidates[1], "3", status="recorded")
    assert [row.warnings for row in candidates_of(cycle=cycle, unit=unit)] == [("3", "5b"), ()]


@pytest.mark.parametrize("status", ["feedback", "notice"])
def test_no_candidate_before_the_result_is_final(cycle: Cycle, unit: Unit, unit_admin: User, status: str) -> None:
    row = appraisal_of(cycle=cycle, unit=unit)
    published_pool(cycle=cycle, appraisals=[row], status=status)
    with pytest.raises(DomainError) as refusal:
        choose_candidate(cycle=cycle, unit=unit, appraisal=row, actor=unit_admin)
    assert code_of(refusal) == "not_a_candidate"


def test_a_cadre_of_another_unit_is_no_candidate(
    cycle: Cycle, other_unit: Unit, candidates: list[Appraisal], other_admin: User
) -> None:
    with pytest.raises(DomainError) as refusal:
        choose_candidate(cycle=cycle, unit=other_unit, appraisal=candidates[0], actor=other_admin)
    assert code_of(refusal) == "not_a_candidate"


def test_another_choice_begins_a_new_text(
    cycle: Cycle, unit: Unit, recommendation: Recommendation, candidates: list[Appraisal], unit_admin: User
) -> None:
    again = choose_candidate(cycle=cycle, unit=unit, appraisal=candidates[1], actor=unit_admin)
    assert (again.pk, again.deeds) == (recommendation.pk, "")


def test_one_unit_has_one_recommendation(recommendation: Recommendation) -> None:
    assert Recommendation.objects.count() == 1


@pytest.mark.parametrize(("length", "passes"), [(3000, True), (3001, False)])
def test_deeds_of_at_most_three_thousand_characters(
    recommendation: Recommendation, unit_admin: User, length: int, passes: bool
) -> None:
    deeds = " ".join("好" * length)
    if passes:
        save_recommendation(recommendation=recommendation, resume="简历", deeds=deeds, actor=unit_admin)
    else:
        with pytest.raises(DomainError) as refusal:
            save_recommendation(recommendation=recommendation, resume="简历", deeds=deeds, actor=unit_admin)
        assert code_of(refusal) == "too_long"


@pytest.mark.parametrize(
    ("moment", "passes"),
    [("2012-12-20T23:59:59+08:00", True), ("2012-12-21T00:00:00+08:00", False)],
    ids=["last second", "the day after"],
)
def test_submitted_by_the_deadline(
    recommendation: Recommendation, unit_admin: User, clock: time_machine.Traveller, moment: str, passes: bool
) -> None:
    clock.move_to(moment)
    if passes:
        assert submit_recommendation(recommendation=recommendation, actor=unit_admin).status == "submitted"
    else:
        with pytest.raises(DomainError) as refusal:
            submit_recommendation(recommendation=recommendation, actor=unit_admin)
        assert code_of(refusal) == "deadline_passed"


def test_what_was_returned_may_come_after_the_deadline(
    recommendation: Recommendation, unit_admin: User, office: User, clock: time_machine.Traveller
) -> None:
    submit_recommendation(recommendation=recommendation, actor=unit_admin)
    return_recommendation(recommendation=recommendation, actor=office, reason="事迹过于笼统")
    clock.move_to("2012-12-22T09:00:00+08:00")
    assert submit_recommendation(recommendation=recommendation, actor=unit_admin).status == "submitted"


def test_deeds_are_needed(recommendation: Recommendation, unit_admin: User) -> None:
    save_recommendation(recommendation=recommendation, resume="简历", deeds=" ", actor=unit_admin)
    with pytest.raises(DomainError) as refusal:
        submit_recommendation(recommendation=recommendation, actor=unit_admin)
    assert code_of(refusal) == "incomplete"


def test_both_sides_must_mark_the_same(cycle: Cycle, office: User, organisation: User) -> None:
    first, second = recommended(cycle, office), recommended(cycle, office)
    mark_selection(cycle=cycle, recommendations=[first, second], side="office", actor=office)
    mark_selection(cycle=cycle, recommendations=[first], side="organisation", actor=organisation)
    with pytest.raises(DomainError) as refusal:
        publish_selection(cycle=cycle, actor=office)
    assert code_of(refusal) == "not_agreed"
    mark_selection(cycle=cycle, recommendations=[first], side="office", actor=office)
    assert [row.recommendation for row in publish_selection(cycle=cycle, actor=office)] == [first]


def test_nothing_is_public_before_publication(cycle: Cycle, office: User, organisation: User) -> None:
    row = recommended(cycle, office)
    mark_selection(cycle=cycle, recommendations=[row], side="office", actor=office)
    mark_selection(cycle=cycle, recommendations=[row], side="organisation", actor=organisation)
    assert not published_selections(cycle).exists()
    publish_selection(cycle=cycle, actor=office)
    assert published_selections(cycle).count() == 1


def test_no_more_than_the_cycle_says(cycle: Cycle, office: User) -> None:
    cycle.ten_best_count = 1
    cycle.save(update_fields=["ten_best_count"])
    with pytest.raises(DomainError) as refusal:
        mark_selection(
            cycle=cycle,
            recommendations=[recommended(cycle, office), recommended(cycle, office)],
            side="office",
            actor=office,
        )
    assert code_of(refusal) == "too_many"


def test_one_person_cannot_mark_for_both(cycle: Cycle, office: User) -> None:
    row = recommended(cycle, office)
    mark_selection(cycle=cycle, recommendations=[row], side="office", actor=office)
    with pytest.raises(DomainError) as refusal:
        mark_selection(cycle=cycle, recommendations=[row], side="organisation", actor=office)
    assert code_of(refusal) == "same_person"


def test_drafts_cannot_be_chosen(cycle: Cycle, recommendation: Recommendation, office: User) -> None:
    with pytest.raises(DomainError) as refusal:
        mark_selection(cycle=cycle, recommendations=[recommendation], side="office", actor=office)
    assert code_of(refusal) == "not_submitted"


def test_marks_taken_away_by_both_leave_nothing(cycle: Cycle, office: User) -> None:
    mark_selection(cycle=cycle, recommendations=[recommended(cycle, office)], side="office", actor=office)
    mark_selection(cycle=cycle, recommendations=[], side="office", actor=office)
    assert not Selection.objects.exists()


def test_published_is_published(cycle: Cycle, office: User, organisation: User) -> None:
    row = recommended(cycle, office)
    mark_selection(cycle=cycle, recommendations=[row], side="office", actor=office)
    mark_selection(cycle=cycle, recommendations=[row], side="organisation", actor=organisation)
    publish_selection(cycle=cycle, actor=office)
    with pytest.raises(DomainError) as refusal:
        mark_selection(cycle=cycle, recommendations=[], side="office", actor=office)
    assert code_of(refusal) == "published_already"


def test_what_is_marked_cannot_be_returned(cycle: Cycle, office: User) -> None:
    row = recommended(cycle, office)
    mark_selection(cycle=cycle, recommendations=[row], side="office", actor=office)
    with pytest.raises(DomainError) as refusal:
        return_recommendation(recommendation=row, actor=office, reason="重写")
    assert code_of(refusal) == "chosen_already"


def test_a_town_commends_a_list_and_another_person_publishes(
    cycle: Cycle, town: Unit, town_admin: User, town_approver: User
) -> None:
    rows = villagers(cycle, town, 2)
    assert commend(cycle=cycle, appraisals=rows, title="优秀村干部", reason="", actor=town_admin) == 2
    with pytest.raises(DomainError) as refusal:
        publish_commendations(commendations=Commendation.objects.all(), approver=town_admin)
    assert code_of(refusal) == "same_person"
    assert not Commendation.objects.published().exists()
    assert publish_commendations(commendations=Commendation.objects.all(), approver=town_approver) == 2


def test_only_village_cadres_with_final_results(
    cycle: Cycle, town: Unit, town_admin: User, candidates: list[Appraisal]
) -> None:
    rows = villagers(cycle, town, 1)
    with pytest.raises(DomainError) as refusal:
        commend(cycle=cycle, appraisals=[*rows, candidates[0]], title="优秀", reason="", actor=town_admin)
    assert code_of(refusal) == "not_final"
    assert not Commendation.objects.exists()


def test_a_public_commendation_is_not_taken_back(
    cycle: Cycle, town: Unit, town_admin: User, town_approver: User
) -> None:
    commend(cycle=cycle, appraisals=villagers(cycle, town, 1), title="优秀", reason="", actor=town_admin)
    publish_commendations(commendations=Commendation.objects.all(), approver=town_approver)
    with pytest.raises(DomainError) as refusal:
        drop_commendations(commendations=Commendation.objects.all(), actor=town_admin)
    assert code_of(refusal) == "published_already"


def test_grades_are_entered_changed_and_taken_away(cycle: Cycle, unit: Unit, office: User) -> None:
    person = leader(cycle, unit)
    assert enter_grades(grades={person: ("excellent", "")}, actor=office) == 1
    assert enter_grades(grades={person: ("excellent", "")}, actor=office) == 0
    assert enter_grades(grades={person: ("", "")}, actor=office) == 1
    assert not YearEndGrade.objects.exists()


@pytest.mark.parametrize(
    ("track", "grade", "code"), [("mid_level", "excellent", "not_a_leader"), ("bureau_leader", "best", "unknown_grade")]
)
def test_grades_that_are_refused(cycle: Cycle, unit: Unit, office: User, track: str, grade: str, code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        enter_grades(grades={appraisal_of(cycle=cycle, unit=unit, track=track): (grade, "")}, actor=office)
    assert code_of(refusal) == code


def test_the_workbook_has_teams_leaders_and_mid_level_cadres(
    cycle: Cycle, unit: Unit, candidates: list[Appraisal], office: User
) -> None:
    person = leader(cycle, unit, name="=李局长")
    enter_grades(grades={person: ("competent", "")}, actor=office)
    data = assessment_workbook(cycle=cycle, appraisals=Appraisal.objects.filter(cycle=cycle))
    book = read_workbook(data, "list.xlsx")
    cells = [[value for row in sheet.rows for value in row.cells] for sheet in book.sheets]
    assert "市民政局" in cells[0]
    assert "=李局长" in cells[1]
    assert "第一名" in cells[2]


def test_deeds_keep_out_citizen_numbers(recommendation: Recommendation, unit_admin: User) -> None:
    with pytest.raises(DomainError) as refusal:
        save_recommendation(recommendation=recommendation, resume="320582198001011234", deeds=DEEDS, actor=unit_admin)
    assert code_of(refusal) == "citizen_number"
