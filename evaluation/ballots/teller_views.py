"""Pages of tellers: in by a slip, for one box. No session: a signed cookie that names the slip."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.ballots.limits import network_of
from evaluation.ballots.models import TellerSlip
from evaluation.ballots.paper_ballot_pages import ballots_page
from evaluation.ballots.paper_pages import paper_page
from evaluation.ballots.selectors import group_labels
from evaluation.ballots.tellers import standing_slip, teller_of
from evaluation.guard.services import count_try

P = ParamSpec("P")
COOKIE = "teller"
PATH = "/v/teller/"
HOURS = 24 * 3600
WRONG, WINDOW = 60, 600


def slip_required(
    view: Callable[Concatenate[HttpRequest, TellerSlip, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        slip = _slip(request)
        return redirect("vote:teller-home") if slip is None else view(request, slip, *args, **kwargs)

    return guarded


def _slip(request: HttpRequest) -> TellerSlip | None:
    return standing_slip(request.get_signed_cookie(COOKIE, default="", salt=COOKIE, max_age=HOURS) or "")


@require_GET
@never_cache
def teller_home(request: HttpRequest) -> HttpResponse:
    slip = _slip(request)
    if slip is None:
        return render(request, "vote/teller_enter_page.html", {"error": ""})
    counts = {count.group: count for count in slip.box.paper_counts.all()}
    labels = group_labels(slip.box)
    rows = [
        (group, labels.get(group.group, group.get_group_display()), counts.get(group.group))
        for group in slip.box.groups.all()
    ]
    return render(request, "vote/teller_home_page.html", {"slip": slip, "box": slip.box, "rows": rows})


@require_POST
@never_cache
def teller_enter(request: HttpRequest) -> HttpResponse:
    network = network_of(request.META.get("REMOTE_ADDR", ""))
    allowed = count_try(bucket_parts=["teller-code", network], limit=WRONG, window_seconds=WINDOW)
    slip = teller_of(code=request.POST.get("code", "")[:40]) if allowed else None
    if slip is None:
        error = _("This slip is not valid (any more). Please ask the scrutineer.")
        return render(request, "vote/teller_enter_page.html", {"error": error}, status=400)
    response = redirect("vote:teller-home")
    response.set_signed_cookie(
        COOKIE,
        str(slip.pk),
        salt=COOKIE,
        max_age=HOURS,
        path=PATH,
        httponly=True,
        samesite="Strict",
        secure=request.is_secure(),
    )
    return response


@require_POST
def teller_leave(request: HttpRequest) -> HttpResponse:
    response = redirect("vote:teller-home")
    response.delete_cookie(COOKIE, path=PATH, samesite="Strict")
    return response


@require_http_methods(["GET", "POST"])
@never_cache
@slip_required
def teller_paper(request: HttpRequest, slip: TellerSlip, group: str) -> HttpResponse:
    box = slip.box
    if not box.takes_paper or not box.spec or not box.groups.filter(group=group).exists():
        raise Http404
    return paper_page(
        request,
        box=box,
        group=group,
        who=f"teller:{slip.pk}",
        template="vote/teller_paper_page.html",
        back=reverse("vote:teller-home"),
        by_ballots=reverse("vote:teller-ballots", args=[group]),
        say=lambda _text: None,
    )


@require_http_methods(["GET", "POST"])
@never_cache
@slip_required
def teller_ballots(request: HttpRequest, slip: TellerSlip, group: str) -> HttpResponse:
    box = slip.box
    if not box.takes_paper or not box.spec or not box.groups.filter(group=group).exists():
        raise Http404
    return ballots_page(
        request,
        box=box,
        group=group,
        who=f"teller:{slip.pk}",
        template="vote/teller_ballots_page.html",
        here=reverse("vote:teller-ballots", args=[group]),
        back=reverse("vote:teller-home"),
        say=lambda _text: None,
    )
