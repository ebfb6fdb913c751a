"""A frozen result as pages show it: names in the reader's language, figures hidden where a group is too small."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from evaluation.results.models import Feedback, Publication, Result

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Bar:
    """Where a part lies in a composite bar, in percent as text."""

    fill: int
    x: str
    width: str


@dataclass(frozen=True)
class Taken:
    """What one deduction takes of the daily points, in percent of them as text; ``left`` stands after it."""

    fill: int
    x: str
    width: str
    label: str
    total: str
    left: str


@dataclass(frozen=True)
class Links:
    """Where a reader may go on: key of a deduction or a claim → the address of its record."""

    deductions: Mapping[int, str] = field(default_factory=dict)
    complaints: Mapping[int, str] = field(default_factory=dict)
    defences: Mapping[int, str] = field(default_factory=dict)
    claims: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ShownResult:
    """What ``results/_result_part.html`` shows. ``groups`` have figures, and ``aspects`` rows, unless ``hidden``."""

    result: Result
    hidden: bool
    groups: list[dict[str, Any]]
    aspects: list[dict[str, Any]]
    marks: list[dict[str, Any]]
    deductions: list[dict[str, Any]]
    awards: list[dict[str, Any]]
    daily: Values | None
    bonus: Values | None
    base: str
    bars: list[Bar]
    countdown: list[Taken] = field(default_factory=list)
    track: str = ""
    year: int = 0

    @property
    def is_scored(self) -> bool:
        return self.result.status == Result.Status.SCORED


@dataclass(frozen=True)
class PoolLine:
    """One row of ``results/_pool_part.html``; ``url`` is set by whoever shows it."""

    result: Result
    hidden: bool
    points: list[str | None]
    bars: list[Bar]
    url: str = ""


NO_LINKS = Links()


def shown_result(result: Result, *, inside: bool = False, links: Links = NO_LINKS) -> ShownResult:
    """Return what may be shown of a result.

    ``inside`` adds the facts of deductions, which are not for the public; ``links`` lead to what this reader may see.
    """
    rules, explanation = result.publication.rules, result.explanation
    hidden = result.is_suppressed
    names = _names(rules)
    groups = [_group(group, names, hidden) for group in explanation["groups"]]
    return ShownResult(
        result=result,
        hidden=hidden,
        groups=groups,
        aspects=[] if hidden else _aspect_rows(explanation["groups"], rules, names),
        marks=[] if hidden else _marks(result, rules),
        deductions=[_deduction(row, names, inside, links) for row in result.deductions],
        awards=[_award(row, names, links) for row in result.awards],
        daily=explanation["daily"],
        bonus=explanation["bonus"],
        base=explanation["base"],
        bars=composite_bars(result),
        countdown=_countdown(result, names),
        track=result.publication.track,
        year=result.publication.cycle.year,
    )


def pool_lines(publication: Publication, results: Sequence[Result]) -> list[PoolLine]:
    codes = [group["code"] for group in publication.rules["groups"]]
    return [
        PoolLine(
            result=result,
            hidden=result.is_suppressed,
            points=_points(result, codes),
            bars=composite_bars(result),
        )
        for result in results
    ]


def group_labels(publication: Publication) -> list[str]:
    return [label_of(group) for group in publication.rules["groups"]]


def label_of(row: Values) -> str:
    """The city's own name of a row of the rules, in the reader's language."""
    labels = row.get("label") or {}
    named = labels.get("en") if get_language() == "en" else ""
    return str(named or labels.get("zh") or row["code"])


def composite_bars(result: Result) -> list[Bar]:
    """The parts of a composite side by side; a full bar stands for 100 points, or for more where there are more."""
    parts = [result.democratic, result.daily, result.bonus]
    if result.composite is None:
        return []
    scale = max(Decimal(100), result.composite)
    bars, start = [], Decimal(0)
    for fill, value in enumerate(parts, start=1):
        width = (value or Decimal(0)) * 100 / scale
        bars.append(Bar(fill, format(start, ".2f"), format(width, ".2f")))
        start += width
    return [bar for bar in bars if bar.width != "0.00"]


def answer_shown(feedback: Feedback) -> tuple[str, str]:
    """Return (code, words) of a cadre's answer; silence after the last day is no objection, by the date alone."""
    if feedback.delivered_at is None:
        return "pending", _("The slip is to be handed over")
    if feedback.answer != Feedback.Answer.NONE:
        return feedback.answer, str(feedback.get_answer_display())
    if feedback.due is not None and timezone.localdate() > feedback.due:
        return "accepted", _("No answer in time: no objection")
    return "waiting", _("May answer until %(due)s") % {"due": feedback.due}


