"""Step five, what results are used for, and what residents have of it."""

import re
import subprocess
import sys
from datetime import timedelta

from tests.browser.acts_ballots import OPINION
from tests.browser.acts_first_steps import OTHER_PLEDGE, PLEDGE
from tests.browser.acts_people import Year
from tests.browser.acts_results import ANALYSIS, AWARD
from tests.browser.acts_setting_up import UNIT
from tests.browser.servers import ROOT

MEASURE = "中午安排两名工作人员轮流值班，公布预约电话。"
COMMENT = "能不能周六也开一个窗口？"
RUDE = "都是骗人的，某某家住三号楼"
ANSWER = "自下月起每周六上午开设一个窗口。"


def the_cadre_writes_a_plan(year: Year) -> None:
    cadre, admin = year.person("cadre"), year.person("周敏")
    admin.turns_to("整改")
    admin.shows("plans-to-draft")
    admin.presses("生成整改计划")
    admin.shows("plans-drafted")
    cadre.turns_to("整改")
    cadre.follows(year.known["cadres"][0])
    cadre.sees(OPINION)
    cadre.shows("plan-drafted")
    cadre.follows("填写整改计划")
    cadre.shows("plan-form")
    for number in range(cadre.page.get_by_label(re.compile("整改措施")).count()):
        if not cadre.page.get_by_label(re.compile(r"^\s*问题")).nth(number).input_value():
            continue
        cadre.page.get_by_label(re.compile("整改措施")).nth(number).fill(MEASURE)
        cadre.page.get_by_label(re.compile("达到的效果")).nth(number).fill("平均等候时间降到十分钟以内。")
        due = (year.today + timedelta(days=30)).isoformat()
        cadre.page.get_by_label(re.compile("整改时限")).nth(number).fill(due)
    cadre.presses("保存并提交")
    cadre.shows("plan-submitted")


def the_approver_publishes_the_plan(year: Year) -> None:
    approver, resident = year.person("吴刚"), year.person("resident")
    resident.goes(year.known["page"])
    resident.misses(MEASURE)
    approver.turns_to("整改")
    approver.presses("全部公布")
    approver.shows("plans-published")
    resident.goes(year.known["page"])
    resident.sees(MEASURE)
    for text in (COMMENT, RUDE):
        form = resident.page.locator("section", has=resident.page.get_by_role("heading", name="对整改计划提出意见建议"))
        resident.fills("您的意见建议", text, within=form.last)
        resident.presses("提交意见", within=form.last)
    resident.misses(COMMENT, RUDE)
    resident.shows("public-plan")


def the_opinion_is_shown_and_answered(year: Year) -> None:
    admin, resident = year.person("周敏"), year.person("resident")
    admin.turns_to("整改")
    admin.follows("意见建议")
    admin.shows("comments")
    admin.row(COMMENT).get_by_role("checkbox").check()
    admin.presses("公开所选")
    admin.row(RUDE).get_by_role("checkbox").check()
    admin.page.get_by_text("所选不予公开").click()
    admin.fills("补充说明", "涉及他人住址")
    admin.presses("不予公开")
    admin.follows(re.compile("^答复"), within=admin.row(COMMENT))
    admin.fills("答复", ANSWER)
    admin.presses("保存答复")
    resident.goes(year.known["page"])
    resident.sees(COMMENT, ANSWER)
    resident.misses(RUDE)


def the_plan_is_carried_out_and_accepted(year: Year) -> None:
    cadre, approver, resident = year.person("cadre"), year.person("吴刚"), year.person("resident")
    cadre.turns_to("整改")
    cadre.follows(year.known["cadres"][0])
    cadre.follows("填报整改情况")
    for box in cadre.page.locator("main textarea").all():
        box.fill("已安排中午值班，等候时间降到八分钟。")
    cadre.shows("plan-report")
    cadre.presses("报告整改完成")
    approver.turns_to("整改")
    approver.presses("全部验收")
    approver.sees("已验收")
    approver.shows("plan-accepted")
    resident.goes(year.known["page"])
    resident.sees("已验收")
    resident.shows("public-acceptance")


def the_unit_recommends_its_best(year: Year) -> None:
    admin, best = year.person("周敏"), year.known["ranks"][0]
    admin.turns_to("推荐与表彰")
    admin.shows("recommendations")
    admin.follows(UNIT)
    admin.shows("candidates")
    admin.presses(re.compile(f"推荐.*{best}"))
    admin.fills("个人简历", "2001年参加工作，2011年任现职，中共党员。")
    admin.fills("事迹", "坚持把服务企业作为第一要务，全年走访企业一百二十家，协调解决问题四十三个。" * 52)
    admin.shows("deeds")
    admin.presses("保存")
    admin.presses(re.compile(r"^\s*报送"))
    admin.shows("recommended")


def the_office_and_the_organisation_department_choose(year: Year) -> None:
    resident, office, organisation = year.person("resident"), year.person("何静"), year.person("林岚")
    best = year.known["ranks"][0]
    for person in (office, organisation):
        person.turns_to("推荐与表彰")
        person.follows("十佳评选")
        person.row(best).get_by_role("checkbox").check()
        person.presses("标记所选")
        person.shows("ten-best-marked")
    resident.goes("/honours/")
    resident.misses(best)
    office.turns_to("推荐与表彰")
    office.follows("十佳评选")
    office.presses("公布十佳名单")
    office.shows("ten-best")
    resident.goes("/honours/")
    resident.sees(best)
    resident.shows("honours")


def residents_see_the_year(year: Year) -> None:
    resident = year.person("resident")
    resident.goes("/")
    resident.sees(f"{year.number}年度公述民评")
    resident.shows("home")
    resident.goes("/results/")
    resident.shows("results")
    resident.follows(year.known["cadres"][0])
    resident.follows("完整名单")
    resident.sees(*year.known["cadres"], ANALYSIS)
    resident.shows("public-pool")
    resident.goes("/search/")
    resident.fills(re.compile("姓名|单位"), year.known["cadres"][0])
    resident.presses(re.compile("查找|查询|搜索"))
    resident.follows(year.known["cadres"][0])
    resident.sees(PLEDGE, AWARD, MEASURE, "已验收")
    resident.misses(OTHER_PLEDGE, RUDE)
    for address in ("/desk/", f"/work/{year.number}/results/", f"/work/{year.number}/ballots/"):
        resident.goes(address)
        assert "/accounts/sign-in/" in resident.page.url


def anyone_recomputes_the_results(year: Year) -> None:
    resident = year.person("resident")
    resident.goes("/open-data/")
    resident.shows("open-data")
    results = resident.downloads(re.compile("JSON|json"))
    done = subprocess.run(
        [sys.executable, "-m", "evaluation.scoring", str(results)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(name in done.stdout for name in year.known["cadres"]), done.stdout
