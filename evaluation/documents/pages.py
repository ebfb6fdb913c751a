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


def merged_pdf(pdfs: Iterable[bytes]) -> bytes:
    """Return one PDF of all, each beginning on the front of a sheet: an odd number of pages is filled up with one."""
    writer = PdfWriter()
    for data in pdfs:
        reader = PdfReader(BytesIO(data))
        writer.append(reader)
        if len(reader.pages) % 2:
            writer.add_blank_page()
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
