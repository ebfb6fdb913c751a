"""PDF without fetching, QR codes as paths."""

import re
import shutil
import subprocess
from io import BytesIO

import pytest
import segno
from pypdf import PdfReader

from evaluation.documents.paper import Layout, Paper, Text
from evaluation.documents.pdf import html_to_pdf, paper_pdf
from evaluation.documents.qr import qr_path


def test_chinese_text_becomes_a_pdf():
    assert html_to_pdf("<p lang='zh'>公述民评</p>").startswith(b"%PDF-")


def test_a_page_becomes_pdf_a():
    root = PdfReader(BytesIO(html_to_pdf("<html lang='zh'><p>公述民评"))).trailer["/Root"]

    assert b'pdfaid:part="2"' in root["/Metadata"].get_data()
    assert root["/Lang"] == "zh"


@pytest.mark.parametrize("place", ["http://127.0.0.1:1/a.png", "file:///etc/hostname", "/etc/hostname", "ftp://x/y"])
def test_nothing_is_fetched(place, monkeypatch):
    import urllib.request

    opened = []
    monkeypatch.setattr(urllib.request.OpenerDirector, "open", lambda self, *a, **k: opened.append(a))

    html_to_pdf(f"<img src='{place}'><link rel='stylesheet' href='{place}'><p>x</p>")

    assert opened == []


def test_a_picture_in_the_page_is_drawn():
    svg = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/%3E"

    assert html_to_pdf(f'<img src="{svg}">').startswith(b"%PDF-")


def test_characters_that_a_file_cannot_hold_are_left_out_on_paper():
    pdf = paper_pdf(Paper(Layout.REPORT, "题\x00目", [Text("正\x0b文\ud800\x1f")]))

    assert "题目正文" in "".join(PdfReader(BytesIO(pdf)).pages[0].extract_text().split())


@pytest.mark.parametrize("is_random", [False, True])
def test_the_path_has_exactly_the_dark_modules(is_random):
    text = "https://minping.example/v/#abcdefghijklmnopqrstuvwxyz123456789012"
    drawn = qr_path(text, is_random=is_random)
    dark = set()
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", drawn.path):
        dark |= {(int(x) + n, int(y)) for n in range(int(length))}
    code = segno.make(text, error="m", micro=False, boost_error=False, mask=3 if is_random else None)
    rows = list(code.matrix_iter(border=4))

    assert drawn.size == len(rows)
    assert dark == {(x, y) for y, row in enumerate(rows) for x, module in enumerate(row) if module}


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler")
def test_a_back_follows_every_front():
    style = "<style>.page{break-after:page}</style>"
    fronts = "".join(f"<p class='page'>front {number}</p>" for number in range(3))

    pdf = html_to_pdf(f"{style}{fronts}<p>back</p>", last_is_back=True)

    text = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    assert text.split() == ["front", "0", "back", "front", "1", "back", "front", "2", "back"]
