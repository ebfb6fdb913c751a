"""How stored bytes leave the house. A room asks its own queryset who may see the record, then answers with these."""

from django.http import FileResponse, Http404, HttpResponse
from django.utils.http import content_disposition_header

from evaluation.files.models import StoredFile

SANDBOX = "default-src 'none'; sandbox"


def attachment(stored: StoredFile | None) -> FileResponse:
    """Answer with the file to be saved, never shown: nothing uploaded is ever executed. ``None`` is a 404."""
    return _answer(stored, inline=False)


def photo_response(stored: StoredFile | None) -> FileResponse:
    """Answer with a portrait that a page may show; only what ``store_photo`` drew itself. ``None`` is a 404."""
    if stored is None or stored.kind != StoredFile.Kind.PHOTO:
        raise Http404
    return _answer(stored, inline=True)


def download(data: bytes, name: str, content_type: str) -> HttpResponse:
    """Answer with bytes just made, to be saved under ``name``."""
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "private, no-store"
    return response


def drawn_picture(jpeg: bytes) -> HttpResponse:
    """Answer with a JPEG that was drawn just now, for a page to show; kept nowhere."""
    response = HttpResponse(jpeg, content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "private, no-store"
    return response


def _answer(stored: StoredFile | None, *, inline: bool) -> FileResponse:
    if stored is None:
        raise Http404
    try:
        content = stored.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content, as_attachment=not inline, filename=stored.name, content_type=stored.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "private, max-age=300"
    return response
