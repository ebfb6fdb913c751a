"""Numbers without gaps, documents as issued, scans beside them."""

import hashlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.utils import DatabaseError

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.errors import DomainError
from evaluation.registry.models import IssuedDocument, Kind, NumberSeries
from evaluation.registry.numbers import document_number
from evaluation.registry.services import (
    add_scan,
    drawing,
    issue_document,
    kept_of,
    set_series,
    verify_document,
)
from evaluation.units.models import Role, Unit
from tests.factories import member

PDF = b"%PDF-1.7 as issued"
NOTICE = Kind.RECTIFICATION_NOTICE


def draw(number: str) -> tuple[bytes, bytes | None]:
    return PDF + number.encode(), b"PK as issued"


def issued(unit: Unit | None, actor: User, about: str = "a.A:1", **values: Any) -> IssuedDocument:
    given: dict[str, Any] = {"kind": NOTICE, "year": 2012, "title": "整改通知书", "draw": draw, **values}
    return issue_document(unit=unit, actor=actor, about=about, **given)


def automatic(unit: Unit | None, actor: User, prefix: str = "民评整改", kind: Kind = NOTICE) -> NumberSeries:
    return set_series(unit=unit, kind=kind, year=2012, prefix=prefix, is_automatic=True, actor=actor)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("市效能办〔2012〕18号", "市效能办〔2012〕18号"),
        ("市效能办[2012] １８号", "市效能办〔2012〕18号"),
        ("市效能办（2012）18号", "市效能办〔2012〕18号"),
        ("", ""),
    ],
)
def test_brackets_become_those_of_documents(typed: str, number: str) -> None:
    assert document_number(typed) == number


