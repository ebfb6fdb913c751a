"""What stands in a paper, in its PDF and in its .docx: text without white space, sizes of pages, QR codes."""

import subprocess
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from docx import Document
from pypdf import PdfReader

from evaluation.documents.docx import paper_docx
from evaluation.documents.paper import Block, Fields, Grid, Heading, Note, Opinion, Paper, Signatures, Text
from evaluation.documents.pdf import paper_pdf

POINT = 25.4 / 72


def bare(text: object) -> str:
    return "".join(str(text).split())


def texts_of(paper: Paper) -> list[str]:
    """Every text that the paper holds, in its order."""
    return [
        text for text in map(bare, [*_head(paper), *(one for block in paper.blocks for one in _said(block))]) if text
    ]


def grids_of(paper: Paper) -> list[Grid]:
    return [block for block in paper.blocks if isinstance(block, Grid)]


def values_of(paper: Paper) -> dict[str, str]:
    """What stands in the cells of a form, by their labels."""
    forms = (block for block in paper.blocks if isinstance(block, Fields))
    return {label: value for form in forms for row in form.rows for label, value in row}


def words_of(papers: Paper | Sequence[Paper]) -> str:
    several = [papers] if isinstance(papers, Paper) else papers
    return "\n".join(text for paper in several for text in texts_of(paper))


def _head(paper: Paper) -> Iterator[str]:
    yield from (paper.title, *paper.subtitle.split("\u3000"), paper.number, paper.addressee)


def _said(block: Block) -> Iterator[object]:
    match block:
        case Heading(text=text) | Note(text=text):
            yield text
        case Text(text=text):
            yield from text.splitlines()
        case Fields(rows=rows):
            yield from (line for row in rows for pair in row for part in pair for line in part.splitlines())
        case Grid(header=header, rows=rows, caption=caption):
            yield caption
            yield from header
            yield from (line for row in rows for cell in row if cell is not None for line in str(cell).splitlines())
        case Opinion(label=label, text=text):
            yield from (label, text)
        case Signatures(labels=labels):
            yield from labels


def docx_text(data: bytes) -> str:
    document = Document(BytesIO(data))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return bare("".join([*(paragraph.text for paragraph in document.paragraphs), *cells]))


def missing_in_print(papers: Sequence[Paper]) -> dict[str, list[str]]:
    """Draw ``papers`` as one PDF and one .docx: which texts are missing where."""
    printed, written = text_of(paper_pdf(papers)), docx_text(paper_docx(papers))
    texts = [text for paper in papers for text in texts_of(paper)]
    drawn = {"pdf": printed, "docx": written}
    return {name: [text for text in texts if text not in whole] for name, whole in drawn.items()}


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