def without_grade() -> dict[str, str]:
    return {"dont_know": _("Don't know"), "abstained": _("Abstained"), "spoiled": _("Spoiled")}


def _names(rules: Values) -> dict[str, dict[str, str]]:
    return {
        "groups": _labels(rules["groups"]),
        "aspects": _labels(rules["aspects"]),
        "deductions": _labels(rules["daily"]["deductions"]),
        "levels": _labels(rules["bonus"]["levels"]),
    }


def _labels(rows: Sequence[Values]) -> dict[str, str]:
    return {row["code"]: label_of(row) for row in rows}


def _group(group: Values, names: Mapping[str, Mapping[str, str]], hidden: bool) -> dict[str, Any]:
    shown = {
        "label": names["groups"][group["code"]],
        "base": group["base"],
        "min_valid": group["min_valid"],
        "short": group["short"],
        "standing": group["standing"],
        "shortfall": group["shortfall"],
        "effective_base": group["effective_base"],
        "received": [(names["groups"][code], points) for code, points in group["received"].items()],
    }
    if hidden or "valid" not in group:
        return {**shown, "has_figures": False}
    aspects = [{**aspect, "label": names["aspects"][aspect["code"]]} for aspect in group["aspects"]]
    figures = {name: group[name] for name in ("valid", "graded", "points", "rate")}
    return {**shown, **figures, "aspects": aspects, "has_figures": True}


def _aspect_rows(
    groups: Sequence[Values], rules: Values, names: Mapping[str, Mapping[str, str]]
) -> list[dict[str, Any]]:
    """Rows for ``{% aspect_bars %}``."""
    scored = [group for group in groups if group.get("points") is not None]
    means = {group["code"]: {row["code"]: row["mean"] for row in group["aspects"]} for group in scored}
    return [
        {
            "label": names["aspects"][aspect["code"]],
            "groups": [
                {"label": names["groups"][code], "mean": _decimal(of_group.get(aspect["code"]))}
                for code, of_group in means.items()
            ],
        }
        for aspect in rules["aspects"]
        if means
    ]


def _marks(result: Result, rules: Values) -> list[dict[str, Any]]:
    """The tallies, a table per group: aspects by grades."""
    grades = [(grade["code"], label_of(grade)) for grade in rules["grades"]] + list(without_grade().items())
    return [
        {
            "label": label_of(group),
            "valid": tally["valid"],
            "grades": [label for _code, label in grades],
            "rows": [
                {
                    "label": label_of(aspect),
                    "counts": [(label, tally["marks"].get(aspect["code"], {}).get(code, 0)) for code, label in grades],
                }
                for aspect in rules["aspects"]
            ],
        }
        for group in rules["groups"]
        if (tally := result.tallies.get(group["code"])) and result.status != Result.Status.EXEMPT
    ]


def _award(row: Values, names: Mapping[str, Mapping[str, str]], links: Links) -> dict[str, Any]:
    return {
        **row,
        "level_label": names["levels"].get(row["level"], row["level"]),
        "url": links.claims.get(row["id"], ""),
    }


def _countdown(result: Result, names: Mapping[str, Mapping[str, str]]) -> list[Taken]:
    """The daily points from the right: each deduction takes its part until nothing is left (C25)."""
    daily = result.explanation.get("daily")
    if not daily or not Decimal(daily["base"]):
        return []
    base = left = Decimal(daily["base"])
    parts = []
    for place, row in enumerate(result.deductions):
        taken = min(Decimal(row["total"]), left)
        left -= taken
        label = names["deductions"].get(row["rule"], row["rule"])
        x, width = format(left * 100 / base, ".2f"), format(taken * 100 / base, ".2f")
        parts.append(Taken(place % 4 + 1, x, width, label, row["total"], format(left, ".2f")))
    return parts


def _deduction(row: Values, names: Mapping[str, Mapping[str, str]], inside: bool, links: Links) -> dict[str, Any]:
    shown = {name: row[name] for name in ("rule", "clause", "count", "each", "total", "found_on")}
    shown["label"] = names["deductions"].get(row["rule"], row["rule"])
    if inside:
        shown.update(id=row["id"], facts=row["facts"], basis=row["basis"])
        shown["url"] = links.deductions.get(row["id"], "")
        shown["complaint_url"] = links.complaints.get(row["id"], "")
        shown["defence"] = links.defences.get(row["id"], "")
    return shown


def _points(result: Result, codes: Sequence[str]) -> list[str | None]:
    by_code = {group["code"]: group.get("points") for group in result.explanation["groups"]}
    return [None if result.is_suppressed else by_code.get(code) for code in codes]


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)
