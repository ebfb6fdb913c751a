"""Annex 4 推荐表 with the deeds (C27), and the list for the annual assessment (C31)."""

import re
from collections.abc import Mapping, Sequence

from evaluation.bonus.models import BonusClaim
from evaluation.bonus.selectors import key_of
from evaluation.cycle.models import BonusLevel, Cycle, DeductionRule, Track
from evaluation.documents.paper import Block, Fields, Grid, Heading, Layout, Note, Opinion, Paper, Signatures, Text
from evaluation.recognition.assessment import TeamLine, leader_lines, mid_level_lines, team_lines
from evaluation.recognition.counting import count_characters
from evaluation.recognition.models import Recommendation, YearEndGrade
from evaluation.recognition.selectors import results_by_appraisal, warnings_of
from evaluation.results.models import Result
from evaluation.roster.models import Appraisal, AppraisalQuerySet, Posting
from evaluation.workbooks import parse_date

EarlierGrade = Recommendation.EarlierGrade
GRADES = {
    EarlierGrade.EXCELLENT: "优秀",
    EarlierGrade.COMPETENT: "称职",
    EarlierGrade.BASIC: "基本称职",
    EarlierGrade.INCOMPETENT: "不称职",
    EarlierGrade.UNGRADED: "未定等次",
}
LEVELS = ("推荐单位党委（党组）意见", "纪检监察机关意见", "{office}意见", "市委组织部意见")
HEADING = re.compile(r"[一二三四五六七八九十]{1,2}、")
LONGEST_TITLE = 30
Rows = list[Sequence[tuple[str, str]]]


def recommendation_paper(recommendation: Recommendation) -> tuple[Paper, Paper]:
    """Return Annex 4 of one recommendation, and the deeds on pages of their own; a constant number of queries.

    ``recommendation`` comes from ``for_list()``. Sex, birth and the like are not kept: they are written in.
    """
    [both] = recommendation_papers([recommendation])
    return both


def recommendation_papers(recommendations: Sequence[Recommendation]) -> list[tuple[Paper, Paper]]:
    """Return form and deeds of each of ``recommendations``, all of one year; a constant number of queries."""
    if not recommendations:
        return []
    cycle, keys = recommendations[0].cycle, [one.appraisal_id for one in recommendations]
    results = results_by_appraisal(cycle=cycle, appraisals=keys)
    pools = _pool_sizes(results)
    warnings, labels = warnings_of(cycle=cycle, appraisals=keys), _rule_labels(cycle)
    awards, postings = _awards(cycle, keys), _postings([one.appraisal.cadre_id for one in recommendations])
    made = []
    for one in recommendations:
        rows = _person(one, postings.get(one.appraisal.cadre_id, []))
        result = results.get(one.appraisal_id)
        rows += _scores(one, result, pools.get(result.publication_id, 0) if result else 0)
        rows += _told(
            one, awards.get(one.appraisal_id, []), [labels[code] for code in warnings.get(one.appraisal_id, ())]
        )
        made.append((_form(one, rows), _deeds(one)))
    return made


def _form(one: Recommendation, rows: Rows) -> Paper:
    office = one.cycle.office_name
    return Paper(
        layout=Layout.FORM,
        title=f"{one.cycle.year}年度最优秀中层干部推荐表",
        subtitle=f"附件4　　推荐单位：{one.unit.name}",
        blocks=[
            Fields(rows),
            *[Opinion(label.format(office=office), lines=2) for label in LEVELS],
            Note("注：另附2000字左右的事迹材料。"),
        ],
    )


def _deeds(one: Recommendation) -> Paper:
    """The deeds as they were written: a short first line is their title, lines that begin with 一、 are headings."""
    lines = [line.strip() for line in one.deeds.splitlines() if line.strip()]
    title, subtitle = f"{one.appraisal.name}同志事迹材料", one.unit.name
    if lines and _is_title(lines[0]):
        title, subtitle = lines[0], f"——{one.unit.name}{title}"
        lines = [line for line in lines[1:] if not line.startswith("——")]
    count = count_characters(one.deeds)
    last = Note(f"（事迹材料共{count}字）" if count else "（事迹材料待写）")
    blocks: list[Block] = [Heading(line) if _is_heading(line) else Text(line) for line in lines]
    return Paper(layout=Layout.REPORT, title=title, subtitle=subtitle, blocks=[*blocks, last])


