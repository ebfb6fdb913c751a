"""Lists and acts that pledges and duty reports share: which rows, which counts, which act on which rows."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.cycle.selectors import steps_of
from evaluation.pledges.forms import ReturnForm
from evaluation.pledges.models import Pledge, ReviewedPaper
from evaluation.pledges.review import (
    EDITABLE,
    NOT_BEGUN,
    TRANSITIONS,
    Outcome,
    accessor_of,
    allowed,
    appraisals_with_paper,
    paper_counts,
    with_status,
    writable,
)
from evaluation.roster.models import Appraisal, AppraisalQuerySet
from evaluation.units.access import AuthenticatedRequest, roles_of
from evaluation.units.models import Role, Unit

READERS = (Role.OFFICE, Role.UNIT_ADMIN, Role.APPROVER, Role.CADRE, Role.ORGANISATION, Role.AUDITOR)
WRITERS = (Role.OFFICE, Role.UNIT_ADMIN, Role.CADRE)
APPROVERS = (Role.OFFICE, Role.APPROVER)
PUBLISHERS = (Role.OFFICE, Role.UNIT_ADMIN, Role.APPROVER)
PRINTERS = (Role.OFFICE, Role.UNIT_ADMIN, Role.APPROVER)
FILTERS = ("unit", "status", "q")
NOT_BEGUN_LABEL = _("Not begun")
ROWS = 50


@dataclass(frozen=True)
class Row:
    appraisal: Appraisal
    status: str
    label: str | Promise
    selectable: bool


def filtered(rows: AppraisalQuerySet, wanted: dict[str, str]) -> AppraisalQuerySet:
    if wanted["unit"]:
        rows = rows.filter(organising_unit__code=wanted["unit"])
    if wanted["status"]:
        rows = with_status(rows, [wanted["status"]])
    if wanted["q"]:
        rows = rows.filter(name__icontains=wanted["q"])
    return rows


def wanted_of(data: Any) -> dict[str, str]:
    """The filters of a list; a state that does not exist is no filter."""
    wanted = {name: data.get(name, "").strip()[:80] for name in FILTERS}
    if wanted["status"] not in {NOT_BEGUN, *ReviewedPaper.Status.values}:
        wanted["status"] = ""
    return wanted


def list_context(request: AuthenticatedRequest, cycle: Cycle, model: type[ReviewedPaper]) -> dict[str, Any]:
    """Rows, counts by state, and for whom which act is open; as many queries for one row as for fifty."""
    mine = appraisals_with_paper(model, Appraisal.objects.visible_to(request.user), cycle)
    wanted = wanted_of(request.GET)
    counts = paper_counts(filtered(mine, {**wanted, "status": ""}))
    rows = filtered(mine, wanted).for_list()
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    keys = [appraisal.pk for appraisal in page]
    open_to = {
        code: set(allowed(code, request.user).filter(pk__in=keys).values_list("pk", flat=True)) for code in TRANSITIONS
    }
    labels = {NOT_BEGUN: NOT_BEGUN_LABEL, **dict(ReviewedPaper.Status.choices)}
    printable = _printable(request, model)
    units = Unit.objects.filter(pk__in=mine.order_by().values("organising_unit")).for_list()
    return {
        "cycle": cycle,
        "steps": steps_of(cycle),
        "page_obj": page,
        "rows": [
            Row(
                appraisal,
                appraisal.paper_status,  # type: ignore[attr-defined]
                labels[appraisal.paper_status],  # type: ignore[attr-defined]
                appraisal.paper_status in printable  # type: ignore[attr-defined]
                or any(appraisal.pk in keys for keys in open_to.values()),
            )
            for appraisal in page
        ],
        "counts": [(code, label, counts.get(code, 0)) for code, label in labels.items()],
        "total": sum(counts.values()),
        "acts": [code for code, keys in open_to.items() if keys],
        "may_print": any(appraisal.paper_status in printable for appraisal in page),  # type: ignore[attr-defined]
        "units": list(units),
        "wanted": wanted,
    }


def _printable(request: AuthenticatedRequest, model: type[ReviewedPaper]) -> frozenset[str]:
    """The states in which posters and plates of a row are printed here."""
    if model is not Pledge or not roles_of(request.user) & set(PRINTERS):
        return frozenset()
    return frozenset({ReviewedPaper.Status.PUBLISHED})


def act(
    request: AuthenticatedRequest, cycle: Cycle, model: type[ReviewedPaper], code: str
) -> tuple[list[Appraisal], str]:
    """Return the appraisals that the post means and the reason given.

    Named rows (``pk``) must be visible (else 404) and open to the user for this act (else 403); ``all=1`` means those
    of the filtered list that are in a state in which the act makes sense.
    """
    may = allowed(code, request.user)
    rows = appraisals_with_paper(model, Appraisal.objects.visible_to(request.user), cycle)
    if request.POST.get("all"):
        fitting = with_status(filtered(rows, wanted_of(request.POST)), TRANSITIONS[code].before)
        chosen = list(fitting.filter(pk__in=may.values("pk")).for_list())
    else:
        given = request.POST.getlist("pk")
        if any(not (key.isascii() and key.isdecimal() and len(key) < 19) for key in given):
            raise Http404
        keys = {int(key) for key in given}
        chosen = list(rows.filter(pk__in=keys).for_list())
        if len(chosen) != len(keys):
            raise Http404
        if may.filter(pk__in=keys).count() != len(keys):
            raise PermissionDenied
    return chosen, request.POST.get("reason", "")[:200]


DONE = {
    "submit": lambda count: ngettext("%(count)d submitted.", "%(count)d submitted.", count),
    "return": lambda count: ngettext("%(count)d returned.", "%(count)d returned.", count),
    "approve": lambda count: ngettext("%(count)d approved.", "%(count)d approved.", count),
    "publish": lambda count: ngettext("%(count)d published.", "%(count)d published.", count),
}


def answer(
    request: AuthenticatedRequest, code: str, outcome: Outcome, *, list_url: str, detail_url: str
) -> HttpResponse:
    """Say what was done and what was left and why; go back to the page from which it was asked."""
    if outcome.done:
        messages.success(request, DONE[code](outcome.done) % {"count": outcome.done})
    elif not outcome.left:
        messages.warning(request, _("Nothing was chosen, or nothing in this list is ready for that."))
    for name, sentence in outcome.left[:10]:
        messages.error(request, _("%(name)s: %(sentence)s") % {"name": name, "sentence": sentence})
    if len(outcome.left) > 10:
        messages.error(request, _("%(count)d more were left as they are.") % {"count": len(outcome.left) - 10})
    keys = request.POST.getlist("pk")
    if request.POST.get("back") == "detail" and len(keys) == 1:
        return redirect(detail_url, request.resolver_match.kwargs["year"], int(keys[0]))  # type: ignore[union-attr]
    asked = {name: value for name, value in wanted_of(request.POST).items() if value}
    query = f"?{urlencode(asked)}" if asked else ""
    return redirect(reverse(list_url, args=[request.resolver_match.kwargs["year"]]) + query)  # type: ignore[union-attr]


def detail_context(request: AuthenticatedRequest, appraisal: Appraisal, paper: ReviewedPaper | None) -> dict[str, Any]:
    """Which acts are open to the user on this one paper."""
    status = paper.status if paper else NOT_BEGUN
    user, key = request.user, appraisal.pk
    open_to = {
        code
        for code, transition in TRANSITIONS.items()
        if status in transition.before and allowed(code, user).filter(pk=key).exists()
    }
    own_hand = paper is not None and user.pk in (paper.submitted_by_id, paper.edited_by_id)
    return {
        "cycle": appraisal.cycle,
        "steps": steps_of(appraisal.cycle),
        "appraisal": appraisal,
        "return_form": ReturnForm(),
        "may_submit": "submit" in open_to,
        "may_return": "return" in open_to,
        "may_approve": "approve" in open_to and not own_hand,
        "waits_for_another": "approve" in open_to and own_hand,
        "may_publish": "publish" in open_to,
        "may_edit": _may_edit(user, appraisal, paper),
    }


def _may_edit(user: User, appraisal: Appraisal, paper: ReviewedPaper | None) -> bool:
    """Until it is submitted, whoever may write it; once published, for what is corrected in public, the unit alone."""
    if appraisal.final_at is not None or appraisal.cycle.status != Cycle.Status.OPEN:
        return False
    if paper is None or paper.status in EDITABLE:
        return writable(user).filter(pk=appraisal.pk).exists()
    correctable = paper.status == ReviewedPaper.Status.PUBLISHED and paper.may_change_after_publication
    return correctable and Appraisal.objects.writable_by(user).filter(pk=appraisal.pk).exists()


def own_appraisal(request: AuthenticatedRequest, cycle: Cycle, model: type[ReviewedPaper]) -> Appraisal:
    """The signed-in cadre's own appraisal of the year, or 404."""
    rows = appraisals_with_paper(model, Appraisal.objects.filter(cadre__user=request.user), cycle)
    appraisal = rows.first()
    if appraisal is None:
        raise Http404
    return appraisal


def paper_of(appraisal: Appraisal, model: type[ReviewedPaper]) -> ReviewedPaper | None:
    return getattr(appraisal, accessor_of(model), None)
