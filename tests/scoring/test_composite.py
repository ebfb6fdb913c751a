from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from evaluation.scoring import (
    Award,
    Deduction,
    GroupTally,
    InvalidValueError,
    Score,
    Standing,
    TrackRules,
    effective_bases,
    group_counts,
    rules_from_values,
    score_appraisal,
)
from tests.scoring.conftest import ASPECTS, all_marks, rule_values

Tallies = dict[str, GroupTally]


def scored(rules: TrackRules, tallies: Tallies, **values: Any) -> Score:
    return score_appraisal(rules=rules, tallies=tallies, **{"missing": {}, "deductions": [], "awards": [], **values})


def points(score: Score) -> dict[str, str]:
    return {code: str(group.points) for code, group in score.groups.items()}


def test_all_satisfied_gives_the_whole_base(rules: TrackRules, tallies: Tallies) -> None:
    score = scored(rules, tallies)

    assert points(score) == {
        "service_recipient": "35.00",
        "own_unit": "15.00",
        "representative": "20.00",
        "public": "10.00",
    }
    assert (score.democratic, score.daily, score.bonus) == (Decimal(80), Decimal(20), Decimal(0))
    assert str(score.composite) == "100.00"


@pytest.mark.parametrize("has_ballots", [True, False])
def test_all_satisfied_with_own_unit_reallocated(rules: TrackRules, tallies: Tallies, has_ballots: bool) -> None:
    if not has_ballots:
        del tallies["own_unit"]

    score = scored(rules, tallies, missing={"own_unit": "reallocate"})

    assert points(score) == {"service_recipient": "43.08", "representative": "24.61", "public": "12.31"}
    assert str(score.democratic) == "80.00"
    assert score.missing == ("own_unit",)
    assert score.groups["public"].received == {"own_unit": Fraction(15 * 10, 65)}


@pytest.mark.parametrize(
    ("left", "bases"),
    [
        pytest.param(["representative"], {"own_unit": "15.00", "public": "30.00"}, id="within the part"),
        pytest.param(
            ["representative", "public"], {"service_recipient": "56.00", "own_unit": "24.00"}, id="a part is empty"
        ),
        pytest.param(["own_unit", "representative"], {"service_recipient": "46.67", "public": "33.33"}, id="at once"),
        pytest.param(["service_recipient", "own_unit", "representative"], {"public": "80.00"}, id="one alone"),
    ],
)
def test_effective_bases(rules: TrackRules, left: list[str], bases: dict[str, str]) -> None:
    staying = [group.code for group in rules.groups if group.code not in left]

    found = effective_bases(rules=rules, scored=staying)

    assert bases.items() <= {code: str(base) for code, base in found.items()}.items()
    assert sum(found.values()) == 80


def test_ties_of_the_largest_remainder_go_in_rules_order() -> None:
    values = rule_values()
    values["groups"] = [
        {"code": code, "part": code, "base": base, "min_valid": 1}
        for code, base in [("a", 10), ("b", 10), ("c", 10), ("d", "10.01")]
    ]

    found = effective_bases(rules=rules_from_values(values), scored=["c", "b", "a"])

    assert {code: str(base) for code, base in found.items()} == {"a": "13.34", "b": "13.34", "c": "13.33"}


def test_points_are_rounded_once_and_half_up() -> None:
    values = rule_values()
    values["groups"] = [{"code": "public", "part": "society", "base": "0.01", "min_valid": 1}]
    half = {"public": GroupTally(2, {"style": {"satisfied": 1, "dissatisfied": 1}})}

    assert points(scored(rules_from_values(values), half)) == {"public": "0.01"}


def test_marks_without_a_grade_stand_in_no_mean(rules: TrackRules, tallies: Tallies) -> None:
    marks = {"satisfied": 8, "dissatisfied": 8, "dont_know": 9, "abstained": 3, "spoiled": 2}
    tallies["service_recipient"] = GroupTally(30, dict.fromkeys(ASPECTS, marks))

    group = scored(rules, tallies).groups["service_recipient"]

    assert str(group.points) == "17.50"
    assert (group.valid, group.graded) == (30, 16)
    assert group.aspect_means["style"].mean == 50


