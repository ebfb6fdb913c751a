"""HTML to PDF. Values come in as text; nothing is fetched from anywhere."""

from weasyprint import HTML
from weasyprint.urls import URLFetcher


def html_to_pdf(html: str, *, base: None = None) -> bytes:
    """Return the PDF of a whole HTML page whose style sheet and pictures stand in it (``<style>``, ``data:`` URIs).

    ``base`` is always ``None``: a relative address has nothing to be relative to. Whatever else the page names
    (files of this machine, addresses of the network) is left out, so text of a user cannot make the server fetch.
    """
    document: bytes = HTML(string=html, base_url=base, url_fetcher=URLFetcher(allowed_protocols=["data"])).write_pdf()
    return document
