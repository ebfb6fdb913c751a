"""What the components work out, and that they render alone."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from evaluation.portal.showcase import component_showcase
from evaluation.templatetags import ui


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param(Decimal("94.125"), "94.13", id="half up"),
        pytest.param(Fraction(2, 3), "0.67", id="a fraction"),
        pytest.param(5, "5.00", id="an integer"),
        pytest.param(None, "–", id="no figure"),
    ],
)
def test_points_shows_two_places(value: Any, shown: str) -> None:
    assert ui.points(value) == shown


def test_composite_bar_parts_stand_one_after_the_other() -> None:
    bar = ui.composite_bar(Decimal("74.13"), Decimal(15), Decimal(5))

    assert [(part["x"], part["width"]) for part in bar["parts"]] == [
        ("0.00", "74.13"),
        ("74.13", "15.00"),
        ("89.13", "5.00"),
    ]
    assert bar["total"] == Decimal("94.13")


def test_composite_bar_grows_beyond_its_maximum() -> None:
    bar = ui.composite_bar(Decimal(80), Decimal(20), Decimal(25))

    assert bar["full_at"] == "80.00"
    assert bar["parts"][2]["width"] == "20.00"


def test_aspect_bars_leave_a_missing_mean_without_a_bar() -> None:
    rows = [{"label": "style", "groups": [{"label": "a", "mean": Decimal(50)}, {"label": "b", "mean": None}]}]

    drawn = ui.aspect_bars(rows)["rows"][0]["bars"]

    assert [bar["width"] for bar in drawn] == ["42.00", 0]


def test_percent_is_full_only_when_all_are_there() -> None:
    assert [ui.percent_of(999, 1000), ui.percent_of(5, 5), ui.percent_of(1, 0)] == [99, 100, None]


def test_unknown_status_is_neutral() -> None:
    assert ui.status_look("never heard of") == ui.NEUTRAL


def test_steps_take_what_the_page_knows_of_them() -> None:
    rows = ui.cycle_steps(Context({"steps": [{"number": 1, "done": True}]}), 2)

    assert [row["done"] for row in rows] == [True, None, None, None, None]
    assert [row["current"] for row in rows] == [False, True, False, False, False]


@pytest.mark.parametrize("name", ["400.html", "500.html", "403_csrf.html"])
def test_error_pages_stand_alone(name: str) -> None:
    assert "<h1>" in render_to_string(name)


def test_text_of_a_component_is_escaped() -> None:
    page = Template('{% include "components/_next_action.html" with text=text %}').render(Context({"text": "<b>"}))

    assert "&lt;b&gt;" in page


@pytest.mark.django_db
def test_page_of_components_has_no_inline_script_or_style(rf: RequestFactory) -> None:
    page = component_showcase(_anonymous(rf)).content.decode()

    assert " style=" not in page
    assert "<style" not in page
    assert "<script>" not in page


def _anonymous(rf: RequestFactory) -> Any:
    request = rf.get("/components/")
    request.user = AnonymousUser()
    request.resolver_match = None
    return request
