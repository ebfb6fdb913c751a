"""Pages of the roster: the list, the entry, the import, the scope lists."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evaluation.cycle.models import Cycle, Track
from evaluation.errors import DomainError
from evaluation.guard.pages import site_tested
from evaluation.intake.pages import xlsx_response
from evaluation.registry.responses import paper_links
from evaluation.roster import selectors, services
from evaluation.roster.cadre_accounts import open_cadre_accounts
from evaluation.roster.forms import TEXTS, AppraisalForm, NewAppraisalForm, ReasonForm, RosterFilterForm
from evaluation.roster.models import Appraisal, ScopeList
from evaluation.roster.workbook import export_name, roster_workbook
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role, Unit
from evaluation.units.slips import slips_response

PAGE = 50
READERS = (Role.OFFICE, Role.UNIT_ADMIN, Role.APPROVER, Role.ORGANISATION, Role.AUDITOR)
WRITERS = (Role.OFFICE, Role.UNIT_ADMIN)


def cycle_of(year: int) -> Cycle:
    return get_object_or_404(Cycle, year=year)


def may_write(request: AuthenticatedRequest) -> bool:
    return bool(roles_of(request.user) & set(WRITERS))


def filtered(request: AuthenticatedRequest, cycle: Cycle) -> tuple[RosterFilterForm, QuerySet[Appraisal]]:
    form = RosterFilterForm(request.user, cycle, request.GET)
    form.is_valid()
    chosen = form.cleaned_data
    rows = selectors.roster_list(
        request.user,
        cycle,
        words=chosen.get("q", ""),
        unit=chosen.get("unit"),
        track=chosen.get("track", ""),
        state=chosen.get("state", ""),
    )
    return form, rows


@require_safe
@role_required(*READERS)
def appraisal_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = cycle_of(year)
    form, rows = filtered(request, cycle)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    writable = Appraisal.objects.writable_by(request.user).filter(pk__in=[row.pk for row in page])
    context = {
        "cycle": cycle,
        "form": form,
        "page_obj": page,
        "writable": set(writable.values_list("pk", flat=True)),
        "may_write": may_write(request),
        "tracks": [(Track.MID_LEVEL, Track.MID_LEVEL.label), (Track.VILLAGE, Track.VILLAGE.label)],
    }
    return render(request, "roster/appraisal_list_page.html", context)


@require_safe
@role_required(*READERS)
def appraisal_export(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = cycle_of(year)
    _form, rows = filtered(request, cycle)
    data = roster_workbook(cycle=cycle, appraisals=rows.select_related("home_unit__parent"))
    return xlsx_response(data, export_name(cycle))


@never_cache
@require_POST
@role_required(*WRITERS)
@site_tested
def cadre_accounts(request: AuthenticatedRequest, year: int) -> HttpResponse:
    """Accounts and slips for the chosen cadres, or with ``all`` for the whole filtered list."""
    rows = Appraisal.objects.writable_by(request.user).filter(cycle=cycle_of(year))
    if request.POST.get("all"):
        chosen = rows.filter(pk__in=filtered(request, cycle_of(year))[1].order_by().values("pk"))
    else:
        chosen = rows.filter(pk__in=[pk for pk in request.POST.getlist("pk") if pk.isdecimal()])
    try:
        return slips_response(request, open_cadre_accounts(appraisals=chosen, actor=request.user))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("roster:appraisal-list", year)


def visible_appraisal(request: AuthenticatedRequest, year: int, pk: int) -> Appraisal:
    rows = Appraisal.objects.visible_to(request.user).filter(cycle__year=year)
    return get_object_or_404(rows.select_related("cadre__user", "cycle", "home_unit__parent", "organising_unit"), pk=pk)


@require_safe
@role_required(*READERS)
def appraisal_detail(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    appraisal = visible_appraisal(request, year, pk)
    writes = may_write(request) and Appraisal.objects.writable_by(request.user).filter(pk=pk).exists()
    is_open = not (appraisal.sheet_frozen_at or appraisal.final_at)
    context = {
        "cycle": appraisal.cycle,
        "appraisal": appraisal,
        "postings": appraisal.cadre.postings.select_related("unit").order_by("-pk"),
        "may_change": writes and is_open,
        "may_write": writes,
        "form": ReasonForm(),
    }
    return render(request, "roster/appraisal_detail_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*WRITERS)
def appraisal_create(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = cycle_of(year)
    form = NewAppraisalForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            appraisal = services.add_appraisal(
                cycle=cycle,
                track=given["track"],
                home_unit=given["home_unit"],
                name=given["name"],
                is_window_head=given["is_window_head"],
                fields={name: given[name] for name in TEXTS},
                actor=request.user,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(name)s is on the roster.") % {"name": appraisal.name})
            return redirect("roster:appraisal-detail", year, appraisal.pk)
    return render(request, "roster/appraisal_form_page.html", {"cycle": cycle, "form": form, "appraisal": None})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*WRITERS)
def appraisal_edit(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    appraisal = visible_appraisal(request, year, pk)
    form = AppraisalForm(request.POST or None, instance=appraisal)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.change_appraisal(
                appraisal=appraisal,
                name=given["name"],
                is_window_head=given["is_window_head"],
                fields={name: given[name] for name in TEXTS},
                actor=request.user,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The entry has been changed."))
            return redirect("roster:appraisal-detail", year, pk)
    context = {"cycle": cycle_of(year), "form": form, "appraisal": appraisal}
    return render(request, "roster/appraisal_form_page.html", context)


@require_POST
@role_required(*WRITERS)
def appraisal_exempt(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    appraisal = visible_appraisal(request, year, pk)
    try:
        reason = request.POST.get("reason", "")[:200]
        services.exempt_appraisal(appraisal=appraisal, reason=reason, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The cadre is exempt this year."))
    return redirect("roster:appraisal-detail", year, pk)


@require_POST
@role_required(*WRITERS)
def appraisal_include(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    appraisal = visible_appraisal(request, year, pk)
    try:
        services.include_appraisal(appraisal=appraisal, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The cadre takes part."))
    return redirect("roster:appraisal-detail", year, pk)


@require_POST
@role_required(*WRITERS)
def appraisal_remove(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    appraisal = visible_appraisal(request, year, pk)
    try:
        services.remove_appraisal(appraisal=appraisal, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("roster:appraisal-detail", year, pk)
    messages.success(request, _("The entry has been removed."))
    return redirect("roster:appraisal-list", year)


@require_safe
@role_required(*READERS)
def scope_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = cycle_of(year)
    waiting_only = request.GET.get("state") == "waiting"
    units = selectors.organising_units(request.user, cycle, waiting_only=waiting_only)
    page = Paginator(units, PAGE).get_page(request.GET.get("page"))
    scopes = selectors.scope_by_unit(cycle)
    draft = ScopeList(status=ScopeList.Status.DRAFT)
    context = {
        "cycle": cycle,
        "page_obj": page,
        "rows": [(unit, scopes.get(unit.pk, draft)) for unit in page],
        "is_office": Role.OFFICE in roles_of(request.user),
        "may_file": may_write(request),
        "waiting_only": waiting_only,
        "downloads": paper_links(_("All lists (Annex 1)"), "roster:annex-list-file", year),
        "form": ReasonForm(),
    }
    return render(request, "roster/scope_list_page.html", context)


def chosen_units(request: AuthenticatedRequest) -> QuerySet[Unit]:
    """The units ticked in the list, or all that the user may file (``all=1``)."""
    units = selectors.units_filing(request.user)
    if request.POST.get("all"):
        return units
    return units.filter(pk__in=[value for value in request.POST.getlist("pk") if value.isdecimal()])


@require_POST
@role_required(*WRITERS)
def scope_file(request: AuthenticatedRequest, year: int) -> HttpResponse:
    try:
        count = services.file_scope_lists(cycle=cycle_of(year), units=chosen_units(request), actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        done = ngettext("%(count)s list has been filed.", "%(count)s lists have been filed.", count)
        messages.success(request, done % {"count": count})
    return redirect("roster:scope-list", year)


@require_POST
@role_required(Role.OFFICE)
def scope_return(request: AuthenticatedRequest, year: int) -> HttpResponse:
    try:
        count = services.return_scope_lists(
            cycle=cycle_of(year),
            units=chosen_units(request),
            reason=request.POST.get("reason", "")[:200],
            actor=request.user,
        )
    except DomainError as error:
        messages.error(request, str(error))
    else:
        done = ngettext("%(count)s list has been returned.", "%(count)s lists have been returned.", count)
        messages.success(request, done % {"count": count})
    return redirect("roster:scope-list", year)
