"""Annex 3-2, the daily sheet, as a workbook that ``reading`` reads back; the register of complaints (C19–C25)."""

from collections.abc import Iterable, Sequence
from datetime import date

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.daily.models import Complaint, ComplaintQuerySet, DailyDeduction, MonthSheet
from evaluation.daily.months import next_month
from evaluation.daily.papers import complaint_record_paper, complaint_register_paper
from evaluation.daily.papers.sheets import Account, accounts_of, cases_of, count_in, defence_in_words
from evaluation.daily.reading import COLUMNS, SOURCES
from evaluation.registry.sheets import paper_workbook
from evaluation.units.models import Unit
from evaluation.workbooks import Table, Written, write_workbook
from evaluation.workbooks.forms import labelled, write_form

# The city's own form; not translated.
HEADER = (
    "序号", "姓名", "单位", "科室", "扣分条款", "查实日期", "来源", "事实经过", "依据", "起数", "每起扣分", "投诉编号",
    "应整改事项", "整改期限", "决定或判决", "履职不当认定", "损害或影响", "被追责人员", "当时领导责任", "酌情理由",
    "事件编号", "补录原因", "重复仍计",
)  # fmt: skip
FILLING = "填表说明：带*的必填；灰色的“例”行不读入，可以删去。"
NOTES = (
    "注：1.扣分条款填1、2、3、4、5a、5b、6；2.第2项须填应整改事项、整改期限，第3项须填决定，第4项须填决定或判决、履职不当认定、"
    "损害或影响，第5项须填被追责人员、当时领导责任，第6项须填每起扣分、酌情理由；3.已冻结月份须填补录原因；"
    "4.同一事件多处扣分的填同一事件编号，确需重复计分的在“重复仍计”填是；5.不填身份证号。",
)


def empty_sheet(*, year: int) -> bytes:
    heading = f"{year}年度日常考核得分表（附件3-2）"
    return write_form("附件3-2", labelled(COLUMNS, HEADER), heading=heading, notes=[FILLING, *NOTES])


# Columns of the form that stand only where some case says something there, and what the sheet says besides and no
# import reads; each with its width.
OPTIONAL = {
    "投诉编号": 10, "应整改事项": 20, "整改期限": 12, "决定或判决": 20, "履职不当认定": 20, "损害或影响": 20,
    "被追责人员": 10, "当时领导责任": 20, "酌情理由": 20, "事件编号": 10, "补录原因": 16,
}  # fmt: skip
WIDTHS = {
    "序号": 6, "姓名": 10, "单位": 14, "科室": 14, "扣分条款": 8, "查实日期": 12, "来源": 10, "事实经过": 36,
    "依据": 18, "起数": 6, "每起扣分": 8, **OPTIONAL, "扣分": 8, "累计扣分": 8, "剩余分": 8, "申辩及复核": 20,
    "经办人": 9, "审核人": 9, "状态": 14,
}  # fmt: skip
STATES = {
    DailyDeduction.Status.RECORDED: "待审核，未计分",
    DailyDeduction.Status.CONFIRMED: "已审核",
    DailyDeduction.Status.WITHDRAWN: "已撤销，不计分",
}
TOTALS_HEADER = (
    "序号",
    "姓名",
    "单位",
    "科室",
    "职务",
    "起数（人次）",
    "本期扣分",
    "累计扣分",
    "基础分",
    "日常考核得分",
)
SIGNED = "填表人：　　　　　　　　审核人：　　　　　　　　单位负责人（盖章）：　　　　　　　　年　　月　　日"


def month_workbook(cycle: Cycle, unit: Unit, month: date, *, unseen_by: User | None = None) -> bytes:
    """Return Annex 3-2 of ``unit`` for ``month`` (its first day): the cases, which the import takes back unchanged,
    and on a sheet of their own the points of every cadre.

    ``unseen_by`` as in ``papers.month_paper``; a constant number of queries.
    """
    sheet = MonthSheet.objects.filter(cycle=cycle, unit=unit, month=month).first()
    return _sheet_workbook(cycle, unit, (month, next_month(month)), f"{month.month}月", unseen_by, sheet)


