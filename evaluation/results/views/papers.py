"""Step 4 as PDF and DOCX, and kept as issued."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from evaluation.audit.services import note_papers
from evaluation.errors import DomainError
from evaluation.registry.models import Kind
from evaluation.registry.responses import paper_links, paper_response, workbook_response
from evaluation.results.models import Publication, Result
from evaluation.results.papers import (
    analysis_paper,
    feedback_papers,
    public_notice_paper,
    slip_paper,
    summary_paper,
)
from evaluation.results.services import keep_paper, keepable, kept_documents
from evaluation.results.services.keeping import KEPT_FROM
from evaluation.results.views.shared import APPROVERS, READERS, approvable_or_404, cycle_of, publication_or_404
from evaluation.results.workbook import city_workbook, notice_workbook, summary_workbook
from evaluation.units.access import AuthenticatedRequest, role_required
from evaluation.units.models import Role

PAPER = ("pdf", "docx")
WITH_SHEETS = (*PAPER, "xlsx")


@require_GET
@role_required(*READERS)
def summary_file(request: AuthenticatedRequest, year: int, pk: int, form: str) -> HttpResponse:
    publication = publication_or_404(request, year, pk)
    stem = _stem("得分汇总表", publication)
    if form == "xlsx":
        return workbook_response(summary_workbook(publication), stem)
    return paper_response(summary_paper(publication), stem, form)


@require_GET
@role_required(*READERS)
def analysis_file(request: AuthenticatedRequest, year: int, pk: int, form: str) -> HttpResponse:
    publication = publication_or_404(request, year, pk)
    return paper_response(analysis_paper(publication), _stem("综合分析", publication), form)


@require_GET
@role_required(*READERS)
def notice_file(request: AuthenticatedRequest, year: int, pk: int, form: str) -> HttpResponse:
    publication = publication_or_404(request, year, pk)
    stem = _stem("评议结果公示", publication)
    if form == "xlsx":
        return workbook_response(notice_workbook(publication), stem)
    return paper_response(public_notice_paper(publication), stem, form)


@require_GET
@role_required(Role.OFFICE, Role.ORGANISATION, Role.AUDITOR)
def city_workbook_file(request: AuthenticatedRequest, year: int) -> HttpResponse:
    """Annex 3-1 of every list of the year, one workbook."""
    cycle = cycle_of(year)
    publications = Publication.objects.visible_to(request.user).filter(cycle=cycle).current()
    answer = workbook_response(city_workbook(publications, cycle=cycle), f"得分汇总表-{cycle.city_name}-{year}")
    count = Result.objects.filter(publication__in=publications).count()
    note_papers(actor=request.user, target=cycle, paper="annex-3-1", count=count, form="xlsx")
    return answer


@require_GET
@role_required(*READERS)
def slips_file(request: AuthenticatedRequest, year: int, pk: int, form: str) -> HttpResponseBase:
    """Every slip of the list, or with ``?waiting=1`` those that are still to be handed over."""
    publication = publication_or_404(request, year, pk)
    papers = feedback_papers(publication, only_waiting=bool(request.GET.get("waiting")))
    if not papers:
        messages.info(request, _("Nobody of this list has a result."))
        return redirect("results:publication-feedback", year, pk)
    answer = paper_response(papers, _stem("评议结果反馈单", publication), form)
    note_papers(actor=request.user, target=publication, paper="feedback", count=len(papers), form=form)
    return answer


@require_GET
@role_required(*READERS, Role.CADRE)
def slip_file(request: AuthenticatedRequest, year: int, pk: int, form: str) -> HttpResponse:
    """The slip of one result, for who may see it: a cadre once it was delivered."""
    visible = Result.objects.visible_to(request.user).filter(publication__cycle__year=year)
    rows = visible.for_list().filter(status=Result.Status.SCORED).select_related("feedback")
    result = get_object_or_404(rows, pk=pk)
    return paper_response(slip_paper(result, getattr(result, "feedback", None)), f"评议结果反馈单-{result.name}", form)


@require_POST
@role_required(*APPROVERS)
def paper_keep(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    """Keep a paper of the list as issued."""
    publication, kind = approvable_or_404(request, year, pk), request.POST.get("kind", "")
    try:
        keep_paper(publication=publication, kind=kind if kind in Kind.values else Kind.OTHER, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Kept as issued. Lay the signed and sealed scan beside it."))
    return redirect("results:publication-detail", year, pk)


def papers_of(publication: Publication, year: int) -> list[tuple[str, str, str]]:
    """The downloads of a list, for its page."""
    named = (
        (_("Summary of scores (Annex 3-1)"), "results:summary-file", WITH_SHEETS),
        (_("Notice of results"), "results:notice-file", WITH_SHEETS),
        (_("Analysis"), "results:analysis-file", PAPER),
        (_("Feedback slips"), "results:feedback-slips", PAPER),
    )
    links = (paper_links(label, name, year, publication.pk, forms=forms) for label, name, forms in named)
    return [link for found in links for link in found]


def kept_part(request: AuthenticatedRequest, publication: Publication) -> dict[str, object]:
    """What the page says of papers kept as issued, and which this person may keep."""
    approves = Publication.objects.filter(pk=publication.pk).approvable_by(request.user).exists()
    may_keep = keepable(publication) if approves and publication.status != Publication.Status.SUPERSEDED else []
    return {
        "kept": kept_documents(publication).order_by("pk") if publication.status in KEPT_FROM[Kind.FEEDBACK] else [],
        "keepable": may_keep,
    }


def _stem(title: str, publication: Publication) -> str:
    return f"{title}-{publication.organising_unit.name}-{publication.cycle.year}"