@pytest.mark.parametrize(
    "typed", ["18号", "市效能办〔2012〕018号", "市效能办2012年18号", "〔2012〕18号", "办〔12〕18号"]
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(DomainError) as refusal:
        document_number(typed)
    assert refusal.value.code == "number_shape"


def test_numbers_are_typed_or_blank_by_default(unit: Unit, unit_admin: User) -> None:
    assert issued(unit, unit_admin, number="民评整改[2012]7号").number == "民评整改〔2012〕7号"
    blank = issued(unit, unit_admin, about="a.A:2")
    assert (blank.number, blank.serial, blank.issuer) == ("", None, "市民政局")


def test_automatic_numbers_follow_each_other_by_unit_and_kind(
    unit: Unit, other_unit: Unit, unit_admin: User, office: User
) -> None:
    automatic(unit, unit_admin)
    automatic(other_unit, office, "司改")
    automatic(None, office, "市效能办")
    automatic(None, office, "市效能办通", Kind.CIRCULAR)
    bodies = [
        (unit, NOTICE),
        (other_unit, NOTICE),
        (unit, NOTICE),
        (None, NOTICE),
        (None, Kind.CIRCULAR),
        (None, NOTICE),
    ]
    made = [issued(who, office, about=f"a.A:{place}", kind=kind) for place, (who, kind) in enumerate(bodies)]
    assert [one.number for one in made] == [
        "民评整改〔2012〕1号", "司改〔2012〕1号", "民评整改〔2012〕2号", "市效能办〔2012〕1号", "市效能办通〔2012〕1号",
        "市效能办〔2012〕2号",
    ]  # fmt: skip


def test_a_failed_drawing_changes_nothing(unit: Unit, unit_admin: User) -> None:
    automatic(unit, unit_admin)

    def broken(number: str) -> tuple[bytes, bytes | None]:
        raise RuntimeError(number)

    with pytest.raises(RuntimeError, match="1号"):
        issued(unit, unit_admin, draw=broken)
    assert not IssuedDocument.objects.exists()
    assert issued(unit, unit_admin).number == "民评整改〔2012〕1号"


def test_a_typed_number_is_refused_where_the_system_gives_it(unit: Unit, unit_admin: User) -> None:
    automatic(unit, unit_admin)
    with pytest.raises(DomainError) as refusal:
        issued(unit, unit_admin, number="民评整改〔2012〕9号")
    assert refusal.value.code == "number_automatic"


def test_a_number_stands_on_one_document_of_a_unit(unit: Unit, other_unit: Unit, unit_admin: User) -> None:
    number = "民评整改〔2012〕7号"
    issued(unit, unit_admin, number=number)
    issued(other_unit, unit_admin, about="a.A:2", number=number)
    with pytest.raises(DomainError) as refusal:
        issued(unit, unit_admin, number=number)
    assert refusal.value.code == "number_taken"


def test_a_later_version_is_a_document_of_its_own(unit: Unit, unit_admin: User) -> None:
    automatic(unit, unit_admin)
    first, second = issued(unit, unit_admin), issued(unit, unit_admin)
    assert [(one.version, one.serial) for one in (first, second)] == [(1, 1), (2, 2)]
    assert list(IssuedDocument.objects.newest()) == [second]


def test_each_kind_about_one_thing_has_versions_of_its_own(unit: Unit, unit_admin: User) -> None:
    first, second = issued(unit, unit_admin), issued(unit, unit_admin)
    summary = issued(unit, unit_admin, kind=Kind.SUMMARY)
    assert (first.version, second.version, summary.version) == (1, 2, 1)
    assert set(IssuedDocument.objects.newest()) == {second, summary}


def test_of_versions_the_latest_is_handed_out(unit: Unit, unit_admin: User) -> None:
    issued(unit, unit_admin)
    latest = issued(unit, unit_admin)
    assert kept_of("a.A:1", kind=NOTICE, form="pdf") == latest.pdf
    assert kept_of("a.A:1", kind=NOTICE, form="docx") == latest.docx
    assert kept_of("a.A:1", kind=NOTICE, form="xlsx") is None
    assert kept_of("a.A:1", kind=Kind.SUMMARY, form="pdf") is None


def test_switched_on_in_the_middle_of_a_year_it_goes_on(unit: Unit, unit_admin: User) -> None:
    issued(unit, unit_admin, number="民评整改〔2012〕7号")
    issued(unit, unit_admin, about="a.A:2", number="别的〔2012〕90号")
    automatic(unit, unit_admin)
    assert issued(unit, unit_admin, about="a.A:3").number == "民评整改〔2012〕8号"


@pytest.mark.parametrize(
    ("prefix", "kind", "code"),
    [
        ("", NOTICE, "prefix_missing"),
        ("民评〔2012〕", NOTICE, "prefix_shape"),
        ("民评整改", Kind.CIRCULAR, "prefix_taken"),
        ("民评新", NOTICE, "prefix_in_use"),
        ("民评", Kind.FEEDBACK, "not_numbered"),
    ],
)
def test_signs_that_cannot_be(unit: Unit, unit_admin: User, prefix: str, kind: Kind, code: str) -> None:
    automatic(unit, unit_admin)
    issued(unit, unit_admin)
    with pytest.raises(DomainError) as refusal:
        automatic(unit, unit_admin, prefix, kind)
    assert refusal.value.code == code


def test_the_bytes_are_kept_with_their_hash(unit: Unit, unit_admin: User) -> None:
    document = issued(unit, unit_admin)
    assert document.sha256 == hashlib.sha256(PDF).hexdigest()
    assert verify_document(document).is_sound
    with open(document.pdf.file.path, "ab") as kept:
        kept.write(b"forged")
    assert not verify_document(document).is_sound


@pytest.mark.parametrize("part", ["docx", "scan"])
def test_what_lies_beside_the_pdf_is_compared_too(unit: Unit, unit_admin: User, part: str) -> None:
    document = issued(unit, unit_admin)
    scan = add_scan(document=document, upload=SimpleUploadedFile("s.pdf", b"%PDF-1.4\n%%EOF"), actor=unit_admin)
    assert verify_document(document).is_sound
    forged = document.docx if part == "docx" else scan.file
    assert forged
    with open(forged.file.path, "ab") as kept:
        kept.write(b"forged")
    found = verify_document(document)
    assert (found.pdf, found.docx, found.scans) == (True, part != "docx", part != "scan")
    assert not found.is_sound


def test_a_file_that_is_gone_is_seen(unit: Unit, unit_admin: User) -> None:
    document = issued(unit, unit_admin)
    document.pdf.file.storage.delete(str(document.pdf.file.name))
    assert not verify_document(document).pdf


def test_scans_stay_and_the_latest_stands(unit: Unit, unit_admin: User) -> None:
    document = issued(unit, unit_admin)
    assert list(IssuedDocument.objects.without_scan()) == [document]
    uploads = [SimpleUploadedFile(f"{place}.pdf", f"%PDF-1.4 scan {place}\n%%EOF".encode()) for place in (1, 2)]
    scans = [add_scan(document=document, upload=upload, actor=unit_admin) for upload in uploads]
    assert list(document.scans.all()) == scans[::-1]
    assert not IssuedDocument.objects.without_scan().exists()


def test_scans_do_not_pile_up_without_end(unit: Unit, unit_admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaluation.registry.services.MOST_SCANS", 1)
    document = issued(unit, unit_admin)
    add_scan(document=document, upload=SimpleUploadedFile("s.pdf", b"%PDF-1.4\n%%EOF"), actor=unit_admin)
    with pytest.raises(DomainError) as refusal:
        add_scan(document=document, upload=SimpleUploadedFile("t.pdf", b"%PDF-1.4\n%%EOF"), actor=unit_admin)
    assert refusal.value.code == "too_many_scans"


def test_a_scan_that_is_none_is_refused(unit: Unit, unit_admin: User) -> None:
    document = issued(unit, unit_admin)
    with pytest.raises(DomainError):
        add_scan(document=document, upload=SimpleUploadedFile("扫描.pdf", b"GIF89a"), actor=unit_admin)


def test_the_record_knows(unit: Unit, unit_admin: User) -> None:
    automatic(unit, unit_admin)
    document = issued(unit, unit_admin)
    event = AuditEvent.objects.get(action="document-issued")
    assert event.detail["number"] == "民评整改〔2012〕1号"
    assert event.detail["sha256"] == document.sha256
    assert AuditEvent.objects.get(action="number-series-set").detail["changes"]["prefix"] == ["", "民评整改"]


def test_drawing_gives_both_formats() -> None:
    from evaluation.documents.paper import Layout, Paper, Text

    pdf, docx = drawing(lambda number: Paper(Layout.LETTER, "通知", [Text("正文")], number=number))("甲〔2012〕1号")
    assert pdf.startswith(b"%PDF-")
    assert docx is not None
    assert docx.startswith(b"PK")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evaluation_issueddocument SET title = 'x'",
        "UPDATE evaluation_issueddocument SET number = ''",
        "DELETE FROM evaluation_issueddocument",
        "UPDATE evaluation_issuedscan SET file_id = file_id",
        "DELETE FROM evaluation_issuedscan",
        "UPDATE evaluation_numberseries SET last = last + 2",
        "UPDATE evaluation_numberseries SET last = last - 1",
        "UPDATE evaluation_numberseries SET year = 2013",
        "DELETE FROM evaluation_numberseries",
    ],
)
def test_the_database_holds_what_was_issued(unit: Unit, unit_admin: User, statement: str) -> None:
    automatic(unit, unit_admin)
    add_scan(
        document=issued(unit, unit_admin), upload=SimpleUploadedFile("s.pdf", b"%PDF-1.4\n%%EOF"), actor=unit_admin
    )
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("change", ["last = 2", "last = 9, is_automatic = FALSE"])
def test_only_switching_on_jumps_over_numbers(unit: Unit, unit_admin: User, change: str) -> None:
    issued(unit, unit_admin)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE evaluation_numberseries SET {change}")


def test_who_sees_and_who_lays_scans_beside(
    unit: Unit, other_unit: Unit, unit_admin: User, other_admin: User, approver: User, office: User, auditor: User
) -> None:
    own = issued(unit, unit_admin)
    to_other = issued(None, office, about="a.A:2", addressee=other_unit, issuer="市效能办")
    to_all = issued(None, office, about="a.A:3", kind=Kind.CIRCULAR, issuer="市效能办")
    internal = issued(None, office, about="a.A:4", issuer="市效能办")

    def sees(user: User) -> set[IssuedDocument]:
        return set(IssuedDocument.objects.visible_to(user))

    def scans(user: User) -> set[IssuedDocument]:
        return set(IssuedDocument.objects.scannable_by(user))

    assert sees(office) == sees(auditor) == {own, to_other, to_all, internal}
    assert sees(unit_admin) == sees(approver) == {own, to_all}
    assert sees(other_admin) == {to_other, to_all}
    assert sees(member(role=Role.CADRE, unit=unit)) == set()
    assert (scans(unit_admin), scans(other_admin), scans(office)) == ({own}, set(), sees(office))
