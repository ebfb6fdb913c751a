"""Objections (异议) by the cadre or by residents, and their review (复核) by somebody else (C10)."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.cycle.working_days import add_working_days
from evaluation.errors import DomainError
from evaluation.results.models import Feedback, Objection, Publication, Result
from evaluation.results.services.feedback import locked_feedback, mark_answered

Status = Publication.Status


@transaction.atomic
def make_cadre_objection(*, result: Result, text: str, actor: User) -> Objection:
    """Object for the cadre: in the days of the feedback, or while the public notice runs.

    The unit may hand in a cadre's signed objection for them. Raises ``DomainError``: ``no_text``, ``not_delivered``,
    ``too_late``, ``open_already``.
    """
    if not text.strip():
        raise DomainError("no_text", _("Say what you object to, and why."))
    feedback = Feedback.objects.filter(result=result).first()
    if feedback is None:
        raise DomainError("not_delivered", _("The result was not handed out yet."))
    feedback = locked_feedback(feedback)
    _require_cadre_may(feedback)
    if feedback.result.objections.filter(by_cadre=True, status=Objection.Status.OPEN).exists():
        raise DomainError("open_already", _("An objection is being reviewed already."))
    objection = _make(feedback.result, person=feedback.result.name, contact="", text=text, by_cadre=True)
    if feedback.answer != Feedback.Answer.OBJECTED:
        mark_answered(feedback, Feedback.Answer.OBJECTED)
    record(actor=actor, action="objection-made", target=objection, detail={"by": "cadre"})
    return objection


@transaction.atomic
def make_public_objection(*, result: Result, person: str, contact: str, text: str) -> Objection:
    """Object as a resident, by name and with a contact; both are never public, nor shown to the unit.

    The view limits tries (``guard.count_try``) before it calls this. Raises ``DomainError``: ``not_in_notice`` outside
    the days of the public notice, both included; ``not_named``; ``no_text``.
    """
    publication = Publication.objects.select_for_update(of=("self",)).get(pk=result.publication_id)
    if not notice_is_running(publication):
        raise DomainError("not_in_notice", _("Objections are taken while the public notice runs."))
    if not person.strip() or not contact.strip():
        raise DomainError("not_named", _("Give your name and how to reach you; neither is published."))
    if not text.strip():
        raise DomainError("no_text", _("Say what you object to, and why."))
    objection = _make(result, person=person.strip(), contact=contact.strip(), text=text, by_cadre=False)
    record(actor="resident", action="objection-made", target=objection, detail={"by": "resident"})
    return objection


@transaction.atomic
def review_objection(*, objection: Objection, reviewer: User, upheld: bool, answer: str) -> Objection:
    """Answer an objection, by somebody who neither computed, worded nor approved the result.

    One that is upheld asks for ``correct_publication``. Raises ``DomainError``: ``same_person``, ``no_answer``,
    ``reviewed_already``.
    """
    rows = Objection.objects.select_for_update(of=("self",)).select_related(
        "result__publication", "result__appraisal__cadre"
    )
    objection = rows.get(pk=objection.pk)
    if objection.status != Objection.Status.OPEN:
        raise DomainError("reviewed_already", _("This objection was reviewed already."))
    if reviewer.pk in _involved(objection.result):
        raise DomainError("same_person", _("Whoever computed, worded or approved the result cannot review it."))
    if not answer.strip():
        raise DomainError("no_answer", _("Give the outcome of the review in words: it is handed to whoever objected."))
    objection.status = Objection.Status.UPHELD if upheld else Objection.Status.DISMISSED
    objection.answer, objection.reviewed_by, objection.reviewed_at = answer.strip(), reviewer, timezone.now()
    objection.save(update_fields=["status", "answer", "reviewed_by", "reviewed_at"])
    record(actor=reviewer, action="objection-reviewed", target=objection, detail={"status": objection.status})
    return objection


def notice_is_running(publication: Publication) -> bool:
    """Both days included."""
    if publication.status != Status.NOTICE or publication.notice_from is None or publication.notice_until is None:
        return False
    return publication.notice_from <= timezone.localdate() <= publication.notice_until


def cadre_may_object(feedback: Feedback) -> bool:
    publication = feedback.result.publication
    if publication.status == Status.FEEDBACK:
        return feedback.due is not None and timezone.localdate() <= feedback.due
    return notice_is_running(publication)


def _require_cadre_may(feedback: Feedback) -> None:
    if not cadre_may_object(feedback):
        raise DomainError("too_late", _("The time to object is over, or the result was replaced."))


def _make(result: Result, *, person: str, contact: str, text: str, by_cadre: bool) -> Objection:
    days = result.publication.cycle.objection_days
    return Objection.objects.create(
        result=result,
        by_cadre=by_cadre,
        person=person,
        contact=contact,
        text=text.strip(),
        due=add_working_days(timezone.localdate(), days),
    )


def _involved(result: Result) -> set[int | None]:
    publication = result.publication
    people = {publication.computed_by_id, publication.approved_by_id, publication.analysis_by_id}
    return people | {result.appraisal.cadre.user_id}
