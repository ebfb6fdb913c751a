"""What the pages of a voter show: values made from the fixed sheet, prepared once and kept for a minute."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language

from evaluation.ballots.models import BallotBox
from evaluation.ballots.sheets import ABSTAINED, FilledSheet, Spec, mark_field, opinion_field
from evaluation.cycle.models import GroupRule
from evaluation.cycle.services import rules_of
from evaluation.roster.models import Appraisal


@dataclass(frozen=True, slots=True)
class Aspect:
    code: str
    label: str
    prompt: str


@dataclass(frozen=True, slots=True)
class Choice:
    word: str
    label: str


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    name: str
    unit: str
    post: str


@dataclass(frozen=True, slots=True)
class BlankSheet:
    """The same for everybody who votes in a box."""

    box: BallotBox
    spec: Spec
    people: tuple[Person, ...]
    aspects: tuple[Aspect, ...]
    grades: tuple[Choice, ...]
    quick_mark: bool
    groups: Mapping[str, str]


def blank_sheet(box_id: int, spec: Spec) -> BlankSheet:
    return _blank_sheet(box_id, spec, get_language() or "", int(time.time() // 60))


@lru_cache(maxsize=256)
def _blank_sheet(box_id: int, spec: Spec, language: str, minute: int) -> BlankSheet:
    box = BallotBox.objects.select_related("unit", "cycle", "meeting").get(pk=box_id)
    rules = rules_of(box.cycle, box.track)
    by_key = Appraisal.objects.select_related("home_unit").in_bulk(spec.appraisals)
    aspects = {row.code: Aspect(row.code, row.label, row.prompt) for row in rules.aspects.all()}
    grades = {row.code: Choice(row.code, row.label) for row in rules.grades.all()}
    return BlankSheet(
        box=box,
        spec=spec,
        people=tuple(_person(by_key[key], box) for key in spec.appraisals),
        aspects=tuple(aspects.get(code, Aspect(code, code, "")) for code in spec.aspects),
        grades=tuple(grades.get(code, Choice(code, code)) for code in spec.grades),
        quick_mark=rules.quick_mark,
        groups=_labels(rules.groups.all()),
    )


def _labels(groups: Iterable[GroupRule]) -> dict[str, str]:
    return {row.code: row.label for row in groups}


def _person(row: Appraisal, box: BallotBox) -> Person:
    unit = "" if row.home_unit_id == box.unit_id else row.home_unit.name
    return Person(row.pk, row.name, unit, row.post_line)


def sections(blank: BlankSheet, posted: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """One section a cadre, with the fields of the sheet and what was marked so far."""
    return [
        {
            "person": person,
            "number": number,
            "rows": [
                {
                    "aspect": aspect,
                    "field": mark_field(person.id, aspect.code),
                    "marked": _first(posted, mark_field(person.id, aspect.code)),
                }
                for aspect in blank.aspects
            ],
            "opinion_field": opinion_field(person.id),
            "opinion": _first(posted, opinion_field(person.id)),
        }
        for number, person in enumerate(blank.people, start=1)
    ]


def _first(posted: Mapping[str, Sequence[str]], field: str) -> str:
    values = posted.get(field) or [""]
    return values[0]


def review(blank: BlankSheet, sheet: FilledSheet, labels: Mapping[str, str]) -> dict[str, Any]:
    """Every mark in words, and how many rows were left out."""
    words = blank.spec.words
    shown = {**{choice.word: choice.label for choice in blank.grades}, **labels}
    people = []
    for place, person in enumerate(blank.people):
        marks = sheet.marks[place]
        people.append(
            {
                "person": person,
                "rows": [
                    {"aspect": aspect, "label": shown[words[mark]], "left_out": mark == ABSTAINED}
                    for aspect, mark in zip(blank.aspects, marks, strict=True)
                ],
                "opinion": sheet.opinions.get(place, ""),
            }
        )
    return {"people": people, "left_out": sum(row.count(ABSTAINED) for row in sheet.marks)}
