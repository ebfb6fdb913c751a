"""Pictures from outside: looked at before they are decoded, then drawn anew, so that nothing but pixels is kept."""

import io
import warnings

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from evaluation.errors import DomainError

FORMATS = ("JPEG", "PNG")
# 40 megapixels are more than a good telephone takes; 3 bytes each stay far below what a process may use.
MOST_PIXELS = 40_000_000
PHOTO_SIZE = (600, 800)
PAGE_SIZE = (2000, 2800)


def redrawn_jpeg(data: bytes, *, size: tuple[int, int]) -> bytes:
    """Return ``data`` (JPEG or PNG by content) as a JPEG that fits into ``size`` pixels, without any metadata.

    Raises ``DomainError``: ``not_an_image`` (SVG included), ``too_many_pixels`` before anything is decoded.
    """
    image = _opened(data)
    try:
        image.draft("RGB", size)
        drawn = _on_white(ImageOps.exif_transpose(image))
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, Image.DecompressionBombError) as error:
        raise _not_an_image() from error
    drawn.thumbnail(size, Image.Resampling.LANCZOS)
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=85, optimize=True, exif=b"")
    return out.getvalue()


def _opened(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except (OSError, ValueError, SyntaxError, TypeError) as error:
        raise _not_an_image() from error
    if image.width * image.height > MOST_PIXELS:
        raise _too_many_pixels()
    return image


def _on_white(image: Image.Image) -> Image.Image:
    """Give a fresh picture: copied pixels only, what is transparent on white."""
    flat = Image.new("RGB", image.size, "white")
    rgba = image.convert("RGBA")
    flat.paste(rgba, mask=rgba.getchannel("A"))
    return flat


def _not_an_image() -> DomainError:
    return DomainError("not_an_image", _("This is not a JPEG or PNG picture. Save it as JPEG and upload it again."))


def _too_many_pixels() -> DomainError:
    return DomainError(
        "too_many_pixels", _("The picture has more than 40 million pixels. Make it smaller and upload it again.")
    )
