"""Objections (异议) of the cadre or of residents; their review (复核) by somebody who did not decide first (C10)."""

import unicodedata
from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.bonus.models import BonusClaim
from evaluation.cycle.working_days import add_working_days
from evaluation.errors import DomainError
from evaluation.files.services import store_several
from evaluation.guard.citizen_numbers import require_no_citizen_number
from evaluation.guard.codes import new_receipt
from evaluation.guard.contacts import seal, unseal
from evaluation.results.models import Feedback, Objection, Publication, Result
from evaluation.results.services.feedback import locked_feedback, mark_answered
from evaluation.units.access import roles_of
from evaluation.units.models import Role

Status = Publication.Status
About = Objection.About


@transaction.atomic
def make_cadre_objection(
    *,
    result: Result,
    text: str,
    actor: User,
    about: str = About.OTHER,
    about_row: int | None = None,
    uploads: Sequence[UploadedFile] = (),
) -> Objection:
    """Object for the cadre: in the days of the feedback, or while the public notice runs.

    ``about_row`` is the key of the deduction or of the claim that it is about. The unit may hand in a cadre's signed
    objection for them: ``uploads`` hold its scan then. Raises ``DomainError``: ``no_text``, ``citizen_number``,
    ``not_delivered``, ``too_late``, ``open_already``, ``unknown_row``, ``scan_missing``, and as ``store_several``.
    """
    _require_text(text)
    feedback = Feedback.objects.filter(result=result, delivered_at__isnull=False).first()
    if feedback is None:
        raise DomainError("not_delivered", _("The result was not handed out yet."))
    feedback = locked_feedback(feedback)
    _require_cadre_may(feedback)
    if feedback.result.objections.filter(by_cadre=True, status=Objection.Status.OPEN).exists():
        raise DomainError("open_already", _("An objection is being reviewed already."))
    _require_row(feedback.result, about, about_row)
    on_paper = feedback.result.appraisal.cadre.user_id != actor.pk
    if on_paper and not uploads:
        raise DomainError("scan_missing", _("Add the scan of the objection that the cadre signed."))
    objection = _make(feedback.result, text, about, about_row, person=feedback.result.name, by_cadre=True)
    objection.files.set(store_several(uploads=uploads, actor=actor))
    if feedback.answer != Feedback.Answer.OBJECTED:
        mark_answered(feedback, Feedback.Answer.OBJECTED)
    detail = {"by": "cadre", "about": about, "files": len(uploads), **({"on_paper": True} if on_paper else {})}
    changes = {"status": ("", objection.status)}
    record(actor=actor, action="objection-made", target=objection, detail=detail, changes=changes)
    return objection


@transaction.atomic
def make_public_objection(
    *,
    result: Result,
    person: str,
    contact: str,
    text: str,
    about: str = About.OTHER,
    uploads: Sequence[UploadedFile] = (),
) -> Objection:
    """Object as a resident, by name and with a contact; both are sealed, and ``receipt`` is how they follow it.

    The view limits tries (``guard.count_try``) before it calls this. Raises ``DomainError``: ``not_in_notice`` outside
    the days of the public notice, both included; ``not_named``; ``no_text``; ``citizen_number``; ``unknown_row``; as
    ``store_several``.
    """
    publication = Publication.objects.select_for_update(of=("self",)).get(pk=result.publication_id)
    if not notice_is_running(publication):
        raise DomainError("not_in_notice", _("Objections are taken while the public notice runs."))
    if not person.strip() or not contact.strip():
        raise DomainError("not_named", _("Give your name and how to reach you; neither is published."))
    _require_text(text)
    _require_row(result, about, None)
    sealed = seal({"person": person.strip(), "contact": contact.strip()})
    objection = _make(result, text, about, None, by_cadre=False, sealed=sealed, receipt=new_receipt())
    objection.files.set(store_several(uploads=uploads, actor="resident"))
    detail = {"by": "resident", "about": about, "files": len(uploads)}
    changes = {"status": ("", objection.status)}
    record(actor="resident", action="objection-made", target=objection, detail=detail, changes=changes)
    return objection


def objection_of_receipt(text: str) -> Objection | None:
    """Return the resident's objection with this receipt number, however it is typed (spaces, hyphens, full width)."""
    digits = "".join(char for char in unicodedata.normalize("NFKC", text)[:60] if char.isdigit())
    if len(digits) != 12:
        return None
    rows = Objection.objects.filter(receipt=digits, by_cadre=False)
    return rows.select_related("result__publication__cycle", "result__appraisal").first()


@transaction.atomic
def take_objection(*, objection: Objection, reviewer: User) -> Objection:
    """Take an objection to review it, also over from somebody else. Raises ``DomainError``: ``same_person``,
    ``reviewed_already``."""
    objection = _locked(objection)
    _require_reviewer(objection, reviewer)
    before, objection.taken_by = objection.taken_by_id, reviewer
    objection.save(update_fields=["taken_by"])
    changes = {"taken_by": (before, reviewer.pk)}
    record(actor=reviewer, action="objection-taken", target=objection, changes=changes)
    return objection


