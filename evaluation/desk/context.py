"""What every page knows: the city and its year, and who is signed in."""

from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.desk.menu import work_menu
from evaluation.units.access import roles_of
from evaluation.units.models import Role


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
    return {"site": SimpleLazyObject(lambda: site_of(request))}


def acting(request: HttpRequest) -> dict[str, object]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"acting": None, "work_menu": []}
    roles = roles_of(cast(User, user))
    names = [str(role.label) for role in Role if role in roles]
    menu = SimpleLazyObject(lambda: work_menu(request, roles, site_of(request).year))
    return {"acting": Acting(str(user), names), "work_menu": menu}


def site_of(request: HttpRequest) -> Site:
    """Return the city and the year that the address names, else the year under way; read once per request."""
    kept = request.__dict__.get("_site")
    if kept is None:
        kept = request.__dict__["_site"] = _read_site(_year_of(request))
    return cast(Site, kept)


def _year_of(request: HttpRequest) -> int | None:
    match = request.resolver_match
    year = match.kwargs.get("year") if match else None
    given = request.GET.get("year", "")
    if year is None and given.isdecimal() and len(given) == 4:
        year = int(given)
    return year


def _read_site(year: int | None) -> Site:
    cycles = list(Cycle.objects.all())
    named = [cycle for cycle in cycles if cycle.year == year]
    begun = [cycle for cycle in cycles if cycle.status != Cycle.Status.DRAFT]
    cycle = next(iter([*named, *begun, *cycles]), None)
    if cycle is None:
        return Site("民评", "", None, "", False)
    return Site("民评", cycle.city_name, cycle.year, cycle.campaign_name, cycle.is_demonstration)