def _is_title(line: str) -> bool:
    return len(line) <= LONGEST_TITLE and line[-1] not in "。；，：！？" and not _is_heading(line)


def _is_heading(line: str) -> bool:
    return HEADING.match(line) is not None and len(line) <= LONGEST_TITLE and line[-1] not in "。；，"


def _person(one: Recommendation, postings: Sequence[Posting]) -> Rows:
    person = one.appraisal
    return [
        [("姓名", person.name), ("性别", ""), ("出生年月", "")],
        [("政治面貌", ""), ("学历", ""), ("任现职时间", _since(person.appointed))],
        [("所在单位", person.home_unit.name), ("科室", person.office), ("现任职务", person.held_post)],
        [("任职经历", "\n".join(_posting(row) for row in postings))],
    ]


def _since(day: str) -> str:
    found = parse_date(day) if day else None
    return found.display if found else day


def _posting(row: Posting) -> str:
    until = f"至{row.until.year}年{row.until.month}月" if row.until else ""
    since = _since(row.since)
    when = f"{since}{until or ('起' if since else '')}　" if since or until else ""
    return when + "".join(dict.fromkeys(part for part in (row.unit.name, row.office, row.post) if part))


def _scores(one: Recommendation, result: Result | None, pool: int) -> Rows:
    """The final result; its composite, rank and parts are published."""
    grades = earlier_grades(one)
    told = "；".join(f"{year}年度：{grades[year]}" for year in sorted(grades))
    rows: Rows = [[("近三年年度考核等次", told)]]
    if result is None:
        return [*rows, [("本年度综合得分", ""), ("排名", "")]]
    parts = f"民主测评{result.democratic}，日常考核{result.daily}，加分{result.bonus}"
    rank = f"第{result.rank}名（本单位同类评议对象{pool}人）" if result.rank else ""
    return [*rows, [("本年度综合得分", f"{result.composite}（{parts}）"), ("排名", rank)]]


def earlier_grades(one: Recommendation) -> dict[int, str]:
    """Return the grades in words of the three years before, a year without one as blank."""
    entered: Mapping[str, str] = one.earlier_grades or {}
    years = range(one.cycle.year - 3, one.cycle.year)
    return {year: GRADES.get(EarlierGrade(code), "") if (code := entered.get(str(year))) else "　　" for year in years}


def _told(one: Recommendation, awards: Sequence[BonusClaim], warnings: Sequence[str]) -> Rows:
    claimed = [f"{row.awarded_on.year}年{row.awarded_on.month}月　{row.award}（{row.issuer}）" for row in awards]
    rows: Rows = [
        [("主要奖惩情况", "\n".join([*claimed, *(one.honours or "").splitlines()]))],
        [("简历", one.resume)],
    ]
    if warnings:
        rows.append([("须说明事项", "本年度日常考核有下列扣分：" + "；".join(warnings))])
    return rows


def _awards(cycle: Cycle, appraisals: Sequence[int]) -> dict[int, list[BonusClaim]]:
    """Awards of the year that were recognised, the same award once, at its highest level (C26)."""
    highest: dict[tuple[int, str], BonusClaim] = {}
    rows = BonusClaim.objects.filter(appraisal__in=appraisals, status=BonusClaim.Status.APPROVED)
    worth = dict(
        BonusLevel.objects.filter(rules__cycle=cycle, rules__track=Track.MID_LEVEL).values_list("code", "points")
    )
    for row in rows.order_by("awarded_on", "pk"):
        key = (row.appraisal_id, key_of(row, cycle.year))
        if key not in highest or worth.get(row.approved_level, 0) > worth.get(highest[key].approved_level, 0):
            highest[key] = row
    found: dict[int, list[BonusClaim]] = {}
    for row in highest.values():
        found.setdefault(row.appraisal_id, []).append(row)
    return found


