"""A hall in which no browser runs a line of script: from the scrutineer's passphrase to the released report."""

import re
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.acts_ballots import codes_on
from tests.browser.hall_seed import BOX, CADRES, PASSPHRASE, PASSWORD, YEAR
from tests.browser.servers import City

PHONE = {"width": 390, "height": 844}
VOTERS = 5  # fewer would not be shown
GRADES = ("满意", "较满意", "一般", "不满意", "不了解")
RECEIPT = re.compile(r"[0-9a-z]{4}(?:-[0-9a-z]{4}){2}")


def test_a_hall_without_script(empty_city: City, browser: Browser, tmp_path: Path) -> None:
    empty_city.manage("shell", "-c", "from tests.browser.hall_seed import plant; plant()")
    office, scrutineer = (_signed_in(browser, empty_city, name) for name in ("office", "jianpiao"))

    _readies(scrutineer)
    codes = _slips(office, tmp_path)
    _opens(scrutineer)
    receipts = [_votes(browser, empty_city, code, first=not number) for number, code in enumerate(codes[:VOTERS])]
    with _phone(browser) as voter:
        again = _types(voter.new_page(), empty_city, codes[0])
        expect(again.get_by_text("首次提交")).to_be_visible()
        assert receipts[0] in again.locator("main").inner_text()
    _screen_shows_numbers_alone(office)
    _closes_and_counts(scrutineer)
    _releases(office)

    expect(office.get_by_role("heading", name="计票结果")).to_be_visible()
    assert office.locator("table", has_text=CADRES[0]).get_by_role("row", name="工作作风 5 0 0 0").is_visible()
    assert len(set(receipts)) == VOTERS
    _finds(browser, empty_city, receipts[0])


def _phone(browser: Browser) -> BrowserContext:
    context = browser.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=False)  # type: ignore[arg-type]
    context.set_default_timeout(20_000)
    return context


def _signed_in(browser: Browser, city: City, username: str) -> Page:
    page = browser.new_context(locale="zh-CN", java_script_enabled=False).new_page()
    page.goto(f"{city.url}/accounts/sign-in/?next=/work/{YEAR}/ballots/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="登录").click()
    return page


def _at_work(page: Page) -> None:
    page.goto(re.sub(r"^(https?://[^/]+).*", rf"\1/work/{YEAR}/ballots/scrutineer/", page.url))


def _readies(scrutineer: Page) -> None:
    _at_work(scrutineer)
    scrutineer.get_by_role("region", name="待准备").get_by_label("口令").fill(PASSPHRASE)
    scrutineer.get_by_role("button", name="全部准备").click()
    expect(scrutineer.get_by_text("待启用")).to_be_visible()


def _slips(office: Page, folder: Path) -> list[str]:
    office.goto(re.sub(r"^(https?://[^/]+).*", rf"\1/work/{YEAR}/ballots/", office.url))
    office.get_by_role("link", name=BOX).first.click()
    with office.expect_download() as started:
        office.get_by_role("button", name="制作并下载测评码").click()
    path = folder / "slips.pdf"
    started.value.save_as(path)
    return codes_on(path)


def _opens(scrutineer: Page) -> None:
    _at_work(scrutineer)
    scrutineer.get_by_role("checkbox", name=BOX).check()
    scrutineer.get_by_role("button", name="启用所选票箱").click()
    expect(scrutineer.get_by_role("button", name="全部截止")).to_be_visible()


def _types(page: Page, city: City, code: str) -> Page:
    page.goto(f"{city.url}/v/")
    page.get_by_label("测评码").fill(code)
    page.get_by_role("button", name="进入测评").click()
    return page


def _votes(browser: Browser, city: City, code: str, *, first: bool) -> str:
    """The first marks every aspect by hand, the others all aspects alike; all marks are the same."""
    with _phone(browser) as context:
        page = _types(context.new_page(), city, code)
        expect(page.get_by_text("对您的承诺")).to_be_visible()
        assert page.locator("input:checked").count() == 0
        for section in page.locator("form#ballot section").all():
            rows = section.locator("fieldset[data-row]" if first else "fieldset[data-quick]")
            for row in rows.all():
                row.get_by_text(GRADES[0], exact=True).click()
        page.get_by_role("button", name="检查并提交").click()
        expect(page.get_by_text("目前尚未记录")).to_be_visible()
        assert page.get_by_text("弃权").count() == 0
        page.get_by_role("button", name="确认提交").click()
        expect(page.get_by_role("link", name="下一位投票人")).to_be_visible()
        found = RECEIPT.search(page.locator("main").inner_text())
        assert found
        return found[0]


def _screen_shows_numbers_alone(office: Page) -> None:
    office.get_by_role("link", name="会场大屏").click()
    expect(office.locator(".hall-figures")).to_contain_text(re.compile(r"手机投票\s*5"))
    assert office.get_by_text(CADRES[0]).count() == 0
    office.get_by_role("link", name="刷新").click()
    expect(office.locator(".hall-figures")).to_contain_text(re.compile(r"手机投票\s*5"))


def _closes_and_counts(scrutineer: Page) -> None:
    _at_work(scrutineer)
    scrutineer.get_by_role("button", name="全部截止").click()
    scrutineer.get_by_role("region", name="待计票").get_by_label("口令").fill(PASSPHRASE)
    scrutineer.get_by_role("button", name="全部计票").click()
    expect(scrutineer.get_by_role("heading", name="计票结果报告单")).to_be_visible()


def _releases(office: Page) -> None:
    office.get_by_role("link", name="返回票箱").click()
    screen = office.get_by_role("link", name="会场大屏").get_attribute("href")
    office.goto(re.sub(r"^(https?://[^/]+).*", rf"\1{screen}", office.url))
    assert office.get_by_text(CADRES[0]).count() == 0
    office.goto(re.sub(r"^(https?://[^/]+).*", rf"\1/work/{YEAR}/ballots/", office.url))
    office.get_by_role("checkbox", name=BOX).check()
    office.get_by_role("button", name="公布所选票箱的计票结果").click()
    office.goto(re.sub(r"^(https?://[^/]+).*", rf"\1{screen}", office.url))


def _finds(browser: Browser, city: City, receipt: str) -> None:
    with _phone(browser) as context:
        page = context.new_page()
        page.goto(f"{city.url}/v/counted/")
        page.get_by_label("查询码").fill(receipt)
        page.get_by_role("button", name="查询").click()
        expect(page.get_by_role("status")).to_contain_text("您的票已计入")
