"""Keying paper ballot by ballot: the same page for accounts and for tellers with a slip."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from evaluation.ballots.models import BallotBox, BoxGroup, PaperCount
from evaluation.ballots.paper_ballots import (
    BallotDifference,
    Progress,
    ballot_differences,
    key_ballot,
    keyed_marks,
    progress_of,
)
from evaluation.ballots.sheets import ABSTAINED, DONT_KNOW, SPOILED, Spec
from evaluation.ballots.voter_pages import BlankSheet, blank_sheet
from evaluation.errors import DomainError

MOST_GRADES = 7
OTHER_KEYS = {"0": ABSTAINED, "8": DONT_KNOW, "9": SPOILED}


def can_be_keyed_by_ballot(spec: Spec) -> bool:
    """Grades have the keys 1 to 7; 0, 8 and 9 say that there is none."""
    return len(spec.grades) <= MOST_GRADES


def ballots_page(
    request: HttpRequest,
    *,
    box: BallotBox,
    group: str,
    who: str,
    template: str,
    here: str,
    back: str,
    say: Callable[[str], None],
) -> HttpResponse:
    """Show the next ballot to key, or the one asked for; or key what was posted. ``who`` as in ``paper_page``."""
    blank, row = blank_sheet(box.pk, Spec.from_values(box.spec)), box.groups.get(group=group)
    error, number = "", _number(request)
    if request.method == "POST":
        try:
            count = key_ballot(
                box=box, group=group, number=number or 0, marks=_read_marks(blank.spec, request.POST.dict()), who=who
            )
        except (DomainError, ValueError) as refused:
            error = str(refused)
        else:
            if count.state == PaperCount.State.CHECKED:
                say(_("Checked: both entries agree on every ballot."))
                return redirect(back)
            return redirect(here)
    progress = progress_of(box=box, row=row, who=who)
    number = number or progress.next_number
    count_now = PaperCount.objects.filter(box=box, group=group).first()
    context: dict[str, Any] = {
        "box": box,
        "cycle": box.cycle,
        "group_label": blank.groups.get(group, group),
        "group_row": row,
        "count": count_now,
        "progress": progress,
        "missing": [one for one in range(1, progress.collected + 1) if one not in progress.mine],
        "number": number,
        "rows": _rows(request, box, row, blank, progress, number),
        "is_invalid": _is_invalid(request, box, row, progress, number),
        "legend": legend(blank),
        "signs": len(blank.aspects),
        "aspects": [aspect.label for aspect in blank.aspects],
        "differences": _difference_rows(blank, count_now, row),
        "here": here,
        "back": back,
        "error": error,
    }
    return render(request, template, context, status=400 if error else 200)


def legend(blank: BlankSheet) -> list[tuple[str, str]]:
    """Key → what it stands for."""
    grades = [(str(place), choice.label) for place, choice in enumerate(blank.grades, start=1)]
    return [*grades, ("0", _("Abstained (no mark)")), ("8", _("Don't know")), ("9", _("Spoiled"))]


def _number(request: HttpRequest) -> int | None:
    typed = (request.POST if request.method == "POST" else request.GET).get("number", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 and int(typed) else None


def _keys(spec: Spec) -> dict[str, str]:
    marks = spec.marks
    return {**{str(place): marks[word] for place, word in enumerate(spec.grades, start=1)}, **OTHER_KEYS}


def _read_marks(spec: Spec, posted: Mapping[str, str]) -> dict[int, str]:
    """One row of keys per cadre; nothing for an invalid ballot. Raises ``ValueError`` on a key that says nothing."""
    if posted.get("invalid"):
        return {}
    keys, marks = _keys(spec), {}
    for appraisal in spec.appraisals:
        typed = "".join(unicodedata.normalize("NFKC", posted.get(f"m.{appraisal}", "")).split())
        if len(typed) != len(spec.aspects) or not set(typed) <= set(keys):
            raise ValueError(_("Every cadre needs {number} of the keys below.").format(number=len(spec.aspects)))
        marks[appraisal] = "".join(keys[sign] for sign in typed)
    return marks


def _as_keys(spec: Spec, marks: str) -> str:
    back = {mark: key for key, mark in _keys(spec).items()}
    return "".join(back[mark] for mark in marks)


def _earlier(box: BallotBox, row: BoxGroup, progress: Progress, number: int | None) -> dict[int, str] | None:
    if not number or number not in progress.mine:
        return None
    return keyed_marks(box=box, group=row.group, number=number, entry=progress.entry)


def _is_invalid(request: HttpRequest, box: BallotBox, row: BoxGroup, progress: Progress, number: int | None) -> bool:
    if request.method == "POST":
        return bool(request.POST.get("invalid"))
    return _earlier(box, row, progress, number) == {}


def _rows(
    request: HttpRequest, box: BallotBox, row: BoxGroup, blank: BlankSheet, progress: Progress, number: int | None
) -> list[dict[str, Any]]:
    earlier = _earlier(box, row, progress, number) or {}
    return [
        {
            "person": person,
            "field": f"m.{person.id}",
            "value": request.POST.get(
                f"m.{person.id}", _as_keys(blank.spec, earlier[person.id]) if person.id in earlier else ""
            ),
        }
        for person in blank.people
    ]


def _difference_rows(blank: BlankSheet, count: PaperCount | None, row: BoxGroup) -> list[dict[str, Any]]:
    if count is None or count.mode != PaperCount.Mode.BALLOTS or count.state == PaperCount.State.CHECKED:
        return []
    names = {person.id: person.name for person in blank.people}
    return [_shown(blank, names, one) for one in ballot_differences(count, blank.spec, row.collected or 0)]


def _shown(blank: BlankSheet, names: Mapping[int, str], one: BallotDifference) -> dict[str, Any]:
    labels = {"valid": _("Valid"), "invalid": _("Invalid"), ABSTAINED: _("Abstained"), DONT_KNOW: _("Don't know")}
    labels |= {SPOILED: _("Spoiled")}
    if one.appraisal is not None:
        grades = {choice.word: choice.label for choice in blank.grades}
        labels |= {mark: grades[word] for word, mark in blank.spec.marks.items() if word in grades}
    return {
        "number": one.number,
        "name": names.get(one.appraisal or 0, ""),
        "aspect": "" if one.appraisal is None else blank.aspects[one.place].label,
        "first": labels.get(one.first, one.first),
        "second": labels.get(one.second, one.second),
    }
