"""Whose request it is, behind a web server of our own."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class ForwardedAddressMiddleware:
    """From a trusted proxy, ``REMOTE_ADDR`` is the last address in ``X-Forwarded-For`` that is no such proxy.

    From anybody else the header is not read: whoever sends it could call themselves anything.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.TRUSTED_PROXIES and request.META.get("REMOTE_ADDR") in settings.TRUSTED_PROXIES:
            request.META["REMOTE_ADDR"] = _client(request) or request.META["REMOTE_ADDR"]
        return self.get_response(request)


def _client(request: HttpRequest) -> str:
    named = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    address = next((part for part in reversed(named) if part not in settings.TRUSTED_PROXIES), "")
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return ""
