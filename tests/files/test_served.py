"""Every address that answers with stored bytes asks who may see the record, and answers with a download."""

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver

from evaluation.files import responses
from evaluation.files.responses import SANDBOX, attachment, download
from evaluation.files.services import store_evidence

ASKS = re.compile(r"visible_to|planning_units|readable_\w+|writable_\w+|published")
SERVES = re.compile(r"\b(attachment|photo_response)\(")


def views() -> Iterator[tuple[str, Callable[..., Any]]]:
    def walk(resolver: URLResolver, space: str) -> Iterator[tuple[str, Callable[..., Any]]]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLPattern):
                yield f"{space}{pattern.name}", inspect.unwrap(pattern.callback)
            else:
                yield from walk(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)

    yield from walk(get_resolver(), "")


def source_with_helpers(view: Callable[..., Any], depth: int = 3) -> str:
    """The source of a view and of what it calls of ours. Which roles may is tried in ``test_access_matrix``."""
    if not inspect.isfunction(view) or not view.__module__.startswith("evaluation"):
        return ""
    source = inspect.getsource(view)
    called = [view.__globals__.get(name) for name in sorted(set(view.__code__.co_names))] if depth else []
    helpers = [one for one in called if inspect.isfunction(one) and one.__module__ != responses.__name__]
    return source + "".join(source_with_helpers(inspect.unwrap(one), depth - 1) for one in helpers)


SERVING = {name: view for name, view in views() if inspect.isfunction(view) and SERVES.search(inspect.getsource(view))}


def test_the_walk_finds_them() -> None:
    assert {"pledges:pledge-photo", "bonus:claim-proof", "daily:deduction-evidence"} <= set(SERVING)


@pytest.mark.parametrize("name", sorted(SERVING))
def test_who_may_see_the_record_is_asked_at_each_download(name: str) -> None:
    assert ASKS.search(source_with_helpers(SERVING[name]))


def test_nothing_else_opens_stored_bytes_for_an_answer() -> None:
    """``FileResponse`` of a stored file is made in one place."""
    users = [name for name, view in views() if "FileResponse(" in source_with_helpers(view, 1)]
    assert users == []


@pytest.mark.django_db
def test_what_is_served_is_a_download_in_a_sandbox() -> None:
    pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
    stored = store_evidence(upload=SimpleUploadedFile("证\r\n明.pdf", pdf), actor="test")

    response = attachment(stored)
    assert response.file_to_stream
    response.file_to_stream.close()

    assert response["Content-Security-Policy"] == SANDBOX
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"].startswith("private")
    assert response["Content-Disposition"].startswith("attachment")
    assert "\n" not in response["Content-Disposition"]


def test_what_was_just_made_is_saved_and_never_shown_or_kept_on_the_way() -> None:
    answer = download(b"%PDF", "评议表.pdf", "application/pdf")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == SANDBOX
    assert answer["Cache-Control"] == "private, no-store"
