"""The record of who did what, for auditors and the office."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from evaluation.audit.forms import EventFilterForm
from evaluation.audit.selectors import find_events
from evaluation.units.access import AuthenticatedRequest, role_required
from evaluation.units.models import Role

PAGE = 50


@require_safe
@role_required(Role.AUDITOR, Role.OFFICE)
def event_list(request: AuthenticatedRequest) -> HttpResponse:
    form = EventFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    page = Paginator(find_events(**chosen), PAGE).get_page(request.GET.get("page"))
    return render(request, "audit/event_list_page.html", {"form": form, "page_obj": page})
