"""Pages of the draw: from frame to invitation list."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.intake.pages import content_disposition, xlsx_response
from evaluation.recipients.draw_forms import (
    DrawForm,
    FrameFilterForm,
    PlanForm,
    RecipientFilterForm,
    SectionFilterForm,
    plan_of,
)
from evaluation.recipients.draw_selectors import (
    LedgerSection,
    frame_list,
    invited_of,
    ledger_sections,
    recipients_of,
    section_sizes,
    strata_with_numbers,
)
from evaluation.recipients.drawing import EACH, RESERVE_EACH
from evaluation.recipients.draws import (
    TAKING_PART,
    draw_frames,
    least_of,
    note_invitation_list,
    replace_unavailable,
    set_way,
)
from evaluation.recipients.expectations import TURNOUT, Expected, expected_of, summary_of
from evaluation.recipients.frames import forget_contacts, frame_file, make_ledger_frames
from evaluation.recipients.invitations import invitation_list
from evaluation.recipients.models import Draw, DrawnRecipient, Frame
from evaluation.recipients.views import READERS as RECORD_READERS
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role, Unit

PAGE = 50
READERS = (Role.OFFICE, Role.UNIT_ADMIN, Role.APPROVER, Role.SCRUTINEER, Role.ORGANISATION, Role.AUDITOR)
WRITERS = (Role.OFFICE, Role.UNIT_ADMIN)
TYPES = {"txt": "text/plain; charset=utf-8", "csv": "text/csv; charset=utf-8"}


def cycle_of(year: int) -> Cycle:
    return get_object_or_404(Cycle, year=year)


def writes(request: AuthenticatedRequest) -> bool:
    return bool(roles_of(request.user) & set(WRITERS))


def chosen_keys(request: AuthenticatedRequest) -> list[int]:
    return [int(pk) for pk in request.POST.getlist("pk") if pk.isascii() and pk.isdigit() and len(pk) < 18]


@require_safe
@role_required(*READERS)
def draw_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = cycle_of(year)
    form = FrameFilterForm(request.GET)
    form.is_valid()
    frames = frame_list(
        request.user, cycle, words=form.cleaned_data.get("q", ""), drawn=form.cleaned_data.get("drawn", "")
    )
    page = Paginator(frames, PAGE).get_page(request.GET.get("page"))
    context = {
        "cycle": cycle,
        "form": form,
        "page_obj": page,
        "has_undrawn": any(not frame.standing_draws for frame in page),
        "draw_form": DrawForm(),
        "may_write": writes(request),
    }
    return render(request, "recipients/draw_list_page.html", context)


@require_safe
@role_required(*READERS)
def section_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    """Every section of the ledgers: how many it served, and where the least cannot be reached."""
    cycle = cycle_of(year)
    form = SectionFilterForm(request.GET)
    form.is_valid()
    least = least_of(cycle)
    rows = [(row, _expected(row, least)) for row in ledger_sections(request.user, cycle)]
    words, short = form.cleaned_data.get("q", ""), form.cleaned_data.get("short")
    shown = [
        (row, expected)
        for row, expected in rows
        if (not words or words in row.unit.name or words in row.section) and (not short or expected.is_out_of_reach)
    ]
    context = {
        "cycle": cycle,
        "form": form,
        "least": least,
        "turnout": TURNOUT,
        "summary": summary_of(expected for _row, expected in rows),
        "page_obj": Paginator(shown, PAGE).get_page(request.GET.get("page")),
        "reads_records": bool(roles_of(request.user) & set(RECORD_READERS)),
    }
    return render(request, "recipients/section_list_page.html", context)


def _expected(row: LedgerSection, least: int) -> Expected:
    return expected_of({row.section: row.served}, each=EACH, reserve_each=RESERVE_EACH, least=least)[0]


@require_POST
@role_required(*WRITERS)
def frames_make(request: AuthenticatedRequest, year: int) -> HttpResponse:
    """Frames of the ledgers of the units that were ticked, or of all that one may draw for."""
    cycle = cycle_of(year)
    units = Unit.objects.filter(service_records__cycle=cycle).distinct()
    if Role.OFFICE not in roles_of(request.user):
        units = units.filter(pk__in=Unit.objects.acted_for_by(request.user, Role.UNIT_ADMIN))
    if request.POST.get("all") != "1":
        units = units.filter(pk__in=chosen_keys(request))
    try:
        made = make_ledger_frames(cycle=cycle, units=units, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("recipients:frame-list", year)
    messages.success(request, _("Frames made: {number}. Their digests are published.").format(number=len(made)))
    if len(made) == 1:
        return redirect("recipients:frame-detail", year, made[0].pk)
    return redirect("recipients:draw-list", year)


def readable_frame(request: AuthenticatedRequest, year: int, pk: int) -> Frame:
    return get_object_or_404(Frame.objects.visible_to(request.user).for_list(), pk=pk, cycle__year=year)


@require_safe
@role_required(*READERS)
def frame_detail(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    return frame_page(request, readable_frame(request, year, pk))


def frame_page(request: AuthenticatedRequest, frame: Frame, draw_form: DrawForm | None = None) -> HttpResponse:
    """What the draw would bring, before it is made; a refused form comes back with what was typed."""
    plan = plan_of(request.GET)
    least = least_of(frame.cycle)
    expected = expected_of(
        section_sizes(frame), each=plan["each"], reserve_each=plan["reserve"], least=least, turnout=plan["turnout"]
    )
    draws = list(frame.draws.select_related("drawn_by"))
    standing = next((one for one in draws if one.set_aside_at is None), None)
    context = {
        "cycle": frame.cycle,
        "frame": frame,
        "least": least,
        "turnout": plan["turnout"],
        "twice": 2 * least,
        "expected": expected,
        "summary": summary_of(expected),
        "out_of_reach": [row for row in expected if row.is_out_of_reach],
        "without_contact": frame.entries.filter(telephone="", address="").count(),
        "plan_form": PlanForm(plan),
        "draw_form": draw_form or DrawForm(initial=plan, again=standing is not None),
        "draws": draws,
        "standing": standing,
        "may_write": Frame.objects.writable_by(request.user).filter(pk=frame.pk).exists(),
        "may_forget": Role.OFFICE in roles_of(request.user) and frame.cycle.status == Cycle.Status.CLOSED,
    }
    return render(request, "recipients/frame_detail_page.html", context, status=400 if draw_form else 200)


@require_safe
@role_required(*WRITERS)
def frame_export(request: AuthenticatedRequest, year: int, pk: int, form: str) -> HttpResponse:
    frame = get_object_or_404(Frame.objects.writable_by(request.user).select_related("unit"), pk=pk, cycle__year=year)
    name = f"frame-{frame.pk}-{frame.digest[:8]}.{form}"
    if form == "xlsx":
        return xlsx_response(frame_file(frame=frame, form=form), name)
    if form not in TYPES:
        raise Http404
    response = HttpResponse(frame_file(frame=frame, form=form), content_type=TYPES[form])
    response.headers["Content-Disposition"] = content_disposition(name)
    return response


@require_POST
@role_required(Role.OFFICE)
def frame_forget(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    frame = readable_frame(request, year, pk)
    try:
        number = forget_contacts(frame=frame, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Contact details emptied: {number}.").format(number=number))
    return redirect("recipients:frame-detail", year, pk)


@require_POST
@role_required(*WRITERS)
def draw_make(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    """Draw from one frame, for the first time or again."""
    frame = get_object_or_404(Frame.objects.writable_by(request.user).for_list(), pk=pk, cycle__year=year)
    form = DrawForm(request.POST, again=bool(frame.standing_draws))
    if not form.is_valid():
        return frame_page(request, frame, form)
    try:
        [made] = _draw(request, [frame], form)
    except DomainError as error:
        form.add_error(None, str(error))
        return frame_page(request, frame, form)
    messages.success(request, _("Drawn. Seed and numbers are published; names never are."))
    return redirect("recipients:draw-detail", year, made.pk)


@require_POST
@role_required(*WRITERS)
def draws_make(request: AuthenticatedRequest, year: int) -> HttpResponse:
    """Draw from a list of frames in one act, with one seed; frames from which a draw stands are left alone."""
    cycle = cycle_of(year)
    standing = Draw.objects.filter(set_aside_at__isnull=True).values("frame")
    frames = Frame.objects.writable_by(request.user).filter(cycle=cycle).exclude(pk__in=standing)
    if request.POST.get("all") != "1":
        frames = frames.filter(pk__in=chosen_keys(request))
    form = DrawForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Check the numbers: at least one of every section, at most 500."))
        return redirect("recipients:draw-list", year)
    try:
        made = _draw(request, list(frames), form)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Draws made: {number}. They are published.").format(number=len(made)))
    return redirect("recipients:draw-list", year)


def _draw(request: AuthenticatedRequest, frames: list[Frame], form: DrawForm) -> list[Draw]:
    values = form.cleaned_data
    return draw_frames(
        frames=frames,
        each=values["each"],
        reserve_each=values["reserve"],
        seed=values["seed"],
        seed_note=values["seed_note"],
        reason=values.get("reason", ""),
        actor=request.user,
    )


def readable_draw(request: AuthenticatedRequest, year: int, pk: int) -> Draw:
    return get_object_or_404(Draw.objects.visible_to(request.user).for_list(), pk=pk, frame__cycle__year=year)


def writable_draw(request: AuthenticatedRequest, year: int, pk: int) -> Draw:
    return get_object_or_404(Draw.objects.writable_by(request.user).for_list(), pk=pk, frame__cycle__year=year)


@require_safe
@never_cache
@role_required(*READERS)
def draw_detail(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    drawn = readable_draw(request, year, pk)
    strata: list[Any] = list(strata_with_numbers(drawn))
    form = RecipientFilterForm(strata, request.GET)
    form.is_valid()
    rows = recipients_of(drawn, **_filters(form))
    may_write = Draw.objects.writable_by(request.user).filter(pk=drawn.pk).exists()
    context = {
        "cycle": drawn.frame.cycle,
        "draw": drawn,
        "frame": drawn.frame,
        "strata": strata,
        "totals": _totals(strata),
        "short": [row for row in strata if row.taking_part < drawn.least],
        "form": form,
        "page_obj": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "may_write": may_write,
        "may_act": may_write and drawn.set_aside_at is None and drawn.frame.cycle.status != Cycle.Status.CLOSED,
        "taking_part": TAKING_PART,
    }
    return render(request, "recipients/draw_detail_page.html", context)


def _totals(strata: list[Any]) -> dict[str, int]:
    names = ("size", "main", "reserve", "taking_part", "by_letter", "unavailable", "called_up", "waiting")
    return {name: sum(getattr(row, name) for row in strata) for name in names}


def _filters(form: RecipientFilterForm) -> dict[str, str]:
    chosen = form.cleaned_data
    return {
        "section": chosen.get("section", ""),
        "state": chosen.get("state", ""),
        "way": chosen.get("way", ""),
        "words": chosen.get("q", ""),
    }


@require_POST
@role_required(*WRITERS)
def recipients_mark(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    """Who cannot come, who is invited to the meeting, who gets a letter: for those ticked, or the list as filtered."""
    drawn = writable_draw(request, year, pk)
    keys = chosen_keys(request)
    if request.POST.get("all") == "1":
        form = RecipientFilterForm(list(drawn.strata.all()), request.GET)
        form.is_valid()
        rows = recipients_of(drawn, **_filters(form)).filter(state__in=TAKING_PART)
        keys = list(rows.values_list("pk", flat=True))
    act = request.POST.get("act", "")
    try:
        if act == "unavailable":
            _tell_replaced(request, drawn, keys)
        elif act in DrawnRecipient.Way.values:
            number = set_way(drawn=drawn, recipients=keys, way=act, actor=request.user)
            messages.success(request, _("Changed: {number}.").format(number=number))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("recipients:draw-detail", year, pk)


def _tell_replaced(request: AuthenticatedRequest, drawn: Draw, keys: list[int]) -> None:
    told = replace_unavailable(drawn=drawn, recipients=keys, actor=request.user)
    messages.success(
        request,
        _("Cannot come: {gone}. Called up from the reserve: {called}.").format(
            gone=told.unavailable, called=told.called_up
        ),
    )
    if told.missing:
        messages.warning(request, _("The reserve is used up: {number} places stay empty.").format(number=told.missing))


@require_POST
@never_cache
@role_required(*WRITERS)
def invitations_download(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    drawn = writable_draw(request, year, pk)
    invited = list(invited_of(drawn))
    note_invitation_list(drawn=drawn, number=len(invited), actor=request.user)
    return xlsx_response(invitation_list(drawn=drawn, recipients=invited), f"invitations-{drawn.pk}.xlsx")
