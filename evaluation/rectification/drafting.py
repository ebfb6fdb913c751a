"""What a plan begins with, and what a notice says, drafted in Chinese from the figures; people edit it afterwards.

Plain values in, text out. Where a cadre's groups must be hidden no aspect is named: its mean would tell on few people.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

MOST_OPINIONS = 20
Labels = Mapping[str, str]


@dataclass(frozen=True)
class Judged:
    """A published result as far as rectification reads it; ``notice_below`` is a mean of 0–100."""

    explanation: Mapping[str, Any]
    deductions: Sequence[Mapping[str, Any]]
    is_suppressed: bool
    aspect_labels: Labels
    deduction_labels: Labels
    notice_below: Decimal
    # The rules of deduction under which a notice is asked for; all of them where nothing is said.
    notice_rules: Collection[str] | None = None
    # So many opinions on one aspect ask for a notice; never where nothing is said.
    notice_opinions: int | None = None


class Problem(NamedTuple):
    """``source`` is a value of ``PlanItem.Source``."""

    source: str
    text: str


def problems_of(judged: Judged, *, opinions: Collection[str]) -> list[Problem]:
    """Return what a plan answers for: opinions shown (each once), low aspects, kinds of deductions (C11)."""
    distinct = list(dict.fromkeys(text.strip() for text in opinions if text.strip()))
    return [
        *(Problem("opinion", f"群众反映：{text}") for text in distinct[:MOST_OPINIONS]),
        *(Problem("aspect", text) for text in _aspect_problems(judged)),
        *(Problem("deduction", text) for text in _deduction_problems(judged)),
    ]


def low_aspects(judged: Judged) -> list[dict[str, str]]:
    """Return the aspects whose mean lies below the mark: code, label, mean; none where groups are hidden."""
    return [
        {"kind": "aspect", "code": code, "label": judged.aspect_labels.get(code, code), "mean": format(mean, ".2f")}
        for code, mean in _means(judged).items()
        if mean < judged.notice_below
    ]


def deduction_kinds(judged: Judged) -> list[dict[str, Any]]:
    """Return the rules under which points were deducted, with the number of cases; never the facts."""
    counts: dict[str, int] = {}
    for row in judged.deductions:
        counts[row["rule"]] = counts.get(row["rule"], 0) + int(row["count"])
    return [
        {"kind": "deduction", "code": code, "label": judged.deduction_labels.get(code, code), "count": count}
        for code, count in counts.items()
    ]


def notice_reasons(judged: Judged, *, opinions: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return what asks for a notice: low aspects, deductions of the rules that ask for one, repeated opinions (C11).

    ``opinions`` counts by aspect what is shown to everybody; a mean that would tell on few people is never named.
    """
    asked = judged.notice_rules
    rules = [row for row in deduction_kinds(judged) if asked is None or row["code"] in asked]
    return [*low_aspects(judged), *rules, *repeated_opinions(judged, opinions=opinions)]


def repeated_opinions(judged: Judged, *, opinions: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the aspects on which at least as many opinions are shown as the rules say: code, label, count."""
    least = judged.notice_opinions
    return [
        {"kind": "opinions", "code": code, "label": judged.aspect_labels.get(code, code), "count": count}
        for code, count in opinions.items()
        if code and least is not None and count >= max(least, 1)
    ]


def notice_text(reasons: Sequence[Mapping[str, Any]]) -> str:
    """Return the demands of a notice, drafted from its reasons."""
    points = [f"{number}．{reason_in_words(reason)}" for number, reason in enumerate(reasons, start=1)]
    demands = (
        "请你单位督促该同志对照上述问题，深入查找原因，制定整改计划，明确整改措施、整改时间和达到的效果，"
        "并于期限前将整改情况书面报送。"
    )
    return "\n".join([*points, demands])


def _means(judged: Judged) -> dict[str, Decimal]:
    if judged.is_suppressed:
        return {}
    rows = judged.explanation.get("aspects", ())
    return {row["code"]: Decimal(row["mean"]) for row in rows if row["mean"] is not None}


def _aspect_problems(judged: Judged) -> list[str]:
    """The aspects below the mark, or else the lowest one; none where all stand equal."""
    means = _means(judged)
    low = [row["label"] for row in low_aspects(judged)]
    if low:
        return [f"“{label}”评议得分较低" for label in low]
    if len(set(means.values())) < 2:
        return []
    lowest = min(means, key=lambda code: means[code])
    return [f"“{judged.aspect_labels.get(lowest, lowest)}”在各项评议内容中得分最低"]


def _deduction_problems(judged: Judged) -> list[str]:
    return [f"日常考核扣分：{row['label']}（{row['count']}件）" for row in deduction_kinds(judged)]


def reason_in_words(reason: Mapping[str, Any]) -> str:
    """Return the sentence that a notice is drafted with for one of its reasons."""
    if reason["kind"] == "aspect":
        return f"民主评议中“{reason['label']}”平均得分{reason['mean']}分，低于规定标准。"
    if reason["kind"] == "opinions":
        return f"群众对“{reason['label']}”反映的意见较为集中，共{reason['count']}条。"
    return f"日常考核中“{reason['label']}”被扣分，共{reason['count']}件。"
