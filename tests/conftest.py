"""Fixtures that every room's tests share: a city with one open cycle, two units, and a person in each role."""

import gc
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from django.test import Client, override_settings

from accounts.models import User
from evaluation.ballots.voter_pages import _blank_sheet
from evaluation.ballots.voter_rendering import kept
from evaluation.cycle.models import Cycle
from evaluation.cycle.services import create_cycle, open_cycle
from evaluation.documents.fonts import FACES
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


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, bytes]]:
    """``libreoffice({"a.docx": data}, to="pdf")`` opens all files in one run and returns each, converted, by its name.

    A run takes 3 to 6 seconds however many files it opens. Standard fonts are those that stand in for them in a PDF.
    """
    profile = tmp_path_factory.mktemp("libreoffice")
    fonts = profile / "fonts.conf"
    fonts.write_text(_stand_ins(), encoding="utf-8")

    def convert(files: Mapping[str, bytes], to: str = "pdf") -> dict[str, bytes]:
        given, made = tmp_path_factory.mktemp("given"), tmp_path_factory.mktemp("made")
        for name, data in files.items():
            (given / name).write_bytes(data)
        command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", to]
        command += ["--outdir", str(made), *(str(given / name) for name in files)]
        env = {**os.environ, "FONTCONFIG_FILE": str(fonts)}
        done = subprocess.run(command, env=env, capture_output=True, timeout=300)
        results = {name: (made / name).with_suffix(f".{to.partition(':')[0]}") for name in files}
        missing = [name for name, result in results.items() if not result.exists()]
        assert not missing, f"LibreOffice did not convert {missing}: {done.stderr.decode(errors='replace')}"
        return {name: result.read_bytes() for name, result in results.items()}

    return convert


def _stand_ins() -> str:
    """A fontconfig file by which each standard font of documents is the one that a PDF is set in."""
    faces = [(name, (*face.free, face.fallback)[0]) for face in FACES.values() for name in face.standard]
    matches = "".join(
        f'<match target="pattern"><test name="family"><string>{name}</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{other}</string></edit></match>'
        for name, other in faces
    )
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        f"<include>{os.environ['FONTCONFIG_FILE']}</include>{matches}</fontconfig>"
    )
