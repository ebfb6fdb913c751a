"""Read .xls and .ods: in a process of their own that may not take more than its share (``reader_process``)."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

from evaluation.workbooks.reader_process import DAMAGED, LOCKED, TOO_LARGE
from evaluation.workbooks.rows import rows_of
from evaluation.workbooks.shapes import LIMITS, Limits, Sheet, Value, WorkbookError
from evaluation.workbooks.xlsx import BROKEN, damaged, encrypted, is_bomb, too_large, too_many_sheets

PROGRAM = Path(__file__).with_name("reader_process.py")
MEMORY = 200 * 1024 * 1024
SECONDS = 15
ODS = b"application/vnd.oasis.opendocument.spreadsheet"


def is_ods(data: bytes) -> bool:
    """Tell an OpenDocument table by its first part, or by what else it holds."""
    if ODS in data[30:200]:
        return True
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return "content.xml" in archive.namelist() and "xl/workbook.xml" not in archive.namelist()
    except BROKEN:
        return False


def read_xls(data: bytes, limits: Limits = LIMITS) -> tuple[Sheet, ...]:
    """Return the sheets of an .xls file. Raises ``WorkbookError``."""
    return _sheets(_read(data, "xls"), limits)


def read_ods(data: bytes, limits: Limits = LIMITS) -> tuple[Sheet, ...]:
    """Return the sheets of an .ods file. Raises ``WorkbookError``."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > limits.entries:
                raise too_many_sheets(limits)
            if sum(entry.file_size for entry in entries) > limits.unpacked or any(is_bomb(e, limits) for e in entries):
                raise too_large()
            manifest = archive.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in archive.namelist() else b""
    except WorkbookError:
        raise
    except BROKEN as error:
        raise damaged() from error
    if b"encryption-data" in manifest:
        raise encrypted()
    return _sheets(_read(data, "ods"), limits)


def _read(data: bytes, form: str) -> list[dict[str, Any]]:
    """Let the other process read a file, within its memory and time."""
    command = [sys.executable, "-I", str(PROGRAM), form, str(MEMORY), str(SECONDS)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, numbers and one of two words
            command, input=data, capture_output=True, timeout=2 * SECONDS, check=False, env={}, cwd="/"
        )
    except subprocess.TimeoutExpired as error:
        raise too_large() from error
    if done.returncode == LOCKED:
        raise encrypted()
    if done.returncode == DAMAGED:
        raise damaged()
    if done.returncode != 0:  # told so, or killed by the system
        raise too_large() if done.returncode in (TOO_LARGE, 1) or done.returncode < 0 else damaged()
    return list(json.loads(done.stdout))


def _sheets(found: list[dict[str, Any]], limits: Limits) -> tuple[Sheet, ...]:
    if len(found) > limits.sheets:
        raise too_many_sheets(limits)
    return tuple(
        Sheet(
            one["title"][:80],
            one["hidden"],
            rows_of(
                one["title"][:80],
                [[plain(value) for value in row] for row in one["rows"]],
                merges=[(top + 1, left + 1, bottom + 1, right + 1) for top, left, bottom, right in one["merges"]],
                formulas=[(row + 1, column + 1) for row, column in one["formulas"]],
                limits=limits,
            ),
        )
        for one in found
    )


def plain(value: Any) -> Value:
    """Return a value that JSON has no word for; see ``reader_process.told``."""
    if type(value) is not list:
        return value
    kind, text = value
    if kind == "t":
        return time.fromisoformat(text)
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
