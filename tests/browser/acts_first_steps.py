"""Steps one and two: pledges, reports, the meeting."""

import re
from datetime import date, timedelta

from tests.browser.acts_people import Person, Year
from tests.browser.acts_setting_up import UNIT

PLEDGE = "企业投资项目备案当日办结"
OTHER_PLEDGE = "梳理审批前置条件并全部公开"
PLACE = "市机关大院三号楼二楼会议室"
INVITED = {"服务对象": 15, "本单位干部职工": 18, "党代表": 4, "人大代表": 4, "政协委员": 2, "各类监督员": 2}


def the_cadre_writes_a_pledge(year: Year) -> None:
    cadre = year.person("cadre")
    cadre.turns_to("履职承诺")
    cadre.follows(year.known["cadres"][0])
    cadre.follows("填写履职承诺")
    _write_pledge(cadre, PLEDGE)
    cadre.shows("own-pledge")
    cadre.presses("提交审核")
    cadre.sees("已提交")


def _write_pledge(person: Person, item: str) -> None:
    person.fills("岗位职责", "负责企业投资项目的备案、核准和服务。")
    person.fills("身份", "科长，中共党员")
    person.fills("服务承诺", "首问负责，一次告知，限时办结。监督电话0576-82766200。")
    person.fills("履职承诺", item)
    person.presses("保存")


def the_unit_writes_the_other_pledges(year: Year) -> None:
    admin = year.person("周敏")
    for name in year.known["cadres"][1:]:
        admin.turns_to("履职承诺")
        admin.follows(name)
        admin.follows("填写履职承诺")
        _write_pledge(admin, OTHER_PLEDGE)
    admin.turns_to("履职承诺")
    admin.presses("提交整个名单")
    admin.shows("pledges-submitted")


def the_approver_publishes_the_pledges(year: Year) -> None:
    resident = year.person("resident", screen={"width": 390, "height": 844})
    resident.goes(f"/{year.number}/{year.known['code']}/")
    resident.misses(PLEDGE)
    approver = year.person("吴刚")
    approver.turns_to("履职承诺")
    approver.shows("pledges-to-approve")
    approver.presses("审核通过整个名单")
    approver.presses("公布整个名单")
    approver.shows("pledges-published")
    resident.goes(f"/{year.number}/{year.known['code']}/")
    resident.shows("public-unit")
    resident.follows(year.known["cadres"][0])
    resident.sees(PLEDGE)
    year.known["page"] = resident.page.url
    resident.shows("public-pledge")


def the_unit_announces_the_meeting(year: Year) -> None:
    admin = year.person("周敏")
    admin.turns_to("述职述廉会议")
    admin.follows("新建会议")
    admin.chooses("单位", UNIT)
    admin.fills("标题", f"{UNIT}公开述职述廉会议")
    admin.fills("时间", f"{_later(year, 2)}T09:00")
    admin.fills("地点", PLACE)
    admin.fills("主持人", "吴刚")
    admin.presses("保存")
    admin.follows("邀请人数")
    for category, number in INVITED.items():
        admin.fills(category, str(number))
    admin.presses("保存")
    admin.shows("meeting-prepared")
    admin.presses("公告会议")
    admin.sees("已公告")


def _later(year: Year, days: int) -> date:
    return year.today + timedelta(days=days)


def the_reports_are_written_and_published(year: Year) -> None:
    cadre = year.person("cadre")
    admin, approver = year.person("周敏"), year.person("吴刚")
    cadre.turns_to("述职述廉报告")
    cadre.follows(year.known["cadres"][0])
    cadre.follows("填写述职述廉报告")
    cadre.shows("report-form")
    _write_report(cadre)
    cadre.shows("own-report")
    cadre.presses("提交审核")
    for name in year.known["cadres"][1:]:
        admin.turns_to("述职述廉报告")
        admin.follows(name)
        admin.follows("填写述职述廉报告")
        _write_report(admin)
    admin.turns_to("述职述廉报告")
    admin.presses("提交整个名单")
    approver.turns_to("述职述廉报告")
    approver.presses("审核通过整个名单")
    approver.presses("公布整个名单")
    approver.sees("已公布")


def _write_report(person: Person) -> None:
    person.fills("履职情况", "全年办理备案412件，平均用时0.6个工作日。")
    person.fills("服务承诺", "一次告知单全部上墙，未发生超时办件。")
    person.fills("廉洁自律", "严格遵守廉洁自律各项规定，未收受礼品礼金。")
    person.fills("问题与打算", "上门服务还不够，下一步每月走访企业两次。")
    person.chooses("完成情况", "已完成")
    person.fills("具体情况", "已按承诺完成，并向社会公布。")
    person.presses("保存")


def the_meeting_is_held(year: Year) -> None:
    year.pass_days(2)
    admin = year.person("周敏")
    admin.turns_to("述职述廉会议")
    admin.follows(f"{UNIT}公开述职述廉会议")
    admin.follows("分类到会情况")
    for category, number in INVITED.items():
        admin.page.get_by_label(f"{category} 实到").fill(str(number - 1))
        admin.page.get_by_label(f"{category} 请假").fill("1")
    admin.shows("attendance-form")
    admin.presses("保存")
    admin.presses("登记会议已召开")
    admin.follows("登记询问质询")
    admin.page.get_by_label(re.compile(r"^\s*答复人")).select_option(index=1)
    admin.chooses("种类", "质询")
    admin.chooses("内容", "群众关心的热点难点问题")
    admin.chooses("提问人类别", "人大代表")
    admin.fills("询问", "企业反映备案系统夜间无法提交，什么时候能解决？")
    admin.fills("书面答复期限", _later(year, 5).isoformat())
    admin.shows("inquiry-form")
    admin.presses("保存")
    admin.shows("meeting-held")


def the_cadre_answers_in_writing(year: Year) -> None:
    cadre, admin = year.person("cadre"), year.person("周敏")
    cadre.turns_to("我的待办")
    cadre.shows("desk-with-an-answer-owed")
    cadre.page.locator("main").get_by_role("link", name=re.compile("书面答复|答复")).first.click()
    cadre.follows(re.compile("^答复"))
    cadre.fills("书面答复", "系统已于本周升级，现在全天可以提交。")
    cadre.presses("提交答复")
    admin.turns_to("述职述廉会议")
    admin.follows(f"{UNIT}公开述职述廉会议")
    admin.follows("填写并公布通报")
    admin.fills("会议情况报告", "会议按议程进行，评议对象逐一述职述廉并接受询问。")
    admin.presses("公布通报")
    admin.sees("已通报")
    admin.shows("meeting-reported")
    resident = year.person("resident")
    resident.goes(f"/{year.number}/{year.known['code']}/")
    resident.follows(re.compile("述职述廉会议"))
    resident.sees("系统已于本周升级", PLACE)
    resident.shows("public-meeting")
