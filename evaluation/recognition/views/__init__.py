"""Pages of what results are used for: recommendation, ten best, commendations, annual assessment."""

from evaluation.units.access import AuthenticatedRequest, roles_of
from evaluation.units.models import CITY_ROLES, Role

READERS = (Role.OFFICE, Role.UNIT_ADMIN, Role.APPROVER, Role.ORGANISATION, Role.AUDITOR)
WRITERS = (Role.OFFICE, Role.UNIT_ADMIN)
APPROVERS = (Role.OFFICE, Role.APPROVER)
CHOOSERS = (Role.OFFICE, Role.ORGANISATION)


def sees_the_city(request: AuthenticatedRequest) -> bool:
    """Whoever may open the page of the ten best."""
    return bool(roles_of(request.user) & CITY_ROLES)
