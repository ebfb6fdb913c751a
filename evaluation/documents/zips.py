"""Zip files whose names every system reads: UTF-8, no path that leads out, each name once."""

import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import IO

FORBIDDEN = str.maketrans(dict.fromkeys('\\:*?"<>|/', "-") | {chr(code): None for code in range(32)})
LONGEST = 60


def file_stem(text: str) -> str:
    """Return ``text`` as part of a file name: what Windows refuses is a hyphen, ends are no dots, 60 characters."""
    return text.translate(FORBIDDEN).strip(" .")[:LONGEST].rstrip(" .") or "_"


def write_zip(target: IO[bytes], entries: Iterable[tuple[str, bytes]], *, at: datetime) -> None:
    """Write ``entries`` (name, bytes), in their order, all dated ``at``; one in memory at a time.

    What is compressed already (PDF, XLSX, DOCX, JPEG) is stored as it is. The same entries give the same bytes.
    """
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in entries:
            entry = zipfile.ZipInfo(name, at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED if name.endswith((".txt", ".csv")) else zipfile.ZIP_STORED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, data)
