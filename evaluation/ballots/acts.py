"""What the views of this room share: the box that was asked for, and one act with its answer."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from evaluation.ballots.models import BallotBox
from evaluation.ballots.selectors import boxes_to_prepare, writable_boxes
from evaluation.errors import DomainError
from evaluation.units.access import AuthenticatedRequest
from evaluation.units.models import Role

READERS = (Role.OFFICE, Role.SCRUTINEER, Role.UNIT_ADMIN, Role.APPROVER, Role.ORGANISATION, Role.AUDITOR)
PREPARERS = (Role.OFFICE, Role.UNIT_ADMIN)
WRITERS = (Role.OFFICE, Role.SCRUTINEER, Role.UNIT_ADMIN)
CITY = (Role.OFFICE, Role.SCRUTINEER)


def readable_box(request: AuthenticatedRequest, year: int, pk: int) -> BallotBox:
    return get_object_or_404(BallotBox.objects.visible_to(request.user).for_list(), pk=pk, cycle__year=year)


def writable_box(request: AuthenticatedRequest, year: int, pk: int) -> BallotBox:
    return get_object_or_404(writable_boxes(request.user).for_list(), pk=pk, cycle__year=year)


def box_to_prepare(request: AuthenticatedRequest, year: int, pk: int) -> BallotBox:
    return get_object_or_404(boxes_to_prepare(request.user).for_list(), pk=pk, cycle__year=year)


def chosen_boxes(request: AuthenticatedRequest, year: int, state: str) -> list[BallotBox]:
    """The boxes ticked in a list, or all of them in this state (the button for pages without script)."""
    boxes = writable_boxes(request.user).for_list().filter(cycle__year=year, state=state)
    if request.POST.get("all") != "1":
        boxes = boxes.filter(pk__in=[pk for pk in request.POST.getlist("pk") if pk.isdecimal() and len(pk) < 18])
    return list(boxes)


def act(request: AuthenticatedRequest, do: Callable[[], object], success: str) -> bool:
    """Do it, and tell the outcome on the next page."""
    try:
        do()
    except DomainError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, success)
    return True


def back_to(box: BallotBox) -> HttpResponse:
    return redirect("ballots:box-detail", box.cycle.year, box.pk)