def year_sheet_workbook(cycle: Cycle, unit: Unit, *, unseen_by: User | None = None) -> bytes:
    """Return Annex 3-2 of ``unit`` for the whole year, as ``month_workbook``."""
    return _sheet_workbook(cycle, unit, (date.min, date.max), "全年", unseen_by)


def complaint_register_workbook(cycle: Cycle, unit: Unit | None = None, rows: ComplaintQuerySet | None = None) -> bytes:
    """Return 投诉登记簿; never who complained, nor how to reach them."""
    return paper_workbook(complaint_register_paper(cycle, unit, rows))


def complaint_record_workbook(complaint: Complaint) -> bytes:
    """Return 投诉核查记录 of one complaint, as its paper."""
    return paper_workbook(complaint_record_paper(complaint))


def _sheet_workbook(
    cycle: Cycle,
    unit: Unit,
    period: tuple[date, date],
    name: str,
    unseen_by: User | None,
    sheet: MonthSheet | None = None,
) -> bytes:
    accounts = accounts_of(cycle, unit, unseen_by)
    lines: list[dict[str, Written]] = []
    for row in cases_of(accounts, before=period[1]):
        account = accounts[row.appraisal_id or 0]
        count_in(row, account, row.found_on >= period[0])
        if row.found_on >= period[0]:
            lines.append({"序号": len(lines) + 1, **_case(row, account, unit)})
    heading, lead = f"{cycle.year}年度日常考核得分表（附件3-2）", f"单位：{unit.name}　　时段：{name}"
    header = [label for label in WIDTHS if label not in OPTIONAL or any(line[label] for line in lines)]
    frozen = [f"注：本月名单已冻结，校验码（SHA-256）：{sheet.sha256}"] if sheet else []
    cases = Table(
        title="附件3-2",
        heading=heading,
        lead=lead,
        measure="单位：分",
        header=header,
        rows=[[line[label] for label in header] for line in lines],
        widths=[WIDTHS[label] for label in header],
        notes=["注：扣完基础分为止；待审核和已撤销的不计分。", *frozen],
        signed=SIGNED,
        kept=2,
    )
    return write_workbook([cases, _totals(accounts.values(), unit, heading, lead)])


def _case(row: DailyDeduction, account: Account, unit: Unit) -> dict[str, Written]:
    one, counts = account.appraisal, row.status == DailyDeduction.Status.CONFIRMED
    return {
        "姓名": one.name,
        "单位": unit.name,
        "科室": one.office,
        "扣分条款": row.rule,
        "查实日期": row.found_on,
        "来源": SOURCES[row.source][0],
        "事实经过": row.facts,
        "依据": row.basis,
        "起数": row.count,
        "每起扣分": row.points,
        "投诉编号": str(row.complaint) if row.complaint else "",
        "应整改事项": row.to_rectify,
        "整改期限": row.rectify_by,
        "决定或判决": row.decision,
        "履职不当认定": row.impropriety,
        "损害或影响": row.harm,
        "被追责人员": row.supervised_person,
        "当时领导责任": row.responsibility,
        "酌情理由": row.amount_reason,
        "事件编号": row.incident_number,
        "补录原因": row.late_reason,
        "扣分": row.points * row.count if counts else None,
        "累计扣分": account.used if counts else None,
        "剩余分": account.left if counts else None,
        "申辩及复核": defence_in_words(row),
        "经办人": str(row.recorded_by or ""),
        "审核人": str(row.confirmed_by or ""),
        "状态": STATES[DailyDeduction.Status(row.status)],
    }


def _totals(accounts: Iterable[Account], unit: Unit, heading: str, lead: str) -> Table:
    rows: Sequence[Sequence[Written]] = [
        [
            *(number, one.appraisal.name, unit.name, one.appraisal.office, one.appraisal.held_post, one.cases),
            *(one.in_period, one.used, one.base, one.left),
        ]
        for number, one in enumerate(accounts, start=1)
    ]
    return Table(
        title="评议对象得分",
        heading=heading,
        lead=lead,
        measure="单位：分",
        header=TOTALS_HEADER,
        rows=rows,
        signed=SIGNED,
        kept=2,
    )
