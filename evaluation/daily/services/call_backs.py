"""What the complainant says to the answer: satisfied, or handled once more by somebody else (C20)."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.cycle.working_days import add_working_days
from evaluation.daily.models import Complaint, ComplaintContact, Finding
from evaluation.daily.register import is_lapsed, was_handler
from evaluation.daily.services.cases import (
    current_finding,
    incident_number_of,
    locked,
    propose_for,
    require_staff,
    require_state,
)
from evaluation.errors import DomainError
from evaluation.guard.citizen_numbers import require_no_citizen_number

Status, Said = Complaint.Status, Finding.Satisfaction
SENDER = "public"
HANDLINGS = 2


@transaction.atomic
def rate_answer(
    *, complaint: Complaint, satisfaction: str, note: str = "", again: bool = False, actor: User | None = None
) -> Complaint:
    """Keep what the complainant says to the answer; ``actor`` is ``None`` when they say it themselves, else whoever
    called them, who never handled the complaint.

    Not satisfied, they may ask ``again``: one more handling by somebody else, with the whole time anew. Not satisfied
    with the second either, it closes and proposes rule 2. Not reached, it stays open until its day. Raises
    ``DomainError``: ``wrong_state``, ``too_late``, ``wrong_word``, ``again_refused``, ``citizen_number``, ``own_case``,
    ``not_yours``, ``same_person``, ``no_contact``.
    """
    require_no_citizen_number(note)
    complaint = locked(complaint)
    require_state(complaint, Status.ANSWERED)
    if actor is not None:
        _check_caller(complaint, actor)
    if is_lapsed(complaint):
        raise DomainError("too_late", _("The time to say something to the answer is over."))
    _check_word(complaint, satisfaction, again, by_staff=actor is not None)
    finding = current_finding(complaint)
    before = finding.satisfaction
    finding.satisfaction, finding.satisfaction_note = satisfaction, note.strip()[:300]
    finding.rated_on, finding.rated_by = timezone.localdate(), actor
    finding.save(update_fields=["satisfaction", "satisfaction_note", "rated_on", "rated_by"])
    changes = {"satisfaction": (before, satisfaction), **_follow(complaint, satisfaction, again)}
    record(actor=actor or SENDER, action="complaint-rated", target=complaint, changes=changes)
    if satisfaction == Said.DISSATISFIED and complaint.round == HANDLINGS and complaint.status == Status.CLOSED:
        _propose_poor(complaint, finding)
    return complaint


def _check_caller(complaint: Complaint, actor: User) -> None:
    require_staff(complaint, actor)
    if was_handler(complaint, actor):
        raise DomainError("same_person", _("You handled this complaint. A second person asks how it was received."))
    if not ComplaintContact.objects.filter(complaint=complaint).exists():
        raise DomainError("no_contact", _("The complainant left no contact details."))


def _check_word(complaint: Complaint, satisfaction: str, again: bool, *, by_staff: bool) -> None:
    if satisfaction not in Said.values or (satisfaction == Said.NOT_REACHED and not by_staff):
        raise DomainError("wrong_word", _("Choose one of the answers."))
    if not again:
        return
    if satisfaction != Said.DISSATISFIED or complaint.round == HANDLINGS:
        raise DomainError("again_refused", _("Who is not satisfied can ask once that it is handled again."))


def _follow(complaint: Complaint, satisfaction: str, again: bool) -> dict[str, tuple[object, object]]:
    """What becomes of the complaint; returns what changed of it."""
    if satisfaction == Said.NOT_REACHED:
        return {}
    if again:
        return _begin_again(complaint)
    complaint.status, complaint.closed_on = Status.CLOSED, timezone.localdate()
    complaint.save(update_fields=["status", "closed_on"])
    return {"status": (Status.ANSWERED, Status.CLOSED)}


def _begin_again(complaint: Complaint) -> dict[str, tuple[object, object]]:
    today = timezone.localdate()
    complaint.status, complaint.round, complaint.handler = Status.ACCEPTED, HANDLINGS, None
    complaint.handling_from, complaint.is_extended = today, False
    complaint.handling_due = add_working_days(today, complaint.cycle.complaint_days)
    complaint.save(
        update_fields=["status", "round", "handler", "handling_from", "is_extended", "handling_due"],
    )
    return {"status": (Status.ANSWERED, Status.ACCEPTED), "round": (1, HANDLINGS)}


def _propose_poor(complaint: Complaint, finding: Finding) -> None:
    said = {"number": incident_number_of(complaint)}
    propose_for(
        complaint,
        rule="2",
        what="poor",
        facts=_("Complaint %(number)s was handled twice; the complainant is still not satisfied.") % said,
        basis=_("Register of complaints, %(number)s") % said,
        why=_("Complaint %(number)s: still judged poor after it was handled again.") % said,
        found_on=finding.rated_on,
        to_rectify=_("To handle complaint %(number)s again, so that it is settled") % said,
        rectify_by=complaint.handling_due,
    )
