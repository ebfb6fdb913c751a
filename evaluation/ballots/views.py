from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.ballots.acts import CITY, PREPARERS, READERS, act, back_to, box_to_prepare, readable_box, writable_box
from evaluation.ballots.boxes import (
    admit_groups,
    back_to_draft,
    confirm_annulment,
    create_box,
    create_boxes,
    delete_draft,
    edit_box,
    edit_sheet,
    propose_annulment,
    purge_trial,
    repeat_group,
    whole_sheet,
)
from evaluation.ballots.bursts import bursts_of, next_step
from evaluation.ballots.forms import BatchForm, BoxForm, GroupsForm, TimesForm
from evaluation.ballots.mail_merge import letters_of
from evaluation.ballots.models import BallotBox
from evaluation.ballots.paper_downloads import box_downloads
from evaluation.ballots.passes import may_make_passes, room_for
from evaluation.ballots.reports import group_numbers
from evaluation.ballots.scrutineer_views import custody_of
from evaluation.ballots.selectors import (
    Turnout,
    box_of_meeting,
    boxes_to_prepare,
    group_labels,
    keys_of_year,
    next_action,
    shown_state,
    turnouts,
    units_to_prepare_for,
    writable_boxes,
)
from evaluation.ballots.slip_views import slips_of_box
from evaluation.cycle.models import Cycle, EvaluatorGroup
from evaluation.errors import DomainError
from evaluation.meetings.models import ReportMeeting
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role, Unit


