"""A .docx that somebody wrote: bytes to plain paragraphs. Measured before it is unpacked; nothing in it is followed.

Only the words are read, part by part and as a stream; pictures, fonts and objects stay packed.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse, parse
from django.utils.translation import gettext_lazy as _

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_BYTES = 10_000_000
MOST_ENTRIES = 1_000
MOST_UNPACKED = 80_000_000
MOST_PART = 12_000_000
MOST_RELATIONS = 400_000
MOST_EVENTS = 1_200_000
MOST_RATIO = 200
MOST_PARAGRAPHS = 5_000
MOST_CHARACTERS = 300_000
LEVEL = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
LOCAL_FILE = re.compile(r"^(?:file:///)?[A-Za-z]:[\\/]|^[^:/\\]+\.dot[xm]?$")
BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-"}
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    DefusedXmlException,
    KeyError,
    ValueError,
    IndexError,
    TypeError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    AttributeError,
    RecursionError,
)


class ReadingError(ValueError):
    """A file that cannot be read as a document; ``code`` is a stable word, ``message`` says what to do."""

    def __init__(self, code: str, message: object) -> None:
        super().__init__(str(message))
        self.code = code
        self.message = str(message)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``level`` is that of a heading by its style, 0 for text; a line of a table has its cells behind tabs."""

    text: str
    level: int = 0


def read_docx(data: bytes) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a .docx that say something, tables line by line, in the order of the document.

    What was deleted with changes recorded is left out, what was added stands in it. What a file is, its content says.
    Raises ``ReadingError``: ``empty``, ``too_large``, ``encrypted``, ``old_format`` (.doc, .wps), ``not_a_document``,
    ``macros``, ``embedded``, ``external_links``, ``damaged``; within seconds and 200 MB.
    """
    if not data.strip(b"\0 \r\n\t"):
        raise ReadingError("empty", _("The file is empty."))
    if len(data) > MOST_BYTES:
        raise _too_large()
    if data[:8] == OLE:
        raise _locked() if "EncryptedPackage".encode("utf-16-le") in data else _old()
    if data[:4] != b"PK\x03\x04":
        raise _no_document()
    if data.count(b"PK\x01\x02") > 2 * MOST_ENTRIES:  # listing so many entries alone takes seconds
        raise _too_large()
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _read(archive)
    except ReadingError:
        raise
    except BROKEN as error:
        raise ReadingError(
            "damaged", _("The file is damaged. Open it in the word processor, save it again and upload that.")
        ) from error


def _read(archive: zipfile.ZipFile) -> tuple[Paragraph, ...]:
    names = _checked_names(archive)
    for name in names:
        if name.endswith(".rels"):
            _check_relations(archive, name)
    main = next((name for name in names if re.fullmatch(r"word/document\d*\.xml", name)), None)
    if main is None:
        raise _no_document()
    levels = _heading_styles(archive) if "word/styles.xml" in names else {}
    found: list[Paragraph] = []
    left = MOST_CHARACTERS
    with archive.open(main) as part:
        for paragraph in _paragraphs(part, levels):
            left -= len(paragraph.text)
            found.append(paragraph)
            if left < 0 or len(found) > MOST_PARAGRAPHS:
                raise _too_large()
    if not found:
        raise ReadingError("empty", _("There is no text in the document."))
    return tuple(found)


def _checked_names(archive: zipfile.ZipFile) -> list[str]:
    """Refuse a package by its table of contents alone."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if any(entry.flag_bits & 1 for entry in entries):
        raise _locked()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise _too_large()
    for entry in entries:
        if entry.file_size > 2_000_000 and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            raise _too_large()
        most = MOST_RELATIONS if entry.filename.endswith(".rels") else MOST_PART
        if entry.filename.endswith((".xml", ".rels")) and entry.file_size > most:
            raise _too_large()
    if not any(name.startswith("word/") for name in names):
        raise _no_document()
    if any(name.lower().endswith((".bin", ".vbs", ".js", ".exe")) and "vba" in name.lower() for name in names):
        raise ReadingError("macros", _("The document holds a program (macro). Save it as .docx and upload that."))
    if any(name.startswith("word/embeddings/") for name in names):
        raise ReadingError(
            "embedded", _("Another file is embedded in the document. Take it out, or paste it as text, and try again.")
        )
    return names


