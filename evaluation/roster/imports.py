"""Annex 1 into the roster: all of it or nothing (C2, C3, C13)."""

from collections.abc import Collection, Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.cycle.models import Cycle
from evaluation.intake.importer import Ask, Plan, Reading
from evaluation.intake.models import ImportJob
from evaluation.intake.reading import Line, Problem
from evaluation.roster import reading as roster_reading
from evaluation.roster.importing import RosterPlan, carry_out, plan_roster
from evaluation.roster.models import Appraisal
from evaluation.roster.workbook import empty_roster
from evaluation.roster.year_imports import YearImporter
from evaluation.workbooks import Sheet


class RosterImporter(YearImporter):
    """The track is told by the columns. A unit's administrator sees rows of other units rejected."""

    kind = ImportJob.Kind.ROSTER
    columns = roster_reading.COLUMNS
    model = Appraisal
    title = gettext_lazy("Import the roster")
    lead = gettext_lazy(
        "Upload the list as the office keeps it (Annex 1, the towns' lists, the villages' list): headers, merged cells "
        "and notes are understood."
    )
    done = gettext_lazy("The roster has been imported.")
    post_label = gettext_lazy("Post")
    back = (gettext_lazy("To the roster"), "roster:appraisal-list")
    forms = (
        (gettext_lazy("Empty form"), "roster:roster-template"),
        (gettext_lazy("Empty form for villages"), "roster:village-template"),
    )
    space = "roster"

    def empty_form(self, year: int, form: str) -> tuple[bytes, str]:
        return empty_roster(cycle=Cycle.objects.get(year=year), track=form), _("roster-form.xlsx")

    def missing(self, sheet: Sheet, found: Collection[str]) -> Sequence[str]:
        return roster_reading.missing(sheet, found)

    def problems(self, line: Line) -> Iterable[Problem]:
        return roster_reading.problems(line)

    def shown(self, line: Line) -> dict[str, str]:
        return {"name": line.person("name"), "unit": line.text("village") or line.text("unit")}

    def plan(self, ask: Ask, reading: Reading) -> RosterPlan:
        return plan_roster(cycle=self.cycle(ask), roster=roster_reading.roster_of(reading), actor=ask.actor)

    def carry_out(self, ask: Ask, plan: Plan) -> None:
        assert isinstance(plan, RosterPlan)
        carry_out(cycle=self.cycle(ask), plan=plan, actor=ask.actor)


ROSTER = RosterImporter()
