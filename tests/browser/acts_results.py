"""The daily points, the bonus, and step four: from the tallies to the final result."""

import re

from PIL import Image
from playwright.sync_api import expect

from tests.browser.acts_people import Year
from tests.browser.acts_setting_up import UNIT

AWARD = "全市投资项目服务先进个人"
ANALYSIS = "总体评价较好，办件排队时间长是群众反映最集中的问题。"
REASON = "本单位人员到会未交回测评票，分值调整。"


def a_bonus_is_claimed_and_approved(year: Year) -> None:
    certificate = year.folder / "certificate.png"
    Image.new("RGB", (600, 400), "ivory").save(certificate)
    cadre, office = year.person("cadre"), year.person("何静")
    cadre.turns_to("加分申请")
    cadre.follows("申请加分")
    cadre.page.get_by_label(re.compile("评议对象")).select_option(index=1)
    cadre.fills("奖项", AWARD)
    cadre.fills("表彰单位", "市委、市政府")
    cadre.page.get_by_label(re.compile("级别")).select_option(index=1)
    cadre.fills("表彰日期", year.today.isoformat())
    cadre.page.get_by_label(re.compile("证明材料")).set_input_files(certificate)
    cadre.shows("claim-form")
    cadre.presses("提交")
    cadre.shows("claimed")
    admin = year.person("周敏")
    admin.turns_to("加分申请")
    admin.follows(AWARD)
    admin.fills("单位意见", "情况属实，同意申报。")
    admin.presses("保存意见")
    office.turns_to("加分申请")
    office.follows(AWARD)
    office.shows("claim-to-decide")
    office.presses("予以认定")
    office.shows("claim-approved")


def the_missing_group_is_decided_by_two(year: Year) -> None:
    admin, office = year.person("周敏"), year.person("何静")
    admin.turns_to("评议结果")
    admin.follows("缺票评议主体")
    admin.shows("shortfalls")
    admin.ticks("分值调整到其他评议主体")
    admin.fills("理由", REASON)
    admin.presses(re.compile("对全部待研究项提出意见"))
    office.turns_to("评议结果")
    office.follows("缺票评议主体")
    office.shows("shortfalls-proposed")
    office.presses("全部确认")
    office.shows("shortfalls-settled")


def the_unit_computes_and_analyses(year: Year) -> None:
    admin = year.person("周敏")
    admin.turns_to("评议结果")
    admin.page.get_by_role("checkbox", name=re.compile(UNIT)).check()
    admin.presses("计算所选单位")
    admin.shows("computed")
    admin.follows("修改综合分析")
    admin.shows("analysis-drafted")
    box = admin.page.get_by_label(re.compile("单位综合分析"))
    box.fill(box.input_value() + ANALYSIS)
    admin.presses("保存综合分析")
    admin.sees(ANALYSIS)


def the_approver_approves_and_the_unit_hands_out(year: Year) -> None:
    resident = year.person("resident")
    resident.goes(year.known["page"])
    resident.misses("综合得分")
    admin, approver = year.person("周敏"), year.person("吴刚")
    approver.turns_to("我的待办")
    approver.shows("desk-of-the-approver")
    approver.turns_to("评议结果")
    approver.follows(UNIT)
    approver.presses("审核通过")
    admin.turns_to("评议结果")
    admin.follows(UNIT)
    admin.presses("反馈结果")
    admin.shows("delivered")
    admin.turns_to("评议结果")
    admin.follows(UNIT)
    admin.follows("向干部反馈")
    admin.fills("送达日期", year.today.isoformat())
    admin.presses("本名单反馈单已全部送达")  # the other two have no account: they have it on paper
    admin.shows("feedback")
    assert admin.downloads("PDF 评议结果反馈单").read_bytes().startswith(b"%PDF")


def the_cadre_accepts(year: Year) -> None:
    cadre = year.person("cadre")
    cadre.turns_to("我的评议结果")
    cadre.shows("own-result")
    cadre.sees(AWARD)
    cadre.presses("我无异议")
    cadre.sees("无异议")


def the_result_goes_on_public_notice(year: Year) -> None:
    admin, resident = year.person("周敏"), year.person("resident")
    admin.turns_to("评议结果")
    admin.follows(UNIT)
    admin.shows("waiting-for-answers")  # the other two have not answered, and may
    expect(admin.page.get_by_role("button", name="开始公示")).to_have_count(0)
    year.pass_days(14)
    admin.turns_to("评议结果")
    admin.follows(UNIT)
    admin.presses("开始公示")
    admin.shows("on-notice")
    resident.goes(year.known["page"])
    resident.sees("综合得分", AWARD)
    resident.shows("public-result")


def a_resident_objects_and_the_office_reviews(year: Year) -> None:
    resident, reviewer = year.person("resident"), year.person("钱勇")
    form = resident.page.locator("section", has=resident.page.get_by_role("heading", name="对该结果提出异议"))
    resident.fills("您的姓名", "叶青", within=form)
    resident.fills("联系方式", "13900000000", within=form)
    resident.fills("异议", "加分的表彰日期请核实。", within=form)
    resident.presses("提交异议", within=form)
    resident.shows("objected")
    resident.presses("我已记下编号")
    reviewer.turns_to("异议")
    reviewer.follows(year.known["cadres"][0])
    reviewer.misses("13900000000", "叶青")
    reviewer.presses("由我复核")
    reviewer.presses("查看姓名和联系方式")
    reviewer.sees("13900000000", "叶青")
    reviewer.shows("objection")
    reviewer.ticks("异议不成立，维持原结果")
    reviewer.fills("答复", "已核对表彰文件，日期无误。")
    reviewer.presses("登记复核结论")
    reviewer.shows("objection-reviewed")
    admin = year.person("周敏")
    admin.turns_to("异议")
    admin.misses("13900000000")
    resident.goes(year.known["page"])
    resident.misses("13900000000", "叶青")


def the_office_makes_it_final(year: Year) -> None:
    year.pass_days(14)
    office = year.person("何静")
    office.turns_to("我的待办")
    office.shows("desk-of-the-office")
    office.turns_to("评议结果")
    office.presses(re.compile("公示期满的全部确定"))
    office.shows("final")
    year.known["ranks"] = office.page.locator("section[aria-labelledby=list] tbody th a").all_inner_texts()
