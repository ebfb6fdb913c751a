"""What was found, confirmed by a second person, and what the complainant is told (C19)."""

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.cycle.working_days import add_working_days
from evaluation.daily.models import Complaint, Finding
from evaluation.daily.services.cases import (
    current_finding,
    incident_number_of,
    locked,
    propose_for,
    reason_of,
    require_disinterested,
    require_handler,
    require_no_contact,
    require_of_unit,
    require_second,
    require_staff,
    require_state,
)
from evaluation.daily.services.overdue import propose_overdue
from evaluation.errors import DomainError
from evaluation.files.services import store_several
from evaluation.guard.citizen_numbers import require_no_citizen_number
from evaluation.roster.models import Appraisal

Status = Complaint.Status
UPHELD = (Finding.Outcome.UPHELD, Finding.Outcome.PARTLY)


@transaction.atomic
def record_finding(
    *,
    complaint: Complaint,
    actor: User,
    outcome: str,
    facts: str,
    basis: str,
    measures: str = "",
    uploads: Sequence[UploadedFile] = (),
) -> Finding:
    """Enter what the handler found; a second person confirms it. One that was returned is written anew.

    Raises ``DomainError``: ``own_case``, ``not_handler``, ``wrong_state``, ``incomplete``, ``citizen_number``,
    ``contact_in_text``, and what ``store_several`` raises.
    """
    if not facts.strip() or not basis.strip():
        raise DomainError("incomplete", _("Enter the facts found and what the finding rests on."))
    require_no_citizen_number(facts, basis, measures)
    complaint = locked(complaint)
    require_handler(complaint, actor)
    require_state(complaint, Status.ACCEPTED)
    require_no_contact(complaint, facts, basis, measures)
    finding = complaint.findings.filter(round=complaint.round).first()
    finding = finding or Finding(complaint=complaint, round=complaint.round)
    before = finding.outcome
    finding.outcome, finding.facts, finding.basis = outcome, facts.strip(), basis.strip()[:300]
    finding.measures, finding.return_reason = measures.strip(), ""
    finding.found_by, finding.found_on = actor, timezone.localdate()
    finding.save()
    complaint.status = Status.FOUND
    complaint.save(update_fields=["status"])
    finding.files.add(*store_several(uploads=uploads, actor=actor, already=finding.files.count()))
    changes = {"status": (Status.ACCEPTED, Status.FOUND), "outcome": (before, outcome)}
    record(actor=actor, action="complaint-finding-recorded", target=complaint, changes=changes)
    return finding


@transaction.atomic
def confirm_finding(*, complaint: Complaint, actor: User, concerns_nobody: bool = False) -> Finding:
    """Confirm what the handler found. Upheld, also in part, it proposes rule 1 for the cadre whom it names (C19).

    Where none is named, say that it ``concerns_nobody`` single, or name one first (``name_cadre``). Raises
    ``DomainError``: ``own_case``, ``not_yours``, ``same_person``, ``wrong_state``, ``cadre_missing``.
    """
    complaint = locked(complaint)
    require_second(complaint, actor)
    require_state(complaint, Status.FOUND)
    finding = current_finding(complaint)
    if finding.outcome in UPHELD and complaint.appraisal is None and not concerns_nobody:
        raise DomainError("cadre_missing", _("Name the cadre whom it concerns, or say that it concerns no single one."))
    finding.confirmed_by, finding.confirmed_on = actor, timezone.localdate()
    finding.save(update_fields=["confirmed_by", "confirmed_on"])
    complaint.status = Status.CONFIRMED
    complaint.concerns_nobody = complaint.appraisal is None and concerns_nobody
    complaint.save(update_fields=["status", "concerns_nobody"])
    changes = {"status": (Status.FOUND, Status.CONFIRMED)}
    record(actor=actor, action="complaint-finding-confirmed", target=complaint, changes=changes)
    if finding.outcome in UPHELD:
        _propose_upheld(complaint, finding)
    return finding


