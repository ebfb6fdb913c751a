"""What every page knows: the city and its year, and who is signed in."""

from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.desk.menu import address_of, is_open_to, work_menu
from evaluation.desk.progress import step_now
from evaluation.units.access import roles_of
from evaluation.units.models import Role

STEP_PAGES = {
    1: "pledges:pledge-list",
    2: "meetings:meeting-list",
    3: "ballots:box-list",
    4: "results:publication-list",
    5: "rectification:plan-list",
}


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
    return {
        "site": SimpleLazyObject(lambda: site_of(request)),
        "steps": SimpleLazyObject(lambda: steps_of(request)),
        "step_now": lambda: step_now(_cycle_of(request)),
    }


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
    cycle = _cycle_of(request)
    if cycle is None:
        return Site(_("Minping"), "", None, "", False)
    return Site(_("Minping"), cycle.city_name, cycle.year, cycle.campaign_name, cycle.is_demonstration)


def steps_of(request: HttpRequest) -> list[dict[str, object]]:
    """Return the five steps of that year for the bar above the page: dates, and whether the step is over."""
    cycle = _cycle_of(request)
    if cycle is None:
        return []
    today = timezone.localdate()
    return [
        {
            "number": row.step,
            "starts_on": row.starts,
            "ends_on": row.ends,
            "done": row.ends < today,
            "url": _step_address(request, row.step, cycle.year),
        }
        for row in cycle.steps.all()
    ]


def year_asked(request: HttpRequest) -> int | None:
    """Return the year that the view has set, that the address names, or that ``?year=`` asks for."""
    match = request.resolver_match
    year = request.__dict__.get("_year") or (match.kwargs.get("year") if match else None)
    given = request.GET.get("year", "")
    if year is None and len(given) == 4 and given.isascii() and given.isdecimal():
        year = int(given)
    return cast(int | None, year)


def _step_address(request: HttpRequest, step: int, year: int) -> str:
    """At work a step leads to its list; residents read the bar as it is."""
    if not request.user.is_authenticated or not request.path.startswith(("/work/", "/desk/")):
        return ""
    page = STEP_PAGES[step]
    return address_of(page, year) if is_open_to(roles_of(request.user), page) else ""


def _cycle_of(request: HttpRequest) -> Cycle | None:
    if "_cycle" not in request.__dict__:
        request.__dict__["_cycle"] = _read_cycle(year_asked(request))
    return cast(Cycle | None, request.__dict__["_cycle"])


def _read_cycle(year: int | None) -> Cycle | None:
    cycles = list(Cycle.objects.all())
    named = [cycle for cycle in cycles if cycle.year == year]
    begun = [cycle for cycle in cycles if cycle.status != Cycle.Status.DRAFT]
    return next(iter([*named, *begun, *cycles]), None)
