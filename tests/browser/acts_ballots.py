"""Step three: the box from key to count, votes by phone, paper by two tellers."""

import re
import subprocess
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.acts_first_steps import UNIT
from tests.browser.acts_people import Person, Year, a_voter

PASSPHRASE = "梅花 香自 苦寒来 宝剑锋"
BOX = f"{UNIT}述职述廉会议票箱"
OPINION = "窗口排队时间太长，建议中午轮流值班。"
PAPER = 12  # ballots of service recipients, collected in the hall
VOTERS = 5  # representatives who vote by phone; fewer would not be shown
HALL = {
    "present": "实到", "printed": "印制纸质票", "leftover": "剩余作废", "handed_out": "发出", "collected": "收回",
}  # fmt: skip
GRADES = ("满意", "满意", "较满意", "一般", "满意")


def the_scrutineer_makes_a_key(year: Year) -> None:
    scrutineer = year.person("沈岩")
    scrutineer.turns_to("票箱")
    scrutineer.follows("监票人工作页")
    scrutineer.fills("口令", PASSPHRASE)
    scrutineer.fills("再次输入口令", PASSPHRASE)
    scrutineer.shows("scrutineer-key")
    sheet = scrutineer.downloads("制作密钥")
    assert len(re.findall(r"\b[0-9A-HJKMNP-TV-Z]{4}\b", text_of(sheet))) >= 14
    scrutineer.follows("恢复单已打印")
    scrutineer.sees("最近打印")
    scrutineer.shows("scrutineer-key-made")


def the_unit_sets_up_a_box(year: Year) -> None:
    admin = year.person("周敏")
    admin.turns_to("票箱")
    admin.follows("设立票箱")
    admin.chooses("单位", UNIT)
    admin.chooses("类别", "中层干部")
    admin.chooses("种类", "述职述廉会议")
    admin.page.get_by_label("述职述廉会议", exact=True).select_option(index=1)
    admin.fills("标题", BOX)
    admin.fills("最迟截止时间", f"{year.today + timedelta(days=1)}T18:00")
    admin.fills("服务对象应到人数", "15")
    admin.fills("本单位人员应到人数", "18")
    admin.fills("两代表一委员、各类监督员应到人数", "12")
    admin.shows("box-form")
    admin.presses("设立")
    admin.shows("box-draft")


def the_scrutineer_makes_the_box_ready(year: Year) -> None:
    scrutineer = year.person("沈岩")
    scrutineer.turns_to("票箱")
    scrutineer.follows("监票人工作页")
    scrutineer.fills("口令", PASSPHRASE)
    scrutineer.presses("全部准备")
    scrutineer.shows("box-ready")


def the_office_prints_the_slips(year: Year) -> None:
    office = year.person("何静")
    office.turns_to("票箱")
    office.follows(BOX)
    office.shows("box-with-slips-to-print")
    card = office.page.locator(".card", has=office.page.get_by_role("heading", name=re.compile("测评码.*两代表一委员")))
    slips = office.downloads("制作并下载测评码", within=card)
    year.known["codes"] = codes_on(slips)
    assert len(set(year.known["codes"])) == 12


def codes_on(slips: Path) -> list[str]:
    """The typed codes of 12 digits, as somebody reads them off the paper."""
    return re.findall(r"\b\d{4} \d{4} \d{4}\b", text_of(slips))


