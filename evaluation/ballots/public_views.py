"""The pages of a public vote: a resident asks for a pass, and uses it at once.

A pass costs a proof of work; where the box asks for a telephone, the proof pays for the code that is sent.
"""

import secrets
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from evaluation.ballots.boxes import advance_box
from evaluation.ballots.bursts import telephone_purpose
from evaluation.ballots.casting import look_up
from evaluation.ballots.limits import may_ask_challenge, may_ask_public_pass, network_of
from evaluation.ballots.models import BallotBox
from evaluation.ballots.passes import make_public_pass
from evaluation.ballots.public_pages import announced_boxes, public_page
from evaluation.ballots.voter_rendering import full_page
from evaluation.ballots.voter_views import private, sheet_page
from evaluation.errors import DomainError
from evaluation.guard.proof_of_work import new_challenge, spend_proof
from evaluation.guard.sms import mobile_number
from evaluation.guard.telephones import send_code, use_number

DEVICE_COOKIE = "public-device"
YEAR = 365 * 86_400


def _public_box(code: str) -> BallotBox:
    return get_object_or_404(announced_boxes(), public_code=code)


def _voting_box(code: str) -> BallotBox:
    """A box in which residents vote by phone, as it is now."""
    box = _public_box(code)
    if not box.takes_passes:
        raise Http404
    return advance_box(box=box)


def _network(request: HttpRequest) -> str:
    return network_of(request.META.get("REMOTE_ADDR", ""))


def proof_purpose(box: BallotBox) -> str:
    return f"public-box:{box.public_code}"


@require_GET
@private
def public_box(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, _public_box(code))


def _page(request: HttpRequest, box: BallotBox, error: str = "", status: int = 200, typed: str = "") -> HttpResponse:
    context = {**public_page(box), "error": error, "typed": typed}
    return full_page(request, "vote/public_page.html", context, status=status)


@require_POST
@private
def public_challenge(request: HttpRequest, code: str) -> HttpResponse:
    """What the telephone has to work out before it gets a pass."""
    box = _voting_box(code)
    if box.state != BallotBox.State.OPEN:
        return JsonResponse({"error": _("This vote is not open now.")}, status=409)
    if not may_ask_challenge(network=_network(request)):
        return JsonResponse({"error": _too_many()}, status=429)
    return JsonResponse({"challenge": new_challenge(purpose=proof_purpose(box))})


def _too_many() -> str:
    return _("Many have voted from here just now. Come back later, or use one of the paper boxes named below.")


@require_POST
@private
def public_pass(request: HttpRequest, code: str) -> HttpResponse:
    box = _voting_box(code)
    if box.state != BallotBox.State.OPEN:
        return redirect("vote:public-box", box.public_code)
    if box.asks_telephone:
        return _pass_by_telephone(request, box)
    return _pass_by_proof(request, box)


def _pass_by_proof(request: HttpRequest, box: BallotBox) -> HttpResponse:
    device = _device(request)
    try:
        spend_proof(purpose=proof_purpose(box), payload=request.POST.get("proof", ""))
        if not may_ask_public_pass(box_id=box.pk, network=_network(request), device=device):
            return _page(request, box, _too_many(), status=429)
        return _remembering(request, _ballot(request, box), device)
    except DomainError as refusal:
        return _page(request, box, str(refusal), status=400)


def _ballot(request: HttpRequest, box: BallotBox) -> HttpResponse:
    token = make_public_pass(box=box)
    return sheet_page(request, look_up(token))


@require_POST
@private
def public_code(request: HttpRequest, code: str) -> HttpResponse:
    """Send a code to the telephone number that was typed."""
    box = _voting_box(code)
    if box.state != BallotBox.State.OPEN or not box.asks_telephone:
        return redirect("vote:public-box", box.public_code)
    typed, device = request.POST.get("number", "")[:40], _device(request)
    number = mobile_number(typed)
    if not number:
        return _page(request, box, _("Enter a mobile number of eleven digits."), status=400, typed=typed)
    try:
        spend_proof(purpose=proof_purpose(box), payload=request.POST.get("proof", ""))
        if not may_ask_public_pass(box_id=box.pk, network=_network(request), device=device):
            return _page(request, box, _too_many(), status=429, typed=typed)
        send_code(purpose=telephone_purpose(box), number=number, network=_network(request))
    except DomainError as refusal:
        return _page(request, box, str(refusal), status=400, typed=typed)
    return _remembering(request, _code_page(request, box, number), device)


def _code_page(request: HttpRequest, box: BallotBox, number: str, error: str = "") -> HttpResponse:
    context: dict[str, Any] = {"box": box, "number": number, "error": error}
    return full_page(request, "vote/public_code_page.html", context, status=400 if error else 200)


def _pass_by_telephone(request: HttpRequest, box: BallotBox) -> HttpResponse:
    """The number is used in a transaction of its own, and the pass made in the next: they share nothing."""
    number = mobile_number(request.POST.get("number", ""))
    if not number:
        return redirect("vote:public-box", box.public_code)
    code = "".join(request.POST.get("code", "")[:20].split())
    try:
        use_number(purpose=telephone_purpose(box), number=number, code=code)
    except DomainError as refusal:
        return _code_page(request, box, number, str(refusal))
    try:
        return _ballot(request, box)
    except DomainError as refusal:
        return _page(request, box, str(refusal), status=400)


def _device(request: HttpRequest) -> str:
    return request.get_signed_cookie(DEVICE_COOKIE, default="") or secrets.token_urlsafe(16)


def _remembering(request: HttpRequest, response: HttpResponse, device: str) -> HttpResponse:
    response.set_signed_cookie(
        DEVICE_COOKIE, device, max_age=YEAR, path="/v/", httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return response
