"""The people of the year at their browsers, and what all acts share."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.servers import City

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
PASSWORD = "甘棠遗爱-2012-公述民评"
PATIENCE = 20_000  # ms; several of these servers share the cores of a test machine
CLOCK = Path(__file__).with_name("clock")


def day_in_china() -> date:
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


@dataclass
class Year:
    """What the people of the year know of each other: written down by one act, read by a later one."""

    city: City
    browser: Browser
    folder: Path
    today: date = field(default_factory=day_in_china)
    began: date = field(default_factory=day_in_china)
    known: dict[str, Any] = field(default_factory=dict)
    people: dict[str, "Person"] = field(default_factory=dict)
    pictures: int = 0

    @property
    def number(self) -> int:
        return self.began.year

    def person(self, name: str, username: str = "", *, screen: dict[str, int] = DESKTOP, **context: Any) -> "Person":
        if name not in self.people:
            self.people[name] = Person(self, name, username, self.new_context(screen, **context))
        return self.people[name]

    def new_context(self, screen: dict[str, int], **more: Any) -> BrowserContext:
        made = self.browser.new_context(
            viewport=screen, locale="zh-CN", timezone_id="Asia/Shanghai", **more  # type: ignore[arg-type]
        )  # fmt: skip
        made.set_default_timeout(PATIENCE)
        return made

    def pass_days(self, days: int) -> None:
        """Let working days go by: the server starts again with a clock that is ahead. Its people sign in once more."""
        self.city.stop()
        self.today += timedelta(days=days)
        ahead = (self.today - self.began).days
        self.city.environment |= {"PYTHONPATH": str(CLOCK), "DAYS_AHEAD": str(ahead)}
        self.city.start()
        for person in self.people.values():
            person.context.clear_cookies()
            person.is_in = False


class Person:
    """Somebody with a browser of their own; without a user name a resident or a voter."""

    def __init__(self, year: Year, name: str, username: str, context: BrowserContext) -> None:
        self.year, self.name, self.username, self.context = year, name, username, context
        self.page: Page = context.new_page()
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.is_in = False

    # Getting somewhere

    def goes(self, address: str) -> None:
        """Type an address, as printed on a slip or a poster."""
        response = self.page.goto(address if address.startswith("http") else self.year.city.url + address)
        assert response is not None
        assert response.ok, f"{address}: {response.status}"

    def signs_in(self) -> None:
        self.goes("/accounts/sign-in/")
        self.fills("用户名", self.username)
        self.fills("密码", PASSWORD)
        self.presses("登录")
        expect(self.page).to_have_url(re.compile("/desk/"))
        self.is_in = True

    def accepts(self, invitation: str) -> None:
        """Open the link of an invitation and set a password."""
        self.goes(invitation)
        self.fills("新密码", PASSWORD)
        self.fills("再次输入新密码", PASSWORD)
        self.presses("设置密码并登录")
        expect(self.page).to_have_url(re.compile("/desk/"))
        self.is_in = True

    def turns_to(self, entry: str) -> None:
        """Take an entry of the work menu."""
        if not self.is_in:
            self.signs_in()
        if self.page.get_by_role("navigation", name="工作").count() == 0:
            self.goes("/desk/")
        menu = self.page.get_by_role("navigation", name="工作")
        if not menu.is_visible():
            self.page.locator("details.nav-narrow > summary").click()
            menu = self.page.get_by_role("navigation", name="菜单")
        menu.get_by_role("link", name=entry, exact=True).click()

    def follows(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        self._in(within).get_by_role("link", name=name).first.click()

    # Doing something

    def fills(self, label: str | re.Pattern[str], value: str, *, within: Locator | None = None) -> None:
        self._in(within).get_by_label(_beginning(label)).first.fill(value)

    def chooses(self, label: str | re.Pattern[str], option: str, *, within: Locator | None = None) -> None:
        self._in(within).get_by_label(_beginning(label)).first.select_option(label=option)

    def ticks(self, label: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        self._in(within).get_by_label(_beginning(label)).first.check()

    def presses(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        self._in(within).get_by_role("button", name=_beginning(name)).first.click()

    def downloads(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> Path:
        """Press a button, or follow a link, that gives a file."""
        place = self._in(within)
        with self.page.expect_download() as waited:
            place.get_by_role("button", name=name).or_(place.get_by_role("link", name=name)).first.click()
        path = self.year.folder / f"{len(list(self.year.folder.glob('download-*')))}-{waited.value.suggested_filename}"
        path = path.with_name(f"download-{path.name}")
        waited.value.save_as(path)
        return path

    # Looking

    def sees(self, *texts: str | re.Pattern[str], within: Locator | None = None) -> None:
        for text in texts:
            expect(self._in(within)).to_contain_text(text)

    def misses(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.locator("body")).not_to_contain_text(text)

    def row(self, *texts: str) -> Locator:
        rows = self.page.get_by_role("row")
        for text in texts:
            rows = rows.filter(has_text=text)
        return rows.first

    def part(self, heading: str | re.Pattern[str]) -> Locator:
        """The section under a heading."""
        return self.page.get_by_role("region", name=heading).first

    def shows(self, name: str) -> None:
        """Keep a picture of the page, where ``MINPING_SCREENSHOTS`` names a folder for them."""
        if folder := os.environ.get("MINPING_SCREENSHOTS"):
            self.year.pictures += 1
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(folder) / f"{self.year.pictures:03}-{name}.png", full_page=True)

    def _in(self, within: Locator | None) -> Locator:
        return within or self.page.locator("main")


def _beginning(label: str | re.Pattern[str]) -> re.Pattern[str]:
    """Labels of required fields end in an asterisk; a word that begins another label must not be taken for it."""
    return re.compile(rf"^\s*{re.escape(label)}\s*\*?\s*$") if isinstance(label, str) else label


@contextmanager
def a_voter(year: Year, *, with_script: bool = True) -> Iterator[Person]:
    """Somebody with a phone and no account, for once."""
    context = year.new_context(PHONE, java_script_enabled=with_script, is_mobile=True, has_touch=True)
    yield Person(year, "voter", "", context)
    context.close()
