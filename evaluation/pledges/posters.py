"""公开履职承诺公示 on paper (C6): a poster for the window, a board for a whole unit, plates for the desk.

All three carry a QR code to a public page: nothing is drawn before a phone has opened the test code. Only what is
published is drawn. What is said in words beside a code is the address that it carries.
"""

import base64
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluation.cycle.models import Cycle
from evaluation.documents.pdf import html_to_pdf
from evaluation.documents.qr import QrPath, qr_path
from evaluation.errors import DomainError
from evaluation.files.models import StoredFile
from evaluation.guard.site_test import require_site_tested
from evaluation.pledges.fitting import Type, ems, height_of, largest, lines_of, shortened
from evaluation.pledges.models import Pledge, PledgeItem
from evaluation.pledges.selectors import published_pledges
from evaluation.units.models import Unit

# How much larger than A4 everything is drawn.
SCALES = {"A4": 1.0, "A3": math.sqrt(2)}


@dataclass(frozen=True, slots=True)
class Section:
    """A heading over paragraphs, or over numbered items; ``note`` says what holds for all of them."""

    heading: str
    lines: list[str]
    is_numbered: bool = False
    note: str = ""


# The poster: millimetres at A4.
POSTER_WIDTH = 182.0
POSTER_ROOM = 139.0  # between the head with the photo and the foot with the code
LATER_ROOM = 231.0  # less what is lost where a paragraph is not broken
HEADING = 11.5
POSTER_TYPES = tuple(
    Type(f"t{points:g}".replace(".", "-"), points, 1.42)
    for points in (30, 27, 24, 22, 20, 18.5, 17, 16, 15, 14, 13, 12.5, 12)
)
LONG_TYPES, SMALL_TYPES = POSTER_TYPES[6:10], POSTER_TYPES[10:]
MOST_EMPTY = 0.6  # of a last page, before a smaller type is taken to spare it
# Millimetres between sections where a short text leaves room.
AIRS = (0, 3, 6, 9, 12, 15)


def public_rows(pledges: Sequence[Pledge]) -> list[Pledge]:
    """Return the rows with what is drawn of them. Raises ``DomainError``: ``nothing_chosen``, ``not_public``."""
    if not pledges:
        raise DomainError("nothing_chosen", _("No published pledge is among them; there is nothing to print."))
    found = {row.pk: row for row in drawn_pledges().filter(pk__in=[pledge.pk for pledge in pledges])}
    if len(found) != len({pledge.pk for pledge in pledges}):
        raise DomainError("not_public", _("Only published pledges are printed. Publish it first."))
    return [found[pledge.pk] for pledge in pledges]


def drawn_pledges() -> Any:
    """Published pledges with all that a poster, board or plate shows of them, in four queries."""
    return published_pledges().select_related("appraisal__cycle")


def poster_pdf(pledges: Sequence[Pledge], *, size: str = "A4") -> bytes:
    """Return one poster for each pledge, A4 or A3 upright: one page, or as many full pages as a long one needs.

    Raises ``DomainError``: ``site_untested``, ``nothing_chosen``, ``not_public``; ``KeyError`` for another size.
    """
    require_site_tested()
    scale = SCALES[size]
    rows = public_rows(pledges)
    telephones = {cycle: _telephone_of_office(cycle) for cycle in {row.appraisal.cycle for row in rows}}
    posters = [_poster(row, telephones[row.appraisal.cycle]) for row in rows]
    values = {"posters": posters, "size": size, "rem": f"{scale:.4f}mm", "types": POSTER_TYPES, "airs": AIRS}
    return _drawn("poster", values)


def _poster(pledge: Pledge, office_telephone: str) -> dict[str, Any]:
    appraisal = pledge.appraisal
    sections = _sections(pledge)
    size = _poster_type(sections)
    unit = appraisal.organising_unit
    return {
        "pledge": pledge,
        "appraisal": appraisal,
        "cycle": appraisal.cycle,
        "name": _spread(appraisal.name),
        "name_class": _class_of(ems(appraisal.name), {4: "n1", 6: "n2", 9: "n3"}, "n4"),
        "post_class": _class_of(ems(appraisal.post_line), {12: "p1", 17: "p2", 26: "p3"}, "p4"),
        "unit_line": " · ".join(_units(appraisal)),
        "photo": photo_uri(pledge.photo),
        "sections": sections,
        "type": size.name,
        "air": _air(sections, size),
        "telephones": [
            (label, number)
            for label, number in (("监督电话", office_telephone), ("单位电话", unit.telephone))
            if number
        ],
        **_code(_cadre_address(pledge)),
    }


