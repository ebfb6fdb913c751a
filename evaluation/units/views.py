"""The office's list of units; the accounts of a unit's people and their invitations."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from evaluation.errors import DomainError
from evaluation.guard.pages import site_tested
from evaluation.units import selectors, services
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.forms import (
    AccountFilterForm,
    AccountForm,
    EarlierNameForm,
    MergeForm,
    RoleForm,
    UnitFilterForm,
    UnitForm,
)
from evaluation.units.models import Membership, Role, Unit, UnitName
from evaluation.units.slips import slips_response

PAGE = 50
UNIT_READERS = (Role.OFFICE, Role.AUDITOR, Role.ORGANISATION, Role.SCRUTINEER, Role.UNIT_ADMIN, Role.APPROVER)
ACCOUNT_KEEPERS = (Role.OFFICE, Role.UNIT_ADMIN)


@require_safe
@role_required(*UNIT_READERS)
def unit_list(request: AuthenticatedRequest) -> HttpResponse:
    form = UnitFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    units = selectors.unit_list(request.user, words=chosen.get("q", ""), kind=chosen.get("kind", ""))
    page = Paginator(units, PAGE).get_page(request.GET.get("page"))
    return render(request, "units/unit_list_page.html", {"form": form, "page_obj": page, **_may(request)})


@never_cache
@require_POST
@role_required(Role.OFFICE)
@site_tested
def unit_accounts(request: AuthenticatedRequest) -> HttpResponse:
    """Accounts and slips for the chosen units, or with ``all`` for the whole filtered list."""
    units, role = Unit.objects.all(), request.POST.get("role", "")
    if request.POST.get("all"):
        form = UnitFilterForm(request.GET)
        chosen = form.cleaned_data if form.is_valid() else {}
        found = selectors.unit_list(request.user, words=chosen.get("q", ""), kind=chosen.get("kind", ""))
        units = units.filter(pk__in=found.order_by().values("pk"))
    else:
        units = units.filter(pk__in=[pk for pk in request.POST.getlist("pk") if pk.isdecimal()])
    try:
        if role not in services.USERNAME_ENDS:
            raise DomainError("no_role", _("Choose the role."))
        return slips_response(request, services.open_unit_accounts(units=units, role=Role(role), actor=request.user))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("units:unit-list")


@require_safe
@role_required(*UNIT_READERS)
def unit_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    unit = get_object_or_404(selectors.units_visible_to(request.user).select_related("parent", "merged_into"), pk=pk)
    people = selectors.with_roles(User.objects.filter(memberships__unit=unit).distinct())
    context = {
        "unit": unit,
        "villages": unit.children.order_by("order", "code"),
        "earlier_names": unit.earlier_names.order_by("-until"),
        "people": people,
        "managed": set(services.accounts_managed_by(request.user).filter(pk__in=people).values_list("pk", flat=True)),
        "name_form": EarlierNameForm(),
        **_may(request),
    }
    return render(request, "units/unit_detail_page.html", context)


@role_required(Role.OFFICE)
def unit_create(request: AuthenticatedRequest) -> HttpResponse:
    form = UnitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            unit = services.create_unit(actor=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The unit is in the list."))
            return redirect("units:unit-detail", unit.pk)
    return render(request, "units/unit_form_page.html", {"form": form, "unit": None})


@role_required(Role.OFFICE)
def unit_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    unit = get_object_or_404(Unit, pk=pk)
    form = UnitForm(request.POST or None, instance=unit)
    if request.method == "POST" and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in form.changed_data}
        try:
            services.change_unit(unit=unit, actor=request.user, fields=fields)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The unit is changed."))
            return redirect("units:unit-detail", pk)
    return render(request, "units/unit_form_page.html", {"form": form, "unit": Unit.objects.get(pk=pk)})


@role_required(Role.OFFICE)
def unit_merge(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    unit = get_object_or_404(Unit, pk=pk)
    form = MergeForm(unit, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.merge_unit(unit=unit, into=form.cleaned_data["into"], actor=request.user)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The unit has gone up in the other one."))
            return redirect("units:unit-detail", pk)
    return render(request, "units/unit_merge_page.html", {"form": form, "unit": unit})


@require_POST
@role_required(Role.OFFICE)
def unit_name_add(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    unit = get_object_or_404(Unit, pk=pk)
    form = EarlierNameForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        services.add_earlier_name(unit=unit, name=given["name"], until=given["until"], actor=request.user)
        messages.success(request, _("The earlier name is noted."))
    else:
        messages.error(request, _("Give the earlier name and the day until which it was borne."))
    return redirect("units:unit-detail", pk)


@require_POST
@role_required(Role.OFFICE)
def unit_name_remove(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    name = get_object_or_404(UnitName, pk=pk)
    services.remove_earlier_name(name=name, actor=request.user)
    messages.success(request, _("The earlier name is removed."))
    return redirect("units:unit-detail", name.unit_id)


@require_safe
@role_required(*ACCOUNT_KEEPERS)
def account_list(request: AuthenticatedRequest) -> HttpResponse:
    form, accounts = _filtered(request)
    page = Paginator(accounts, PAGE).get_page(request.GET.get("page"))
    return render(request, "units/account_list_page.html", {"form": form, "page_obj": page})


@never_cache
@role_required(*ACCOUNT_KEEPERS)
@site_tested
def account_create(request: AuthenticatedRequest) -> HttpResponse:
    form = AccountForm(request.user, request.POST or None, initial={"unit": request.GET.get("unit")})
    if request.method == "POST" and form.is_valid():
        try:
            user, token = services.open_account(actor=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return slips_response(request, [(user, token)])
    return render(request, "units/account_form_page.html", {"form": form})


@role_required(*ACCOUNT_KEEPERS)
def account_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    person = _managed(request, pk)
    return _account_page(request, person, RoleForm(request.user))


@never_cache
@require_POST
@role_required(*ACCOUNT_KEEPERS)
@site_tested
def account_invite(request: AuthenticatedRequest) -> HttpResponse:
    """Slips for the chosen accounts, or with ``all`` for the whole filtered list: once, since only digests are kept."""
    chosen = services.accounts_managed_by(request.user)
    if request.POST.get("all"):
        chosen = chosen.filter(pk__in=_filtered(request)[1].values("pk"))
    else:
        chosen = chosen.filter(pk__in=[pk for pk in request.POST.getlist("pk") if pk.isdecimal()])
    invited = services.invite_all(users=chosen, actor=request.user)
    if not invited:
        messages.error(request, _("No open account was chosen."))
        return redirect("units:account-list")
    return slips_response(request, invited)


@require_POST
@role_required(*ACCOUNT_KEEPERS)
def account_close(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    try:
        services.close_account(user=_managed(request, pk), actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The account is closed."))
    return redirect("units:account-detail", pk)


@require_POST
@role_required(*ACCOUNT_KEEPERS)
def account_open(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    services.reopen_account(user=_managed(request, pk), actor=request.user)
    messages.success(request, _("The account is open again. Invite its owner to set a new password."))
    return redirect("units:account-detail", pk)


@require_POST
@role_required(*ACCOUNT_KEEPERS)
def membership_add(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    person = _managed(request, pk)
    form = RoleForm(request.user, request.POST)
    if not form.is_valid():
        return _account_page(request, person, form)
    try:
        services.add_membership(user=person, actor=request.user, **form.cleaned_data)
    except DomainError as error:
        form.add_error(None, str(error))
        return _account_page(request, person, form)
    messages.success(request, _("The role is given."))
    return redirect("units:account-detail", pk)


@require_POST
@role_required(*ACCOUNT_KEEPERS)
def membership_remove(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    managed = services.accounts_managed_by(request.user).values("pk")
    membership = get_object_or_404(Membership, pk=pk, user__in=managed)
    try:
        services.end_membership(membership=membership, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The role is taken away."))
    still_mine = services.accounts_managed_by(request.user).filter(pk=membership.user_id).exists()
    return redirect("units:account-detail", membership.user_id) if still_mine else redirect("units:account-list")


def _account_page(request: AuthenticatedRequest, person: User, form: RoleForm) -> HttpResponse:
    return render(request, "units/account_detail_page.html", {"person": person, "form": form})


def _managed(request: AuthenticatedRequest, pk: int) -> User:
    return get_object_or_404(selectors.with_roles(services.accounts_managed_by(request.user)), pk=pk)


def _filtered(request: AuthenticatedRequest) -> tuple[AccountFilterForm, QuerySet[User]]:
    form = AccountFilterForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    accounts = selectors.account_list(
        request.user, words=given.get("q", ""), role=given.get("role", ""), state=given.get("state", "")
    )
    return form, accounts


def _may(request: AuthenticatedRequest) -> dict[str, bool]:
    roles = roles_of(request.user)
    return {"is_office": Role.OFFICE in roles, "keeps_accounts": bool(roles & set(ACCOUNT_KEEPERS))}
