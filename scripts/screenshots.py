"""Photograph the pages that README and docs/design.md show, from a freshly loaded demonstration city.

``make screenshots`` runs it; the pictures go to ``docs/screenshots/``. Every picture is a page as its reader sees it,
at 390 or 1280 pixels wide.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser.servers import City, open_city  # noqa: E402

FOLDER = ROOT / "docs" / "screenshots"
SIZES: dict[str, ViewportSize] = {
    "phone": {"width": 390, "height": 844},
    "desktop": {"width": 1280, "height": 900},
}
# name of the picture, who looks (None: anybody), screen, and the way there: an address, then texts of links to follow;
# "#…" scrolls to a heading, "@pass" enters with the first pass that the start notes name
PICTURES: tuple[tuple[str, str | None, str, str, tuple[str, ...]], ...] = (
    ("home", None, "desktop", "/", ()),
    ("home-phone", None, "phone", "/", ()),
    ("results", None, "desktop", "/results/", ()),
    ("result-explained", None, "desktop", "/results/", ("陈立新", "#result")),
    ("pledge-phone", None, "phone", "/results/", ("陈立新", "#pledge")),
    ("ballot-phone", None, "phone", "/v/", ("@pass", "#cadre-1")),
    ("secrecy-phone", None, "phone", "/v/secrecy/", ()),
    ("hall-screen", "jianpiao1", "desktop", "/desk/", ("票箱", "市环保局述职述廉会议票箱", "会场大屏")),
    ("draw", "jiaotong", "desktop", "/desk/", ("服务对象抽取", "道路运输和涉路施工企业名单")),
    ("rectification", None, "desktop", "/results/", ("郑国良", "#plan")),
    ("rules", "office", "desktop", "/desk/", ("年度活动与规则", "中层干部")),
    ("rules-public", None, "desktop", "/about/", ("全部规则、依据条款和办理时限",)),
    ("complaint-phone", None, "phone", "/complaints/new/?unit=minzheng", ()),
    ("opinions", "office", "desktop", "/desk/", ("测评意见",)),
    ("ledger", "office", "desktop", "/desk/", ("整改", "整改台账")),
    ("archive", "minzheng", "desktop", "/desk/", ("文书与归档",)),
    ("registry", "office", "desktop", "/desk/", ("文件登记",)),
    ("components", None, "desktop", "/components/", ()),
    ("desk-office", "office", "desktop", "/desk/", ()),
    ("desk-unit", "weisheng", "desktop", "/desk/", ()),
    ("desk-cadre-phone", "sifa-3", "phone", "/desk/", ()),
    ("monitor", "office", "desktop", "/desk/monitor/", ()),
)

# documents: name of the picture, who prints, the way to the page, a word of the link to the PDF
DOCUMENTS: tuple[tuple[str, str, str, tuple[str, ...], str], ...] = (
    ("poster", "minzheng", "/desk/", ("履职承诺", "陈立新"), "A4"),
    ("circular", "office", "/desk/", ("文件登记", "关于2026年度公述民评情况的通报"), "PDF"),
)


def noted(city: City, pattern: str) -> str:
    """What the start notes say to whoever starts the demonstration city."""
    found = re.search(pattern, city.manage("start_notes"), re.MULTILINE)
    assert found, f"the start notes hold no {pattern}"
    return found[1]


def sign_in(page: Page, city: City, username: str) -> None:
    page.goto(f"{city.url}/accounts/sign-in/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", noted(city, r"密码：(\S+)"))
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/desk/**")


def follow(page: Page, city: City, link: str) -> None:
    if link == "@pass":
        page.fill("[name=secret]", noted(city, r"^ *(\d{4} \d{4} \d{4}) "))
        page.press("[name=secret]", "Enter")
        page.wait_for_url("**/sheet/**")
    elif link.startswith("#"):
        page.wait_for_load_state()
        page.locator(link).evaluate("heading => heading.scrollIntoView({behavior: 'instant'})")
        page.wait_for_timeout(300)
    else:
        page.get_by_role("link", name=link, exact=True).first.click()
        page.wait_for_load_state()


def shrink(picture: Path) -> None:
    """Pictures of pages have few colours: a palette halves the file."""
    with Image.open(picture) as image:
        image.convert("RGB").quantize(128, method=Image.Quantize.MEDIANCUT).save(picture, optimize=True)


def led(browser: Browser, city: City, who: str | None, screen: str, address: str, links: tuple[str, ...]) -> Page:
    page = browser.new_context(viewport=SIZES[screen], locale="zh-CN", timezone_id="Asia/Shanghai").new_page()
    if who:
        sign_in(page, city, who)
    page.goto(city.url + address)
    for link in links:
        follow(page, city, link)
    return page


def print_first_page(page: Page, city: City, word: str, stem: Path) -> None:
    address = page.locator("main a", has_text=word).first.get_attribute("href")
    pdf = page.request.get(f"{city.url}{address}").body()
    subprocess.run(["pdftoppm", "-png", "-r", "72", "-singlefile", "-", str(stem)], input=pdf, check=True)


def finish(page: Page, name: str) -> None:
    page.context.close()
    shrink(FOLDER / f"{name}.png")
    print(f"docs/screenshots/{name}.png")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        city = open_city(Path(folder), demonstration=True)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium-headless-shell") or shutil.which("chromium"), args=["--no-sandbox"]
        )
        try:
            for name, who, screen, address, links in PICTURES:
                page = led(browser, city, who, screen, address, links)
                page.screenshot(path=FOLDER / f"{name}.png", full_page=False)
                finish(page, name)
            for name, who, address, links, word in DOCUMENTS:
                page = led(browser, city, who, "desktop", address, links)
                print_first_page(page, city, word, FOLDER / name)
                finish(page, name)
        finally:
            browser.close()
            city.stop()


if __name__ == "__main__":
    main()
