"""Pages of what results are used for: recommendation, ten best, commendations, annual assessment."""

from evaluation.units.models import Role

READERS = (Role.OFFICE, Role.UNIT_ADMIN, Role.APPROVER, Role.ORGANISATION, Role.AUDITOR)
WRITERS = (Role.OFFICE, Role.UNIT_ADMIN)
APPROVERS = (Role.OFFICE, Role.APPROVER)
CHOOSERS = (Role.OFFICE, Role.ORGANISATION)
