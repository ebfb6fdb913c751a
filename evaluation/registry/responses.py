"""How a paper leaves the house: drawn as the format that was asked for."""

from collections.abc import Callable, Sequence

from django.http import Http404, HttpResponse

from evaluation.documents.docx import paper_docx
from evaluation.documents.paper import Paper
from evaluation.documents.pdf import paper_pdf
from evaluation.files.responses import download

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DRAWN: dict[str, tuple[Callable[[Paper | Sequence[Paper]], bytes], str]] = {
    "pdf": (paper_pdf, PDF),
    "docx": (paper_docx, DOCX),
}


def paper_response(paper: Paper | Sequence[Paper], stem: str, form: str) -> HttpResponse:
    """Answer with ``paper`` to be saved as ``stem.form``; ``form`` is ``pdf`` or ``docx``, anything else a 404."""
    if form not in DRAWN:
        raise Http404
    draw, content_type = DRAWN[form]
    return download(draw(paper), f"{stem}.{form}", content_type)
