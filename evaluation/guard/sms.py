"""Text messages behind one interface. Which backend sends them is a setting; without one, nothing asks for a number."""

import re
import unicodedata
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})")


class Backend(Protocol):
    """What ``SMS_BACKEND`` names: a class that is made without arguments. ``send`` raises when it could not send."""

    def send(self, number: str, text: str) -> None: ...


class ConsoleBackend:
    """For trying: prints the message where the server runs."""

    def send(self, number: str, text: str) -> None:
        print(f"SMS {number}: {text}", flush=True)  # noqa: T201 (that is what it is for)


def sms_is_on() -> bool:
    return bool(settings.SMS_BACKEND)


def backend() -> Backend:
    """Return the backend of the settings. Raises ``ImproperlyConfigured`` where it cannot be used."""
    name = settings.SMS_BACKEND
    if name == "console":
        return ConsoleBackend()
    try:
        made = import_string(name)()
    except (ImportError, TypeError) as error:
        raise ImproperlyConfigured(
            f"SMS_BACKEND is empty, 'console', or the dotted path of a class made without arguments; {name!r}: {error}"
        ) from error
    if not callable(getattr(made, "send", None)):
        raise ImproperlyConfigured(f"SMS_BACKEND {name!r} has no method send(number, text).")
    return made


def send(number: str, text: str) -> None:
    """Send ``text`` to a mainland mobile number of eleven digits. Raises whatever the backend raises."""
    backend().send(number, text)


def mobile_number(typed: str) -> str:
    """Return the eleven digits of a mainland mobile number, or nothing.

    >>> mobile_number("+86 138-0013-8000"), mobile_number("0512-5858 1234")
    ('13800138000', '')
    """
    if len(typed) > 40:
        return ""
    plain = re.sub(r"[\s\-—–·.()]", "", unicodedata.normalize("NFKC", typed))
    found = MOBILE.fullmatch(plain) if plain.isascii() else None
    return found[1] if found else ""
