"""The rules a new cycle starts with: the source's figures, and proposals that the city changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from evaluation.cycle.models import (
    AspectRule,
    BonusLevel,
    Cycle,
    CycleStep,
    DeductionRule,
    EvaluatorGroup,
    GradeRule,
    GroupRule,
    Step,
    Track,
    TrackRules,
)

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Defaults:
    """Rows of one track, in their order. Points, weights and values in points or of 100."""

    groups: Sequence[Row] = ()
    aspects: Sequence[Row] = ()
    grades: Sequence[Row] = ()
    deductions: Sequence[Row] = ()
    bonus_levels: Sequence[Row] = ()
    notice_when: str = TrackRules.DaysNotice.ANY


def _named(code: str, zh: str, en: str, **more: Any) -> Row:
    return {"code": code, "label_zh": zh, "label_en": en, **more}


# Names and prompts in the words of the source, part three (C4).
ASPECTS: tuple[Row, ...] = (
    _named(
        "style",
        "工作作风",
        "Work style",
        prompt_zh="工作中有无不负责任、作风飘浮、故意刁难群众等问题；是否主动、热情、文明、规范服务，为企业、基层和群众排忧解难；"
        "是否存在“门难进、脸难看、话难听、事难办”等现象；是否围绕“晒举措、赛干劲”创新服务举措，努力提高群众满意度。",
        prompt_en="Is there irresponsibility, a careless manner, or deliberate trouble made for people? Is service "
        "given readily, warmly, politely and by the rules, and are the difficulties of businesses, grass-roots bodies "
        "and residents resolved? Are doors hard to enter, faces cold, words harsh and matters hard to get done? Are "
        "new ways of serving found around the campaign, so that people are more satisfied?",
    ),
    _named(
        "lawfulness",
        "依法行政",
        "Lawful administration",
        prompt_zh="是否依法办事、照章办事，规范执法、文明执法；是否存在乱检查、乱收费、乱罚款等违法违规行为，"
        "是否做到党务公开、政务公开、村务公开和办事公开，做到服务过程阳光、透明。",
        prompt_en="Are matters handled by law and by the rules, and is the law enforced correctly and civilly? Are "
        "there arbitrary inspections, charges or fines? Are Party affairs, government affairs, village affairs and "
        "procedures made public, and is the course of service open and transparent?",
    ),
    _named(
        "efficiency",
        "工作效能",
        "Efficiency",
        prompt_zh="是否存在办事拖拉、推诿扯皮、效率低下、执行不力、政令不畅等问题；是否落实首问责任、一次性告知、限时办结等制度，"
        "是否存在不作为、慢作为、乱作为等问题；工作能力和业务水平是否与岗位相适应等情况。",
        prompt_en="Is there delay, passing of responsibility, low efficiency, weak execution, or orders that do not "
        "get through? Are the rules of first-asked responsibility, telling everything at once, and completion within "
        "the time limit kept? Is there inaction, slow action or wrongful action? Do ability and skill fit the post?",
    ),
    _named(
        "results",
        "工作实绩",
        "Results of work",
        prompt_zh="是否高质量完成年度工作目标和任务，是否能结合“晒举措、赛干劲”各项承诺事项，创造性地开展工作，"
        "圆满完成各项工作且成效显著，并在单位或本系统处于领先位次。",
        prompt_en="Are the year's goals and tasks completed to a high standard? Is work done creatively in keeping "
        "with the matters pledged, in full and with marked effect, and in a leading place in the unit or the system?",
    ),
    _named(
        "integrity",
        "廉洁自律",
        "Integrity",
        prompt_zh="是否严格遵守党风廉政建设各项规定；是否遵守效能建设“四条禁令”；是否存在“吃拿卡要”等问题；"
        "是否利用职务上的便利，为他人谋取不正当利益；是否存在以权谋私、徇私舞弊等现象。",
        prompt_en="Are all rules of clean government strictly kept, and the four prohibitions of efficiency? "
        "Are favours, gifts or obstruction for gain seen? Is the office used to gain improper advantage for others? "
        "Is power used for private ends, or is there favouritism and fraud?",
    ),
)
ASPECT_WEIGHT = Decimal(20)


def _groups(labels: Sequence[tuple[str, str]]) -> tuple[Row, ...]:
    """The four groups with the base points of the source (C15–C18); the labels are the track's own."""
    group, part, shortfall = EvaluatorGroup, GroupRule.Part, GroupRule.OnShortfall
    figures = (
        (group.SERVICE_RECIPIENT, part.SERVICE, 35, 10, shortfall.ASK),
        (group.OWN_UNIT, part.UNIT, 15, 8, shortfall.ACCEPT),
        (group.REPRESENTATIVE, part.SOCIETY, 20, 8, shortfall.ASK),
        (group.PUBLIC, part.SOCIETY, 10, 20, shortfall.REALLOCATE),
    )
    return tuple(
        _named(code, zh, en, part=where, base=Decimal(base), min_valid=least, on_shortfall=then)
        for (code, where, base, least, then), (zh, en) in zip(figures, labels, strict=True)
    )


def _grades(*grades: tuple[str, str, str]) -> tuple[Row, ...]:
    values = (Decimal(100), Decimal(80), Decimal(60), Decimal(0))
    return tuple(_named(*grade, value=value) for grade, value in zip(grades, values, strict=True))


