"""A hall on the morning of its meeting: run inside the city by ``manage.py shell``, so that a test begins there."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from evaluation.ballots.boxes import create_box, make_ready, open_box
from evaluation.ballots.keys import make_scrutineer_key
from evaluation.ballots.models import BallotBox
from evaluation.ballots.passes import make_passes
from evaluation.cycle.services import create_cycle, open_cycle
from evaluation.guard.site_test import open_site_test, site_test
from evaluation.roster.models import Appraisal, Cadre
from evaluation.units.models import Membership, Role, Unit

YEAR = 2012
PASSWORD = "甘棠遗爱-2012-公述民评"
PASSPHRASE = "梅花 香自 苦寒来 宝剑锋"
BOX = "民政局述职述廉会议票箱"
CADRES = ("陈示范", "王示例")


def plant() -> int:
    """An open year, two cadres, a box with its scrutineer's key; return the key of the box."""
    office, scrutineer = _member("office", Role.OFFICE), _member("jianpiao", Role.SCRUTINEER)
    cycle = open_cycle(cycle=create_cycle(year=YEAR, actor=office, city_name="示范市"), actor=office)
    unit = Unit.objects.create(code="minzheng", name="市民政局", kind=Unit.Kind.DEPARTMENT)
    for place, name in enumerate(CADRES):
        Appraisal.objects.create(
            cycle=cycle, cadre=Cadre.objects.create(name=name, name_key=name), track="mid_level", name=name,
            home_unit=unit, organising_unit=unit, post="科长", office="办公室", order=place,
        )  # fmt: skip
    make_scrutineer_key(cycle=cycle, user=scrutineer, passphrase=PASSPHRASE)
    open_site_test(code=site_test().code)
    return create_box(
        cycle=cycle, unit=unit, track="mid_level", kind="meeting", title=BOX, actor=office,
        closes_at=timezone.now() + timedelta(hours=3), groups={"representative": 12},
    ).pk  # fmt: skip


def plant_open() -> str:
    """The same hall while people vote; return the typed codes of its slips, separated by commas."""
    box = BallotBox.objects.get(pk=plant())
    office, scrutineer = (User.objects.get(username=name) for name in ("office", "jianpiao"))
    [box] = make_ready(boxes=[box], scrutineer=scrutineer, passphrase=PASSPHRASE)
    slips = make_passes(box=box, group="representative", number=6, actor=office)
    open_box(box=box, actor=scrutineer)
    return ",".join(slip.code for slip in slips)


def _member(username: str, role: Role) -> User:
    user = User.objects.create_user(username, PASSWORD, full_name=username)
    Membership.objects.create(user=user, role=role)
    return user