def test_an_aspect_without_a_graded_mark_drops_out(rules: TrackRules, tallies: Tallies) -> None:
    tallies["public"] = GroupTally(
        25, {"style": {"satisfied": 25}, "results": {"ordinary": 20}, "integrity": {"dont_know": 25}}
    )

    group = scored(rules, tallies).groups["public"]

    assert str(group.points) == "8.00"
    assert group.aspect_means["integrity"].mean is None
    assert group.aspect_means["integrity"].rounded is None


def test_weights_count_by_their_proportion() -> None:
    values = rule_values()
    values["aspects"] = [{"code": "style", "weight": "0.5"}, {"code": "results", "weight": "1.5"}]
    values["groups"] = values["groups"][:1]
    tally = GroupTally(10, {"style": {"satisfied": 10}, "results": {"ordinary": 10}})

    score = scored(rules_from_values(values), {"service_recipient": tally})

    assert str(score.democratic) == "24.50"


@pytest.mark.parametrize(
    ("tally", "decision", "standing"),
    [
        pytest.param(all_marks("satisfied", 20), None, Standing.SCORED, id="just enough"),
        pytest.param(all_marks("satisfied", 19), None, Standing.UNDECIDED, id="one too few"),
        pytest.param(all_marks("satisfied", 1), "accept", Standing.SCORED, id="small and accepted"),
        pytest.param(all_marks("satisfied", 19), "reallocate", Standing.LEFT_OUT, id="small and left out"),
        pytest.param(all_marks("dont_know", 30), None, Standing.UNDECIDED, id="thirty who do not know"),
        pytest.param(all_marks("dont_know", 30), "accept", Standing.UNDECIDED, id="nothing to accept"),
        pytest.param(None, "reallocate", Standing.LEFT_OUT, id="no ballot, left out"),
    ],
)
def test_what_becomes_of_a_small_group(
    rules: TrackRules, tallies: Tallies, tally: GroupTally | None, decision: str | None, standing: Standing
) -> None:
    del tallies["public"]
    if tally:
        tallies["public"] = tally

    score = scored(rules, tallies, missing={"public": decision} if decision else {})

    assert score.counts["public"].standing == standing
    assert score.status == ("incomplete" if standing == Standing.UNDECIDED else "scored")
    assert ("public" in score.groups) == (standing == Standing.SCORED)


def test_graded_is_the_largest_number_on_any_one_aspect(rules: TrackRules, tallies: Tallies) -> None:
    marks = {"style": {"satisfied": 19, "dont_know": 1}, "results": {"ordinary": 20}}
    tallies["public"] = GroupTally(20, marks)

    assert scored(rules, tallies).groups["public"].graded == 20


def test_a_group_without_a_graded_mark_is_short_even_where_none_is_needed(tallies: Tallies) -> None:
    values = rule_values()
    values["groups"][3]["min_valid"] = 0
    del tallies["public"]

    score = scored(rules_from_values(values), tallies)

    assert (score.status, score.undecided) == ("incomplete", ("public",))


def test_incomplete_has_no_composite_and_names_every_group_that_is_not_scored(
    rules: TrackRules, tallies: Tallies
) -> None:
    only = {"service_recipient": tallies["service_recipient"]}

    score = scored(rules, only, missing={"public": "reallocate"}, deductions=[Deduction("1")])

    assert score.status == "incomplete"
    assert score.missing == ("own_unit", "representative", "public")
    assert score.shortfall == ("own_unit", "representative", "public")
    assert score.undecided == ("own_unit", "representative")
    assert (score.democratic, score.composite, score.groups) == (None, None, {})
    assert score.daily == 15


