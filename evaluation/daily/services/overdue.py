"""What follows of days that have passed: a late answer proposes rule 2, a call-back without a word closes (C20)."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.audit.services import record
from evaluation.daily.models import Complaint, DailyDeduction
from evaluation.daily.models.complaints import UNDER_WAY
from evaluation.daily.register import is_lapsed, overdue_rows
from evaluation.daily.services.cases import SYSTEM, incident_number_of, locked, propose_for

Status = Complaint.Status


def propose_overdue_complaints(*, today: date | None = None) -> int:
    """Propose rule 2 for every named cadre whose complaint is not answered in time; return how many are new.

    Once for each handling, however often it is called.
    """
    today = today or timezone.localdate()
    rows = overdue_rows(Complaint.objects.filter(appraisal__isnull=False), today).order_by("pk")
    return sum(_propose_one(complaint, today) for complaint in rows)


@transaction.atomic
def _propose_one(complaint: Complaint, today: date) -> bool:
    complaint = locked(complaint)
    return complaint.status in UNDER_WAY and propose_overdue(complaint, today) is not None


def propose_overdue(complaint: Complaint, today: date) -> DailyDeduction | None:
    """Propose rule 2 if the handling under way is past its day; its row is locked."""
    due = complaint.handling_due
    if due is None or today <= due:
        return None
    said = {"number": incident_number_of(complaint), "due": due.isoformat()}
    return propose_for(
        complaint,
        rule="2",
        what=f"overdue:{complaint.round}",
        facts=_("Complaint %(number)s was to be answered by %(due)s and was not.") % said,
        basis=_("Register of complaints, %(number)s") % said,
        why=_("Complaint %(number)s: the time to handle it passed on %(due)s.") % said,
        found_on=due,
        to_rectify=_("To handle complaint %(number)s and answer it") % said,
        rectify_by=due,
    )


def close_lapsed_complaints(*, today: date | None = None) -> int:
    """Close what was answered and to which nothing that keeps it open was said in time; return how many."""
    today = today or timezone.localdate()
    return sum(_close_one(complaint, today) for complaint in Complaint.objects.lapsed(today).order_by("pk"))


@transaction.atomic
def _close_one(complaint: Complaint, today: date) -> bool:
    complaint = locked(complaint)
    if not is_lapsed(complaint, today):
        return False
    complaint.status, complaint.closed_on = Status.CLOSED, today
    complaint.save(update_fields=["status", "closed_on"])
    changes = {"status": (Status.ANSWERED, Status.CLOSED)}
    record(actor=SYSTEM, action="complaint-lapsed", target=complaint, changes=changes)
    return True
