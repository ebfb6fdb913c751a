"""Public addresses of things, and which year a page is about."""

from datetime import datetime

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from evaluation.cycle.models import Cycle
from evaluation.portal.public import public_appraisals, public_cycles
from evaluation.roster.models import Appraisal
from evaluation.units.models import Unit

LONGEST_QUERY = 40


def asked_cycle(request: HttpRequest) -> Cycle | None:
    """Return the public year that ``?year=`` names, else the newest; a forged year is ignored."""
    cycles = list(public_cycles())
    asked = text_of(request, "year")
    return next((cycle for cycle in cycles if str(cycle.year) == asked), cycles[0] if cycles else None)


def cycle_of(year: int) -> Cycle:
    return get_object_or_404(public_cycles(), year=year)


def unit_of(code: str) -> Unit:
    return get_object_or_404(Unit.objects.select_related("parent"), code=code)


def appraisal_of(*, year: int, unit_code: str, code: str) -> Appraisal:
    """Return the appraisal of a public address; its unit may be the home unit or the one that organises (C13).

    Raises ``Http404`` where nothing of it is published.
    """
    appraisal = (
        public_appraisals()
        .filter(Q(home_unit__code=unit_code) | Q(organising_unit__code=unit_code))
        .filter(cycle__year=year, public_code=code)
        .select_related("cycle", "home_unit__parent", "organising_unit")
        .first()
    )
    if appraisal is None:
        raise Http404
    return appraisal


def text_of(request: HttpRequest, key: str) -> str:
    """What was asked for, without spaces at the ends and signs that no database keeps, and not too long."""
    kept = "".join(sign for sign in request.GET.get(key, "") if sign.isprintable())
    return kept.strip()[:LONGEST_QUERY]


def now() -> datetime:
    return timezone.now()
