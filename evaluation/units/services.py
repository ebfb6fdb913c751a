"""Units and who acts for them: the office keeps the list, a unit opens the accounts of its own people."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import invite, withdraw_invitations
from evaluation.audit.services import record
from evaluation.errors import DomainError
from evaluation.units.access import roles_of
from evaluation.units.models import CITY_ROLES, Membership, Role, Unit, UnitName

UNIT_FIELDS = frozenset({"code", "name", "kind", "parent", "staff_count", "telephone", "address", "order"})
USERNAME_ENDS = {Role.UNIT_ADMIN: "gl", Role.APPROVER: "sh"}
OWN_UNIT_ROLES = frozenset({Role.APPROVER, Role.CADRE})
VILLAGE_ROLES = frozenset({Role.UNIT_ADMIN, Role.APPROVER, Role.CADRE})
UNIT_ROLES = frozenset({Role.UNIT_ADMIN, Role.APPROVER, Role.CADRE})


@transaction.atomic
def create_unit(*, actor: User | str, **fields: object) -> Unit:
    """Add a unit; ``fields`` are those of ``UNIT_FIELDS``, at least ``code``, ``name`` and ``kind``.

    Raises ``DomainError``: ``village_needs_town`` (a village stands under its town, everything else under nothing),
    ``name_taken``.
    """
    unit = Unit(**_known(fields))
    _check_parent(unit)
    _check_name(unit)
    unit.save(force_insert=True)
    record(actor=actor, action="unit-created", target=unit, detail={"code": unit.code})
    return unit


@transaction.atomic
def add_units(*, units: Sequence[Unit], actor: User | str) -> list[Unit]:
    """Add the units that an import names, in one act with one entry in the record; names and places were checked."""
    made = Unit.objects.bulk_create(units, batch_size=500)
    if made:
        record(actor=actor, action="units-created", target=made[0], detail={"codes": [unit.code for unit in made]})
    return made


@transaction.atomic
def change_unit(*, unit: Unit, actor: User | str, fields: Mapping[str, object]) -> Unit:
    """Change a unit. A name that is given up stays as an earlier name, so that old rosters still match.

    Raises ``DomainError``: ``merged``, ``village_needs_town``, ``name_taken``.
    """
    unit = _locked(unit)
    earlier = unit.name
    before = {field: getattr(unit, field) for field in _known(fields)}
    for field, value in _known(fields).items():
        setattr(unit, field, value)
    _check_parent(unit)
    _check_name(unit)
    unit.save(update_fields=list(fields))
    if unit.name != earlier:
        UnitName.objects.create(unit=unit, name=earlier)
    changes = {field: (old, new) for field, old in before.items() if (new := getattr(unit, field)) != old}
    record(actor=actor, action="unit-changed", target=unit, detail={"code": unit.code}, changes=changes)
    return unit


@transaction.atomic
def merge_unit(*, unit: Unit, into: Unit, actor: User | str) -> Unit:
    """Let ``unit`` go up in ``into``: it takes no part in later cycles, its name is matched to ``into``.

    What it did stays under its own name. Raises ``DomainError``: ``merged`` (either has gone up in another),
    ``same_unit``, ``has_villages``.
    """
    if unit.pk == into.pk:
        raise DomainError("same_unit", _("A unit cannot be merged into itself."))
    unit, into = _locked(unit), _locked(into)
    if unit.children.filter(merged_into__isnull=True).exists():
        raise DomainError("has_villages", _("Move its villages to another town first."))
    unit.merged_into = into
    unit.save(update_fields=["merged_into"])
    add_earlier_name(unit=into, name=unit.name, actor=actor)
    changes = {"merged_into": ("", into.code)}
    record(actor=actor, action="unit-merged", target=unit, detail={"code": unit.code}, changes=changes)
    return unit


@transaction.atomic
def add_earlier_name(*, unit: Unit, name: str, actor: User | str, until: date | None = None) -> UnitName:
    """Let rosters that use ``name`` be matched to ``unit``. A name that is there already is kept."""
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    row, is_new = UnitName.objects.get_or_create(unit=unit, name=name, defaults={"until": until} if until else {})
    if is_new:
        record(actor=actor, action="unit-name-added", target=unit, detail={"code": unit.code})
    return row


@transaction.atomic
def remove_earlier_name(*, name: UnitName, actor: User | str) -> None:
    unit = Unit.objects.select_for_update().get(pk=name.unit_id)
    name.delete()
    record(actor=actor, action="unit-name-removed", target=unit, detail={"code": unit.code})


def roles_given_by(user: User, unit: Unit | None) -> frozenset[Role]:
    """Return the roles that ``user`` may give for ``unit`` (``None``: the whole city).

    The office gives any; a unit's administrator approvers and cadres of the own unit, and all roles of the villages
    of the own town.
    """
    if Role.OFFICE in roles_of(user):
        return UNIT_ROLES | {Role.SCRUTINEER} if unit else CITY_ROLES | {Role.SCRUTINEER}
    if unit is None:
        return frozenset()
    own = set(Membership.objects.filter(user=user, role=Role.UNIT_ADMIN).values_list("unit_id", flat=True))
    if unit.pk in own:
        return OWN_UNIT_ROLES
    return VILLAGE_ROLES if unit.parent_id in own else frozenset()


def accounts_managed_by(user: User) -> QuerySet[User]:
    """Return the accounts that ``user`` may open, close and invite.

    The office: all. A unit's administrator: who acts for nothing but the own unit (as approver or cadre) and the own
    villages. Somebody who also acts elsewhere is the office's, or an invitation would open the other door too.
    """
    if Role.OFFICE in roles_of(user):
        return User.objects.all()
    own = Membership.objects.filter(user=user, role=Role.UNIT_ADMIN).values("unit_id")
    within = Membership.objects.filter(
        Q(unit__in=own, role__in=OWN_UNIT_ROLES) | Q(unit__parent__in=own, role__in=VILLAGE_ROLES)
    )
    beyond = Membership.objects.exclude(pk__in=within.values("pk"))
    return User.objects.filter(pk__in=within.values("user_id")).exclude(pk__in=beyond.values("user_id"))


@transaction.atomic
def open_account(
    *, username: str, full_name: str, role: Role, unit: Unit | None, actor: User, phone: str = ""
) -> tuple[User, str]:
    """Open an account that acts as ``role`` for ``unit``; return it and the token of its invitation.

    Raises ``DomainError``: ``role_not_yours``, ``username_taken``, ``merged``.
    """
    require_may_give(actor=actor, role=role, unit=unit)
    user = create_account(username=username, full_name=full_name, phone=phone, role=role, unit=unit, actor=actor)
    return user, invite(user=user, actor=actor)


@transaction.atomic
def open_unit_accounts(*, units: QuerySet[Unit], role: Role, actor: User) -> list[tuple[User, str]]:
    """Open one account of ``role`` for each of ``units`` where nobody holds it yet; return (account, token).

    Named by the unit's code and called by unit and role, until its owner is known. Raises ``DomainError``:
    ``role_not_yours``, ``nothing_to_open``.
    """
    held = Membership.objects.filter(role=role, user__is_active=True, unit__isnull=False).values("unit_id")
    waiting = list(units.filter(merged_into__isnull=True).exclude(pk__in=held).order_by("order", "code"))
    if not waiting:
        raise DomainError("nothing_to_open", _("Choose units in which nobody has this role yet."))
    return [
        open_account(
            username=_free_username(f"{unit.code}-{USERNAME_ENDS[role]}"),
            full_name=f"{unit.name}{role.label}"[:60],
            role=role,
            unit=unit,
            actor=actor,
        )
        for unit in waiting
    ]


def _free_username(wanted: str) -> str:
    taken = set(User.objects.filter(username__istartswith=wanted).values_list("username", flat=True))
    names = [wanted, *(f"{wanted}{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


@transaction.atomic
def create_account(
    *, username: str, full_name: str, role: Role, unit: Unit | None, actor: User | str, phone: str = ""
) -> User:
    """Create an account without a password and its first role; who may do so has been checked.

    Raises ``DomainError``: ``username_taken``, ``role_without_unit`` / ``unit_without_role`` where they do not fit.
    """
    _check_fit(role, unit)
    if User.objects.filter(username__iexact=username).exists():
        raise DomainError("username_taken", _("This user name is taken. Choose another one."))
    user = User.objects.create_user(username, None, full_name=full_name, phone=phone)
    Membership.objects.create(user=user, role=role, unit=unit)
    detail = {"role": role.value, "unit": unit.code if unit else ""}
    record(actor=actor, action="account-opened", target=user, detail=detail)
    return user


@transaction.atomic
def add_membership(*, user: User, role: Role, unit: Unit | None, actor: User) -> Membership:
    """Give a further role. Raises ``DomainError``: ``role_not_yours``, ``role_without_unit``, ``unit_without_role``,
    ``role_held``."""
    user = User.objects.select_for_update().get(pk=user.pk)
    require_may_give(actor=actor, role=role, unit=unit)
    _check_fit(role, unit)
    membership, is_new = Membership.objects.get_or_create(user=user, role=role, unit=unit)
    if not is_new:
        raise DomainError("role_held", _("This person holds this role already."))
    detail = {"role": role.value, "unit": unit.code if unit else ""}
    record(actor=actor, action="role-given", target=user, detail=detail)
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, actor: User) -> None:
    """Take a role away. Raises ``DomainError``: ``role_not_yours``, ``last_office`` (somebody has to open accounts)."""
    membership = Membership.objects.select_for_update(of=("self",)).select_related("unit", "user").get(pk=membership.pk)
    role = Role(membership.role)
    require_may_give(actor=actor, role=role, unit=membership.unit)
    if role == Role.OFFICE and not _other_offices(membership.user):
        raise DomainError("last_office", _("The office needs one open account at least. Open another one first."))
    user = membership.user
    detail = {"role": role.value, "unit": membership.unit.code if membership.unit else ""}
    membership.delete()
    record(actor=actor, action="role-ended", target=user, detail=detail)


@transaction.atomic
def close_account(*, user: User, actor: User) -> User:
    """Close an account: its owner is signed out at once, open links end, what they did stays.

    Raises ``DomainError``: ``own_account``.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.pk == actor.pk:
        raise DomainError("own_account", _("You cannot close your own account. A colleague has to do it."))
    withdraw_invitations(user=user)
    return _set_active(user, False, "account-closed", actor)


