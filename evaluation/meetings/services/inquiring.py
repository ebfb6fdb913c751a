"""What was asked at the meeting, what was answered, what is owed in writing and by when (C8)."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.errors import DomainError
from evaluation.guard.citizen_numbers import require_no_citizen_number
from evaluation.meetings.models import Category, Inquiry, ReportMeeting
from evaluation.meetings.services.holding import reporting_cadres, require_may_write
from evaluation.roster.models import Appraisal

OPEN = frozenset({ReportMeeting.Status.HELD})
ANSWERED = frozenset({ReportMeeting.Status.HELD, ReportMeeting.Status.REPORTED})


@dataclass(frozen=True)
class InquiryText:
    """``kind``, ``topic``: values of ``Inquiry``; ``asked_by``: a ``Category``, never a name."""

    kind: str
    topic: str
    asked_by: str
    question: str
    answer: str = ""
    written_due: date | None = None


@transaction.atomic
def record_inquiry(*, meeting: ReportMeeting, appraisal: Appraisal, actor: User, text: InquiryText) -> Inquiry:
    """Record a question put to ``appraisal`` at a meeting that is held.

    Raises ``DomainError``: ``not_allowed``, ``wrong_state``, ``cadre_unknown``, ``question_missing``,
    ``answer_missing`` (an answer, or a day for the written one), ``due_before_meeting``, ``value_unknown``,
    ``citizen_number``.
    """
    meeting = _locked_meeting(meeting, OPEN)
    require_may_write(meeting, actor)
    _check(meeting, appraisal, text)
    inquiry = Inquiry.objects.create(meeting=meeting, appraisal=appraisal, **vars(text))
    record(actor=actor, action="inquiry-recorded", target=inquiry, detail={"appraisal": appraisal.public_code})
    return inquiry


@transaction.atomic
def revise_inquiry(*, inquiry: Inquiry, appraisal: Appraisal, actor: User, text: InquiryText) -> Inquiry:
    """Correct what was recorded, until the report of the meeting is published. Raises as ``record_inquiry``."""
    meeting = _locked_meeting(inquiry.meeting, OPEN)
    require_may_write(meeting, actor)
    _check(meeting, appraisal, text)
    inquiry = Inquiry.objects.select_for_update(of=("self",)).get(pk=inquiry.pk)
    inquiry.appraisal = appraisal
    for field, value in vars(text).items():
        setattr(inquiry, field, value)
    inquiry.save(update_fields=["appraisal", *vars(text)])
    record(actor=actor, action="inquiry-revised", target=inquiry, detail={"appraisal": appraisal.public_code})
    return inquiry


@transaction.atomic
def answer_in_writing(*, inquiry: Inquiry, actor: User, answer: str) -> Inquiry:
    """Give the written answer that was promised; once, by the cadre or the unit for them. It may come late.

    Raises ``DomainError``: ``not_allowed``, ``nothing_owed``, ``answer_missing``, ``citizen_number``.
    """
    inquiry = Inquiry.objects.select_for_update(of=("self",)).select_related("meeting", "appraisal").get(pk=inquiry.pk)
    if not Inquiry.objects.answerable_by(actor).filter(pk=inquiry.pk).exists():
        raise DomainError("not_allowed", _("Only the cadre who was asked or the organising unit can answer."))
    if inquiry.written_due is None or inquiry.written_at is not None:
        raise DomainError("nothing_owed", _("No written answer is awaited here."))
    if not answer.strip():
        raise DomainError("answer_missing", _("Write the answer before you send it."))
    require_no_citizen_number(answer)
    inquiry.written_answer, inquiry.written_at = answer.strip(), timezone.now()
    inquiry.save(update_fields=["written_answer", "written_at"])
    record(actor=actor, action="inquiry-answered", target=inquiry, detail={"due": inquiry.written_due})
    return inquiry


def _locked_meeting(meeting: ReportMeeting, states: frozenset[ReportMeeting.Status]) -> ReportMeeting:
    locked = ReportMeeting.objects.select_for_update(of=("self",)).select_related("unit", "cycle").get(pk=meeting.pk)
    if locked.status not in states:
        message = _("Questions are recorded when the meeting is held and before its report is published.")
        raise DomainError("wrong_state", message)
    return locked


def _check(meeting: ReportMeeting, appraisal: Appraisal, text: InquiryText) -> None:
    if not reporting_cadres(meeting.unit, meeting.cycle).filter(pk=appraisal.pk).exists():
        raise DomainError("cadre_unknown", _("Only cadres whom this unit organises report at its meeting."))
    known = (text.kind, Inquiry.Kind.values), (text.topic, Inquiry.Topic.values), (text.asked_by, Category.values)
    if any(value not in values for value, values in known):
        raise DomainError("value_unknown", _("Choose kind, topic and category from the lists."))
    if not text.question.strip():
        raise DomainError("question_missing", _("Write down what was asked."))
    if not text.answer.strip() and text.written_due is None:
        raise DomainError("answer_missing", _("Enter the answer, or by when it is answered in writing."))
    if text.written_due and text.written_due < timezone.localdate(meeting.starts_at):
        raise DomainError("due_before_meeting", _("The written answer cannot be due before the meeting."))
    require_no_citizen_number(text.question, text.answer)
