"""Which claims are of one award, and what counts of them (C26)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from evaluation.bonus.awards import are_similar, award_key, names_of_awards
from evaluation.bonus.models import BonusClaim
from evaluation.cycle.models import BonusLevel, Cycle
from evaluation.cycle.services import rules_as_values, rules_of
from evaluation.roster.models import Appraisal
from evaluation.scoring import Award, TrackRules, rules_from_values
from evaluation.scoring.bonus import bonus_score

Status = BonusClaim.Status
WIDTH = 100


@dataclass(frozen=True)
class Part:
    """One claim in a cadre's bonus: ``counted`` where its points count, else ``why`` they do not (a code)."""

    claim: BonusClaim
    level_label: str
    points: Decimal
    counted: bool
    why: str = ""
    x: str = "0"
    width: str = "0"
    fill: int = 1


@dataclass(frozen=True)
class Standing:
    """A cadre's bonus as it stands: what counts, and what may still come. ``full`` is what a full bar stands for."""

    appraisal: Appraisal
    parts: list[Part]
    points: Decimal
    uncapped: Decimal
    cap: Decimal | None
    full: Decimal

    @property
    def counted(self) -> list[Part]:
        return [part for part in self.parts if part.counted]


def key_of(claim: BonusClaim, year: int) -> str:
    """The key of a claim's award; of a claim older than keys, that of its name."""
    return claim.award_key or award_key(claim.award, year)


def similar_claims(*, appraisal: Appraisal, key: str, but: int = 0) -> list[BonusClaim]:
    """Claims of the cadre and of the unit in this year whose award may be the one of ``key``, but under another name.

    One of each award; the cadre's own first.
    """
    of_unit = Q(appraisal=appraisal) | Q(appraisal__organising_unit=appraisal.organising_unit_id)
    rows = BonusClaim.objects.standing().filter(of_unit, appraisal__cycle=appraisal.cycle_id).exclude(pk=but)
    found: dict[str, BonusClaim] = {}
    for claim in sorted(rows.select_related("appraisal"), key=lambda one: (one.appraisal_id != appraisal.pk, one.pk)):
        other = key_of(claim, appraisal.cycle.year)
        if are_similar(key, other):
            found.setdefault(other, claim)
    return list(found.values())


def same_awards(claim: BonusClaim) -> list[BonusClaim]:
    """The standing claims of the same award for the same cadre, at other levels."""
    year = claim.appraisal.cycle.year
    rows = BonusClaim.objects.standing().filter(appraisal=claim.appraisal_id).exclude(pk=claim.pk)
    return [other for other in rows.order_by("pk") if key_of(other, year) == key_of(claim, year)]


def named_awards(claims: Sequence[BonusClaim], year: int) -> list[Award]:
    """Approved claims as scoring takes them: one name for one award, however it is written (C26)."""
    names = names_of_awards([(key_of(claim, year), claim.award) for claim in claims])
    return [Award(name, claim.approved_level) for name, claim in zip(names, claims, strict=True)]


def standings(*, cycle: Cycle, appraisals: Iterable[Appraisal]) -> list[Standing]:
    """Return for every appraisal its bonus as it stands; a constant number of queries."""
    rows = list(appraisals)
    found: dict[int, list[BonusClaim]] = defaultdict(list)
    claims = BonusClaim.objects.filter(appraisal__in=[one.pk for one in rows])
    for claim in claims.select_related("appraisal").order_by("awarded_on", "pk"):
        found[claim.appraisal_id].append(claim)
    rules = {track: rules_of(cycle, track) for track in sorted({one.track for one in rows})}
    values = {track: rules_from_values(rules_as_values(rules=row)) for track, row in rules.items()}
    labels = {track: {level.code: level.label for level in row.bonus_levels.all()} for track, row in rules.items()}
    return [_standing(one, found[one.pk], values[one.track], labels[one.track], cycle.year) for one in rows]


def _standing(
    appraisal: Appraisal, claims: Sequence[BonusClaim], rules: TrackRules, labels: Mapping[str, str], year: int
) -> Standing:
    approved = [claim for claim in claims if claim.status == Status.APPROVED]
    score = bonus_score(rules=rules, awards=named_awards(approved, year))
    counted = {claim.pk: part for claim, part in zip(approved, score.awards, strict=True)}
    full = max(score.uncapped, score.cap or Decimal(0), Decimal(10))
    parts, start, fill = [], Decimal(0), 0
    for claim in claims:
        level = claim.approved_level or claim.level
        points = rules.level(level).points if level in labels else Decimal(0)
        part = counted.get(claim.pk)
        if part is not None and part.counted:
            width = points * WIDTH / full
            x, w = format(start, ".2f"), format(width, ".2f")
            parts.append(Part(claim, labels[level], points, True, "", x, w, fill % 4 + 1))
            start, fill = start + width, fill + 1
        else:
            why = "same" if part is not None else claim.status
            parts.append(Part(claim, labels.get(level, level), points, False, why))
    return Standing(appraisal, parts, score.points, score.uncapped, score.cap, full)


def levels_of(cycle: Cycle, tracks: Iterable[str]) -> list[BonusLevel]:
    rows = BonusLevel.objects.filter(rules__cycle=cycle, rules__track__in=list(tracks))
    return list(rows.select_related("rules"))
