"""QR codes: as the path of an SVG, drawn by ``templates/components/_qr.html``, or as a picture of a paper."""

from dataclasses import dataclass
from io import BytesIO

import segno
from PIL import Image

from evaluation.documents.paper import Picture

QUIET_ZONE = 4
DOTS = 8  # pixels of a module: one block of a JPEG, so that edges stay sharp
ANY_MASK = 3


@dataclass(frozen=True)
class QrPath:
    """``size``: modules across, quiet zone included; ``path``: SVG path data in modules, dark on light."""

    size: int
    path: str


def qr_path(text: str, *, is_random: bool = False) -> QrPath:
    """Return the QR code of ``text`` (error correction M: readable from a creased slip).

    ``is_random``: the mask is not searched for, which is most of the work; it breaks up patterns, and a random token
    has none. Raises ``segno.DataOverflowError`` beyond about 2,300 bytes.
    """
    mask = ANY_MASK if is_random else None
    code = segno.make(text, error="m", micro=False, boost_error=False, mask=mask)
    rows = [bytes(row) for row in code.matrix_iter(border=QUIET_ZONE)]
    return QrPath(size=len(rows), path="".join(_runs(y, row) for y, row in enumerate(rows)))


def _runs(y: int, row: bytes) -> str:
    """Draw each run of dark modules of a row as one bar."""
    drawn, x = [], 0
    for run in row.split(b"\x00"):
        if run:
            drawn.append(f"M{x} {y}h{len(run)}v1h-{len(run)}z")
        x += len(run) + 1
    return "".join(drawn)


def qr_picture(text: str, *, alt: str, width: float) -> Picture:
    """Return the QR code of ``text`` as a picture of a paper, ``width`` millimetres wide and high."""
    code = segno.make(text, error="m", micro=False, boost_error=False)
    drawn = BytesIO()
    rows = [bytes(255 * (1 - bit) for bit in row) for row in code.matrix_iter(border=QUIET_ZONE)]
    image = Image.frombytes("L", (len(rows), len(rows)), b"".join(rows))
    image.resize((len(rows) * DOTS, len(rows) * DOTS), Image.Resampling.NEAREST).save(drawn, "JPEG", quality=95)
    return Picture(jpeg=drawn.getvalue(), alt=alt, width=width, height=width)
