from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.cycle.models import Cycle
from evaluation.cycle.selectors import latest_meeting_day, steps_of
from evaluation.errors import DomainError
from evaluation.meetings.forms import (
    AgendaFormSet,
    AttendanceForm,
    AttendeeFormSet,
    InvitationForm,
    MeetingForm,
    NamesForm,
    NewMeetingForm,
    SummaryForm,
    agenda_choices,
)
from evaluation.meetings.models import ReportMeeting
from evaluation.meetings.selectors import attendance_total, meeting_units
from evaluation.meetings.services import (
    AgendaText,
    MeetingText,
    NamedAttendee,
    announce_meeting,
    create_meeting,
    generate_agenda,
    hold_meeting,
    publish_meeting_report,
    save_agenda,
    save_attendance,
    save_attendees,
    save_invitations,
    save_meeting,
)
from evaluation.meetings.services.holding import reporting_cadres
from evaluation.meetings.views.papers import meeting_downloads
from evaluation.pledges.rows import wants_more, with_more, with_rows
from evaluation.units.access import AuthenticatedRequest, role_required
from evaluation.units.models import Role

READERS = (
    Role.OFFICE,
    Role.UNIT_ADMIN,
    Role.APPROVER,
    Role.CADRE,
    Role.SCRUTINEER,
    Role.ORGANISATION,
    Role.AUDITOR,
)
WRITERS = (Role.OFFICE, Role.UNIT_ADMIN)


def visible_meeting(request: AuthenticatedRequest, year: int, pk: int) -> ReportMeeting:
    rows = ReportMeeting.objects.visible_to(request.user).filter(cycle__year=year)
    return get_object_or_404(rows.for_list(), pk=pk)


def writable_meeting(request: AuthenticatedRequest, year: int, pk: int) -> ReportMeeting:
    meeting = visible_meeting(request, year, pk)
    if not ReportMeeting.objects.writable_by(request.user).filter(pk=pk).exists():
        raise PermissionDenied
    return meeting


def _page(request: AuthenticatedRequest, template: str, meeting: ReportMeeting, **more: object) -> HttpResponse:
    context = {"cycle": meeting.cycle, "steps": steps_of(meeting.cycle), "meeting": meeting, **more}
    return render(request, f"meetings/{template}_page.html", context)


def _back(meeting: ReportMeeting) -> HttpResponse:
    return redirect("meetings:meeting-detail", meeting.cycle.year, meeting.pk)


