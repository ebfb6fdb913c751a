import pytest

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.units.models import Role, Unit
from tests.daily.complaining import Case
from tests.factories import appraisal_of, member


@pytest.fixture
def case(cycle: Cycle, unit: Unit, unit_admin: User, approver: User, office: User) -> Case:
    return Case(
        cycle=cycle,
        unit=unit,
        appraisal=appraisal_of(cycle=cycle, unit=unit, name="林敏"),
        admin=unit_admin,
        second_admin=member(role=Role.UNIT_ADMIN, unit=unit),
        approver=approver,
        office=office,
    )
