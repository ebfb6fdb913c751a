"""Documents of a box, as PDF: slips to cut, paper ballots (Annex 2-1), the recovery sheet of a key."""

from collections.abc import Sequence
from itertools import islice
from math import ceil

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from evaluation.ballots.models import BallotBox, ScrutineerKey
from evaluation.ballots.passes import Slip
from evaluation.ballots.sheets import Spec
from evaluation.ballots.voter_pages import BlankSheet, Person, blank_sheet
from evaluation.cycle.models import Track
from evaluation.documents.pdf import html_to_pdf
from evaluation.documents.qr import qr_path
from evaluation.documents.wording import moment_in_words

SLIPS_A_PAGE = 8


def slips_pdf(*, box: BallotBox, slips: Sequence[Slip]) -> bytes:
    """A4 sheets of slips, every front followed by its back. The only place where tokens are ever printed."""
    blank = blank_sheet(box.pk, Spec.from_values(box.spec))
    address = settings.SITE_URL + reverse("vote:landing")
    drawn = iter(
        {
            "qr": qr_path(f"{address}#{slip.token}", is_random=True),
            "code": slip.spaced_code,
            "group": blank.groups.get(slip.group, ""),
        }
        for slip in slips
    )
    pages = list(iter(lambda: list(islice(drawn, SLIPS_A_PAGE)), []))
    values = {"blank": blank, "box": blank.box, "pages": pages, "places": range(SLIPS_A_PAGE), "address": address}
    return html_to_pdf(render_to_string("ballots/slips_document.html", values), last_is_back=True)


FORMS = ("one", "many")
OPINION_LINES, MOST_LINES = 3, 12
# Millimetres of Annex 2-1 in its form for several cadres: the page, what stands above and beside the table's rows.
PAGE, TOP, TABLE_HEAD, CADRE_ROW, OPINIONS_HEAD, OPINION_LINE = 273.0, 66.0, 11.0, 8.8, 22.0, 10.6
PROMPT_LINE, PROMPT_CHARACTERS, PROMPTS_HEAD = 5.9, 45, 14.0


@translation.override("zh-hans")
def paper_ballot_pdf(*, box: BallotBox, group: str = "", form: str = "") -> bytes:
    """测评票 on paper, to be copied (Annex 2-1): one of each group admitted, or of ``group`` alone.

    ``form``: ``one`` a page for each cadre, with the prompts at every aspect; ``many`` one table of all; left out: by
    the number of cadres. All copies are alike: nothing on a sheet tells it from another. Always in Chinese.
    """
    blank = blank_sheet(box.pk, Spec.from_values(box.spec))
    is_one = form == "one" or (form != "many" and len(blank.people) == 1)
    groups = [code for code in box.groups.values_list("group", flat=True) if group in ("", code)]
    people: Sequence[tuple[int, Person | None]] = list(enumerate(blank.people, start=1)) if is_one else [(1, None)]
    lines = range(OPINION_LINES if is_one else _lines_for_opinions(blank))
    sheets = [
        {"group": blank.groups.get(code, ""), "person": person, "number": number, "lines": lines}
        for code in groups
        for number, person in people
    ]
    values = {
        "blank": blank,
        "box": blank.box,
        "sheets": sheets,
        "is_booklet": is_one and len(blank.people) > 1,
        "title": f"{blank.box.unit.name}{Track(blank.box.track).label}测评票",
        "closing": _closing(blank.box),
    }
    return html_to_pdf(render_to_string("ballots/ballot_document.html", values))


def _lines_for_opinions(blank: BlankSheet) -> int:
    """As many lines as the last page has room for, so that opinions do not begin a page of their own if it can be."""
    prompts = PROMPTS_HEAD + sum(
        1 + PROMPT_LINE * ceil((len(aspect.label) + 1 + len(aspect.prompt)) / PROMPT_CHARACTERS)
        for aspect in blank.aspects
        if aspect.prompt
    )
    left = PAGE - TOP - TABLE_HEAD
    for _person in blank.people:
        height = CADRE_ROW * len(blank.aspects)
        left = left - height if height <= left else PAGE - TABLE_HEAD - height
    left = left - prompts if prompts <= left else PAGE - prompts
    lines = int((left - OPINIONS_HEAD) / OPINION_LINE)
    return min(lines, MOST_LINES) if lines >= OPINION_LINES else MOST_LINES


def _closing(box: BallotBox) -> str:
    if box.kind == BallotBox.Kind.MEETING:
        return "投票截止：以会议宣布为准。"
    return f"投票截止：{moment_in_words(timezone.localtime(box.closes_at))}。"


def recovery_pdf(*, key: ScrutineerKey, text: str) -> bytes:
    """The recovery sheet of a scrutineer's key: the only place where it is ever printed."""
    groups = text.split()
    lines = [groups[start : start + 4] for start in range(0, len(groups), 4)]
    return html_to_pdf(render_to_string("ballots/recovery_document.html", {"key": key, "lines": lines}))


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """One download that nothing on the way keeps."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