@require_GET
@role_required(*READERS)
def box_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    boxes = BallotBox.objects.visible_to(request.user).filter(cycle=cycle).for_list()
    state, query = request.GET.get("state", ""), request.GET.get("q", "").strip()[:80]
    if state in BallotBox.State.values:
        boxes = boxes.filter(state=state)
    if query:
        boxes = boxes.filter(unit__name__icontains=query)
    page = Paginator(boxes, 50).get_page(request.GET.get("page"))
    found = turnouts(page.object_list)
    roles = roles_of(request.user)
    context = {
        "cycle": cycle,
        "page_obj": page,
        "rows": [(box, found[box.pk], next_action(box), shown_state(box)) for box in page.object_list],
        "states": BallotBox.State.choices,
        "state": state,
        "query": query,
        "may_prepare": bool(roles & set(PREPARERS)),
        "is_city": bool(roles & set(CITY)),
        "is_scrutineer": Role.SCRUTINEER in roles,
        "custody": custody_of(cycle) if Role.OFFICE in roles else None,
    }
    return render(request, "ballots/box_list_page.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*PREPARERS)
def box_create(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    form = BoxForm(request.POST or None, user=request.user, cycle=cycle, initial=_initial(request, cycle))
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if not name.startswith("invited_")}
        try:
            box = create_box(cycle=cycle, actor=request.user, groups=form.groups(), **values)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The box is set up. Check its sheet."))
            return back_to(box)
    context = {"cycle": cycle, "form": form, "is_batch": False}
    return render(request, "ballots/box_form_page.html", context, status=_status(form))


def _initial(request: AuthenticatedRequest, cycle: Cycle) -> dict[str, Any]:
    """What a meeting says already: unit, name, time, and how many of each group were invited."""
    units = units_to_prepare_for(request.user)
    meetings = ReportMeeting.objects.filter(cycle=cycle, unit__in=units).exclude(status=ReportMeeting.Status.REPORTED)
    pk, code = request.GET.get("meeting", ""), request.GET.get("unit", "")
    if pk.isdecimal() and len(pk) < 18:
        meetings = meetings.filter(pk=pk)
    found = list((meetings.filter(unit__code=code) if code else meetings).select_related("unit")[:2])
    if len(found) == 1:
        return box_of_meeting(found[0])
    unit = units.filter(code=code).first() if code else None
    return {"unit": unit or (units.first() if units.count() == 1 else None)}


def _status(form: Any) -> int:
    return 400 if form.is_bound else 200


@require_http_methods(["GET", "POST"])
@role_required(*PREPARERS)
def box_batch(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    form = BatchForm(request.POST or None, user=request.user, cycle=cycle)
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if not name.startswith("invited_")}
        units = Unit.objects.for_list().filter(parent=values.pop("parent"))
        try:
            made = create_boxes(units=units, actor=request.user, cycle=cycle, groups=form.groups(), **values)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Boxes set up: {number}.").format(number=len(made)))
            return redirect("ballots:box-list", year)
    context = {"cycle": cycle, "form": form, "is_batch": True}
    return render(request, "ballots/box_form_page.html", context, status=_status(form))


@require_GET
@role_required(*READERS)
def box_detail(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    box = readable_box(request, year, pk)
    return render(request, "ballots/box_detail_page.html", _detail(request, box))


def _detail(request: AuthenticatedRequest, box: BallotBox) -> dict[str, Any]:
    may_write = writable_boxes(request.user).filter(pk=box.pk).exists()
    roles = roles_of(request.user)
    is_office = Role.OFFICE in roles
    turnout = turnouts([box]).get(box.pk, Turnout(0, 0, 0))
    papers = {count.group: count for count in box.paper_counts.all()}
    labels = group_labels(box)
    groups: list[dict[str, Any]] = [
        {
            "row": row,
            "label": labels.get(row.group, row.get_group_display()),
            "paper": papers.get(row.group),
            "most": room_for(box=box, row=row),
            "may_make": may_write
            and box.state == BallotBox.State.READY
            and box.takes_passes
            and box.kind != BallotBox.Kind.PUBLIC
            and box.stratum_id is None
            and may_make_passes(user=request.user, box=box, group=row.group),
        }
        for row in box.groups.select_related("passes_made_by")
    ]
    bursts = bursts_of(box)
    action, who = next_step(box, bursts) or next_action(box)
    return {
        "cycle": box.cycle,
        "box": box,
        "groups": groups,
        "numbers": group_numbers(box, labels) if box.committed else [],
        "sheet": box.sheet.select_related("appraisal__home_unit"),
        "judges_own_unit": any(entry["row"].group == EvaluatorGroup.OWN_UNIT for entry in groups),
        "turnout": turnout,
        "slips": slips_of_box(box, request.user, may_write),
        "shares": box.key_shares.select_related("scrutineer_key__user"),
        "keys": keys_of_year(box.cycle) if box.state == BallotBox.State.DRAFT and is_office else [],
        "tellers": box.teller_slips.order_by("pk"),
        "incidents": box.incidents.order_by("-pk"),
        "bursts": bursts,
        "action": action,
        "shown": shown_state(box),
        "who": who,
        "may_write": may_write,
        "may_prepare": boxes_to_prepare(request.user).filter(pk=box.pk).exists(),
        "letters": letters_of(user=request.user, box=box),
        "downloads": box_downloads(box, may_write=may_write),
        "is_office": is_office,
        "is_city": bool(roles & set(CITY)),
        "is_scrutineer": Role.SCRUTINEER in roles,
    }


@require_http_methods(["GET", "POST"])
@role_required(*PREPARERS)
def box_edit(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    box = box_to_prepare(request, year, pk)
    initial = {"title": box.title, "opens_at": box.opens_at, "closes_at": box.closes_at}
    form = TimesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            edit_box(box=box, actor=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return back_to(box)
    context = {"cycle": box.cycle, "box": box, "form": form, "what": _("Title and times")}
    return render(request, "ballots/edit_page.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
@role_required(*PREPARERS)
def groups_edit(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    box = box_to_prepare(request, year, pk)
    initial = {f"invited_{row.group}": row.invited for row in box.groups.all()}
    form = GroupsForm(request.POST or None, initial=initial, box=box)
    if request.method == "POST" and form.is_valid():
        try:
            admit_groups(box=box, groups=form.groups(), actor=request.user)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return back_to(box)
    context = {"cycle": box.cycle, "box": box, "form": form, "what": _("Groups and numbers invited")}
    return render(request, "ballots/edit_page.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
@role_required(*PREPARERS)
def sheet_edit(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    box = box_to_prepare(request, year, pk)
    people = whole_sheet(box)
    if request.method == "POST":
        chosen = [row for row in people if str(row.pk) in request.POST.getlist("pk")]
        chosen.sort(key=lambda row: _place(request.POST.get(f"place.{row.pk}", "")))
        if act(request, lambda: edit_sheet(box=box, appraisals=chosen, actor=request.user), _("Saved.")):
            return back_to(box)
    places = {entry.appraisal_id: entry.order for entry in box.sheet.all()}
    rows = sorted(((row, places.get(row.pk)) for row in people), key=lambda pair: (pair[1] is None, pair[1] or 0))
    return render(request, "ballots/sheet_edit_page.html", {"cycle": box.cycle, "box": box, "rows": rows})


def _place(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else 9999


@require_POST
@role_required(*PREPARERS)
def box_delete(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    box = box_to_prepare(request, year, pk)
    if act(request, lambda: delete_draft(box=box, actor=request.user), _("The box is removed.")):
        return redirect("ballots:box-list", year)
    return back_to(box)


@require_POST
@role_required(*CITY)
def box_back(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    box = writable_box(request, year, pk)
    act(request, lambda: back_to_draft(box=box, actor=request.user), _("The sheet can be changed again."))
    return back_to(box)


@require_POST
@role_required(*CITY)
def annulment_propose(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    box = writable_box(request, year, pk)
    reason = request.POST.get("reason", "")[:200]
    act(
        request,
        lambda: propose_annulment(box=box, reason=reason, actor=request.user),
        _("Proposed. A second person confirms it."),
    )
    return back_to(box)


@require_POST
@role_required(*CITY)
def annulment_confirm(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    box = writable_box(request, year, pk)
    act(request, lambda: confirm_annulment(box=box, actor=request.user), _("The box is annulled."))
    return back_to(box)


@require_POST
@role_required(*CITY)
def group_repeat(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    box = writable_box(request, year, pk)
    try:
        closes_at = parse_datetime(request.POST.get("closes_at", "")[:30])
    except ValueError:
        closes_at = None
    if closes_at is None:
        messages.error(request, _("Enter when the repeated vote closes."))
        return back_to(box)
    closes_at = make_aware(closes_at) if is_naive(closes_at) else closes_at
    try:
        copy = repeat_group(box=box, group=request.POST.get("group", ""), closes_at=closes_at, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return back_to(box)
    messages.success(request, _("The repeated box is set up. Make it ready."))
    return back_to(copy)


@require_POST
@role_required(*CITY)
def trial_purge(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    box = writable_box(request, year, pk)
    if act(request, lambda: purge_trial(box=box, actor=request.user), _("The trial is removed.")):
        return redirect("ballots:box-list", year)
    return back_to(box)
