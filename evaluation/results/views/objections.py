from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from evaluation.cycle.models import Track
from evaluation.errors import DomainError
from evaluation.results.forms import ReviewForm
from evaluation.results.models import Objection
from evaluation.results.services import review_objection
from evaluation.results.views.shared import READERS, cycle_of
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role


@require_GET
@role_required(*READERS)
def objection_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = cycle_of(year)
    rows = Objection.objects.visible_to(request.user).filter(result__publication__cycle=cycle).for_list()
    state = request.GET.get("state", "")
    if state in Objection.Status.values:
        rows = rows.filter(status=state)
    context = {
        "cycle": cycle,
        "page_obj": Paginator(rows, 50).get_page(request.GET.get("page")),
        "states": Objection.Status.choices,
        "state": state,
        "today": timezone.localdate(),
    }
    return render(request, "results/objection_list_page.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*READERS)
def objection_detail(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    visible = Objection.objects.visible_to(request.user).filter(result__publication__cycle__year=year)
    objection = get_object_or_404(visible.for_list(), pk=pk)
    reviewable = Objection.objects.reviewable_by(request.user)
    if request.method == "POST":
        objection = get_object_or_404(reviewable.for_list(), pk=pk)
    form = ReviewForm(request.POST or None)
    if form.is_valid() and _reviewed(request, objection, form):
        return redirect("results:objection-detail", year, pk)
    is_open = objection.status == Objection.Status.OPEN
    context = {
        "cycle": objection.result.publication.cycle,
        "objection": objection,
        "names_person": objection.by_cadre or _may_know_resident(request, objection),
        "form": form if is_open and reviewable.filter(pk=pk).exists() else None,
        "late": is_open and objection.due < timezone.localdate(),
    }
    return render(request, "results/objection_detail_page.html", context)


def _reviewed(request: AuthenticatedRequest, objection: Objection, form: ReviewForm) -> bool:
    try:
        review_objection(
            objection=objection,
            reviewer=request.user,
            upheld=form.cleaned_data["upheld"] == "yes",
            answer=form.cleaned_data["answer"],
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("The review is recorded."))
    return True


def _may_know_resident(request: AuthenticatedRequest, objection: Objection) -> bool:
    """The office; in villages, where the town reviews, its approver. Never the unit that is objected to."""
    roles = roles_of(request.user)
    return Role.OFFICE in roles or (
        objection.result.publication.track == Track.VILLAGE
        and Role.APPROVER in roles
        and Objection.objects.reviewable_by(request.user).filter(pk=objection.pk).exists()
    )
