"""A meeting box of two cadres with two groups, its scrutineer, and shortcuts through the real services."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from evaluation.ballots.boxes import close_box, create_box, make_ready, open_box
from evaluation.ballots.casting import Cast, cast
from evaluation.ballots.keys import make_scrutineer_key
from evaluation.ballots.models import BallotBox, ScrutineerKey
from evaluation.ballots.passes import Slip, make_passes
from evaluation.ballots.sheets import Spec, mark_field, opinion_field
from evaluation.cycle.models import Cycle
from evaluation.cycle.services import create_cycle, open_cycle
from evaluation.guard.models import SiteTest
from evaluation.guard.site_test import open_site_test, site_test
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.factories import appraisal_of, member, unit_of

PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def real_commits(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A database in which transactions really commit: on SQLite a copy that is thrown away, since its triggers would
    refuse to have the tables emptied. Tests that use it are marked ``django_db(transaction=True)``."""
    if connection.vendor != "sqlite":
        yield
        return
    name, copy = connection.settings_dict["NAME"], str(tmp_path / "db.sqlite3")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    shutil.copy(name, copy)
    connection.settings_dict["NAME"] = copy
    yield
    connection.close()
    connection.settings_dict["NAME"] = name


@pytest.fixture
def cadres(cycle: Cycle, unit: Unit) -> list[Appraisal]:
    return [appraisal_of(cycle=cycle, unit=unit, name=name, order=place) for place, name in enumerate(["甲某", "乙某"])]


@pytest.fixture
def key(cycle: Cycle, scrutineer: User) -> ScrutineerKey:
    return make_scrutineer_key(cycle=cycle, user=scrutineer, passphrase=PASSPHRASE)


@pytest.fixture
def new_box(
    cycle: Cycle, unit: Unit, cadres: list[Appraisal], office: User, tested_site: SiteTest
) -> Callable[..., BallotBox]:
    def create(**fields: object) -> BallotBox:
        values = {
            "cycle": cycle,
            "unit": unit,
            "track": "mid_level",
            "kind": "meeting",
            "title": "述职述廉会议票箱",
            "closes_at": timezone.now() + timedelta(hours=3),
            "actor": office,
            "groups": {"representative": 30, "own_unit": 20},
            "takes_paper": True,
            **fields,
        }
        return create_box(**values)  # type: ignore[arg-type]

    return create


@pytest.fixture(autouse=True)
def one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong codes are counted by windows of the clock: no test sees one end while it runs."""
    monkeypatch.setattr("evaluation.ballots.limits.WINDOW", 86_400)


@dataclass
class Hall:
    """A box on its way, with the slips that were made for it."""

    box: BallotBox
    office: User
    scrutineer: User
    slips: list[Slip]

    def refresh(self) -> BallotBox:
        self.box = BallotBox.objects.get(pk=self.box.pk)
        return self.box

    def make(self, group: str = "representative", number: int = 5) -> list[Slip]:
        open_site_test(code=site_test().code)
        self.slips = make_passes(box=self.box, group=group, number=number, actor=self.office)
        return self.slips

    def open(self) -> BallotBox:
        self.box = open_box(box=self.box, actor=self.scrutineer)
        return self.box

    def close(self) -> BallotBox:
        self.box = close_box(box=self.box, actor=self.scrutineer)
        return self.box

    def sheet(self, word: str = "satisfied", opinion: str = "") -> dict[str, list[str]]:
        spec = Spec.from_values(self.box.spec)
        posted = {mark_field(one, aspect): [word] for one in spec.appraisals for aspect in spec.aspects}
        return {**posted, **{opinion_field(one): [opinion] for one in spec.appraisals}}

    def cast(self, slip: Slip, word: str = "", opinion: str = "") -> Cast:
        word = word or self.box.spec["grades"][0]
        return cast(typed=slip.token, posted=self.sheet(word, opinion))


@pytest.fixture
def hall(new_box: Callable[..., BallotBox], office: User, scrutineer: User, key: ScrutineerKey) -> Hall:
    """Ready; nothing handed out."""
    [box] = make_ready(boxes=[new_box()], scrutineer=scrutineer, passphrase=PASSPHRASE)
    return Hall(box, office, scrutineer, [])


def open_hall_with(*, slips: int) -> Hall:
    """The same without fixtures, for tests whose transactions really commit: one cadre, one group."""
    office, scrutineer = member(role=Role.OFFICE), member(role=Role.SCRUTINEER)
    cycle = open_cycle(cycle=create_cycle(year=2012, actor=office), actor=office)
    unit = unit_of()
    appraisal_of(cycle=cycle, unit=unit)
    make_scrutineer_key(cycle=cycle, user=scrutineer, passphrase=PASSPHRASE)
    box = create_box(
        cycle=cycle,
        unit=unit,
        track="mid_level",
        kind="meeting",
        title="票箱",
        closes_at=timezone.now() + timedelta(hours=1),
        actor=office,
        groups={"representative": 400},
    )
    [box] = make_ready(boxes=[box], scrutineer=scrutineer, passphrase=PASSPHRASE)
    made = Hall(box, office, scrutineer, [])
    made.make(number=slips)
    made.open()
    return made
