import re

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from evaluation.ballots.models import Opinion
from evaluation.ballots.opinion_page import Group, groups_of, shown_by_aspect
from evaluation.ballots.opinions import HIDING_REASONS, hide_opinion, show_opinion, take_back
from evaluation.ballots.selectors import moderated_opinions, readable_opinions
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.roster.models import Appraisal
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role

READERS = (Role.OFFICE, Role.UNIT_ADMIN, Role.APPROVER, Role.ORGANISATION, Role.AUDITOR)
MODERATORS = (Role.OFFICE, Role.UNIT_ADMIN)
PAGE = 50
FILTERS = ("status", "unit", "cadre", "page")
IN_PLACE = "row"  # what static/js/moderate.js says to be answered with one row instead of the whole list


@require_GET
@role_required(*READERS)
def opinion_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    readable = readable_opinions(request.user, cycle)
    chosen = _chosen(request.GET, moderates=_moderates(request))
    opinions = _filtered(readable, chosen)
    page = Paginator(opinions, PAGE).get_page(request.GET.get("page"))
    context = {
        "cycle": cycle,
        "page_obj": page,
        "groups": _groups(request, cycle, list(page.object_list)),
        "statuses": [*Opinion.Status.choices, ("all", _("All"))],
        "chosen": chosen,
        "units": _units(readable),
        "may_moderate": _moderates(request),
        "reasons": HIDING_REASONS.items(),
        "back": _query(request.GET),
        "counts": {status: readable.filter(status=status).count() for status in Opinion.Status.values},
    }
    return render(request, "ballots/opinion_list_page.html", context)


@require_POST
@role_required(*MODERATORS)
def opinion_decide(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    """One press: show (under an aspect, or with words blacked out), hide with a reason, or take back."""
    cycle = get_object_or_404(Cycle, year=year)
    opinion = get_object_or_404(moderated_opinions(request.user, cycle), pk=pk)
    try:
        _decide(request, opinion)
    except DomainError as error:
        if _in_place(request):
            return HttpResponse(str(error), status=409, content_type="text/plain; charset=utf-8")
        messages.error(request, str(error))
        return redirect(_list_at(request, year, pk))
    if _in_place(request):
        return _row_answer(request, cycle, pk)
    messages.success(request, _("Saved."))
    return redirect(_list_at(request, year, _next_after(request, cycle, pk)))


@require_GET
@role_required(Role.CADRE)
def opinion_own(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    appraisal = Appraisal.objects.filter(cycle=cycle, cadre__user=request.user).first()
    context = {"cycle": cycle, "groups": shown_by_aspect(appraisal) if appraisal else []}
    return render(request, "ballots/opinion_own_page.html", context)


def _decide(request: AuthenticatedRequest, opinion: Opinion) -> None:
    posted, why = request.POST, request.POST.get("why", "")
    if "undo" in posted:
        take_back(opinion=opinion, actor=request.user)
    elif "hide" in posted:
        hide_opinion(opinion=opinion, reason=_reason(posted), actor=request.user)
    elif "redact" in posted:
        words = [*posted.getlist("word"), *re.split(r"[\s,，、;；]+", posted.get("more", ""))]
        wanted = [word for word in words if word.strip()]
        show_opinion(opinion=opinion, actor=request.user, aspect=posted.get("aspect", ""), words=wanted, why=why)
    else:
        show_opinion(opinion=opinion, actor=request.user, aspect=posted.get("show", ""), why=why)


def _reason(posted: QueryDict) -> str:
    preset = HIDING_REASONS.get(posted.get("hide", ""))
    return str(preset) if preset else posted.get("reason", "")


def _row_answer(request: AuthenticatedRequest, cycle: Cycle, pk: int) -> HttpResponse:
    [group] = _groups(request, cycle, [moderated_opinions(request.user, cycle).get(pk=pk)])
    context = {"cycle": cycle, "row": group.rows[0], "reasons": HIDING_REASONS.items(), "back": _back(request.POST)}
    return render(request, "ballots/_opinion_row_part.html", context)


def _groups(request: AuthenticatedRequest, cycle: Cycle, opinions: list[Opinion]) -> list[Group]:
    mine = moderated_opinions(request.user, cycle).filter(pk__in=[opinion.pk for opinion in opinions])
    return groups_of(
        opinions,
        cycle=cycle,
        all_readable=readable_opinions(request.user, cycle),
        moderated=set(mine.values_list("pk", flat=True)) if _moderates(request) else set(),
        reads_all=bool(roles_of(request.user) & {Role.OFFICE, Role.AUDITOR}),
    )


def _moderates(request: AuthenticatedRequest) -> bool:
    return bool(roles_of(request.user) & set(MODERATORS))


def _in_place(request: AuthenticatedRequest) -> bool:
    return request.headers.get("X-Answer") == IN_PLACE


def _chosen(given: QueryDict, *, moderates: bool) -> dict[str, str]:
    """Unread ones first for whoever reads them; forged values count as not given."""
    status = given.get("status", "")
    known = status in {*Opinion.Status.values, "all"}
    first = Opinion.Status.PENDING if moderates else "all"
    numbers = {name: value for name in ("unit", "cadre") if (value := given.get(name, "")).isdecimal()}
    return {"status": status if known else first, **{name: value for name, value in numbers.items() if len(value) < 18}}


def _filtered(opinions: QuerySet[Opinion], chosen: dict[str, str]) -> QuerySet[Opinion]:
    if chosen["status"] != "all":
        opinions = opinions.filter(status=chosen["status"])
    if "unit" in chosen:
        opinions = opinions.filter(appraisal__organising_unit=int(chosen["unit"]))
    if "cadre" in chosen:
        opinions = opinions.filter(appraisal=int(chosen["cadre"]))
    return opinions


def _units(readable: QuerySet[Opinion]) -> list[tuple[int, str]]:
    fields = ("appraisal__organising_unit__order", "appraisal__organising_unit", "appraisal__organising_unit__name")
    rows = readable.select_related(None).order_by(*fields).values_list(*fields).distinct()
    return [(pk, name) for _order, pk, name in rows]


def _query(given: QueryDict) -> str:
    """The filters of a list as they may be carried along and come back."""
    kept = QueryDict(mutable=True)
    kept.update({name: value for name in FILTERS if (value := given.get(name, "")) and len(value) < 20})
    return kept.urlencode()


def _back(posted: QueryDict) -> str:
    return _query(QueryDict(posted.get("back", "")[:200]))


def _list_at(request: AuthenticatedRequest, year: int, pk: int | None) -> str:
    query = _back(request.POST)
    place = f"#opinion-{pk}" if pk else ""
    return reverse("ballots:opinion-list", args=[year]) + (f"?{query}" if query else "") + place


def _next_after(request: AuthenticatedRequest, cycle: Cycle, pk: int) -> int | None:
    """The opinion that stood behind this one in the list from which it was decided."""
    given = QueryDict(_back(request.POST))
    rows = _filtered(readable_opinions(request.user, cycle), _chosen(given, moderates=True) | {"status": "all"})
    keys = list(rows.filter(Q(pk=pk) | Q(status=Opinion.Status.PENDING)).values_list("pk", flat=True))
    place = keys.index(pk) + 1 if pk in keys else 0
    return keys[place] if place < len(keys) else None
