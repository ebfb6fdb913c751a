"""The service ledger leaves the house: who took it is on record."""

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from evaluation.audit.services import record
from evaluation.cycle.models import Cycle
from evaluation.recipients.models import ServiceRecord
from evaluation.recipients.workbook import ledger_workbook


@transaction.atomic
def export_ledger(*, cycle: Cycle, records: QuerySet[ServiceRecord], actor: User) -> bytes:
    """Return the cases as a workbook, without telephone numbers (C15); names of applicants make it an event."""
    rows = list(records)
    data = ledger_workbook(year=cycle.year, records=rows)
    record(actor=actor, action="ledger-exported", target=cycle, detail={"records": len(rows)})
    return data
