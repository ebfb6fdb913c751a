from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.files.responses import attachment
from evaluation.rectification.forms import NoticeForm
from evaluation.rectification.models import RectificationNotice, RectificationNoticeQuerySet
from evaluation.rectification.papers import notice_papers
from evaluation.rectification.services import drop_notice, edit_notice, issue_notices, propose_notices, receive_notice
from evaluation.rectification.views import READERS
from evaluation.registry.models import IssuedDocument, Kind
from evaluation.registry.responses import paper_links, paper_response
from evaluation.registry.services import about_of, kept_of
from evaluation.results.models import Publication, PublicationQuerySet
from evaluation.roster.models import Appraisal
from evaluation.units.access import AuthenticatedRequest, role_required
from evaluation.units.models import Role, Unit, UnitQuerySet

Status = RectificationNotice.Status
WRITERS = (Role.OFFICE, Role.UNIT_ADMIN)
RECEIVERS = (Role.UNIT_ADMIN, Role.APPROVER)


def _visible(request: AuthenticatedRequest, year: int) -> tuple[Cycle, RectificationNoticeQuerySet]:
    cycle = get_object_or_404(Cycle, year=year)
    return cycle, RectificationNotice.objects.visible_to(request.user).of_cycle(cycle)


def _publications(request: AuthenticatedRequest, cycle: Cycle) -> PublicationQuerySet:
    """Published pools for which this user may propose notices."""
    written = Appraisal.objects.writable_by(request.user).filter(cycle=cycle).values("organising_unit")
    published = [Publication.Status.NOTICE, Publication.Status.FINAL]
    return Publication.objects.filter(cycle=cycle, status__in=published, organising_unit__in=written)


@require_GET
@role_required(*READERS)
def notice_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle, visible = _visible(request, year)
    rows, status = visible, request.GET.get("status", "")
    if status in Status.values:
        rows = rows.filter(status=status)
    if status == "late":
        rows = rows.late(today=timezone.localdate())
    proposed = visible.writable_by(request.user).filter(status=Status.PROPOSED)
    context = {
        "cycle": cycle,
        "page_obj": Paginator(rows.for_list(), 50).get_page(request.GET.get("page")),
        "statuses": Status.choices,
        "status": status,
        "today": timezone.localdate(),
        "late_count": visible.late(today=timezone.localdate()).count(),
        "issuable": set(proposed.values_list("pk", flat=True)),
        "receivable_count": visible.receivable_by(request.user).count(),
        "may_propose": _publications(request, cycle).exists(),
    }
    return render(request, "rectification/notice_list_page.html", context)


@require_POST
@role_required(*WRITERS)
def notice_propose(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    count = 0
    for publication in _publications(request, cycle):
        try:
            count += len(propose_notices(publication=publication, actor=request.user))
        except DomainError as error:
            messages.warning(request, f"{publication.organising_unit} · {publication.get_track_display()}: {error}")
    messages.success(request, _("%(count)d notices are proposed by the rules of the year.") % {"count": count})
    return redirect("rectification:notice-list", year)


@require_POST
@role_required(*WRITERS)
def notice_issue(request: AuthenticatedRequest, year: int) -> HttpResponse:
    _cycle, visible = _visible(request, year)
    notices = visible.writable_by(request.user)
    if request.POST.get("all"):
        notices = notices.filter(status=Status.PROPOSED)
    else:
        notices = notices.filter(pk__in=[key for key in request.POST.getlist("pk") if key.isdecimal()])
    try:
        issued = issue_notices(notices=notices, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(count)d notices are issued.") % {"count": len(issued)})
    return redirect("rectification:notice-list", year)


@require_GET
@role_required(*READERS)
def notice_detail(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    cycle, visible = _visible(request, year)
    notice = get_object_or_404(visible.for_list(), pk=pk)
    only = visible.filter(pk=pk)
    context = {
        "cycle": cycle,
        "notice": notice,
        "today": timezone.localdate(),
        "may_write": notice.status == Status.PROPOSED and only.writable_by(request.user).exists(),
        "may_receive": only.receivable_by(request.user).exists(),
        "downloads": paper_links(_("Rectification notice"), "rectification:notice-file", year, pk),
        "document": IssuedDocument.objects.visible_to(request.user).about(about_of(notice)).newest().first(),
    }
    return render(request, "rectification/notice_detail_page.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def notice_edit(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    cycle, visible = _visible(request, year)
    notice = _to_write(request, visible, pk)
    if notice.status != Status.PROPOSED:
        return redirect("rectification:notice-detail", year, pk)
    initial = {"number": notice.number, "text": notice.text, "due": notice.due}
    form = NoticeForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            edit_notice(notice=notice, actor=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The notice is saved."))
            return redirect("rectification:notice-detail", year, pk)
    return render(request, "rectification/notice_form_page.html", {"cycle": cycle, "notice": notice, "form": form})


def _to_write(request: AuthenticatedRequest, visible: RectificationNoticeQuerySet, pk: int) -> RectificationNotice:
    notice: RectificationNotice = get_object_or_404(visible.for_list(), pk=pk)
    if not visible.filter(pk=pk).writable_by(request.user).exists():
        raise PermissionDenied
    return notice


@require_POST
@role_required(*WRITERS)
def notice_drop(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    notice = _to_write(request, _visible(request, year)[1], pk)
    try:
        drop_notice(notice=notice, reason=request.POST.get("reason", ""), actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("No notice is issued; the reason is kept."))
    return redirect("rectification:notice-detail", year, pk)


@require_POST
@role_required(*RECEIVERS)
def notice_receive(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    notice = get_object_or_404(_visible(request, year)[1], pk=pk)
    if not RectificationNotice.objects.filter(pk=pk, unit__in=_own_units(request)).exists():
        raise PermissionDenied
    try:
        receive_notice(notice=notice, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Receipt is confirmed."))
    return redirect("rectification:notice-detail", year, pk)


def _own_units(request: AuthenticatedRequest) -> UnitQuerySet:
    return Unit.objects.acted_for_by(request.user, *RECEIVERS)


@require_GET
@role_required(*READERS)
def notice_file(request: AuthenticatedRequest, year: int, pk: int, form: str) -> HttpResponseBase:
    """Of an issued notice the bytes that were issued; of a proposed one the draft."""
    notice = get_object_or_404(_visible(request, year)[1].for_list(), pk=pk)
    stem = f"整改通知书-{notice.appraisal.name}"
    kept = kept_of(about_of(notice), kind=Kind.RECTIFICATION_NOTICE, form=form)
    return attachment(kept) if kept else paper_response(notice_papers(notice), stem, form)
