"""Residents' opinions on published plans: taken within the period, read, answered (C11)."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.errors import DomainError
from evaluation.guard.citizen_numbers import require_no_citizen_number
from evaluation.rectification.models import PublicComment, RectificationPlan

Status = PublicComment.Status
LEAST, MOST, MOST_NAME = 4, 500, 40
MOST_ANSWER = 1000


@transaction.atomic
def add_comment(*, plan: RectificationPlan, name: str, text: str) -> PublicComment:
    """Take a resident's opinion; it is shown once it has been read. The caller counts tries.

    Raises ``DomainError``: ``not_open`` before publication and after the last day; ``text_out_of_bounds`` (4 to 500
    characters, the name at most 40); ``citizen_number``.
    """
    text, name = text.strip(), name.strip()
    plan = RectificationPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if not takes_comments(plan):
        raise DomainError("not_open", _("Opinions on this plan are not taken now."))
    if not LEAST <= len(text) <= MOST or len(name) > MOST_NAME:
        raise DomainError(
            "text_out_of_bounds",
            _("Write %(least)s to %(most)s characters; a name has at most %(name)s.")
            % {"least": LEAST, "most": MOST, "name": MOST_NAME},
        )
    require_no_citizen_number(text, name)
    comment = PublicComment.objects.create(plan=plan, name=name, text=text)
    record(actor="public", action="comment-made", target=comment, detail={"plan": plan.pk})
    return comment


def takes_comments(plan: RectificationPlan) -> bool:
    """From publication to the end of the last day."""
    if plan.published_at is None or plan.comments_until is None:
        return False
    return timezone.localdate() <= plan.comments_until


@transaction.atomic
def show_comments(*, comments: Iterable[PublicComment], actor: User) -> int:
    """Let opinions through to the public page; return how many. Raises ``DomainError`` ``nothing_chosen``."""
    rows = _locked(comments)
    for comment in rows:
        comment.status, comment.hidden_reason = Status.SHOWN, ""
        comment.save(update_fields=["status", "hidden_reason"])
        record(actor=actor, action="comment-shown", target=comment)
    return len(rows)


@transaction.atomic
def hide_comments(*, comments: Iterable[PublicComment], actor: User, reason: str) -> int:
    """Keep opinions from the public page, with a reason that is kept; return how many.

    Raises ``DomainError``: ``reason_missing``; ``nothing_chosen``.
    """
    if not reason.strip():
        raise DomainError("reason_missing", _("Enter the reason for hiding: the office and the auditors can read it."))
    rows = _locked(comments)
    for comment in rows:
        comment.status, comment.hidden_reason = Status.HIDDEN, reason.strip()[:200]
        comment.save(update_fields=["status", "hidden_reason"])
        record(actor=actor, action="comment-hidden", target=comment)
    return len(rows)


@transaction.atomic
def answer_comment(*, comment: PublicComment, text: str, actor: User) -> PublicComment:
    """Answer an opinion that is shown; the answer stands beside it.

    Raises ``DomainError``: ``not_shown``; ``text_out_of_bounds``; ``citizen_number``.
    """
    comment = PublicComment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if comment.status != Status.SHOWN:
        raise DomainError("not_shown", _("Only an opinion that is shown can be answered."))
    if not 0 < len(text.strip()) <= MOST_ANSWER:
        raise DomainError("text_out_of_bounds", _("Write an answer of at most %(most)s characters.") % {"most": 1000})
    require_no_citizen_number(text)
    comment.answer, comment.answered_at = text.strip(), timezone.now()
    comment.save(update_fields=["answer", "answered_at"])
    record(actor=actor, action="comment-answered", target=comment)
    return comment


def _locked(comments: Iterable[PublicComment]) -> list[PublicComment]:
    keys = [comment.pk for comment in comments]
    rows = list(PublicComment.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
    if not rows:
        raise DomainError("nothing_chosen", _("Choose at least one opinion."))
    return rows
