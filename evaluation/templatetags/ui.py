"""Tags for the components: what a template cannot say without arithmetic. No queries, no markup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from django import template
from django.utils.translation import get_language, gettext

from evaluation.cycle.clauses import clause_of
from evaluation.cycle.models import Step

register = template.Library()

HUNDREDTH = Decimal("0.01")
NUMERALS = "零一二三四五六七八九"
TRACK = 84  # width of a full aspect bar, in percent of the picture; the figure stands to the right
BAR, GAP, HEAD = 16, 6, 26  # pixels in the picture of the aspects


class Look(NamedTuple):
    icon: str
    tone: str


NEUTRAL = Look("dot", "neutral")
LOOKS: dict[str, Look] = {
    status: Look(icon, tone)
    for icon, tone, statuses in (
        ("pencil", "neutral", "draft not_started"),
        ("clock", "info", "submitted pending claimed recorded proposed previewed keyed announced invited issued"),
        ("check", "info", "drawn called_up ready checked computed scored completed"),
        ("dot", "info", "open under_way feedback changed"),
        ("back", "warn", "returned reallocate"),
        ("alert", "warn", "incomplete missing shortfall due_soon not_done objected"),
        ("check", "good", "approved confirmed accepted counted done held filed received present spent upheld new"),
        ("eye", "good", "published reported shown notice"),
        ("seal", "good", "final chosen commended"),
        ("lock", "neutral", "closed"),
        ("cross", "bad", "rejected refused invalid"),
        ("alert", "bad", "overdue late"),
        (
            "minus",
            "neutral",
            "reserve unavailable void annulled withdrawn exempt superseded hidden discarded dropped dismissed same "
            "on_leave",
        ),
    )
    for status in statuses.split()
}


@register.filter
def points(value: Decimal | Fraction | int | None) -> str:
    """Two places, rounded half up; a dash where there is no figure."""
    if value is None or value == "":
        return "–"
    return str(_decimal(value).quantize(HUNDREDTH, rounding=ROUND_HALF_UP))


@register.filter
def in_words(number: int) -> str:
    """A small number as Chinese writes it in words (五项); figures in English and from a hundred on."""
    if not (get_language() or "").startswith("zh") or not 0 <= number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{NUMERALS[tens]}十"
    return head + (NUMERALS[ones] if ones or not tens else "")


@register.filter
def in_fours(text: str) -> str:
    """Groups of four, to be read aloud and compared by hand."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


@register.filter
def clause_heading(code: str) -> str:
    """The heading of a clause in the source (五（二）1) by its id (C19); one that the city numbered itself stays."""
    return clause_of(code).heading


@register.filter
def at(values: Sequence[Any], place: int) -> Any:
    """The value at a place, for two lists that run side by side."""
    return values[place]


@register.simple_tag
def status_look(status: object) -> Look:
    """Icon and tone of a status; an unknown one is neutral."""
    return LOOKS.get(str(status).lower().replace("-", "_"), NEUTRAL)


@register.simple_tag
def percent_of(value: int | None, total: int | None) -> int | None:
    """Whole percent, rounded down so that 100 means all; ``None`` of nothing."""
    return int(value * 100 // total) if value is not None and total else None


@register.simple_tag(takes_context=True)
def cycle_steps(context: template.Context, current: int) -> list[dict[str, Any]]:
    """The five steps for ``_steps.html``.

    ``steps`` of the context, where it is given, says more of each: a sequence of mappings or objects with any of
    ``number`` (1–5, else their order), ``done``, ``starts_on``, ``ends_on``, ``url``.
    """
    given = {int(_read(row, "number") or place): row for place, row in enumerate(context.get("steps") or (), start=1)}
    return [
        {
            "number": number,
            "label": label,
            "current": number == current,
            **{key: _read(given.get(number), key) for key in ("done", "starts_on", "ends_on", "url")},
        }
        for number, label in enumerate(Step.labels, start=1)
    ]


@register.inclusion_tag("components/_composite_bar.html")
def composite_bar(democratic: Decimal, daily: Decimal, bonus: Decimal, maximum: Decimal | int = 100) -> dict[str, Any]:
    """A composite as a bar of its parts; ``maximum`` is the points a full bar stands for, a larger sum widens it."""
    parts = [
        (gettext("Democratic evaluation"), _decimal(democratic), 1),
        (gettext("Daily assessment"), _decimal(daily), 2),
        (gettext("Bonus"), _decimal(bonus), 3),
    ]
    total = sum((value for _label, value, _fill in parts), Decimal(0))
    scale = max(_decimal(maximum), total, Decimal(1))
    drawn, start = [], Decimal(0)
    for label, value, fill in parts:
        drawn.append(
            {"label": label, "value": value, "fill": fill, "x": _share(start, scale), "width": _share(value, scale)}
        )
        start += value
    return {"parts": drawn, "total": total, "full": maximum, "full_at": _share(_decimal(maximum), scale)}


@register.inclusion_tag("components/_aspect_bars.html")
def aspect_bars(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Means of 0–100 by aspect and group.

    ``rows``: ``{"label": str, "groups": [{"label": str, "mean": Decimal | Fraction | None}]}``, the groups of every
    row in the same order (four at most have a pattern of their own).
    """
    drawn: list[dict[str, Any]] = []
    top = 0
    for row in rows:
        bars = list(_bars(row["groups"], top + HEAD))
        drawn.append({"label": row["label"], "y": top + 18, "bars": bars})
        top += HEAD + len(bars) * (BAR + GAP) + 10
    legend = [{"label": bar["label"], "fill": bar["fill"]} for bar in drawn[0]["bars"]] if drawn else []
    return {"rows": drawn, "groups": legend, "height": top}


def _bars(groups: Iterable[Mapping[str, Any]], top: int) -> Iterable[dict[str, Any]]:
    for place, group in enumerate(groups):
        mean = group["mean"]
        y = top + place * (BAR + GAP)
        yield {
            "label": group["label"],
            "mean": mean,
            "fill": place % 4 + 1,
            "y": y,
            "text_y": y + 13,
            "width": 0 if mean is None else _share(_decimal(mean) * TRACK / 100, Decimal(100)),
        }


def _decimal(value: Decimal | Fraction | int | str) -> Decimal:
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return value if isinstance(value, Decimal) else Decimal(value)


def _share(value: Decimal, scale: Decimal) -> str:
    """Percent as text, so that no locale puts its own point into an attribute."""
    return format((value * 100 / scale).quantize(HUNDREDTH), "f")


def _read(row: Any, key: str) -> Any:
    return row.get(key) if isinstance(row, Mapping) else getattr(row, key, None)