def _propose_upheld(complaint: Complaint, finding: Finding) -> None:
    why = _("Complaint %(number)s was checked: %(outcome)s.")
    propose_for(
        complaint,
        rule="1",
        what="upheld",
        facts=finding.facts,
        basis=finding.basis,
        why=why % {"number": incident_number_of(complaint), "outcome": finding.get_outcome_display()},
        found_on=finding.confirmed_on,
    )


@transaction.atomic
def return_finding(*, complaint: Complaint, actor: User, reason: str) -> Finding:
    """Send the finding back to the handler, saying what is missing; the days run on.

    Raises ``DomainError``: ``reason_missing``, ``citizen_number``, ``own_case``, ``not_yours``, ``same_person``,
    ``wrong_state``.
    """
    reason = reason_of(reason, 200)
    complaint = locked(complaint)
    require_second(complaint, actor)
    require_state(complaint, Status.FOUND)
    finding = current_finding(complaint)
    finding.return_reason = reason
    finding.save(update_fields=["return_reason"])
    complaint.status = Status.ACCEPTED
    complaint.save(update_fields=["status"])
    changes = {"status": (Status.FOUND, Status.ACCEPTED)}
    record(actor=actor, action="complaint-finding-returned", target=complaint, changes=changes, why=reason)
    return finding


@transaction.atomic
def name_cadre(*, complaint: Complaint, appraisal: Appraisal, actor: User, reason: str) -> Complaint:
    """Say whom the complaint concerns, or correct it, with the reason; before a finding is confirmed.

    Raises ``DomainError``: ``reason_missing``, ``citizen_number``, ``own_case``, ``not_yours``, ``wrong_state``,
    ``cadre_elsewhere``, ``handler_is_named``.
    """
    reason = reason_of(reason)
    complaint = locked(complaint)
    require_staff(complaint, actor)
    require_state(complaint, Status.RECEIVED, Status.ACCEPTED, Status.FOUND)
    require_of_unit(appraisal, complaint.cycle, complaint.unit)
    before = complaint.appraisal.name if complaint.appraisal else ""
    appraisal = Appraisal.objects.select_related("cadre").get(pk=appraisal.pk)
    complaint.appraisal, complaint.concerns_nobody = appraisal, False
    require_disinterested(complaint, actor)
    if complaint.handler_id is not None and complaint.handler_id == appraisal.cadre.user_id:
        raise DomainError("handler_is_named", _("The handler is this cadre. Assign another handler first."))
    complaint.save(update_fields=["appraisal", "concerns_nobody"])
    changes = {"cadre": (before, appraisal.name)}
    record(actor=actor, action="complaint-cadre-named", target=complaint, changes=changes, why=reason)
    return complaint


@transaction.atomic
def answer_complaint(*, complaint: Complaint, actor: User, answer: str, way: str = Finding.Way.PAGE) -> Finding:
    """Tell the complainant; whatever the ``way``, it stands on the page of the receipt number. They may now say
    whether it satisfies them, for ``callback_days`` working days (C20). Given too late, it proposes rule 2.

    Raises ``DomainError``: ``answer_missing``, ``citizen_number``, ``contact_in_text``, ``own_case``, ``not_handler``,
    ``wrong_state``.
    """
    if len(answer.strip()) < 10:
        raise DomainError("answer_missing", _("Write the answer: what was found and what was done about it."))
    require_no_citizen_number(answer)
    complaint = locked(complaint)
    require_handler(complaint, actor)
    require_state(complaint, Status.CONFIRMED)
    require_no_contact(complaint, answer)
    finding, today = current_finding(complaint), timezone.localdate()
    finding.answer, finding.answer_way, finding.answered_by, finding.answered_on = answer.strip(), way, actor, today
    finding.callback_due = add_working_days(today, complaint.cycle.callback_days)
    finding.save(update_fields=["answer", "answer_way", "answered_by", "answered_on", "callback_due"])
    propose_overdue(complaint, today)
    complaint.status = Status.ANSWERED
    complaint.save(update_fields=["status"])
    changes = {"status": (Status.CONFIRMED, Status.ANSWERED)}
    record(actor=actor, action="complaint-answered", target=complaint, detail={"way": way}, changes=changes)
    return finding
