"""The pages of voters. The token travels in the bodies of posts alone; no session, log or cache ever sees it."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from evaluation.ballots.casting import Cast, HeldPass, NotOpen, Phase, Refused, Unsure, cast_held, look_up
from evaluation.ballots.explaining import boxes_wait
from evaluation.ballots.limits import count_wrong_code, may_type_codes, network_of
from evaluation.ballots.models import BallotBox, Receipt
from evaluation.ballots.passes import carried, draft_key, read_carried, read_receipt, spaced_receipt
from evaluation.ballots.sheets import Malformed, as_marked, as_posted, read_sheet
from evaluation.ballots.voter_pages import blank_sheet, review, sections
from evaluation.ballots.voter_rendering import full_page, prepared_page

P = ParamSpec("P")


def private(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Nothing of the answer is kept anywhere, and no report of an error shows what was posted.

    ``Referrer-Policy: no-referrer`` would make browsers send ``Origin: null``, which the CSRF check refuses; the
    address holds nothing anyway.
    """

    @wraps(view)
    @sensitive_post_parameters()
    @never_cache
    def kept_private(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Unsure as unsure:
            return _unavailable(request, str(unsure))
        except Error:
            return _unavailable(request)

    return kept_private


def _unavailable(request: HttpRequest, what: str = "") -> HttpResponse:
    """The database fails: this page asks it nothing, carries what was filled in, and never says "recorded"."""
    nothing = _("The system cannot write anything down at the moment. Your ballot has NOT been recorded.")
    posted = _posted(request) if request.method == "POST" else {}
    context = {
        "what": what or nothing,
        "again_at": request.path if request.method == "POST" else "",
        "secret": request.POST.get("secret", "")[:100],
        "fields": [(name, values[0]) for name, values in posted.items() if name[:2] in {"m.", "c.", "q."}],
        "site": {"name": _("Minping"), "city": "", "year": None, "campaign": "", "is_demonstration": False},
        "steps": [],
    }
    response = full_page(request, "vote/unavailable_page.html", context, status=503)
    response["Retry-After"] = "10"
    return response


@require_GET
@private
def landing(request: HttpRequest) -> HttpResponse:
    return _landing(request)


def _landing(request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
    if error:
        return full_page(request, "vote/landing_page.html", {"error": error}, status=status)
    return prepared_page(request, "vote/landing_page.html", key=None, context=dict, values={})


@require_http_methods(["GET", "POST"])
@private
def sheet(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":  # a reload, or another language chosen
        return redirect("vote:landing")
    held = _held(request)
    if isinstance(held, HttpResponse):
        return held
    return sheet_page(request, held)


def _held(request: HttpRequest) -> HeldPass | HttpResponse:
    """The pass that was posted, if a sheet may be filled in with it; else the page that says why not."""
    secret, is_beyond_guessing = read_carried(request.POST.get("secret", ""))
    network = "" if is_beyond_guessing else _network(request)
    if network and not may_type_codes(network):
        return _landing(
            request, _("Too many wrong codes from here. Scan the QR code, or wait two minutes."), status=429
        )
    try:
        held = look_up(secret)
    except Refused as refusal:
        if network:
            count_wrong_code(network)
        return _landing(request, str(refusal), status=400)
    if held.is_spent:
        return _receipt_page(request, Cast(held.receipt, again=True))
    if held.phase != Phase.OPEN:
        return _not_open_page(request, held)
    return held


def _network(request: HttpRequest) -> str:
    return network_of(request.META.get("REMOTE_ADDR", ""))


def _not_open_page(request: HttpRequest, held: HeldPass) -> HttpResponse:
    box = BallotBox.objects.select_related("unit").get(pk=held.box_id)
    opens_at = None if box.kind == BallotBox.Kind.MEETING else box.opens_at
    context = {"box": box, "is_early": held.phase == Phase.EARLY, "opens_at": opens_at}
    return full_page(request, "vote/standing_page.html", context)


def sheet_page(request: HttpRequest, held: HeldPass, error: str = "") -> HttpResponse:
    """The sheet, empty or as it was filled in. An empty one is the same for everybody of a group."""
    posted = _posted(request)
    values = {"secret": carried(held.secret), "draft_key": draft_key(held.secret)}
    if error or any(name[:2] in {"m.", "c.", "q."} for name in posted):
        context = {**_sheet_context(held, posted), **values, "error": error}
        return full_page(request, "vote/sheet_page.html", context, status=400 if error else 200)
    return prepared_page(
        request,
        "vote/sheet_page.html",
        key=(held.box_id, held.spec, held.group),
        context=lambda: _sheet_context(held, {}),
        values=values,
    )


def _sheet_context(held: HeldPass, posted: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    blank = blank_sheet(held.box_id, held.spec)
    return {
        "blank": blank,
        "box": blank.box,
        "group_label": blank.groups.get(held.group, ""),
        "sections": sections(blank, posted),
    }


def _posted(request: HttpRequest) -> Mapping[str, Sequence[str]]:
    return dict(request.POST.lists())


@require_http_methods(["GET", "POST"])
@private
def sheet_review(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":  # a reload, or another language chosen
        return redirect("vote:landing")
    held = _held(request)
    if isinstance(held, HttpResponse):
        return held
    try:
        filled = read_sheet(held.spec, _posted(request), complete=False)
    except Malformed as error:
        return sheet_page(request, held, str(error))
    blank = blank_sheet(held.box_id, held.spec)
    words = {"dont_know": _("Don't know"), "abstained": _("Not marked: counts as abstained")}
    context: dict[str, Any] = {
        **review(blank, filled, words),
        "box": blank.box,
        "group_label": blank.groups.get(held.group, ""),
        "secret": carried(held.secret),
        "draft_key": draft_key(held.secret),
        "fields": as_posted(held.spec, filled),
        "marked_fields": as_marked(held.spec, filled),
    }
    return full_page(request, "vote/review_page.html", context)


@require_http_methods(["GET", "POST"])
@private
def sheet_cast(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":  # a receipt that is reloaded, or another language chosen
        return redirect("vote:landing")
    held = _held(request)
    if isinstance(held, HttpResponse):
        return held
    try:
        done = cast_held(held=held, posted=_posted(request), network=_network(request))
    except Malformed as error:
        return sheet_page(request, held, str(error))
    except NotOpen:
        return _not_open_page(request, look_up(held.secret))
    except Refused as error:
        return _landing(request, str(error), status=400)
    return _receipt_page(request, done)


def _receipt_page(request: HttpRequest, done: Cast) -> HttpResponse:
    return prepared_page(
        request,
        "vote/receipt_page.html",
        key=done.again,
        context=lambda: {"again": done.again},
        values={"receipt": spaced_receipt(done.receipt)},
    )


@require_http_methods(["GET", "POST"])
@private
def receipt_lookup(request: HttpRequest) -> HttpResponse:
    """By post, so that the code stays out of addresses and logs."""
    typed = request.POST.get("receipt", "")[:60]
    code = read_receipt(typed)
    found = Receipt.objects.select_related("box__unit").filter(code=code).first() if code else None
    is_answered = request.method == "POST"
    context = {"typed": typed, "found": found, "is_answered": is_answered, "is_waiting": is_answered and boxes_wait()}
    return full_page(request, "vote/lookup_page.html", context)
