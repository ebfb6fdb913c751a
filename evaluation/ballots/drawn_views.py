"""From a draw to its votes: the meeting's invitations, boxes by section, and the one mail merge."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from evaluation.ballots.acts import CITY, PREPARERS, WRITERS, act, back_to, writable_box
from evaluation.ballots.drawn_boxes import create_drawn_boxes, made_boxes, planned_boxes
from evaluation.ballots.forms import TimesForm
from evaluation.ballots.mail_merge import merge_letters
from evaluation.ballots.models import BallotBox
from evaluation.errors import DomainError
from evaluation.intake.pages import xlsx_response
from evaluation.meetings.models import ReportMeeting, ReportMeetingQuerySet
from evaluation.meetings.services.drawn import invite_drawn, number_drawn
from evaluation.recipients.models import Draw
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of


class DrawnTimesForm(TimesForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        del self.fields["title"]
        self.fields["opens_at"].required = True
        self.fields["opens_at"].help_text = _("Letters should have arrived by then.")


def readable_draw(request: AuthenticatedRequest, year: int, pk: int) -> Draw:
    return get_object_or_404(Draw.objects.visible_to(request.user).for_list(), pk=pk, frame__cycle__year=year)


def writable_draw(request: AuthenticatedRequest, year: int, pk: int) -> Draw:
    return get_object_or_404(Draw.objects.writable_by(request.user).for_list(), pk=pk, frame__cycle__year=year)


@require_safe
@role_required(*WRITERS)
def drawn_boxes(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    return drawn_page(request, readable_draw(request, year, pk))


def drawn_page(request: AuthenticatedRequest, drawn: Draw, form: DrawnTimesForm | None = None) -> HttpResponse:
    plan = planned_boxes(drawn=drawn, actor=request.user)
    boxes = made_boxes(plan)
    meetings = [(meeting, number_drawn(meeting)) for meeting in _meetings(request, drawn)[:3]]
    context = {
        "cycle": drawn.frame.cycle,
        "draw": drawn,
        "frame": drawn.frame,
        "plan": plan,
        "form": form or DrawnTimesForm(),
        "meetings": meetings,
        "unmatched": [row for row in plan if row.obstacle in {"unmatched", "elsewhere", "too_long"}],
        "may_prepare": Draw.objects.writable_by(request.user).filter(pk=drawn.pk).exists()
        and drawn.set_aside_at is None,
        "has_new": any(not row.box and not row.obstacle for row in plan),
        "ready": [box for box in boxes if box.state == BallotBox.State.READY],
        "is_city": bool(roles_of(request.user) & set(CITY)),
    }
    return render(request, "ballots/drawn_boxes_page.html", context, status=400 if form else 200)


def _meetings(request: AuthenticatedRequest, drawn: Draw) -> ReportMeetingQuerySet:
    """Meetings of the draw's unit that still invite."""
    return (
        ReportMeeting.objects.writable_by(request.user)
        .filter(cycle=drawn.frame.cycle, unit=drawn.frame.unit)
        .exclude(status=ReportMeeting.Status.REPORTED)
        .for_list()
    )


@require_POST
@role_required(*PREPARERS)
def drawn_boxes_make(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    drawn = writable_draw(request, year, pk)
    form = DrawnTimesForm(request.POST)
    if not form.is_valid():
        return drawn_page(request, drawn, form)
    try:
        made = create_drawn_boxes(drawn=drawn, actor=request.user, **form.cleaned_data)
    except DomainError as error:
        form.add_error(None, str(error))
        return drawn_page(request, drawn, form)
    messages.success(request, _("Boxes set up: {number}.").format(number=len(made)))
    return redirect("ballots:drawn-boxes", year, pk)


@require_POST
@role_required(*PREPARERS)
def drawn_invite(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    drawn = writable_draw(request, year, pk)
    typed = request.POST.get("meeting", "")
    meeting = get_object_or_404(
        _meetings(request, drawn), pk=int(typed) if typed.isdecimal() and len(typed) < 18 else 0
    )
    act(
        request, lambda: invite_drawn(meeting=meeting, actor=request.user), _("Written into the meeting's invitations.")
    )
    return redirect("ballots:drawn-boxes", year, pk)


@require_POST
@never_cache
@role_required(*CITY)
def drawn_letters(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    """One workbook for every ready box of a draw whose passes are not made yet."""
    drawn = readable_draw(request, year, pk)
    boxes = BallotBox.objects.filter(stratum__draw=drawn, state=BallotBox.State.READY)
    fresh = list(boxes.exclude(passes__state__in=["issued", "spent"]).distinct())
    return _letters(request, fresh) or redirect("ballots:drawn-boxes", year, pk)


@require_POST
@never_cache
@role_required(*CITY)
def letters_make(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    box = writable_box(request, year, pk)
    return _letters(request, [box]) or back_to(box)


@require_POST
@never_cache
@role_required(*CITY)
def letters_again(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    box = writable_box(request, year, pk)
    return _letters(request, [box], again=True) or back_to(box)


def _letters(request: AuthenticatedRequest, boxes: list[BallotBox], *, again: bool = False) -> HttpResponse | None:
    """The one download: whoever loses it makes all of them again."""
    try:
        content = merge_letters(boxes=boxes, actor=request.user, again=again)
    except DomainError as error:
        messages.error(request, str(error))
        return None
    return xlsx_response(content, "letters.xlsx")
