"""An opinion from a ballot that reports something concrete becomes a complaint, once (C19)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.audit.services import record
from evaluation.ballots.models import Opinion
from evaluation.ballots.opinions import PASSED_ON, readable_text
from evaluation.daily.models import Complaint
from evaluation.daily.services.complaints import complaint_from_opinion
from evaluation.errors import DomainError


@transaction.atomic
def pass_on_opinion(*, opinion: Opinion, actor: User) -> Complaint:
    """Take an opinion into the register of complaints, as it may be read. What is shown of it does not change.

    Raises ``DomainError``: ``own_case``; ``passed_on_before``.
    """
    rows = Opinion.objects.select_for_update(of=("self",)).select_related("appraisal__cadre")
    row = rows.get(pk=opinion.pk)
    if row.appraisal.cadre.user_id == actor.pk:
        raise DomainError("own_case", _("This opinion is about you. Somebody else decides on it."))
    if AuditEvent.objects.filter(action=PASSED_ON, target_kind="opinion", target_id=str(row.pk)).exists():
        raise DomainError("passed_on_before", _("This opinion was passed on as a complaint before."))
    complaint = complaint_from_opinion(opinion_text=readable_text(row), appraisal=row.appraisal, actor=actor)
    record(actor=actor, action=PASSED_ON, target=row, detail={"complaint": complaint.pk})
    return complaint
