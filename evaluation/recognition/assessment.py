"""The annual assessment (C31): a line per leading team, per leader, per mid-level cadre."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from evaluation.cycle.models import Cycle, Track
from evaluation.recognition.models import YearEndGrade
from evaluation.recognition.selectors import final_results, leaders
from evaluation.results.models import Result
from evaluation.roster.models import Appraisal, AppraisalQuerySet
from evaluation.units.models import Unit
from evaluation.workbooks import Table, write_workbook

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class TeamLine:
    """A unit's leading team; ``grades`` counts its leaders by grade, in the order of ``YearEndGrade.Grade``.

    ``mean`` is the mean composite, in points, of the ``scored`` mid-level cadres that the unit organised.
    """

    unit: Unit
    leaders: int
    ungraded: int
    grades: tuple[int, ...]
    scored: int
    mean: Decimal | None

    def labelled(self) -> list[tuple[str, int]]:
        """Label and number of every grade."""
        return list(zip(map(str, YearEndGrade.Grade.labels), self.grades, strict=True))


def leader_lines(*, cycle: Cycle, appraisals: AppraisalQuerySet) -> list[Appraisal]:
    return list(leaders(cycle=cycle, appraisals=appraisals))


def mid_level_lines(*, cycle: Cycle, appraisals: AppraisalQuerySet) -> list[Result]:
    """Final results only, unit by unit in the order of their lists."""
    rows = final_results(cycle=cycle, track=Track.MID_LEVEL).filter(appraisal__in=appraisals.values("pk"))
    return list(
        rows.select_related("publication__organising_unit", "appraisal__home_unit").order_by(
            "publication__organising_unit__order", "publication", "list_order", "pk"
        )
    )


def team_lines(people: Sequence[Appraisal], results: Sequence[Result]) -> list[TeamLine]:
    """Return a line per unit that has leaders or scored cadres, in the order in which they come."""
    units: dict[int, Unit] = {}
    grades: dict[int, list[str]] = defaultdict(list)
    composites: dict[int, list[Decimal]] = defaultdict(list)
    for person in people:
        units.setdefault(person.organising_unit_id, person.organising_unit)
        grades[person.organising_unit_id].append(grade_of(person))
    for result in results:
        unit = result.publication.organising_unit
        units.setdefault(unit.pk, unit)
        if result.composite is not None:
            composites[unit.pk].append(result.composite)
    ordered = sorted(units.values(), key=lambda unit: (unit.order, unit.code))
    return [_team(unit, grades[unit.pk], composites[unit.pk]) for unit in ordered]


def grade_of(person: Appraisal) -> str:
    """The code of the entered grade; empty where none is entered yet."""
    entered = getattr(person, "year_end_grade", None)
    return entered.grade if entered else ""


def _team(unit: Unit, grades: Sequence[str], composites: Sequence[Decimal]) -> TeamLine:
    counts = Counter(grades)
    return TeamLine(
        unit=unit,
        leaders=len(grades),
        ungraded=counts[""],
        grades=tuple(counts[grade] for grade in YearEndGrade.Grade.values),
        scored=len(composites),
        mean=(sum(composites, Decimal(0)) / len(composites)).quantize(HUNDREDTH, ROUND_HALF_UP) if composites else None,
    )


def assessment_workbook(*, cycle: Cycle, appraisals: AppraisalQuerySet) -> bytes:
    """Return the list of the annual assessment as an .xlsx file with three sheets."""
    people = leader_lines(cycle=cycle, appraisals=appraisals)
    results = mid_level_lines(cycle=cycle, appraisals=appraisals)
    return write_workbook(
        [
            _teams_table(cycle, team_lines(people, results)),
            _leaders_table(cycle, people),
            _mid_level_table(cycle, results),
        ]
    )


def _teams_table(cycle: Cycle, teams: Sequence[TeamLine]) -> Table:
    grades = [str(label) for label in YearEndGrade.Grade.labels]
    return Table(
        title=_("Leading teams"),
        heading=_("%(year)s annual assessment: leading teams") % {"year": cycle.year},
        header=[
            _("Unit"),
            _("Leading cadres"),
            *grades,
            _("Not entered yet"),
            _("Mid-level cadres scored"),
            _("Mean composite"),
        ],
        measure=_("In points"),
        rows=[[team.unit.name, team.leaders, *team.grades, team.ungraded, team.scored, team.mean] for team in teams],
    )


def _leaders_table(cycle: Cycle, people: Sequence[Appraisal]) -> Table:
    return Table(
        title=_("Leading cadres"),
        heading=_("%(year)s annual assessment: leading cadres") % {"year": cycle.year},
        header=[_("Unit"), _("Name"), _("Post"), _("Year-end grade"), _("Remark")],
        rows=[_leader_row(person) for person in people],
    )


def _leader_row(person: Appraisal) -> list[str]:
    entered = getattr(person, "year_end_grade", None)
    grade, remark = (str(entered.get_grade_display()), entered.remark) if entered else ("", "")
    return [person.organising_unit.name, person.name, person.held_post, grade, remark]


def _mid_level_table(cycle: Cycle, results: Sequence[Result]) -> Table:
    return Table(
        title=_("Mid-level cadres"),
        heading=_("%(year)s annual assessment: mid-level cadres") % {"year": cycle.year},
        header=[
            _("Organising unit"),
            _("Unit"),
            _("Name"),
            _("Post"),
            _("Democratic evaluation"),
            _("Daily assessment"),
            _("Bonus"),
            _("Composite score"),
            _("Rank"),
        ],
        rows=[
            [
                result.publication.organising_unit.name,
                result.unit_name,
                result.name,
                result.post,
                result.democratic,
                result.daily,
                result.bonus,
                result.composite,
                result.rank,
            ]
            for result in results
        ],
        measure=_("In points"),
        notes=[_("Final results only. Ranks hold within the organising unit.")],
    )
