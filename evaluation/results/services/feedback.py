"""The result handed to its cadre (反馈): delivered for a list in one act, answered by the cadre (C10)."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.cycle.working_days import add_working_days
from evaluation.errors import DomainError
from evaluation.results.models import Feedback, Publication, Result

Answer = Feedback.Answer


@transaction.atomic
def deliver_feedback(*, publications: Collection[Publication], actor: User) -> int:
    """Record that every cadre of these pools has their result in hand; return how many cadres.

    The working days to answer start after today. No answer by then is no objection. Raises ``DomainError``:
    ``nothing_chosen``, ``not_approved``, ``wrong_step``.
    """
    if not publications:
        raise DomainError("nothing_chosen", _("Choose at least one result."))
    return sum(_deliver(publication, actor) for publication in publications)


@transaction.atomic
def accept_result(*, feedback: Feedback, actor: User) -> Feedback:
    """Record the cadre's own “no objection”. Nobody can do it for them.

    Raises ``DomainError``: ``not_the_cadre``, ``answered_already``, ``too_late``.
    """
    feedback = locked_feedback(feedback)
    if feedback.result.appraisal.cadre.user_id != actor.pk:
        raise DomainError("not_the_cadre", _("Only the cadre can say that there is no objection."))
    require_answerable(feedback)
    mark_answered(feedback, Answer.ACCEPTED)
    record(actor=actor, action="feedback-accepted", target=feedback)
    return feedback


def locked_feedback(feedback: Feedback) -> Feedback:
    rows = Feedback.objects.select_for_update(of=("self",))
    return rows.select_related("result__appraisal__cadre", "result__publication__cycle").get(pk=feedback.pk)


def require_answerable(feedback: Feedback) -> None:
    """Raise ``DomainError`` where the feedback was answered, or its last day is over."""
    if feedback.answer != Answer.NONE:
        raise DomainError("answered_already", _("This feedback was answered already."))
    if feedback.due is None or timezone.localdate() > feedback.due:
        raise DomainError("too_late", _("The time to answer ended on %(due)s.") % {"due": feedback.due})


def mark_answered(feedback: Feedback, answer: str) -> None:
    feedback.answer, feedback.answered_at = answer, timezone.now()
    feedback.save(update_fields=["answer", "answered_at"])


def _deliver(publication: Publication, actor: User) -> int:
    rows = Publication.objects.select_for_update(of=("self",)).select_related("cycle", "organising_unit")
    publication = rows.get(pk=publication.pk)
    unit = {"unit": publication.organising_unit.name}
    if publication.status != Publication.Status.COMPUTED:
        raise DomainError("wrong_step", _("%(unit)s: the feedback was delivered already.") % unit)
    if publication.approved_by_id is None:
        raise DomainError("not_approved", _("%(unit)s: the approver confirms the results first.") % unit)
    now, due = timezone.now(), add_working_days(timezone.localdate(), publication.cycle.feedback_days)
    results = publication.results.filter(status=Result.Status.SCORED)
    made = Feedback.objects.bulk_create(
        Feedback(result=result, delivered_at=now, delivered_by=actor, due=due) for result in results
    )
    publication.status, publication.feedback_due = Publication.Status.FEEDBACK, due
    publication.save(update_fields=["status", "feedback_due"])
    record(actor=actor, action="feedback-delivered", target=publication, detail={"due": due.isoformat()})
    return len(made)
