"""What an appraisal's values must hold against the rules before anything is computed."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from .bonus import Award
from .daily import Deduction
from .rules import TrackRules
from .tally import WITHOUT_GRADE, GroupTally
from .values import InvalidValueError, Value, place_of

ACCEPT = "accept"
REALLOCATE = "reallocate"
DECISIONS = (ACCEPT, REALLOCATE)


def check_appraisal(
    *,
    rules: TrackRules,
    tallies: Mapping[str, GroupTally],
    missing: Mapping[str, str],
    deductions: Sequence[Deduction],
    awards: Sequence[Award],
) -> None:
    """Raise ``InvalidValueError`` at the first value that the rules do not know or that cannot be.

    Places are those of an appraisal in the results file: ``tallies.public.marks.style.excellent``.
    """
    groups = {group.code for group in rules.groups}
    for code, tally in tallies.items():
        place = place_of("tallies", code)
        _known(code, groups, place, "not a group of the rules")
        _check_tally(rules, tally, place)
    for code, decision in missing.items():
        place = place_of("missing_groups", code)
        _known(code, groups, place, "not a group of the rules")
        _known(decision, DECISIONS, place, "must be accept or reallocate")
    for index, deduction in enumerate(deductions):
        _check_deduction(rules, deduction, place_of("deductions", index))
    levels = {level.code for level in rules.levels}
    for index, award in enumerate(awards):
        _known(award.level, levels, place_of(place_of("awards", index), "level"), "not a level of the rules")


def _known(code: str, known: Container[str], place: str, reason: str) -> None:
    if code not in known:
        raise InvalidValueError(place, reason)


def _check_tally(rules: TrackRules, tally: GroupTally, place: str) -> None:
    Value(tally.valid, place_of(place, "valid")).count()
    aspects = {aspect.code for aspect in rules.aspects}
    grades = {grade.code for grade in rules.grades}.union(WITHOUT_GRADE)
    for aspect, marks in tally.marks.items():
        aspect_place = place_of(place_of(place, "marks"), aspect)
        _known(aspect, aspects, aspect_place, "not an aspect of the rules")
        _check_marks(marks, grades, tally.valid, aspect_place)


def _check_marks(marks: Mapping[str, int], grades: Container[str], valid: int, place: str) -> None:
    for grade, number in marks.items():
        _known(grade, grades, place_of(place, grade), "not a grade of the rules")
        Value(number, place_of(place, grade)).count()
    together = sum(marks.values())
    if together > valid:
        raise InvalidValueError(place, f"{together} marks are more than the {valid} valid ballots")


def _check_deduction(rules: TrackRules, deduction: Deduction, place: str) -> None:
    codes = {rule.code for rule in rules.deductions}
    _known(deduction.rule, codes, place_of(place, "rule"), "not a deduction of the rules")
    Value(deduction.count, place_of(place, "count")).count()
    rule, points = rules.deduction(deduction.rule), place_of(place, "points")
    if rule.points is not None:
        if deduction.points is not None:
            raise InvalidValueError(points, "the rules fix the points of this deduction")
        return
    if deduction.points is None:
        raise InvalidValueError(points, "missing")
    if deduction.count != 1:
        raise InvalidValueError(place_of(place, "count"), "a deduction without fixed points is one case each")
    Value(format(deduction.points, "f"), points).points(most=rule.most)
