"""What is done with one complaint: each act a POST, then back to its page."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from evaluation.cycle.models import Cycle
from evaluation.daily import register, services
from evaluation.daily.forms import complaints as forms
from evaluation.daily.models import Complaint, Finding
from evaluation.daily.views.complaints import STAFF, complaint_of, nameable, others, receiving_units, visible
from evaluation.errors import DomainError
from evaluation.units.access import AuthenticatedRequest, role_required
from evaluation.units.models import Role

Channel, Way = Complaint.Channel, Finding.Way
# One answers by the way on which it came.
WAYS: dict[str, str] = {
    Channel.TELEPHONE: Way.TELEPHONE,
    Channel.LETTER: Way.LETTER,
    Channel.VISIT: Way.VISIT,
    Channel.TRANSFER: Way.BODY,
}


def _act(
    request: AuthenticatedRequest, complaint: Complaint, form: Form, do: Callable[[], object], told: str
) -> HttpResponse:
    """Do it if the form has its shape; say what came of it; go back to where the complaint can still be seen."""
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(str(error) for error in errors))
    else:
        try:
            do()
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, told)
    if visible(request, complaint.cycle).filter(pk=complaint.pk).exists():
        return redirect("daily:complaint-detail", complaint.cycle.year, complaint.pk)
    return redirect("daily:complaint-list", complaint.cycle.year)


@require_POST
@role_required(*STAFF)
def complaint_accept(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    complaint = complaint_of(request, year, pk)
    form = forms.HandlerForm(request.POST, handlers=register.handlers_for(complaint))

    def do() -> None:
        services.accept_complaint(complaint=complaint, actor=request.user, handler=form.cleaned_data["handler"])

    return _act(request, complaint, form, do, _("The complaint is accepted; the days of handling run from today."))


@require_POST
@role_required(*STAFF)
def complaint_refuse(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    complaint, form = complaint_of(request, year, pk), forms.ReasonForm(request.POST)

    def do() -> None:
        services.refuse_complaint(complaint=complaint, actor=request.user, reason=form.cleaned_data["reason"])

    return _act(request, complaint, form, do, _("The complaint is not accepted; the complainant reads the reason."))


@require_POST
@role_required(*STAFF)
def complaint_transfer(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    complaint = complaint_of(request, year, pk)
    form = forms.TransferForm(request.POST, units=receiving_units(complaint))

    def do() -> None:
        unit = form.cleaned_data["unit"]
        services.transfer_complaint(
            complaint=complaint,
            actor=request.user,
            reason=form.cleaned_data["reason"],
            unit=unit,
            to_office=unit is None,
        )

    return _act(request, complaint, form, do, _("The complaint was passed on. Its days run on."))


@require_POST
@role_required(*STAFF)
def complaint_assign(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    complaint = complaint_of(request, year, pk)
    form = forms.AssignForm(request.POST, handlers=register.handlers_for(complaint))

    def do() -> None:
        services.assign_handler(complaint=complaint, actor=request.user, **form.cleaned_data)

    return _act(request, complaint, form, do, _("The handler is assigned."))


@require_POST
@role_required(*STAFF)
def complaint_recuse(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    complaint = complaint_of(request, year, pk)
    form = forms.RecusalForm(request.POST, others=others(request, complaint))

    def do() -> None:
        services.declare_recusal(
            complaint=complaint,
            user=form.cleaned_data.get("user") or request.user,
            actor=request.user,
            reason=form.cleaned_data["reason"],
        )

    return _act(request, complaint, form, do, _("The withdrawal is on record; assign another handler if need be."))


@require_POST
@role_required(*STAFF)
def complaint_name(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    complaint = complaint_of(request, year, pk)
    form = forms.NameForm(request.POST, appraisals=nameable(complaint))

    def do() -> None:
        services.name_cadre(complaint=complaint, actor=request.user, **form.cleaned_data)

    return _act(request, complaint, form, do, _("The cadre is named."))


@never_cache
@sensitive_variables("contact")
@require_POST
@role_required(*STAFF)
def complaint_contact(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    """Shown in the answer itself and kept nowhere: neither in a session nor in an address."""
    complaint = complaint_of(request, year, pk)
    try:
        contact = services.open_contact(complaint=complaint, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("daily:complaint-detail", year, pk)
    context = {"cycle": complaint.cycle, "complaint": complaint, "contact": contact}
    return render(request, "daily/complaint_contact_page.html", context)


@require_POST
@role_required(*STAFF)
def complaint_extension_ask(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    complaint, form = complaint_of(request, year, pk), forms.ReasonForm(request.POST)

    def do() -> None:
        services.ask_extension(complaint=complaint, actor=request.user, reason=form.cleaned_data["reason"])

    return _act(request, complaint, form, do, _("You asked for more time; a second person decides."))


@require_POST
@role_required(*STAFF)
def complaint_extension_decide(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    complaint, form = complaint_of(request, year, pk), forms.ExtensionDecisionForm(request.POST)
    approve = request.POST.get("decision") == "approve"

    def do() -> None:
        services.decide_extension(
            complaint=complaint, actor=request.user, approve=approve, reason=form.cleaned_data["reason"]
        )

    told = _("There is more time now.") if approve else _("The day stays as it was.")
    return _act(request, complaint, form, do, told)


def _to_handle(request: AuthenticatedRequest, year: int, pk: int, status: str) -> Complaint | None:
    """The complaint if its handler opens the page and it stands there; ``None`` where it stands elsewhere by now."""
    complaint = complaint_of(request, year, pk)
    if complaint.handler_id != request.user.pk:
        raise PermissionDenied
    if complaint.status != status:
        messages.error(request, _("The complaint stands elsewhere by now. See what is next."))
        return None
    return complaint


@require_http_methods(["GET", "POST"])
@role_required(*STAFF)
def complaint_finding(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    complaint = _to_handle(request, year, pk, Complaint.Status.ACCEPTED)
    if complaint is None:
        return redirect("daily:complaint-detail", year, pk)
    before = register.finding_of(complaint)
    initial = {name: getattr(before, name) for name in ("outcome", "facts", "basis", "measures")} if before else None
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = forms.FindingForm(data=posted[0], files=posted[1], initial=initial)
    if form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("outcome", "facts", "basis", "measures")}
        uploads = form.cleaned_data["uploads"]
        try:
            services.record_finding(complaint=complaint, actor=request.user, uploads=uploads, **values)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The finding is recorded. A second person confirms it."))
            return redirect("daily:complaint-detail", year, pk)
    context = {"cycle": complaint.cycle, "complaint": complaint, "form": form, "before": before}
    return render(request, "daily/complaint_finding_page.html", context)


@require_POST
@role_required(*STAFF)
def complaint_confirm(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    complaint, form = complaint_of(request, year, pk), forms.ConfirmForm(request.POST)

    def do() -> None:
        services.confirm_finding(complaint=complaint, actor=request.user, **form.cleaned_data)

    return _act(request, complaint, form, do, _("The finding stands. The handler answers the complainant."))


@require_POST
@role_required(*STAFF)
def complaint_return(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    complaint, form = complaint_of(request, year, pk), forms.ReasonForm(request.POST)

    def do() -> None:
        services.return_finding(complaint=complaint, actor=request.user, reason=form.cleaned_data["reason"])

    return _act(request, complaint, form, do, _("The finding went back to the handler."))


@require_http_methods(["GET", "POST"])
@role_required(*STAFF)
def complaint_answer(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    complaint = _to_handle(request, year, pk, Complaint.Status.CONFIRMED)
    if complaint is None:
        return redirect("daily:complaint-detail", year, pk)
    way = WAYS.get(complaint.channel, Finding.Way.PAGE)
    form = forms.AnswerForm(request.POST if request.method == "POST" else None, initial={"way": way})
    if form.is_valid():
        try:
            services.answer_complaint(complaint=complaint, actor=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The answer is given. The complainant can say now whether it satisfies."))
            return redirect("daily:complaint-detail", year, pk)
    finding = register.finding_of(complaint)
    context = {"cycle": complaint.cycle, "complaint": complaint, "form": form, "finding": finding}
    return render(request, "daily/complaint_answer_page.html", context)


@require_POST
@role_required(*STAFF)
def complaint_rate(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    complaint = complaint_of(request, year, pk)
    form = forms.CallBackForm(request.POST, may_ask_again=complaint.round == 1)

    def do() -> None:
        services.rate_answer(complaint=complaint, actor=request.user, **form.cleaned_data)

    return _act(request, complaint, form, do, _("What the complainant said is recorded."))


@require_POST
@role_required(Role.OFFICE)
def complaint_sweep(request: AuthenticatedRequest, year: int) -> HttpResponse:
    get_object_or_404(Cycle, year=year)
    said = {"proposed": services.propose_overdue_complaints(), "closed": services.close_lapsed_complaints()}
    messages.success(request, _("%(proposed)d deductions proposed, %(closed)d complaints closed.") % said)
    return redirect("daily:complaint-list", year)
