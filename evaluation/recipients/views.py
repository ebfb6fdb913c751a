"""Pages of the service ledger: frames by unit, records."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evaluation.cycle.models import Cycle
from evaluation.intake.pages import xlsx_response
from evaluation.recipients import selectors
from evaluation.recipients.exports import export_ledger
from evaluation.recipients.forms import RecordFilterForm
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role

PAGE = 50
READERS = (Role.OFFICE, Role.UNIT_ADMIN, Role.APPROVER, Role.ORGANISATION, Role.AUDITOR)
WRITERS = (Role.OFFICE, Role.UNIT_ADMIN)


def cycle_of(year: int) -> Cycle:
    return get_object_or_404(Cycle, year=year)


def may_write(request: AuthenticatedRequest) -> bool:
    return bool(roles_of(request.user) & set(WRITERS))


@require_safe
@role_required(*READERS)
def frame_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = cycle_of(year)
    page = Paginator(selectors.frames(request.user, cycle), PAGE).get_page(request.GET.get("page"))
    context = {"cycle": cycle, "page_obj": page, "may_write": may_write(request)}
    return render(request, "recipients/frame_list_page.html", context)


@require_safe
@role_required(*READERS)
def record_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = cycle_of(year)
    form = RecordFilterForm(request.user, cycle, request.GET)
    form.is_valid()
    chosen = form.cleaned_data
    rows = selectors.record_list(request.user, cycle, unit=chosen.get("unit"), words=chosen.get("q", ""))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"cycle": cycle, "form": form, "page_obj": page, "may_write": may_write(request)}
    return render(request, "recipients/record_list_page.html", context)


@require_safe
@role_required(*WRITERS)
def record_export(request: AuthenticatedRequest, year: int) -> HttpResponse:
    """The ledger in the shape in which it is read, for those who bring it in."""
    cycle = cycle_of(year)
    data = export_ledger(cycle=cycle, records=selectors.record_list(request.user, cycle), actor=request.user)
    return xlsx_response(data, _("ledger-%(year)s.xlsx") % {"year": year})
