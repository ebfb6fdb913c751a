"""Invitation slips: a page to print, or a PDF; shown once, since only digests of the tokens are kept."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import User
from accounts.services import INVITATION_LASTS, invitation_link
from evaluation.documents.pdf import html_to_pdf
from evaluation.documents.qr import qr_path
from evaluation.units import selectors
from evaluation.units.access import AuthenticatedRequest


def slips_response(request: AuthenticatedRequest, invited: Sequence[tuple[User, str]]) -> HttpResponse:
    """Return the slips of (account, token): a page, or with ``?as=pdf`` a file."""
    people = selectors.with_roles(User.objects.all()).in_bulk([user.pk for user, _token in invited])
    slips = [
        {"person": people[user.pk], "link": link, "qr": qr_path(link)}
        for user, link in ((user, invitation_link(token)) for user, token in invited)
    ]
    context = {"slips": slips, "until": timezone.now() + INVITATION_LASTS}
    if request.GET.get("as") != "pdf":
        return render(request, "units/slips_page.html", context)
    pdf = html_to_pdf(render_to_string("units/slips_document.html", context, request))
    headers = {"Content-Disposition": 'attachment; filename="invitations.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)
