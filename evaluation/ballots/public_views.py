"""The page of a public vote: a resident asks for a pass, and uses it at once."""

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from evaluation.ballots.boxes import advance_box, standing_of
from evaluation.ballots.casting import look_up
from evaluation.ballots.limits import may_ask_public_pass, network_of
from evaluation.ballots.models import BallotBox
from evaluation.ballots.passes import make_public_pass
from evaluation.ballots.voter_views import private, sheet_page
from evaluation.errors import DomainError

DEVICE_COOKIE = "public-device"
YEAR = 365 * 86_400


def _public_box(code: str) -> BallotBox:
    boxes = BallotBox.objects.select_related("unit", "cycle").exclude(
        state__in=[BallotBox.State.DRAFT, BallotBox.State.ANNULLED]
    )
    return get_object_or_404(boxes, public_code=code, kind=BallotBox.Kind.PUBLIC, takes_passes=True)


@require_GET
@private
def public_box(request: HttpRequest, code: str) -> HttpResponse:
    return _public_page(request, _public_box(code))


def _public_page(request: HttpRequest, box: BallotBox, error: str = "", status: int = 200) -> HttpResponse:
    context = {"box": box, "error": error, "standing": standing_of(box)}
    return render(request, "vote/public_page.html", context, status=status)


@require_POST
@private
def public_pass(request: HttpRequest, code: str) -> HttpResponse:
    box = advance_box(box=_public_box(code))
    device = request.get_signed_cookie(DEVICE_COOKIE, default="") or secrets.token_urlsafe(16)
    network = network_of(request.META.get("REMOTE_ADDR", ""))
    if box.state != BallotBox.State.OPEN:
        return redirect("vote:public-box", box.public_code)
    if not may_ask_public_pass(box_id=box.pk, network=network, device=device):
        error = _("Many have voted from here just now. Come back later, or use the paper box of the service hall.")
        return _public_page(request, box, error, status=429)
    try:
        token = make_public_pass(box=box)
        response = sheet_page(request, look_up(token), secret=token)
    except DomainError as refusal:
        return _public_page(request, box, str(refusal), status=400)
    response.set_signed_cookie(
        DEVICE_COOKIE, device, max_age=YEAR, path="/v/", httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return response
