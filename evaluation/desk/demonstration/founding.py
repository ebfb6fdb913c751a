"""The year is opened: rules, calendar, units, rosters, ledger, work plans (C2, C3, C5, C12, C13, C15, C30)."""

from datetime import date, timedelta
from random import Random

from evaluation.cycle.models import Step, Track
from evaluation.cycle.services import (
    change_cycle,
    change_rules,
    create_cycle,
    open_cycle,
    return_plan,
    save_plan,
    submit_plan,
)
from evaluation.desk.demonstration import people
from evaluation.desk.demonstration.city import CITY_NAME, City
from evaluation.desk.demonstration.story import Act
from evaluation.desk.demonstration.texts import CadreText, UnitText
from evaluation.intake.services import confirm_import, preview_import
from evaluation.recipients.imports import LEDGER
from evaluation.recognition.services import enter_grades
from evaluation.roster.imports import ROSTER
from evaluation.roster.models import Appraisal
from evaluation.roster.services import add_appraisal, file_scope_list, return_scope_lists
from evaluation.units.models import Unit
from evaluation.workbooks import Table, write_csv, write_workbook

FOUNDED = -130
NOTICE_BELOW = 90  # so that the city has notices in every state
# First and last day of each step, in days from the day of loading: so that units stand in every one of them today.
STEP_DAYS = {
    Step.PLEDGE: (-120, 10),
    Step.MEETING: (-75, 22),
    Step.BALLOT: (-75, 32),
    Step.RESULT: (-60, 42),
    Step.RECTIFICATION: (-45, 50),
}
DEPARTMENT_HEADER = (
    "序号", "单位", "单位类别", "内设机构（下属单位）", "职能性质", "岗位名称", "职务", "姓名", "任现职时间",
    "是否窗口负责人", "评议组织单位",
)  # fmt: skip
TOWN_HEADER = ("序号", "工作单位", "科室", "性质", "岗位", "职务", "姓名", "任职年月")
VILLAGE_HEADER = ("镇（街道）", "村（社区）", "姓名", "岗位", "职务", "任现职时间")
LEDGER_HEADER = (
    "受理编号", "事项名称", "承办单位", "承办科室", "经办人", "申请人", "申请人类型", "受理日期", "办结日期",
    "办理状态",
)  # fmt: skip
LEDGER_UNITS = ("minzheng", "shenpi", "huanbao", "jiaotong", "shuili")
UNFILED = ("nongye", "xiping")
WITHOUT_PLAN = ("xiping",)


def story(city: City) -> list[Act]:
    return [
        Act(city.now + timedelta(days=FOUNDED), found),
        Act(city.now + timedelta(days=FOUNDED + 1), set_up),
        Act(city.now + timedelta(days=FOUNDED + 2), import_rosters),
    ]


def later_story(city: City) -> list[Act]:
    """What needs the calendar to know its days."""
    return [
        Act(city.moment(-126, 9), write_work_plans),
        Act(city.moment(-124, 9, 30), file_scope_lists),
        Act(city.moment(-122, 9), enter_leaders),
        Act(city.moment(-90, 15), import_ledger),
        Act(city.moment(-6, 15), return_scope_list),
        Act(city.moment(-5, 10), file_late_list),
        Act(city.moment(-4, 16), grade_leaders),
    ]


def found(city: City) -> None:
    people.open_office(city)
    cycle = create_cycle(
        year=city.year, actor=city.office, city_name=CITY_NAME, deadline=city.deadline, is_demonstration=True
    )
    days = {int(step): (city.day(first), city.day(last)) for step, (first, last) in STEP_DAYS.items()}
    change_cycle(cycle=cycle, actor=city.office, fields={"ten_best_count": 10}, days=days)
    for rules in cycle.rules.exclude(notice_when="never"):
        change_rules(rules=rules, actor=city.office, fields={"notice_below": NOTICE_BELOW}, rows={})
    open_cycle(cycle=cycle, actor=city.office)


def set_up(city: City) -> None:
    people.open_city_accounts(city)
    people.set_up_units(city)
    people.make_keys(city)


def import_rosters(city: City) -> None:
    """Annex 1 as three files, through the same preview and confirmation as anybody's."""
    for name, data in (
        ("市级机关中层干部.xlsx", department_roster(city)),
        ("镇街道中层干部.xlsx", town_roster(city)),
        ("村社区干部.csv", village_roster(city)),
    ):
        year = city.cycle.year
        job = preview_import(importer=ROSTER, year=year, data=data, name=name, actor=city.office)
        confirm_import(importer=ROSTER, job=job, actor=city.office)
    people.open_accounts_of_cadres(city)
    people.follow_invitations(city)


