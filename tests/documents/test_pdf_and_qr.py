"""PDF without fetching, QR codes as paths."""

import re
import shutil
import subprocess
from base64 import b64decode
from io import BytesIO

import pytest
import segno
from PIL import Image

from evaluation.documents.pdf import html_to_pdf
from evaluation.documents.qr import qr_path, qr_png


def test_chinese_text_becomes_a_pdf():
    assert html_to_pdf("<p lang='zh'>公述民评</p>").startswith(b"%PDF-")


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


def test_the_path_has_exactly_the_dark_modules():
    text = "https://minping.example/2012/mzj/abcdefgh/"
    drawn = qr_path(text)
    dark = set()
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", drawn.path):
        dark |= {(int(x) + n, int(y)) for n in range(int(length))}
    code = segno.make(text, error="m", micro=False, boost_error=False)
    rows = list(code.matrix_iter(border=4))

    assert drawn.size == len(rows)
    assert dark == {(x, y) for y, row in enumerate(rows) for x, module in enumerate(row) if module}


def test_the_picture_of_a_code_has_its_quiet_zone():
    address = qr_png("https://minping.example/v/#abcdefghijklmnopqrstuvwxyz123456789012")
    kind, _comma, data = address.partition(",")
    picture = Image.open(BytesIO(b64decode(data))).convert("L")

    assert kind == "data:image/png;base64"
    assert picture.width == picture.height
    assert {picture.getpixel((place, place)) for place in range(24)} == {255}
    assert picture.getpixel((25, 25)) == 0


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler")
def test_a_back_follows_every_front():
    style = "<style>.page{break-after:page}</style>"
    fronts = "".join(f"<p class='page'>front {number}</p>" for number in range(3))

    pdf = html_to_pdf(f"{style}{fronts}<p>back</p>", last_is_back=True)

    text = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    assert text.split() == ["front", "0", "back", "front", "1", "back", "front", "2", "back"]
