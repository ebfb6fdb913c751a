"""Pictures from outside: looked at before they are decoded, then drawn anew, so that nothing but pixels is kept."""

import io
import struct
import warnings
import zlib

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageFile, ImageOps

from evaluation.errors import DomainError

FORMATS = ("JPEG", "PNG")
# 40 megapixels are more than a good telephone takes.
MOST_PIXELS = 40_000_000
# What a decoded picture may need while it is made smaller; a whole upload stays below 200 MB with it.
MOST_MEMORY = 150_000_000
# A progressive JPEG is drawn as often as it has scans; a program writes ten, a hostile one 100,000 in few bytes.
MOST_SCANS = 60
STRIP = 256
PHOTO_SIZE = (600, 800)
PAGE_SIZE = (2000, 2800)
SIDEWAYS = frozenset({5, 6, 7, 8})
ORIENTATION = 0x0112
BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    MemoryError,
    TypeError,
    KeyError,
    IndexError,
    OverflowError,
    ZeroDivisionError,
    AttributeError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)


def redrawn_jpeg(data: bytes, *, size: tuple[int, int]) -> bytes:
    """Return ``data`` (JPEG or PNG by content) as a JPEG that fits into ``size`` pixels, without any metadata.

    Raises ``DomainError``: ``not_an_image`` (SVG included), ``too_many_pixels`` before anything is decoded. Needs less
    than 200 MB whatever comes.
    """
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint's import says yes to what is cut off, for the whole process
    image = _opened(data)
    try:
        turned = image.getexif().get(ORIENTATION) in SIDEWAYS
        wide, high = size[::-1] if turned else size
        ratio = min(wide / image.width, high / image.height, 1)
        fitted = (max(1, round(image.width * ratio)), max(1, round(image.height * ratio)))
        image.draft("RGB", fitted)
        drawn = _drawn(image, fitted)
        drawn = ImageOps.exif_transpose(drawn)
    except BROKEN as error:
        raise _not_an_image() from error
    drawn.info.clear()
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=85, optimize=True, exif=b"")
    return out.getvalue()


def _opened(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except BROKEN as error:
        raise _not_an_image() from error
    if image.width * image.height > MOST_PIXELS:
        raise _too_many_pixels()
    if data.startswith(b"\xff\xd8") and data.count(b"\xff\xda") > MOST_SCANS:
        raise _not_an_image()
    if _memory_of(image) > MOST_MEMORY:
        raise DomainError(
            "too_many_pixels", _("The picture is too large inside. Save it as a JPEG of 20 million pixels at most.")
        )
    return image


def _memory_of(image: Image.Image) -> float:
    """What decoding needs: every pixel of a PNG, every coefficient of a progressive JPEG (two bytes each)."""
    pixels = image.width * image.height
    if image.format == "PNG":
        return pixels * {"1": 1, "L": 1, "P": 1, "I;16": 2}.get(image.mode, 4)
    if not image.info.get("progressive"):
        return 0
    layers = [(across, down) for _number, across, down, _table in getattr(image, "layer", ())]
    most = max((across * down for across, down in layers), default=1)
    return 2 * pixels * sum(across * down / most for across, down in layers)


def _drawn(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Give a fresh picture of at most ``size``: copied pixels only, what is transparent on white.

    Strip by strip, since a copy of the whole would need as much again; the original is given up before the last step.
    """
    factor = max(1, min(image.width // size[0], image.height // size[1]))
    image.load()
    orientation = image.getexif().get(ORIENTATION)
    flat = Image.new("RGB", (-(-image.width // factor), -(-image.height // factor)), "white")
    step = STRIP * factor
    for top in range(0, image.height, step):
        strip = _on_white(image.crop((0, top, image.width, min(top + step, image.height))))
        flat.paste(strip.reduce(factor) if factor > 1 else strip, (0, top // factor))
    image.close()
    drawn = flat.resize(size, Image.Resampling.LANCZOS) if flat.size != size else flat
    if isinstance(orientation, int):
        drawn.getexif()[ORIENTATION] = orientation
    return drawn


def _on_white(strip: Image.Image) -> Image.Image:
    if strip.mode == "RGB" and "transparency" not in strip.info:
        return strip
    if strip.mode.startswith("I"):  # grey of 16 bits
        return strip.convert("I").point(lambda value: value * (1 / 257)).convert("L").convert("RGB")
    if strip.mode == "CMYK":
        return strip.convert("RGB")
    flat = Image.new("RGB", strip.size, "white")
    rgba = strip.convert("RGBA")
    flat.paste(rgba, mask=rgba.getchannel("A"))
    return flat


def _not_an_image() -> DomainError:
    return DomainError("not_an_image", _("This is not a JPEG or PNG picture. Save it as JPEG and upload it again."))


def _too_many_pixels() -> DomainError:
    return DomainError(
        "too_many_pixels", _("The picture has more than 40 million pixels. Make it smaller and upload it again.")
    )
