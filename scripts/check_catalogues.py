#!/usr/bin/env python
"""Are the catalogues complete and compiled? ``--write`` brings them up to date instead.

Complete: every message of the sources stands in each catalogue and nothing else does; none is fuzzy, none without a
translation, every placeholder is kept. Compiled: the .mo file says what the .po file says.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ("zh_Hans", "en")
SOURCES = ("accounts", "config", "evaluation", "templates", "locale")
MAKEMESSAGES = ["makemessages", "--no-obsolete", "--no-wrap", "--add-location", "file", "--verbosity", "0"]
Entry = polib.POEntry | polib.MOEntry
Key = tuple[str | None, str, str | None]


def catalogue(root: Path, locale: str) -> Path:
    return root / "locale" / locale / "LC_MESSAGES" / "django.po"


def key(entry: Entry) -> Key:
    return entry.msgctxt or None, entry.msgid, entry.msgid_plural or None


def translation(entry: Entry) -> tuple[str, ...]:
    return tuple(text for _, text in sorted(entry.msgstr_plural.items())) or (entry.msgstr,)


def make_messages(root: Path) -> None:
    settings = {"VAR_DIR": os.environ.get("VAR_DIR", str(ROOT / "var"))}
    locales = [word for locale in LOCALES for word in ("--locale", locale)]
    subprocess.run(
        [sys.executable, "manage.py", *MAKEMESSAGES, *locales], cwd=root, env=os.environ | settings, check=True
    )


def messages_of_sources() -> dict[str, set[Key]]:
    with tempfile.TemporaryDirectory(prefix="minping-messages-") as name:
        root = Path(name)
        for source in SOURCES:
            shutil.copytree(ROOT / source, root / source, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "manage.py", root)
        make_messages(root)
        return {locale: set(map(key, polib.pofile(str(catalogue(root, locale))))) for locale in LOCALES}


def shown(keys: set[Key]) -> Iterator[str]:
    return (message for _, message, _ in sorted(keys, key=str))


def problems(locale: str, wanted: set[Key]) -> Iterator[str]:
    path = catalogue(ROOT, locale)
    if not path.exists():
        yield "there is no catalogue"
        return
    entries = [entry for entry in polib.pofile(str(path)) if not entry.obsolete]
    present = set(map(key, entries))
    yield from (f"not in the catalogue: {message!r}" for message in shown(wanted - present))
    yield from (f"no longer in the sources: {message!r}" for message in shown(present - wanted))
    yield from (f"fuzzy: {entry.msgid!r}" for entry in entries if entry.fuzzy)
    yield from (f"not translated: {entry.msgid!r}" for entry in entries if not all(translation(entry)))
    yield from format_problems(path)
    yield from compiled_problems(path.with_suffix(".mo"), entries)


def format_problems(path: Path) -> Iterator[str]:
    checked = subprocess.run(
        ["msgfmt", "--check-format", "-o", os.devnull, str(path)], capture_output=True, text=True, check=False
    )
    if checked.returncode:
        yield from checked.stderr.splitlines()


def compiled_problems(path: Path, entries: list[polib.POEntry]) -> Iterator[str]:
    if not path.exists():
        yield "not compiled"
        return
    compiled = {key(entry): translation(entry) for entry in polib.mofile(str(path))}
    if compiled != {key(entry): translation(entry) for entry in entries if entry.translated()}:
        yield "the compiled catalogue is not the one of the .po file"


def write() -> None:
    make_messages(ROOT)
    for locale in LOCALES:
        path = catalogue(ROOT, locale)
        subprocess.run(["msgfmt", "--check-format", "-o", str(path.with_suffix(".mo")), str(path)], check=True)


def main(arguments: list[str]) -> int:
    if arguments == ["--write"]:
        write()
        return 0
    wanted = messages_of_sources()
    found = [f"{locale}: {problem}" for locale in LOCALES for problem in problems(locale, wanted[locale])]
    print("\n".join(found) or f"Catalogues complete: {len(wanted['en'])} messages.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
