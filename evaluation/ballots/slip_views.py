"""Slips after they were made: more of them or one fewer by two people, and the unused ones scanned void."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from evaluation.ballots.acts import CITY, WRITERS, act, back_to, writable_box
from evaluation.ballots.models import BallotBox, PassRequest
from evaluation.ballots.pass_requests import (
    ask_for_slips,
    ask_to_void,
    confirm_slips,
    unused_slips,
    void_unused,
    withdraw_request,
)
from evaluation.ballots.passes import may_make_passes, own_staff_limit, room_for
from evaluation.ballots.selectors import group_labels
from evaluation.ballots.slips import pdf_response, slips_pdf
from evaluation.errors import DomainError
from evaluation.guard.services import count_try
from evaluation.guard.site_test import is_site_tested
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of

LOOKS, WINDOW = 40, 3600
SCANS = 4000


@require_POST
@role_required(*WRITERS)
def slips_ask(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    box = writable_box(request, year, pk)
    posted, reason = request.POST, request.POST.get("reason", "")[:200]
    done = _("Asked. Another person confirms it.")
    if posted.get("kind") != PassRequest.Kind.VOID:
        number = _whole(posted.get("number", ""))
        group = posted.get("group", "")
        try:
            ask_for_slips(box=box, group=group, number=number, reason=reason, actor=request.user)
        except DomainError as error:
            return _refused(request, box, error)
        messages.success(request, done)
    elif _may_look(request, LOOKS):
        typed = posted.get("typed", "")[:300]
        act(request, lambda: ask_to_void(box=box, typed=typed, reason=reason, actor=request.user), done)
    return back_to(box)


@require_POST
@never_cache
@role_required(*WRITERS)
def slips_confirm(request: AuthenticatedRequest, year: int, pk: int, request_pk: int) -> HttpResponse:
    """The one download of extra slips goes to whoever confirms."""
    box = writable_box(request, year, pk)
    asked = get_object_or_404(box.pass_requests, pk=request_pk)
    try:
        slips = confirm_slips(request=asked, actor=request.user)
    except DomainError as error:
        return _refused(request, box, error)
    if slips:
        return pdf_response(slips_pdf(box=box, slips=slips), f"slips-{box.pk}-{asked.pk}.pdf")
    messages.success(request, _("The slip is void."))
    return back_to(box)


@require_POST
@role_required(*WRITERS)
def slips_withdraw(request: AuthenticatedRequest, year: int, pk: int, request_pk: int) -> HttpResponse:
    box = writable_box(request, year, pk)
    asked = get_object_or_404(box.pass_requests, pk=request_pk)
    act(request, lambda: withdraw_request(request=asked, actor=request.user), _("Withdrawn."))
    return back_to(box)


@require_http_methods(["GET", "POST"])
@never_cache
@role_required(*CITY)
def slips_unused(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    """One field for a scanner or a keyboard, one slip after another."""
    box = writable_box(request, year, pk)
    outcome = error = ""
    if request.method == "POST" and _may_look(request, SCANS):
        try:
            outcome = void_unused(box=box, typed=request.POST.get("typed", "")[:300], actor=request.user)
        except DomainError as refused:
            error = str(refused)
    labels, numbers = group_labels(box), unused_slips(box)
    rows = [(labels.get(row.group, row.get_group_display()), row, numbers[row.group]) for row in box.groups.all()]
    context = {"cycle": box.cycle, "box": box, "outcome": outcome, "error": error, "rows": rows}
    return render(request, "ballots/slips_unused_page.html", context, status=400 if error else 200)


def slips_of_box(box: BallotBox, user: User, may_write: bool) -> dict[str, Any]:
    """What the page of a box says of extra, lost and unused slips."""
    labels = group_labels(box)
    rows = list(box.groups.all()) if box.takes_passes and box.kind != BallotBox.Kind.PUBLIC else []
    mine = [row for row in rows if may_write and may_make_passes(user=user, box=box, group=row.group)]
    requests = box.pass_requests.select_related("proposed_by", "confirmed_by")
    limits = [(row, own_staff_limit(box=box, group=row.group)) for row in rows]
    return {
        "groups": [(row, labels.get(row.group, row.get_group_display()), room_for(box=box, row=row)) for row in mine],
        "requests": [
            {
                "row": row,
                "label": labels.get(row.group, row.get_group_display()),
                "is_mine": row.proposed_by_id == user.pk,
            }
            for row in requests
        ],
        "needs_test": bool(mine) and box.state == BallotBox.State.READY and not is_site_tested(),
        "staff_limit": next((limit for _row, limit in limits if limit is not None), None),
        "may_act": bool(mine) and box.state == BallotBox.State.OPEN and box.readied_by_id != user.pk,
        "is_city": bool(roles_of(user) & set(CITY)),
        "may_scan": bool(rows) and bool(roles_of(user) & set(CITY)) and box.state in {"ready", "closed"},
    }


def _refused(request: AuthenticatedRequest, box: BallotBox, error: DomainError) -> HttpResponse:
    messages.error(request, str(error))
    return redirect("desk:site-test") if error.code == "site_untested" else back_to(box)


def _may_look(request: AuthenticatedRequest, limit: int) -> bool:
    """To ask whether a slip has voted is slowed down: nobody goes through a list of them."""
    allowed = count_try(bucket_parts=["slip", str(limit), str(request.user.pk)], limit=limit, window_seconds=WINDOW)
    if not allowed:
        messages.error(request, _("Too many tries. Wait an hour."))
    return allowed


def _whole(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0
