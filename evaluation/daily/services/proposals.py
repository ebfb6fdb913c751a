"""What rules propose, and what becomes of it: taken up by a person, or not pursued (C19, C20). It counts nothing."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.daily.models import Complaint, DailyDeduction
from evaluation.daily.services.checks import locked, rule_of
from evaluation.daily.services.deductions import TRACED, put, require_office_for, traced
from evaluation.errors import DomainError
from evaluation.roster.models import Appraisal
from evaluation.roster.own_case import require_not_own
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
    to_rectify: str = "",
    rectify_by: date | None = None,
    actor: User | str = SYSTEM,
) -> DailyDeduction | None:
    """Propose a deduction for what ``key`` names, once for ever; ``None`` where that was proposed before.

    It counts nothing: a person takes it up, and another confirms it. ``why`` says in words by what rule it is proposed.
    Under rule 2 it says what was to be rectified and by when; where that is left out, ``why`` and ``found_on`` stand.
    Raises ``DomainError`` ``unknown_rule``.
    """
    if DailyDeduction.objects.filter(proposal_key=key).exists():
        return None
    chosen = rule_of(appraisal=appraisal, code=rule)
    if rule == "2":
        to_rectify, rectify_by = to_rectify or why, rectify_by or found_on
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
        to_rectify=to_rectify[:300],
        rectify_by=rectify_by,
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
def take_up_proposal(
    *,
    deduction: DailyDeduction,
    actor: User,
    changes: dict[str, Any] | None = None,
    uploads: Sequence[UploadedFile] = (),
    despite_doubles: bool = False,
) -> DailyDeduction:
    """Make a proposal one's own: from here on it is a recorded deduction that another person confirms.

    ``changes`` complete what the rule demands (fields of ``record_deduction``). Raises ``DomainError``:
    ``not_proposed``; ``own_case`` for the cadre whom it names; ``declined`` where a unit takes up what was not pursued;
    and as ``record_deduction``.
    """
    deduction = locked(deduction)
    require_not_own(deduction.cadre, actor)
    is_office = Role.OFFICE in roles_of(actor)
    if deduction.status not in (Status.PROPOSED, Status.DECLINED):
        raise DomainError("not_proposed", _("This proposal has been dealt with already."))
    if deduction.status == Status.DECLINED and not is_office:
        raise DomainError("declined", _("It was decided not to pursue this. Only the office can still take it up."))
    before = {name: getattr(deduction, name) for name in TRACED}
    why = deduction.reason
    deduction.declined_by, deduction.by_office = None, is_office
    put(deduction, dict(changes or {}), actor, uploads, despite_doubles)
    deduction.save(update_fields=["declined_by", "by_office"])
    record(actor=actor, action="deduction-recorded", target=deduction, changes=traced(before, deduction), why=why)
    return deduction


@transaction.atomic
def decline_proposal(*, deduction: DailyDeduction, actor: User, reason: str) -> DailyDeduction:
    """Do not pursue a proposal, with a reason that stays on record; the office can still take it up.

    Raises ``DomainError``: ``reason_missing``; ``not_proposed``; ``own_case``; ``office_deduction``.
    """
    if not reason.strip():
        raise DomainError(
            "reason_missing", _("Enter the reason for not pursuing it: the office and the auditors read it.")
        )
    deduction = locked(deduction)
    require_not_own(deduction.cadre, actor)
    require_office_for(deduction, actor)
    if deduction.status != Status.PROPOSED:
        raise DomainError("not_proposed", _("This proposal has been dealt with already."))
    deduction.status, deduction.reason, deduction.declined_by = Status.DECLINED, reason.strip()[:200], actor
    deduction.save(update_fields=["status", "reason", "declined_by"])
    changes = {"status": (Status.PROPOSED, deduction.status)}
    record(actor=actor, action="deduction-declined", target=deduction, changes=changes, why=deduction.reason)
    return deduction
