"""Whole PDF files: how many pages, and several behind one another."""

from collections.abc import Iterable
from io import BytesIO

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError


def page_count(pdf: bytes) -> int | None:
    """Return the number of pages, or ``None`` of what cannot be read as a PDF."""
    try:
        return len(PdfReader(BytesIO(pdf)).pages)
    except (PyPdfError, ValueError, KeyError, TypeError):
        return None


def merged_pdf(pdfs: Iterable[tuple[bytes, bool]]) -> bytes:
    """Return one PDF of all, to be printed on both sides: each begins on the front of a sheet.

    ``pdfs``: the bytes, and whether its pages stand on sheets of their own (plates to be folded, letters): then each
    has an empty back.
    """
    writer = PdfWriter()
    for data, is_single in pdfs:
        pages = PdfReader(BytesIO(data)).pages
        for place, page in enumerate(pages, start=1):
            writer.add_page(page)
            if is_single or (place == len(pages) and place % 2):
                writer.add_blank_page(page.mediabox.width, page.mediabox.height)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
