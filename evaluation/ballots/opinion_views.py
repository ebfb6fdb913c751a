from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from evaluation.ballots.acts import act
from evaluation.ballots.models import Opinion
from evaluation.ballots.opinions import hide_opinions, show_opinions
from evaluation.ballots.selectors import readable_opinions
from evaluation.cycle.models import Cycle
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role

READERS = (Role.OFFICE, Role.UNIT_ADMIN, Role.APPROVER, Role.ORGANISATION, Role.AUDITOR)
MODERATORS = (Role.OFFICE, Role.UNIT_ADMIN)


@require_GET
@role_required(*READERS)
def opinion_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    opinions = readable_opinions(request.user, cycle)
    status = request.GET.get("status", "")
    if status in Opinion.Status.values:
        opinions = opinions.filter(status=status)
    context = {
        "cycle": cycle,
        "page_obj": Paginator(opinions, 50).get_page(request.GET.get("page")),
        "statuses": Opinion.Status.choices,
        "status": status,
        "may_moderate": bool(roles_of(request.user) & set(MODERATORS)),
    }
    return render(request, "ballots/opinion_list_page.html", context)


def _chosen(request: AuthenticatedRequest, year: int) -> QuerySet[Opinion]:
    keys = [pk for pk in request.POST.getlist("pk") if pk.isdecimal() and len(pk) < 18]
    return readable_opinions(request.user, get_object_or_404(Cycle, year=year)).filter(pk__in=keys)


@require_POST
@role_required(*MODERATORS)
def opinions_show(request: AuthenticatedRequest, year: int) -> HttpResponse:
    chosen = _chosen(request, year)
    act(request, lambda: show_opinions(opinions=chosen, actor=request.user), _("Saved."))
    return redirect("ballots:opinion-list", year)


@require_POST
@role_required(*MODERATORS)
def opinions_hide(request: AuthenticatedRequest, year: int) -> HttpResponse:
    chosen, reason = _chosen(request, year), request.POST.get("reason", "")[:200]
    act(request, lambda: hide_opinions(opinions=chosen, reason=reason, actor=request.user), _("Saved."))
    return redirect("ballots:opinion-list", year)