@transaction.atomic
def open_objection_contact(*, objection: Objection, actor: User) -> dict[str, str]:
    """Return ``person`` and ``contact`` of a resident to the office's reviewer who took the objection; on record.

    Never to the unit that is objected to. Raises ``DomainError``: ``not_the_reviewer``, ``no_contact``,
    ``sealed_shut``.
    """
    objection = _locked(objection)
    if objection.taken_by_id != actor.pk or Role.OFFICE not in roles_of(actor):
        raise DomainError("not_the_reviewer", _("Only the reviewer of the office who took the objection opens this."))
    if objection.sealed is None:
        raise DomainError("no_contact", _("There is no contact to open."))
    values = unseal(objection.sealed)
    record(actor=actor, action="objection-contact-opened", target=objection)
    return values


@transaction.atomic
def review_objection(*, objection: Objection, reviewer: User, upheld: bool, answer: str) -> Objection:
    """Answer an objection, by somebody who did not decide first: neither computed, worded nor approved the result,
    nor had a part in the deduction or the award that it is about.

    One that is upheld asks for ``correct_publication``. Raises ``DomainError``: ``same_person``, ``no_answer``,
    ``citizen_number``, ``reviewed_already``, ``taken_by_another``.
    """
    objection = _locked(objection)
    _require_reviewer(objection, reviewer)
    if objection.taken_by_id not in (None, reviewer.pk):
        raise DomainError("taken_by_another", _("Somebody else is reviewing this objection. Take it over first."))
    if not answer.strip():
        raise DomainError("no_answer", _("Give the outcome of the review in words: it is handed to whoever objected."))
    require_no_citizen_number(answer)
    before = objection.status
    objection.status = Objection.Status.UPHELD if upheld else Objection.Status.DISMISSED
    objection.answer, objection.reviewed_by, objection.reviewed_at = answer.strip(), reviewer, timezone.now()
    objection.taken_by = reviewer
    objection.save(update_fields=["status", "answer", "reviewed_by", "reviewed_at", "taken_by"])
    changes = {"status": (before, objection.status)}
    record(actor=reviewer, action="objection-reviewed", target=objection, changes=changes, why=objection.answer)
    return objection


def notice_is_running(publication: Publication) -> bool:
    """Both days included."""
    if publication.status != Status.NOTICE or publication.notice_from is None or publication.notice_until is None:
        return False
    return publication.notice_from <= timezone.localdate() <= publication.notice_until


def cadre_may_object(feedback: Feedback) -> bool:
    """In the days of the feedback, however late the slip came, or while the notice runs; not at all afterwards."""
    publication = feedback.result.publication
    if publication.status == Status.FEEDBACK:
        return feedback.due is not None and timezone.localdate() <= feedback.due
    return notice_is_running(publication)


def _locked(objection: Objection) -> Objection:
    rows = Objection.objects.select_for_update(of=("self",))
    return rows.select_related("result__publication", "result__appraisal__cadre").get(pk=objection.pk)


def _require_reviewer(objection: Objection, reviewer: User) -> None:
    if objection.status != Objection.Status.OPEN:
        raise DomainError("reviewed_already", _("This objection was reviewed already."))
    involved = objection.result.appraisal.cadre.user_id == reviewer.pk
    if involved or not Objection.objects.without_part_of(reviewer).filter(pk=objection.pk).exists():
        raise DomainError(
            "same_person",
            _("Whoever computed, worded, approved, recorded or decided what it is about cannot review it."),
        )


def _require_cadre_may(feedback: Feedback) -> None:
    if not cadre_may_object(feedback):
        raise DomainError("too_late", _("The time to object is over, or the result was replaced."))


def _require_text(text: str) -> None:
    if not text.strip():
        raise DomainError("no_text", _("Say what you object to, and why."))
    require_no_citizen_number(text)


def _require_row(result: Result, about: str, row: int | None) -> None:
    """What is objected to exists in this result; of awards, also one that was refused."""
    known = about in About.values
    if row is not None and about == About.DEDUCTION:
        known = row in {one["id"] for one in result.deductions}
    elif row is not None and about == About.BONUS:
        known = BonusClaim.objects.filter(pk=row, appraisal=result.appraisal_id).exists()
    elif row is not None:
        known = False
    if not known:
        raise DomainError("unknown_row", _("Choose from the list what the objection is about."))


def _make(
    result: Result,
    text: str,
    about: str,
    about_row: int | None,
    *,
    by_cadre: bool,
    person: str = "",
    sealed: bytes | None = None,
    receipt: str | None = None,
) -> Objection:
    days = result.publication.cycle.objection_days
    return Objection.objects.create(
        result=result,
        by_cadre=by_cadre,
        about=about,
        about_row=about_row,
        person=person,
        sealed=sealed,
        receipt=receipt,
        text=text.strip(),
        due=add_working_days(timezone.localdate(), days),
    )
