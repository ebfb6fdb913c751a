"""The record of who did what, for auditors and the office."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evaluation.audit.exporting import csv_lines, json_lines
from evaluation.audit.forms import EventFilterForm
from evaluation.audit.models import AuditEvent
from evaluation.audit.papers import MOST, asked_in_words, audit_record_paper
from evaluation.audit.places import place_of
from evaluation.audit.reading import changes_of, rest_of, why_of
from evaluation.audit.selectors import exported_rows, find_events, last_verification, neighbours, page_of
from evaluation.audit.services import event_hash, note_export, verify_record
from evaluation.audit.workbook import MOST as SHEET_MOST
from evaluation.audit.workbook import audit_workbook
from evaluation.registry.responses import paper_response, workbook_response
from evaluation.units.access import AuthenticatedRequest, role_required
from evaluation.units.models import Role

READERS = (Role.AUDITOR, Role.OFFICE)
FREE_WORDS = ("actor", "why")


@require_safe
@role_required(*READERS)
def event_list(request: AuthenticatedRequest) -> HttpResponse:
    form = EventFilterForm(request.GET)
    page = page_of(find_events(**_chosen(form)), before=_number(request, "before"), after=_number(request, "after"))
    rows = [(event, changes_of(event), why_of(event), rest_of(event)) for event in page.events]
    context = {"form": form, "page": page, "rows": rows, "verified": last_verification(), "is_open": form.has_changed()}
    return render(request, "audit/event_list_page.html", context)


@require_safe
@role_required(*READERS)
def event_detail(request: AuthenticatedRequest, sequence: int) -> HttpResponse:
    event = get_object_or_404(AuditEvent, sequence=sequence)
    before, behind = neighbours(event)
    context = {
        "event": event,
        "changes": changes_of(event),
        "why": why_of(event),
        "rest": rest_of(event),
        "place": place_of(event, request.user),
        "fits": event.hash == event_hash(event),
        "before": before,
        "behind": behind,
    }
    return render(request, "audit/event_detail_page.html", context)


@require_POST
@role_required(*READERS)
def record_verify(request: AuthenticatedRequest) -> HttpResponse:
    event = verify_record(actor=request.user)
    broken = event.detail["broken"]
    if broken is None:
        messages.success(request, _("The record hangs together up to entry %(until)s.") % event.detail)
    else:
        messages.error(request, _("The chain breaks at entry %(broken)s. Tell the auditors at once.") % event.detail)
    return redirect("audit:event-list")


@require_POST
@role_required(*READERS)
def events_csv(request: AuthenticatedRequest) -> StreamingHttpResponse:
    return _exported(request, "csv", "text/csv; charset=utf-8")


@require_POST
@role_required(*READERS)
def events_lines(request: AuthenticatedRequest) -> StreamingHttpResponse:
    return _exported(request, "jsonl", "application/jsonl; charset=utf-8")


@require_POST
@role_required(*READERS)
def events_paper(request: AuthenticatedRequest, form: str) -> HttpResponse:
    """The newest of what the filters find, as a list to be filed; it is an export too."""
    chosen = _chosen(EventFilterForm(QueryDict(request.POST.get("filters", "")[:1000])))
    if form == "xlsx":
        return _workbook(request, chosen)
    events = list(find_events(**chosen)[: MOST + 1])
    paper = audit_record_paper(events[:MOST], filters=chosen, is_more=len(events) > MOST, verified=last_verification())
    answer = paper_response(paper, f"操作记录-{timezone.localdate():%Y%m%d}", form)
    note_export(actor=request.user, form=form, filters=_without_words(chosen))
    return answer


def _workbook(request: AuthenticatedRequest, chosen: Mapping[str, Any]) -> HttpResponse:
    events = list(find_events(**chosen)[: SHEET_MOST + 1])
    is_more = len(events) > SHEET_MOST
    data = audit_workbook(events[:SHEET_MOST], asked=asked_in_words(chosen), is_more=is_more)
    note_export(actor=request.user, form="xlsx", filters=_without_words(chosen))
    return workbook_response(data, f"操作记录-{timezone.localdate():%Y%m%d}")


def _without_words(chosen: Mapping[str, Any]) -> dict[str, object]:
    """The filters as an event keeps them: free words are not kept."""
    return {name: (name not in FREE_WORDS and value) or True for name, value in chosen.items() if value}


def _exported(request: AuthenticatedRequest, form: str, content_type: str) -> StreamingHttpResponse:
    """What the filters of the list find, its own event included where they find it."""
    chosen = _chosen(EventFilterForm(QueryDict(request.POST.get("filters", "")[:1000])))
    filters = _without_words(chosen)
    noted = note_export(actor=request.user, form=form, filters=filters)
    rows = exported_rows(find_events(**chosen), until=noted.sequence)
    lines: Iterator[str] = csv_lines(rows) if form == "csv" else json_lines(rows, filters=filters)
    name = f"audit-{timezone.localdate():%Y%m%d}-{noted.sequence}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return StreamingHttpResponse(lines, content_type=content_type, headers=headers)


def _chosen(form: EventFilterForm) -> dict[str, Any]:
    """Fields that cannot be understood find nothing to narrow; the form says which."""
    form.is_valid()
    return {name: value for name, value in form.cleaned_data.items() if value}


def _number(request: AuthenticatedRequest, name: str) -> int | None:
    given = request.GET.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 18 else None
