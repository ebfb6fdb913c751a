"""日常考核扣分告知书: what is handed to a cadre, with the slip that says it was received."""

from collections.abc import Iterable, Sequence

from django.utils import timezone

from evaluation.cycle.models import Cycle
from evaluation.daily.models import DailyDeduction, Defence
from evaluation.daily.papers.rules import SOURCES, Rules, plain_points, rules_in_words, whole_rule
from evaluation.documents.paper import Fields, Heading, Layout, Note, Paper, Signatures, Text
from evaluation.documents.wording import day_in_words
from evaluation.roster.models import Appraisal

TITLE = "日常考核扣分告知书"
OUTCOMES = {Defence.Status.OPEN: "复核中", Defence.Status.UPHELD: "采纳", Defence.Status.DISMISSED: "不予采纳"}
TOLD = {DailyDeduction.Told.PAGE: "本人页面告知", DailyDeduction.Told.SLIP: "书面送达"}
PARTICULARS = (
    ("supervised_person", "被追责人员"),
    ("responsibility", "当时领导责任"),
    ("to_rectify", "应整改事项"),
    ("decision", "决定或判决"),
    ("impropriety", "履职不当认定"),
    ("harm", "损害或影响"),
    ("amount_reason", "酌情理由"),
)


def deduction_paper(deduction: DailyDeduction) -> Paper:
    """Return the notice of one confirmed deduction to its cadre, never who complained; one query.

    ``deduction`` comes from ``for_list()`` and has an appraisal.
    """
    return deduction_papers([deduction])[0]


def deduction_papers(deductions: Iterable[DailyDeduction]) -> list[Paper]:
    """Return a notice for each of ``deductions``, all of one year; one query in all."""
    rows = [(row, row.appraisal) for row in deductions if row.appraisal is not None]
    if not rows:
        return []
    rules = rules_in_words(rows[0][1].cycle)
    return [_notice(row, appraisal, rules) for row, appraisal in rows]


def _notice(row: DailyDeduction, appraisal: Appraisal, rules: Rules) -> Paper:
    cycle = appraisal.cycle
    return Paper(
        layout=Layout.FORM,
        title=TITLE,
        subtitle=f"{cycle.title}　　{appraisal.organising_unit.name}",
        blocks=[
            Text(f"{appraisal.name}同志：", indent=False),
            Text(f"根据{cycle.title}日常考核的有关规定，{_confirmed(row)}现予告知。"),
            Fields(_facts(row, appraisal, rules)),
            *_answer(row, cycle),
            Signatures(["告知单位（盖章）：", "日期："]),
            Heading("送达回执", level=1),
            Fields(_receipt(row, appraisal)),
            Note("本回执由受送达人签名后交告知单位存档。"),
        ],
    )


def _confirmed(row: DailyDeduction) -> str:
    day = day_in_words(timezone.localdate(row.confirmed_at)) if row.confirmed_at else ""
    return f"下列扣分事项已于{day}经审核确认，" if day else "下列扣分事项"


def _facts(row: DailyDeduction, appraisal: Appraisal, rules: Rules) -> list[Sequence[tuple[str, str]]]:
    each, total = plain_points(row.points), plain_points(row.points * row.count)
    told = [(label, getattr(row, name)) for name, label in PARTICULARS if getattr(row, name)]
    return [
        [("姓名", appraisal.name), ("所在单位", appraisal.home_unit.name)],
        [("科室", appraisal.office), ("职务", appraisal.held_post)],
        [("扣分条款", whole_rule(row, rules))],
        [("查实日期", day_in_words(row.found_on)), ("信息来源", SOURCES[DailyDeduction.Source(row.source)])],
        [("事实经过", row.facts)],
        [("查实依据", row.basis)],
        *([pair] for pair in told),
        [("扣分", f"每起（人次）{each}分，计{row.count}起（人次），共扣{total}分")],
    ]


def _answer(row: DailyDeduction, cycle: Cycle) -> list[Text | Fields]:
    """How it can be answered; or, where it was, what was said and what came of it."""
    defence: Defence | None = getattr(row, "defence", None)
    if defence is None:
        until = (
            f"于{day_in_words(row.defence_due)}前" if row.defence_due else f"自收到之日起{cycle.defence_days}个工作日内"
        )
        return [Text(f"如认为与事实不符，请{until}书面向本单位提出申辩。申辩由未参与本事项的人员复核。")]
    said = [("申辩", f"{day_in_words(defence.made_on)}：{defence.text}")]
    outcome = OUTCOMES[Defence.Status(defence.status)]
    if defence.answer:
        outcome = f"{outcome}（{day_in_words(defence.reviewed_on)}）：{defence.answer}"
    return [Fields([said, [("复核结果", outcome)]])]


def _receipt(row: DailyDeduction, appraisal: Appraisal) -> list[Sequence[tuple[str, str]]]:
    how = TOLD[DailyDeduction.Told(row.told_how)] if row.told_how else ""
    return [
        [("送达文书", TITLE), ("受送达人", appraisal.name)],
        [("送达方式", how), ("送达日期", day_in_words(row.told_on))],
        [("受送达人签名", ""), ("签收日期", "")],
        [("送达人签名", ""), ("备注", "")],
    ]