def _postings(cadres: Sequence[int]) -> dict[int, list[Posting]]:
    found: dict[int, list[Posting]] = {}
    for row in Posting.objects.filter(cadre__in=cadres).select_related("unit").order_by("since", "pk"):
        found.setdefault(row.cadre_id, []).append(row)
    return found


def _pool_sizes(results: Mapping[int, Result]) -> dict[int, int]:
    sizes: dict[int, int] = {}
    rows = Result.objects.filter(publication__in={row.publication_id for row in results.values()})
    for publication in rows.filter(status=Result.Status.SCORED).values_list("publication", flat=True):
        sizes[publication] = sizes.get(publication, 0) + 1
    return sizes


def _rule_labels(cycle: Cycle) -> dict[str, str]:
    rows = DeductionRule.objects.filter(rules__cycle=cycle, rules__track=Track.MID_LEVEL)
    return {row.code: f"第{row.code}项{row.label_zh}" for row in rows}


# The annual assessment

LEADER_GRADES = {
    YearEndGrade.Grade.EXCELLENT: "优秀",
    YearEndGrade.Grade.COMPETENT: "称职",
    YearEndGrade.Grade.BASIC: "基本称职",
    YearEndGrade.Grade.INCOMPETENT: "不称职",
}


def assessment_paper(cycle: Cycle, appraisals: AppraisalQuerySet) -> Paper:
    """Return the list for the annual assessment: teams, leaders, mid-level cadres with final results (C31).

    ``appraisals`` are those that the reader may see.
    """
    people = leader_lines(cycle=cycle, appraisals=appraisals)
    results = mid_level_lines(cycle=cycle, appraisals=appraisals)
    return Paper(
        layout=Layout.WIDE_FORM,
        title=f"{cycle.year}年度公述民评结果年度考核运用表",
        subtitle=f"{cycle.city_name}　　报送：市委组织部",
        blocks=[
            _teams(team_lines(people, results)),
            _leaders(people),
            _mid_level(results),
            Note("注：1.中层干部仅列最终结果，排名为组织单位内排名；2.领导干部为录入的年终考评等次，不计分。"),
            Signatures(["填表人：", "审核人：", f"{cycle.office_name}（盖章）：", "日期："]),
        ],
    )


def _teams(teams: Sequence[TeamLine]) -> Grid:
    header = ("单位", "领导干部人数", *LEADER_GRADES.values(), "未录入", "中层干部得分人数", "中层干部平均综合得分")
    rows = [[team.unit.name, team.leaders, *team.grades, team.ungraded, team.scored, team.mean] for team in teams]
    return Grid(header, rows, caption="一、领导班子", widths=(6, 3, 2, 2, 2, 2, 2, 4, 4))


def _leaders(people: Sequence[Appraisal]) -> Grid:
    header = ("单位", "姓名", "职务", "年终考评等次", "备注")
    return Grid(header, [_leader(one) for one in people], caption="二、领导干部", widths=(6, 3, 6, 3, 6))


def _leader(one: Appraisal) -> list[str]:
    entered: YearEndGrade | None = getattr(one, "year_end_grade", None)
    grade = LEADER_GRADES[YearEndGrade.Grade(entered.grade)] if entered else ""
    return [one.organising_unit.name, one.name, one.held_post, grade, entered.remark if entered else ""]


def _mid_level(results: Sequence[Result]) -> Grid:
    header = ("组织单位", "所在单位", "姓名", "职务", "民主测评", "日常考核", "加分", "综合得分", "排名")
    rows = [
        [
            *(row.publication.organising_unit.name, row.unit_name, row.name, row.post),
            *(row.democratic, row.daily, row.bonus, row.composite, row.rank),
        ]
        for row in results
    ]
    return Grid(header, rows, caption="三、中层干部", widths=(6, 6, 3, 6, 2.5, 2.5, 2, 2.5, 1.5))
