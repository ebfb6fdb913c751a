"""Every page of every role, on a phone: axe finds nothing, nothing runs over the side, nothing is blocked by the CSP.

The pages are found by following links from each role's desk, one page of each address name and role; what a role
cannot reach by links is not a page of that role; a town is a unit. Each page is then widened to a desktop screen and
measured again, and axe reads the public ones once more.
"""

from collections import Counter, deque
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Error, Page, Response

from evaluation.desk.demonstration.people import PASSWORD
from tests.browser.servers import City

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
ROLES = {
    "public": None,
    "office": "office",
    "unit": "minzheng",
    "approver": "minzheng-sh",
    "cadre": "minzheng-1",
    "scrutineer": "jianpiao1",
    "organisation": "zuzhibu",
    "auditor": "jiwei",
}
# How many addresses of one name a role's walk opens.
PER_NAME = 1
# How many shapes of one name axe reads on a screen, whoever comes first. Contrast, half of the work, is a matter of the
# style sheets: it is read the first time only.
READ_PER_NAME = 2
NAMES_READ: Counter[tuple[int, str]] = Counter()
# Pages of one shape have the same faults: elements, attributes and where there are words; rows alike count as one.
SHAPES_READ: set[tuple[int, str]] = set()
SHAPE = """() => {
  const shape = node => {
    const attributes = [...node.attributes].map(one => ["class", "role", "type"].includes(one.name)
      || one.name.startsWith("aria-") && one.value.length < 6 ? one.name + "=" + one.value : one.name);
    const words = [...node.childNodes].some(one => one.nodeType === 3 && one.textContent.trim()) ? "w" : "";
    const children = [...node.children].map(shape).filter((one, place, all) => one !== all[place - 1]);
    return `<${node.tagName} ${attributes.sort().join(" ")}${words}>${children.join("")}`;
  };
  return shape(document.body);
}"""


def sign_in(page: Page, city: City, username: str) -> None:
    page.goto(f"{city.url}/accounts/sign-in/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit], main form button.btn-primary")
    page.wait_for_url("**/desk/**")


def name_of(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def walk(page: Page, city: City, start: str, look: Any) -> set[str]:
    """Open pages breadth first, ``PER_NAME`` of each name; return the names that were opened."""
    waiting, opened, counts = deque([start]), set[str](), dict[str, int]()
    while waiting:
        path = waiting.popleft()
        name = name_of(path)
        if not name or path in opened or counts.get(name, 0) >= PER_NAME:
            continue
        opened.add(path)
        response = opened_page(page, city.url + path)
        if response is None:
            continue
        assert response.status == 200, f"{path}: {response.status}"
        counts[name] = counts.get(name, 0) + 1
        look(path)
        links = page.eval_on_selector_all("a[href]:not([download])", "links => links.map(link => link.href)")
        waiting.extend(
            parts.path
            for parts in map(urlsplit, links)
            if parts.netloc == urlsplit(city.url).netloc and not is_file(parts.path)
        )
    return set(counts)


def opened_page(page: Page, url: str) -> Response | None:
    """Open an address; ``None`` where it turns out to be a file to be saved."""
    try:
        response = page.goto(url)
    except Error as error:
        if "Download is starting" in error.message:
            return None
        raise
    assert response is not None
    return response


def is_file(path: str) -> bool:
    """Downloads are no pages: by the end of the address, or what it is called."""
    names = ("-file", "-pdf", "-scan", "-proof", "-evidence", "-photo", "-template", "-marked")
    ends = (".pdf", ".docx", ".json", ".xlsx", ".csv", ".txt", "/export/", "/file/")
    return path.endswith(ends) or name_of(path).endswith(names)


def test_every_page_is_accessible(browser: Browser, demonstration: City, axe_source: str) -> None:
    """One walk after another, so that what one role has read is not read again for the next."""
    found = [fault for role in ROLES for fault in faults_met(browser, demonstration, axe_source, role)]

    assert found == []


def faults_met(browser: Browser, city: City, axe_source: str, role: str) -> list[str]:
    context = browser.new_context(viewport=PHONE, locale="zh-CN", bypass_csp=False)  # type: ignore[arg-type]
    context.add_init_script(axe_source)
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if "Content Security" in message.text else None)
    if ROLES[role]:
        sign_in(page, city, ROLES[role])  # type: ignore[arg-type]

    def look(path: str) -> None:
        for screen, read in ((PHONE, True), (DESKTOP, not ROLES[role])):
            page.set_viewport_size(screen)  # type: ignore[arg-type]
            faults.extend(f"{role} {path}: {fault}" for fault in faults_on(page, screen, read=read, name=name_of(path)))
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]

    names = walk(page, city, "/desk/" if ROLES[role] else "/", look)
    context.close()
    return faults if len(names) >= 5 else [*faults, f"{role}: only {sorted(names)}"]


def faults_on(page: Page, screen: dict[str, int], *, read: bool, name: str) -> list[str]:
    """What axe finds on a shape that it has not read on this screen, and what runs over the side."""
    faults: list[str] = []
    shape, seen = (screen["width"], page.evaluate(SHAPE)), (screen["width"], name)
    if read and shape not in SHAPES_READ and NAMES_READ[seen] < READ_PER_NAME:
        SHAPES_READ.add(shape)
        rules = {"color-contrast": {"enabled": not NAMES_READ[seen]}}
        NAMES_READ[seen] += 1
        found = page.evaluate("rules => axe.run({resultTypes: ['violations'], rules: rules})", rules)
        faults = [f"{fault['id']} {fault['nodes'][0]['html'][:160]}" for fault in found["violations"]]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*faults, f"{wide} px run over the side of {screen['width']}"] if wide > 0 else faults
