"""Pages of step 5: plans, residents' opinions, notices."""

from evaluation.units.models import Role

READERS = (Role.OFFICE, Role.UNIT_ADMIN, Role.APPROVER, Role.CADRE, Role.ORGANISATION, Role.AUDITOR)
WRITERS = (Role.OFFICE, Role.UNIT_ADMIN, Role.CADRE)
APPROVERS = (Role.OFFICE, Role.APPROVER)
STAFF = (Role.OFFICE, Role.UNIT_ADMIN, Role.APPROVER)
