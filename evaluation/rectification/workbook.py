"""整改台账 and 整改计划 as workbooks (C11)."""

from evaluation.cycle.models import Cycle
from evaluation.rectification.models import RectificationPlan
from evaluation.rectification.papers import ledger_paper, plan_paper
from evaluation.registry.sheets import paper_workbook
from evaluation.units.models import Unit


def ledger_workbook(cycle: Cycle, unit: Unit | None = None) -> bytes:
    """Return the ledger of ``unit``, or of the whole city: what its paper says, days as days."""
    return paper_workbook(ledger_paper(cycle, unit))


def plan_workbook(plan: RectificationPlan) -> bytes:
    return paper_workbook(plan_paper(plan))
