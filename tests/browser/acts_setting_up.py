"""Before the first step: the year, its people, the roster."""

import re
from datetime import timedelta
from pathlib import Path

import openpyxl

from tests.browser.acts_people import PHONE, Person, Year, a_voter

DELIVERED = Path(__file__).resolve().parents[3] / "shared" / "rosters" / "市级机关中层干部.xlsx"
UNIT = "市发展和改革局"
CITY = "临澜市"
GROUPS = ("服务对象", "所在单位工作人员", "两代表一委员、各类监督员", "社会公众")
TAKING_PART = 3


def the_office_sets_up_the_year(year: Year) -> None:
    link = year.city.manage("create_office_account", "office", "--name", "何静").strip().splitlines()[0]
    office = year.person("何静", "office")
    office.accepts(link)
    office.sees("设置第一个年度")
    office.shows("desk-of-an-empty-city")
    office.page.locator(".next-action").get_by_role("link").first.click()
    office.fills("市名", CITY)
    office.fills("全年活动截止日期", (year.today + timedelta(days=60)).isoformat())
    office.shows("new-year")
    office.presses("设立年度")
    office.sees(CITY)


def the_office_changes_the_rules_and_opens_the_year(year: Year) -> None:
    office = year.person("何静")
    office.turns_to("年度活动与规则")
    office.follows("中层干部")
    office.follows("修改规则")
    for group in GROUPS:
        office.fills("最少有效票数", "2", within=office.page.get_by_role("group", name=group, exact=True))
    office.shows("rules-form")
    office.presses("保存规则")
    office.sees("规则已修改")
    office.shows("rules")
    office.turns_to("年度活动与规则")
    office.follows("修改日程、名称和期限")
    office.fills("反馈答复期限（工作日）", "2")
    office.fills("公示期（工作日）", "2")
    office.shows("calendar-form")
    office.presses("保存")
    office.presses("启动年度活动")
    office.sees("年度活动已启动")
    office.shows("year-open")


def the_office_imports_the_roster(year: Year) -> None:
    office = year.person("何静")
    roster = DELIVERED if DELIVERED.exists() else generated_roster(year.folder)
    office.turns_to("评议对象名单")
    office.follows("导入名单")
    office.page.get_by_label("文件").set_input_files(roster)
    office.presses("读取并预览")
    office.shows("roster-preview")
    office.presses(re.compile("确认导入"))
    office.shows("roster-imported")
    office.follows("查看名单")
    office.shows("roster")


def a_phone_opens_the_test_code(year: Year) -> None:
    """Before it, the office is led here instead of getting slips."""
    office = year.person("何静")
    office.turns_to("单位与账号")
    office.follows("账号")
    office.follows("开立账号")
    office.sees("还没有手机打开过")
    office.shows("test-code")
    with a_voter(year) as phone:
        phone.goes(office.page.locator("main p strong").first.inner_text())
        phone.shows("test-code-on-a-phone")
        phone.presses("确认：能打开")
        phone.sees("已记录")
    office.sees("已有手机打开")


def the_office_opens_accounts(year: Year) -> None:
    office = year.person("何静")
    office.turns_to("单位与账号")
    office.follows(UNIT)
    office.follows("修改")
    office.fills("在职人数", "18")
    office.presses("保存")
    year.known["code"] = office.page.locator("dl.facts div", has_text="代码").locator("dd").first.inner_text()
    for name, username, role, unit in (
        ("周敏", "zhoumin", "单位管理员", UNIT),
        ("吴刚", "wugang", "审核人", UNIT),
        ("钱勇", "office2", "市执行力办", ""),
        ("沈岩", "shenyan", "监票人", ""),
        ("林岚", "zuzhibu", "组织部", ""),
    ):
        year.person(name, username).accepts(_invited(office, name, username, role, unit))
    year.person("周敏").shows("desk-of-a-unit")
    year.person("沈岩").shows("desk-of-a-scrutineer")


def _invited(office: Person, name: str, username: str, role: str, unit: str) -> str:
    """Open an account; return the link on its slip."""
    office.turns_to("单位与账号")
    office.follows("账号")
    office.follows("开立账号")
    office.fills("姓名", name)
    office.fills("用户名", username)
    office.chooses("角色", role)
    if unit:
        office.chooses("单位", unit)
    office.presses("开立账号并显示邀请单")
    office.shows(f"slip-{username}")
    return _links(office)[0]


def _links(person: Person) -> list[str]:
    return re.findall(r"http\S+/accounts/invitation/\S+/", person.page.locator("main").inner_text())


def the_unit_settles_its_list(year: Year) -> None:
    """Three take part; the others are new in their posts. The first gets an account, the unit acts for the others."""
    admin = year.person("周敏")
    admin.turns_to("评议对象名单")
    names = admin.page.locator("main tbody th[scope=row] a").all_inner_texts()
    year.known["cadres"] = names[:TAKING_PART]
    for name in names[TAKING_PART:]:
        admin.turns_to("评议对象名单")
        admin.follows(name)
        admin.fills("理由", "到任不足三个月，本年度免评")
        admin.presses("本年度免评")
        admin.sees("该干部本年度免评")
    admin.shows("exempt")
    admin.turns_to("评议对象名单")
    admin.follows("各单位名单备案")
    admin.presses("全部备案")
    admin.shows("list-filed")
    admin.turns_to("评议对象名单")
    admin.page.get_by_role("checkbox", name=names[0]).check()
    admin.presses("为所选干部开通账号并生成邀请单")
    admin.shows("slip-of-a-cadre")
    username = admin.page.locator("dl.facts div", has_text="用户名").locator("dd").first.inner_text()
    cadre = year.person("cadre", username, screen=PHONE)
    cadre.accepts(_links(admin)[0])
    cadre.shows("desk-of-a-cadre")


def generated_roster(folder: Path) -> Path:
    """A workbook in the shape in which departments send Annex 1, for where none was delivered."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "附件1"
    sheet.append(["公述民评对象范围表（市级机关部门、市直属单位）"])
    sheet.append(["填报单位（盖章）：市作风效能执行力办"])
    sheet.append(
        ["序号", "单位", "单位类别", "内设机构\n（下属单位）", "职能性质", "岗位及职务", None, "姓\u3000名",
         "任现职时间", "是否窗口\n负责人", "评议组织单位", "联系电话"]
    )  # fmt: skip
    sheet.append([None, None, None, None, None, "岗位名称", "职务"])
    for merged in ("A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:E4", "F3:G3", "H3:H4", "I3:I4", "J3:J4", "K3:K4", "L3:L4"):
        sheet.merge_cells(merged)
    sections = (("执法大队", "马\u3000想"), ("计划财务科", "谢婷"), ("项目管理科", "马丹"), ("办公室", "宁\u3000瑜"))
    for number, (section, name) in enumerate(sections, start=1):
        unit = (UNIT, "市级机关部门") if number == 1 else (None, None)
        sheet.append([number, *unit, section, "管理", f"{section}负责人", "科长", name, "2011年6月", "否"])
    sheet.merge_cells("B5:B8")
    sheet.merge_cells("C5:C8")
    sheet.append(["注：1.本表由各单位如实填报；2.窗口负责人由市行政审批服务中心统一组织评议，不参加本单位的该项活动。"])
    path = folder / "市级机关中层干部.xlsx"
    workbook.save(path)
    return path
