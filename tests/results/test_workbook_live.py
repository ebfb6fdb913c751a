"""Annex 3-1 as a workbook: recalculated by LibreOffice, every figure is the one that was published."""

import io
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook as OpenedBook
from openpyxl import load_workbook

from evaluation.cycle.models import Cycle, Track
from evaluation.results.explanation import explain, tallies_as_values, text
from evaluation.results.models import Publication, Result
from evaluation.results.suppression import must_hide
from evaluation.results.workbook import summary_of
from evaluation.scoring import (
    Award,
    Deduction,
    GroupTally,
    Status,
    TrackRules,
    order_pool,
    rank_pool,
    rules_from_values,
    score_appraisal,
)
from evaluation.units.models import Unit
from tests.recalculating import Difference, differences, uncached
from tests.scoring.conftest import ASPECTS, GROUPS, all_marks, rule_values

Tallies = Mapping[str, GroupTally]
FIRST = rule_values()["groups"][0]["code"]
ENOUGH = {code: all_marks("satisfied", valid) for code, valid in GROUPS.items()}


@dataclass
class Case:
    """One cadre of a made pool, as it would be computed."""

    name: str
    tallies: Tallies
    missing: Mapping[str, str] = field(default_factory=dict)
    deductions: Sequence[Deduction] = ()
    awards: Sequence[Award] = ()
    exempt: bool = False


def pool_of(values: dict[str, Any], cases: Sequence[Case]) -> tuple[Publication, list[Result]]:
    """A pool as ``compute_publication`` freezes it, without a database."""
    rules = rules_from_values(values)
    publication = Publication(
        cycle=Cycle(year=2012, city_name="示范市"),
        organising_unit=Unit(name="=市'民政'局"),
        track=Track.MID_LEVEL,
        rules=values,
    )
    results = [result_of(publication, rules, case) for case in cases]
    scored = {place: result for place, result in enumerate(results) if result.status == Status.SCORED}
    scores = {place: score_of(rules, cases[place]) for place in scored}
    entries = [score.pool_entry(place) for place, score in scores.items()]
    ranks = rank_pool(entries)
    for place, result in scored.items():
        result.rank = ranks[place]
    order = [int(str(entry.key)) for entry in order_pool(entries)]
    return publication, [results[place] for place in [*order, *(set(range(len(cases))) - set(order))]]


def score_of(rules: TrackRules, case: Case) -> Any:
    return score_appraisal(
        rules=rules,
        tallies=case.tallies,
        missing=case.missing,
        deductions=case.deductions,
        awards=case.awards,
        exempt=case.exempt,
    )


def result_of(publication: Publication, rules: TrackRules, case: Case) -> Result:
    score = score_of(rules, case)
    hidden = must_hide(case.tallies)
    parts = score.bonus_parts.awards if score.bonus_parts else ()
    taken = score.daily_parts.deductions if score.daily_parts else ()
    return Result(
        publication=publication,
        name=case.name,
        unit_name="市民政局",
        post="科长",
        status=str(score.status),
        tallies=tallies_as_values(case.tallies),
        explanation=explain(rules=rules, score=score, answers={}, hidden=hidden or case.exempt),
        deductions=[
            {
                "id": 1,
                "rule": row.rule,
                "clause": "",
                "count": row.count,
                "facts": "=1+1",
                "basis": "@x",
                "each": text(row.each),
                "total": text(row.points),
                "found_on": "2012-05-06",
                "free": rules.deduction(row.rule).points is None,
            }
            for row in taken
        ],
        awards=[
            {
                "id": 1,
                "award": row.award,
                "same_as": row.award,
                "issuer": "市政府",
                "level": row.level,
                "awarded_on": "2012-03-04",
                "points": text(row.points),
                "counted": row.counted,
            }
            for row in parts
        ],
        missing_groups=dict(case.missing),
        is_suppressed=hidden,
        democratic=score.democratic,
        daily=score.daily,
        bonus=score.bonus,
        composite=score.composite,
    )


def tally(satisfied: int, fairly: int = 0, ordinary: int = 0, bad: int = 0, dont_know: int = 0) -> GroupTally:
    marks = {
        "satisfied": satisfied,
        "fairly_satisfied": fairly,
        "ordinary": ordinary,
        "dissatisfied": bad,
        "dont_know": dont_know,
    }
    return GroupTally(sum(marks.values()), dict.fromkeys(ASPECTS, marks))


