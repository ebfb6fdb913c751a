"""The service ledger into the year: the frame from which service recipients are drawn (C15)."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.intake.importer import Ask, Plan, Reading
from evaluation.intake.models import ImportJob
from evaluation.intake.reading import Line, Problem
from evaluation.recipients import reading as ledger_reading
from evaluation.recipients.importing import LedgerPlan, carry_out, plan_ledger
from evaluation.recipients.models import ServiceRecord
from evaluation.recipients.workbook import empty_ledger
from evaluation.roster.year_imports import YearImporter


class LedgerImporter(YearImporter):
    kind = ImportJob.Kind.LEDGER
    columns = ledger_reading.COLUMNS
    model = ServiceRecord
    title = gettext_lazy("Import the service ledger")
    lead = gettext_lazy(
        "Upload the ledger as it is exported. Telephone numbers are used for the draw alone and are never published."
    )
    done = gettext_lazy("The ledger has been imported.")
    post_label = gettext_lazy("Matter")
    back = (gettext_lazy("To the service records"), "recipients:frame-list")
    forms = ((gettext_lazy("Empty form"), "recipients:ledger-template"),)
    space = "recipients"

    def empty_form(self, year: int, form: str) -> tuple[bytes, str]:
        return empty_ledger(year=year), _("ledger-form.xlsx")

    def problems(self, line: Line) -> Iterable[Problem]:
        return ledger_reading.problems(line)

    def shown(self, line: Line) -> dict[str, str]:
        return {"name": line.text("number"), "unit": line.text("unit")}

    def plan(self, ask: Ask, reading: Reading) -> LedgerPlan:
        return plan_ledger(cycle=self.cycle(ask), reading=reading, ask=ask)

    def carry_out(self, ask: Ask, plan: Plan) -> None:
        assert isinstance(plan, LedgerPlan)
        carry_out(cycle=self.cycle(ask), plan=plan, actor=ask.actor)


LEDGER = LedgerImporter()