def _sections(pledge: Pledge) -> list[Section]:
    items = list(pledge.items.all())
    dues = {item.due for item in items}
    common = dues.pop() if len(dues) == 1 else None
    cycle = pledge.appraisal.cycle
    found = [
        Section("岗位职责", _lines(pledge.duties)),
        Section("服务承诺", _lines(pledge.commitments)),
        Section(
            f"“{cycle.campaign_name}”承诺事项" if cycle.campaign_name else "活动承诺事项",
            [_item_line(item, common) for item in items],
            is_numbered=len(items) > 1,
            note=f"{_day(common)}前完成" if common else "",
        ),
    ]
    return [section for section in found if section.lines]


def _item_line(item: PledgeItem, common: date | None) -> str:
    text = item.text.strip()
    if item.due is None or item.due == common:
        return text
    return f"{text.rstrip('。；')}（{_day(item.due)}前完成）"


def _poster_type(sections: Sequence[Section]) -> Type:
    """The largest type in which all stands on one page; a long text is spread over pages in a type easily read."""
    heights = [_sections_height(sections, size) for size in POSTER_TYPES]
    fits = largest(POSTER_TYPES, heights, room=POSTER_ROOM)
    if fits is not None:
        return fits
    # As few pages as the smallest of these types needs, in the largest that needs no more: so the last one is filled.
    pages = {size: _pages(_sections_height(sections, size)) for size in (*LONG_TYPES, *SMALL_TYPES)}
    fewest = math.ceil(min(pages[size] for size in LONG_TYPES))
    chosen = next(size for size in LONG_TYPES if pages[size] <= fewest)
    if fewest - pages[chosen] > MOST_EMPTY:
        return next((size for size in SMALL_TYPES if pages[size] <= fewest - 1), chosen)
    return chosen


def _air(sections: Sequence[Section], size: Type) -> int:
    left = (POSTER_ROOM - _sections_height(sections, size)) / max(len(sections), 1)
    return max((air for air in AIRS if air <= left), default=0)


def _pages(height: float) -> float:
    """How many pages are filled, the last one in part."""
    return 1 + (height - POSTER_ROOM) / LATER_ROOM


def _sections_height(sections: Sequence[Section], size: Type) -> float:
    return sum(
        HEADING + height_of(section.lines, width=POSTER_WIDTH, size=size, hanging=1.4, gap=0.15) for section in sections
    )


@dataclass(frozen=True, slots=True)
class Layout:
    """A board's grid at A4 lying, millimetres; ``photo`` the height of a portrait."""

    columns: int
    rows: int
    photo: float

    @property
    def name(self) -> float:
        return 11.0 if self.photo >= BIG else 8.6 if self.photo >= 28 else 7.2


BIG = 40
BOARD_WIDTH = 277.0
BOARD_HEIGHT = 161.0
BOARD_TYPES = tuple(
    Type(f"t{points:g}".replace(".", "-"), points, 1.42) for points in (22, 19, 17, 15, 13, 12, 11, 10, 9, 8, 7)
)
SMALLEST_COMMON = 8
POST_SIZES = (3.9, 3.4, 2.9, 2.4)
BIG_POST = 5.2
MOST_ON_A_BOARD = 12
LAYOUTS = {
    1: Layout(1, 1, 62),
    2: Layout(2, 1, 48),
    3: Layout(3, 1, 42),
    4: Layout(2, 2, 32),
    6: Layout(3, 2, 30),
    8: Layout(4, 2, 26),
    9: Layout(3, 3, 22),
    12: Layout(4, 3, 20),
}


