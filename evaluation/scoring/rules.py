"""The rules of one track, as they stand in a results file and beside every stored result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from .tally import WITHOUT_GRADE
from .values import InvalidValueError, Value, place_of

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class AspectRule:
    """One of the aspects judged (C4); only the proportion of the weights matters."""

    code: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class GradeRule:
    """A grade of the ballot and what a mark of it is worth, 0 to 100."""

    code: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class GroupRule:
    """An evaluator group (C15–C18): its base points, the part of the source it belongs to, its smallest sample."""

    code: str
    part: str
    base: Decimal
    min_valid: int


@dataclass(frozen=True, slots=True)
class DeductionRule:
    """A daily deduction (C19–C24): fixed ``points`` a case, or ``None`` and at most ``most`` a case."""

    code: str
    points: Decimal | None
    most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class BonusLevel:
    """A level of commendation and its points (C26)."""

    code: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class TrackRules:
    """Everything the arithmetic of one track needs, in the order of the rules. Build it by ``rules_from_values``."""

    aspects: tuple[AspectRule, ...]
    grades: tuple[GradeRule, ...]
    groups: tuple[GroupRule, ...]
    daily_base: Decimal
    deductions: tuple[DeductionRule, ...]
    levels: tuple[BonusLevel, ...]
    cap: Decimal | None = None

    @property
    def base(self) -> Decimal:
        """The democratic points of the track: what its groups' bases add up to (80 by the source)."""
        return sum((group.base for group in self.groups), Decimal(0))

    def group(self, code: str) -> GroupRule:
        return next(group for group in self.groups if group.code == code)

    def deduction(self, code: str) -> DeductionRule:
        return next(rule for rule in self.deductions if rule.code == code)

    def level(self, code: str) -> BonusLevel:
        return next(level for level in self.levels if level.code == code)


def rules_from_values(values: Mapping[str, object], *, place: str = "") -> TrackRules:
    """Read the dict that a results file holds under ``rules.<track>``.

    Shape: ``aspects`` [{code, weight > 0}], ``grades`` [{code, value 0–100}], ``groups`` [{code, part, base > 0,
    min_valid}], ``daily`` {base, deductions [{code, points, or null with max}]}, ``bonus`` {levels [{code, points}],
    cap or null}. Decimals are strings or integers with at most two places. Other keys (labels) are ignored.
    Raises ``InvalidValueError`` that names the place, ``place`` put before it.

    >>> rules_from_values({"aspects": [{"code": "style", "weight": "0"}]})
    Traceback (most recent call last):
    ...
    evaluation.scoring.values.InvalidValueError: aspects[0].weight: must be more than 0
    """
    track = Value(values, place)
    aspects = tuple(_aspect(value) for value in _filled(track.member("aspects")))
    grades = tuple(_grade(value) for value in _filled(track.member("grades")))
    groups = tuple(_group(value) for value in _filled(track.member("groups")))
    daily, bonus = track.member("daily"), track.member("bonus")
    return TrackRules(
        aspects=aspects,
        grades=grades,
        groups=groups,
        daily_base=daily.member("base").points(),
        deductions=tuple(_deduction(value) for value in _coded(daily.member("deductions"))),
        levels=tuple(_level(value) for value in _coded(bonus.member("levels"))),
        cap=_cap(bonus.member("cap")),
    )


def _coded(rows: Value) -> list[Value]:
    seen: set[str] = set()
    for row in rows.entries():
        code = row.member("code").text()
        if code in seen:
            raise InvalidValueError(place_of(row.place, "code"), "given twice")
        seen.add(code)
    return rows.entries()


def _filled(rows: Value) -> list[Value]:
    entries = _coded(rows)
    if not entries:
        raise rows.refuse("must not be empty")
    return entries


def _aspect(value: Value) -> AspectRule:
    return AspectRule(code=value.member("code").text(), weight=value.member("weight").positive())


def _grade(value: Value) -> GradeRule:
    code = value.member("code")
    if code.text() in WITHOUT_GRADE:
        raise code.refuse("is the name of a mark without a grade")
    return GradeRule(code=code.text(), value=value.member("value").points(most=HUNDRED))


def _group(value: Value) -> GroupRule:
    return GroupRule(
        code=value.member("code").text(),
        part=value.member("part").text(),
        base=value.member("base").positive(),
        min_valid=value.member("min_valid").count(),
    )


def _deduction(value: Value) -> DeductionRule:
    code, points = value.member("code").text(), value.member("points")
    if points.raw is None:
        return DeductionRule(code=code, points=None, most=value.member("max").points())
    return DeductionRule(code=code, points=points.points())


def _level(value: Value) -> BonusLevel:
    return BonusLevel(code=value.member("code").text(), points=value.member("points").points())


def _cap(value: Value) -> Decimal | None:
    return None if value.raw is None else value.points()
