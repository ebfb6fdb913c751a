import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evaluation.scoring import GroupTally, TrackRules, rules_from_values

EXAMPLE = Path(__file__).parent / "fixtures" / "results-example.json"
EXAMPLE_DOCUMENT = json.loads(EXAMPLE.read_text(encoding="utf-8"))
ASPECTS = ("style", "lawfulness", "efficiency", "results", "integrity")
GROUPS = {"service_recipient": 30, "own_unit": 12, "representative": 16, "public": 41}


def rule_values() -> dict[str, Any]:
    return copy.deepcopy(EXAMPLE_DOCUMENT["rules"]["mid_level"])


def all_marks(grade: str, valid: int) -> GroupTally:
    return GroupTally(valid=valid, marks={aspect: {grade: valid} for aspect in ASPECTS})


@pytest.fixture
def example_path() -> Path:
    return EXAMPLE


@pytest.fixture
def document() -> dict[str, Any]:
    return copy.deepcopy(EXAMPLE_DOCUMENT)


@pytest.fixture
def rules() -> TrackRules:
    return rules_from_values(rule_values())


@pytest.fixture
def tallies() -> dict[str, GroupTally]:
    return {code: all_marks("satisfied", valid) for code, valid in GROUPS.items()}


@pytest.fixture
def as_file() -> Callable[[object], bytes]:
    return lambda value: json.dumps(value, ensure_ascii=False).encode()
