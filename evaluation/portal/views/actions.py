from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from evaluation.errors import DomainError
from evaluation.guard.services import count_try
from evaluation.portal import public
from evaluation.portal.addresses import appraisal_of
from evaluation.portal.forms import CommentForm, ObjectionForm
from evaluation.portal.views.units import cadre_response
from evaluation.rectification.services import add_comment
from evaluation.results.services import make_public_objection

AN_HOUR = 3600
TRIES_AN_HOUR = 10


@require_POST
def objection_create(request: HttpRequest, year: int, unit_code: str, code: str) -> HttpResponse:
    appraisal = appraisal_of(year=year, unit_code=unit_code, code=code)
    result = public.public_results().filter(appraisal=appraisal).first()
    if result is None:
        raise Http404
    form = ObjectionForm(request.POST)
    if not form.is_valid() or not _done(
        request, form, lambda: make_public_objection(result=result, **form.cleaned_data)
    ):
        return cadre_response(request, appraisal, objection_form=form)
    messages.success(
        request, _("Your objection has been received. The outcome of the review reaches you as you asked.")
    )
    return redirect("portal:cadre-detail", year, unit_code, code)


@require_POST
def comment_create(request: HttpRequest, year: int, unit_code: str, code: str) -> HttpResponse:
    appraisal = appraisal_of(year=year, unit_code=unit_code, code=code)
    plan = public.public_plans().filter(appraisal=appraisal).first()
    if plan is None:
        raise Http404
    form = CommentForm(request.POST)
    if not form.is_valid() or not _done(request, form, lambda: add_comment(plan=plan, **form.cleaned_data)):
        return cadre_response(request, appraisal, comment_form=form)
    messages.success(request, _("Thank you. Your opinion is shown here once it has been read."))
    return redirect("portal:cadre-detail", year, unit_code, code)


def _done(request: HttpRequest, form: ObjectionForm | CommentForm, act: Callable[[], object]) -> bool:
    """Act within the limit of tries; what went wrong stands in the form."""
    address = request.META.get("REMOTE_ADDR", "")
    if not count_try(bucket_parts=[form.prefix, address], limit=TRIES_AN_HOUR, window_seconds=AN_HOUR):
        form.add_error(None, _("Too many were sent from here within an hour. Please try again later."))
        return False
    try:
        act()
    except DomainError as error:
        form.add_error(None, str(error))
        return False
    return True
