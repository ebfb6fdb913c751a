"""Annex 3-2 as units keep it: what is new is recorded, what stands already is left alone."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from evaluation.daily import reading as daily_reading
from evaluation.daily.importing import plan_daily
from evaluation.daily.models import DailyDeduction
from evaluation.daily.services.batches import record_batch
from evaluation.daily.workbook import empty_sheet
from evaluation.intake.importer import Ask, Plan, Reading
from evaluation.intake.models import ImportJob
from evaluation.intake.reading import Line, Problem
from evaluation.roster.year_imports import YearImporter


class DailyImporter(YearImporter):
    """Each deduction counts only when a second person has confirmed it; evidence is attached before that."""

    kind = ImportJob.Kind.DAILY
    columns = daily_reading.COLUMNS
    model = DailyDeduction
    title = gettext_lazy("Import a daily sheet")
    lead = gettext_lazy(
        "Upload the sheet as the unit keeps it (Annex 3-2): headers, merged cells and notes are understood. "
        "What stands already is left alone."
    )
    done = gettext_lazy(
        "The sheet is imported. Attach the evidence of rule 1; each counts when a second person confirmed it."
    )
    post_label = gettext_lazy("Rule, day, points")
    back = (gettext_lazy("All deductions"), "daily:deduction-list")
    forms = ((gettext_lazy("Empty form"), "daily:import-template"),)
    space = "daily"
    step = 3

    def empty_form(self, year: int, form: str) -> tuple[bytes, str]:
        return empty_sheet(year=year), _("daily-sheet.xlsx")

    def problems(self, line: Line) -> Iterable[Problem]:
        return daily_reading.problems(line)

    def plan(self, ask: Ask, reading: Reading) -> Plan:
        assert isinstance(ask.actor, User)
        return plan_daily(cycle=self.cycle(ask), reading=reading, actor=ask.actor)

    def carry_out(self, ask: Ask, plan: Plan) -> None:
        assert isinstance(ask.actor, User)
        if plan.acts:
            record_batch(entries=plan.acts, actor=ask.actor, proof_later=True)


DAILY = DailyImporter()
