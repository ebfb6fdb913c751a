from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from evaluation.ballots.boxes import create_boxes
from evaluation.ballots.models import BallotBox
from evaluation.cycle.models import Cycle
from evaluation.units.models import Role, Unit
from tests.factories import appraisal_of, member, unit_of

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


def test_the_town_does_it_on_one_page(cycle: Cycle, client_for: Callable[[User], Client]) -> None:
    town = unit_of("东溪镇", Unit.Kind.TOWN)
    for name in ("柳岸村", "上湾村"):
        village = unit_of(name, Unit.Kind.VILLAGE, parent=town)
        appraisal_of(cycle=cycle, unit=village, organising_unit=town, track="village")
    client = client_for(member(role=Role.UNIT_ADMIN, unit=town))
    address = reverse("ballots:box-batch", args=[cycle.year])
    form = client.get(address).context["form"]
    assert form["parent"].value() == town.pk
    closes = timezone.localtime() + timedelta(days=1)
    fields = {
        "parent": town.pk,
        "track": "village",
        "kind": "meeting",
        "title": "述职述廉会议票箱",
        "takes_passes": "on",
    }
    fields |= {"closes_at": f"{closes:%Y-%m-%dT%H:%M}", "invited_service_recipient": "20"}

    assert client.post(address, fields).status_code == 302

    assert sorted(BallotBox.objects.values_list("title", flat=True)) == [
        "上湾村述职述廉会议票箱",
        "柳岸村述职述廉会议票箱",
    ]
    box = BallotBox.objects.first()
    assert client.get(reverse("ballots:groups-edit", args=[cycle.year, box.pk])).status_code == 200  # type: ignore[union-attr]
