"""The real thing for browser tests: migrated, collected and served by granian in a process of its own."""

import fcntl
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class City:
    """A city on a free port, in its own folder. ``manage`` runs a command in its environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "PYTEST_"))}
        self.environment = kept | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "VAR_DIR": str(folder),
            "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
            "SECRET_KEY": secrets.token_urlsafe(60),
            "SITE_URL": self.url,
            "KEY_DERIVATION": "minimum",
            "DEBUG": "0",
        }
        self.server: subprocess.Popen[bytes] | None = None

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self) -> None:
        log = (self.folder / "server.log").open("wb")
        self.server = subprocess.Popen(
            [
                str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--host", "127.0.0.1",
                "--port", str(self.port), "--workers", "1", "--blocking-threads", "4", "--log-level", "error",
                "config.wsgi:application",
            ],
            cwd=ROOT, env=self.environment, stdout=log, stderr=log,
        )  # fmt: skip
        log.close()
        for _try in range(150):
            try:
                urllib.request.urlopen(self.url, timeout=2).close()
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
            else:
                return
        raise AssertionError((self.folder / "server.log").read_text())

    def stop(self) -> None:
        if self.server is not None:
            self.server.terminate()
            self.server.wait(10)


def prepare(city: City) -> None:
    """Migrate and collect: once a test run, whichever worker comes first; every other city is a copy."""
    run = next((folder for folder in city.folder.parents if re.fullmatch(r"pytest-\d+", folder.name)), None)
    if run is None:
        _make(city)
        return
    with (run / "city.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (run / "city").exists():
            made = City(run / "city-in-the-making")
            made.folder.mkdir()
            _make(made)
            made.folder.rename(run / "city")
    shutil.copytree(run / "city", city.folder, dirs_exist_ok=True)


def _make(city: City) -> None:
    city.manage("migrate", "--verbosity", "0")
    city.manage("collectstatic", "--no-input", "--verbosity", "0")


def open_city(folder: Path, *, demonstration: bool) -> City:
    city = City(folder)
    prepare(city)
    if demonstration:
        city.manage("load_demo_city")
    city.start()
    return city
