from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseFormSet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.cycle.models import Cycle
from evaluation.cycle.selectors import steps_of
from evaluation.errors import DomainError
from evaluation.meetings.forms import DocumentForm, ReportForm, StatementFormSet, document_bytes
from evaluation.meetings.models import DutyReport
from evaluation.meetings.reading import completion_of, read_report
from evaluation.meetings.services import ReportText, StatementText, advance_reports, save_report
from evaluation.meetings.services.reporting import SECTIONS
from evaluation.meetings.views.papers import report_downloads
from evaluation.pledges.models import PledgeItem
from evaluation.pledges.paper_pages import (
    APPROVERS,
    PUBLISHERS,
    READERS,
    WRITERS,
    act,
    answer,
    detail_context,
    list_context,
    own_appraisal,
)
from evaluation.pledges.review import TRACKS, writable
from evaluation.roster.models import Appraisal
from evaluation.units.access import AuthenticatedRequest, role_required
from evaluation.units.models import Role


def _appraisal(request: AuthenticatedRequest, year: int, pk: int) -> Appraisal:
    rows = Appraisal.objects.visible_to(request.user).filter(cycle__year=year, track__in=TRACKS)
    return get_object_or_404(rows.taking_part().for_list().select_related("report", "pledge"), pk=pk)


@require_GET
@role_required(*READERS)
def report_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    return render(request, "meetings/report_list_page.html", list_context(request, cycle, DutyReport))


@require_GET
@role_required(*READERS)
def report_detail(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    appraisal = _appraisal(request, year, pk)
    report = getattr(appraisal, "report", None)
    pledge = getattr(appraisal, "pledge", None)
    context = {
        "report": report,
        "pledge_is_published": bool(pledge and pledge.status == "published"),
        "statements": report.statements.select_related("item") if report else [],
        "downloads": report_downloads(report, year),
        **detail_context(request, appraisal, report),
    }
    return render(request, "meetings/report_detail_page.html", context)


@require_GET
@role_required(Role.CADRE)
def my_report(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    return redirect("meetings:report-detail", year, own_appraisal(request, cycle, DutyReport).pk)


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def report_edit(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    appraisal = _appraisal(request, year, pk)
    if not writable(request.user).filter(pk=pk).exists():
        raise PermissionDenied
    report = getattr(appraisal, "report", None)
    items = list(PledgeItem.objects.filter(pledge__appraisal=appraisal))
    posted = request.POST if request.method == "POST" else None
    form = ReportForm(posted, initial={name: getattr(report, name) for name in SECTIONS} if report else {})
    rows = StatementFormSet(posted, prefix="statements", initial=_statements(report, items))
    if posted is not None and form.is_valid() and rows.is_valid():
        try:
            save_report(
                appraisal=appraisal,
                actor=request.user,
                text=ReportText(**form.cleaned_data),
                statements=[StatementText(**row.cleaned_data) for row in rows],
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The report is saved."))
            return redirect("meetings:report-detail", year, pk)
    return edit_page(request, appraisal, form, rows, items)


def edit_page(
    request: AuthenticatedRequest,
    appraisal: Appraisal,
    form: ReportForm,
    rows: BaseFormSet,
    items: list[PledgeItem],
    **more: object,
) -> HttpResponse:
    context = {
        "cycle": appraisal.cycle,
        "steps": steps_of(appraisal.cycle),
        "appraisal": appraisal,
        "form": form,
        "rows": rows,
        "pairs": list(zip(items, rows, strict=False)),
        "document_form": DocumentForm(),
        **more,
    }
    return render(request, "meetings/report_edit_page.html", context)


@require_POST
@role_required(*WRITERS)
def report_read(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    """A .docx into the fields of the form, to be looked through; nothing is saved."""
    appraisal = _appraisal(request, year, pk)
    if not writable(request.user).filter(pk=pk).exists():
        raise PermissionDenied
    items = list(PledgeItem.objects.filter(pledge__appraisal=appraisal))
    form = DocumentForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            raise DomainError("no_file", _("Choose the document first."))
        found = read_report(
            data=document_bytes(form.cleaned_data["document"]), items={one.pk: one.text for one in items}
        )
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("meetings:report-edit", year, pk)
    report = getattr(appraisal, "report", None)
    saved = {name: getattr(report, name) for name in SECTIONS} if report else {}
    answers = [
        {**row, "text": text, "completion": completion_of(text) or row["completion"]}
        if (text := found.items.get(row["item"], ""))
        else row
        for row in _statements(report, items)
    ]
    return edit_page(
        request,
        appraisal,
        ReportForm(initial=saved | found.sections),
        StatementFormSet(prefix="statements", initial=answers),
        items,
        found=found,
        found_items=len(found.items),
    )


def _statements(report: DutyReport | None, items: list[PledgeItem]) -> list[dict[str, Any]]:
    given = {row.item_id: row for row in report.statements.all()} if report else {}
    return [
        {
            "item": item.pk,
            "completion": given[item.pk].completion if item.pk in given else "",
            "text": given[item.pk].text if item.pk in given else "",
        }
        for item in items
    ]


def _act(request: AuthenticatedRequest, year: int, code: str) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    appraisals, reason = act(request, cycle, DutyReport, code)
    outcome = advance_reports(appraisals=appraisals, code=code, actor=request.user, reason=reason)
    return answer(request, code, outcome, list_url="meetings:report-list", detail_url="meetings:report-detail")


@require_POST
@role_required(*WRITERS)
def report_submit(request: AuthenticatedRequest, year: int) -> HttpResponse:
    return _act(request, year, "submit")


@require_POST
@role_required(*APPROVERS)
def report_return(request: AuthenticatedRequest, year: int) -> HttpResponse:
    return _act(request, year, "return")


@require_POST
@role_required(*APPROVERS)
def report_approve(request: AuthenticatedRequest, year: int) -> HttpResponse:
    return _act(request, year, "approve")


@require_POST
@role_required(*PUBLISHERS)
def report_publish(request: AuthenticatedRequest, year: int) -> HttpResponse:
    return _act(request, year, "publish")
