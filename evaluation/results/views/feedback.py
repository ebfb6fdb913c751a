from datetime import date
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.cycle.working_days import add_working_days
from evaluation.errors import DomainError
from evaluation.files.responses import attachment
from evaluation.registry.responses import paper_links
from evaluation.results.forms import CadreObjectionForm, HandOverForm
from evaluation.results.links import links_for
from evaluation.results.models import Feedback, Publication, Result
from evaluation.results.pools import row_of
from evaluation.results.services import accept_result, hand_over, hand_over_all, make_cadre_objection
from evaluation.results.services.objections import cadre_may_object
from evaluation.results.shown import answer_shown, shown_result
from evaluation.results.targets import targets_of
from evaluation.results.views.shared import (
    READERS,
    WRITERS,
    attempt,
    chosen_numbers,
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
    late_from = add_working_days(timezone.localdate(), -publication.cycle.feedback_days)
    rows = [_row(publication, result, late_from) for result in results.order_by("list_order", "pk")]
    context = {
        "cycle": publication.cycle,
        "publication": publication,
        "row": row_of(publication),
        "rows": rows,
        "downloads": paper_links(_("Feedback slips"), "results:feedback-slips", year, pk) if rows else [],
        "slips_wait": any(row.get("is_waiting") for row in rows),
        "today": timezone.localdate(),
        "writes": Publication.objects.filter(pk=pk).writable_by(request.user).exists(),
    }
    return render(request, "results/publication_feedback_page.html", context)


@require_GET
@role_required(Role.CADRE)
def feedback_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    return _my_page(request, year)


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
    feedback = get_object_or_404(_own(request, year), pk=pk)
    form = CadreObjectionForm(request.POST, request.FILES, targets=targets_of(feedback.result))
    if not form.is_valid():
        return _my_page(request, year, form, status=422)
    try:
        make_cadre_objection(result=feedback.result, actor=request.user, **form.values)
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
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = CadreObjectionForm(*posted, targets=targets_of(result), on_paper=True)
    if form.is_valid():
        try:
            make_cadre_objection(result=result, actor=request.user, **form.values)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The cadre's objection is recorded. Keep the signed paper."))
            return redirect("results:publication-feedback", year, pk)
    context = {"cycle": publication.cycle, "publication": publication, "result": result, "form": form}
    return render(request, "results/objection_record_page.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def slip_hand_over(request: AuthenticatedRequest, year: int, pk: int, result_pk: int) -> HttpResponse:
    """One slip, with its scan."""
    publication = writable_or_404(request, year, pk)
    rows = Feedback.objects.filter(result__publication=publication).select_related("result")
    feedback = get_object_or_404(rows, result=result_pk)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = HandOverForm(posted[0], posted[1], initial={"on": timezone.localdate()})
    if form.is_valid():
        try:
            hand_over(feedback=feedback, actor=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Recorded: the slip was handed over; the days to answer run from that day."))
            return redirect("results:publication-feedback", year, pk)
    context = {"cycle": publication.cycle, "publication": publication, "feedback": feedback, "form": form}
    return render(request, "results/slip_hand_over_page.html", context, status=422 if form.errors else 200)


@require_POST
@role_required(*WRITERS)
def slips_hand_over(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    """The slips that were ticked, or all that wait, handed over on one day."""
    publication = writable_or_404(request, year, pk)
    waiting = Feedback.objects.filter(result__publication=publication, delivered_at__isnull=True, how="slip")
    chosen = waiting if request.POST.get("all") else waiting.filter(pk__in=chosen_numbers(request))
    form = HandOverForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Enter the day on which the slips were handed over."))
        return redirect("results:publication-feedback", year, pk)
    attempt(
        request,
        lambda: hand_over_all(feedbacks=list(chosen), actor=request.user, on=form.cleaned_data["on"]),
        _("Recorded: the slips were handed over; the days to answer run from that day."),
    )
    return redirect("results:publication-feedback", year, pk)


@require_GET
@role_required(*READERS, Role.CADRE)
def slip_scan(request: AuthenticatedRequest, year: int, result_pk: int) -> FileResponse:
    """The signed slip, for who may see the result."""
    visible = Result.objects.visible_to(request.user).filter(publication__cycle__year=year)
    rows = Feedback.objects.filter(result__in=visible).select_related("scan")
    return attachment(get_object_or_404(rows, result=result_pk).scan)


def _my_page(
    request: AuthenticatedRequest, year: int, form: CadreObjectionForm | None = None, status: int = 200
) -> HttpResponse:
    cycle = cycle_of(year)
    feedback = _own(request, year).order_by("-result__publication__version").first()
    context: dict[str, Any] = {"cycle": cycle, "feedback": feedback}
    if feedback is not None:
        result = feedback.result
        code, words = answer_shown(feedback)
        context.update(
            form=form or CadreObjectionForm(targets=targets_of(result)),
            shown=shown_result(result, inside=True, links=links_for(result, request.user)),
            result=result,
            downloads=paper_links(_("Result feedback slip"), "results:slip-file", year, result.pk),
            publication=result.publication,
            answer_code=code,
            answer_words=words,
            may_accept=code == "waiting",
            may_object=cadre_may_object(feedback),
            objections=result.objections.filter(by_cadre=True).prefetch_related("files").order_by("-pk"),
        )
    return render(request, "results/feedback_list_page.html", context, status=status)


def _own(request: AuthenticatedRequest, year: int) -> Any:
    rows = Feedback.objects.filter(delivered_at__isnull=False, result__publication__cycle__year=year)
    return rows.filter(result__appraisal__cadre__user=request.user).select_related(
        "result__publication__cycle", "result__publication__organising_unit", "result__appraisal__cadre"
    )


def _row(publication: Publication, result: Result, late_from: date) -> dict[str, Any]:
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
        "may_object": feedback.delivered_at is not None and cadre_may_object(feedback),
        "is_waiting": feedback.delivered_at is None,
        "is_late": feedback.delivered_at is None
        and feedback.prepared_on is not None
        and feedback.prepared_on < late_from,
    }
