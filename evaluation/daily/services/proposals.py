"""What rules propose, and what becomes of it: taken up by a person, or not pursued (C19, C20). It counts nothing."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.daily.models import Complaint, DailyDeduction
from evaluation.daily.services.deductions import rule_of
from evaluation.errors import DomainError
from evaluation.roster.models import Appraisal
from evaluation.units.access import roles_of
from evaluation.units.models import Role

Status = DailyDeduction.Status
SYSTEM = "system"


@transaction.atomic
def propose_deduction(
    *,
    key: str,
    appraisal: Appraisal,
    rule: str,
    found_on: date,
    source: str,
    facts: str,
    basis: str,
    why: str,
    complaint: Complaint | None = None,
    incident_number: str = "",
    actor: User | str = SYSTEM,
) -> DailyDeduction | None:
    """Propose a deduction for what ``key`` names, once for ever; ``None`` where that was proposed before.

    It counts nothing: a person takes it up, and another confirms it. ``why`` says in words by what rule it is proposed.
    Raises ``DomainError`` ``unknown_rule``.
    """
    if DailyDeduction.objects.filter(proposal_key=key).exists():
        return None
    chosen = rule_of(appraisal=appraisal, code=rule)
    deduction = DailyDeduction.objects.create(
        cadre_id=appraisal.cadre_id,
        appraisal=appraisal,
        rule=chosen.code,
        points=chosen.points or chosen.maximum or 0,
        found_on=found_on,
        source=source,
        facts=facts,
        basis=basis[:200],
        complaint=complaint,
        incident_number=incident_number,
        proposal_key=key,
        proposal=why[:300],
        status=Status.PROPOSED,
    )
    record(
        actor=actor,
        action="deduction-proposed",
        target=deduction,
        detail={"key": key, "rule": rule},
        changes={"status": ("", Status.PROPOSED)},
        why=deduction.proposal,
    )
    return deduction


@transaction.atomic
def take_up_proposal(*, deduction: DailyDeduction, actor: User) -> DailyDeduction:
    """Make a proposal one's own: from here on it is a recorded deduction that another person confirms.

    Raises ``DomainError``: ``not_proposed``; ``own_case`` for the cadre whom it names.
    """
    deduction = _locked(deduction)
    require_not_own_case(deduction, actor)
    if deduction.status not in (Status.PROPOSED, Status.DECLINED):
        raise DomainError("not_proposed", _("This proposal has been dealt with already."))
    before = deduction.status
    deduction.status, deduction.recorded_by, deduction.reason = Status.RECORDED, actor, ""
    deduction.declined_by = None
    deduction.by_office = Role.OFFICE in roles_of(actor)
    deduction.save(update_fields=["status", "recorded_by", "reason", "declined_by", "by_office"])
    record(actor=actor, action="deduction-recorded", target=deduction, changes={"status": (before, deduction.status)})
    return deduction


@transaction.atomic
def decline_proposal(*, deduction: DailyDeduction, actor: User, reason: str) -> DailyDeduction:
    """Do not pursue a proposal, with a reason that stays on record; the office can still take it up.

    Raises ``DomainError``: ``reason_missing``; ``not_proposed``; ``own_case``.
    """
    if not reason.strip():
        raise DomainError(
            "reason_missing", _("Enter the reason for not pursuing it: the office and the auditors read it.")
        )
    deduction = _locked(deduction)
    require_not_own_case(deduction, actor)
    if deduction.status != Status.PROPOSED:
        raise DomainError("not_proposed", _("This proposal has been dealt with already."))
    deduction.status, deduction.reason, deduction.declined_by = Status.DECLINED, reason.strip()[:200], actor
    deduction.save(update_fields=["status", "reason", "declined_by"])
    changes = {"status": (Status.PROPOSED, deduction.status)}
    record(actor=actor, action="deduction-declined", target=deduction, changes=changes, why=deduction.reason)
    return deduction


def require_not_own_case(deduction: DailyDeduction, actor: User) -> None:
    """Raise ``DomainError`` ``own_case``: nobody decides a case about themselves, whatever their role."""
    if deduction.cadre.user_id == actor.pk:
        raise DomainError("own_case", _("This case is about you. Somebody else decides it."))


def _locked(deduction: DailyDeduction) -> DailyDeduction:
    return DailyDeduction.objects.select_for_update(of=("self",)).select_related("cadre").get(pk=deduction.pk)