@require_GET
@role_required(*READERS)
def meeting_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    mine = ReportMeeting.objects.visible_to(request.user).filter(cycle=cycle)
    counts = dict(mine.order_by().values_list("status").annotate(Count("pk")))
    status, query = request.GET.get("status", ""), request.GET.get("q", "").strip()[:80]
    rows = mine.filter(status=status) if status in ReportMeeting.Status.values else mine
    rows = rows.filter(unit__name__icontains=query) if query else rows
    latest = latest_meeting_day(cycle)
    context = {
        "cycle": cycle,
        "steps": steps_of(cycle),
        "page_obj": Paginator(rows.for_list(), 50).get_page(request.GET.get("page")),
        "counts": [(code, label, counts.get(code, 0)) for code, label in ReportMeeting.Status.choices],
        "total": sum(counts.values()),
        "status": status,
        "query": query,
        "latest": latest,
        "late": {key for key, at in rows.values_list("pk", "starts_at") if timezone.localdate(at) > latest},
        "may_create": meeting_units(request.user, cycle).exists(),
    }
    return render(request, "meetings/meeting_list_page.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def meeting_create(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    units = meeting_units(request.user, cycle)
    initial = {"title": _("Public report meeting %(year)s") % {"year": year}, "unit": units.first()}
    form = NewMeetingForm(request.POST if request.method == "POST" else None, initial=initial, units=units)
    if form.is_valid():
        data = dict(form.cleaned_data)
        unit = data.pop("unit")
        try:
            meeting = create_meeting(cycle=cycle, unit=unit, actor=request.user, text=MeetingText(**data))
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The meeting is set up, with an agenda of the unit's cadres."))
            return _back(meeting)
    context = {
        "cycle": cycle,
        "steps": steps_of(cycle),
        "form": form,
        "latest": latest_meeting_day(cycle),
        "meeting": None,
    }
    return render(request, "meetings/meeting_form_page.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def meeting_edit(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    meeting = writable_meeting(request, year, pk)
    initial = {name: getattr(meeting, name) for name in ("title", "starts_at", "place", "chair")}
    form = MeetingForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            save_meeting(meeting=meeting, actor=request.user, text=MeetingText(**form.cleaned_data))
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The meeting is saved."))
            return _back(meeting)
    return _page(request, "meeting_form", meeting, form=form, latest=latest_meeting_day(meeting.cycle))


@require_GET
@role_required(*READERS)
def meeting_detail(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    meeting = visible_meeting(request, year, pk)
    may_write = ReportMeeting.objects.writable_by(request.user).filter(pk=pk).exists()
    attendance = list(meeting.attendance.all())
    return _page(
        request,
        "meeting_detail",
        meeting,
        agenda=meeting.agenda.all(),
        attendance=attendance,
        total=attendance_total(attendance),
        inquiries=meeting.inquiries.select_related("appraisal"),
        names=meeting.attendees.count(),
        latest=latest_meeting_day(meeting.cycle),
        is_late=timezone.localdate(meeting.starts_at) > latest_meeting_day(meeting.cycle),
        today=timezone.localdate(),
        may_write=may_write,
        prepared=meeting.status in ("draft", "announced"),
        downloads=meeting_downloads(request, meeting),
    )


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def agenda_edit(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    meeting = writable_meeting(request, year, pk)
    cadres = agenda_choices(reporting_cadres(meeting.unit, meeting.cycle))
    initial = [
        {"text": row.text, "minutes": row.minutes, "appraisal": row.appraisal_id} for row in meeting.agenda.all()
    ]
    rows = AgendaFormSet(
        _rows_data(request, "agenda"), prefix="agenda", initial=initial, form_kwargs={"cadres": cadres}
    )
    if _is_complete(request, rows):
        items = [AgendaText(row["text"], row["minutes"], row["appraisal"]) for row in rows.kept_rows()]  # type: ignore[attr-defined]
        try:
            save_agenda(meeting=meeting, actor=request.user, items=items)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The agenda is saved."))
            return _back(meeting)
    return _page(request, "agenda_form", meeting, rows=rows)


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def attendee_edit(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    meeting = writable_meeting(request, year, pk)
    fields = ("name", "category", "organisation", "seat", "status", "is_walk_in")
    initial = list(meeting.attendees.values(*fields))
    pasted = NamesForm(request.POST if "paste" in request.POST else None, prefix="pasted")
    data = _rows_data(request, "attendees")
    if pasted.is_valid():
        data = with_rows(request.POST, "attendees", pasted.as_rows())
        pasted = NamesForm(prefix="pasted")
    rows = AttendeeFormSet(data, prefix="attendees", initial=initial)
    if "paste" not in request.POST and _is_complete(request, rows):
        named = [NamedAttendee(**{field: row[field] for field in fields}) for row in rows.kept_rows()]  # type: ignore[attr-defined]
        try:
            save_attendees(meeting=meeting, actor=request.user, attendees=named)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The names are saved; the counts follow them."))
            return _back(meeting)
    return _page(request, "attendee_form", meeting, rows=rows, pasted=pasted)


def _rows_data(request: AuthenticatedRequest, prefix: str) -> Any:
    if request.method != "POST":
        return None
    return with_more(request.POST, prefix) if wants_more(request.POST) else request.POST


def _is_complete(request: AuthenticatedRequest, rows: Any) -> bool:
    return request.method == "POST" and not wants_more(request.POST) and rows.is_valid()


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def invitation_edit(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    meeting = writable_meeting(request, year, pk)
    kept = {row.category: row for row in meeting.attendance.all()}
    form = InvitationForm(request.POST if request.method == "POST" else None, rows=kept)
    if form.is_valid():
        try:
            save_invitations(meeting=meeting, actor=request.user, invited=form.invited())
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The invitations are saved."))
            return _back(meeting)
    return _page(request, "invitation_form", meeting, form=form)


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def attendance_edit(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    meeting = writable_meeting(request, year, pk)
    kept = {row.category: row for row in meeting.attendance.all()}
    form = AttendanceForm(request.POST if request.method == "POST" else None, rows=kept)
    if form.is_valid():
        try:
            save_attendance(meeting=meeting, actor=request.user, counts=form.counts())
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The attendance is saved."))
            return _back(meeting)
    return _page(request, "attendance_form", meeting, form=form)


@require_POST
@role_required(*WRITERS)
def agenda_generate(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    meeting = writable_meeting(request, year, pk)
    try:
        generate_agenda(meeting=meeting, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The agenda was made anew from the roster."))
    return _back(meeting)


@require_POST
@role_required(*WRITERS)
def meeting_announce(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    meeting = writable_meeting(request, year, pk)
    try:
        announce_meeting(meeting=meeting, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The meeting is announced on the public pages."))
    return _back(meeting)


@require_POST
@role_required(*WRITERS)
def meeting_hold(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    meeting = writable_meeting(request, year, pk)
    try:
        hold_meeting(meeting=meeting, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The meeting is recorded as held. Questions can be entered now."))
    return _back(meeting)


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def meeting_publish(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    meeting = writable_meeting(request, year, pk)
    form = SummaryForm(request.POST if request.method == "POST" else None, initial={"summary": meeting.summary})
    if form.is_valid():
        try:
            publish_meeting_report(meeting=meeting, actor=request.user, summary=form.cleaned_data["summary"])
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The report of the meeting is published."))
            return _back(meeting)
    return _page(request, "summary_form", meeting, form=form)
