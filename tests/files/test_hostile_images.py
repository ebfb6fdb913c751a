"""Pictures of hostile.md: refused, or drawn anew small and bare; in seconds and within 200 MB."""

import io
import json
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageCms, ImageFile

from evaluation.errors import DomainError
from evaluation.files.images import PAGE_SIZE, PHOTO_SIZE, redrawn_jpeg


@pytest.fixture(autouse=True)
def as_weasyprint_leaves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its import makes Pillow take pictures that are cut off, in the whole process."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)


MEASURE = """
import json, resource, sys, time
import django; django.setup()
from evaluation.errors import DomainError
from evaluation.files.images import PAGE_SIZE, PHOTO_SIZE, redrawn_jpeg
found = {}
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in sys.argv[1:]:
    data = open(path, "rb").read()
    for size in (PHOTO_SIZE, PAGE_SIZE):
        started = time.monotonic()
        try:
            redrawn_jpeg(data, size=size)
            said = "drawn"
        except DomainError as error:
            said = error.code
        found[path] = (said, time.monotonic() - started)
print(json.dumps([found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before]))
"""


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(
    width: int, height: int, *, depth: int = 8, colour: int = 2, extra: bytes = b"", lines: int | None = None
) -> bytes:
    packer = zlib.compressobj(1)
    line = b"\0" + b"\x80" * (width * {0: 1, 2: 3, 6: 4}[colour] * depth // 8)
    body = b"".join(packer.compress(line) for _ in range(height if lines is None else lines)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def saved(image: Image.Image, form: str = "JPEG", **fields: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **fields)
    return out.getvalue()


def many_scans(times: int) -> bytes:
    data = saved(Image.new("L", (6000, 6000)), progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * times + data[-2:]


LARGE = {
    "400 megapixels": (lambda: png(20_000, 20_000, colour=0, lines=10), "too_many_pixels"),
    "37 megapixels of 16 bits with alpha": (lambda: png(7400, 5000, depth=16, colour=6), "drawn"),
    "39 megapixels, PNG": (lambda: png(7800, 5000, lines=5), "too_many_pixels"),
    "39 megapixels, progressive": (lambda: saved(Image.new("RGB", (7800, 5000)), progressive=True), "drawn"),
    "39 megapixels, progressive, nothing left out": (
        lambda: saved(Image.new("RGB", (7800, 5000)), progressive=True, subsampling=0),
        "too_many_pixels",
    ),
    "drawn 5,000 times": (lambda: many_scans(5000), "not_an_image"),
    "a profile of 400 MB": (
        lambda: png(50, 50, extra=chunk(b"iCCP", b"a\0\0" + zlib.compress(b"x" * 400_000_000, 1))),
        "not_an_image",
    ),
}


def test_large_ones_in_seconds_within_memory(tmp_path: Path) -> None:
    paths = {}
    for place, (name, (make, _code)) in enumerate(LARGE.items()):
        paths[name] = tmp_path / f"{place}.bin"
        paths[name].write_bytes(make())
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, *map(str, paths.values())], capture_output=True, env=environment, check=True
    )
    found, more = json.loads(run.stdout)

    assert {name: found[str(path)][0] for name, path in paths.items()} == {
        name: code for name, (_make, code) in LARGE.items()
    }
    assert max(seconds for _said, seconds in found.values()) < 5
    assert more < 200_000


def drawn(data: bytes, size: tuple[int, int] = PHOTO_SIZE) -> Image.Image:
    kept = redrawn_jpeg(data, size=size)
    image = Image.open(io.BytesIO(kept))
    assert image.format == "JPEG"
    assert image.mode == "RGB"
    assert not image.getexif()
    assert image.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert image.width <= size[0]
    assert image.height <= size[1]
    return image


def near(image: Image.Image, colour: tuple[int, int, int]) -> bool:
    seen = image.resize((1, 1)).getpixel((0, 0))
    return all(abs(one - other) < 12 for one, other in zip(seen, colour, strict=True))  # type: ignore[arg-type]


RED = (200, 30, 30)


def clear_png() -> bytes:
    return saved(Image.new("RGBA", (900, 1200), (0, 0, 0, 0)), "PNG")


def palette_png() -> bytes:
    image = Image.new("P", (900, 1200), 1)
    image.putpalette([0, 0, 0, *RED])
    return saved(image, "PNG")


@pytest.mark.parametrize(
    ("data", "colour"),
    [
        pytest.param(saved(Image.new("CMYK", (900, 1200), (0, 255, 255, 0))), (254, 0, 0), id="CMYK"),
        pytest.param(png(900, 1200, depth=16, colour=0), (128, 128, 128), id="grey of 16 bits"),
        pytest.param(png(900, 1200, depth=16, colour=6), (191, 191, 191), id="16 bits with alpha"),
        pytest.param(saved(Image.new("1", (900, 1200), 1), "PNG"), (255, 255, 255), id="one bit"),
        pytest.param(saved(Image.new("L", (901, 1203), 90)), (90, 90, 90), id="grey"),
        pytest.param(clear_png(), (255, 255, 255), id="transparent"),
        pytest.param(palette_png(), RED, id="palette"),
        pytest.param(saved(Image.new("RGB", (5, 4), RED), "PNG"), RED, id="tiny"),
        pytest.param(saved(Image.new("RGB", (9000, 3), RED), "PNG"), RED, id="a line"),
        pytest.param(
            saved(Image.new("RGB", (900, 1200), RED), "MPO", save_all=True, append_images=[Image.new("RGB", (9, 9))]),
            RED,
            id="several in one, as telephones make them",
        ),
        pytest.param(
            saved(Image.new("RGB", (300, 400), RED), "PNG", save_all=True, append_images=[Image.new("RGB", (9, 9))]),
            RED,
            id="animated",
        ),
        pytest.param(
            saved(
                Image.new("RGB", (300, 400), RED),
                icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + b"\0" * 500_000,
                comment=b"SECRET",
            ),
            RED,
            id="a large profile and a comment",
        ),
        pytest.param(saved(Image.new("RGB", (300, 400), RED)) + b"PK\x03\x04<script>", RED, id="polyglot"),
    ],
)
@pytest.mark.parametrize("size", [PHOTO_SIZE, PAGE_SIZE])
def test_drawn_anew(data: bytes, colour: tuple[int, int, int], size: tuple[int, int]) -> None:
    assert near(drawn(data, size), colour)


def with_place(extra: Image.Exif | None = None) -> bytes:
    exif = extra or Image.Exif()
    exif[0x010F] = "SECRET-CAMERA"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (31.0, 12.0, 5.0)
    return saved(Image.new("RGB", (400, 200), RED), exif=exif)


def test_place_and_camera_are_gone_and_the_right_way_is_kept() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = with_place(exif)
    assert b"SECRET-CAMERA" in data

    assert drawn(data).size == (200, 400)
    assert b"SECRET" not in redrawn_jpeg(data, size=PHOTO_SIZE)


def test_sideways_picture_fits_after_it_is_turned() -> None:
    exif = Image.Exif()
    exif[0x0112] = 8
    assert drawn(saved(Image.new("RGB", (4000, 3000), RED), exif=exif)).size == (600, 800)


def test_a_plain_jpeg_of_too_many_pixels_is_refused_by_its_head() -> None:
    data = bytearray(saved(Image.new("L", (16, 16))))
    head = data.index(b"\xff\xc0") + 5
    data[head : head + 4] = struct.pack(">HH", 6400, 6400)
    with pytest.raises(DomainError) as refused:
        redrawn_jpeg(bytes(data), size=PHOTO_SIZE)
    assert refused.value.code == "too_many_pixels"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(saved(Image.new("RGB", (400, 400)), "GIF"), id="GIF"),
        pytest.param(saved(Image.new("RGB", (400, 400)), "TIFF"), id="TIFF"),
        pytest.param(saved(Image.new("RGB", (400, 400)), "WEBP"), id="WebP"),
        pytest.param(b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', id="SVG"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", id="PostScript"),
        pytest.param(saved(Image.effect_noise((400, 400), 50).convert("RGB"))[:3000], id="JPEG cut off"),
        pytest.param(png(400, 400, lines=100)[:-30], id="PNG cut off"),
        pytest.param(png(400, 400, extra=chunk(b"zTXt", b"a\0\0" + zlib.compress(b"x" * 9_000_000))), id="text bomb"),
        pytest.param(png(0, 400, lines=0), id="no width"),
    ],
)
def test_refused(data: bytes) -> None:
    with pytest.raises(DomainError) as refused:
        redrawn_jpeg(data, size=PHOTO_SIZE)
    assert refused.value.code == "not_an_image"
