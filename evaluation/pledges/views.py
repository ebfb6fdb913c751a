from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseFormSet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.cycle.models import Cycle
from evaluation.cycle.selectors import steps_of
from evaluation.errors import DomainError
from evaluation.files.responses import photo_response
from evaluation.pledges.forms import ItemFormSet, PledgeForm
from evaluation.pledges.models import Pledge
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
    paper_of,
)
from evaluation.pledges.print_views import list_downloads, pledge_downloads
from evaluation.pledges.review import TRACKS, writable
from evaluation.pledges.rows import wants_more, with_more
from evaluation.pledges.services import ItemText, PledgeText, advance_pledges, save_pledge
from evaluation.roster.models import Appraisal
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role


def _appraisal(request: AuthenticatedRequest, year: int, pk: int) -> Appraisal:
    rows = Appraisal.objects.visible_to(request.user).filter(cycle__year=year, track__in=TRACKS)
    return get_object_or_404(rows.taking_part().for_list().select_related("pledge__photo"), pk=pk)


@require_GET
@role_required(*READERS)
def pledge_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    context = list_context(request, cycle, Pledge)
    context["downloads"] = list_downloads(request, cycle, context["units"], context["wanted"]["unit"])
    context["may_import"] = bool(roles_of(request.user) & {Role.OFFICE, Role.UNIT_ADMIN})
    return render(request, "pledges/pledge_list_page.html", context)


@require_GET
@role_required(*READERS)
def pledge_detail(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    appraisal = _appraisal(request, year, pk)
    pledge = paper_of(appraisal, Pledge)
    context = {
        "pledge": pledge,
        "items": pledge.items.all() if isinstance(pledge, Pledge) else [],
        "changes": pledge.changes.all() if isinstance(pledge, Pledge) else [],
        "photo_url": _photo_url(appraisal, pledge),
        "downloads": pledge_downloads(request, pledge),
        **detail_context(request, appraisal, pledge),
    }
    return render(request, "pledges/pledge_detail_page.html", context)


@require_GET
@role_required(Role.CADRE)
def my_pledge(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    return redirect("pledges:pledge-detail", year, own_appraisal(request, cycle, Pledge).pk)


@require_GET
@role_required(*READERS)
def pledge_photo(request: AuthenticatedRequest, year: int, pk: int) -> FileResponse:
    pledge = get_object_or_404(Pledge.objects.for_list(), appraisal=_appraisal(request, year, pk))
    return photo_response(pledge.photo)


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def pledge_edit(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    appraisal = _appraisal(request, year, pk)
    if not writable(request.user).filter(pk=pk).exists():
        raise PermissionDenied
    pledge = getattr(appraisal, "pledge", None)
    form, rows = _forms(request, pledge)
    if request.method == "POST" and not wants_more(request.POST) and form.is_valid() and rows.is_valid():
        try:
            _save(request, appraisal, form.cleaned_data, rows.kept_rows())  # type: ignore[attr-defined]
        except DomainError as error:
            form.add_error("photo" if error.code in PHOTO_ERRORS else None, str(error))
        else:
            messages.success(request, _("The pledge is saved."))
            return redirect("pledges:pledge-detail", year, pk)
    if request.FILES.get("photo"):
        form.fields["photo"].help_text = _("Please choose the photo again: nothing has been saved yet.")
    context = {
        "cycle": appraisal.cycle,
        "steps": steps_of(appraisal.cycle),
        "appraisal": appraisal,
        "pledge": pledge,
        "form": form,
        "rows": rows,
        "photo_url": _photo_url(appraisal, pledge),
    }
    return render(request, "pledges/pledge_edit_page.html", context)


PHOTO_ERRORS = ("empty_file", "file_too_large", "not_an_image", "too_many_pixels")


def _forms(request: AuthenticatedRequest, pledge: Pledge | None) -> tuple[PledgeForm, BaseFormSet]:
    initial = {name: getattr(pledge, name) for name in vars(PledgeText())} if pledge else {}
    items = list(pledge.items.values("pk", "text", "due")) if pledge else []
    form_of: dict[str, Any] = {"initial": initial, "has_photo": bool(pledge and pledge.photo_id)}
    if request.method != "POST":
        return PledgeForm(**form_of), ItemFormSet(prefix="items", initial=items)
    if wants_more(request.POST):
        data = with_more(request.POST, "items")
        return _unbound(PledgeForm, data, form_of), ItemFormSet(data, prefix="items", initial=items)
    form = PledgeForm(request.POST, request.FILES, **form_of)
    return form, ItemFormSet(request.POST, prefix="items", initial=items)


def _unbound(form: type[PledgeForm], data: Any, form_of: dict[str, Any]) -> PledgeForm:
    """The form with what was typed in it, not yet judged."""
    typed = {name: data.get(name, "") for name in form.base_fields if name != "photo"}
    return form(**{**form_of, "initial": typed})


def _save(
    request: AuthenticatedRequest, appraisal: Appraisal, data: dict[str, Any], rows: list[dict[str, Any]]
) -> None:
    save_pledge(
        appraisal=appraisal,
        actor=request.user,
        text=PledgeText(**{name: data[name] for name in vars(PledgeText())}),
        items=[ItemText(text=row["text"], due=row["due"], pk=row["pk"]) for row in rows],
        photo=data["photo"],
        remove_photo=bool(data.get("remove_photo")),
    )


def _photo_url(appraisal: Appraisal, pledge: object) -> str:
    if not isinstance(pledge, Pledge) or pledge.photo_id is None:
        return ""
    return reverse("pledges:pledge-photo", args=[appraisal.cycle.year, appraisal.pk])


def _act(request: AuthenticatedRequest, year: int, code: str) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    appraisals, reason = act(request, cycle, Pledge, code)
    outcome = advance_pledges(appraisals=appraisals, code=code, actor=request.user, reason=reason)
    return answer(request, code, outcome, list_url="pledges:pledge-list", detail_url="pledges:pledge-detail")


@require_POST
@role_required(*WRITERS)
def pledge_submit(request: AuthenticatedRequest, year: int) -> HttpResponse:
    return _act(request, year, "submit")


@require_POST
@role_required(*APPROVERS)
def pledge_return(request: AuthenticatedRequest, year: int) -> HttpResponse:
    return _act(request, year, "return")


@require_POST
@role_required(*APPROVERS)
def pledge_approve(request: AuthenticatedRequest, year: int) -> HttpResponse:
    return _act(request, year, "approve")


@require_POST
@role_required(*PUBLISHERS)
def pledge_publish(request: AuthenticatedRequest, year: int) -> HttpResponse:
    return _act(request, year, "publish")
