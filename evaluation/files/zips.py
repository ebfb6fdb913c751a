"""Zip files from outside: measured by their table of contents before anything is unpacked, names read as meant."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

from django.utils.translation import gettext_lazy as _

from evaluation.errors import DomainError

MOST_BYTES = 60 * 1024 * 1024
MOST_ENTRIES = 1_000
MOST_ENTRY = 10 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 100
MOST_DIRECTORY = 400_000
DEEPEST = 3
UTF8 = 0x800
END, END_LENGTH, LONGEST_REMARK = b"PK\x05\x06", 22, 65_535
NOT_MEANT = re.compile(r"(^|/)(__MACOSX/|\.|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, NotImplementedError, KeyError)


@dataclass(frozen=True, slots=True)
class Packed:
    """One file in a zip: ``name`` as people know it, folders included; ``entry`` as the zip does."""

    name: str
    entry: str


def packed_files(data: bytes, suffixes: Sequence[str]) -> list[Packed]:
    """Return the files of a zip whose names end in ``suffixes``, by its table of contents alone.

    Names in GB18030, as programs in China write them, are read; of two files of one name the last counts. Raises
    ``DomainError``: ``not_a_zip``, ``zip_too_large``, ``zip_too_many``, ``zip_paths``, ``zip_locked``.
    """
    with _opened(data) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        _check(entries)
        named = ((_said_name(entry).replace("\\", "/"), entry) for entry in entries)
        files = {
            name: Packed(name, entry.filename)
            for said, entry in named
            if said.lower().endswith(tuple(suffixes)) and not NOT_MEANT.search(said)
            for name in ["".join(sign for sign in said if sign.isprintable())[:150]]
        }
    return list(files.values())


def unpacked(data: bytes, files: Sequence[Packed]) -> Iterator[tuple[Packed, bytes]]:
    """Yield the bytes of each file, one after the other. Raises ``DomainError``: ``zip_broken``."""
    if not files:
        return
    with _opened(data) as archive:
        for file in files:
            try:
                with archive.open(file.entry) as source:
                    taken = source.read(MOST_ENTRY + 1)
            except BROKEN as error:
                message = _("%(name)s cannot be unpacked. Make the zip file anew.")
                raise DomainError("zip_broken", message % {"name": file.name}) from error
            yield file, taken


def _opened(data: bytes) -> zipfile.ZipFile:
    if len(data) > MOST_BYTES:
        raise _too_large()
    try:
        if not data.startswith(b"PK"):
            raise zipfile.BadZipFile
        if _directory_size(data) > MOST_DIRECTORY:
            raise _too_many()
        return zipfile.ZipFile(BytesIO(data))
    except BROKEN as error:
        raise DomainError("not_a_zip", _("This is no .zip file, or it is damaged. Make it anew.")) from error


def _directory_size(data: bytes) -> int:
    """How long the table of contents is: a million entries would fill the memory before they are counted."""
    at = data.rfind(END, max(0, len(data) - LONGEST_REMARK - END_LENGTH))
    if at < 0:
        raise zipfile.BadZipFile
    return int(struct.unpack_from("<L", data, at + 12)[0])


def _check(entries: Sequence[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise _too_many()
    if any(entry.flag_bits & 1 for entry in entries):
        raise DomainError("zip_locked", _("The zip file is locked with a password. Make one without."))
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED or any(_is_bomb(entry) for entry in entries):
        raise _too_large()
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in entry.filename or len(path.parts) > DEEPEST:
            message = _("The zip holds folders within folders, or odd paths. Put the files into it directly.")
            raise DomainError("zip_paths", message)


def _is_bomb(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > MOST_ENTRY or (
        entry.file_size > 1_000_000 and entry.file_size > MOST_RATIO * max(entry.compress_size, 1)
    )


def _too_many() -> DomainError:
    message = _("There are more than %(limit)s files in the zip. Bring them in several zip files.")
    return DomainError("zip_too_many", message % {"limit": MOST_ENTRIES})


def _too_large() -> DomainError:
    message = _("The zip file is too large: at most %(file)s MB a file, %(zip)s MB packed. Bring several zip files.")
    limits = {"file": MOST_ENTRY // (1024 * 1024), "zip": MOST_BYTES // (1024 * 1024)}
    return DomainError("zip_too_large", message % limits)


def _said_name(entry: zipfile.ZipInfo) -> str:
    """Without the flag for UTF-8 a name is in whatever the program's system used; ``zipfile`` takes it for CP437."""
    if entry.flag_bits & UTF8:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename
