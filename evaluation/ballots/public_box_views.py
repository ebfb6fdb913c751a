from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from evaluation.ballots.acts import CITY, PREPARERS, act, back_to, box_to_prepare, writable_box
from evaluation.ballots.bursts import confirm_burst, propose_burst
from evaluation.ballots.forms import PlacesForm, PublicMixin
from evaluation.ballots.models import BallotBox
from evaluation.ballots.places import create_places, edit_public
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.units.access import AuthenticatedRequest, role_required


@require_http_methods(["GET", "POST"])
@role_required(*PREPARERS)
def public_places(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    form = PlacesForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        invited = values.pop("invited_public")
        try:
            made = create_places(cycle=cycle, actor=request.user, invited=invited, **values)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Boxes set up: {number}.").format(number=len(made)))
            return redirect("ballots:box-list", year)
    context = {"cycle": cycle, "form": form, "is_batch": True, "title": _("Paper boxes of the public, several at once")}
    return render(request, "ballots/places_form_page.html", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@role_required(*PREPARERS)
def public_edit(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    box = box_to_prepare(request, year, pk)
    if box.kind != BallotBox.Kind.PUBLIC:
        raise Http404
    fields = ("place", "staff", "burst_limit", "asks_telephone")
    form = PublicMixin(request.POST or None, initial={name: getattr(box, name) for name in fields})
    if request.method == "POST" and form.is_valid():
        try:
            edit_public(box=box, actor=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return back_to(box)
    context = {"cycle": box.cycle, "box": box, "form": form, "what": _("What the public box asks and allows")}
    return render(request, "ballots/edit_page.html", context, status=400 if form.is_bound else 200)


@require_POST
@role_required(*CITY)
def burst_propose(request: AuthenticatedRequest, year: int, pk: int, burst: int) -> HttpResponse:
    box = writable_box(request, year, pk)
    row = get_object_or_404(box.set_aside, pk=burst)
    decision, reason = request.POST.get("decision", "")[:10], request.POST.get("reason", "")[:200]
    act(
        request,
        lambda: propose_burst(burst=row, decision=decision, reason=reason, actor=request.user),
        _("Proposed. A second person confirms it."),
    )
    return back_to(box)


@require_POST
@role_required(*CITY)
def burst_confirm(request: AuthenticatedRequest, year: int, pk: int, burst: int) -> HttpResponse:
    box = writable_box(request, year, pk)
    row = get_object_or_404(box.set_aside, pk=burst)
    decision = request.POST.get("decision", "")[:10]
    act(request, lambda: confirm_burst(burst=row, decision=decision, actor=request.user), _("Decided."))
    return back_to(box)
