"""The roster and the scope lists as one user may see them."""

from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Replace

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.roster.models import Appraisal, AppraisalQuerySet, ScopeList
from evaluation.units.access import roles_of
from evaluation.units.models import CITY_ROLES, Role, Unit


def roster_of(user: User, cycle: Cycle) -> AppraisalQuerySet:
    return Appraisal.objects.visible_to(user).filter(cycle=cycle)


def roster_list(
    user: User, cycle: Cycle, *, words: str = "", unit: Unit | None = None, track: str = "", state: str = ""
) -> AppraisalQuerySet:
    """Return the entries a list shows; ``words`` is looked for in name, section and post, spaces do not count."""
    rows = roster_of(user, cycle)
    if words:
        bare = words.replace(" ", "").replace("\u3000", "")
        rows = rows.alias(bare_name=Replace("name", Value(" "), Value(""))).filter(
            Q(bare_name__icontains=bare)
            | Q(office__icontains=bare)
            | Q(post__icontains=bare)
            | Q(position__icontains=bare)
        )
    if unit is not None:
        rows = rows.filter(Q(organising_unit=unit) | Q(home_unit=unit))
    if track:
        rows = rows.filter(track=track)
    if state == "exempt":
        rows = rows.filter(exempt=True)
    if state == "no_account":
        rows = rows.filter(cadre__user=None, exempt=False)
    if state == "window":
        rows = rows.filter(is_window_head=True)
    return rows.for_list()


def units_on_roster(user: User, cycle: Cycle) -> QuerySet[Unit]:
    """Return the units that stand on the visible roster, as organising or as home unit, without villages."""
    rows = roster_of(user, cycle)
    found = Q(pk__in=rows.values("organising_unit_id")) | Q(pk__in=rows.values("home_unit_id"))
    return Unit.objects.filter(found, parent=None).order_by("order", "code")


def units_to_write_for(user: User) -> QuerySet[Unit]:
    """Return the units for which ``user`` may put cadres on the roster."""
    units = Unit.objects.filter(merged_into=None)
    if Role.OFFICE not in roles_of(user):
        units = units.filter(pk__in=Unit.objects.acted_for_by(user, Role.UNIT_ADMIN).values("pk"))
    return units.select_related("parent").order_by("order", "code")


def organising_units(user: User, cycle: Cycle, *, waiting_only: bool = False) -> QuerySet[Unit]:
    """Return the organising units whose lists ``user`` may see (or have not been filed), with numbers of cadres."""
    units = Unit.objects.filter(merged_into=None).exclude(kind=Unit.Kind.VILLAGE)
    if not roles_of(user) & CITY_ROLES:
        units = units.filter(pk__in=Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER).values("pk"))
    if waiting_only:
        filed = ScopeList.objects.filter(cycle=cycle, status=ScopeList.Status.FILED)
        units = units.exclude(pk__in=filed.values("unit_id"))
    in_cycle = Q(organised_appraisals__cycle=cycle)
    return units.annotate(
        listed=Count("organised_appraisals", filter=in_cycle),
        exempted=Count("organised_appraisals", filter=in_cycle & Q(organised_appraisals__exempt=True)),
    ).order_by("order", "code")


def units_filing(user: User) -> QuerySet[Unit]:
    """Return the units whose lists ``user`` may file: the own ones, the office any."""
    units = Unit.objects.filter(merged_into=None).exclude(kind=Unit.Kind.VILLAGE)
    if Role.OFFICE in roles_of(user):
        return units
    return units.filter(pk__in=Unit.objects.acted_for_by(user, Role.UNIT_ADMIN).values("pk"))


def scope_by_unit(cycle: Cycle) -> dict[int, ScopeList]:
    return {scope.unit_id: scope for scope in ScopeList.objects.filter(cycle=cycle)}
