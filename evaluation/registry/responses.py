"""How a paper leaves the house: drawn as the format that was asked for."""

from collections.abc import Callable, Sequence

from django.http import Http404, HttpResponse
from django.urls import reverse

from evaluation.documents.docx import paper_docx
from evaluation.documents.paper import Paper
from evaluation.documents.pdf import paper_pdf
from evaluation.files.responses import download

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DRAWN: dict[str, tuple[Callable[[Paper | Sequence[Paper]], bytes], str]] = {
    "pdf": (paper_pdf, PDF),
    "docx": (paper_docx, DOCX),
}


def paper_links(
    label: str, name: str, *keys: object, forms: Sequence[str] = ("pdf", "docx")
) -> list[tuple[str, str, str]]:
    """Return the rows of ``components/_downloads.html`` for the address ``name``, whose last key is the format."""
    return [(label, reverse(name, args=[*keys, form]), form.upper()) for form in forms]


def paper_response(paper: Paper | Sequence[Paper], stem: str, form: str) -> HttpResponse:
    """Answer with ``paper`` to be saved as ``stem.form``; ``form`` is ``pdf`` or ``docx``, anything else a 404."""
    if form not in DRAWN:
        raise Http404
    draw, content_type = DRAWN[form]
    return download(draw(paper), f"{stem}.{form}", content_type)


def workbook_response(data: bytes, stem: str) -> HttpResponse:
    """Answer with a workbook to be saved as ``stem.xlsx``."""
    return download(data, f"{stem}.xlsx", XLSX)
