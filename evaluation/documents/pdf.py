"""HTML to PDF, and papers to PDF. Values come in as text; nothing is fetched from anywhere."""

import base64
from collections.abc import Iterator, Sequence
from typing import Any

from django.template.loader import render_to_string

from evaluation.documents.fonts import stacks
from evaluation.documents.layout import (
    OFFICIAL,
    PAGE,
    as_papers,
    date_indent,
    day_text,
    fields_table,
    grid_table,
    organ_points,
    paragraphs,
    title_lines,
)
from evaluation.documents.paper import Bars, Block, Fields, Grid, Layout, Opinion, Paper, Picture, Text

# isort: split
# After fonts, which says where the fonts are.
from weasyprint import HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

ARCHIVE = "pdf/a-2a"  # kept for good, and readable aloud
PIXELS = 96 / 25.4  # of style sheets, to a millimetre


def html_to_pdf(html: str, *, base: None = None, last_is_back: bool = False) -> bytes:
    """Return the PDF of a whole HTML page whose style sheet and pictures stand in it (``<style>``, ``data:`` URIs).

    ``base`` is always ``None``: a relative address has nothing to be relative to. Whatever else the page names
    (files of this machine, addresses of the network) is left out, so text of a user cannot make the server fetch.
    ``last_is_back``: the last page is laid out once and follows every other page, as its back.
    """
    rendered = HTML(string=html, base_url=base, url_fetcher=_fetcher()).render()
    if last_is_back:
        *fronts, back = rendered.pages
        rendered = rendered.copy([page for front in fronts for page in (front, back)])
    document: bytes = rendered.write_pdf()
    return document


def paper_pdf(papers: Paper | Sequence[Paper]) -> bytes:
    """Return the papers as one PDF/A-2a file; each begins a new page and counts its pages from one.

    Its language and title are those of the first paper. No papers: ``ValueError``.
    """
    several = as_papers(papers)
    if not several:
        raise ValueError("A document needs at least one paper.")
    fonts = FontConfiguration()
    rendered = [_rendered(paper, fonts) for paper in several]
    pages = [page for document in rendered for page in document.pages]
    document: bytes = rendered[0].copy(pages).write_pdf(pdf_variant=ARCHIVE)
    return document


def _fetcher() -> URLFetcher:
    return URLFetcher(allowed_protocols=["data"])


def _rendered(paper: Paper, fonts: FontConfiguration) -> Document:
    html = HTML(string=paper_html(paper), base_url=None, url_fetcher=_fetcher())
    return html.render(font_config=fonts, presentational_hints=True)


def paper_html(paper: Paper) -> str:
    """Return the page that a paper is printed from."""
    return render_to_string(
        "documents/paper_document.html",
        {
            "paper": paper,
            "fonts": stacks(),
            "page": PAGE[paper.layout],
            "is_official": paper.layout in OFFICIAL,
            "is_wide": paper.layout is Layout.WIDE_FORM,
            "title_lines": title_lines(paper.title),
            "organ_points": organ_points(paper.organ),
            "blocks": [*_drawn_blocks(paper)],
            "day": day_text(paper.day) if paper.day else "",
            "date_indent": date_indent(paper.signer, paper.day) if paper.day else 2,
            "printed_on": day_text(paper.printed_on) if paper.printed_on else "",
        },
    )


def _drawn_blocks(paper: Paper) -> Iterator[dict[str, Any]]:
    """Each block with the template that draws it, and what that cannot work out itself."""
    for block in paper.blocks:
        yield {
            "template": f"documents/_{type(block).__name__.lower()}_part.html",
            "block": block,
            **_drawn(block, paper),
        }


def _drawn(block: Block, paper: Paper) -> dict[str, Any]:
    width = PAGE[paper.layout].text_width
    match block:
        case Text(text=text):
            return {"lines": paragraphs(text)}
        case Opinion(text=text):
            return {"lines": paragraphs(text), "room": range(block.lines)}
        case Fields(rows=rows):
            table = fields_table(rows, width)
            return {"table": table, "shares": [share / width * 100 for share in table.widths]}
        case Grid():
            table = grid_table(block, width)
            return {
                "table": table,
                "shares": [share / width * 100 for share in table.widths],
                "header": table.rows[: table.heads],
                "rows": table.rows[table.heads :],
                "size": _grid_size(len(table.widths)),
            }
        case Bars():
            most = block.most or 1
            rows = [(label, min(max(value / most * 100, 0), 100), figure) for label, value, figure in block.rows]
            return {"rows": rows}
        case Picture(jpeg=jpeg):
            source = f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
            return {"source": source, "width": round(block.width * PIXELS), "height": round(block.height * PIXELS)}
    return {}


def _grid_size(columns: int) -> str:
    return "large" if columns <= 8 else "middle" if columns <= 13 else "small"
