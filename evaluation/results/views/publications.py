from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.errors import DomainError
from evaluation.registry.responses import paper_links
from evaluation.results.forms import AnalysisForm, CorrectionForm, ReasonForm
from evaluation.results.links import links_for
from evaluation.results.models import Objection, Publication, Result
from evaluation.results.pools import row_of
from evaluation.results.services import (
    approve_publication,
    correct_publication,
    edit_analysis,
    return_publication,
    start_notice,
)
from evaluation.results.shown import group_labels, pool_lines, shown_result
from evaluation.results.views.papers import kept_part, papers_of
from evaluation.results.views.shared import (
    APPROVERS,
    READERS,
    WRITERS,
    approvable_or_404,
    attempt,
    publication_or_404,
    writable_or_404,
)
from evaluation.units.access import AuthenticatedRequest, role_required
from evaluation.units.models import Role

Status = Publication.Status


@require_GET
@role_required(*READERS)
def publication_detail(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    publication = publication_or_404(request, year, pk)
    known = Publication.objects.filter(pk=pk)
    row = row_of(publication)
    lines = pool_lines(publication, list(publication.results.order_by("list_order", "pk")))
    context = {
        "cycle": publication.cycle,
        "publication": publication,
        "row": row,
        "step": row.next_step,
        "lines": [replace(line, url=reverse("results:result-detail", args=[year, line.result.pk])) for line in lines],
        "groups": group_labels(publication),
        "versions": Publication.objects.filter(
            cycle=publication.cycle, track=publication.track, organising_unit=publication.organising_unit
        ).order_by("-version"),
        "writes": known.writable_by(request.user).exists(),
        "approves": known.approvable_by(request.user).exists(),
        "finalises": known.finalisable_by(request.user).exists(),
        "can_correct": publication.status in (Status.FEEDBACK, Status.NOTICE, Status.FINAL),
        "reason_form": ReasonForm(),
        "downloads": papers_of(publication, year),
        **kept_part(request, publication),
    }
    return render(request, "results/publication_detail_page.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def publication_analysis(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    publication = writable_or_404(request, year, pk)
    if publication.status != Status.COMPUTED:
        messages.error(request, _("This result was handed out already. Use “Correct the result”."))
        return redirect("results:publication-detail", year, pk)
    form = AnalysisForm(request.POST or None, publication=publication)
    if form.is_valid():
        unit, by_cadre = form.cleaned_data["unit"], form.by_cadre()
        attempt(
            request,
            lambda: edit_analysis(publication=publication, text=unit, by_cadre=by_cadre, actor=request.user),
            _("The analysis is saved. The approver confirms it next."),
        )
        return redirect("results:publication-detail", year, pk)
    return render(
        request,
        "results/publication_analysis_page.html",
        {"cycle": publication.cycle, "publication": publication, "form": form},
    )


@require_POST
@role_required(*APPROVERS)
def publication_approve(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    publication = approvable_or_404(request, year, pk)
    attempt(
        request,
        lambda: approve_publication(publication=publication, approver=request.user),
        _("Approved. The results can be handed to the cadres."),
    )
    return redirect("results:publication-detail", year, pk)


@require_POST
@role_required(*APPROVERS)
def publication_return(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    publication = approvable_or_404(request, year, pk)
    attempt(
        request,
        lambda: return_publication(
            publication=publication, approver=request.user, reason=request.POST.get("reason", "")[:200]
        ),
        _("Returned to the unit with your reason."),
    )
    return redirect("results:publication-detail", year, pk)


@require_POST
@role_required(*WRITERS)
def notice_start(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    publication = writable_or_404(request, year, pk)
    attempt(
        request,
        lambda: start_notice(publication=publication, actor=request.user),
        _("The public notice has begun. Residents can read the results and object."),
    )
    return redirect("results:publication-detail", year, pk)


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def publication_correct(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    publication = writable_or_404(request, year, pk)
    form = CorrectionForm(request.POST or None, initial={"reason": _upheld_reason(publication)})
    if form.is_valid():
        try:
            corrected = correct_publication(
                publication=publication, actor=request.user, reason=form.cleaned_data["reason"]
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("A corrected version was computed; the earlier one is kept."))
            return redirect("results:publication-detail", year, corrected.pk)
    return render(
        request,
        "results/publication_correct_page.html",
        {"cycle": publication.cycle, "publication": publication, "form": form},
    )


@require_GET
@role_required(*READERS, Role.CADRE)
def result_detail(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    visible = Result.objects.visible_to(request.user).for_list().filter(publication__cycle__year=year)
    result = get_object_or_404(visible, pk=pk)
    publication = result.publication
    shown = shown_result(result, inside=True, links=links_for(result, request.user))
    context = {
        "cycle": publication.cycle,
        "result": result,
        "publication": publication,
        "shown": shown,
        "downloads": paper_links(_("Result feedback slip"), "results:slip-file", year, pk) if shown.is_scored else [],
        "knows_pool": Publication.objects.visible_to(request.user).filter(pk=publication.pk).exists(),
    }
    return render(request, "results/result_detail_page.html", context)


def _upheld_reason(publication: Publication) -> str:
    """An upheld objection is the usual reason; its words are published, so it says no more than that."""
    upheld = Objection.objects.filter(result__publication=publication, status=Objection.Status.UPHELD)
    first = upheld.select_related("result").order_by("reviewed_at").first()
    if first is None:
        return ""
    return _("An objection to the result of %(name)s was upheld on review.") % {"name": first.result.name}
