"""Who reads and who acts in this room, and how a press on a list is read."""

from collections.abc import Callable

from django.contrib import messages
from django.shortcuts import get_object_or_404

from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.results.models import Publication, PublicationQuerySet
from evaluation.units.access import AuthenticatedRequest, roles_of
from evaluation.units.models import Role

READERS = (Role.OFFICE, Role.UNIT_ADMIN, Role.APPROVER, Role.ORGANISATION, Role.AUDITOR)
WRITERS = (Role.OFFICE, Role.UNIT_ADMIN, Role.APPROVER)
APPROVERS = (Role.OFFICE, Role.APPROVER)


def cycle_of(year: int) -> Cycle:
    return get_object_or_404(Cycle, year=year)


def publication_or_404(request: AuthenticatedRequest, year: int, pk: int) -> Publication:
    return get_object_or_404(_known(request, year).for_list(), pk=pk)


def writable_or_404(request: AuthenticatedRequest, year: int, pk: int) -> Publication:
    return get_object_or_404(_known(request, year).writable_by(request.user).for_list(), pk=pk)


def approvable_or_404(request: AuthenticatedRequest, year: int, pk: int) -> Publication:
    return get_object_or_404(_known(request, year).approvable_by(request.user).for_list(), pk=pk)


def writes(request: AuthenticatedRequest) -> bool:
    return bool(roles_of(request.user) & set(WRITERS))


def chosen_numbers(request: AuthenticatedRequest) -> list[int]:
    return [int(value) for value in request.POST.getlist("pk") if value.isdecimal() and len(value) < 12]


def attempt(request: AuthenticatedRequest, act: Callable[[], object], done: str) -> bool:
    """Do it and say so, or say why not."""
    try:
        act()
    except DomainError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, done)
    return True


def _known(request: AuthenticatedRequest, year: int) -> PublicationQuerySet:
    return Publication.objects.visible_to(request.user).filter(cycle__year=year)
