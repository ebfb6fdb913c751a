"""What every import into a year has in common: the year is there, and not closed."""

from typing import Any

from django.shortcuts import get_object_or_404

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.intake.importer import Ask, Importer
from evaluation.roster.services import require_running


class YearImporter(Importer):
    def page_context(self, user: User, year: int, about: str) -> dict[str, Any]:
        return {"cycle": get_object_or_404(Cycle, year=year)}

    def require_open(self, ask: Ask) -> None:
        """Raises ``DomainError``: ``cycle_closed``."""
        cycles = Cycle.objects.select_for_update() if ask.confirming else Cycle.objects
        require_running(cycles.get(year=ask.year))

    def cycle(self, ask: Ask) -> Cycle:
        return Cycle.objects.get(year=ask.year)
