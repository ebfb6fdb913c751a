"""What a PDF may not hold, what is refused whatever it is called, and that a refusal leaves nothing behind."""

import resource
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.test import override_settings

from evaluation.errors import DomainError
from evaluation.files.fields import SeveralFilesField
from evaluation.files.models import StoredFile
from evaluation.files.services import MOST_FILES, store_evidence, store_several

HEAD, TAIL = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", b"\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
PLAIN = HEAD + b"1 0 obj<</Type/Catalog/OpenAction[3 0 R/Fit]>>endobj" + TAIL


def upload(data: bytes, name: str = "材料.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def object_stream(inner: bytes, extra: bytes = b"/Filter/FlateDecode", packed: bytes | None = None) -> bytes:
    body = zlib.compress(inner) if packed is None else packed
    return HEAD + b"5 0 obj<</Type/ObjStm/N 1/First 4" + extra + b">>stream\r\n" + body + b"\nendstream endobj" + TAIL


def store(data: bytes) -> StoredFile:
    return store_evidence(upload=upload(data), actor="test")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "data",
    [
        pytest.param(PLAIN, id="plain"),
        pytest.param(object_stream(b"4 0 <</Type/Page>>"), id="object stream"),
        pytest.param(PLAIN + b"\r\n\0\0", id="padded"),
    ],
)
def test_a_plain_pdf_is_kept_as_it_came(data: bytes) -> None:
    with store(data).file.open("rb") as kept:
        assert kept.read() == data


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(HEAD + b"1 0 obj<</S/JavaScript/JS(app.alert(1))>>" + TAIL, "active_pdf", id="JavaScript"),
        pytest.param(HEAD + b"1 0 obj<</S/J#61vaScript/JS(1)>>" + TAIL, "active_pdf", id="JavaScript, escaped"),
        pytest.param(HEAD + b"1 0 obj<</S/Launch/F(calc.exe)>>" + TAIL, "active_pdf", id="launch"),
        pytest.param(HEAD + b"1 0 obj<</Type/EmbeddedFile>>" + TAIL, "active_pdf", id="attachment"),
        pytest.param(
            HEAD + b"1 0 obj<</Names<</EmbeddedFiles 2 0 R>>>>" + TAIL, "active_pdf", id="list of attachments"
        ),
        pytest.param(object_stream(b"4 0 <</S/JavaScript/JS(1)>>"), "active_pdf", id="JavaScript, compressed"),
        pytest.param(object_stream(b"4 0 <</S/#4aavaScript>>"), "active_pdf", id="JavaScript, compressed and escaped"),
        pytest.param(object_stream(b"", packed=b"\x80garbage"), "active_pdf", id="unreadable object stream"),
        pytest.param(
            object_stream(b"1", extra=b"/Filter/FlateDecode/DecodeParms<</Predictor 12>>"), "active_pdf", id="predictor"
        ),
        pytest.param(HEAD + b"1 0 obj<<>>endobj trailer<</Encrypt 9 0 R>>\n%%EOF", "locked_pdf", id="password"),
        pytest.param(PLAIN + b"PK\x05\x06" + b"\0" * 18, "not_evidence", id="zip behind"),
        pytest.param(
            PLAIN + b"PK\x03\x04x" + b"PK\x05\x06" + b"\0" * 16 + b"\x05\0%%EOF",
            "not_evidence",
            id="zip with a PDF's end",
        ),
        pytest.param(HEAD + b"<!DOCTYPE html><body onload=alert(1)>" + TAIL, "not_evidence", id="HTML as PDF"),
        pytest.param(b"MZ" + PLAIN, "not_evidence", id="program before a PDF"),
        pytest.param(HEAD + b"1 0 obj<<>>endobj", "not_evidence", id="cut off"),
    ],
)
def test_what_acts_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(DomainError) as caught:
        store(data)

    assert (caught.value.code, StoredFile.objects.count()) == (code, 0)


@pytest.mark.django_db
def test_a_bomb_in_an_object_stream_is_refused_in_little_memory() -> None:
    packer, megabyte = zlib.compressobj(1), b"\0" * 1_000_000
    bomb = object_stream(b"", packed=b"".join(packer.compress(megabyte) for _time in range(100)) + packer.flush())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(DomainError):
        store(bomb)

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 80 * 1024


class Endless(BytesIO):
    """Says that it is small, and never ends; counts what is read of it."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None
        assert size >= 0, "all of it at once"
        self.taken += size
        return b"%" * size

    def seek(self, *args: int) -> int:
        return 0


@pytest.mark.django_db
@override_settings(UPLOAD_LIMIT=1024 * 1024)
@pytest.mark.parametrize("said", [100, 10**12])
def test_no_more_is_read_than_may_be_kept(said: int) -> None:
    stream = Endless()

    with pytest.raises(DomainError) as caught:
        store_evidence(upload=UploadedFile(stream, name="大.pdf", size=said), actor="test")

    assert caught.value.code == "file_too_large"
    assert stream.taken <= 1024 * 1024 + 1


@pytest.mark.django_db
def test_several_are_kept_together_or_not_at_all() -> None:
    assert len(store_several(uploads=[upload(PLAIN), upload(PLAIN)], actor="test", already=3)) == 2

    with pytest.raises(DomainError) as caught:
        store_several(uploads=[upload(PLAIN), upload(b"MZ")], actor="test")
    assert (caught.value.code, StoredFile.objects.count()) == ("not_evidence", 2)


@pytest.mark.django_db
@pytest.mark.parametrize(("already", "number"), [(0, MOST_FILES + 1), (MOST_FILES, 1)])
def test_a_record_has_a_bounded_number(already: int, number: int) -> None:
    with pytest.raises(DomainError) as caught:
        store_several(uploads=[upload(PLAIN)] * number, actor="test", already=already)
    assert (caught.value.code, StoredFile.objects.count()) == ("too_many_files", 0)


def test_a_form_field_takes_several_and_no_more() -> None:
    field = SeveralFilesField()

    assert field.clean([]) == []
    assert len(field.clean([upload(PLAIN)] * MOST_FILES)) == MOST_FILES
    for wrong in ([upload(PLAIN)] * (MOST_FILES + 1), [upload(b"")]):
        with pytest.raises(ValidationError):
            field.clean(wrong)
