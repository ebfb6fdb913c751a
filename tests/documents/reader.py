"""Reads a PDF back as what is on paper: runs of text with their places, and the ink of a page."""

import re
import subprocess
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from xml.etree import ElementTree

from PIL import Image, ImageChops
from pypdf import PdfReader

POINT = 25.4 / 72
RUN = re.compile(r"1 0 0 -1 ([\d.]+) ([\d.]+) Tm\n/(\w+) ([\d.]+) Tf\n\[(.*?)\] TJ")
DOTS = 150


@dataclass(frozen=True)
class Run:
    """Text set in one font: where it begins and its line stands (millimetres from the left and the top), its size."""

    x: float
    baseline: float
    font: str
    points: float
    glyphs: tuple[int, ...]


@dataclass(frozen=True)
class Word:
    """A word with its box, in millimetres."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


class Printed:
    def __init__(self, pdf: bytes) -> None:
        self.pdf = pdf
        self.reader = PdfReader(BytesIO(pdf))
        self.images: dict[int, Image.Image] = {}

    @property
    def sizes(self) -> list[tuple[float, float]]:
        boxes = [page.mediabox for page in self.reader.pages]
        return [(round(float(box.width) * POINT, 1), round(float(box.height) * POINT, 1)) for box in boxes]

    @cached_property
    def runs(self) -> list[list[Run]]:
        return [_runs(page.get_contents().get_data().decode("latin-1")) for page in self.reader.pages]

    @cached_property
    def words(self) -> list[list[Word]]:
        listed = _poppler("pdftotext", self.pdf, "-bbox", "-", "-").decode()
        listed = re.sub(r"<title>.*?</title>|<meta[^>]*>|<!DOCTYPE[^>]*>", "", listed, flags=re.DOTALL)
        pages = ElementTree.fromstring(listed).iter("{http://www.w3.org/1999/xhtml}page")
        return [[_word(word) for word in page] for page in pages]

    @cached_property
    def text(self) -> str:
        return _poppler("pdftotext", self.pdf, "-", "-").decode()

    @cached_property
    def fonts(self) -> list[list[str]]:
        """The lines of pdffonts: name, …, embedded, subset, with a table of characters, object, generation."""
        return [line.split() for line in _poppler("pdffonts", self.pdf, "-").decode().splitlines()[2:]]

    def words_with(self, text: str) -> list[Word]:
        return [word for page in self.words for word in page if text in word.text]

    def ink(self, page: int, colour: str) -> list[tuple[float, float]]:
        """Return the bands of a page (from one) that have ``red`` or ``black`` ink: top and bottom in millimetres."""
        red, green, _ = self.image(page).split()
        if colour == "red":
            found = ImageChops.multiply(red.point(lambda value: 255 * (value > 180)), green.point(_is_low))
        else:
            found = ImageChops.multiply(red.point(_is_low), green.point(_is_low))
        return _bands(found.getprojection()[1])

    def image(self, page: int) -> Image.Image:
        if page not in self.images:
            pages = ["-f", str(page), "-l", str(page), "-singlefile"]
            drawn = _poppler("pdftoppm", self.pdf, "-r", str(DOTS), *pages, "-")
            self.images[page] = Image.open(BytesIO(drawn)).convert("RGB")
        return self.images[page]


def squeezed(text: str) -> str:
    """Text without what a reader of files adds or drops: spaces, page numbers, underscores."""
    return re.sub(r"[\s_]|—\s*\d+\s*—", "", text)


def _poppler(tool: str, pdf: bytes, *arguments: str) -> bytes:
    return subprocess.run([tool, *arguments], input=pdf, capture_output=True, check=True).stdout


def _runs(content: str) -> list[Run]:
    return [
        Run(
            x=float(x) * 0.75 * POINT,
            baseline=float(y) * 0.75 * POINT,
            font=font,
            points=round(float(size) * 0.75, 1),
            glyphs=tuple(
                int(four, 16) for one in re.findall(r"<([0-9a-f]*)>", shown) for four in re.findall("....", one)
            ),
        )
        for x, y, font, size, shown in RUN.findall(content)
    ]


def _word(word: ElementTree.Element) -> Word:
    box = [float(word.attrib[side]) * POINT for side in ("xMin", "yMin", "xMax", "yMax")]
    return Word(word.text or "", *box)


def _is_low(value: int) -> int:
    return 255 * (value < 120)


def _bands(rows: list[int]) -> list[tuple[float, float]]:
    bands: list[list[int]] = []
    for y, has_ink in enumerate(rows):
        if has_ink and bands and y - bands[-1][1] <= 1:
            bands[-1][1] = y
        elif has_ink:
            bands.append([y, y])
    return [(top / DOTS * 25.4, (bottom + 1) / DOTS * 25.4) for top, bottom in bands]
