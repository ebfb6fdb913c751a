"""Debian's Chromium instead of a downloaded browser; every test of this folder is marked ``browser``."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.servers import City, open_city

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
    items.sort(key=_when)


def _when(item: pytest.Item) -> int:
    """What takes minutes begins first: at the end the workers share what takes moments."""
    if HERE not in item.path.parents:
        return 2
    return 0 if item.path.name == "test_year.py" else 1


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    found = (shutil.which(name) for name in ("chromium-headless-shell", "chromium"))
    path = os.environ.get("CHROMIUM") or next(filter(None, found), None)
    assert path, "Chromium is missing: run `make test-browser`, which installs it."
    # Chromium's sandbox refuses root, and the shared memory of a container is small.
    arguments = ["--no-sandbox", "--disable-dev-shm-usage"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": path, "args": arguments}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture(scope="session")
def axe_source() -> str:
    return (HERE / "vendor" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The demonstration city, served; shared by the tests that only look at it."""
    city = open_city(tmp_path_factory.mktemp("demonstration"), demonstration=True)
    yield city
    city.stop()


@pytest.fixture
def empty_city(tmp_path: Path) -> Iterator[City]:
    city = open_city(tmp_path, demonstration=False)
    yield city
    city.stop()
