"""Compute a pool: tallies, deductions and awards to frozen results with rank and explanation (C10, C14–C26)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.ballots.tallies import shown_early, tallies_for, uncounted_boxes
from evaluation.bonus.models import BonusClaim
from evaluation.bonus.selectors import named_awards
from evaluation.cycle.models import Cycle, Track
from evaluation.cycle.models import TrackRules as RulesRow
from evaluation.cycle.services import rules_as_values, rules_of
from evaluation.daily.models import DailyDeduction
from evaluation.errors import DomainError
from evaluation.results.drafting import Drafted, draft_of_cadre, draft_of_unit, labelling_of
from evaluation.results.explanation import ShortfallAnswer, explain, tallies_as_values, tallies_from_values, text
from evaluation.results.missing import answers_to, decisions_for
from evaluation.results.models import Publication, Result, ShortfallDecision
from evaluation.results.suppression import must_hide
from evaluation.roster.models import Appraisal
from evaluation.scoring import (
    Deduction,
    GroupTally,
    Score,
    Status,
    TrackRules,
    group_counts,
    order_pool,
    rank_pool,
    rules_from_values,
    score_appraisal,
)
from evaluation.units.models import Unit

REPLACED = ["rules", "computed_at", "computed_by", "analysis_by", "approved_by", "approved_at", "return_reason"]
Earlier = Mapping[int, Sequence[Mapping[str, GroupTally]]]


@dataclass(frozen=True)
class Material:
    """What a pool is computed from; every mapping is by key of the appraisal."""

    rules_row: RulesRow
    values: dict[str, Any]
    rules: TrackRules
    tallies: Mapping[int, Mapping[str, GroupTally]]
    decisions: Mapping[int, Mapping[str, ShortfallDecision]]
    deductions: Mapping[int, Sequence[DailyDeduction]]
    claims: Mapping[int, Sequence[BonusClaim]]
    shown_before: Earlier
    hidden_before: Collection[int]
    shown_early: Mapping[int, Mapping[str, GroupTally]]


@dataclass(frozen=True)
class Computed:
    appraisal: Appraisal
    score: Score
    answers: Mapping[str, ShortfallAnswer]
    hidden: bool


@transaction.atomic
def compute_publication(*, cycle: Cycle, track: str, organising_unit: Unit, actor: User) -> Publication:
    """Compute one pool, or compute it anew while it has not been fed back; analyses are then drafted anew too.

    Raises ``DomainError``: ``empty_pool``; ``boxes_not_counted``, which names the boxes; ``no_tallies`` where nobody
    of the pool was judged; ``fed_back_already`` (correct the publication instead).
    """
    appraisals = _locked_pool(cycle, track, organising_unit)
    versions = Publication.objects.filter(cycle=cycle, track=track, organising_unit=organising_unit)
    current = versions.current().select_for_update().first()
    if current is not None and current.status != Publication.Status.COMPUTED:
        raise DomainError("fed_back_already", _("This result was handed out already. Use “Correct the result”."))
    material = _material(cycle, track, appraisals, organising_unit)
    publication = current or Publication(cycle=cycle, track=track, organising_unit=organising_unit)
    return write_publication(publication=publication, appraisals=appraisals, material=material, actor=actor)


@transaction.atomic
def compute_all(
    *, cycle: Cycle, pools: Collection[tuple[str, Unit]], actor: User
) -> tuple[list[Publication], list[tuple[Unit, str]]]:
    """Compute many pools; return what was computed, and (unit, reason) for those that could not be."""
    done, refused = [], []
    for track, unit in pools:
        try:
            done.append(compute_publication(cycle=cycle, track=track, organising_unit=unit, actor=actor))
        except DomainError as error:
            refused.append((unit, str(error)))
    return done, refused


def material_for(*, cycle: Cycle, track: str, organising_unit: Unit) -> tuple[list[Appraisal], Material]:
    """Return the pool, locked, with what it is computed from. Raises as ``compute_publication``."""
    appraisals = _locked_pool(cycle, track, organising_unit)
    return appraisals, _material(cycle, track, appraisals, organising_unit)


def write_publication(
    *, publication: Publication, appraisals: Sequence[Appraisal], material: Material, actor: User
) -> Publication:
    """Freeze the pool in ``publication`` (new, or computed and not yet fed back), replacing what stood there."""
    computed = [_compute(appraisal, material) for appraisal in appraisals]
    publication.rules = material.values
    publication.computed_at, publication.computed_by = timezone.now(), actor
    publication.analysis_by = publication.approved_by = publication.approved_at = None
    publication.return_reason = ""
    publication.save(update_fields=REPLACED if publication.pk else None)
    publication.results.all().delete()
    results = _results(publication, computed, material)
    publication.analysis = _drafts(publication, results)
    publication.save(update_fields=["analysis"])
    Result.objects.bulk_create(results)
    record(
        actor=actor,
        action="publication-computed",
        target=publication,
        detail={"version": publication.version, "results": len(results)},
        changes={"status": ("", publication.status)},
    )
    return publication


def changed_since(publication: Publication) -> list[str]:
    """Return the names of cadres whose confirmed deductions or approved awards are not those of their result."""
    results = list(publication.results.select_related("appraisal").exclude(status=Result.Status.EXEMPT))
    appraisals = [result.appraisal for result in results]
    deductions, claims = _deductions(publication.cycle, appraisals), _claims(appraisals)
    return [
        result.name
        for result in results
        if [row["id"] for row in result.deductions] != [row.pk for row in deductions.get(result.appraisal_id, ())]
        or [row["id"] for row in result.awards] != [row.pk for row in claims.get(result.appraisal_id, ())]
    ]


# What goes in


def _locked_pool(cycle: Cycle, track: str, unit: Unit) -> list[Appraisal]:
    rows = Appraisal.objects.select_for_update(of=("self",)).for_list()
    appraisals = list(rows.filter(cycle=cycle, track=track, organising_unit=unit))
    if not appraisals or track == Track.BUREAU_LEADER:
        raise DomainError("empty_pool", _("Nobody of this unit and track is evaluated this year."))
    waiting = uncounted_boxes(appraisals=[one for one in appraisals if not one.exempt])
    if titles := "、".join(dict.fromkeys(box.title for boxes in waiting.values() for box in boxes)):
        raise DomainError(
            "boxes_not_counted",
            _("%(unit)s: these boxes are not yet counted and released: %(boxes)s.")
            % {"unit": unit.name, "boxes": titles},
        )
    return appraisals


def _material(cycle: Cycle, track: str, appraisals: Sequence[Appraisal], unit: Unit) -> Material:
    tallies = tallies_for(appraisals=appraisals)
    if not any(tallies.values()) and not all(one.exempt for one in appraisals):
        raise DomainError("no_tallies", _("%(unit)s: nobody has been judged yet.") % {"unit": unit.name})
    shown_before, hidden_before = _versions_before(cycle, track, unit)
    row = rules_of(cycle, track)
    values = stored_rules(row)
    return Material(
        rules_row=row,
        values=values,
        rules=rules_from_values(values),
        tallies=tallies,
        decisions=decisions_for(appraisals=appraisals),
        deductions=_deductions(cycle, appraisals),
        claims=_claims(appraisals),
        shown_before=shown_before,
        hidden_before=hidden_before,
        shown_early=shown_early(appraisals=appraisals),
    )


def stored_rules(row: RulesRow) -> dict[str, Any]:
    """The rules as in the results file, with clauses and the answers to shortfalls, which pages explain besides."""
    values: dict[str, Any] = rules_as_values(rules=row)
    clauses = {rule.code: rule.clause for rule in row.deductions.all()}
    answers = {group.code: group.on_shortfall for group in row.groups.all()}
    for rule in values["daily"]["deductions"]:
        rule["clause"] = clauses[rule["code"]]
    for group in values["groups"]:
        group["on_shortfall"] = answers[group["code"]]
    return values


def _deductions(cycle: Cycle, appraisals: Sequence[Appraisal]) -> dict[int, list[DailyDeduction]]:
    """Confirmed in this cycle; one confirmed before the appraisal existed is found by its cadre."""
    by_cadre = {one.cadre_id: one.pk for one in appraisals}
    found: dict[int, list[DailyDeduction]] = defaultdict(list)
    rows = DailyDeduction.objects.filter(status=DailyDeduction.Status.CONFIRMED, cycle=cycle).filter(
        Q(appraisal__in=list(by_cadre.values())) | Q(appraisal__isnull=True, cadre__in=list(by_cadre))
    )
    for row in rows.order_by("found_on", "pk"):
        found[row.appraisal_id or by_cadre[row.cadre_id]].append(row)
    return found


def _claims(appraisals: Sequence[Appraisal]) -> dict[int, list[BonusClaim]]:
    found: dict[int, list[BonusClaim]] = defaultdict(list)
    rows = BonusClaim.objects.filter(status=BonusClaim.Status.APPROVED, appraisal__in=[one.pk for one in appraisals])
    for row in rows.order_by("awarded_on", "pk"):
        found[row.appraisal_id].append(row)
    return found


def _versions_before(cycle: Cycle, track: str, unit: Unit) -> tuple[Earlier, set[int]]:
    """What earlier versions showed to somebody, and whom they hid but scored."""
    shown: dict[int, list[Mapping[str, GroupTally]]] = defaultdict(list)
    hidden: set[int] = set()
    versions = Publication.objects.filter(cycle=cycle, track=track, organising_unit=unit)
    for row in Result.objects.filter(publication__in=versions):
        if not row.is_suppressed:
            shown[row.appraisal_id].append(tallies_from_values(row.tallies))
        elif row.democratic is not None:
            hidden.add(row.appraisal_id)
    return shown, hidden


# The arithmetic


def _compute(appraisal: Appraisal, material: Material) -> Computed:
    tallies = material.tallies.get(appraisal.pk, {})
    answers = answers_to(
        appraisal=appraisal,
        groups=list(material.rules_row.groups.all()),
        counts=group_counts(rules=material.rules, tallies=tallies),
        decisions=material.decisions.get(appraisal.pk, {}),
        shown=material.shown_early.get(appraisal.pk, {}),
    )
    score = score_appraisal(
        rules=material.rules,
        tallies=tallies,
        missing={code: answer.decision for code, answer in answers.items()},
        deductions=[
            part for row in material.deductions.get(appraisal.pk, ()) for part in _as_deductions(row, material)
        ],
        awards=named_awards(material.claims.get(appraisal.pk, ()), appraisal.cycle.year),
        exempt=appraisal.exempt,
    )
    hidden = must_hide(
        tallies,
        [*material.shown_before.get(appraisal.pk, ()), *_reported(tallies, material.shown_early.get(appraisal.pk, {}))],
        hidden_before=appraisal.pk in material.hidden_before,
    )
    return Computed(appraisal=appraisal, score=score, answers=answers, hidden=hidden)


def _reported(tallies: Mapping[str, GroupTally], early: Mapping[str, GroupTally]) -> list[dict[str, GroupTally]]:
    """What count reports showed, one group at a time beside the others as they are now."""
    return [{**tallies, code: tally} for code, tally in early.items() if code in tallies]


def _as_deductions(row: DailyDeduction, material: Material) -> list[Deduction]:
    """One of the rules with fixed points, else one a case with its own points."""
    if material.rules.deduction(row.rule).points is not None:
        return [Deduction(row.rule, row.count)]
    return [Deduction(row.rule, 1, row.points) for _case in range(row.count)]


# What comes out


def _results(publication: Publication, computed: Sequence[Computed], material: Material) -> list[Result]:
    entries = [one.score.pool_entry(one.appraisal.pk) for one in computed if one.score.status == Status.SCORED]
    ranks = rank_pool(entries)
    order = {entry.key: place for place, entry in enumerate(order_pool(entries), start=1)}
    results = [_result(publication, one, material, ranks.get(one.appraisal.pk)) for one in computed]
    for place, result in enumerate(results, start=len(order) + 1):
        result.list_order = order.get(result.appraisal_id, place)
    return results


def _result(publication: Publication, one: Computed, material: Material, rank: int | None) -> Result:
    appraisal, score = one.appraisal, one.score
    exempt = score.status == Status.EXEMPT
    return Result(
        publication=publication,
        appraisal=appraisal,
        name=appraisal.name,
        unit_name=appraisal.home_unit.name,
        post=appraisal.post_line,
        status=str(score.status),
        tallies=tallies_as_values(material.tallies.get(appraisal.pk, {})),
        explanation=explain(rules=material.rules, score=score, answers=one.answers, hidden=one.hidden or exempt),
        deductions=[] if exempt else _deduction_values(material, appraisal),
        awards=[] if exempt else _award_values(material, appraisal, score),
        missing_groups={code: answer.decision for code, answer in one.answers.items()},
        is_suppressed=one.hidden,
        democratic=score.democratic,
        daily=score.daily,
        bonus=score.bonus,
        composite=score.composite,
        rank=rank,
    )


def _deduction_values(material: Material, appraisal: Appraisal) -> list[dict[str, Any]]:
    clauses = {rule["code"]: rule["clause"] for rule in material.values["daily"]["deductions"]}
    values = []
    for row in material.deductions.get(appraisal.pk, ()):
        fixed = material.rules.deduction(row.rule).points
        each = row.points if fixed is None else fixed
        values.append(
            {
                "id": row.pk,
                "rule": row.rule,
                "clause": clauses[row.rule],
                "count": row.count,
                "each": text(each),
                "total": text(each * row.count),
                "free": fixed is None,
                "found_on": row.found_on.isoformat(),
                "facts": row.facts,
                "basis": row.basis,
            }
        )
    return values


def _award_values(material: Material, appraisal: Appraisal, score: Score) -> list[dict[str, Any]]:
    claims = material.claims.get(appraisal.pk, ())
    parts = score.bonus_parts.awards if score.bonus_parts else ()
    return [
        {
            "id": claim.pk,
            "award": claim.award,
            "same_as": part.award,
            "issuer": claim.issuer,
            "level": claim.approved_level,
            "awarded_on": claim.awarded_on.isoformat(),
            "points": text(part.points),
            "counted": part.counted,
        }
        for claim, part in zip(claims, parts, strict=True)
    ]


def _drafts(publication: Publication, results: Sequence[Result]) -> str:
    """Word the analysis of every result and return that of the unit, always in Chinese."""
    labels = labelling_of(publication.rules)
    drafted = [_drafted(result) for result in results]
    size = sum(result.status == Result.Status.SCORED for result in results)
    for result, draft in zip(results, drafted, strict=True):
        result.analysis = draft_of_cadre(draft, labels=labels, pool_size=size)
    track = {Track.MID_LEVEL: "中层干部", Track.VILLAGE: "村（社区）干部"}[Track(publication.track)]
    return draft_of_unit(drafted, labels=labels, track_label=track, unit=publication.organising_unit.name)


def _drafted(result: Result) -> Drafted:
    return Drafted(
        name=result.name,
        status=str(result.status),
        rank=result.rank,
        hidden=result.is_suppressed,
        explanation=result.explanation,
        deductions=result.deductions,
        awards=result.awards,
    )
