"""A PDF from outside is kept as it came, so it may hold nothing that acts: it is looked through, never rendered."""

import re
import zlib
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from evaluation.errors import DomainError

NAME = re.compile(rb"/((?:[A-Za-z]|#[0-9A-Fa-f]{2}){2,40})")
ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
ACTIVE = {b"JavaScript", b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"RichMedia"}
LOCKED = {b"Encrypt"}
STREAM = re.compile(rb"stream\r?\n")
# What names are inflated to at most, over all object streams of a file.
MOST_INFLATED = 32 * 1024 * 1024
MARKUP = (b"<script", b"<html", b"<!doctype", b"<svg", b"<?php")
ZIP_END, ZIP_TAIL = b"PK\x05\x06", 66_000


def is_pdf(data: bytes) -> bool:
    """A PDF from its first byte to its end; one that begins as something else, or ends as one, could be run as that."""
    head = data[:1024].lower()
    if not data.startswith(b"%PDF-") or any(word in head for word in MARKUP):
        return False
    end = data.rfind(b"%%EOF", -2048)
    return end >= 0 and not data[end + 5 :].strip(b"\0\r\n\t ") and ZIP_END not in data[-ZIP_TAIL:]


def require_harmless(data: bytes) -> None:
    """Raise ``DomainError``: ``active_pdf`` for programs, launches and attachments, ``locked_pdf`` for a password.

    Names are read as a reader would: with their escapes undone, and inside compressed object streams.
    """
    names = set(_names(data))
    if names & LOCKED:
        raise DomainError(
            "locked_pdf", _("The PDF is locked with a password. Print it to PDF without one and upload that.")
        )
    if names & ACTIVE:
        raise _active()
    for inflated in _object_streams(data):
        if set(_names(inflated)) & ACTIVE:
            raise _active()


def _names(data: bytes) -> Iterator[bytes]:
    for match in NAME.finditer(data):
        yield ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), match[1]) if b"#" in match[1] else match[1]


def _object_streams(data: bytes) -> Iterator[bytes]:
    """The compressed object streams; one that cannot be looked into is refused as active."""
    left = MOST_INFLATED
    for match in NAME.finditer(data):
        if ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), match[1]) != b"ObjStm":
            continue
        begin = STREAM.search(data, match.end(), match.end() + 2000)
        around = data[max(0, data.rfind(b"obj", 0, match.start())) : begin.start() if begin else match.end()]
        if begin is None or b"/Filter" not in around:
            continue
        inflated = _inflated(data[begin.end() :], left) if b"/Predictor" not in around else None
        if inflated is None:
            raise _active()
        left -= len(inflated)
        yield inflated


def _inflated(data: bytes, most: int) -> bytes | None:
    try:
        reader = zlib.decompressobj()
        inflated = reader.decompress(data, most)
    except zlib.error:
        return None
    return inflated if reader.eof else None


def _active() -> DomainError:
    message = _("The PDF holds a program or an attachment. Print it to PDF anew and upload that.")
    return DomainError("active_pdf", message)
