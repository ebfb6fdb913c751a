"""Annex 3-2 日常考核得分表, of a month and of the whole year: every case, and what is left to everybody (C19–C25)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from evaluation.cycle.clauses import clause_of
from evaluation.cycle.models import Cycle, Track, TrackRules
from evaluation.daily.models import DailyDeduction, Defence, Finding, MonthSheet
from evaluation.daily.months import next_month
from evaluation.daily.papers.deductions import OUTCOMES
from evaluation.daily.papers.rules import SOURCES, Rules, plain_points, rule_of, rules_in_words
from evaluation.documents.paper import Block, Grid, Layout, Note, Paper, Signatures
from evaluation.documents.wording import day_in_words, moment_in_words
from evaluation.roster.models import Appraisal
from evaluation.scoring import daily_points
from evaluation.units.models import Unit

Status = DailyDeduction.Status
TWO_PLACES = Decimal("0.01")
HEADER = (
    "序号", "姓名（科室）", "查实日期", "扣分条款", "来源（投诉编号）", "事实经过", "查实结论", "依据", "涉及人员",
    "起数（人次）", "每起分值", "扣分", "累计扣分", "剩余分", "申辩及复核", "经办人", "审核人",
)  # fmt: skip
WIDTHS = (2.2, 5.6, 5.4, 4, 5, 13.4, 9, 7.6, 4.2, 3, 3.2, 3.2, 3.4, 3.4, 8, 4.3, 4.3)
TOTALS = ("序号", "姓名", "科室", "职务", "起数（人次）", "本期扣分", "累计扣分", "基础分", "日常考核得分")
TOTAL_WIDTHS = (2, 5, 8, 8, 4, 4, 4, 4, 5)
FOUND = {
    Finding.Outcome.UPHELD: "属实",
    Finding.Outcome.PARTLY: "部分属实",
    Finding.Outcome.NOT_UPHELD: "不属实",
    Finding.Outcome.UNVERIFIABLE: "无法查实",
}
LATE = "※"
# What counts, waits to be confirmed, or counted once and was withdrawn.
LISTED = Q(status__in=[Status.CONFIRMED, Status.RECORDED]) | Q(status=Status.WITHDRAWN, confirmed_at__isnull=False)


@dataclass
class Account:
    """A cadre's points as the cases are gone through, in the order of their days."""

    appraisal: Appraisal
    base: Decimal
    taken: list[Decimal] = field(default_factory=list)
    in_period: Decimal = Decimal(0)
    cases: int = 0

    @property
    def used(self) -> Decimal:
        return sum(self.taken, Decimal(0)).quantize(TWO_PLACES)

    @property
    def left(self) -> Decimal:
        return daily_points(base=self.base, deductions=self.taken).quantize(TWO_PLACES)


def month_paper(cycle: Cycle, unit: Unit, month: date, *, unseen_by: User | None = None) -> Paper:
    """Return Annex 3-2 of ``unit`` for ``month`` (its first day); a constant number of queries.

    ``unseen_by``: whoever prints it, if they are a cadre of the list themselves: their own lines are left out, as on
    the page.
    """
    sheets = MonthSheet.objects.filter(cycle=cycle, unit=unit, month=month).select_related("frozen_by")
    return _paper(cycle, unit, (month, next_month(month)), list(sheets), f"{month.month}月", unseen_by)


def year_sheet_paper(cycle: Cycle, unit: Unit, *, unseen_by: User | None = None) -> Paper:
    """Return Annex 3-2 of ``unit`` for the whole year; ``unseen_by`` as in ``month_paper``."""
    sheets = MonthSheet.objects.filter(cycle=cycle, unit=unit).select_related("frozen_by").order_by("month")
    # A case found in the year before counts here where it was confirmed in this year.
    return _paper(cycle, unit, (date.min, date.max), list(sheets), "全年", unseen_by)


def _paper(
    cycle: Cycle, unit: Unit, period: tuple[date, date], sheets: Sequence[MonthSheet], name: str, unseen_by: User | None
) -> Paper:
    accounts = accounts_of(cycle, unit, unseen_by)
    rules, listed = rules_in_words(cycle), _listed(sheets)
    frozen = {sheet.month for sheet in sheets}
    lines: list[list[str | int | Decimal | None]] = []
    shown = []
    for row in cases_of(accounts, before=period[1]):
        account = accounts[row.appraisal_id or 0]
        count_in(row, account, row.found_on >= period[0])
        if row.found_on >= period[0]:
            is_late = row.status == Status.CONFIRMED and row.found_on.replace(day=1) in frozen and row.pk not in listed
            lines.append([len(lines) + 1, *_line(row, account, is_late=is_late)])
            shown.append(row)
    return Paper(
        layout=Layout.WIDE_FORM,
        title=f"{cycle.year}年度日常考核得分表",
        subtitle=f"附件3-2　　单位：{unit.name}　　时段：{name}",
        blocks=[
            *_table(lines),
            *_totals(accounts.values()),
            *_notes(shown, rules, sheets, name, any(LATE in str(line[2]) for line in lines)),
            Signatures(["填表人：", "审核人：", "单位负责人（盖章）：", "日期："]),
        ],
    )


def accounts_of(cycle: Cycle, unit: Unit, unseen_by: User | None) -> dict[int, Account]:
    """By appraisal: those who take part, and of those exempt whoever has cases all the same."""
    bases = dict(TrackRules.objects.filter(cycle=cycle).values_list("track", "daily_base"))
    deducted = DailyDeduction.objects.filter(LISTED, appraisal__cycle=cycle).values("appraisal")
    rows = Appraisal.objects.filter(Q(exempt=False) | Q(pk__in=deducted), cycle=cycle, organising_unit=unit)
    rows = rows.exclude(track=Track.BUREAU_LEADER)
    if unseen_by is not None:
        rows = rows.exclude(cadre__user=unseen_by)
    return {one.pk: Account(one, bases.get(one.track, Decimal(0))) for one in rows.for_list()}


def cases_of(accounts: Mapping[int, Account], *, before: date) -> Iterable[DailyDeduction]:
    """The cases of a sheet, cadre by cadre."""
    rows = DailyDeduction.objects.filter(LISTED, appraisal__in=list(accounts), found_on__lt=before)
    rows = rows.select_related("appraisal", "complaint__cycle", "defence__reviewed_by", "recorded_by", "confirmed_by")
    place = {pk: number for number, pk in enumerate(accounts)}
    found = rows.prefetch_related("complaint__findings").order_by("found_on", "pk")
    return sorted(found, key=lambda row: place[row.appraisal_id or 0])


def count_in(row: DailyDeduction, account: Account, is_in_period: bool) -> None:
    if row.status != Status.CONFIRMED:
        return
    points = row.points * row.count
    account.taken.append(points)
    if is_in_period:
        account.in_period += points
        account.cases += row.count


def _line(row: DailyDeduction, account: Account, *, is_late: bool) -> list[str | int | Decimal | None]:
    one, counts = account.appraisal, row.status == Status.CONFIRMED
    number = f"（{row.complaint}）" if row.complaint else ""
    return [
        f"{one.name}\n（{one.office}）" if one.office else one.name,
        day_in_words(row.found_on) + (LATE if is_late else ""),
        f"第{row.rule}项",
        SOURCES[DailyDeduction.Source(row.source)] + number,
        row.facts,
        _finding(row),
        row.basis,
        row.supervised_person or "本人",
        row.count,
        row.points.quantize(TWO_PLACES),
        (row.points * row.count).quantize(TWO_PLACES) if counts else None,
        account.used if counts else None,
        account.left if counts else None,
        defence_in_words(row),
        str(row.recorded_by or ""),
        str(row.confirmed_by or ""),
    ]


