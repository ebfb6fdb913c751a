"""A resident votes over plain http, on an address that is no secure context: the proof of work runs there too."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Page, expect

from tests.browser.public_seed import PLACE
from tests.browser.servers import City, prepare

HOST = "minping.test"
UNSOLVABLE = {
    "parameters": {
        "algorithm": "SCRYPT", "cost": 16, "keyLength": 32, "keyPrefix": "00" * 32, "nonce": "00" * 16,
        "salt": "00" * 16, "memoryCost": 8, "parallelism": 1,
    },
    "signature": "00",
}  # fmt: skip
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    made = City(tmp_path_factory.mktemp("public"))
    made.environment |= {"EXTRA_HOSTS": HOST, "SMS_BACKEND": "console"}
    prepare(made)
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def plain_http(browser_type: BrowserType, browser_type_launch_args: dict[str, Any]) -> Iterator[Browser]:
    """A browser in which a name that is not the machine's own leads to the city, without a certificate."""
    arguments = [
        *browser_type_launch_args.get("args", []),
        f"--host-resolver-rules=MAP {HOST} 127.0.0.1",
        "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable",
    ]
    browser = browser_type.launch(**{**browser_type_launch_args, "args": arguments})
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def addresses(city: City) -> list[str]:
    """Of the vote by a proof of work, and of the one by a text message."""
    printed = city.manage("shell", "-v", "0", "-c", "from tests.browser.public_seed import plant; print(*plant())")
    return [f"http://{HOST}:{city.port}/v/public/{code}/" for code in printed.split()]


@pytest.fixture(scope="module")
def address(addresses: list[str]) -> str:
    return addresses[0]


@pytest.fixture
def page(plain_http: Browser) -> Iterator[Page]:
    page = plain_http.new_page(viewport=PHONE, locale="zh-CN", timezone_id="Asia/Shanghai")  # type: ignore[arg-type]
    yield page
    page.context.close()


def is_refused(page: Page) -> list[str]:
    """What the content security policy kept back, filled while the page is used."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if "Content Security" in message.text else None)
    return found


def test_a_ballot_is_cast_without_a_secure_context(page: Page, address: str) -> None:
    refused = is_refused(page)
    page.goto(address)
    assert page.evaluate("isSecureContext") is False
    assert page.evaluate("typeof crypto.subtle") == "undefined"
    page.get_by_role("button", name="参加评议").click()
    page.wait_for_selector("#ballot", timeout=60_000)
    radios = (
        "[...document.querySelectorAll('#ballot input[type=radio]')].reverse().forEach(one => { one.checked = true; })"
    )
    page.evaluate(radios)
    page.evaluate("document.getElementById('ballot').submit()")
    page.get_by_role("button", name=re.compile("提交|确认")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("您的票已记录")
    assert refused == []


def test_the_check_is_announced_and_can_be_waited_for(page: Page, address: str) -> None:
    page.goto(address)
    status = page.get_by_role("status")
    expect(status).to_have_text("")
    page.route("**/challenge/", lambda route: route.fulfill(json={"challenge": UNSOLVABLE}))
    page.get_by_role("button", name="参加评议").click()
    expect(status).to_have_text("正在核验，约需数秒。")
    expect(page.get_by_role("progressbar", name="核验")).to_be_visible()
    expect(page.locator("#proof-seconds")).to_contain_text("秒")


def test_a_check_that_fails_says_so_and_can_be_tried_again(page: Page, address: str) -> None:
    page.goto(address)
    page.route("**/challenge/", lambda route: route.abort())
    button = page.get_by_role("button", name="参加评议")
    button.click()
    expect(page.get_by_role("status")).to_contain_text("未能完成核验")
    page.unroute("**/challenge/")
    button.click()
    page.wait_for_selector("#ballot", timeout=60_000)


def test_without_script_the_page_leads_to_the_paper_boxes(plain_http: Browser, address: str) -> None:
    context = plain_http.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_text("当前浏览器未能运行")).to_be_visible()
    expect(page.get_by_role("button", name="参加评议")).to_have_count(0)
    expect(page.get_by_role("rowheader", name=PLACE)).to_be_visible()
    context.close()


def test_a_code_by_text_message_opens_the_ballot(page: Page, city: City, addresses: list[str]) -> None:
    page.goto(addresses[1])
    page.get_by_label("手机号码").fill("138 0013 8000")
    page.get_by_role("button", name="获取验证码").click()
    page.wait_for_selector("#code", timeout=60_000)
    sent = re.findall(r"SMS 13800138000: .*?(\d{6})", (city.folder / "server.log").read_text())
    page.get_by_label("短信验证码").fill(sent[-1])
    page.locator("main form button").click()
    page.wait_for_selector("#ballot")


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(plain_http: Browser, address: str, axe_source: str, width: int) -> None:
    page = plain_http.new_page(viewport={"width": width, "height": 900}, locale="zh-CN")
    page.goto(address)
    page.evaluate(axe_source)
    found = page.evaluate("axe.run().then(found => found.violations.map(one => one.id + ': ' + one.nodes[0].html))")
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()