def test_every_group_left_out_is_incomplete(rules: TrackRules, tallies: Tallies) -> None:
    score = scored(rules, tallies, missing=dict.fromkeys(tallies, "reallocate"))

    assert (score.status, score.composite) == ("incomplete", None)


def test_exempt_takes_out_altogether(rules: TrackRules, tallies: Tallies) -> None:
    score = scored(rules, tallies, exempt=True)

    assert (score.status, score.composite, score.daily, score.bonus, score.missing) == ("exempt", None, None, None, ())


def test_group_counts_tell_who_falls_short_before_any_decision(rules: TrackRules, tallies: Tallies) -> None:
    tallies["own_unit"] = all_marks("satisfied", 7)

    counts = group_counts(rules=rules, tallies=tallies)

    assert [code for code, count in counts.items() if count.short] == ["own_unit"]


@pytest.mark.parametrize(
    ("deductions", "daily"),
    [
        pytest.param([], "20.00", id="C25 nothing happened"),
        pytest.param([Deduction("1", 2), Deduction("3")], "5.00", id="C19 C21 a case each"),
        pytest.param([Deduction("4", 2), Deduction("5a")], "0.00", id="C25 stops at zero"),
        pytest.param([Deduction("5b"), Deduction("6", points=Decimal("2.5"))], "7.50", id="C23 C24"),
    ],
)
def test_daily(rules: TrackRules, tallies: Tallies, deductions: list[Deduction], daily: str) -> None:
    score = scored(rules, tallies, deductions=deductions)

    assert str(score.daily) == daily
    assert score.daily_parts is not None
    assert score.daily_parts.deducted == sum(each.points for each in score.daily_parts.deductions)


def test_an_award_counts_once_at_its_highest_level(rules: TrackRules, tallies: Tallies) -> None:
    awards = [Award("甲", "city"), Award("甲", "province"), Award("甲", "province"), Award("甲 ", "nation")]

    bonus = scored(rules, tallies, awards=awards).bonus_parts

    assert bonus is not None
    assert [award.counted for award in bonus.awards] == [False, True, False, True]
    assert str(bonus.points) == "15.00"


@pytest.mark.parametrize(("cap", "points"), [(None, "12.00"), (Decimal(5), "5.00"), (Decimal(50), "12.00")])
def test_bonus_is_cut_at_the_cap(rules: TrackRules, tallies: Tallies, cap: Decimal | None, points: str) -> None:
    awards = [Award("甲", "nation"), Award("乙", "prefecture")]

    score = scored(replace(rules, cap=cap), tallies, awards=awards)

    assert str(score.bonus) == points


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"tallies": {"strangers": all_marks("satisfied", 3)}}, "tallies.strangers"),
        ({"tallies": {"public": GroupTally(1, {"looks": {}})}}, "tallies.public.marks.looks"),
        ({"tallies": {"public": GroupTally(1, {"style": {"satisfied": 2}})}}, "tallies.public.marks.style"),
        ({"tallies": {"public": GroupTally(-1, {})}}, "tallies.public.valid"),
        ({"missing": {"public": "ignore"}}, "missing_groups.public"),
        ({"deductions": [Deduction("7")]}, "deductions[0].rule"),
        ({"deductions": [Deduction("1", -1)]}, "deductions[0].count"),
        ({"deductions": [Deduction("6")]}, "deductions[0].points"),
        ({"deductions": [Deduction("6", 2, Decimal(1))]}, "deductions[0].count"),
        ({"deductions": [Deduction("6", points=Decimal("5.01"))]}, "deductions[0].points"),
        ({"deductions": [Deduction("6", points=Decimal("NaN"))]}, "deductions[0].points"),
        ({"deductions": [Deduction("1", points=Decimal(5))]}, "deductions[0].points"),
        ({"awards": [Award("甲", "moon")]}, "awards[0].level"),
    ],
)
def test_refuses_what_the_rules_do_not_know(rules: TrackRules, values: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidValueError) as refusal:
        scored(rules, **{"tallies": {}, **values})

    assert refusal.value.place == place
