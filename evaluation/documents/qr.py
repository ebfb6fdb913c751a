"""QR codes as the path of an SVG, to be drawn by ``templates/components/_qr.html``."""

from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO

import segno

QUIET_ZONE = 4
PNG_SCALE = 6
ANY_MASK = 3


@dataclass(frozen=True)
class QrPath:
    """``size``: modules across, quiet zone included; ``path``: SVG path data in modules, dark on light."""

    size: int
    path: str


def qr_path(text: str) -> QrPath:
    """Return the QR code of ``text`` (error correction M: readable from a creased slip).

    Raises ``segno.DataOverflowError`` beyond about 2,300 bytes.
    """
    code = segno.make(text, error="m", micro=False, boost_error=False)
    rows = [bytes(row) for row in code.matrix_iter(border=QUIET_ZONE)]
    return QrPath(size=len(rows), path="".join(_runs(y, row) for y, row in enumerate(rows)))


def qr_png(text: str) -> str:
    """Return the QR code of ``text`` as a ``data:`` address: many of them on paper, at a fraction of the time.

    The mask is not searched for: what stands on slips is random, and any mask serves.
    """
    code = segno.make(text, error="m", micro=False, boost_error=False, mask=ANY_MASK)
    data = BytesIO()
    code.save(data, kind="png", scale=PNG_SCALE, border=QUIET_ZONE)
    return "data:image/png;base64," + b64encode(data.getvalue()).decode()


def _runs(y: int, row: bytes) -> str:
    """Draw each run of dark modules of a row as one bar."""
    drawn, x = [], 0
    for run in row.split(b"\x00"):
        if run:
            drawn.append(f"M{x} {y}h{len(run)}v1h-{len(run)}z")
        x += len(run) + 1
    return "".join(drawn)
