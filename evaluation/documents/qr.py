"""QR codes as the path of an SVG, to be drawn by ``templates/components/_qr.html``."""

from dataclasses import dataclass

import segno

QUIET_ZONE = 4
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
