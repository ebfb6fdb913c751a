"""Issue a document, number it, lay its signed scan beside it, and see whether it is still what it was."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.documents.docx import paper_docx
from evaluation.documents.paper import Paper
from evaluation.documents.pdf import paper_pdf
from evaluation.errors import DomainError
from evaluation.files.models import StoredFile
from evaluation.files.services import store_document, store_evidence
from evaluation.registry.models import NUMBERED, IssuedDocument, IssuedScan, Kind, NumberSeries
from evaluation.registry.numbers import BRACKETS, document_number, number_of, serial_in
from evaluation.registry.responses import DOCX, PDF
from evaluation.units.models import Unit

Drawn = tuple[bytes, bytes | None]
Draw = Callable[[str], Drawn]
MOST_SCANS = 20


def about_of(target: models.Model) -> str:
    """Return the word by which a document points to ``target``, e.g. ``rectification.RectificationNotice:12``."""
    room = type(target).__module__.split(".")[1]
    return f"{room}.{type(target).__name__}:{target.pk}"


def drawing(paper: Callable[[str], Paper | list[Paper]]) -> Draw:
    """Return what ``issue_document`` draws with, of a function from the number to the paper."""

    def draw(number: str) -> Drawn:
        drawn = paper(number)
        return paper_pdf(drawn), paper_docx(drawn)

    return draw


@transaction.atomic
def issue_document(
    *,
    kind: Kind | str,
    year: int,
    unit: Unit | None,
    about: str,
    title: str,
    draw: Draw,
    actor: User,
    number: str = "",
    addressee: Unit | None = None,
    issuer: str = "",
) -> IssuedDocument:
    """Keep a document as it goes out: its bytes, their hash, its number; the next version of what was issued ``about``.

    ``unit`` issues, or, where it is ``None``, the office of the city under the name ``issuer``. ``draw`` gives the PDF
    and the .docx of a number. Where the series of unit, kind and year is automatic, the number is the next one, without
    gaps: if drawing fails nothing has changed. Otherwise it is the typed one, or blank, to be given by the office's own
    document system. Raises ``DomainError``: ``number_automatic`` where one was typed nevertheless; ``number_shape``;
    ``number_taken`` (each number of a unit once; a corrected document bears one of its own).
    """
    series = _locked_series(unit, Kind(kind), year)
    number, serial = _numbered(series, number)
    _require_free(unit, number)
    pdf, docx = draw(number)
    document = IssuedDocument.objects.create(
        kind=kind,
        year=year,
        unit=unit,
        issuer=issuer or (unit.name if unit else ""),
        addressee=addressee,
        about=about,
        version=_next_version(kind, about),
        title=title[:200],
        number=number,
        serial=serial,
        pdf=store_document(data=pdf, name=f"{title}.pdf", content_type=PDF, actor=actor),
        docx=store_document(data=docx, name=f"{title}.docx", content_type=DOCX, actor=actor) if docx else None,
        sha256=hashlib.sha256(pdf).hexdigest(),
        issued_by=actor,
        issued_at=timezone.now(),
    )
    if serial:
        series.last = serial
        series.save(update_fields=["last"])
    detail = {"kind": document.kind, "number": number, "version": document.version, "sha256": document.sha256}
    record(actor=actor, action="document-issued", target=document, detail=detail)
    return document


def is_automatic(*, kind: Kind | str, unit: Unit | None, year: int) -> bool:
    """Whether the system gives the number of the next document."""
    return NumberSeries.objects.of(unit).filter(kind=kind, year=year, is_automatic=True).exists()


def require_number(*, kind: Kind | str, unit: Unit | None, year: int, number: str) -> None:
    """Raise as ``issue_document`` would of this number, before anything is drawn."""
    typed = document_number(number)
    if typed and is_automatic(kind=kind, unit=unit, year=year):
        raise DomainError("number_automatic", _("The system gives this number: leave the field empty."))
    _require_free(unit, typed)


@transaction.atomic
def set_series(
    *, unit: Unit | None, kind: Kind | str, year: int, prefix: str, is_automatic: bool, actor: User
) -> NumberSeries:
    """Say how a unit (or, with ``None``, the office) numbers one kind of document in a year.

    Switched on in the middle of a year, it goes on after the highest number typed so far. Raises ``DomainError``:
    ``not_numbered``; ``prefix_missing``, ``prefix_shape``; ``prefix_taken`` by another kind, or the numbers of both
    would meet; ``prefix_in_use`` once numbers were given under another one.
    """
    if Kind(kind) not in NUMBERED:
        raise DomainError("not_numbered", _("Documents of this kind bear no number."))
    series = _locked_series(unit, Kind(kind), year)
    before = {"prefix": series.prefix, "is_automatic": series.is_automatic, "last": series.last}
    prefix = _checked_prefix(prefix, series, is_automatic)
    if is_automatic and not series.is_automatic:
        series.last = max(series.last, _highest_typed(series, prefix))
    series.prefix, series.is_automatic = prefix, is_automatic
    series.save(update_fields=["prefix", "is_automatic", "last"])
    changes = {name: (old, getattr(series, name)) for name, old in before.items() if old != getattr(series, name)}
    detail = {"kind": series.kind, "year": year, "unit": unit.code if unit else ""}
    record(actor=actor, action="number-series-set", target=series, detail=detail, changes=changes)
    return series


@transaction.atomic
def add_scan(*, document: IssuedDocument, upload: UploadedFile, actor: User) -> IssuedScan:
    """Lay the signed and sealed paper beside the document; the latest scan is the issued version, earlier ones stay.

    Raises ``DomainError``: ``too_many_scans``, and as ``store_evidence``.
    """
    document = IssuedDocument.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if document.scans.count() >= MOST_SCANS:
        raise DomainError("too_many_scans", _("This document has scans enough. Ask the office which one stands."))
    stored = store_evidence(upload=upload, actor=actor, kind=StoredFile.Kind.SCAN)
    scan = IssuedScan.objects.create(document=document, file=stored, uploaded_by=actor)
    record(actor=actor, action="document-scanned", target=document, detail={"sha256": stored.sha256})
    return scan


def kept_of(about: str, *, kind: Kind | str, form: str) -> StoredFile | None:
    """Return the kept file of the latest version issued ``about`` something: of the PDF, or of the .docx."""
    document = IssuedDocument.objects.about(about).filter(kind=kind).newest().select_related("pdf", "docx").first()
    return None if document is None else {"pdf": document.pdf, "docx": document.docx}.get(form)


@dataclass(frozen=True)
class Verification:
    """Whether the kept bytes still have their hash; ``docx`` is ``None`` where there is none."""

    pdf: bool
    docx: bool | None
    scans: bool | None

    @property
    def is_sound(self) -> bool:
        return self.pdf and self.docx is not False and self.scans is not False


def verify_document(document: IssuedDocument) -> Verification:
    """Read the kept bytes of a document and of its scans and compare their hashes; no query where they are loaded."""
    scans = [_still(scan.file, scan.file.sha256) for scan in document.scans.all()]
    return Verification(
        pdf=_still(document.pdf, document.sha256),
        docx=_still(document.docx, document.docx.sha256) if document.docx else None,
        scans=all(scans) if scans else None,
    )


def kept_bytes(stored: StoredFile) -> bytes:
    """Return the bytes of a file. Raises ``FileNotFoundError``."""
    with stored.file.open("rb") as content:
        return bytes(content.read())


def _still(stored: StoredFile, sha256: str) -> bool:
    try:
        return hashlib.sha256(kept_bytes(stored)).hexdigest() == sha256
    except FileNotFoundError:
        return False


def _locked_series(unit: Unit | None, kind: Kind, year: int) -> NumberSeries:
    """The row is the lock: of two who issue at once, the second waits for the first."""
    NumberSeries.objects.get_or_create(unit=unit, kind=kind, year=year)
    return NumberSeries.objects.of(unit).select_for_update(of=("self",)).get(kind=kind, year=year)


def _numbered(series: NumberSeries, typed: str) -> tuple[str, int | None]:
    typed = document_number(typed)
    if not series.is_automatic:
        return typed, None
    if typed:
        raise DomainError("number_automatic", _("The system gives this number: leave the field empty."))
    serial = series.last + 1
    return number_of(prefix=series.prefix, year=series.year, serial=serial), serial


def _require_free(unit: Unit | None, number: str) -> None:
    holder = IssuedDocument.objects.of_issuer(unit).filter(number=number).first() if number else None
    if holder is not None:
        words = _("%(number)s stands on “%(title)s” already. A corrected document bears a new number: enter the next.")
        raise DomainError("number_taken", words % {"number": number, "title": holder.title})


def _next_version(kind: Kind | str, about: str) -> int:
    newest = IssuedDocument.objects.about(about).filter(kind=kind).aggregate(models.Max("version"))["version__max"]
    return (newest or 0) + 1


def _checked_prefix(typed: str, series: NumberSeries, is_automatic: bool) -> str:
    prefix = "".join(typed.split())
    if is_automatic and not prefix:
        raise DomainError("prefix_missing", _("Enter the sign of the issuing body first, like 市效能办."))
    if len(prefix) > 30 or set(prefix) & {*"〔〕", *map(chr, BRACKETS)}:
        raise DomainError("prefix_shape", _("The sign is short and without brackets, like 市效能办."))
    if prefix != series.prefix and series.last:
        raise DomainError("prefix_in_use", _("Numbers were given under this sign already: it stays for this year."))
    others = NumberSeries.objects.of(series.unit).filter(year=series.year, prefix=prefix).exclude(pk=series.pk)
    if prefix and others.exists():
        raise DomainError("prefix_taken", _("Another kind of document bears this sign. Give each kind its own."))
    return prefix


def _highest_typed(series: NumberSeries, prefix: str) -> int:
    numbers = IssuedDocument.objects.of_issuer(series.unit).filter(number__startswith=f"{prefix}〔{series.year}〕")
    found = numbers.values_list("number", flat=True)
    return max((serial_in(number, prefix=prefix, year=series.year) for number in found), default=0)
