"""Lists of units and accounts, as one user may see them."""

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.models import Invitation, User
from evaluation.units.access import roles_of
from evaluation.units.models import CITY_ROLES, Membership, Role, Unit, UnitQuerySet
from evaluation.units.services import accounts_managed_by

# How Django marks a password that was never set.
UNUSABLE = {"password__startswith": UNUSABLE_PASSWORD_PREFIX}


def units_visible_to(user: User) -> UnitQuerySet:
    """The roles of the whole city and its scrutineers see all units; the others those they act for."""
    if roles_of(user) & (CITY_ROLES | {Role.SCRUTINEER}):
        return Unit.objects.all()
    return Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER)


def unit_list(user: User, *, words: str = "", kind: str = "") -> QuerySet[Unit]:
    units = units_visible_to(user)
    if words:
        found = Q(name__icontains=words) | Q(code__icontains=words) | Q(earlier_names__name__icontains=words)
        units = units.filter(pk__in=Unit.objects.filter(found).values("pk"))
    if kind:
        units = units.filter(kind=kind)
    return (
        units.for_list().select_related("merged_into").annotate(account_count=Count("memberships__user", distinct=True))
    )


def account_list(user: User, *, words: str = "", role: str = "", state: str = "") -> QuerySet[User]:
    accounts = accounts_managed_by(user)
    if words:
        accounts = accounts.filter(Q(full_name__icontains=words) | Q(username__icontains=words))
    if role:
        accounts = accounts.filter(pk__in=Membership.objects.filter(role=role).values("user_id"))
    if state:
        accounts = _in_state(accounts, state)
    return with_roles(accounts)


def with_roles(accounts: QuerySet[User]) -> QuerySet[User]:
    """Add ``memberships`` with their units, and ``is_invited`` (a link is out), for a list or a slip."""
    links = Invitation.objects.filter(user=OuterRef("pk"), used_at__isnull=True, expires_at__gt=timezone.now())
    memberships = Prefetch("memberships", Membership.objects.select_related("unit").order_by("role", "unit__order"))
    return accounts.prefetch_related(memberships).annotate(is_invited=Exists(links)).order_by("username")


def _in_state(accounts: QuerySet[User], state: str) -> QuerySet[User]:
    if state == "closed":
        return accounts.filter(is_active=False)
    if state == "waiting":
        return accounts.filter(is_active=True, **UNUSABLE)
    return accounts.filter(is_active=True).exclude(**UNUSABLE)
