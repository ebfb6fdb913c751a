"""HTML to PDF. Values come in as text; nothing is fetched from anywhere."""

from collections.abc import Sequence

from weasyprint import HTML
from weasyprint.urls import URLFetcher

from evaluation.documents.paper import Paper


def html_to_pdf(html: str, *, base: None = None, last_is_back: bool = False) -> bytes:
    """Return the PDF of a whole HTML page whose style sheet and pictures stand in it (``<style>``, ``data:`` URIs).

    ``base`` is always ``None``: a relative address has nothing to be relative to. Whatever else the page names
    (files of this machine, addresses of the network) is left out, so text of a user cannot make the server fetch.
    ``last_is_back``: the last page is laid out once and follows every other page, as its back.
    """
    rendered = HTML(string=html, base_url=base, url_fetcher=URLFetcher(allowed_protocols=["data"])).render()
    if last_is_back:
        *fronts, back = rendered.pages
        rendered = rendered.copy([page for front in fronts for page in (front, back)])
    document: bytes = rendered.write_pdf()
    return document


def paper_pdf(papers: Paper | Sequence[Paper]) -> bytes:
    raise NotImplementedError
