from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from evaluation.errors import DomainError
from evaluation.guard.services import count_try
from evaluation.results.forms import PublicObjectionForm
from evaluation.results.models import Publication, Result
from evaluation.results.services import make_public_objection

TRIES, WINDOW = 5, 3600


@require_http_methods(["GET", "POST"])
def objection_new(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """A resident objects to a result under notice; ``code`` is the public code of the appraisal."""
    results = Result.objects.for_list().filter(
        publication__cycle__year=year, publication__status=Publication.Status.NOTICE, status=Result.Status.SCORED
    )
    result = get_object_or_404(results, appraisal__public_code=code)
    form = PublicObjectionForm(request.POST or None)
    if form.is_valid() and _taken(request, result, form):
        messages.success(request, _("Thank you. Your objection is being reviewed; you will be told the outcome."))
        return redirect("results:objection-new", year, code)
    context = {"cycle": result.publication.cycle, "result": result, "publication": result.publication, "form": form}
    return render(request, "results/objection_new_page.html", context)


def _taken(request: HttpRequest, result: Result, form: PublicObjectionForm) -> bool:
    address = request.META.get("REMOTE_ADDR", "")
    if not count_try(bucket_parts=["objection", address], limit=TRIES, window_seconds=WINDOW):
        form.add_error(None, _("Too many objections from here within an hour. Please try again later."))
        return False
    try:
        make_public_objection(result=result, **form.cleaned_data)
    except DomainError as error:
        form.add_error(None, str(error))
        return False
    return True
