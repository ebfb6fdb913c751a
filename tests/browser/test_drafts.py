"""A half-filled sheet on a voter's phone: it survives what may happen in a hall, and belongs to one voter alone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.servers import City

PHONE = {"width": 390, "height": 844}
OPINION = "窗口中午无人"


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]
    context.set_default_timeout(20_000)
    yield context
    context.close()


def test_a_half_filled_sheet(empty_city: City, phone: BrowserContext, axe_source: str) -> None:
    printed = empty_city.manage("shell", "-c", "from tests.browser.hall_seed import plant_open; print(plant_open())")
    found = re.search(r"\d{12}(?:,\d{12})+", printed)
    assert found
    first, second, *_more = found[0].split(",")
    page = phone.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)

    def look() -> None:
        page.evaluate(axe_source)
        seen = page.evaluate("axe.run({resultTypes: ['violations']})")
        faults.extend(f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in seen["violations"])
        faults.extend(["too wide"] if page.evaluate("document.body.scrollWidth > innerWidth") else [])

    _types(page, empty_city, first)
    assert page.locator("input:checked").count() == 0
    look()
    _alike(page, 0, "满意")
    page.get_by_role("button", name="下一位").click()
    page.locator("[data-section]").nth(1).locator("textarea").fill(OPINION)
    assert first not in _kept(page)

    # The phone is put away, and the slip typed anew.
    _types(page, empty_city, first)
    expect(page.get_by_text("已恢复您在本机上填写的内容")).to_be_visible()
    assert page.locator("[data-row] input:checked").count() == 5
    assert page.locator("textarea").nth(1).input_value() == OPINION

    # What is missing is pointed out before the review.
    page.get_by_role("button", name="下一位").click()
    page.get_by_role("button", name="检查并提交").click()
    expect(page.get_by_role("button", name="2. 王示例：5 项未评")).to_be_visible()
    look()
    _alike(page, 1, "较满意")

    # No connection: the page says so and keeps everything.
    phone.set_offline(True)
    page.get_by_role("button", name="检查并提交").click()
    expect(page.get_by_text("现在没有网络")).to_be_visible()
    phone.set_offline(False)
    page.get_by_role("button", name="检查并提交").click()
    page.wait_for_url("**/review/")
    look()
    assert page.get_by_text("未评").count() == 0
    page.get_by_role("button", name="确认提交").click()

    expect(page.get_by_role("link", name="下一位投票人")).to_be_visible()
    look()
    assert _kept(page) == "{}"
    page.go_back()
    expect(page.get_by_label("测评码")).to_have_value("")
    assert page.get_by_text(OPINION).count() == 0

    # The next voter's sheet is empty, and opening it wipes what another left.
    page.evaluate("localStorage.setItem('minping-draft-abc', JSON.stringify({at: Date.now(), fields: {}}))")
    page.evaluate("localStorage.setItem('minping-draft-old', JSON.stringify({at: Date.now() - 13 * 36e5, fields: {}}))")
    page.goto(f"{empty_city.url}/v/")
    assert "minping-draft-old" not in _kept(page)
    _types(page, empty_city, second)
    assert page.locator("input:checked").count() == 0
    assert "minping-draft-abc" not in _kept(page)
    page.get_by_role("link", name="暂不投票").click()
    expect(page.get_by_label("测评码")).to_be_visible()
    assert _kept(page) == "{}"
    assert faults == []


def _types(page: Page, city: City, code: str) -> None:
    page.goto(f"{city.url}/v/")
    page.get_by_label("测评码").fill(code)
    page.get_by_role("button", name="进入测评").click()
    page.wait_for_url("**/sheet/")
    expect(page.locator("[data-section]").first).to_be_visible()


def _alike(page: Page, number: int, grade: str) -> None:
    section = page.locator("[data-section]").nth(number)
    section.get_by_role("group", name="五项同选").get_by_text(grade, exact=True).click()
    assert section.locator("[data-row] input:checked").count() == 5


def _kept(page: Page) -> str:
    return str(page.evaluate("JSON.stringify(localStorage)"))