# 15 × 99.5 ÷ 100 = 14.925, 35 × 99.5 ÷ 100 = 34.825, 20 × 99.875 ÷ 100 = 19.975: a half that goes up.
TIES = {**ENOUGH, "own_unit": tally(39, 1), "service_recipient": tally(39, 1), "representative": tally(159, 1)}
MADE = [
    Case("ties", TIES),
    Case("ties, as above", TIES),
    Case("own unit reallocated", ENOUGH, {"own_unit": "reallocate"}),
    Case("two reallocated", {**ENOUGH, "public": tally(30, 5, 1)}, {"own_unit": "reallocate", "public": "reallocate"}),
    Case("a whole part reallocated", ENOUGH, {"representative": "reallocate", "public": "reallocate"}),
    Case("three reallocated", ENOUGH, dict.fromkeys(["service_recipient", "own_unit", "public"], "reallocate")),
    Case("a small sample accepted", {**ENOUGH, "public": tally(5, 2)}, {"public": "accept"}),
    Case("an absent group reallocated", {**ENOUGH, "public": tally(0, dont_know=30)}, {"public": "reallocate"}),
    Case("undecided", {**ENOUGH, "public": tally(5, 2)}),
    Case("nobody graded one aspect", {**ENOUGH, "public": GroupTally(40, {"style": {"satisfied": 31, "ordinary": 9}})}),
    Case("too few to show", {**ENOUGH, "public": tally(3, 1)}, {"public": "accept"}),
    Case("exempt", ENOUGH, exempt=True),
    Case("daily used up", ENOUGH, deductions=[Deduction("4", 2), Deduction("1", 1)]),
    Case("daily by discretion", ENOUGH, deductions=[Deduction("6", 1, Decimal("2.35")), Deduction("5a", 3)]),
    Case("bonus", ENOUGH, awards=[Award("a", "city"), *[Award("a", "province")] * 2, Award("b", "city")]),
    Case("bonus beyond the cap", ENOUGH, awards=[Award("c", "nation"), Award("d", "province")]),
]  # fmt: skip


def drawn(rng: random.Random, size: int) -> GroupTally:
    marks: dict[str, dict[str, int]] = {}
    for aspect in ASPECTS:
        left = size
        marks[aspect] = {}
        for grade in ("satisfied", "fairly_satisfied", "ordinary", "dissatisfied"):
            marks[aspect][grade] = rng.randint(0, left)
            left -= marks[aspect][grade]
    return GroupTally(size, marks)


def by_chance(number: int) -> list[Case]:
    rng = random.Random(20121220)
    cases = []
    for place in range(number):
        tallies = {code: drawn(rng, rng.choice([20, 40, 80, 160, rng.randint(25, 400)])) for code in GROUPS}
        out = rng.sample(list(GROUPS), rng.choice([0, 0, 1, 1, 2, 3]))
        short = {code: "accept" for code in GROUPS if code not in out}
        cases.append(Case(f"干部{place}", tallies, {**short, **dict.fromkeys(out, "reallocate")}))
    return cases


def unequal(values: dict[str, Any]) -> dict[str, Any]:
    """Weights that are not equal, bases that do not divide, a cap."""
    for place, aspect in enumerate(values["aspects"]):
        aspect["weight"] = ["10", "35", "20", "20.5", "14.5"][place]
    for group, base in zip(values["groups"], ["33.3", "16.7", "19.95", "10.05"], strict=True):
        group["base"] = base
    values["bonus"]["cap"] = "10"
    return values


def even(values: dict[str, Any]) -> dict[str, Any]:
    """The first group left out, each of the others is owed a third of a cent more: the first of them gets the cent."""
    for group, base in zip(values["groups"], ["20", "20.02", "20.02", "19.96"], strict=True):
        group["base"], group["part"] = base, values["groups"][0]["part"]
    return values


CAPPED = rule_values()
CAPPED["bonus"]["cap"] = "10"
POOLS = {
    "made": pool_of(CAPPED, MADE),
    "chance": pool_of(rule_values(), by_chance(40)),
    "unequal": pool_of(unequal(rule_values()), [*MADE, *by_chance(40)]),
    "even": pool_of(even(rule_values()), [Case(f"三分之一{n}", ENOUGH, {FIRST: "reallocate"}) for n in range(4)]),
}  # fmt: skip


@dataclass
class Opened:
    """One pool: the workbook as written, and as LibreOffice has computed it from nothing."""

    publication: Publication
    results: list[Result]
    kept: tuple[int, list[Difference]]
    formulas: OpenedBook
    computed: OpenedBook

    def line(self, result: Result) -> list[Any]:
        rows = self.computed["得分汇总表"].iter_rows(values_only=True)
        return next(list(row) for row in rows if row[1] == result.name)


