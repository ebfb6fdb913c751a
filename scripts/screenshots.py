"""Photograph the pages that README and docs/design.md show, from a freshly loaded demonstration city.

``make screenshots`` runs it; the pictures go to ``docs/screenshots/``. Every picture is a page as its reader sees it,
at 390 or 1280 pixels wide.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from evaluation.desk.demonstration.people import PASSWORD  # noqa: E402
from tests.browser.servers import City, open_city  # noqa: E402

FOLDER = ROOT / "docs" / "screenshots"
SIZES: dict[str, ViewportSize] = {
    "phone": {"width": 390, "height": 844},
    "desktop": {"width": 1280, "height": 900},
}
# name of the picture, who looks (None: anybody), screen, and the way there: an address, then texts of links to follow
PICTURES: tuple[tuple[str, str | None, str, str, tuple[str, ...]], ...] = (
    ("home", None, "desktop", "/", ()),
    ("home-phone", None, "phone", "/", ()),
    ("results", None, "desktop", "/results/", ()),
    ("components", None, "desktop", "/components/", ()),
    ("desk-office", "office", "desktop", "/desk/", ()),
    ("desk-unit", "minzheng", "desktop", "/desk/", ()),
    ("desk-cadre-phone", "minzheng-1", "phone", "/desk/", ()),
    ("monitor", "office", "desktop", "/desk/monitor/", ()),
)


def sign_in(page: Page, city: City, username: str) -> None:
    page.goto(f"{city.url}/accounts/sign-in/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/desk/**")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        city = open_city(Path(folder), demonstration=True)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        try:
            for name, who, screen, address, links in PICTURES:
                context = browser.new_context(viewport=SIZES[screen], locale="zh-CN", timezone_id="Asia/Shanghai")
                page = context.new_page()
                if who:
                    sign_in(page, city, who)
                page.goto(city.url + address)
                for link in links:
                    page.get_by_role("link", name=link).first.click()
                page.screenshot(path=FOLDER / f"{name}.png", full_page=False)
                context.close()
                print(f"docs/screenshots/{name}.png")
        finally:
            browser.close()
            city.stop()


if __name__ == "__main__":
    main()