def board_pdf(cycle: Cycle, unit: Unit, *, size: str = "A3") -> bytes:
    """Return the board of a unit, A3 or A4 lying: every cadre with photo, post and pledges in short, one code.

    Up to twelve cadres a page, the pages alike. Raises ``DomainError``: ``site_untested``, ``nothing_chosen``.
    """
    require_site_tested()
    scale = SCALES[size]
    rows = list(
        drawn_pledges()
        .filter(appraisal__cycle=cycle, appraisal__organising_unit=unit)
        .order_by("appraisal__order", "appraisal_id")
    )
    if not rows:
        raise DomainError("nothing_chosen", _("No published pledge is among them; there is nothing to print."))
    pages = math.ceil(len(rows) / MOST_ON_A_BOARD)
    a_page = math.ceil(len(rows) / pages)
    layout = next(LAYOUTS[most] for most in LAYOUTS if a_page <= most)
    cards = _cards(rows, layout)
    values = {
        "cycle": cycle,
        "unit": unit,
        "count": len(rows),
        "title_class": _class_of(ems(unit.name), {14: "u1", 22: "u2"}, "u3"),
        "pages": [cards[start : start + a_page] for start in range(0, len(cards), a_page)],
        "card_width": f"{BOARD_WIDTH / layout.columns:.2f}",
        "card_height": f"{BOARD_HEIGHT / layout.rows:.2f}",
        "photo_height": f"{layout.photo:.2f}",
        "photo_width": f"{layout.photo * 0.75:.2f}",
        "name_size": f"{layout.name:.1f}",
        "telephones": [
            (label, number)
            for label, number in (("监督电话", _telephone_of_office(cycle)), ("单位电话", unit.telephone))
            if number
        ],
        "types": BOARD_TYPES,
        "post_sizes": [(int(size * 10), f"{size:.1f}") for size in (BIG_POST, *POST_SIZES)],
        "size": size,
        "rem": f"{scale:.4f}mm",
        **_code(settings.SITE_URL + reverse("portal:unit-detail", args=[cycle.year, unit.code])),
    }
    return _drawn("board", values)


CARD_EDGE = 8.5  # what padding and the gap between cards take of width and height
HEAD_GAP = 3.5


def _cards(pledges: Sequence[Pledge], layout: Layout) -> list[dict[str, Any]]:
    """The pledged items of all in one type, the largest that has room; who has far more than the rest a smaller one."""
    width = BOARD_WIDTH / layout.columns - CARD_EDGE
    room = BOARD_HEIGHT / layout.rows - CARD_EDGE - layout.photo - HEAD_GAP
    texts = [_short(pledge) for pledge in pledges]
    places = [_card_type(items, width, room) for items in texts]
    common = min(max(places), SMALLEST_COMMON)
    return [
        _card(pledge, items, BOARD_TYPES[max(place, common)], layout)
        for pledge, items, place in zip(pledges, texts, places, strict=True)
    ]


def _short(pledge: Pledge) -> list[str]:
    return [item.text.strip() for item in pledge.items.all()] or _lines(pledge.commitments)


def _card_type(items: list[str], width: float, room: float) -> int:
    heights = (height_of(items, width=width, size=size, hanging=1.3, gap=0.2) for size in BOARD_TYPES)
    return next((place for place, height in enumerate(heights) if height <= room), len(BOARD_TYPES) - 1)


def _card(pledge: Pledge, items: list[str], size: Type, layout: Layout) -> dict[str, Any]:
    """A cadre on the board; what has no room even in the smallest type is cut, the whole stands on the page."""
    appraisal = pledge.appraisal
    width = BOARD_WIDTH / layout.columns - CARD_EDGE
    room = BOARD_HEIGHT / layout.rows - CARD_EDGE - layout.photo - HEAD_GAP
    home = "" if appraisal.home_unit_id == appraisal.organising_unit_id else appraisal.home_unit.name
    return {
        "appraisal": appraisal,
        "name": _spread(appraisal.name),
        **_beside_photo(appraisal.name, appraisal.post_line, home, layout, width),
        "photo": photo_uri(pledge.photo),
        "home": home,
        "type": size.name,
        "items": _within(items, width, room, size),
        "is_numbered": len(items) > 1,
    }