@transaction.atomic
def reopen_account(*, user: User, actor: User) -> User:
    """Open a closed account again. The old password works no longer: invite the owner."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return _set_active(user, True, "account-reopened", actor)


@transaction.atomic
def invite_all(*, users: QuerySet[User], actor: User) -> list[tuple[User, str]]:
    """Invite the open accounts among ``users``; return each with its token. Earlier links end."""
    return [(user, invite(user=user, actor=actor)) for user in users.filter(is_active=True).order_by("username")]


def require_may_give(*, actor: User, role: Role, unit: Unit | None) -> None:
    if role not in roles_given_by(actor, unit):
        raise DomainError("role_not_yours", _("You cannot give or take this role here. Ask the office."))


def _set_active(user: User, is_active: bool, action: str, actor: User) -> User:
    if user.is_active != is_active:
        user.is_active = is_active
        user.save(update_fields=["is_active"])
        record(actor=actor, action=action, target=user, changes={"is_active": (not is_active, is_active)})
    return user


def _other_offices(user: User) -> bool:
    return Membership.objects.filter(role=Role.OFFICE, user__is_active=True).exclude(user=user).exists()


def _check_fit(role: Role, unit: Unit | None) -> None:
    if role in UNIT_ROLES and unit is None:
        raise DomainError("role_without_unit", _("This role acts for a unit. Choose the unit."))
    if role in CITY_ROLES and unit is not None:
        raise DomainError("unit_without_role", _("This role acts for the whole city. Leave the unit empty."))
    if unit is not None and unit.merged_into_id:
        raise DomainError("merged", _("This unit has gone up in another one. Choose that one."))


def _known(fields: Mapping[str, object]) -> dict[str, object]:
    if unknown := set(fields) - UNIT_FIELDS:
        raise TypeError(f"not a field of a unit: {sorted(unknown)}")
    return dict(fields)


def _locked(unit: Unit) -> Unit:
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if unit.merged_into_id:
        raise DomainError("merged", _("This unit has gone up in another one. Choose that one."))
    return unit


def _check_parent(unit: Unit) -> None:
    parent_is_town = unit.parent is not None and unit.parent.kind == Unit.Kind.TOWN
    fits = parent_is_town if unit.kind == Unit.Kind.VILLAGE else unit.parent is None
    if not fits:
        message = _("A village or community stands under its town; any other unit stands under none.")
        raise DomainError("village_needs_town", message)


def _check_name(unit: Unit) -> None:
    same = Unit.objects.filter(Q(code=unit.code) | Q(name=unit.name, parent=unit.parent))
    if same.exclude(pk=unit.pk).exists():
        raise DomainError("name_taken", _("There is a unit with this name or code already."))
