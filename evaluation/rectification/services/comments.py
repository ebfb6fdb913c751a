"""Residents' opinions on published plans: taken within the period, read, answered (C11)."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.cycle.models import Cycle
from evaluation.cycle.working_days import add_working_days
from evaluation.errors import DomainError
from evaluation.guard.citizen_numbers import require_no_citizen_number
from evaluation.rectification.models import PublicComment, RectificationPlan
from evaluation.roster.own_case import require_not_own

Status = PublicComment.Status
LEAST, MOST, MOST_NAME = 4, 500, 40
MOST_ANSWER = 1000
# Kept as it is worded here, so that the record reads the same whoever hid.
HIDING_REASONS = ("涉及个人隐私", "侮辱、谩骂他人", "广告或与整改无关", "重复提交", "涉及第三人姓名或联系方式")


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
    """Let opinions through to the public page; return how many. The answer is due in the cycle's working days.

    Raises ``DomainError``: ``nothing_chosen``; ``own_case``: the cadre never reads and shows what is about them.
    """
    rows = _locked(comments)
    due = {cycle.pk: answer_due(cycle) for cycle in {row.plan.appraisal.cycle for row in rows}}
    for comment in rows:
        require_not_own(comment.plan.appraisal.cadre, actor)
        before = comment.status
        comment.status, comment.hidden_reason = Status.SHOWN, ""
        comment.answer_due = comment.answer_due or due[comment.plan.appraisal.cycle_id]
        _keep_decision(comment, actor)
        changes = {"status": (before, comment.status)}
        record(actor=actor, action="comment-shown", target=comment, changes=changes)
    return len(rows)


def answer_due(cycle: Cycle) -> date:
    """Return the day until which an opinion that is shown today is to be answered."""
    return add_working_days(timezone.localdate(), cycle.answer_days)


def _keep_decision(comment: PublicComment, actor: User) -> None:
    comment.moderated_by, comment.moderated_at = actor, timezone.now()
    comment.save(update_fields=["status", "hidden_reason", "answer_due", "moderated_by", "moderated_at"])


@transaction.atomic
def hide_comments(*, comments: Iterable[PublicComment], actor: User, reason: str) -> int:
    """Keep opinions from the public page, with a reason that is kept; return how many.

    Hidden ones stay readable to the office and the auditors, with who hid them and when.
    Raises ``DomainError``: ``reason_missing``; ``nothing_chosen``; ``own_case``.
    """
    if not reason.strip():
        raise DomainError("reason_missing", _("Enter the reason for hiding: the office and the auditors can read it."))
    rows = _locked(comments)
    for comment in rows:
        require_not_own(comment.plan.appraisal.cadre, actor)
        before = comment.status
        comment.status, comment.hidden_reason = Status.HIDDEN, reason.strip()[:200]
        _keep_decision(comment, actor)
        changes = {"status": (before, comment.status)}
        record(actor=actor, action="comment-hidden", target=comment, changes=changes, why=comment.hidden_reason)
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
    action = "comment-answer-changed" if comment.answer else "comment-answered"
    comment.answer, comment.answered_at, comment.answered_by = text.strip(), timezone.now(), actor
    comment.save(update_fields=["answer", "answered_at", "answered_by"])
    record(actor=actor, action=action, target=comment, detail={"due": comment.answer_due})
    return comment


def _locked(comments: Iterable[PublicComment]) -> list[PublicComment]:
    keys = [comment.pk for comment in comments]
    found = PublicComment.objects.select_for_update(of=("self",)).select_related(
        "plan__appraisal__cycle", "plan__appraisal__cadre"
    )
    rows = list(found.filter(pk__in=keys).order_by("pk"))
    if not rows:
        raise DomainError("nothing_chosen", _("Choose at least one opinion."))
    return rows
