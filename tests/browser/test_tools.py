from typing import Any


def test_axe_finds_a_picture_without_words(page: Any, axe_source: str) -> None:
    page.set_content("<html lang=zh><title>民评</title><main><h1>民评</h1><img src=x></main></html>")
    page.evaluate(axe_source)

    found = page.evaluate("axe.run()")

    assert [violation["id"] for violation in found["violations"]] == ["image-alt"]
