"""A database that fails, a server that is killed: what was acknowledged is there, nothing else is called recorded."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.test import Client, override_settings
from django.urls import reverse

from evaluation.ballots import casting
from evaluation.ballots.casting import Unsure, cast
from evaluation.ballots.models import Envelope, Pass
from evaluation.ballots.passes import receipt_of, spaced_receipt
from tests.ballots.conftest import Hall, open_hall_with
from tests.browser.servers import ROOT

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def open_hall(real_commits: None) -> Hall:
    return open_hall_with(slips=300)


def post(hall: Hall, place: int = 0, language: str = "zh-hans") -> Any:
    client = Client()
    client.cookies["django_language"] = language
    sheet = hall.sheet(hall.box.spec["grades"][0], opinion="请<b>多下乡</b>")
    return client.post(reverse("vote:cast"), {"secret": hall.slips[place].token, **sheet})


def require_not_recorded(hall: Hall, answer: Any, *words: str) -> None:
    page = answer.content.decode()
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert spaced_receipt(receipt_of(hall.slips[0].token)) not in page
    assert all(word in page for word in words)
    assert f'value="{hall.slips[0].token}"' in page
    assert "请&lt;b&gt;多下乡" in page
    assert not Envelope.objects.exists()
    assert not Pass.objects.filter(state="spent").exists()


class Failing:
    """A cursor that fails at the statement that begins so; everything else goes through."""

    def __init__(self, error: Exception, begins: str) -> None:
        self.error, self.begins = error, begins

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith(self.begins):
            raise self.error
        return execute(sql, params, many, context)


ERRORS = [
    OperationalError("database or disk is full"),
    OperationalError("database is locked"),
    DatabaseError("gone"),
    InterfaceError("connection already closed"),
]
MOMENTS = ["SELECT p.digest", "SELECT state, closes_at", "UPDATE evaluation_pass", "INSERT INTO evaluation_envelope"]


FAILURES = [(ERRORS[0], moment) for moment in MOMENTS] + [(error, MOMENTS[1]) for error in ERRORS[1:]]


@pytest.mark.parametrize(("error", "moment"), FAILURES, ids=str)
def test_a_failing_database_never_says_recorded(open_hall: Hall, error: Exception, moment: str) -> None:
    if connection.vendor == "postgresql" and moment.startswith(("UPDATE", "INSERT")):
        moment = "WITH spent"
    with connection.execute_wrapper(Failing(error, moment)):
        answer = post(open_hall)
    require_not_recorded(open_hall, answer, "没有")


def test_it_says_so_in_the_language_of_the_voter(open_hall: Hall) -> None:
    with connection.execute_wrapper(Failing(ERRORS[0], "SELECT state")):
        answer = post(open_hall, language="en")
    require_not_recorded(open_hall, answer, "NOT been recorded", "Try again with the same slip")


def test_trying_again_after_a_failure_records_once(open_hall: Hall) -> None:
    with connection.execute_wrapper(Failing(ERRORS[1], "SELECT state")):
        assert post(open_hall).status_code == 503
    assert spaced_receipt(receipt_of(open_hall.slips[0].token)) in post(open_hall).content.decode()
    assert Envelope.objects.count() == 1


def test_a_commit_that_is_not_answered_is_not_called_recorded(open_hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost() -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(connection, "_commit", lost)
    answer = post(open_hall)
    monkeypatch.undo()
    require_not_recorded(open_hall, answer, "不能确定")


def test_a_commit_that_went_through_unanswered_shows_its_receipt(
    open_hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = connection._commit  # type: ignore[attr-defined]

    def lost_after() -> None:
        commit()
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(connection, "_commit", lost_after)
    answer = post(open_hall)
    monkeypatch.undo()
    assert spaced_receipt(receipt_of(open_hall.slips[0].token)) in answer.content.decode()
    assert Envelope.objects.count() == 1


def test_unsure_is_said_to_services_too(open_hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost() -> None:
        raise OperationalError("lost")

    monkeypatch.setattr(connection, "_commit", lost)
    with pytest.raises(Unsure):
        cast(typed=open_hall.slips[0].token, posted=open_hall.sheet(open_hall.box.spec["grades"][0]))


@pytest.mark.sqlite
def test_a_full_disk_is_told_and_spends_nothing(open_hall: Hall) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL is told by its own errors")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
    answers = [post(open_hall, place) for place in range(40)]
    full = [place for place, answer in enumerate(answers) if answer.status_code == 503]
    assert full
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert Envelope.objects.count() == Pass.objects.filter(state="spent").count() == 40 - len(full)
    connection.close()
    assert post(open_hall, full[0]).status_code == 200


# --- kill -9 ------------------------------------------------------------------------------------------------------


class Killed:
    """The real server on the database of this test, in a group of its own that can be killed as a whole."""

    def __init__(self, folder: Path, application: str) -> None:
        self.port, self.application = free_port(), application
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")} | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "VAR_DIR": str(folder),
            "DATABASE_URL": database_url(),
            "SECRET_KEY": settings.SECRET_KEY,
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "DEBUG": "0",
        }
        self.log = folder / "server.log"

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.server = subprocess.Popen(
                [
                    str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--host", "127.0.0.1",
                    "--port", str(self.port), "--workers", "2", "--blocking-threads", "8", "--log-level", "error",
                    self.application,
                ],
                cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        for _try in range(150):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/v/", timeout=5).close()
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def kill(self) -> None:
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait(10)

    def cast(self, hall: Hall, place: int) -> str:
        """The receipt that was shown, or nothing where no answer came."""
        csrf = "k" * 32
        fields = {"csrfmiddlewaretoken": csrf, "secret": hall.slips[place].token}
        body = urlencode({**fields, **hall.sheet(hall.box.spec["grades"][0])}, doseq=True).encode()
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}/v/cast/", body, {"Cookie": f"csrftoken={csrf}"})
        try:
            with urllib.request.urlopen(asked, timeout=10) as answer:
                page = answer.read().decode()
        except (OSError, ValueError, HTTPException):  # also an answer that broke off when the server was killed
            return ""
        found = re.search(r"<strong>([0-9a-z]{4}(?:-[0-9a-z]{4}){2})</strong>", page)
        return found[1] if found else ""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def database_url() -> str:
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    return f"postgresql://{known['USER']}:{quote(known['PASSWORD'])}@{known['HOST']}:{known['PORT']}/{known['NAME']}"


@pytest.fixture
def application() -> str:
    return "config.wsgi:application"


STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("killed")
    (made / "static").mkdir()
    with override_settings(STATIC_ROOT=str(made / "static"), STORAGES=STORAGES):
        call_command("collectstatic", interactive=False, verbosity=0)
    return made


@pytest.fixture
def server(open_hall: Hall, folder: Path, application: str) -> Iterator[Killed]:
    connection.close()
    served = Killed(folder, application)
    served.start()
    yield served
    served.kill()


def killed_under_load(hall: Hall, server: Killed) -> dict[int, str]:
    """Eight voters cast slip after slip; when 40 ballots are acknowledged the server is killed. What was shown."""
    shown: dict[int, str] = {}
    stop = threading.Event()

    def one(first: int) -> None:
        for place in range(first, len(hall.slips), 8):
            if stop.is_set():
                return
            if receipt := server.cast(hall, place):
                shown[place] = receipt

    crowd = [threading.Thread(target=one, args=(first,)) for first in range(8)]
    for thread in crowd:
        thread.start()
    while len(shown) < 40 and any(thread.is_alive() for thread in crowd):
        time.sleep(0.01)
    server.kill()
    stop.set()
    for thread in crowd:
        thread.join()
    return shown


def test_every_acknowledged_ballot_outlives_kill_9(open_hall: Hall, server: Killed) -> None:
    shown = killed_under_load(open_hall, server)
    assert 40 <= len(shown) < len(open_hall.slips)

    spent = set(Pass.objects.filter(state="spent").values_list("digest", flat=True))
    assert {casting.look_up(open_hall.slips[place].token).digest for place in shown} <= spent
    assert Envelope.objects.count() == len(spent)
    connection.close()

    server.start()
    for place, receipt in list(shown.items())[-10:]:
        assert server.cast(open_hall, place) == receipt == spaced_receipt(receipt_of(open_hall.slips[place].token))
    unanswered = next(place for place in range(len(open_hall.slips)) if place not in shown)
    assert server.cast(open_hall, unanswered) == spaced_receipt(receipt_of(open_hall.slips[unanswered].token))
    assert Pass.objects.filter(state="spent").count() == Envelope.objects.count()


@pytest.mark.parametrize("application", ["tests.ballots.careless:application"])
def test_control_a_server_that_answers_before_it_commits_loses_ballots(open_hall: Hall, server: Killed) -> None:
    shown = killed_under_load(open_hall, server)
    assert 40 <= len(shown) < len(open_hall.slips)
    spent = set(Pass.objects.filter(state="spent").values_list("digest", flat=True))
    assert not {casting.look_up(open_hall.slips[place].token).digest for place in shown} <= spent
