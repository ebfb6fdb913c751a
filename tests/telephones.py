"""Text messages that tests read."""

import re

OUTBOX: list[tuple[str, str]] = []


class KeepingBackend:
    def send(self, number: str, text: str) -> None:
        OUTBOX.append((number, text))


class FailingBackend:
    def send(self, number: str, text: str) -> None:
        raise ConnectionError(f"no way to {number}")


def code_of(number: str) -> str:
    """The last code that went to ``number``."""
    text = next(text for to, text in reversed(OUTBOX) if to == number)
    found = re.search(r"\d{6}", text)
    assert found
    return found[0]
