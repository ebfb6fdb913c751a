"""From a resident's complaint to a deduction that counts, and what residents say of the rectification in the end."""

import re

from playwright.sync_api import expect

from tests.browser.acts_people import PHONE, Year, a_voter

MATTER = "十月十二日到窗口补交材料，工作人员两次说法不一，让我跑了三趟，也没有一次说清楚。"
TELEPHONE = "13700001111"
FACTS = "经调阅窗口录像和办件记录，补正材料确未一次告知，群众往返三次。"
ANSWER = "您反映的情况属实。窗口已印制一次性告知单，并向您致歉。"


def a_resident_complains(year: Year) -> None:
    resident = year.person("complainant", screen=PHONE)
    resident.goes(year.known["page"])
    resident.follows("投诉反映")
    resident.shows("complaint-form")
    resident.fills("发生了什么事？", MATTER)
    resident.ticks("实名：希望告知结果并回访")
    resident.fills("您的姓名", "方晴")
    resident.fills("电话", TELEPHONE)
    resident.presses("提交")
    resident.shows("complaint-receipt")
    year.known["receipt"] = resident.page.locator(".receipt-code strong").inner_text()
    assert re.fullmatch(r"\d{4}\D\d{4}\D\d{4}", year.known["receipt"])
    assert not re.search(r"\d{12}", resident.page.url)
    resident.presses("我已记下编号")


def the_unit_accepts_and_finds(year: Year) -> None:
    admin, approver = year.person("周敏"), year.person("吴刚")
    admin.turns_to("投诉")
    admin.shows("complaints")
    admin.page.locator("main").get_by_role("link", name=re.compile(rf"{year.number}-1\b")).first.click()
    admin.sees(MATTER, year.known["cadres"][0])
    admin.misses(TELEPHONE)
    admin.chooses("承办人", "周敏")
    admin.presses("受理")
    admin.sees("办理中")
    admin.presses("查看联系方式")
    admin.sees(TELEPHONE)
    admin.page.go_back()
    admin.follows("登记核查结论")
    admin.ticks("属实")
    admin.fills("查明的事实", FACTS)
    admin.fills("结论依据", "窗口录像、办件记录")
    admin.fills("处理和整改情况", "已印制一次性告知单。")
    admin.presses("登记核查结论")
    admin.shows("finding")
    expect(admin.page.get_by_role("button", name="审定")).to_have_count(0)
    approver.turns_to("投诉")
    approver.page.locator("main").get_by_role("link", name=re.compile(rf"{year.number}-1\b")).first.click()
    approver.misses(TELEPHONE)
    expect(approver.page.get_by_role("button", name="查看联系方式")).to_have_count(0)
    approver.presses("审定")
    approver.sees("由此产生的扣分", "扣5.00分")
    approver.shows("finding-confirmed")


def the_complainant_is_answered(year: Year) -> None:
    admin, resident = year.person("周敏"), year.person("complainant")
    admin.turns_to("投诉")
    admin.page.locator("main").get_by_role("link", name=re.compile(rf"{year.number}-1\b")).first.click()
    admin.follows("答复投诉人")
    admin.fills("答复投诉人的内容", ANSWER)
    admin.presses("答复")
    resident.goes("/complaints/")
    resident.fills(re.compile("编号"), "1111 2222 3333")
    resident.presses("查询")
    resident.misses(ANSWER)
    resident.fills(re.compile("编号"), year.known["receipt"])
    resident.presses("查询")
    resident.sees(ANSWER, "属实")
    resident.misses(TELEPHONE, "周敏")
    resident.shows("complaint-followed")
    resident.page.get_by_text("满意", exact=True).first.click()
    resident.presses("提交")
    resident.sees("办结")
    resident.presses("退出，并从本设备清除")


def the_proposal_becomes_a_deduction(year: Year) -> None:
    admin, approver, cadre = year.person("周敏"), year.person("吴刚"), year.person("cadre")
    admin.turns_to("日常扣分")
    admin.follows(re.compile("^扣分建议"))
    admin.sees(year.known["cadres"][0], FACTS)
    admin.shows("proposal")
    cadre.turns_to("日常扣分")
    cadre.misses(FACTS)
    admin.follows(re.compile("^采纳"))
    admin.shows("deduction-form")
    admin.presses("保存")
    admin.shows("deduction-recorded")
    approver.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    approver.goes("/desk/")
    approver.follows(re.compile("待确认的日常扣分"))
    approver.sees(year.known["cadres"][0])
    approver.shows("deductions-to-confirm-on-a-phone")
    approver.presses(re.compile("^确认"))
    approver.shows("deduction-confirmed")
    approver.page.set_viewport_size({"width": 1280, "height": 900})
    cadre.turns_to("日常扣分")
    cadre.follows(re.compile(year.known["cadres"][0]))
    cadre.sees(FACTS)
    cadre.shows("deduction-told")


def the_notice_is_issued_and_received(year: Year) -> None:
    office, admin = year.person("何静"), year.person("周敏")
    office.turns_to("整改")
    office.follows("整改通知书")
    office.presses("按规则拟出通知书")
    office.sees(year.known["cadres"][0])
    office.shows("notices-proposed")
    office.presses("全部印发")
    office.shows("notices-issued")
    admin.turns_to("整改")
    admin.follows("整改通知书")
    admin.follows(re.compile(year.known["cadres"][0]))
    admin.sees("投诉")
    admin.presses("签收")
    admin.shows("notice-received")


def a_resident_rates_what_was_done(year: Year) -> None:
    with a_voter(year) as resident:
        resident.goes(year.known["page"])
        resident.presses("满意")
        resident.shows("rated")
        expect(resident.page.locator("#rating ~ form.rating-choices")).to_have_count(0)
