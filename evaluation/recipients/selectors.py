"""Service records and the frames they make, as one user may see them."""

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.recipients.models import ServiceRecord
from evaluation.units.access import roles_of
from evaluation.units.models import CITY_ROLES, Role, Unit


def records_of(user: User, cycle: Cycle) -> QuerySet[ServiceRecord]:
    """City roles see every unit's records, a unit's administrator and approver those of the own unit."""
    records = ServiceRecord.objects.filter(cycle=cycle)
    if roles_of(user) & CITY_ROLES:
        return records
    return records.filter(unit__in=Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER).values("pk"))


def record_list(user: User, cycle: Cycle, *, unit: Unit | None = None, words: str = "") -> QuerySet[ServiceRecord]:
    records = records_of(user, cycle).select_related("unit").order_by("unit__order", "unit_id", "office", "number")
    if unit is not None:
        records = records.filter(unit=unit)
    if words:
        found = Q(number__icontains=words) | Q(matter__icontains=words) | Q(office__icontains=words)
        records = records.filter(found | Q(handler__icontains=words))
    return records


def frames(user: User, cycle: Cycle) -> QuerySet[Unit]:
    """Return the units that have records, with ``records``, ``reachable`` (a telephone is there) and ``offices``."""
    counted = Q(service_records__in=records_of(user, cycle))
    return (
        Unit.objects.filter(pk__in=records_of(user, cycle).values("unit_id"))
        .annotate(
            records=Count("service_records", filter=counted),
            reachable=Count("service_records", filter=counted & ~Q(service_records__telephone="")),
            offices=Count("service_records__office", filter=counted, distinct=True),
        )
        .order_by("order", "code")
    )
