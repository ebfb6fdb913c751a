"""How pages of voters are rendered: as nobody's, and once a minute for everybody who sees the same.

A page of a voter is rendered for a stand-in of the request that has neither session nor user nor cookies: it cannot
show, or ask the database, who else is signed in on that phone. What differs from voter to voter are a few values of
fixed alphabets; a page without anything else of one voter's is rendered once with words in their places that nobody
can guess, kept in pieces for a minute, and put together with the values of each. No text of a person is among them.
"""

import re
import secrets
import threading
import time
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import get_language

ALPHABETS = {
    "csrf_token": re.compile(r"[0-9A-Za-z]{32,64}"),
    "secret": re.compile(r"[0-9a-z]{12,38}(\.[0-9a-f]{32})?"),
    "draft_key": re.compile(r"[0-9a-f]{16}"),
    "receipt": re.compile(r"[0-9a-z]{4}(-[0-9a-z]{4}){2}"),
}
PLACES = {secrets.token_hex(32): name for name in ALPHABETS}
WORDS = {name: word for word, name in PLACES.items()}
CUT = re.compile(f"({'|'.join(PLACES)})")
MOST_KEPT = 32_000_000  # bytes of pages, in one process

Context = Callable[[], Mapping[str, Any]]
Pieces = list[tuple[bytes, str]]  # a piece of the page, and the value that follows it; the last has none


class Kept:
    """The pages of this minute. One thread prepares, the others wait for it rather than do the same work."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.minute, self.size = 0, 0
        self.pages: dict[Hashable, Pieces] = {}

    def get(self, key: Hashable) -> Pieces | None:
        return self.pages.get((int(time.time() // 60), key))

    def put(self, key: Hashable, page: Pieces) -> None:
        minute = int(time.time() // 60)
        size = sum(len(piece) for piece, _name in page)
        if minute != self.minute or self.size + size > MOST_KEPT:
            self.pages, self.minute, self.size = {}, minute, 0
        self.pages[(minute, key)] = page
        self.size += size

    def clear(self) -> None:
        self.pages = {}


kept = Kept()


def full_page(request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """A page with something of one voter's own in it."""
    return HttpResponse(_rendered(request, template, {"csrf_token": get_token(request), **context}), status=status)


def prepared_page(
    request: HttpRequest,
    template: str,
    *,
    key: Hashable,
    context: Context,
    values: Mapping[str, str],
) -> HttpResponse:
    """The page that ``full_page`` would give with ``context()`` and ``values``, byte for byte.

    ``key``: what ``context`` depends on, besides the address and the language. Raises ``ValueError`` where a value is
    not of its alphabet.
    """
    values = {"csrf_token": get_token(request), **values}
    for name, value in values.items():
        if not ALPHABETS[name].fullmatch(value):
            raise ValueError(name)
    key = (template, request.path, get_language(), key)
    pieces = kept.get(key) or _prepared(key, request, template, context, values)
    return HttpResponse(b"".join([piece + values[name].encode() if name else piece for piece, name in pieces]))


def _prepared(
    key: Hashable, request: HttpRequest, template: str, context: Context, values: Mapping[str, str]
) -> Pieces:
    with kept.lock:
        pieces = kept.get(key)
        if pieces is None:
            text = _rendered(request, template, {**context(), **{name: WORDS[name] for name in values}})
            cut = CUT.split(text)
            names = [PLACES[word] for word in cut[1::2]]
            pieces = [(piece.encode(), name) for piece, name in zip(cut[::2], [*names, ""], strict=True)]
            kept.put(key, pieces)
    return pieces


def _rendered(request: HttpRequest, template: str, context: Mapping[str, Any]) -> str:
    return render_to_string(template, dict(context), request=nobody(request))


def nobody(request: HttpRequest) -> HttpRequest:
    """The same address, asked for by nobody."""
    made = HttpRequest()
    made.method, made.path, made.path_info = "GET", request.path, request.path_info
    made.resolver_match = request.resolver_match
    made.user = AnonymousUser()
    return made
