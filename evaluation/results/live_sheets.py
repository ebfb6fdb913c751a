"""The sheets a result is computed on: rules, counts, groups, deductions, awards, each figure a live formula (C14–C26).

Plain values in (rules and results as they are stored), tables out. What is hidden of a result never comes in here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from evaluation.results.explanation import tallies_from_values
from evaluation.results.models import Result
from evaluation.scoring import (
    GroupCount,
    GroupRule,
    GroupTally,
    Score,
    Standing,
    TrackRules,
    aspect_means,
    rules_from_values,
    score_appraisal,
)
from evaluation.scoring.tally import NO_TALLY
from evaluation.workbooks import Formula, Table, Written

Values = Mapping[str, Any]

WITHOUT_GRADE = {"dont_know": "不了解", "abstained": "弃权", "spoiled": "废"}
DECISIONS = {"accept": "照计", "reallocate": "调整"}
STANDINGS = {Standing.SCORED: 1, Standing.LEFT_OUT: 0, Standing.UNDECIDED: -1}
HIDDEN_NOTE = "有评议主体参评人数过少的，为保护参评人，分组得分和计票一律不列，民主评议得分按公布数填列。"
RULES_HEADER = ("类别", "代码", "名称", "数值", "所属部分", "最低有效票")
GROUPS_HEADER = (
    "编号", "姓名", "评议主体", "原分值", "所属部分", "有效票", "最多计分票", "最低有效票", "处理", "是否计分",
    "本部分计分分值", "每分分摊", "应得分值", "其中整分（分）", "其中余数", "实际分值", "加权平均分", "得分",
)  # fmt: skip
DEDUCTIONS_HEADER = ("编号", "姓名", "扣分条款", "查实日期", "事实", "依据", "件（人次）数", "每件扣分", "扣分")
AWARDS_HEADER = ("编号", "姓名", "奖项", "颁发单位", "获奖日期", "级别", "分值", "同一奖项编号", "计入")
GROUPS_NOTES = (
    "注：1.是否计分：1为计分，0为不计分（分值调整给其他主体），-1为待决定；2.不计分主体的分值，由同一部分的计分主体按原分值比例"
    "分摊，该部分没有计分主体的由全部计分主体分摊；3.实际分值取到0.01分，余数最大的先进位，合计不变；4.得分＝实际分值×加权平均分÷100，"
    "四舍五入到0.01分。",
)


@dataclass(frozen=True, slots=True)
class Parts:
    """Where the figures of one result stand: cells of the other sheets, for the summary to refer to."""

    number: int
    groups: Mapping[str, Formula]
    daily: Formula
    bonus: Formula


@dataclass
class LiveSheets:
    """The sheets of all results that were computed by one set of rules; ``suffix`` tells several sets apart."""

    values: Values
    suffix: str = ""
    results: list[Result] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rules: TrackRules = rules_from_values(self.values)
        self.labels = {
            kind: {row["code"]: str((row.get("label") or {}).get("zh") or row["code"]) for row in rows}
            for kind, rows in self._coded()
        }
        parts = dict.fromkeys(group.part for group in self.rules.groups)
        self.parts_of_rules = {part: f"第{place}部分" for place, part in enumerate(parts, start=1)}
        self.rule_cells = dict(self._rule_cells())
        self.shown_before: list[int] = []
        self.shares: dict[int, _Shares] = {}

    def _coded(self) -> Iterator[tuple[str, Sequence[Values]]]:
        yield "aspects", self.values["aspects"]
        yield "grades", self.values["grades"]
        yield "groups", self.values["groups"]
        yield "deductions", self.values["daily"]["deductions"]
        yield "levels", self.values["bonus"]["levels"]

    # Rules

    def _rules_rows(self) -> Iterator[tuple[tuple[str, str], list[Written]]]:
        rules, labels = self.rules, self.labels
        for aspect in rules.aspects:
            yield ("aspect", aspect.code), ["评议内容权重", aspect.code, labels["aspects"][aspect.code], aspect.weight]
        for grade in rules.grades:
            yield ("grade", grade.code), ["等次分值", grade.code, labels["grades"][grade.code], grade.value]
        for group in rules.groups:
            named: list[Written] = ["评议主体分值", group.code, labels["groups"][group.code], group.base]
            yield ("group", group.code), [*named, self.parts_of_rules[group.part], group.min_valid]
        yield ("daily", ""), ["日常考核", "base", "日常考核基础分", rules.daily_base]
        for rule in rules.deductions:
            points = "酌情" if rule.points is None else rule.points
            yield ("deduction", rule.code), ["扣分条款", rule.code, labels["deductions"][rule.code], points]
        for level in rules.levels:
            yield ("level", level.code), ["加分级别", level.code, labels["levels"][level.code], level.points]
        yield ("cap", ""), ["加分封顶", "cap", "加分封顶", "不封顶" if rules.cap is None else rules.cap]

    def _rule_cells(self) -> Iterator[tuple[tuple[str, str], str]]:
        first = self._rules_table(()).first_row
        for place, (key, _row) in enumerate(self._rules_rows()):
            yield key, f"{self._place('规则')}!$D${first + place}"

    def _rules_table(self, rows: Sequence[Sequence[Written]]) -> Table:
        return Table(
            title=self._sheet("规则"),
            heading="计分规则",
            header=RULES_HEADER,
            rows=[[*row, *[None] * (len(RULES_HEADER) - len(row))] for row in rows],
            widths=[16, 20, 48, 10, 20, 12],
            formats={5: "0"},
        )

    def names(self) -> list[str]:
        """The titles of its sheets."""
        return [self._sheet(name) for name in ("分组得分", "计票", "日常扣分", "加分", "规则")]

    def _sheet(self, name: str) -> str:
        return f"{name}{self.suffix}"

    def _place(self, name: str) -> str:
        return f"'{self._sheet(name)}'"

    # All results are added before anything is asked for.

    def add(self, result: Result) -> int:
        """Return the number under which ``result`` stands in every sheet."""
        self.shown_before.append(sum(map(_shows_groups, self.results)))
        self.results.append(result)
        return len(self.results)

    def parts(self, number: int) -> Parts:
        result = self.results[number - 1]
        return Parts(number, self._group_points(number), self._daily(result, number), self._bonus(result, number))

    def tables(self) -> list[Table]:
        counted = [place for place, one in enumerate(self.results, start=1) if _shows_groups(one)]
        return [
            self._groups_table([row for number in counted for row in self._group_rows(number)]),
            self._tally_table([row for number in counted for row in self._tally_rows(number)]),
            self._deductions_table(list(self._deduction_rows())),
            self._awards_table(list(self._award_rows())),
            self._rules_table([row for _key, row in self._rules_rows()]),
        ]

    # Counts: a row per cadre, group and aspect

    def _tally_header(self) -> list[str]:
        grades = [*self.labels["grades"].values(), *WITHOUT_GRADE.values()]
        return ["编号", "姓名", "评议主体", "评议内容", *grades, "计分票", "分值合计", "平均分", "权重"]

    def _tally_table(self, rows: Sequence[Sequence[Written]]) -> Table:
        end = len(self._tally_header())
        return Table(
            title=self._sheet("计票"),
            heading="计票汇总表",
            measure="单位：票、分",
            header=self._tally_header(),
            rows=rows,
            formats={end - 4: "0", end - 3: "0.00", end - 2: "0.0000"},
            notes=[
                "注：平均分＝分值合计÷计分票；不了解、弃权、废票不计入；没有计分票的评议内容不参加平均。",
                HIDDEN_NOTE,
            ],
            kept=2,
        )

    def _tally_place(self, number: int, group: int, aspect: int) -> int:
        before = self.shown_before[number - 1]
        block = len(self.rules.groups) * len(self.rules.aspects)
        return self._tally_table(()).first_row + before * block + group * len(self.rules.aspects) + aspect

    def _tally_rows(self, number: int) -> Iterator[list[Written]]:
        result, grades = self.results[number - 1], self.rules.grades
        shares = self._shares(number)
        first, last = _letter(4), _letter(3 + len(grades))
        graded, total = _letter(4 + len(grades) + 3), _letter(5 + len(grades) + 3)
        for place, group in enumerate(self.rules.groups):
            tally, means = shares.tallies.get(group.code, NO_TALLY), shares.means[group.code]
            for line, aspect in enumerate(self.rules.aspects):
                at, mean = self._tally_place(number, place, line), means[aspect.code]
                marks = tally.marks.get(aspect.code, {})
                worth = "+".join(
                    f"{_letter(4 + index)}{at}*{self.rule_cells['grade', grade.code]}"
                    for index, grade in enumerate(grades)
                )
                yield [
                    number,
                    result.name,
                    self.labels["groups"][group.code],
                    self.labels["aspects"][aspect.code],
                    *(marks.get(grade.code, 0) for grade in grades),
                    *(marks.get(code, 0) for code in WITHOUT_GRADE),
                    Formula(f"SUM({first}{at}:{last}{at})", mean.graded),
                    Formula(worth, float(mean.total)),
                    Formula(f"IF({graded}{at}=0,0,{total}{at}/{graded}{at})", float(mean.mean or 0)),
                    Formula(
                        f"IF({graded}{at}=0,0,{self.rule_cells['aspect', aspect.code]})",
                        mean.weight if mean.graded else 0,
                    ),
                ]

    # Groups: a row per cadre and group

    def _groups_table(self, rows: Sequence[Sequence[Written]]) -> Table:
        return Table(
            title=self._sheet("分组得分"),
            heading="分组得分计算表",
            measure="单位：分",
            header=GROUPS_HEADER,
            rows=rows,
            formats={
                6: "0",
                7: "0",
                9: "0",
                10: "0.00",
                11: "0.000000",
                12: "0.000000",
                13: "0",
                14: "0.000000",
                16: "0.0000",
            },
            notes=[*GROUPS_NOTES, HIDDEN_NOTE],
            kept=3,
        )

    def _shares(self, number: int) -> _Shares:
        if number not in self.shares:
            self.shares[number] = _Shares(self.rules, self.results[number - 1])
        return self.shares[number]

    def _group_place(self, number: int, group: int = 0) -> int:
        before = self.shown_before[number - 1]
        return self._groups_table(()).first_row + before * len(self.rules.groups) + group

    def _group_rows(self, number: int) -> Iterator[list[Written]]:
        result = self.results[number - 1]
        shares = self._shares(number)
        first = self._group_place(number)
        last = first + len(self.rules.groups) - 1
        for place, group in enumerate(self.rules.groups):
            tally = shares.tallies.get(group.code, NO_TALLY)
            yield [
                number,
                result.name,
                self.labels["groups"][group.code],
                Formula(self.rule_cells["group", group.code], group.base),
                self.parts_of_rules[group.part],
                tally.valid,
                *self._group_formulas(number, place, group, shares, first, last),
            ]

    def _group_formulas(
        self, number: int, place: int, group: GroupRule, shares: _Shares, first: int, last: int
    ) -> Iterator[Written]:
        """Columns G to R; ``first`` to ``last`` are the rows of this cadre, in the order of the rules."""
        at, code, sheet = first + place, group.code, self._place("计票")
        top, end = self._tally_place(number, place, 0), self._tally_place(number, place, len(self.rules.aspects) - 1)
        graded, mean, weight = (_letter(len(self._tally_header()) - step) for step in (4, 2, 1))

        def block(column: str) -> str:
            return f"${column}${first}:${column}${last}"

        def counts(column: str) -> str:
            return f"{sheet}!${column}${top}:${column}${end}"

        yield Formula(f"MAX({counts(graded)})", shares.counts[code].graded)
        cell = self.rule_cells["group", code]
        yield Formula(cell.replace("$D$", "$F$"), group.min_valid)
        yield DECISIONS.get(str(shares.counts[code].decision), "")
        yield Formula(
            f'IF(I{at}="调整",0,IF(OR(G{at}=0,AND(G{at}<H{at},I{at}<>"照计")),-1,1))',
            STANDINGS[shares.counts[code].standing],
        )
        yield Formula(f"SUMPRODUCT(({block('E')}=E{at})*({block('J')}=1)*{block('D')})", shares.heirs_of_part(group))
        everyone = f"SUMPRODUCT(({block('J')}=1)*{block('D')})"
        yield Formula(
            f"IF(J{at}=1,0,IF(K{at}>0,D{at}/K{at},IF({everyone}>0,D{at}/{everyone},0)))", shares.given_per_point(group)
        )
        yield Formula(
            f"IF(J{at}=1,D{at}*(1+SUMPRODUCT(({block('J')}<>1)*({block('K')}>0)*({block('E')}=E{at})*{block('L')})"
            f"+SUMPRODUCT(({block('J')}<>1)*({block('K')}=0)*{block('L')})),0)",
            shares.exact(group),
        )
        yield Formula(f"INT(ROUND(M{at}*100,8))", shares.cents(group))
        yield Formula(f"ROUND(ROUND(M{at}*100,8)-N{at},8)", shares.remainder(group))
        above = f"+SUMPRODUCT(($J${first}:$J{at - 1}=1)*($O${first}:$O{at - 1}=O{at}))" if at > first else ""
        yield Formula(
            f"IF(J{at}=1,(N{at}+IF(1+SUMPRODUCT(({block('J')}=1)*({block('O')}>O{at})){above}"
            f"<=ROUND(SUM({block('O')}),0),1,0))/100,0)",
            shares.effective(group),
        )
        yield Formula(
            f"IF(SUM({counts(weight)})=0,0,SUMPRODUCT({counts(weight)},{counts(mean)})/SUM({counts(weight)}))",
            shares.mean(group),
        )
        yield Formula(
            f'IF(AND(J{at}=1,COUNTIF({block("J")},-1)=0),ROUND(ROUND(P{at}*Q{at}/100,8),2),"")', shares.points(group)
        )

    def _group_points(self, number: int) -> dict[str, Formula]:
        result = self.results[number - 1]
        if not _shows_groups(result):
            return {}
        shares = self._shares(number)
        cells = {
            group.code: f"{self._place('分组得分')}!$R${self._group_place(number, place)}"
            for place, group in enumerate(self.rules.groups)
        }
        return {
            group.code: Formula(f'IF({cells[group.code]}="","—",{cells[group.code]})', shares.points(group) or "—")
            for group in self.rules.groups
        }

    # Deductions and awards

    def _deductions_table(self, rows: Sequence[Sequence[Written]]) -> Table:
        return Table(
            title=self._sheet("日常扣分"),
            heading="日常考核扣分明细表",
            measure="单位：分",
            header=DEDUCTIONS_HEADER,
            rows=rows or [[None] * len(DEDUCTIONS_HEADER)],
            formats={6: "0"},
            notes=["注：按查实并审核生效的扣分列示；扣完基础分为止。"],
            kept=2,
        )

    def _deduction_rows(self) -> Iterator[list[Written]]:
        at = self._deductions_table(()).first_row - 1
        for number, result in enumerate(self.results, start=1):
            for row in result.deductions:
                at += 1
                each: Written = Decimal(row["each"])
                if not row["free"]:
                    each = Formula(self.rule_cells["deduction", row["rule"]], Decimal(row["each"]))
                yield [
                    number,
                    result.name,
                    f"{row['rule']} {self.labels['deductions'].get(row['rule'], '')}".strip(),
                    date.fromisoformat(row["found_on"]),
                    row["facts"],
                    row["basis"],
                    row["count"],
                    each,
                    Formula(f"ROUND(G{at}*H{at},2)", Decimal(row["total"])),
                ]

    def _daily(self, result: Result, number: int) -> Formula:
        taken = self._sum_of(
            "日常扣分", self._deductions_table(()).first_row, len(list(self._deduction_rows())), number
        )
        return Formula(f"MAX(0,ROUND({self.rule_cells['daily', '']}-{taken},2))", result.daily)

    def _awards_table(self, rows: Sequence[Sequence[Written]]) -> Table:
        return Table(
            title=self._sheet("加分"),
            heading="加分明细表",
            measure="单位：分",
            header=AWARDS_HEADER,
            rows=rows or [[None] * len(AWARDS_HEADER)],
            formats={7: "0"},
            notes=["注：同一奖项只计最高级别一次；同一人名下编号相同的为同一奖项。"],
            kept=2,
        )

    def _award_rows(self) -> Iterator[list[Written]]:
        first = self._awards_table(()).first_row
        last = first + sum(len(result.awards) for result in self.results) - 1
        at = first - 1
        for number, result in enumerate(self.results, start=1):
            names: dict[str, int] = {}
            for row in result.awards:
                at += 1
                same = f"(A${first}:A${last}=A{at})*(H${first}:H${last}=H{at})*(G${first}:G${last}>G{at})"
                above = f"(A${first}:A{at - 1}=A{at})*(H${first}:H{at - 1}=H{at})*(G${first}:G{at - 1}=G{at})"
                earlier = f"+SUMPRODUCT({above})" if at > first else ""
                yield [
                    number,
                    result.name,
                    row["award"],
                    row["issuer"],
                    date.fromisoformat(row["awarded_on"]),
                    self.labels["levels"].get(row["level"], row["level"]),
                    Formula(self.rule_cells["level", row["level"]], Decimal(row["points"])),
                    names.setdefault(row.get("same_as", row["award"]), len(names) + 1),
                    Formula(
                        f"IF(SUMPRODUCT({same}){earlier}=0,G{at},0)",
                        Decimal(row["points"]) if row["counted"] else Decimal(0),
                    ),
                ]

    def _bonus(self, result: Result, number: int) -> Formula:
        size = sum(len(one.awards) for one in self.results)
        together = self._sum_of("加分", self._awards_table(()).first_row, size, number)
        if self.rules.cap is not None:
            together = f"MIN({self.rule_cells['cap', '']},{together})"
        return Formula(f"ROUND({together},2)", result.bonus)

    def _sum_of(self, sheet: str, first: int, size: int, number: int) -> str:
        """The sum of column I where column A says ``number``."""
        last = first + max(size, 1) - 1
        name = self._place(sheet)
        return f"SUMIF({name}!$A${first}:$A${last},{number},{name}!$I${first}:$I${last})"


class _Shares:
    """What the cells of one result hold before anybody recalculates them, from ``evaluation.scoring``."""

    def __init__(self, rules: TrackRules, result: Result) -> None:
        self.rules = rules
        self.tallies: Mapping[str, GroupTally] = tallies_from_values(result.tallies)
        self.score: Score = score_appraisal(
            rules=rules, tallies=self.tallies, missing=_decisions(result), deductions=(), awards=()
        )
        self.counts: Mapping[str, GroupCount] = self.score.counts
        self.means = {
            group.code: aspect_means(rules=rules, tally=self.tallies.get(group.code, NO_TALLY))
            for group in rules.groups
        }
        self.staying = [one for one in rules.groups if self.counts[one.code].standing == Standing.SCORED]

    def heirs_of_part(self, group: GroupRule) -> Decimal:
        return sum((one.base for one in self.staying if one.part == group.part), Decimal(0))

    def _given(self, group: GroupRule) -> Fraction:
        heirs = self.heirs_of_part(group) or sum((one.base for one in self.staying), Decimal(0))
        return Fraction(0) if group in self.staying or not heirs else Fraction(group.base) / Fraction(heirs)

    def given_per_point(self, group: GroupRule) -> float:
        return float(self._given(group))

    def _exact(self, group: GroupRule) -> Fraction:
        if group not in self.staying:
            return Fraction(0)
        shares = [
            self._given(one)
            for one in self.rules.groups
            if one not in self.staying and (one.part == group.part or not self.heirs_of_part(one))
        ]
        return Fraction(group.base) * (1 + sum(shares, Fraction(0)))

    def exact(self, group: GroupRule) -> float:
        return float(self._exact(group))

    def cents(self, group: GroupRule) -> int:
        return floor(self._exact(group) * 100)

    def remainder(self, group: GroupRule) -> float:
        return round(float(self._exact(group) * 100 - self.cents(group)), 8)

    def effective(self, group: GroupRule) -> float | Decimal:
        if group not in self.staying:
            return 0
        left_over = round(sum(self.remainder(one) for one in self.staying))
        order = sorted(self.staying, key=lambda one: -self.remainder(one))
        return (Decimal(self.cents(group)) + (order.index(group) < left_over)) / 100

    def mean(self, group: GroupRule) -> float:
        judged = [(Fraction(one.weight), one.mean) for one in self.means[group.code].values() if one.mean is not None]
        weights = sum((weight for weight, _mean in judged), Fraction(0))
        return float(sum((weight * mean for weight, mean in judged), Fraction(0)) / weights) if weights else 0.0

    def points(self, group: GroupRule) -> Decimal | None:
        scored = self.score.groups.get(group.code)
        return scored.points if scored else None


def _decisions(result: Result) -> dict[str, str]:
    return {code: decision for code, decision in result.missing_groups.items() if decision in DECISIONS}


def _shows_groups(result: Result) -> bool:
    """Whether the counts of ``result`` may stand in a workbook: as on its page."""
    return result.status != Result.Status.EXEMPT and not result.is_suppressed


def _letter(column: int) -> str:
    """The letter of a column counted from 0; a sheet of counts has fewer than 26 + 26."""
    return chr(65 + column) if column < 26 else "A" + chr(65 + column - 26)
