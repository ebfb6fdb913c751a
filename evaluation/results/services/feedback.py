"""The result handed to its cadre (反馈): on their page or on paper, a list in one act, answered by the cadre (C10)."""

from collections.abc import Collection
from datetime import date, datetime, time

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.cycle.working_days import add_working_days
from evaluation.errors import DomainError
from evaluation.files.services import store_evidence
from evaluation.results.models import Feedback, Publication, Result
from evaluation.roster.own_case import require_not_own

Answer = Feedback.Answer
How = Feedback.How


@transaction.atomic
def deliver_feedback(*, publications: Collection[Publication], actor: User) -> int:
    """Hand every cadre of these pools their result; return how many cadres.

    Who can sign in has it on their page, and the working days to answer start after today. Who cannot is handed a
    slip: their days start when the unit marks it as handed over (``hand_over``). No answer by then is no objection.
    Raises ``DomainError``: ``nothing_chosen``, ``not_approved``, ``wrong_step``.
    """
    if not publications:
        raise DomainError("nothing_chosen", _("Choose at least one result."))
    return sum(_deliver(publication, actor) for publication in publications)


@transaction.atomic
def hand_over(*, feedback: Feedback, actor: User, on: date, scan: UploadedFile | None = None) -> Feedback:
    """Record that a slip was handed to its cadre on a day; the working days to answer start after that day.

    ``scan`` is the slip as the cadre signed for it; asked for where the days would be over before this is recorded.
    Raises ``DomainError``: ``wrong_step``, ``no_slip``, ``handed_over_already``, ``own_case``, ``wrong_day`` for a day
    to come or before the slip was made, ``scan_missing``, and as ``store_evidence``.
    """
    feedback = locked_feedback(feedback)
    publication = Publication.objects.select_for_update(of=("self",)).get(pk=feedback.result.publication_id)
    due = add_working_days(on, feedback.result.publication.cycle.feedback_days)
    _require_slip_waits(feedback, publication, actor)
    _require_day(feedback, on)
    if due < timezone.localdate() and scan is None:
        raise DomainError(
            "scan_missing",
            _("%(name)s: the days to answer would be over already. Add the scan of the slip signed on %(on)s.")
            % {"name": feedback.result.name, "on": on},
        )
    moment = timezone.now() if on == timezone.localdate() else timezone.make_aware(datetime.combine(on, time(12)))
    feedback.delivered_at, feedback.delivered_by, feedback.due = moment, actor, due
    feedback.scan = store_evidence(upload=scan, actor=actor) if scan is not None else None
    feedback.save(update_fields=["delivered_at", "delivered_by", "due", "scan"])
    if publication.feedback_due is None or publication.feedback_due < due:
        publication.feedback_due = due
        publication.save(update_fields=["feedback_due"])
    changes = {"delivered": ("", on.isoformat()), "due": ("", due.isoformat())}
    record(actor=actor, action="feedback-handed-over", target=feedback, changes=changes, detail={"how": feedback.how})
    return feedback


@transaction.atomic
def hand_over_all(*, feedbacks: Collection[Feedback], actor: User, on: date) -> int:
    """Record that the slips of a list were handed over on a day, all or none; return how many.

    Raises ``DomainError``: ``nothing_chosen`` and as ``hand_over``.
    """
    if not feedbacks:
        raise DomainError("nothing_chosen", _("Choose at least one slip."))
    return len([hand_over(feedback=feedback, actor=actor, on=on) for feedback in feedbacks])


@transaction.atomic
def accept_result(*, feedback: Feedback, actor: User) -> Feedback:
    """Record the cadre's own “no objection”. Nobody can do it for them.

    Raises ``DomainError``: ``not_the_cadre``, ``answered_already``, ``too_late``.
    """
    feedback = locked_feedback(feedback)
    if feedback.result.appraisal.cadre.user_id != actor.pk:
        raise DomainError("not_the_cadre", _("Only the cadre can say that there is no objection."))
    require_answerable(feedback)
    before = feedback.answer
    mark_answered(feedback, Answer.ACCEPTED)
    record(actor=actor, action="feedback-accepted", target=feedback, changes={"answer": (before, feedback.answer)})
    return feedback


def locked_feedback(feedback: Feedback) -> Feedback:
    rows = Feedback.objects.select_for_update(of=("self",))
    return rows.select_related("result__appraisal__cadre", "result__publication__cycle").get(pk=feedback.pk)


def require_answerable(feedback: Feedback) -> None:
    """Raise ``DomainError`` where the feedback was answered, or its last day is over."""
    if feedback.answer != Answer.NONE:
        raise DomainError("answered_already", _("This feedback was answered already."))
    if feedback.due is None:
        raise DomainError("not_delivered", _("The result was not handed out yet."))
    if timezone.localdate() > feedback.due:
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
    today = timezone.localdate()
    due = add_working_days(today, publication.cycle.feedback_days)
    results = publication.results.filter(status=Result.Status.SCORED).select_related("appraisal__cadre__user")
    made = Feedback.objects.bulk_create(_made(result, actor, today, due) for result in results)
    publication.status = Publication.Status.FEEDBACK
    publication.feedback_due = due if any(one.how == How.PAGE for one in made) else None
    publication.save(update_fields=["status", "feedback_due"])
    record(
        actor=actor,
        action="feedback-delivered",
        target=publication,
        detail={"due": due.isoformat(), "pages": sum(one.how == How.PAGE for one in made), "all": len(made)},
        changes={"status": (Publication.Status.COMPUTED, publication.status)},
    )
    return len(made)


def _made(result: Result, actor: User, today: date, due: date) -> Feedback:
    if not _can_sign_in(result.appraisal.cadre.user):
        return Feedback(result=result, how=How.SLIP, prepared_on=today)
    return Feedback(
        result=result,
        how=How.PAGE,
        prepared_on=today,
        delivered_at=timezone.now(),
        delivered_by=actor,
        due=due,
    )


def _can_sign_in(user: User | None) -> bool:
    """Whether somebody reads their page: an account that was opened and never used reads nothing."""
    return user is not None and user.is_active and user.has_usable_password()


def _require_slip_waits(feedback: Feedback, publication: Publication, actor: User) -> None:
    if publication.status != Publication.Status.FEEDBACK:
        raise DomainError("wrong_step", _("Slips are handed over while the feedback runs."))
    if feedback.how != How.SLIP:
        raise DomainError("no_slip", _("%(name)s has the result on their own page.") % {"name": feedback.result.name})
    if feedback.delivered_at is not None:
        raise DomainError(
            "handed_over_already", _("%(name)s has been handed the slip already.") % {"name": feedback.result.name}
        )
    require_not_own(feedback.result.appraisal.cadre, actor)


def _require_day(feedback: Feedback, on: date) -> None:
    if on > timezone.localdate() or (feedback.prepared_on is not None and on < feedback.prepared_on):
        raise DomainError(
            "wrong_day",
            _("The day of handing over lies between %(first)s, when the slips were made, and today.")
            % {"first": feedback.prepared_on},
        )