def _check_relations(archive: zipfile.ZipFile, name: str) -> None:
    """Links that people follow themselves may stand; nothing that a program would fetch on opening the file."""
    with archive.open(name) as part:
        for one in parse(part).iter():
            if one.get("TargetMode") != "External" or str(one.get("Type", "")).endswith("/hyperlink"):
                continue
            is_template = str(one.get("Type", "")).endswith("/attachedTemplate")
            if not (is_template and LOCAL_FILE.match(str(one.get("Target", "")))):
                raise ReadingError(
                    "external_links",
                    _("The document takes a picture or template from elsewhere. Put it into the document itself."),
                )


def _heading_styles(archive: zipfile.ZipFile) -> dict[str, int]:
    """Return the level of every style that is a heading, by its name in whichever language or by its outline."""
    found: dict[str, int] = {}
    with archive.open("word/styles.xml") as part:
        for event, style in _events(part):
            if event == "start" or _local(style) != "style":
                continue
            given = {_local(one): _value(one) for one in style.iter()}
            match = LEVEL.fullmatch(given.get("name", "").strip())
            outline = given.get("outlineLvl", "")
            if match or outline.isdecimal():
                found[_value(style, "styleId")] = int(match[1]) if match else min(int(outline), 8) + 1
            style.clear()
    return found


@dataclass(slots=True)
class _Open:
    """A paragraph that is being read."""

    texts: list[str] = field(default_factory=list)
    level: int = 0


@dataclass(slots=True)
class _Body:
    """The text of a document while it is read: open paragraphs (a text box stands in one), open lines of tables."""

    levels: Mapping[str, int]
    paragraphs: list[_Open] = field(default_factory=list)
    lines: list[list[str]] = field(default_factory=list)
    skipped: int = 0  # in the fallback of what stands there twice

    def begin(self, name: str) -> None:
        if name == "Fallback":
            self.skipped += 1
        elif name == "p" and not self.skipped:
            self.paragraphs.append(_Open())
        elif name == "tr" and not self.skipped:
            self.lines.append([])

    def end(self, name: str, element: Element) -> Paragraph | None:
        """Return what is complete now and stands in no table."""
        if name == "Fallback":
            self.skipped -= 1
        elif self.skipped:
            return None
        elif name == "p" and self.paragraphs:
            done = self.paragraphs.pop()
            return self._placed(_plain("".join(done.texts)), done.level)
        elif name == "tr" and self.lines:
            return self._placed("\t".join(text for text in self.lines.pop() if text), 0)
        elif self.paragraphs:
            _take(self.paragraphs[-1], name, element, self.levels)
        return None

    def _placed(self, text: str, level: int) -> Paragraph | None:
        if self.lines:
            self.lines[-1].append(text)
            return None
        return Paragraph(text, level) if text else None


def _paragraphs(part: IO[bytes], levels: Mapping[str, int]) -> Iterator[Paragraph]:
    body = _Body(levels)
    for event, element in _events(part):
        name = _local(element)
        if event == "start":
            body.begin(name)
            continue
        if found := body.end(name, element):
            yield found
        if name in ("p", "tbl", "Fallback", "drawing", "pict"):
            element.clear()


def _events(part: IO[bytes]) -> Iterator[tuple[str, Element]]:
    """What stands in a part, but not without end: elements of nothing would fill the memory."""
    for count, found in enumerate(iterparse(part, events=("start", "end"))):
        if count > MOST_EVENTS:
            raise _too_large()
        yield found


def _take(one: _Open, name: str, element: Element, levels: Mapping[str, int]) -> None:
    if name == "t":
        one.texts.append(element.text or "")
    elif name in BREAKS:
        one.texts.append(BREAKS[name])
    elif name == "pStyle":
        one.level = levels.get(_value(element), 0)
    elif name == "outlineLvl" and _value(element).isdecimal() and int(_value(element)) < 9:
        one.level = int(_value(element)) + 1


def _plain(text: str) -> str:
    kept = re.sub(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]", "", text)
    return re.sub(r"[ \t\u00a0\u3000]+", " ", kept).strip()


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _value(element: Element, name: str = "val") -> str:
    return next((text for key, text in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _too_large() -> ReadingError:
    return ReadingError(
        "too_large", _("The document is too large. Keep only its text, in a new file, and upload that.")
    )


def _locked() -> ReadingError:
    return ReadingError("encrypted", _("The file is locked with a password. Save it without one and upload that."))


def _old() -> ReadingError:
    return ReadingError(
        "old_format", _("The file is in an older format (.doc, .wps). Save it as .docx and upload that.")
    )


def _no_document() -> ReadingError:
    return ReadingError("not_a_document", _("This is no text document. Upload a .docx file."))
