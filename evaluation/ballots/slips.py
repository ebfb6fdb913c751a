"""Documents of a box, as PDF: slips to cut, paper ballots (Annex 2-1) and the tally sheet."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse

from evaluation.ballots.models import BallotBox, ScrutineerKey
from evaluation.ballots.passes import Slip
from evaluation.ballots.sheets import Spec
from evaluation.ballots.voter_pages import BlankSheet, blank_sheet
from evaluation.documents.pdf import html_to_pdf
from evaluation.documents.qr import qr_path

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


def paper_ballot_pdf(*, box: BallotBox) -> bytes:
    """The ballot of a hall on paper, to be copied (Annex 2-1)."""
    return _pdf("ballots/ballot_document.html", blank_sheet(box.pk, Spec.from_values(box.spec)))


def tally_sheet_pdf(*, box: BallotBox) -> bytes:
    """唱票计票单: what is called out is marked here, summed, and signed."""
    return _pdf("ballots/tally_document.html", blank_sheet(box.pk, Spec.from_values(box.spec)))


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


def _pdf(template: str, blank: BlankSheet, **values: Any) -> bytes:
    return html_to_pdf(render_to_string(template, {"blank": blank, "box": blank.box, **values}))
