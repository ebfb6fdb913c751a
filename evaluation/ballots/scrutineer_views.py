from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from evaluation.ballots.acts import CITY, act, back_to, chosen_boxes, writable_box
from evaluation.ballots.boxes import close_box, make_ready, open_box, release_boxes
from evaluation.ballots.counting import count_boxes, forget_after_count
from evaluation.ballots.forms import KeyForm
from evaluation.ballots.keys import appoint_scrutineers, make_scrutineer_key
from evaluation.ballots.models import BallotBox, ScrutineerKey
from evaluation.ballots.selectors import keys_of_year, may_close_now, may_open_now, turnouts
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.guard.services import count_try
from evaluation.units.access import AuthenticatedRequest, role_required
from evaluation.units.models import Role

State = BallotBox.State
PASSPHRASE_TRIES = 30
TRY_WINDOW = 3600


@require_GET
@role_required(Role.SCRUTINEER)
def scrutineer_home(request: AuthenticatedRequest, year: int) -> HttpResponse:
    return _home(request, get_object_or_404(Cycle, year=year), KeyForm())


def _home(request: AuthenticatedRequest, cycle: Cycle, form: KeyForm) -> HttpResponse:
    boxes = list(
        BallotBox.objects.visible_to(request.user)
        .filter(cycle=cycle)
        .exclude(state=State.ANNULLED)
        .prefetch_related("key_shares__scrutineer_key")
        .for_list()
    )
    mine = [box for box in boxes if _serves(box, request.user.pk)]
    found = turnouts(mine)
    rows = {
        state: [(box, found[box.pk]) for box in mine if box.state == state]
        for state in (State.DRAFT, State.READY, State.OPEN, State.CLOSED)
    }
    context = {
        "cycle": cycle,
        "key": ScrutineerKey.objects.filter(cycle=cycle, user=request.user).first(),
        "form": form,
        "draft": rows[State.DRAFT],
        "ready": [row for row in rows[State.READY] if may_open_now(row[0])],
        "waiting": [row for row in rows[State.READY] if not may_open_now(row[0])],
        "open": [row for row in rows[State.OPEN] if may_close_now(row[0])],
        "running": [row for row in rows[State.OPEN] if not may_close_now(row[0])],
        "closed": rows[State.CLOSED],
        "counted": [box for box in boxes if box.state == State.COUNTED and not box.released_at and not box.is_trial],
    }
    return render(request, "ballots/scrutineer_page.html", context, status=400 if form.errors else 200)


def _serves(box: BallotBox, user: int) -> bool:
    """Those appointed; a box to which nobody is appointed yet waits for anyone."""
    serving = {share.scrutineer_key.user_id for share in box.key_shares.all()}
    return not serving or user in serving


@sensitive_post_parameters()
@require_POST
@role_required(Role.SCRUTINEER)
def key_make(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    form = KeyForm(request.POST)
    if not form.is_valid():
        return _home(request, cycle, form)
    passphrase = form.cleaned_data["passphrase"]
    act(
        request,
        lambda: make_scrutineer_key(cycle=cycle, user=request.user, passphrase=passphrase),
        _("Your key is made. Remember the passphrase: without it your boxes cannot be counted."),
    )
    return redirect("ballots:scrutineer-home", year)


@require_POST
@role_required(Role.OFFICE)
def scrutineers_appoint(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    box = writable_box(request, year, pk)
    chosen = [key for key in keys_of_year(box.cycle) if str(key.pk) in request.POST.getlist("key")]
    act(request, lambda: appoint_scrutineers(box=box, keys=chosen, actor=request.user), _("Scrutineers appointed."))
    return back_to(box)


def _may_try(request: AuthenticatedRequest) -> bool:
    allowed = count_try(
        bucket_parts=["passphrase", str(request.user.pk)], limit=PASSPHRASE_TRIES, window_seconds=TRY_WINDOW
    )
    if not allowed:
        messages.error(request, _("Too many tries. Wait an hour."))
    return allowed


@sensitive_post_parameters()
@require_POST
@role_required(Role.SCRUTINEER)
def boxes_ready(request: AuthenticatedRequest, year: int) -> HttpResponse:
    boxes = chosen_boxes(request, year, State.DRAFT)
    passphrase = request.POST.get("passphrase", "")[:200]
    if _may_try(request):
        act(
            request,
            lambda: make_ready(boxes=boxes, scrutineer=request.user, passphrase=passphrase),
            _("Ready: {number}.").format(number=len(boxes)),
        )
    return redirect("ballots:scrutineer-home", year)


@require_POST
@role_required(Role.SCRUTINEER)
def boxes_open(request: AuthenticatedRequest, year: int) -> HttpResponse:
    boxes = chosen_boxes(request, year, State.READY)
    _each(request, boxes, lambda box: open_box(box=box, actor=request.user), _("Open: {number}."))
    return redirect("ballots:scrutineer-home", year)


@require_POST
@role_required(Role.SCRUTINEER)
def boxes_close(request: AuthenticatedRequest, year: int) -> HttpResponse:
    boxes = [box for box in chosen_boxes(request, year, State.OPEN) if may_close_now(box) or "all" not in request.POST]
    _each(request, boxes, lambda box: close_box(box=box, actor=request.user), _("Closed: {number}."))
    return redirect("ballots:scrutineer-home", year)


def _each(
    request: AuthenticatedRequest, boxes: list[BallotBox], do: Callable[[BallotBox], object], success: str
) -> None:
    """All or none: a list is one act."""

    def all_of_them() -> None:
        if not boxes:
            raise DomainError("no_boxes", _("Choose at least one box."))
        with transaction.atomic():
            for box in boxes:
                do(box)

    act(request, all_of_them, success.format(number=len(boxes)))


@sensitive_post_parameters()
@require_POST
@role_required(Role.SCRUTINEER)
def boxes_count(request: AuthenticatedRequest, year: int) -> HttpResponse:
    boxes = chosen_boxes(request, year, State.CLOSED)
    passphrase = request.POST.get("passphrase", "")[:200]
    if _may_try(request) and act(
        request,
        lambda: count_boxes(boxes=boxes, scrutineer=request.user, passphrase=passphrase),
        _("Counted: {number}.").format(number=len(boxes)),
    ):
        if forget_after_count(boxes=boxes, actor=request.user) == "busy":
            messages.warning(request, _("The files are in use: have “manage.py forget_ballot_traces” run tonight."))
        if len(boxes) == 1:
            return redirect("ballots:count-report", year, boxes[0].pk)
    return redirect("ballots:scrutineer-home", year)


@require_POST
@role_required(*CITY)
def boxes_release(request: AuthenticatedRequest, year: int) -> HttpResponse:
    boxes = chosen_boxes(request, year, State.COUNTED)
    done = _("Released: {number}.").format(number=len(boxes))
    act(request, lambda: release_boxes(boxes=boxes, actor=request.user), done)
    return redirect("ballots:box-list", year)
