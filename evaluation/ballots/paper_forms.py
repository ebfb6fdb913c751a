"""The form of a tally sheet: a table of numbers per cadre. Shape only; what must add up is the service's."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from accounts.models import User
from evaluation.ballots.models import BallotBox, PaperCount, TellerSlip
from evaluation.ballots.paper import Difference
from evaluation.ballots.sheets import WITHOUT_GRADE, Spec
from evaluation.ballots.voter_pages import BlankSheet

LONGEST = 6


def total_field(appraisal: int, aspect: str, mark: str) -> str:
    return f"t.{appraisal}.{aspect}.{mark}"


def read_number(posted: Mapping[str, str], field: str) -> int:
    """A whole number; nothing is 0. Raises ``ValueError``."""
    text = unicodedata.normalize("NFKC", posted.get(field, "")).strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST):
        raise ValueError(field)
    return int(text)


def read_totals(spec: Spec, posted: Mapping[str, str]) -> dict[int, dict[str, dict[str, int]]]:
    marks = [*spec.grades, *WITHOUT_GRADE.values()]
    return {
        appraisal: {
            aspect: {mark: read_number(posted, total_field(appraisal, aspect, mark)) for mark in marks}
            for aspect in spec.aspects
        }
        for appraisal in spec.appraisals
    }


def paper_table(blank: BlankSheet, posted: Mapping[str, str], labels: Mapping[str, str]) -> dict[str, Any]:
    """Columns and, per cadre, rows of cells with what was typed."""
    columns = [(choice.word, choice.label) for choice in blank.grades]
    columns += [(mark, labels[mark]) for mark in WITHOUT_GRADE.values()]
    people = [
        {
            "person": person,
            "rows": [
                {
                    "aspect": aspect,
                    "cells": [
                        {"field": field, "label": label, "value": posted.get(field, "")}
                        for mark, label in columns
                        for field in [total_field(person.id, aspect.code, mark)]
                    ],
                }
                for aspect in blank.aspects
            ],
        }
        for person in blank.people
    ]
    return {"columns": [label for _mark, label in columns], "people": people}


def difference_rows(
    blank: BlankSheet, differences: list[Difference], labels: Mapping[str, str]
) -> list[dict[str, object]]:
    names = {person.id: person.name for person in blank.people}
    aspects = {aspect.code: aspect.label for aspect in blank.aspects}
    marks = {**{choice.word: choice.label for choice in blank.grades}, **labels}
    return [
        {
            "name": names.get(row.appraisal or 0, ""),
            "aspect": aspects.get(row.aspect, ""),
            "mark": marks.get(row.mark, row.mark),
            "first": row.first,
            "second": row.second,
        }
        for row in differences
    ]


def names_of(box: BallotBox, counts: list[PaperCount]) -> dict[str, str]:
    """``user:…`` and ``teller:…`` → the name of the person."""
    whos = {who for count in counts for who in (count.keyed_by, count.checked_by) if who}
    users = {int(who.split(":")[1]) for who in whos if who.startswith("user:")}
    tellers = {int(who.split(":")[1]) for who in whos if who.startswith("teller:")}
    names = {f"user:{user.pk}": str(user) for user in User.objects.filter(pk__in=users)}
    slips = TellerSlip.objects.filter(pk__in=tellers, box=box)
    return {**names, **{f"teller:{slip.pk}": slip.name for slip in slips}}
