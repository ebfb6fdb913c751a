"""Cadres to choose from in a form, under the names of their units."""

from typing import Any

from evaluation.roster.models import AppraisalQuerySet


def cadre_choices(appraisals: AppraisalQuerySet) -> list[tuple[str, Any]]:
    """Return choices by key; grouped by organising unit. ``appraisals`` come with their units (``for_list``)."""
    units: dict[str, list[tuple[int, str]]] = {}
    for row in appraisals:
        words = f"{row.name} · {row.post_line}".rstrip(" ·")
        units.setdefault(row.organising_unit.name, []).append((row.pk, words))
    return [("", "---------"), *units.items()]
