"""What every benchmark has in common: one run a database, in a process of its own, and a table in the documentation."""

from __future__ import annotations

import json
import os
import platform
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from with_postgres import running_server

ROOT = Path(__file__).resolve().parent.parent.parent
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"
Figures = dict[str, float]


def measured_by(module: str, database_url: str, **given: str) -> Figures:
    """Run ``module`` on an empty database (SQLite where no address is given); its last line is JSON."""
    with tempfile.TemporaryDirectory(prefix="minping-bench-", ignore_cleanup_errors=True) as folder:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONPATH": f"{ROOT}:{ROOT / 'scripts'}",
            "VAR_DIR": folder,
            "DATABASE_URL": database_url or f"sqlite:///{folder}/db.sqlite3",
            "SECRET_KEY": secrets.token_urlsafe(60),
            "DEBUG": "0",
            **given,
        }
        run = subprocess.run(
            [sys.executable, "-m", module], cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True
        )
    return {name: float(value) for name, value in json.loads(run.stdout.splitlines()[-1]).items()}


def on_both(measure: Callable[[str], Figures]) -> dict[str, Figures]:
    """Measure on both databases; PostgreSQL writes to the disk before it answers, as SQLite does."""
    found = {"SQLite": measure("")}
    with running_server(durable=True) as server:
        found["PostgreSQL"] = measure(server.url)
    return found


def told(lines: list[str], missed: list[str], *, document: str, command: str, remark: str) -> int:
    """Print the table, put it into the document where ``--write`` asks for it, and return the exit status."""
    print("\n".join(lines))
    if "--write" in sys.argv[1:]:
        intro = (
            f"Written by `make {command} WRITE=1` on {date.today():%Y-%m-%d}, {os.cpu_count()} cores, Python "
            f"{platform.python_version()}; {remark}"
        )
        path, made = ROOT / "docs" / document, "\n".join([BEGIN, intro, "", *lines, END])
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(f"{BEGIN}.*?{END}", lambda _found: made, text, flags=re.S), encoding="utf-8")
    for line in missed:
        print(f"Missed: {line}", file=sys.stderr)
    return 1 if missed else 0
