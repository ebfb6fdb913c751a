"""Those drawn are invited to the meeting: their number goes into its list of invitations (C7, C15)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.errors import DomainError
from evaluation.meetings.models import Category, ReportMeeting
from evaluation.meetings.services.holding import save_invitations
from evaluation.recipients.draws import TAKING_PART
from evaluation.recipients.models import DrawnRecipient


def number_drawn(meeting: ReportMeeting) -> int:
    """How many of all standing draws of the meeting's unit are invited to the meeting."""
    return DrawnRecipient.objects.filter(
        stratum__draw__frame__cycle=meeting.cycle_id,
        stratum__draw__frame__unit=meeting.unit_id,
        stratum__draw__set_aside_at__isnull=True,
        state__in=TAKING_PART,
        way=DrawnRecipient.Way.MEETING,
    ).count()


@transaction.atomic
def invite_drawn(*, meeting: ReportMeeting, actor: User) -> int:
    """Write the number of those drawn as service recipients invited (应到); return it.

    Raises ``DomainError``: ``nobody_drawn`` and the codes of ``save_invitations``.
    """
    number = number_drawn(meeting)
    if not number:
        raise DomainError("nobody_drawn", _("Nobody who was drawn is invited to the meeting."))
    save_invitations(meeting=meeting, actor=actor, invited={Category.RECIPIENT: number})
    return number