def text_of(pdf: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout


def the_scrutineer_opens_the_box(year: Year) -> None:
    with a_voter(year) as early:
        early.goes("/v/")
        _types(early, year.known["codes"][0])
        early.sees("测评码有效")
    scrutineer = year.person("沈岩")
    scrutineer.turns_to("票箱")
    scrutineer.follows("监票人工作页")
    opening = scrutineer.part("待启用")
    opening.get_by_role("checkbox", name=re.compile(BOX)).check()
    scrutineer.presses("按主持人宣布，启用所选票箱", within=opening)
    scrutineer.shows("box-open")


def representatives_vote_by_phone(year: Year) -> None:
    codes = year.known["codes"]
    with a_voter(year, with_script=False) as without_script:
        year.known["receipt"] = _votes(without_script, codes[0], list(GRADES), opinion=OPINION, pictures=True)
    with a_voter(year) as voter:
        for number, code in enumerate(codes[1:VOTERS]):
            _votes_with_script(voter, code, GRADES[number % len(GRADES)], pictures=not number)
        _types(voter, codes[1])
        voter.sees("首次提交")
        voter.shows("voted-already")


def _types(voter: Person, code: str) -> None:
    voter.goes("/v/")
    voter.page.get_by_label("测评码").fill(code)
    voter.presses("进入测评")


def _votes(voter: Person, code: str, grades: list[str], *, opinion: str, pictures: bool) -> str:
    """All on one page, aspect by aspect, and without a line of script."""
    _types(voter, code)
    if pictures:
        voter.shows("ballot-without-script")
    people = voter.page.locator("form#ballot section")
    for number in range(people.count()):
        aspects = people.nth(number).locator("fieldset[data-row]")
        for aspect, grade in zip(aspects.all(), grades, strict=True):
            aspect.get_by_text(grade, exact=True).click()
    voter.page.get_by_label(re.compile("意见建议")).first.fill(opinion)
    voter.presses("检查并提交")
    if pictures:
        voter.shows("review-without-script")
    return _confirms(voter)


def _votes_with_script(voter: Person, code: str, grade: str, *, pictures: bool) -> str:
    """One cadre after the other, all five aspects by one press."""
    _types(voter, code)
    if pictures:
        voter.shows("ballot-with-script")
    sections = voter.page.locator("form#ballot section")
    for number in range(sections.count()):
        section = sections.nth(number)
        expect(section).to_be_visible()
        section.get_by_role("group", name="五项同选").get_by_text(grade, exact=True).click()
        if number + 1 < sections.count():
            voter.page.locator("form#ballot").get_by_role("button", name="下一位").locator("visible=true").click()
    if pictures:
        voter.shows("ballot-marked")
    voter.presses("检查并提交")
    return _confirms(voter)


def _confirms(voter: Person) -> str:
    voter.sees("目前尚未记录")
    voter.presses("确认提交")
    voter.sees("您的票已记录")
    voter.shows("receipt")
    found = re.search(r"[0-9A-Za-z]{4}(?:[ -][0-9A-Za-z]{4})+", voter.page.locator("main").inner_text())
    assert found, voter.page.locator("main").inner_text()
    return found[0]


def the_box_is_closed(year: Year) -> None:
    scrutineer = year.person("沈岩")
    scrutineer.turns_to("票箱")
    scrutineer.follows("监票人工作页")
    scrutineer.shows("turnout")
    scrutineer.presses("全部截止")
    scrutineer.shows("box-closed")
    with a_voter(year) as late:
        _types(late, year.known["codes"][-1])
        late.sees("已截止")
        late.shows("too-late")


def unused_slips_are_scanned_void(year: Year) -> None:
    """What was not handed out; one of those who voted is held under the scanner by mistake."""
    office = year.person("何静")
    office.turns_to("票箱")
    office.follows(BOX)
    office.follows("未用测评码扫码作废")
    for code in year.known["codes"][VOTERS:]:
        office.fills("二维码或12位数字", code)
        office.presses("作废此码")
        office.sees("已作废")
    office.fills("二维码或12位数字", year.known["codes"][0])
    office.page.keyboard.press("Enter")
    office.sees("此测评码已投票")
    office.shows("unused-slips")


def paper_is_keyed_by_one_and_checked_by_another(year: Year) -> None:
    """The unit enters the hall's numbers; tellers with slips of their own key the sheet of an outside group."""
    admin = year.person("周敏")
    _enter_hall(admin, "服务对象", present=14, printed=15, leftover=1, handed_out=14, collected=PAPER)
    _enter_hall(
        admin,
        "两代表一委员、各类监督员",
        present=11,
        slips_out=VOTERS,
        printed=0,
        leftover=0,
        handed_out=0,
        collected=0,
    )
    admin.shows("hall-numbers")
    slips = [_teller_slip(year.person("何静"), name) for name in ("孙梅", "李强")]
    for number, slip in enumerate(slips):
        with a_voter(year) as teller:
            teller.page.set_viewport_size({"width": 1280, "height": 900})
            teller.goes("/v/teller/")
            teller.page.get_by_label("计票人凭条代码").fill(slip)
            teller.presses("开始")
            teller.shows("teller")
            teller.page.locator("li, .card", has_text="服务对象").get_by_role("link", name="录入票数").first.click()
            _key(teller)
            teller.shows("paper-keyed")
            teller.presses("录入票数" if number == 0 else "与第一次录入核对")
            teller.shows("paper-checked" if number else "paper-keyed-once")


def _enter_hall(admin: Person, group: str, **numbers: int) -> None:
    admin.turns_to("票箱")
    admin.follows(BOX)
    admin.follows(re.compile(f"^会场数字：{group}"))
    labels = {
        "present": "实到",
        "slips_out": "发出测评码",
        "printed": "印制纸质票",
        "leftover": "剩余作废",
        "handed_out": "发出",
        "collected": "收回",
    }
    for name, number in numbers.items():
        admin.fills(labels[name], str(number))
    admin.presses("保存")
    admin.sees("已保存")


def _teller_slip(office: Person, name: str) -> str:
    office.turns_to("票箱")
    office.follows(BOX)
    office.fills("计票人姓名", name)
    office.presses("制作凭条")
    office.shows("teller-slip")
    found = re.search(r"\d{4} \d{4} \d{4}", office.page.locator("main").inner_text())
    assert found
    return found[0]


def _key(teller: Person) -> None:
    """Twelve ballots: ten satisfied and two fairly satisfied in every row."""
    teller.fills("有效票", str(PAPER))
    teller.fills("无效票", "0")
    for label, number in ((" 满意", PAPER - 2), (" 较满意", 2)):
        for cell in teller.page.get_by_label(re.compile(f"{label}$")).all():
            cell.fill(str(number))


def the_box_is_counted_and_released(year: Year) -> None:
    scrutineer, office = year.person("沈岩"), year.person("何静")
    scrutineer.turns_to("票箱")
    scrutineer.follows("监票人工作页")
    counting = scrutineer.part("待计票")
    scrutineer.fills("口令", PASSPHRASE, within=counting)
    scrutineer.presses("全部计票", within=counting)
    scrutineer.shows("count-report")
    office.turns_to("票箱")
    office.page.get_by_role("checkbox", name=re.compile(BOX)).check()
    office.presses("按主持人宣布，公布所选票箱的计票结果")
    office.shows("box-released")
    with a_voter(year) as voter:
        voter.goes("/v/counted/")
        voter.page.get_by_label("查询码").fill(year.known["receipt"])
        voter.presses("查询")
        voter.sees("您的票已计入")
        voter.shows("receipt-found")


def the_unit_shows_the_opinions(year: Year) -> None:
    admin = year.person("周敏")
    admin.turns_to("我的待办")
    admin.shows("desk-after-the-count")
    admin.follows("待阅的测评意见")
    row = admin.page.locator("article.opinion-row", has_text=OPINION)
    row.focus()
    admin.page.keyboard.press("3")
    admin.sees("“工作效能”", within=row)
    admin.shows("opinions")
