from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from evaluation.ballots.acts import CITY, act, back_to, chosen_boxes, writable_box
from evaluation.ballots.boxes import close_box, make_ready, open_box, release_boxes
from evaluation.ballots.counting import count_boxes, forget_after_count, forget_traces
from evaluation.ballots.forms import KeyForm
from evaluation.ballots.keys import (
    appoint_scrutineers,
    destroy_keys,
    make_key_and_sheet,
    may_destroy_keys,
    print_recovery_sheet,
    waiting_boxes,
)
from evaluation.ballots.models import BallotBox, ScrutineerKey
from evaluation.ballots.selectors import keys_of_year, may_close_now, may_open_now, turnouts
from evaluation.ballots.slips import pdf_response, recovery_pdf
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.guard.services import count_try
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
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
    key = ScrutineerKey.objects.filter(cycle=cycle, user=request.user).first()
    context: dict[str, Any] = {
        "cycle": cycle,
        "key": key,
        "form": form,
        "may_destroy": may_destroy_keys(cycle),
        "still_waiting": waiting_boxes(cycle).count(),
        "draft": rows[State.DRAFT],
        "ready": [row for row in rows[State.READY] if may_open_now(row[0])],
        "waiting": [row for row in rows[State.READY] if not may_open_now(row[0])],
        "open": [row for row in rows[State.OPEN] if may_close_now(row[0])],
        "running": [row for row in rows[State.OPEN] if not may_close_now(row[0])],
        "closed": rows[State.CLOSED],
        "counted": [box for box in boxes if box.state == State.COUNTED and not box.released_at and not box.is_trial],
    }
    text, who = _next_step(key, context)
    context["next_step"] = (text, who) if text else None
    return render(request, "ballots/scrutineer_page.html", context, status=400 if form.errors else 200)


def custody_of(cycle: Cycle) -> dict[str, Any] | None:
    """The keys of the year, for the office."""
    keys = list(ScrutineerKey.objects.filter(cycle=cycle).select_related("user").order_by("user__full_name", "pk"))
    left = [key for key in keys if key.destroyed_at is None]
    return {"keys": keys, "may_destroy": bool(left) and may_destroy_keys(cycle)} if keys else None


def _next_step(key: ScrutineerKey | None, lists: dict[str, Any]) -> tuple[str, str]:
    """What is next, and by whom."""
    me = _("You, the scrutineer")
    if key is None:
        return _("Make your key, and have its recovery sheet put into the office's safe"), me
    steps = (
        ("closed", _("Count the closed boxes, once their paper is keyed and checked"), me),
        ("open", _("Close the box on the chair's word"), me),
        ("ready", _("Open the box on the chair's word, once its slips are made and handed out"), me),
        ("draft", _("Make the boxes ready: check the sheets before"), me),
        ("counted", _("Release the figures on the chair's word"), me),
        ("waiting", _("Boxes open by themselves at their time"), _("Nobody: by the clock")),
        ("running", _("Boxes close by themselves at their time; then count"), _("Nobody: by the clock")),
    )
    found = next(((text, who) for name, text, who in steps if lists[name]), None)
    if found is None and lists["may_destroy"] and key.destroyed_at is None:
        return _("Everything is counted: destroy your key"), me
    return found or ("", "")


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
    return _sheet(request, lambda: make_key_and_sheet(cycle=cycle, user=request.user, passphrase=passphrase), year)


@sensitive_post_parameters()
@require_POST
@never_cache
@role_required(Role.SCRUTINEER)
def recovery_print(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    key = ScrutineerKey.objects.filter(cycle=cycle, user=request.user).first()
    if key is None or not _may_try(request):
        return redirect("ballots:scrutineer-home", year)
    passphrase = request.POST.get("passphrase", "")[:200]
    return _sheet(request, lambda: print_recovery_sheet(key=key, passphrase=passphrase), year)


def _sheet(request: AuthenticatedRequest, make: Callable[[], tuple[ScrutineerKey, str]], year: int) -> HttpResponse:
    """The recovery sheet in this one answer; nothing keeps its text."""
    try:
        key, text = make()
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("ballots:scrutineer-home", year)
    return pdf_response(recovery_pdf(key=key, text=text), f"recovery-sheet-{year}.pdf")


@require_POST
@role_required(*CITY)
def keys_destroy(request: AuthenticatedRequest, year: int) -> HttpResponse:
    """A scrutineer destroys the own key, the office those of all."""
    keys = ScrutineerKey.objects.filter(cycle__year=year)
    is_office = Role.OFFICE in roles_of(request.user)
    chosen = list(keys if is_office else keys.filter(user=request.user))
    if act(request, lambda: destroy_keys(keys=chosen, actor=request.user), _("Destroyed, on record.")):
        forget_traces()
    return redirect("ballots:box-list" if is_office else "ballots:scrutineer-home", year)


@require_POST
@role_required(Role.OFFICE)
def scrutineers_appoint(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    box = writable_box(request, year, pk)
    chosen = [key for key in keys_of_year(box.cycle) if str(key.pk) in request.POST.getlist("key")]
    act(request, lambda: appoint_scrutineers(box=box, keys=chosen, actor=request.user), _("Scrutineers appointed."))
    return back_to(box)


def _secret(request: AuthenticatedRequest) -> str:
    """The passphrase, or what stands on the recovery sheet."""
    return (request.POST.get("recovery", "").strip() or request.POST.get("passphrase", ""))[:200]


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
    passphrase = _secret(request)
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
    passphrase = _secret(request)
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
