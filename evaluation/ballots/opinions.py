"""Opinions after the count: read before they are shown."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.ballots.models import BallotBox, Opinion
from evaluation.errors import DomainError
from evaluation.roster.models import Appraisal


@transaction.atomic
def show_opinions(*, opinions: Iterable[Opinion], actor: User) -> int:
    """Show a list of opinions, hidden ones too; return how many. An opinion is shown once its box is released."""
    return _moderate(opinions, Opinion.Status.SHOWN, "", actor)


@transaction.atomic
def hide_opinions(*, opinions: Iterable[Opinion], reason: str, actor: User) -> int:
    """Hide a list of opinions with a reason. Raises ``DomainError``: ``reason_missing``."""
    if not reason.strip():
        raise DomainError("reason_missing", _("Give a reason for hiding an opinion."))
    return _moderate(opinions, Opinion.Status.HIDDEN, reason.strip(), actor)


def _moderate(opinions: Iterable[Opinion], status: str, reason: str, actor: User) -> int:
    keys = [opinion.pk for opinion in opinions]
    rows = list(Opinion.objects.select_for_update().filter(pk__in=keys).exclude(status=status))
    for row in rows:
        row.status, row.hidden_reason = status, reason
        row.save(update_fields=["status", "hidden_reason"])
        record(actor=actor, action=f"opinion-{status}", target=row, detail={"reason": reason})
    return len(rows)


def shown_opinions(appraisal: Appraisal) -> list[str]:
    """The texts that may be read by those whom they concern: moderated, of released boxes, without their group."""
    return list(
        Opinion.objects.filter(
            appraisal=appraisal,
            status=Opinion.Status.SHOWN,
            box__is_trial=False,
            box__state=BallotBox.State.COUNTED,
            box__released_at__isnull=False,
        )
        .order_by("pk")
        .values_list("text", flat=True)
    )
