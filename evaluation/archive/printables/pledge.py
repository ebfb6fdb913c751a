"""Step 1 on paper: posters for the window, boards, plates, the list for the media (C6)."""

from collections.abc import Callable

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evaluation.archive.printable import MAKERS as PRINTERS
from evaluation.archive.printable import Asked, Folder, Item, Kind, Printable, Scope, just_at
from evaluation.archive.shelf import Shelf
from evaluation.pledges.models import Pledge
from evaluation.pledges.posters import board_pdf, plates_pdf, poster_pdf
from evaluation.pledges.workbook import media_list
from evaluation.roster.models import Appraisal
from evaluation.units.models import Unit

UNTESTED = _("No phone has opened the test code yet: nothing with a QR code is printed.")
UNPUBLISHED = _("The pledge is not published yet.")


def posters(shelf: Shelf) -> list[Item]:
    return [_poster(shelf, row, shelf.pledges.get(row.pk)) for row in shelf.taking_part]


def _poster(shelf: Shelf, row: Appraisal, pledge: Pledge | None) -> Item:
    is_public = pledge is not None and pledge.status == Pledge.Status.PUBLISHED
    why_not: str | Promise = "" if is_public and shelf.site_tested else UNTESTED if is_public else UNPUBLISHED
    day = timezone.localdate(pledge.published_at) if pledge and pledge.published_at else None
    return Item(
        str(row.pk), row.organising_unit, row.name, why_not, author=row.organising_unit.name, dated=day,
        keys={"pk": row.pk},
    )  # fmt: skip


def of_unit(shelf: Shelf) -> list[Item]:
    """One paper of all published pledges of a unit that carries their codes."""
    return [_of_unit(unit, shelf, needs_test=True) for unit in shelf.units]


def media_lists(shelf: Shelf) -> list[Item]:
    return [_of_unit(unit, shelf, needs_test=False) for unit in shelf.units]


def _of_unit(unit: Unit, shelf: Shelf, *, needs_test: bool) -> Item:
    why_not: str | Promise = "" if unit.pk in shelf.units_with_pledges else _("No pledge is published yet.")
    if needs_test and not why_not and not shelf.site_tested:
        why_not = UNTESTED
    return Item(str(unit.pk), unit, why_not=why_not, author=unit.name, keys={"code": unit.code})


def poster(size: str) -> Callable[[Asked], bytes]:
    return lambda asked: poster_pdf([Pledge.objects.get(appraisal=int(asked.target))], size=size)


def board(asked: Asked) -> bytes:
    return board_pdf(asked.cycle, Unit.objects.get(pk=asked.target))


def plates(asked: Asked) -> bytes:
    rows = Pledge.objects.filter(appraisal__cycle=asked.cycle, appraisal__organising_unit=int(asked.target))
    rows = rows.filter(appraisal__exempt=False, status=Pledge.Status.PUBLISHED)
    return plates_pdf(list(rows.for_list()))


def media(asked: Asked) -> bytes:
    return media_list(asked.cycle, Unit.objects.get(pk=asked.target))


PRINTABLES = (
    Printable(
        "poster-a4",
        "履职承诺公示",
        _("Pledge poster, A4"),
        Folder.PLEDGE,
        Kind.POSTER,
        Scope.CADRE,
        posters,
        {"pdf": poster("A4")},
        link=just_at("pledges:pledge-poster", "pk"),
        who=PRINTERS,
    ),
    Printable(
        "poster-a3",
        "履职承诺公示A3",
        _("Pledge poster, A3"),
        Folder.PLEDGE,
        Kind.POSTER,
        Scope.CADRE,
        posters,
        {"pdf": poster("A3")},
        in_file=False,
        link=just_at("pledges:pledge-poster", "pk", query="?size=A3"),
        who=PRINTERS,
    ),
    Printable(
        "board",
        "履职承诺公示栏",
        _("Board of a unit, A3"),
        Folder.PLEDGE,
        Kind.POSTER,
        Scope.UNIT,
        of_unit,
        {"pdf": board},
        link=just_at("pledges:unit-board", "code"),
        who=PRINTERS,
    ),
    Printable(
        "plates",
        "岗位牌",
        _("Desk plates"),
        Folder.PLEDGE,
        Kind.POSTER,
        Scope.UNIT,
        of_unit,
        {"pdf": plates},
        in_file=False,
        who=PRINTERS,
    ),
    Printable(
        "media-list",
        "履职承诺媒体公布名单",
        _("List for the media"),
        Folder.PLEDGE,
        Kind.REPORT,
        Scope.UNIT,
        media_lists,
        {"xlsx": media},
        in_file=False,
        link=just_at("pledges:media-list", query="?unit={}"),
        who=PRINTERS,
    ),
)
