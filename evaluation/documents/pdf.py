"""HTML to PDF, and papers to PDF. Values come in as text; nothing is fetched from anywhere."""

import base64
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from typing import Any

from django.template.loader import render_to_string

from evaluation.documents.fonts import stacks
from evaluation.documents.layout import (
    OFFICIAL,
    PAGE,
    Measures,
    Table,
    as_papers,
    date_indent,
    day_text,
    em_width,
    fields_table,
    grid_table,
    has_imprint,
    label_width,
    organ_points,
    paragraphs,
    printable,
    title_lines,
)
from evaluation.documents.paper import Bars, Block, Fields, Grid, Layout, Opinion, Paper, Picture, Text

# isort: split
# After fonts, which says where the fonts are.
from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

MOST_CLOSER = 4  # pages of a form that is tried closer to save one
ARCHIVE = "pdf/a-2a"  # kept for good, and readable aloud


def html_to_pdf(html: str, *, base: None = None, last_is_back: bool = False) -> bytes:
    """Return the PDF of a whole HTML page whose style sheet and pictures stand in it (``<style>``, ``data:`` URIs).

    ``base`` is always ``None``: a relative address has nothing to be relative to. Whatever else the page names
    (files of this machine, addresses of the network) is left out, so text of a user cannot make the server fetch.
    ``last_is_back``: the last page is laid out once and follows every other page, as its back. Such slips are for one
    use and not for an archive; all else is PDF/A-2a.
    """
    rendered = HTML(string=html, base_url=base, url_fetcher=_fetcher()).render()
    if last_is_back:
        *fronts, back = rendered.pages
        rendered = rendered.copy([page for front in fronts for page in (front, back)])
    document: bytes = rendered.write_pdf(pdf_variant=None if last_is_back else ARCHIVE)
    return document


def paper_pdf(papers: Paper | Sequence[Paper]) -> bytes:
    """Return the papers as one PDF/A-2a file; each begins a new page and counts its pages from one.

    Its language and title are those of the first paper. No papers: ``ValueError``.
    """
    several = as_papers(papers)
    if not several:
        raise ValueError("A document needs at least one paper.")
    fonts = FontConfiguration()
    rendered = [_rendered(paper, fonts)[0] for paper in several]
    pages = [page for document in rendered for page in document.pages]
    document: bytes = rendered[0].copy(pages).write_pdf(pdf_variant=ARCHIVE)
    return document


def _fetcher() -> URLFetcher:
    return URLFetcher(allowed_protocols=["data"])


def is_set_closer(paper: Paper) -> bool:
    """Whether a form of a few pages is set closer, so that it has one less."""
    if paper.layout in OFFICIAL:
        return False
    known = _closer.get(_digest(paper_html(paper)))
    return _rendered(paper, FontConfiguration())[1] if known is None else known


# Whoever draws a paper as PDF and as .docx lays it out once: by the digests of the last papers, which were set closer.
_closer: dict[bytes, bool] = {}
REMEMBERED = 200


def _digest(html: str) -> bytes:
    return sha256(html.encode()).digest()


def _rendered(paper: Paper, fonts: FontConfiguration) -> tuple[Document, bool]:
    """Lay a paper out; the second value tells whether it is set closer."""
    html = paper_html(paper)
    rendered, is_closer = _laid_out(html, paper.layout, fonts), False
    if paper.layout not in OFFICIAL and 1 < len(rendered.pages) <= MOST_CLOSER:
        close = _laid_out(paper_html(paper, is_close=True), paper.layout, fonts)
        is_closer = len(close.pages) < len(rendered.pages)
        rendered = close if is_closer else rendered
    if len(_closer) >= REMEMBERED:
        _closer.clear()
    _closer[_digest(html)] = is_closer
    return rendered, is_closer


def _laid_out(html: str, layout: Layout, fonts: FontConfiguration) -> Document:
    page = HTML(string=html, base_url=None, url_fetcher=_fetcher())
    return page.render(font_config=fonts, stylesheets=[_style(layout)])


@cache
def _style(layout: Layout) -> CSS:
    """The style sheet of a layout, read once: it takes as long as a page of text."""
    values = {"fonts": stacks(), "page": PAGE[layout], "layout": layout, "is_official": layout in OFFICIAL}
    return CSS(string=render_to_string("documents/paper_style.css", values), url_fetcher=_fetcher())


def paper_html(paper: Paper, *, is_close: bool = False) -> str:
    """Return the page that a paper is printed from; ``is_close``: with less room between its lines."""
    lengths: dict[str, str] = {}
    blocks = [_drawn(block, paper, lengths) for block in paper.blocks]
    page = render_to_string(
        "documents/paper_document.html",
        {
            "paper": paper,
            "is_official": paper.layout in OFFICIAL,
            "is_close": is_close,
            "title_lines": title_lines(paper.title),
            "organ_points": organ_points(paper.organ),
            "lengths": lengths,
            "blocks": blocks,
            "day": day_text(paper.day) if paper.day else "",
            "date_indent": date_indent(paper.signer, paper.day),
            "imprint": has_imprint(paper),
            "printed_on": day_text(paper.printed_on) if paper.printed_on else "",
        },
    )
    return printable(page)


def _drawn(block: Block, paper: Paper, lengths: dict[str, str]) -> dict[str, Any]:
    """Return a block with the template that draws it, and what that cannot work out itself."""
    template = f"documents/_{type(block).__name__.lower()}_part.html"
    return {"template": template, "block": block, **_worked_out(block, paper, lengths)}


def _worked_out(block: Block, paper: Paper, lengths: dict[str, str]) -> dict[str, Any]:
    page, label = PAGE[paper.layout], label_width(paper)
    width = page.text_width
    match block:
        case Text(text=text):
            return {"lines": paragraphs(text)}
        case Opinion(text=text):
            lines, narrow = paragraphs(text), _long("w", label, lengths)
            return {"lines": lines, "room": range(block.lines), "label": narrow, "is_long": em_width(text) > 600}
        case Fields(rows=rows):
            return _drawn_table(fields_table(rows, width, label), page, lengths)
        case Grid():
            return _drawn_table(grid_table(block, width), page, lengths)
        case Bars():
            most = block.most or 1
            return {"rows": [(name, min(max(value / most * 100, 0), 100), said) for name, value, said in block.rows]}
        case Picture(jpeg=jpeg):
            source = f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
            sides = {"width": _long("w", block.width, lengths), "height": _long("h", block.height, lengths)}
            return {"source": source, **sides}
    return {}


def _drawn_table(table: Table, page: Measures, lengths: dict[str, str]) -> dict[str, Any]:
    rows = [(row, table.may_break(row, page)) for row in table.rows[table.heads :]]
    return {
        "widths": [_long("w", width, lengths) for width in table.widths],
        "header": table.rows[: table.heads],
        "rows": rows,
        "breaks": any(may_break for _, may_break in rows),
        "is_whole": table.stays_whole(page),
        "size": {12: "large", 10.5: "middle"}.get(table.points, "small"),
    }


def _long(side: str, millimetres: float, lengths: dict[str, str]) -> str:
    """Return the class that makes an element so wide (``w``) or high (``h``), and note that it is needed."""
    name = f"{millimetres * 100:.0f}"
    lengths[name] = f"{millimetres:.2f}"
    return side + name
