"""What every page knows: the city and its year, and who is signed in."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.units.access import roles_of


@dataclass(frozen=True)
class Acting:
    display_name: str
    roles_display: list[str]


@dataclass(frozen=True)
class Site:
    name: str
    city: str
    year: int | None
    campaign: str
    is_demonstration: bool


def site(request: HttpRequest) -> dict[str, object]:
    return {"site": SimpleLazyObject(lambda: _site(request))}


def _site(request: HttpRequest) -> Site:
    match = request.resolver_match
    year = match.kwargs.get("year") if match else None
    cycles = Cycle.objects.filter(year=year) if year else Cycle.objects.exclude(status=Cycle.Status.DRAFT)
    cycle = cycles.first() or Cycle.objects.first()
    if cycle is None:
        return Site("民评", "", None, "", False)
    return Site("民评", cycle.city_name, cycle.year, cycle.campaign_name, cycle.is_demonstration)


def acting(request: HttpRequest) -> dict[str, object]:
    user = getattr(request, "user", None)
    if not isinstance(user, User) and not (user is not None and user.is_authenticated):
        return {"acting": None, "work_menu": []}
    roles = roles_of(user)  # type: ignore[arg-type]
    return {"acting": Acting(str(user), [str(role.label) for role in sorted(roles)]), "work_menu": []}
