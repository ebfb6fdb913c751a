"""The public box: set up by the office, open by its time, a proof of work for every pass, counted like any other."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.browser.acts_ballots import PASSPHRASE
from tests.browser.acts_people import Person, Year, a_voter
from tests.browser.acts_setting_up import UNIT

BOX = f"{UNIT}公众网上评议"
RESIDENTS = 5  # fewer would not be shown
GRADES = ("满意", "较满意", "满意", "一般", "满意")


def the_office_sets_up_the_vote_of_the_public(year: Year) -> None:
    office = year.person("何静")
    office.turns_to("票箱")
    office.follows("设立票箱")
    office.chooses("单位", UNIT)
    office.chooses("类别", "中层干部")
    office.chooses("种类", "社会公众")
    office.fills("标题", BOX)
    office.fills("启用时间", f"{year.today}T{datetime.now(ZoneInfo('Asia/Shanghai')):%H:%M}")
    office.fills("最迟截止时间", f"{year.today + timedelta(days=1)}T23:00")
    office.fills("社会公众：预计人数", "0")
    office.page.get_by_label("纸质票", exact=True).uncheck()
    office.shows("public-box-form")
    office.presses("设立")
    office.shows("public-box-draft")
    scrutineer = year.person("沈岩")
    scrutineer.turns_to("票箱")
    scrutineer.follows("监票人工作页")
    scrutineer.fills("口令", PASSPHRASE)
    scrutineer.presses("全部准备")
    scrutineer.shows("public-box-ready")


def residents_vote(year: Year) -> None:
    for number, grade in enumerate(GRADES[:RESIDENTS]):
        with a_voter(year) as resident:
            resident.goes(f"/{year.number}/{year.known['code']}/")
            resident.follows(BOX)
            if not number:
                resident.shows("public-vote")
            resident.sees("系统不记录谁投了什么")
            resident.presses("参加评议")
            expect(resident.page.locator("form#ballot")).to_be_visible(timeout=60_000)
            _marks(resident, grade)


def _marks(resident: Person, grade: str) -> None:
    sections = resident.page.locator("form#ballot [data-section]")
    for number in range(sections.count()):
        section = sections.nth(number)
        section.get_by_role("group", name="五项同选").get_by_text(grade, exact=True).click()
        if number + 1 < sections.count():
            resident.page.locator("form#ballot").get_by_role("button", name="下一位").locator("visible=true").click()
    resident.presses("检查并提交")
    resident.presses("确认提交")
    resident.sees("您的票已记录")


def the_vote_of_the_public_is_counted(year: Year) -> None:
    year.pass_days(2)
    scrutineer, office = year.person("沈岩"), year.person("何静")
    scrutineer.turns_to("票箱")
    scrutineer.follows("监票人工作页")
    scrutineer.presses("全部截止")
    counting = scrutineer.part("待计票")
    scrutineer.fills("口令", PASSPHRASE, within=counting)
    scrutineer.presses("全部计票", within=counting)
    scrutineer.shows("public-count")
    office.turns_to("票箱")
    office.page.get_by_role("checkbox", name=re.compile(BOX)).check()
    office.presses("按主持人宣布，公布所选票箱的计票结果")
    with a_voter(year) as resident:
        resident.goes(f"/{year.number}/{year.known['code']}/")
        resident.follows(BOX)
        resident.sees("本次投票已截止", "因集中投票被排除的选票数")
        resident.shows("public-vote-over")
