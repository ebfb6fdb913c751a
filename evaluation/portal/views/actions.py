from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from evaluation.errors import DomainError
from evaluation.portal import public
from evaluation.portal.addresses import appraisal_of
from evaluation.portal.forms import CommentForm, ObjectionForm, RatingForm
from evaluation.portal.limits import may_rate, may_send, too_many
from evaluation.portal.rated import has_rated, remember_rating
from evaluation.portal.receipts import GIVEN, keep
from evaluation.portal.views.units import cadre_response
from evaluation.rectification.services import add_comment, rate_plan
from evaluation.results.models import Objection, Result
from evaluation.results.services import make_public_objection


@require_POST
def objection_create(request: HttpRequest, year: int, unit_code: str, code: str) -> HttpResponse:
    appraisal = appraisal_of(year=year, unit_code=unit_code, code=code)
    result = public.public_results().filter(appraisal=appraisal).first()
    if result is None:
        raise Http404
    form = ObjectionForm(request.POST, request.FILES)
    made: list[Objection] = []
    if form.is_valid() and _done(request, form, lambda: made.append(_object(result, form))):
        keep(request, GIVEN, made[0])
        return redirect("portal:receipt")
    if request.FILES:
        form.add_error("uploads", _("Please choose the files once more: a browser does not keep them."))
    return cadre_response(request, appraisal, objection_form=form)


@require_POST
def rating_create(request: HttpRequest, year: int, unit_code: str, code: str) -> HttpResponse:
    """One rating a browser, by a signed cookie that names plans and nobody; so many a day from one network."""
    appraisal = appraisal_of(year=year, unit_code=unit_code, code=code)
    plan = public.public_plans().filter(appraisal=appraisal).first()
    if plan is None:
        raise Http404
    response = redirect("portal:cadre-detail", year, unit_code, code)
    response["Location"] += "#rating"
    form = RatingForm(request.POST)
    if request.user.is_authenticated:
        messages.error(request, _("You are signed in on this device. Residents rate here, without an account."))
    elif has_rated(request, code):
        messages.error(request, _("This device has rated already. One rating counts."))
    elif not form.is_valid():
        messages.error(request, _("Choose one of the three answers."))
    elif not may_rate(request, plan.pk):
        messages.error(request, _("Many ratings came from here today. Please try again tomorrow."))
    else:
        try:
            rate_plan(plan=plan, grade=form.cleaned_data["grade"])
        except DomainError as error:
            messages.error(request, str(error))
        else:
            remember_rating(request, response, code)
            messages.success(request, _("Thank you. Your rating counts."))
    return response


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


def _object(result: Result, form: ObjectionForm) -> Objection:
    return make_public_objection(result=result, **form.cleaned_data)


def _done(request: HttpRequest, form: ObjectionForm | CommentForm, act: Callable[[], object]) -> bool:
    """Act within the limit of tries; what went wrong stands in the form."""
    if not may_send(request, str(form.prefix)):
        form.add_error(None, too_many())
        return False
    try:
        act()
    except DomainError as error:
        form.add_error(None, str(error))
        return False
    return True
