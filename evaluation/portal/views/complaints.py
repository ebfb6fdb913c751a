"""Residents complain, keep the receipt number, follow their matter and say what they think of the answer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evaluation.cycle.models import Cycle
from evaluation.daily.models import Complaint
from evaluation.daily.services import rate_answer, receive_complaint
from evaluation.errors import DomainError
from evaluation.portal.addresses import text_of
from evaluation.portal.complaining import (
    cadres_to_name,
    cycle_for_complaints,
    handling_unit,
    is_of_leaders,
    unit_choices,
)
from evaluation.portal.following import followed_page, is_of_tab, next_of_complaint
from evaluation.portal.forms import AnswerForm, ComplaintForm, ReceiptForm
from evaluation.portal.limits import count_wrong_receipt, may_look_up, may_send, too_many
from evaluation.portal.receipts import FOLLOWED, GIVEN, forget, keep, kept, matter_of
from evaluation.units.models import Unit


@require_safe
def complaint_start(request: HttpRequest) -> HttpResponse:
    """Choose the unit; an address that names one leads on to its form."""
    cycle = cycle_for_complaints()
    groups = unit_choices()
    asked, cadre = text_of(request, "unit"), text_of(request, "cadre")
    if cycle and any(unit.code == asked for _kind, units in groups for unit in units):
        target = redirect("portal:complaint-create", asked)
        target["Location"] += f"?cadre={cadre}" if cadre.isalnum() and cadre.isascii() else ""
        return target
    return render(request, "portal/complaint_start_page.html", {"cycle": cycle, "groups": groups})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def complaint_create(request: HttpRequest, unit_code: str) -> HttpResponse:
    unit = get_object_or_404(Unit.objects.select_related("parent"), code=unit_code, merged_into__isnull=True)
    cycle = cycle_for_complaints()
    if cycle is None:
        return redirect("portal:complaint-start")
    cadres = cadres_to_name(unit, cycle)
    if request.method != "POST":
        form = ComplaintForm(cadres=cadres, office=cycle.office_name, initial={"cadre": text_of(request, "cadre")})
        return _form_page(request, unit, cycle, form)
    form = ComplaintForm(request.POST, request.FILES, cadres=cadres, office=cycle.office_name)
    if form.is_valid() and (complaint := _received(request, form, unit, cycle)):
        keep(request, GIVEN, complaint)
        return redirect("portal:receipt")
    return _form_page(request, unit, cycle, form)


@require_safe
@never_cache
def receipt(request: HttpRequest) -> HttpResponse:
    """The number that was just given; a reload shows it again for a while, another visitor sees nothing."""
    matter = kept(request, GIVEN)
    upcoming = next_of_complaint(matter, None) if isinstance(matter, Complaint) else None
    return render(request, "portal/receipt_page.html", {"matter": matter, "next": upcoming})


@require_POST
def receipt_forget(request: HttpRequest) -> HttpResponse:
    forget(request, GIVEN)
    return redirect("portal:complaint-follow")


@require_safe
@never_cache
def complaint_follow(request: HttpRequest) -> HttpResponse:
    return _follow_page(request)


@require_POST
@never_cache
def complaint_find(request: HttpRequest) -> HttpResponse:
    """Look a receipt number up. Whatever is wrong with it, the answer is the same."""
    form = ReceiptForm(request.POST)
    if not may_look_up(request):
        form.add_error(None, too_many())
    elif form.is_valid():
        if matter := matter_of(form.cleaned_data["receipt"]):
            keep(request, FOLLOWED, matter)
            return redirect("portal:complaint-follow")
        count_wrong_receipt(request)
        form.add_error("receipt", _("Nothing was found under this number. Please compare it with your receipt."))
    return render(request, "portal/follow_page.html", {"form": form})


@require_POST
def complaint_leave(request: HttpRequest) -> HttpResponse:
    forget(request, FOLLOWED)
    forget(request, GIVEN)
    messages.success(request, _("Closed. Whoever uses this device next sees nothing of it."))
    return redirect("portal:complaint-follow")


@require_POST
@never_cache
def answer_rate(request: HttpRequest) -> HttpResponse:
    matter = kept(request, FOLLOWED)
    if request.user.is_authenticated:
        messages.error(request, _("You are signed in on this device. Only the complainant judges the answer here."))
        return redirect("portal:complaint-follow")
    if not isinstance(matter, Complaint) or not is_of_tab(matter, request.POST.get("tab", "")):
        messages.error(request, _("Please enter the receipt number again: its time on this device is over."))
        return redirect("portal:complaint-follow")
    form = AnswerForm(request.POST, may_ask_again=matter.round == 1)
    if not form.is_valid():
        return _follow_page(request, form)
    typed = form.cleaned_data
    try:
        rate_answer(
            complaint=matter,
            satisfaction=typed["satisfaction"],
            note=typed["note"],
            again=typed.get("again", False),
            actor=None,
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return _follow_page(request, form)
    messages.success(request, _("Thank you. What you said has been kept with your complaint."))
    return redirect("portal:complaint-follow")


def _follow_page(request: HttpRequest, form: AnswerForm | None = None) -> HttpResponse:
    matter = kept(request, FOLLOWED)
    if matter is None:
        return render(request, "portal/follow_page.html", {"form": ReceiptForm()})
    context = followed_page(matter)
    if isinstance(matter, Complaint) and not request.user.is_authenticated and (form or context["to_rate"]):
        context["answer_form"] = form or AnswerForm(may_ask_again=matter.round == 1)
    return render(request, "portal/followed_page.html", context)


def _received(request: HttpRequest, form: ComplaintForm, unit: Unit, cycle: Cycle) -> Complaint | None:
    """Hand the complaint in within the limit; what went wrong stands in the form."""
    if not may_send(request, "complaint"):
        form.add_error(None, too_many())
        return None
    values = form.values()
    appraisal = values["appraisal"]
    values["with_office"] = values["with_office"] or is_of_leaders(appraisal)
    try:
        return receive_complaint(
            cycle=cycle, channel=Complaint.Channel.WEB, unit=handling_unit(unit, appraisal), actor=None, **values
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return None


def _form_page(request: HttpRequest, unit: Unit, cycle: Cycle, form: ComplaintForm) -> HttpResponse:
    if form.is_bound and form.errors and request.FILES:
        form.add_error("uploads", _("Please choose the files once more: a browser does not keep them."))
    context = {"unit": unit, "cycle": cycle, "form": form, "accept_days": cycle.complaint_accept_days}
    return render(request, "portal/complaint_page.html", context)
