from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from evaluation.results.export import results_bytes
from evaluation.results.models import Publication
from evaluation.results.pools import PoolRow, pool_rows
from evaluation.results.services import compute_all, deliver_feedback, finalise
from evaluation.results.views.shared import READERS, WRITERS, attempt, cycle_of, writes
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role


@require_GET
@role_required(*READERS)
def publication_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = cycle_of(year)
    rows = pool_rows(cycle=cycle, user=request.user)
    state, query = request.GET.get("state", ""), request.GET.get("q", "").strip()
    shown = [row for row in rows if state in ("", row.state) and query in row.unit.name]
    context = {
        "cycle": cycle,
        "page_obj": Paginator(shown, 50).get_page(request.GET.get("page")),
        "states": sorted({(row.state, row.state_label) for row in rows}),
        "state": state,
        "query": query,
        "writes": writes(request),
        "finalises": _finalises(request),
        "by_city": bool(roles_of(request.user) & {Role.OFFICE, Role.ORGANISATION, Role.AUDITOR}),
        "computable": sum(row.can_compute for row in rows),
        "deliverable": sum(row.can_deliver for row in rows),
        "ready_for_final": sum(row.can_finalise for row in rows),
        "first": rows[0] if len(rows) == 1 else None,
    }
    return render(request, "results/publication_list_page.html", context)


@require_POST
@role_required(*WRITERS)
def publication_compute(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = cycle_of(year)
    rows = _chosen(request, pool_rows(cycle=cycle, user=request.user), "can_compute")
    done, refused = compute_all(cycle=cycle, pools=[(row.track, row.unit) for row in rows], actor=request.user)
    for _unit, reason in refused[:10]:
        messages.error(request, reason)
    if len(refused) > 10:
        messages.error(request, _("and %(count)s more") % {"count": len(refused) - 10})
    if done:
        text = ngettext("%(count)s result list was computed.", "%(count)s result lists were computed.", len(done))
        messages.success(request, text % {"count": len(done)})
    if len(done) == 1 and not refused:
        return redirect("results:publication-detail", year, done[0].pk)
    if not rows:
        messages.error(request, _("Choose at least one unit."))
    return redirect("results:publication-list", year)


@require_POST
@role_required(*WRITERS)
def feedback_deliver(request: AuthenticatedRequest, year: int) -> HttpResponse:
    publications = _publications(request, year, "can_deliver")
    attempt(
        request,
        lambda: deliver_feedback(publications=publications, actor=request.user),
        _("Recorded: every cadre of the list has their result. The days to answer run from now."),
    )
    return _back(year, publications)


@require_POST
@role_required(Role.OFFICE, Role.APPROVER)
def publication_finalise(request: AuthenticatedRequest, year: int) -> HttpResponse:
    allowed = Publication.objects.finalisable_by(request.user).filter(cycle__year=year)
    keys = set(allowed.values_list("pk", flat=True))
    publications = [one for one in _publications(request, year, "can_finalise") if one.pk in keys]
    attempt(
        request,
        lambda: finalise(publications=publications, actor=request.user),
        _("The results are final now."),
    )
    return _back(year, publications)


@require_GET
@role_required(Role.OFFICE, Role.ORGANISATION, Role.AUDITOR)
def results_file(request: AuthenticatedRequest, year: int) -> HttpResponse:
    response = HttpResponse(results_bytes(cycle_of(year)), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="minping-results-{year}.json"'
    return response


def _chosen(request: AuthenticatedRequest, rows: list[PoolRow], ready: str) -> list[PoolRow]:
    """The rows that were ticked, or, with ``all``, every one that is ready for the act."""
    if request.POST.get("all"):
        return [row for row in rows if getattr(row, ready)]
    keys = set(request.POST.getlist("pk"))
    return [row for row in rows if row.key in keys]


def _publications(request: AuthenticatedRequest, year: int, ready: str) -> list[Publication]:
    rows = _chosen(request, pool_rows(cycle=cycle_of(year), user=request.user), ready)
    return [row.publication for row in rows if row.publication is not None]


def _finalises(request: AuthenticatedRequest) -> bool:
    return bool(roles_of(request.user) & {Role.OFFICE, Role.APPROVER})


def _back(year: int, publications: list[Publication]) -> HttpResponse:
    if len(publications) == 1:
        return redirect("results:publication-detail", year, publications[0].pk)
    return redirect("results:publication-list", year)
