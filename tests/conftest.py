"""Fixtures that every room's tests share: a city with one open cycle, two units, and a person in each role."""

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client, override_settings

from accounts.models import User
from evaluation.ballots.voter_pages import _blank_sheet
from evaluation.ballots.voter_rendering import kept
from evaluation.cycle.models import Cycle
from evaluation.cycle.services import create_cycle, open_cycle
from evaluation.guard.models import SiteTest
from evaluation.guard.site_test import open_site_test, site_test
from evaluation.units.models import Role, Unit
from tests.factories import member, unit_of

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
# What Django keeps for ever is looked through again with every collection: collect seldom.
gc.set_threshold(100_000, 50, 100)


@pytest.fixture(autouse=True, scope="session")
def plain_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Static files without a manifest, files in temporary folders, the cheapest passwords and key derivation."""
    media: Path = tmp_path_factory.mktemp("media")
    static: Path = tmp_path_factory.mktemp("static")
    with override_settings(
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        MEDIA_ROOT=str(media),
        STATIC_ROOT=str(static),
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        KEY_DERIVATION="minimum",
    ):
        yield


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Pages of voters are kept for a minute; the box of the next test may have the same number."""
    kept.clear()
    _blank_sheet.cache_clear()


@pytest.fixture
def easy_proofs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proofs of work that cost nothing."""
    for name, value in {"COST": 16, "LEAST": 0, "MOST": 2}.items():
        monkeypatch.setattr(f"evaluation.guard.proof_of_work.{name}", value)


@pytest.fixture
def office(db: None) -> User:
    return member(role=Role.OFFICE)


@pytest.fixture
def cycle(office: User) -> Cycle:
    made = create_cycle(year=2012, actor=office, city_name="示范市")
    return open_cycle(cycle=made, actor=office)


@pytest.fixture
def unit(db: None) -> Unit:
    return unit_of("市民政局")


@pytest.fixture
def other_unit(db: None) -> Unit:
    return unit_of("市司法局")


@pytest.fixture
def unit_admin(unit: Unit) -> User:
    return member(role=Role.UNIT_ADMIN, unit=unit)


@pytest.fixture
def other_admin(other_unit: Unit) -> User:
    return member(role=Role.UNIT_ADMIN, unit=other_unit)


@pytest.fixture
def approver(unit: Unit) -> User:
    return member(role=Role.APPROVER, unit=unit)


@pytest.fixture
def scrutineer(db: None) -> User:
    return member(role=Role.SCRUTINEER)


@pytest.fixture
def second_scrutineer(db: None) -> User:
    return member(role=Role.SCRUTINEER)


@pytest.fixture
def organisation(db: None) -> User:
    return member(role=Role.ORGANISATION)


@pytest.fixture
def auditor(db: None) -> User:
    return member(role=Role.AUDITOR)


@pytest.fixture
def tested_site(db: None) -> SiteTest:
    """A phone has opened the test code: slips, invitations and posters may be printed."""
    return open_site_test(code=site_test().code)


@pytest.fixture
def client_for() -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
