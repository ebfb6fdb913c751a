"""Which papers of a box its pages offer, for ``components/_downloads.html``."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evaluation.ballots.models import BallotBox

Download = tuple[str | Promise, str, str]
BOTH = ("pdf", "docx")


def report_downloads(box: BallotBox) -> list[Download]:
    return _both(_("Count report on paper"), "count-report-paper", box, (*BOTH, "xlsx"))


def box_downloads(box: BallotBox, *, may_write: bool) -> list[Download]:
    """Tally sheet, count report and sealing slip of a box whose sheet is fixed; the ballots are chosen in a form."""
    if not box.spec or box.state == BallotBox.State.ANNULLED:
        return []
    if not may_write:
        return report_downloads(box)
    tally = _both(_("Tally sheets"), "tally-print", box) if box.takes_paper else []
    sealing = _both(_("Sealing slip"), "sealing-slip", box) if box.takes_paper else []
    return [*tally, *report_downloads(box), *sealing]


def _both(label: str | Promise, name: str, box: BallotBox, kinds: Sequence[str] = BOTH) -> list[Download]:
    return [(label, reverse(f"ballots:{name}", args=[box.cycle.year, box.pk, kind]), kind.upper()) for kind in kinds]
