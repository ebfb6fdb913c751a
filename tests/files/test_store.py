import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from PIL import Image

from evaluation.errors import DomainError
from evaluation.files.models import StoredFile
from evaluation.files.responses import attachment, photo_response
from evaluation.files.services import store_evidence, store_photo, store_workbook

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(size: tuple[int, int] = (1200, 1600), form: str = "JPEG", **fields: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "grey").save(out, form, **fields)
    return out.getvalue()


def with_gps() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "SECRET-CAMERA"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (31.0, 12.0, 5.0)
    return picture(exif=exif)


def png_head(width: int, height: int) -> bytes:
    """A PNG that says how large it is and has next to no pixels: what is decoded before it is measured would hang."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def content(stored: StoredFile) -> bytes:
    with stored.file.open("rb") as kept:
        return bytes(kept.read())


def upload(data: bytes, name: str = "照片.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_photo_is_drawn_anew_and_small() -> None:
    stored = store_photo(upload=upload(with_gps()), actor="test")

    kept = content(stored)
    image = Image.open(io.BytesIO(kept))
    assert image.format == "JPEG"
    assert image.width <= 600
    assert image.height <= 800
    assert not image.getexif()
    assert b"SECRET-CAMERA" not in kept
    assert stored.size == len(kept)


def test_photo_keeps_its_right_way_up() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = store_photo(upload=upload(picture((400, 200), exif=exif)), actor="test")

    assert Image.open(io.BytesIO(content(stored))).size == (200, 400)


def test_stored_name_is_random_and_shown_name_is_plain() -> None:
    stored = store_photo(upload=upload(picture(), "../../etc/证件照.PNG"), actor="test")

    assert stored.name == "证件照.jpg"
    assert "证件照" not in str(stored.file.name)
    assert ".." not in str(stored.file.name)


@pytest.mark.parametrize("store", [store_photo, store_evidence])
@pytest.mark.parametrize(
    ("data", "codes"),
    [
        pytest.param(png_head(20_000, 20_000), {"too_many_pixels"}, id="400 megapixels"),
        pytest.param(png_head(8_000, 6_000), {"too_many_pixels"}, id="48 megapixels"),
        pytest.param(SVG, {"not_an_image", "not_evidence"}, id="SVG"),
        pytest.param(b"GIF89a/*" + SVG, {"not_an_image", "not_evidence"}, id="GIF polyglot"),
        pytest.param(picture()[:500], {"not_an_image"}, id="cut off"),
        pytest.param(b"<html>" + PDF, {"not_an_image", "not_evidence"}, id="HTML before a PDF"),
        pytest.param(b"PK\x03\x04" + picture(), {"not_an_image", "not_evidence"}, id="zip before a JPEG"),
        pytest.param(b"", {"empty_file"}, id="empty"),
    ],
)
def test_refused(store: object, data: bytes, codes: set[str]) -> None:
    with pytest.raises(DomainError) as caught:
        store(upload=upload(data), actor="test")  # type: ignore[operator]

    assert caught.value.code in codes
    assert not StoredFile.objects.exists()


def test_photo_may_weigh_ten_megabytes() -> None:
    with pytest.raises(DomainError) as caught:
        store_photo(upload=upload(picture() + b"\0" * (10 * 1024 * 1024)), actor="test")

    assert caught.value.code == "file_too_large"


@pytest.mark.parametrize("store", [store_photo, store_evidence])
def test_what_hangs_behind_a_picture_is_gone(store: object) -> None:
    stored = store(upload=upload(picture() + b"<script>alert(1)</script>"), actor="test")  # type: ignore[operator]

    assert b"script" not in content(stored)


def test_evidence_is_told_by_content() -> None:
    as_pdf = store_evidence(upload=upload(PDF, "证书.jpg"), actor="test")
    as_picture = store_evidence(upload=upload(picture(form="PNG"), "证书.pdf"), actor="test")

    assert (as_pdf.name, as_pdf.content_type) == ("证书.pdf", "application/pdf")
    assert (as_picture.name, as_picture.content_type) == ("证书.jpg", "image/jpeg")


def test_attachment_is_saved_and_never_shown() -> None:
    response = attachment(store_evidence(upload=upload(PDF, "证书.pdf"), actor="test"))

    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response) == PDF
    assert response.file_to_stream
    response.file_to_stream.close()


def test_only_photos_are_shown_in_a_page() -> None:
    photo = photo_response(store_photo(upload=upload(picture()), actor="test"))
    assert photo.file_to_stream
    photo.file_to_stream.close()

    assert photo["Content-Disposition"].startswith("inline")
    with pytest.raises(Http404):
        photo_response(store_evidence(upload=upload(PDF), actor="test"))
    with pytest.raises(Http404):
        photo_response(None)


def test_workbook_is_kept_as_it_came() -> None:
    stored = store_workbook(data=b"PK\x03\x04rest", name="名单.xlsx", actor="test")

    assert content(stored) == b"PK\x03\x04rest"
    assert stored.name == "名单.xlsx"