def _beside_photo(name: str, post: str, home: str, layout: Layout, width: float) -> dict[str, str]:
    """How large name and post are set so that both have room beside the portrait; a post far too long is shortened."""
    beside = width - layout.photo * 0.75 - 4
    name_sizes = (layout.name, 5.0, 3.8)
    place = next((place for place, size in enumerate(name_sizes) if ems(name) * size <= beside), 2)
    room = layout.photo - _height(name, name_sizes[place], beside, 1.15) - 1 - (_height(home, 3.0, beside, 1.45))
    posts = ((BIG_POST,) if layout.photo >= BIG else ()) + POST_SIZES
    size = next((size for size in posts if _height(post, size, beside, 1.3) <= room), posts[-1])
    most = max(int(room / (size * 1.3)), 1) * (beside / size - 1)
    return {
        "name_class": f"n{place + 1}",
        "post_class": f"o{int(size * 10)}",
        "post": shortened(post, most),
    }


def _height(text: str, size: float, width: float, leading: float) -> float:
    return math.ceil(ems(text) * size / (width - size)) * size * leading if text else 0.0


def _within(items: list[str], width: float, room: float, size: Type) -> list[str]:
    kept: list[str] = []
    left = int(room / size.line)
    for item in items:
        if left < 1:
            break
        kept.append(shortened(item, left * (width / size.em - 2.3)))
        left -= lines_of(kept[-1], width=width, size=size, hanging=1.3)
    return kept


def plates_pdf(pledges: Sequence[Pledge]) -> bytes:
    """Return desk plates 岗位牌: tent cards with two faces, two on an A4 sheet, with marks to cut and to fold.

    Raises ``DomainError``: ``site_untested``, ``nothing_chosen``, ``not_public``.
    """
    require_site_tested()
    plates = [_plate(row) for row in public_rows(pledges)]
    return _drawn("plate", {"sheets": [plates[start : start + 2] for start in range(0, len(plates), 2)]})


def _plate(pledge: Pledge) -> dict[str, Any]:
    appraisal = pledge.appraisal
    unit_line = _units(appraisal)[-1]
    return {
        "appraisal": appraisal,
        "name": _spread(appraisal.name),
        "name_class": _class_of(ems(appraisal.name), {4: "n1", 6: "n2"}, "n3"),
        "post_class": _class_of(ems(appraisal.post_line), {12: "p1", 18: "p2"}, "p3"),
        "unit_line": unit_line,
        "staff_number": pledge.staff_number,
        "photo": photo_uri(pledge.photo),
        **_code(_cadre_address(pledge)),
    }


def photo_uri(photo: StoredFile | None) -> str:
    """Return a portrait as a ``data:`` address, or nothing where there is none (or its file is lost)."""
    if photo is None:
        return ""
    try:
        with photo.file.open("rb") as content:
            return f"data:image/jpeg;base64,{base64.b64encode(content.read()).decode()}"
    except FileNotFoundError:
        return ""


def _drawn(name: str, values: dict[str, Any]) -> bytes:
    return html_to_pdf(render_to_string(f"pledges/{name}_document.html", values))


def _cadre_address(pledge: Pledge) -> str:
    appraisal = pledge.appraisal
    parts = [appraisal.cycle.year, appraisal.organising_unit.code, appraisal.public_code]
    return settings.SITE_URL + reverse("portal:cadre-detail", args=parts)


def _code(address: str) -> dict[str, str | QrPath]:
    return {"address": address, "qr": qr_path(address)}


def _telephone_of_office(cycle: Cycle) -> str:
    """The office's own telephone, where the office stands among the units."""
    office = Unit.objects.filter(name=cycle.office_name).exclude(telephone="").first()
    return office.telephone if office else ""


def _units(appraisal: Any) -> list[str]:
    """The home unit, and the unit at whose window the cadre works where that is another (C13)."""
    names = [appraisal.home_unit.name]
    if appraisal.organising_unit_id != appraisal.home_unit_id:
        names.append(appraisal.organising_unit.name)
    return names


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _spread(name: str) -> str:
    """A name of two characters stands as wide as one of three."""
    return f"{name[0]}　{name[1]}" if len(name) == 2 and ems(name) == 2 else name


def _class_of(width: float, steps: dict[Any, str], beyond: str) -> str:
    return next((name for most, name in steps.items() if width <= most), beyond)
