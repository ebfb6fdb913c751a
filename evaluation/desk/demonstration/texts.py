"""What is said in the city: one TOML file a unit, read into plain values."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "demonstration"
# In the order in which the city lists them.
UNITS = (
    "minzheng", "shenpi", "sifa", "weisheng", "huanbao", "jiaotong", "jiaoyu", "shuili", "nongye", "dongxi", "xiping",
)  # fmt: skip


@dataclass(frozen=True)
class CadreText:
    """One cadre; ``done`` answers for ``items`` one by one. ``quality`` (of 100) steers how people vote."""

    name: str
    post: str
    appointed: str
    identity: str
    duties: str
    commitments: str
    items: tuple[str, ...]
    office: str = ""
    nature: str = ""
    home: str = ""
    window: bool = False
    done: tuple[str, ...] = ()
    report: str = ""
    problems: str = ""
    opinions: tuple[str, ...] = ()
    quality: int = 88
    little_known: bool = False


@dataclass(frozen=True)
class LeaderText:
    name: str
    post: str
    grade: str = ""
    remark: str = ""


@dataclass(frozen=True)
class UnitText:
    code: str
    name: str
    kind: str = "village"
    staff_count: int = 0
    telephone: str = ""
    address: str = ""
    admin: str = ""
    approver: str = ""
    cadres: tuple[CadreText, ...] = ()
    leaders: tuple[LeaderText, ...] = ()
    villages: tuple["UnitText", ...] = ()


def read_units() -> dict[str, UnitText]:
    return {code: _unit(tomllib.loads((FOLDER / f"{code}.toml").read_text(encoding="utf-8"))) for code in UNITS}


def read_words() -> dict[str, Any]:
    """What is not said by one unit: work plans, meetings, the story's single events."""
    return tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))


def _unit(values: dict[str, Any]) -> UnitText:
    parts = {"cadres": _cadre, "leaders": _leader, "villages": _unit}
    made = {name: tuple(make(row) for row in values.pop(name, [])) for name, make in parts.items()}
    return UnitText(**values, **made)  # type: ignore[arg-type]


def _cadre(values: dict[str, Any]) -> CadreText:
    given: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return CadreText(**given)


def _leader(values: dict[str, Any]) -> LeaderText:
    return LeaderText(**values)