def _finding(row: DailyDeduction) -> str:
    """What was established: the complaint's confirmed finding, the decision, the harm; or why it does not count."""
    findings = row.complaint.findings.all() if row.complaint else []
    confirmed = [one for one in findings if one.confirmed_on]
    parts = [FOUND[Finding.Outcome(confirmed[-1].outcome)]] if confirmed else []
    parts += [part for part in (row.decision, row.impropriety, row.harm, row.responsibility) if part]
    if row.to_rectify:
        parts.append(f"应整改：{row.to_rectify}（{day_in_words(row.rectify_by)}前）")
    if row.amount_reason:
        parts.append(f"酌情理由：{row.amount_reason}")
    if row.late_reason:
        parts.append(f"补录原因：{row.late_reason}")
    if row.status == Status.RECORDED:
        parts.append("待审核，未计分")
    if row.status == Status.WITHDRAWN:
        parts.append(f"已撤销，不计分：{row.reason}")
    return "；".join(parts)


def defence_in_words(row: DailyDeduction) -> str:
    defence: Defence | None = getattr(row, "defence", None)
    if defence is None:
        return ""
    outcome = OUTCOMES[Defence.Status(defence.status)]
    reviewed = f"{day_in_words(defence.reviewed_on)}{defence.reviewed_by}" if defence.reviewed_on else ""
    answer = f"：{defence.answer}" if defence.answer else ""
    return f"{day_in_words(defence.made_on)}申辩；{reviewed}{outcome}{answer}"


def _table(lines: Sequence[Sequence[str | int | Decimal | None]]) -> list[Block]:
    if not lines:
        return [Note("本期无扣分事项。")]
    return [Grid(HEADER, lines, widths=WIDTHS)]


def _totals(accounts: Iterable[Account]) -> list[Block]:
    """What is left to everybody."""
    rows: list[Sequence[str | int | Decimal | None]] = [
        [
            number,
            one.appraisal.name,
            one.appraisal.office,
            one.appraisal.held_post,
            one.cases,
            one.in_period.quantize(TWO_PLACES),
            one.used,
            one.base.quantize(TWO_PLACES),
            one.left,
        ]
        for number, one in enumerate(accounts, start=1)
    ]
    return [Grid(TOTALS, rows, caption="评议对象得分", widths=TOTAL_WIDTHS)] if rows else [Note("无参加评议的对象。")]


def _notes(
    rows: Sequence[DailyDeduction], rules: Rules, sheets: Sequence[MonthSheet], name: str, has_late: bool
) -> list[Note]:
    notes = [Note(_legend(rows, rules))] if rows else []
    if has_late:
        notes.append(Note(f"{LATE}为名单冻结后补录，以补录原因为准。"))
    empty = [sheet for sheet in sheets if not sheet.rows] if len(sheets) > 1 else []
    notes += [Note(_frozen(sheet)) for sheet in sheets if sheet not in empty]
    if empty:
        notes.append(Note("、".join(f"{sheet.month.month}月" for sheet in empty) + "名单均无扣分，已按期冻结。"))
    if not sheets:
        notes.append(Note(f"{name}名单尚未冻结，仍可能变动。"))
    return notes


def _legend(rows: Iterable[DailyDeduction], rules: Rules) -> str:
    """The rules that the table names by number, once each."""
    named = {row.rule: rule for row in rows if (rule := rule_of(row, rules)) is not None}
    words = []
    for code, rule in sorted(named.items()):
        place = f"（{clause_of(rule.clause).heading}）" if rule.clause else ""
        each = f"，扣{plain_points(rule.points)}分" if rule.points is not None else "，酌情扣分"
        words.append(f"第{code}项{place}{rule.label_zh}{each}")
    return "扣分条款：" + "；".join(words) + "。扣完为止。"


def _listed(sheets: Iterable[MonthSheet]) -> set[int]:
    return {case["deduction"] for sheet in sheets for line in sheet.rows for case in line["cases"]}


def _frozen(sheet: MonthSheet) -> str:
    by = f"由{sheet.frozen_by}" if sheet.frozen_by else "按期自动"
    at = moment_in_words(timezone.localtime(sheet.frozen_at))
    return f"{sheet.month.month}月名单已于{at}{by}冻结，校验码（SHA-256）：{sheet.sha256}"
