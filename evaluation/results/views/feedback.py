from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.documents.pdf import html_to_pdf
from evaluation.errors import DomainError
from evaluation.results.forms import CadreObjectionForm
from evaluation.results.models import Feedback, Publication, Result
from evaluation.results.pools import row_of
from evaluation.results.services import accept_result, make_cadre_objection
from evaluation.results.services.objections import cadre_may_object
from evaluation.results.shown import answer_shown, shown_result
from evaluation.results.views.shared import (
    READERS,
    WRITERS,
    attempt,
    cycle_of,
    publication_or_404,
    writable_or_404,
)
from evaluation.units.access import AuthenticatedRequest, role_required
from evaluation.units.models import Role


@require_GET
@role_required(*READERS)
def publication_feedback(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    publication = publication_or_404(request, year, pk)
    results = publication.results.filter(status=Result.Status.SCORED).select_related("feedback__delivered_by")
    context = {
        "cycle": publication.cycle,
        "publication": publication,
        "row": row_of(publication),
        "rows": [_row(publication, result) for result in results.order_by("list_order", "pk")],
        "writes": Publication.objects.filter(pk=pk).writable_by(request.user).exists(),
    }
    return render(request, "results/publication_feedback_page.html", context)


@require_GET
@role_required(*READERS)
def feedback_print(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    return render(request, "results/feedback_print_page.html", _slips(publication_or_404(request, year, pk)))


@require_GET
@role_required(*READERS)
def feedback_slips(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    publication = publication_or_404(request, year, pk)
    content = html_to_pdf(render_to_string("results/feedback_slips_document.html", _slips(publication)))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="feedback-{year}-{publication.organising_unit.code}.pdf"'
    return response


@require_GET
@role_required(Role.CADRE)
def feedback_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    return _my_page(request, year, CadreObjectionForm())


@require_POST
@role_required(Role.CADRE)
def feedback_accept(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    feedback = get_object_or_404(_own(request, year), pk=pk)
    attempt(
        request,
        lambda: accept_result(feedback=feedback, actor=request.user),
        _("Recorded: you have no objection."),
    )
    return redirect("results:feedback-list", year)


@require_POST
@role_required(Role.CADRE)
def feedback_object(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    feedback, form = get_object_or_404(_own(request, year), pk=pk), CadreObjectionForm(request.POST)
    if not form.is_valid():
        return _my_page(request, year, form, status=422)
    try:
        make_cadre_objection(result=feedback.result, text=form.cleaned_data["text"], actor=request.user)
    except DomainError as error:
        form.add_error(None, str(error))
        return _my_page(request, year, form, status=422)
    messages.success(request, _("Your objection is being reviewed."))
    return redirect("results:feedback-list", year)


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def objection_record(request: AuthenticatedRequest, year: int, pk: int, result_pk: int) -> HttpResponse:
    publication = writable_or_404(request, year, pk)
    result = get_object_or_404(publication.results.select_related("publication__cycle"), pk=result_pk)
    form = CadreObjectionForm(request.POST or None)
    if form.is_valid():
        try:
            make_cadre_objection(result=result, text=form.cleaned_data["text"], actor=request.user)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The cadre's objection is recorded. Keep the signed paper."))
            return redirect("results:publication-feedback", year, pk)
    return render(
        request,
        "results/objection_record_page.html",
        {"cycle": publication.cycle, "publication": publication, "result": result, "form": form},
    )


def _my_page(request: AuthenticatedRequest, year: int, form: CadreObjectionForm, status: int = 200) -> HttpResponse:
    cycle = cycle_of(year)
    feedback = _own(request, year).order_by("-result__publication__version").first()
    context: dict[str, Any] = {"cycle": cycle, "feedback": feedback, "form": form}
    if feedback is not None:
        code, words = answer_shown(feedback)
        context.update(
            shown=shown_result(feedback.result, inside=True),
            result=feedback.result,
            publication=feedback.result.publication,
            answer_code=code,
            answer_words=words,
            may_accept=code == "waiting",
            may_object=cadre_may_object(feedback),
            objections=feedback.result.objections.filter(by_cadre=True).order_by("-pk"),
        )
    return render(request, "results/feedback_list_page.html", context, status=status)


def _own(request: AuthenticatedRequest, year: int) -> Any:
    rows = Feedback.objects.filter(delivered_at__isnull=False, result__publication__cycle__year=year)
    return rows.filter(result__appraisal__cadre__user=request.user).select_related(
        "result__publication__cycle", "result__publication__organising_unit", "result__appraisal__cadre"
    )


def _row(publication: Publication, result: Result) -> dict[str, Any]:
    feedback = getattr(result, "feedback", None)
    if feedback is None:
        return {"result": result, "feedback": None}
    result.publication = feedback.result.publication = publication
    code, words = answer_shown(feedback)
    return {
        "result": result,
        "feedback": feedback,
        "code": code,
        "words": words,
        "may_object": cadre_may_object(feedback),
    }


def _slips(publication: Publication) -> dict[str, Any]:
    results = list(publication.results.filter(status=Result.Status.SCORED).order_by("list_order", "pk"))
    for result in results:
        result.publication = publication
    return {
        "cycle": publication.cycle,
        "publication": publication,
        "slips": [shown_result(result, inside=True) for result in results],
    }