def department_roster(city: City) -> bytes:
    texts = [text for text in city.texts.values() if text.kind != "town"]
    pairs = [(text, cadre) for text in texts for cadre in text.cadres]
    rows = [
        (
            number,
            cadre.home or text.name,
            "市直属单位" if text.kind == "service_centre" and not cadre.home else "市级机关部门",
            cadre.office,
            cadre.nature,
            cadre.post,
            cadre.post,
            cadre.name,
            cadre.appointed,
            cadre.window,
            text.name if cadre.window else "",
        )
        for number, (text, cadre) in enumerate(pairs, start=1)
    ]
    heading = "公述民评对象范围表（市级机关部门、市直属单位）"
    return write_workbook([Table("附件1", DEPARTMENT_HEADER, rows, heading=heading)])


def town_roster(city: City) -> bytes:
    return write_workbook([_town_sheet(text) for text in city.texts.values() if text.kind == "town"])


def _town_sheet(text: UnitText) -> Table:
    def row(number: int, cadre: CadreText) -> tuple[int | str, ...]:
        return (number, text.name, cadre.office, cadre.nature, cadre.post, cadre.post, cadre.name, cadre.appointed)

    rows = [row(number, cadre) for number, cadre in enumerate(text.cadres, start=1)]
    return Table(text.name, TOWN_HEADER, rows, heading=f"{text.name}中层干部公述民评对象名单")


def village_roster(city: City) -> bytes:
    return write_csv(
        VILLAGE_HEADER,
        [
            (town.name, village.name, cadre.name, cadre.post, cadre.post, cadre.appointed)
            for town in city.texts.values()
            for village in town.villages
            for cadre in village.cadres
        ],
    )


def write_work_plans(city: City) -> None:
    for code, text in city.texts.items():
        if code in WITHOUT_PLAN:
            continue
        day = city.working_day(city.words["meeting_days"][code])
        words = city.words["work_plan"]["text"].format(unit=text.name, number=len(text.cadres), day=_in_chinese(day))
        plan = save_plan(
            cycle=city.cycle, unit=city.unit(code), actor=city.admin(code), text=words, meeting_planned_on=day
        )
        plan = submit_plan(plan=plan, actor=city.admin(code))
        if code == "nongye":
            return_plan(plan=plan, actor=city.office, reason=city.words["work_plan"]["return_reason"])


def _in_chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def file_scope_lists(city: City) -> None:
    for code in city.texts:
        if code not in UNFILED:
            file_scope_list(cycle=city.cycle, unit=city.unit(code), actor=city.admin(code))


def file_late_list(city: City) -> None:
    file_scope_list(cycle=city.cycle, unit=city.unit("nongye"), actor=city.admin("nongye"))


def return_scope_list(city: City) -> None:
    file_scope_list(cycle=city.cycle, unit=city.unit("xiping"), actor=city.admin("xiping"))
    reason = city.words["scope_list"]["return_reason"]
    units = Unit.objects.filter(code="xiping")
    return_scope_lists(cycle=city.cycle, units=units, reason=reason, actor=city.office)


def enter_leaders(city: City) -> None:
    """Leading cadres are recorded with their year-end assessment alone (C1)."""
    for code, text in city.texts.items():
        for leader in text.leaders:
            add_appraisal(
                cycle=city.cycle,
                track=Track.BUREAU_LEADER,
                home_unit=city.unit(code),
                name=leader.name,
                actor=city.office,
                fields={"post": leader.post, "position": leader.post},
            )


def grade_leaders(city: City) -> None:
    graded = [leader for text in city.texts.values() for leader in text.leaders if leader.grade]
    rows = Appraisal.objects.filter(cycle=city.cycle, track=Track.BUREAU_LEADER)
    by_name = {appraisal.name: appraisal for appraisal in rows}
    grades = {by_name[leader.name]: (leader.grade, leader.remark) for leader in graded}
    enter_grades(grades=grades, actor=city.office)


def import_ledger(city: City) -> None:
    year, data = city.cycle.year, ledger(city)
    job = preview_import(importer=LEDGER, year=year, data=data, name="办件台账.xlsx", actor=city.office)
    confirm_import(importer=LEDGER, job=job, actor=city.office)


def ledger(city: City) -> bytes:
    """Sixty cases of five units; names are put together from common parts, and nobody has a telephone."""
    random, words = Random(city.year), city.words["ledger"]  # noqa: S311 (names for a story)
    rows = []
    for number in range(1, 61):
        code = LEDGER_UNITS[number % len(LEDGER_UNITS)]
        cadre = random.choice(city.texts[code].cadres)
        accepted = city.day(-random.randrange(95, 125))
        applicant = random.choice(words["surnames"]) + random.choice(words["given"])
        is_firm = number % 4 == 0
        rows.append(
            (
                f"{code.upper()}-{number:05d}",
                random.choice(words["matters"][code]),
                city.texts[code].name,
                cadre.office,
                cadre.name,
                random.choice(words["firms"]) if is_firm else applicant,
                "企业" if is_firm else "个人",
                accepted,
                accepted + timedelta(days=random.randrange(1, 4)),
                "办结",
            )
        )
    return write_workbook([Table("办件台账", LEDGER_HEADER, rows, heading=f"{city.year}年度办件台账")])