def _deduction(code: str, zh: str, en: str, clause: str, points: int | None, maximum: int | None = None) -> Row:
    return _named(
        code,
        zh,
        en,
        clause=clause,
        points=None if points is None else Decimal(points),
        maximum=None if maximum is None else Decimal(maximum),
    )


# Part five, (二), of the source; what is discretionary there has a proposed limit here.
DEDUCTIONS = (
    _deduction(
        "1", "服务对象投诉、反映的问题经查实（每起）", "Verified complaint of a service recipient (a case)", "C19", 5
    ),
    _deduction(
        "2",
        "合理意见或投诉未及时整改或处理不到位（每件）",
        "Reasonable opinion or complaint not rectified in time or properly (an item)",
        "C20",
        5,
    ),
    _deduction("3", "本人被追究效能责任（每起）", "Held to account for efficiency (a case)", "C21", 5),
    _deduction(
        "4",
        "履职不当引起行政复议或行政诉讼，损害当事人合法权益或造成不良影响（每件）",
        "Reconsideration or litigation over improper performance that did harm (a case)",
        "C22",
        10,
    ),
    _deduction(
        "5a", "分管工作人员被追究效能责任（每人次）", "Supervised staff held to account (a person-time)", "C23", 2
    ),
    _deduction(
        "5b",
        "分管工作人员受党纪政纪处分或刑事追究（每人次）",
        "Supervised staff disciplined or prosecuted (a person-time)",
        "C23",
        10,
    ),
    _deduction("6", "其它行为造成不良影响（酌情）", "Other conduct with bad influence (discretionary)", "C24", None, 5),
)
BONUS_LEVELS = (
    _named("city", "本市表彰", "Commended by the city", points=Decimal(1)),
    _named("prefecture", "设区市表彰", "Commended by the prefecture", points=Decimal(2)),
    _named("province", "省级表彰", "Commended by the province", points=Decimal(5)),
    _named("nation", "国家级表彰", "Commended by the nation", points=Decimal(10)),
)

BY_TRACK: Mapping[str, Defaults] = {
    Track.MID_LEVEL: Defaults(
        groups=_groups(
            [
                ("服务对象", "Service recipients"),
                ("所在单位工作人员", "Own unit's staff"),
                ("两代表一委员、各类监督员", "Representatives and supervisors"),
                ("社会公众", "General public"),
            ]
        ),
        aspects=ASPECTS,
        grades=_grades(
            ("satisfied", "满意", "Satisfied"),
            ("fairly_satisfied", "较满意", "Fairly satisfied"),
            ("ordinary", "一般", "Ordinary"),
            ("dissatisfied", "不满意", "Dissatisfied"),
        ),
        deductions=DEDUCTIONS,
        bonus_levels=BONUS_LEVELS,
    ),
    Track.VILLAGE: Defaults(
        groups=_groups(
            [
                ("村民（户）代表", "Villagers' (household) representatives"),
                ("村干部和党员", "Village cadres and Party members"),
                ("两代表一委员和镇联村干部", "Representatives and the town's liaison cadres"),
                ("公众", "Public"),
            ]
        ),
        aspects=ASPECTS,
        grades=_grades(
            ("excellent", "优秀", "Excellent"),
            ("competent", "称职", "Competent"),
            ("basically_competent", "基本称职", "Basically competent"),
            ("incompetent", "不称职", "Incompetent"),
        ),
        deductions=DEDUCTIONS,
        bonus_levels=BONUS_LEVELS,
    ),
    # Leaders have no box and no formula (C1): the five aspects only, for the record.
    Track.BUREAU_LEADER: Defaults(aspects=ASPECTS, notice_when=TrackRules.DaysNotice.NEVER),
}

# First and last day of each step, counted back from the deadline in days: 20 December gives spring for the pledges,
# October and November for meetings and ballots, and the last four weeks for results and rectification.
STEP_DAYS = (
    (Step.PLEDGE, 270, 170),
    (Step.MEETING, 75, 36),
    (Step.BALLOT, 75, 30),
    (Step.RESULT, 35, 10),
    (Step.RECTIFICATION, 20, 0),
)


def default_deadline(year: int) -> date:
    return date(year, 12, 20)


def make_rules(cycle: Cycle, track: str) -> TrackRules:
    """Write the default rows of ``track``."""
    defaults = BY_TRACK[track]
    rules = TrackRules.objects.create(cycle=cycle, track=track, notice_when=defaults.notice_when)
    GroupRule.objects.bulk_create(GroupRule(rules=rules, order=n, **row) for n, row in enumerate(defaults.groups, 1))
    AspectRule.objects.bulk_create(
        AspectRule(rules=rules, order=n, weight=ASPECT_WEIGHT, **row) for n, row in enumerate(defaults.aspects, 1)
    )
    GradeRule.objects.bulk_create(GradeRule(rules=rules, order=n, **row) for n, row in enumerate(defaults.grades, 1))
    DeductionRule.objects.bulk_create(
        DeductionRule(rules=rules, order=n, **row) for n, row in enumerate(defaults.deductions, 1)
    )
    BonusLevel.objects.bulk_create(
        BonusLevel(rules=rules, order=n, **row) for n, row in enumerate(defaults.bonus_levels, 1)
    )
    return rules


def make_steps(cycle: Cycle) -> list[CycleStep]:
    return CycleStep.objects.bulk_create(
        CycleStep(
            cycle=cycle,
            step=step,
            starts=cycle.deadline - timedelta(days=first),
            ends=cycle.deadline - timedelta(days=last),
        )
        for step, first, last in STEP_DAYS
    )
