"""Pictures for the city: portraits of nobody (neutral silhouettes in differing tones), and blank certificates."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

SIZE = (300, 400)
GROUNDS = ("#dfe7ee", "#e9e4da", "#e2ebe1", "#eae0e3", "#e3e1ec", "#e8e8e4")
COATS = ("#2f4156", "#4a4f57", "#3d4a3f", "#55434a", "#37475a")
SKINS = ("#c9a98c", "#bb987a", "#d3b498", "#b08f74")


def portrait(number: int) -> SimpleUploadedFile:
    """Return the ``number``-th portrait as an upload; the same number gives the same picture."""
    image = Image.new("RGB", SIZE, GROUNDS[number % len(GROUNDS)])
    draw = ImageDraw.Draw(image)
    coat, skin = COATS[number % len(COATS)], SKINS[number % len(SKINS)]
    hair = "#33302d" if number % 3 else "#5a5652"
    draw.ellipse((20, 280, 280, 560), fill=coat)
    draw.polygon([(115, 292), (185, 292), (150, 350)], fill="#f4f4f2")
    draw.rectangle((130, 230, 170, 300), fill=skin)
    draw.ellipse((92, 78, 208, 218), fill=hair)
    draw.ellipse((100, 105, 200, 258), fill=skin)
    if number % 2:
        draw.pieslice((92, 78, 208, 250), 180, 360, fill=hair)
    else:
        draw.chord((96, 82, 204, 196), 190, 350, fill=hair)
    return _upload(image, f"portrait-{number}.png")


def certificate(name: str) -> SimpleUploadedFile:
    """Return a certificate that certifies nothing: a frame, lines and a seal."""
    image = Image.new("RGB", (840, 600), "#fdf8ec")
    draw = ImageDraw.Draw(image)
    draw.rectangle((24, 24, 816, 576), outline="#b03a2e", width=8)
    draw.rectangle((230, 90, 610, 126), fill="#b03a2e")
    for row in range(5):
        draw.line((120, 210 + 48 * row, 720 if row < 4 else 420, 210 + 48 * row), fill="#8a8170", width=4)
    draw.ellipse((590, 400, 730, 540), outline="#c0392b", width=7)
    draw.regular_polygon((660, 470, 34), 5, rotation=0, fill="#c0392b")
    return _upload(image, f"{name}.png")


def _upload(image: Image.Image, name: str) -> SimpleUploadedFile:
    out = io.BytesIO()
    image.save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")
