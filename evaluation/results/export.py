"""The results file ``minping-results/1``: the open data of a cycle and the input of the stand-alone recount."""

import json
from collections.abc import Iterable
from typing import Any

from evaluation.cycle.models import Cycle
from evaluation.cycle.services import rules_of
from evaluation.results.models import Publication, Result
from evaluation.results.pools import SCORED_TRACKS
from evaluation.results.services.computing import stored_rules
from evaluation.roster.models import Appraisal
from evaluation.scoring import FORMAT
from evaluation.units.models import Unit

Values = dict[str, Any]


def results_document(*, cycle: Cycle) -> Values:
    """Return the results file of a cycle: every appraisal of every pool, in the order of units and lists.

    A pool under notice or final has its tallies, decisions, deductions, awards and printed figures; every other one is
    pending, and its appraisals stand in the file without a tally, so that a recount calls them incomplete. Where a
    group is too small to show, every group of that cadre is ``{"suppressed": true}``.
    """
    appraisals = list(
        Appraisal.objects.filter(cycle=cycle, track__in=SCORED_TRACKS)
        .select_related("home_unit__parent", "organising_unit__parent")
        .order_by("organising_unit__order", "organising_unit__code", "track", "order", "pk")
    )
    published = _published(cycle)
    return {
        "format": FORMAT,
        "cycle": {"year": cycle.year, "title": cycle.title, "city": cycle.city_name},
        "rules": _rules(cycle, {one.track for one in appraisals}, published.values()),
        "appraisals": [_entry(one, published.get(one.pk)) for one in _in_order(appraisals, published)],
    }


def results_bytes(cycle: Cycle) -> bytes:
    """Return the results file as UTF-8."""
    return json.dumps(results_document(cycle=cycle), ensure_ascii=False, indent=1).encode()


def _published(cycle: Cycle) -> dict[int, Result]:
    shown = (Publication.Status.NOTICE, Publication.Status.FINAL)
    rows = Result.objects.filter(publication__cycle=cycle, publication__status__in=shown)
    return {row.appraisal_id: row for row in rows.select_related("publication")}


def _rules(cycle: Cycle, tracks: Iterable[str], results: Iterable[Result]) -> Values:
    stored = {result.publication.track: result.publication.rules for result in results}
    return {
        track: stored[track] if track in stored else stored_rules(rules_of(cycle, track)) for track in sorted(tracks)
    }


def _in_order(appraisals: list[Appraisal], published: dict[int, Result]) -> list[Appraisal]:
    def place(one: Appraisal) -> tuple[int, str, str, int, int]:
        listed = published[one.pk].list_order if one.pk in published else one.order
        return (one.organising_unit.order, one.organising_unit.code, one.track, listed, one.pk)

    return sorted(appraisals, key=place)


def _entry(appraisal: Appraisal, result: Result | None) -> Values:
    entry: Values = {
        "id": appraisal.public_code,
        "cadre": result.name if result else appraisal.name,
        "unit": result.unit_name if result else appraisal.home_unit.name,
        "organising_unit": _unit_name(appraisal.organising_unit),
        "organising_unit_code": appraisal.organising_unit.code,
        "track": appraisal.track,
        "tallies": {},
        "deductions": [],
        "awards": [],
    }
    if result is None:
        return {**entry, **({"exempt": True} if appraisal.exempt else {})}
    if result.status == Result.Status.EXEMPT:
        return {**entry, "exempt": True}
    return {**entry, **_figures(result)}


def _figures(result: Result) -> Values:
    figures: Values = {
        "tallies": _tallies(result),
        "missing_groups": result.missing_groups,
        "deductions": [part for row in result.deductions for part in _deductions(row)],
        "awards": [{"award": row.get("same_as", row["award"]), "level": row["level"]} for row in result.awards],
    }
    if result.status == Result.Status.SCORED:
        figures["published"] = _printed(result)
    return figures


def _tallies(result: Result) -> Values:
    if result.is_suppressed:
        return {group["code"]: {"suppressed": True} for group in result.publication.rules["groups"]}
    return dict(result.tallies)


def _deductions(row: Values) -> list[Values]:
    if row["free"]:
        return [{"rule": row["rule"], "points": row["each"]}] * row["count"]
    return [{"rule": row["rule"], "count": row["count"]}]


def _printed(result: Result) -> Values:
    printed: Values = {
        "democratic": str(result.democratic),
        "daily": str(result.daily),
        "bonus": str(result.bonus),
        "composite": str(result.composite),
        "rank": result.rank,
    }
    if result.is_suppressed:
        return printed
    groups = {group["code"]: group["points"] for group in result.explanation["groups"] if group["points"] is not None}
    return {"groups": groups, **printed}


def _unit_name(unit: Unit) -> str:
    """Two towns may each have a village of one name; a pool needs a name of its own."""
    return f"{unit.parent.name} {unit.name}" if unit.parent else unit.name
