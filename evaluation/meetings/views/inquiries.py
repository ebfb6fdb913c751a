from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from evaluation.cycle.models import Cycle
from evaluation.cycle.selectors import steps_of
from evaluation.errors import DomainError
from evaluation.meetings.forms import AnswerForm, InquiryForm
from evaluation.meetings.models import Inquiry, ReportMeeting
from evaluation.meetings.services import InquiryText, answer_in_writing, record_inquiry, revise_inquiry
from evaluation.meetings.services.holding import reporting_cadres
from evaluation.meetings.views.meetings import READERS, WRITERS, writable_meeting
from evaluation.units.access import AuthenticatedRequest, role_required
from evaluation.units.models import Role

TEXTS = ("kind", "topic", "asked_by", "question", "answer", "written_due")
SHOWN = ("owed", "overdue")


@require_GET
@role_required(*READERS)
def inquiry_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    today = timezone.localdate()
    mine = Inquiry.objects.visible_to(request.user).filter(meeting__cycle=cycle)
    shown = request.GET.get("shown", "")
    rows = {"owed": mine.owed(), "overdue": mine.overdue(today)}.get(shown, mine)
    page = Paginator(rows.for_list().order_by("written_due", "pk"), 50).get_page(request.GET.get("page"))
    answerable = Inquiry.objects.answerable_by(request.user).filter(pk__in=[row.pk for row in page])
    context = {
        "cycle": cycle,
        "steps": steps_of(cycle),
        "page_obj": page,
        "answerable": set(answerable.values_list("pk", flat=True)),
        "shown": shown if shown in SHOWN else "",
        "total": mine.count(),
        "owed": mine.owed().count(),
        "overdue": mine.overdue(today).count(),
        "today": today,
    }
    return render(request, "meetings/inquiry_list_page.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def inquiry_create(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    return _record(request, writable_meeting(request, year, pk), None)


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def inquiry_edit(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    inquiry = get_object_or_404(Inquiry.objects.visible_to(request.user).filter(meeting__cycle__year=year), pk=pk)
    if not ReportMeeting.objects.writable_by(request.user).filter(pk=inquiry.meeting_id).exists():
        raise PermissionDenied
    return _record(request, writable_meeting(request, year, inquiry.meeting_id), inquiry)


def _record(request: AuthenticatedRequest, meeting: ReportMeeting, inquiry: Inquiry | None) -> HttpResponse:
    initial = {name: getattr(inquiry, name) for name in (*TEXTS, "appraisal")} if inquiry else {}
    cadres = reporting_cadres(meeting.unit, meeting.cycle)
    form = InquiryForm(request.POST if request.method == "POST" else None, initial=initial, cadres=cadres)
    if form.is_valid():
        text = InquiryText(**{name: form.cleaned_data[name] for name in TEXTS})
        appraisal = form.cleaned_data["appraisal"]
        try:
            if inquiry:
                revise_inquiry(inquiry=inquiry, appraisal=appraisal, actor=request.user, text=text)
            else:
                record_inquiry(meeting=meeting, appraisal=appraisal, actor=request.user, text=text)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The question is recorded."))
            return redirect("meetings:meeting-detail", meeting.cycle.year, meeting.pk)
    context = {
        "cycle": meeting.cycle,
        "steps": steps_of(meeting.cycle),
        "meeting": meeting,
        "inquiry": inquiry,
        "form": form,
    }
    return render(request, "meetings/inquiry_form_page.html", context)


@require_http_methods(["GET", "POST"])
@role_required(Role.OFFICE, Role.UNIT_ADMIN, Role.CADRE)
def inquiry_answer(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    rows = Inquiry.objects.visible_to(request.user).filter(meeting__cycle__year=year)
    inquiry = get_object_or_404(rows.for_list(), pk=pk)
    if not Inquiry.objects.answerable_by(request.user).filter(pk=pk).exists():
        raise PermissionDenied
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            answer_in_writing(inquiry=inquiry, actor=request.user, answer=form.cleaned_data["answer"])
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The answer is recorded and shown with the question."))
            return redirect("meetings:inquiry-list", year)
    context = {
        "cycle": inquiry.meeting.cycle,
        "steps": steps_of(inquiry.meeting.cycle),
        "inquiry": inquiry,
        "form": form,
        "today": timezone.localdate(),
    }
    return render(request, "meetings/inquiry_answer_page.html", context)