@pytest.fixture(scope="module")
def opened(libreoffice: Callable[..., Mapping[str, bytes]]) -> dict[str, Opened]:
    files = {f"{name}.xlsx": summary_of(*pool) for name, pool in POOLS.items()}
    computed = libreoffice({name: uncached(data) for name, data in files.items()}, to="xlsx")
    return {
        name: Opened(
            *pool,
            kept=differences(files[f"{name}.xlsx"], computed[f"{name}.xlsx"]),
            formulas=load_workbook(io.BytesIO(files[f"{name}.xlsx"])),
            computed=load_workbook(io.BytesIO(computed[f"{name}.xlsx"]), data_only=True),
        )
        for name, pool in POOLS.items()
    }


def shown(value: object) -> str | None:
    """A figure as it is printed; a formula that gives nothing is an empty cell."""
    if value is None or value == "":
        return None
    return format(value, ".2f") if isinstance(value, int | float | Decimal) else str(value)


@pytest.mark.parametrize("name", POOLS)
def test_every_figure_recalculated_is_the_published_one(opened: dict[str, Opened], name: str) -> None:
    pool, wrong = opened[name], []
    for result in pool.results:
        if result.status == Status.EXEMPT:
            continue
        points = {group["code"]: group.get("points") for group in result.explanation["groups"]}
        expected = [points[code] or "—" for code in GROUPS]
        if result.is_suppressed:
            expected = ["—"] * len(GROUPS)
        expected += map(shown, [result.democratic, result.daily, result.bonus, result.composite, result.rank])
        found = [shown(value) for value in pool.line(result)[4:13]]
        if found != expected:
            wrong.append((result.name, found, expected))

    assert wrong == []


@pytest.mark.parametrize("name", POOLS)
def test_what_stands_in_a_cell_before_is_what_is_computed(opened: dict[str, Opened], name: str) -> None:
    formulas, wrong = opened[name].kept

    assert formulas > 300
    assert wrong == []


@pytest.mark.parametrize("name", POOLS)
def test_the_file_checks_itself(opened: dict[str, Opened], name: str) -> None:
    verdicts = {row[7] for row in opened[name].computed["核对"].iter_rows(min_row=4, values_only=True)}

    assert verdicts == {"一致"}


def test_a_small_group_is_nowhere_in_the_file(opened: dict[str, Opened]) -> None:
    pool = opened["made"]

    for sheet in ("计票", "分组得分"):
        assert "too few to show" not in {row[1] for row in pool.computed[sheet].iter_rows(values_only=True)}
    line = pool.line(next(result for result in pool.results if result.is_suppressed))
    assert line[4:8] == ["—"] * 4
    assert line[13] == "分组不予列示"
    notes = [row[0] for row in pool.computed["得分汇总表"].iter_rows(values_only=True) if isinstance(row[0], str)]
    assert any("一律不列" in note for note in notes)


def test_no_formula_stands_where_the_democratic_score_of_a_small_group_is_given(opened: dict[str, Opened]) -> None:
    rows = opened["made"].formulas["得分汇总表"].iter_rows()
    row = next(row for row in rows if row[1].value == "too few to show")

    assert [cell.data_type for cell in row[4:9]] == ["s", "s", "s", "s", "n"]
    assert not re.search("分组得分|计票", "".join(str(cell.value) for cell in row))


def test_exempt_cadres_stand_without_a_figure(opened: dict[str, Opened]) -> None:
    pool = opened["made"]
    line = pool.line(next(result for result in pool.results if result.status == Status.EXEMPT))

    assert line[4:] == [None] * 9 + ["免评"]
    assert "exempt" not in {row[1] for row in pool.computed["计票"].iter_rows(values_only=True)}


def test_undecided_groups_leave_an_appraisal_without_a_composite(opened: dict[str, Opened]) -> None:
    pool = opened["made"]
    line = pool.line(next(result for result in pool.results if result.name == "undecided"))

    assert [line[7], line[8], line[11], line[12], line[13]] == ["—", None, None, None, "未完成"]


def test_formulas_come_from_code_alone(opened: dict[str, Opened]) -> None:
    sheet = opened["made"].formulas["日常扣分"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value in ("=1+1", "@x")]

    assert cells
    assert {(cell.data_type, cell.quotePrefix) for cell in cells} == {("s", True)}
    assert isinstance(next(row[3].value for row in sheet.iter_rows(min_row=4)), datetime)


def test_a_half_goes_up_in_programs_that_round_what_the_machine_holds(opened: dict[str, Opened]) -> None:
    """15 × 99.5 ÷ 100 is a hair less than 14.925 in binary; LibreOffice makes up for it by itself, others do not."""
    rows = opened["made"].formulas["分组得分"]
    points = [cell for row in rows.iter_rows(values_only=True) for cell in row[17:18] if str(cell).startswith("=")]

    assert len(points) >= 4 * 10
    assert all("ROUND(ROUND(" in str(cell) for cell in points)
