"""Every act that a service records has its words, and so has every kind of object that is acted on."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from evaluation.audit.words import ACTIONS, KINDS

SOURCES = [
    path
    for folder in ("evaluation", "accounts")
    for path in sorted((Path(settings.BASE_DIR) / folder).rglob("*.py"))
    if "migrations" not in path.parts
]


def recorded_acts() -> Iterator[tuple[str, str]]:
    """(place, pattern of the code) of every ``record(action=…)``; a variable is looked up where it gets its values."""
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = _constants(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) in {"record", "_record", "_recorded", "_log"}:
                for keyword in node.keywords:
                    if keyword.arg == "action":
                        place = f"{path.name}:{node.lineno}"
                        yield from ((place, pattern) for pattern in _patterns(keyword.value, constants))


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _constants(tree: ast.Module) -> dict[str, str]:
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _patterns(value: ast.expr, constants: dict[str, str]) -> Iterator[str]:
    if isinstance(value, ast.Constant):
        yield re.escape(str(value.value))
    elif isinstance(value, ast.IfExp):
        yield from _patterns(value.body, constants)
        yield from _patterns(value.orelse, constants)
    elif isinstance(value, ast.BoolOp):
        for one in value.values:
            yield from _patterns(one, constants)
    elif isinstance(value, ast.JoinedStr):
        parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in value.values]
        yield "".join(parts)
    elif isinstance(value, ast.Name) and value.id in constants:
        yield re.escape(constants[value.id])


def test_every_act_has_words() -> None:
    acts = list(recorded_acts())
    missing = [(place, act) for place, act in acts if not any(re.fullmatch(act, known) for known in ACTIONS)]

    assert len(acts) > 100
    assert missing == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_is_there(kind: str) -> None:
    labels = {"user": "accounts"}
    assert apps.get_model(labels.get(kind, "evaluation"), kind)
