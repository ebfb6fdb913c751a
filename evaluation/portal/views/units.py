from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from evaluation.files.responses import photo_response
from evaluation.portal import public
from evaluation.portal.addresses import appraisal_of, cycle_of, unit_of
from evaluation.portal.forms import CommentForm, ObjectionForm
from evaluation.portal.pages import cadre_page, cadres_of, meeting_page, unit_page
from evaluation.portal.rated import has_rated
from evaluation.rectification.models import FollowUpRating
from evaluation.roster.models import Appraisal

PER_PAGE = 50


def unit_detail(request: HttpRequest, year: int, unit_code: str) -> HttpResponse:
    cycle, unit = cycle_of(year), unit_of(unit_code)
    cadres = Paginator(cadres_of(unit, cycle), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/unit_page.html", {**unit_page(unit, cycle), "page_obj": cadres})


def cadre_detail(request: HttpRequest, year: int, unit_code: str, code: str) -> HttpResponse:
    return cadre_response(request, appraisal_of(year=year, unit_code=unit_code, code=code))


def cadre_response(
    request: HttpRequest,
    appraisal: Appraisal,
    *,
    objection_form: ObjectionForm | None = None,
    comment_form: CommentForm | None = None,
) -> HttpResponse:
    """The page of a cadre; a form that was refused comes back with what was typed."""
    context = cadre_page(appraisal)
    context["objection_form"] = objection_form or ObjectionForm()
    context["comment_form"] = comment_form or CommentForm()
    context["has_rated"] = has_rated(request, appraisal.public_code)
    context["rating_choices"] = FollowUpRating.Grade.choices
    return render(request, "portal/cadre_page.html", context)


def cadre_photo(request: HttpRequest, year: int, unit_code: str, code: str) -> FileResponse:
    appraisal = appraisal_of(year=year, unit_code=unit_code, code=code)
    pledge = public.public_pledges().filter(appraisal=appraisal).select_related("photo").first()
    if pledge is None:
        raise Http404
    return photo_response(pledge.photo)


def meeting_detail(request: HttpRequest, year: int, unit_code: str, code: str) -> HttpResponse:
    meetings = public.public_meetings().select_related("unit", "cycle")
    meeting = get_object_or_404(meetings, cycle=cycle_of(year), unit__code=unit_code, public_code=code)
    return render(request, "portal/meeting_page.html", meeting_page(meeting))
