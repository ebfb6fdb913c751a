"""What stands on a printed page: its text in the order of drawing, the size of each page, the QR codes on it."""

import subprocess
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from pypdf import PdfReader

POINT = 25.4 / 72


def text_of(pdf: bytes, *page: int) -> str:
    """All that is printed, without spaces and line breaks."""
    chosen = [f"-f {page[0]} -l {page[0]}"] if page else []
    arguments = ["pdftotext", "-raw", *" ".join(chosen).split(), "-", "-"]
    printed = subprocess.run(arguments, input=pdf, capture_output=True, check=True).stdout.decode()
    return "".join(printed.split())


def sizes_of(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of every page, in millimetres."""
    boxes = [page.mediabox for page in PdfReader(BytesIO(pdf)).pages]
    return [(round(float(box.width) * POINT), round(float(box.height) * POINT)) for box in boxes]


def codes_of(pdf: bytes, dots: int = 110) -> list[str]:
    """What a telephone reads from the QR codes, in the order of the pages; each once a page."""
    with TemporaryDirectory() as folder:
        subprocess.run(["pdftoppm", "-gray", "-png", "-r", str(dots), "-", f"{folder}/p"], input=pdf, check=True)
        pages = sorted(Path(folder).glob("*.png"))
        return [code for page in pages for code in _read(page)]


def _read(page: Path) -> list[str]:
    read = subprocess.run(["zbarimg", "--raw", "-q", str(page)], capture_output=True, check=False).stdout.decode()
    return sorted(set(read.split()))
