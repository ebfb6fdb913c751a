from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from evaluation.ballots.boxes import create_boxes
from evaluation.cycle.models import Cycle
from evaluation.units.models import Unit
from tests.factories import appraisal_of, unit_of

pytestmark = pytest.mark.django_db


def test_a_town_makes_one_box_per_village_in_one_act(cycle: Cycle, office: User) -> None:
    town = unit_of("东溪镇", Unit.Kind.TOWN)
    villages = [unit_of(name, Unit.Kind.VILLAGE, parent=town) for name in ("柳岸村", "上湾村", "空村")]
    cadres = [
        appraisal_of(cycle=cycle, unit=village, organising_unit=town, track="village") for village in villages[:2]
    ]
    now = timezone.now()

    boxes = create_boxes(
        units=villages, actor=office, title="村级述职评议会", cycle=cycle, track="village", kind="meeting",
        opens_at=now + timedelta(hours=1), closes_at=now + timedelta(hours=3), groups={"public": 30},
    )  # fmt: skip

    assert [[entry.appraisal for entry in box.sheet.all()] for box in boxes] == [[cadres[0]], [cadres[1]]]
