import doctest
import importlib
import pkgutil

import pytest

import evaluation.scoring

MODULES = [found.name for found in pkgutil.iter_modules(evaluation.scoring.__path__) if found.name != "__main__"]


@pytest.mark.parametrize("name", MODULES)
def test_doctests_of_scoring(name: str) -> None:
    outcome = doctest.testmod(importlib.import_module(f"evaluation.scoring.{name}"))

    assert outcome.failed == 0


def test_the_contracts_have_doctests() -> None:
    tried = sum(doctest.testmod(importlib.import_module(f"evaluation.scoring.{name}")).attempted for name in MODULES)

    assert tried >= 10
