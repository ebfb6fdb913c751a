"""A public vote under way, with a paper box: run inside the city by ``manage.py shell``."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from evaluation.ballots.boxes import create_box, make_ready
from evaluation.ballots.keys import make_scrutineer_key
from evaluation.ballots.places import create_places
from evaluation.cycle.services import create_cycle, open_cycle
from evaluation.units.models import Role
from tests.factories import appraisal_of, member, unit_of

PASSPHRASE = "梅花 香自 苦寒来 宝剑锋"
PLACE = "市政务服务大厅一层咨询台"


def plant() -> tuple[str, str]:
    """Return the public codes of two votes by phone: by a proof of work alone, and by a text message."""
    office, scrutineer = member(role=Role.OFFICE), member(role=Role.SCRUTINEER)
    cycle = open_cycle(cycle=create_cycle(year=2012, actor=office, city_name="示范市"), actor=office)
    unit = unit_of("市民政局")
    for place, name in enumerate(("陈示范", "王示例")):
        appraisal_of(cycle=cycle, unit=unit, name=name, order=place)
    make_scrutineer_key(cycle=cycle, user=scrutineer, passphrase=PASSPHRASE)
    now = timezone.now()
    days: dict[str, Any] = {"opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=3)}
    online, by_message = (
        create_box(
            cycle=cycle, unit=unit, track="mid_level", kind="public", title="民政局公众评议票箱", actor=office,
            groups={"public": 300}, asks_telephone=asks_telephone, **days,
        )
        for asks_telephone in (False, True)
    )  # fmt: skip
    places = create_places(
        cycle=cycle, unit=unit, track="mid_level", places=[(PLACE, "周某、何某")], invited=100, actor=office, **days,
    )  # fmt: skip
    make_ready(boxes=[online, by_message, *places], scrutineer=scrutineer, passphrase=PASSPHRASE)
    return online.public_code, by_message.public_code
