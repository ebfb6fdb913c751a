"""What holds for every tally, not only for the examples."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.scoring import (
    Award,
    Deduction,
    GroupTally,
    PoolEntry,
    Score,
    add_tallies,
    effective_bases,
    rank_pool,
    rules_from_values,
    score_appraisal,
    tally_sheets,
)
from tests.scoring.conftest import ASPECTS, GROUPS, rule_values

RULES = rules_from_values(rule_values())
BEST_FIRST = ("satisfied", "fairly_satisfied", "ordinary", "dissatisfied")
MARKS = (*BEST_FIRST, "dont_know", "abstained", "spoiled")
quick = settings(deadline=None, max_examples=80)

sheets = st.fixed_dictionaries({aspect: st.sampled_from(MARKS) for aspect in ASPECTS})
boxes = st.fixed_dictionaries({group: st.lists(sheets, max_size=25) for group in GROUPS})
decisions = st.dictionaries(st.sampled_from(list(GROUPS)), st.sampled_from(["accept", "reallocate"]))
deductions = st.lists(
    st.one_of(
        st.builds(Deduction, st.sampled_from(["1", "2", "3", "4", "5a", "5b"]), st.integers(0, 4)),
        st.builds(lambda cents: Deduction("6", points=Decimal(cents) / 100), st.integers(0, 500)),
    ),
    max_size=4,
)
awards = st.lists(
    st.builds(Award, st.sampled_from("甲乙丙"), st.sampled_from(["city", "prefecture", "province", "nation"])),
    max_size=6,
)
appraisals = st.fixed_dictionaries({"missing": decisions, "deductions": deductions, "awards": awards})
accepted: dict[str, Any] = {"missing": dict.fromkeys(GROUPS, "accept"), "deductions": [], "awards": []}


def score(ballots: dict[str, list[dict[str, str]]], values: dict[str, Any]) -> Score:
    tallies = {group: tally_sheets(cast) for group, cast in ballots.items()}
    return score_appraisal(rules=RULES, tallies=tallies, **values)


@quick
@given(ballots=boxes, values=appraisals, data=st.data())
def test_the_order_of_ballots_does_not_matter(
    ballots: dict[str, list[dict[str, str]]], values: dict[str, Any], data: st.DataObject
) -> None:
    shuffled = {group: data.draw(st.permutations(cast)) for group, cast in ballots.items()}

    assert score(shuffled, values) == score(ballots, values)


@quick
@given(cast=st.lists(sheets, max_size=20), data=st.data())
def test_nor_does_the_box_they_lie_in(cast: list[dict[str, str]], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(cast)))

    assert add_tallies([tally_sheets(cast[:cut]), tally_sheets(cast[cut:])]) == tally_sheets(cast)


@quick
@given(
    ballots=st.fixed_dictionaries({group: st.lists(sheets, min_size=1, max_size=12) for group in GROUPS}),
    group=st.sampled_from(list(GROUPS)),
    aspect=st.sampled_from(ASPECTS),
    steps=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    left_out=st.sets(st.sampled_from(list(GROUPS)), max_size=3),
)
def test_raising_a_mark_never_lowers_a_composite(
    ballots: dict[str, list[dict[str, str]]], group: str, aspect: str, steps: tuple[int, int], left_out: set[str]
) -> None:
    values = {**accepted, "missing": {code: "reallocate" if code in left_out else "accept" for code in GROUPS}}
    better, worse = BEST_FIRST[min(steps)], BEST_FIRST[max(steps)]

    ballots[group][0][aspect] = worse
    before = score(ballots, values)
    ballots[group][0][aspect] = better
    after = score(ballots, values)

    assert before.status == after.status
    if before.composite is not None and after.composite is not None:
        assert after.composite >= before.composite


@quick
@given(ballots=boxes, values=appraisals)
def test_the_printed_parts_add_up_and_stay_in_bounds(
    ballots: dict[str, list[dict[str, str]]], values: dict[str, Any]
) -> None:
    found = score(ballots, values)

    assert found.daily is not None and 0 <= found.daily <= 20
    assert found.bonus is not None and 0 <= found.bonus <= 30
    if found.status != "scored":
        assert (found.democratic, found.composite, found.groups) == (None, None, {})
        return
    assert found.democratic is not None and 0 <= found.democratic <= 80
    assert found.democratic == sum(group.points for group in found.groups.values())
    assert found.composite == found.democratic + found.daily + found.bonus
    assert sum(group.effective_base for group in found.groups.values()) == 80
    assert set(found.groups) | set(found.missing) == set(GROUPS)
    for group in found.groups.values():
        assert 0 <= group.points <= group.effective_base
        assert abs(Fraction(group.points) - Fraction(group.effective_base) * group.share) <= Fraction(1, 200)


@quick
@given(bases=st.lists(st.tuples(st.integers(1, 9999), st.sampled_from("abc")), min_size=1, max_size=7), data=st.data())
def test_effective_bases_sum_to_exactly_the_base_of_the_rules(
    bases: list[tuple[int, str]], data: st.DataObject
) -> None:
    groups = [
        {"code": f"g{index}", "part": part, "base": str(Decimal(cents) / 100), "min_valid": 1}
        for index, (cents, part) in enumerate(bases)
    ]
    rules = rules_from_values({**rule_values(), "groups": groups})
    staying = data.draw(st.sets(st.sampled_from([group.code for group in rules.groups]), min_size=1))

    found = effective_bases(rules=rules, scored=staying)

    assert set(found) == staying
    assert sum(found.values()) == rules.base
    assert all(found[code] >= rules.group(code).base for code in staying)


@quick
@given(grade=st.sampled_from(BEST_FIRST), left_out=st.sets(st.sampled_from(list(GROUPS)), max_size=3))
def test_where_all_agree_reallocation_changes_at_most_the_rounding(grade: str, left_out: set[str]) -> None:
    value = next(rule.value for rule in RULES.grades if rule.code == grade)
    tallies = {group: GroupTally(30, {"style": {grade: 30}}) for group in GROUPS}

    found = score_appraisal(
        rules=RULES, tallies=tallies, missing=dict.fromkeys(left_out, "reallocate"), deductions=[], awards=[]
    )

    assert found.democratic is not None
    assert abs(found.democratic - 80 * value / 100) <= Decimal("0.02")


@quick
@given(composites=st.lists(st.integers(0, 6), max_size=12))
def test_a_rank_is_one_more_than_the_number_of_those_above(composites: list[int]) -> None:
    zero = Decimal(0)
    ranks = rank_pool(PoolEntry(key, Decimal(points), zero, zero, zero) for key, points in enumerate(composites))

    assert ranks == {key: 1 + sum(other > mine for other in composites) for key, mine in enumerate(composites)}
