from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from evaluation.ballots.selectors import moderated_opinions
from evaluation.cycle.models import Cycle
from evaluation.daily.services.opinions import pass_on_opinion
from evaluation.errors import DomainError
from evaluation.units.access import AuthenticatedRequest, role_required
from evaluation.units.models import Role


@require_POST
@role_required(Role.OFFICE, Role.UNIT_ADMIN)
def complaint_from_opinion(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    opinion = get_object_or_404(moderated_opinions(request.user, cycle), pk=pk)
    try:
        complaint = pass_on_opinion(opinion=opinion, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        told = _("Passed on as complaint no. %(number)s; whoever handles complaints decides on it.")
        messages.success(request, told % {"number": complaint.number})
    return redirect("ballots:opinion-list", year)
