"""A complaint comes in, is accepted or refused, finds a handler, and is passed on where it lies wrong (C19, C20)."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.cycle.models import Cycle
from evaluation.cycle.working_days import add_working_days
from evaluation.daily.models import Complaint, ComplaintContact, ComplaintExtension, Recusal
from evaluation.daily.models.complaints import UNDER_WAY
from evaluation.daily.register import acts_for, finding_of, handlers_for, staff_around
from evaluation.daily.services.cases import (
    locked,
    reason_of,
    require_disinterested,
    require_handler,
    require_no_contact,
    require_of_unit,
    require_second,
    require_staff,
    require_state,
)
from evaluation.errors import DomainError
from evaluation.files.services import store_several
from evaluation.guard.citizen_numbers import require_no_citizen_number
from evaluation.guard.codes import new_receipt
from evaluation.guard.contacts import seal, unseal
from evaluation.roster.models import Appraisal
from evaluation.units.access import roles_of
from evaluation.units.models import Role, Unit

Status = Complaint.Status
SENDER = "public"
SHORTEST, LONGEST = 10, 2000
CONTACT = {"person": 60, "telephone": 40, "address": 120}


@transaction.atomic
def receive_complaint(
    *,
    cycle: Cycle,
    channel: str,
    text: str,
    unit: Unit | None = None,
    appraisal: Appraisal | None = None,
    about: str = "",
    happened_on: date | None = None,
    contact: Mapping[str, str] | None = None,
    uploads: Sequence[UploadedFile] = (),
    actor: User | None = None,
    with_office: bool = False,
) -> Complaint:
    """Enter a complaint into the register of the year; ``actor`` is ``None`` for what a resident sends themselves.

    ``contact`` holds any of ``person``, ``telephone``, ``address``: sealed, for the handler alone. With a ``person`` it
    is by name. ``unit`` defaults to the organising unit of ``appraisal``. The clock of acceptance begins (C20).
    Raises ``DomainError``: ``closed``, ``unit_missing``, ``cadre_elsewhere``, ``text_length``, ``in_the_future``,
    ``citizen_number``, ``contact_length``, ``not_yours``, ``own_case``, and what ``store_several`` raises.
    """
    year = Cycle.objects.select_for_update().get(pk=cycle.pk)
    unit = _unit_of(year, unit, appraisal)
    given = _contact_of(contact or {})
    _check_words(text.strip(), about.strip(), *given.values())
    _check_day(happened_on)
    today = timezone.localdate()
    complaint = Complaint(
        cycle=year,
        number=next_number(year),
        receipt=free_receipt(),
        channel=channel,
        unit=unit,
        with_office=with_office,
        appraisal=appraisal,
        about=about.strip()[:120],
        text=text.strip(),
        happened_on=happened_on,
        is_named="person" in given,
        received_on=today,
        received_by=actor,
        accept_due=add_working_days(today, year.complaint_accept_days),
    )
    _check_sender(complaint, actor)
    complaint.save(force_insert=True)
    if given:
        ComplaintContact.objects.create(complaint=complaint, sealed=seal(given))
    complaint.files.set(store_several(uploads=uploads, actor=actor or SENDER))
    record(
        actor=actor or SENDER,
        action="complaint-received",
        target=complaint,
        detail={"channel": channel, "unit": unit.code, "with_office": with_office, "files": len(uploads)},
        changes={"status": ("", complaint.status)},
    )
    return complaint


def complaint_from_opinion(*, opinion_text: str, appraisal: Appraisal, actor: User) -> Complaint:
    """Make a complaint of what somebody wrote on a ballot: it has nobody's name, and its unit is the cadre's.

    Raises as ``receive_complaint``.
    """
    return receive_complaint(
        cycle=appraisal.cycle,
        channel=Complaint.Channel.BALLOT,
        text=opinion_text,
        appraisal=appraisal,
        about=appraisal.name,
        actor=actor,
    )


def next_number(cycle: Cycle) -> int:
    """The next in the register of the year, whose row is locked."""
    return int(Complaint.objects.filter(cycle=cycle).aggregate(last=Max("number"))["last"] or 0) + 1


def free_receipt() -> str:
    """A receipt number that nobody holds."""
    receipt = new_receipt()
    while Complaint.objects.filter(receipt=receipt).exists():
        receipt = new_receipt()
    return receipt


def _unit_of(cycle: Cycle, unit: Unit | None, appraisal: Appraisal | None) -> Unit:
    if cycle.status == Cycle.Status.CLOSED:
        raise DomainError("closed", _("This year is closed. Send it to the year that is under way."))
    if appraisal is None:
        if unit is None:
            raise DomainError("unit_missing", _("Choose the unit that the complaint is about."))
        return unit
    require_of_unit(appraisal, cycle, unit or appraisal.organising_unit)
    return unit or appraisal.organising_unit


def _contact_of(contact: Mapping[str, str]) -> dict[str, str]:
    given = {key: contact.get(key, "").strip() for key in CONTACT}
    if any(len(value) > CONTACT[key] for key, value in given.items()):
        raise DomainError("contact_length", _("Name, telephone or address is too long. Shorten it."))
    return {key: value for key, value in given.items() if value}


def _check_words(text: str, *others: str) -> None:
    if not SHORTEST <= len(text) <= LONGEST:
        message = _("Say what happened in %(least)s to %(most)s characters; there are %(number)s now.")
        raise DomainError("text_length", message % {"least": SHORTEST, "most": LONGEST, "number": len(text)})
    require_no_citizen_number(text, *others)


def _check_day(happened_on: date | None) -> None:
    if happened_on is not None and happened_on > timezone.localdate():
        raise DomainError("in_the_future", _("The day on which it happened lies in the future. Correct it."))


def _check_sender(complaint: Complaint, actor: User | None) -> None:
    if actor is None:
        return
    if complaint.appraisal is not None and complaint.appraisal.cadre.user_id == actor.pk:
        raise DomainError("own_case", _("You have an interest in this matter. Somebody else deals with it."))
    if not complaint.with_office and not acts_for(complaint, actor):
        raise DomainError("not_yours", _("You enter complaints for your own unit. Others are sent to the office."))


# Accepted or refused


@transaction.atomic
def accept_complaint(*, complaint: Complaint, actor: User, handler: User) -> Complaint:
    """Accept it and name who handles it; from today the clock of handling runs (C20: ``complaint_days``).

    Raises ``DomainError``: ``own_case``, ``not_yours``, ``wrong_state``, ``unfit_handler``.
    """
    complaint = locked(complaint)
    require_staff(complaint, actor)
    require_state(complaint, Status.RECEIVED)
    _require_fit(complaint, handler)
    today = timezone.localdate()
    complaint.status, complaint.handler = Status.ACCEPTED, handler
    complaint.decided_on, complaint.decided_by, complaint.handling_from = today, actor, today
    complaint.handling_due = add_working_days(today, complaint.cycle.complaint_days)
    complaint.save(
        update_fields=["status", "handler", "decided_on", "decided_by", "handling_from", "handling_due"],
    )
    changes = {"status": (Status.RECEIVED, Status.ACCEPTED), "handler": ("", handler.get_username())}
    record(actor=actor, action="complaint-accepted", target=complaint, changes=changes)
    return complaint


@transaction.atomic
def refuse_complaint(*, complaint: Complaint, actor: User, reason: str) -> Complaint:
    """Do not accept it, with a reason that the complainant reads.

    Raises ``DomainError``: ``reason_missing``, ``citizen_number``, ``own_case``, ``not_yours``, ``wrong_state``.
    """
    reason = reason_of(reason)
    complaint = locked(complaint)
    require_staff(complaint, actor)
    require_state(complaint, Status.RECEIVED)
    complaint.status, complaint.refusal_reason = Status.REFUSED, reason
    complaint.decided_on, complaint.decided_by = timezone.localdate(), actor
    complaint.save(update_fields=["status", "refusal_reason", "decided_on", "decided_by"])
    changes = {"status": (Status.RECEIVED, Status.REFUSED)}
    record(actor=actor, action="complaint-refused", target=complaint, changes=changes, why=reason)
    return complaint


@transaction.atomic
def transfer_complaint(
    *, complaint: Complaint, actor: User, reason: str, unit: Unit | None = None, to_office: bool = False
) -> Complaint:
    """Pass it on to another unit, or to the office; the days run on. Who handled it does so no longer.

    Raises ``DomainError``: ``reason_missing``, ``citizen_number``, ``own_case``, ``not_yours``, ``wrong_state``,
    ``same_place``.
    """
    reason = reason_of(reason)
    complaint = locked(complaint)
    require_staff(complaint, actor)
    require_state(complaint, Status.RECEIVED, Status.ACCEPTED)
    before = (complaint.unit.code, complaint.with_office, _username(complaint.handler))
    complaint.unit, complaint.with_office, complaint.handler = unit or complaint.unit, to_office, None
    after = (complaint.unit.code, complaint.with_office, "")
    if before[:2] == after[:2]:
        raise DomainError("same_place", _("It lies there already. Choose another unit, or the office."))
    complaint.save(update_fields=["unit", "with_office", "handler"])
    changes = dict(zip(("unit", "with_office", "handler"), zip(before, after, strict=True), strict=True))
    record(actor=actor, action="complaint-transferred", target=complaint, changes=changes, why=reason)
    return complaint


# Who handles it


@transaction.atomic
def assign_handler(*, complaint: Complaint, actor: User, handler: User, reason: str = "") -> Complaint:
    """Name who handles it from now on; where somebody does already, with the reason for the change.

    Raises ``DomainError``: ``own_case``, ``not_yours``, ``wrong_state``, ``unfit_handler``, ``reason_missing``.
    """
    complaint = locked(complaint)
    require_staff(complaint, actor)
    require_state(complaint, Status.ACCEPTED, Status.CONFIRMED)
    _require_fit(complaint, handler)
    before = _username(complaint.handler)
    why = reason_of(reason) if before else reason.strip()[:300]
    complaint.handler = handler
    complaint.save(update_fields=["handler"])
    changes = {"handler": (before, handler.get_username())}
    record(actor=actor, action="complaint-handler-assigned", target=complaint, changes=changes, why=why)
    return complaint


@transaction.atomic
def declare_recusal(*, complaint: Complaint, user: User, actor: User, reason: str) -> Recusal:
    """Note that ``user`` has an interest and takes no part (回避): said by themselves, or by the office.

    A handler stops at once; what they found and nobody has confirmed goes to their successor. Raises ``DomainError``:
    ``reason_missing``, ``citizen_number``, ``own_case``, ``not_yours``, ``not_staff``, ``wrong_state``.
    """
    reason = reason_of(reason, 200)
    complaint = locked(complaint)
    require_state(complaint, Status.RECEIVED, *UNDER_WAY, Status.ANSWERED)
    require_disinterested(complaint, actor)
    if user != actor and Role.OFFICE not in roles_of(actor):
        raise DomainError("not_yours", _("One withdraws oneself; for somebody else the office declares it."))
    if not staff_around(complaint).filter(pk=user.pk).exists():
        raise DomainError("not_staff", _("This person does not deal with this complaint."))
    recusal, is_new = Recusal.objects.get_or_create(
        complaint=complaint, user=user, defaults={"reason": reason, "declared_by": actor}
    )
    if not is_new:
        raise DomainError("own_case", _("This person has withdrawn already."))
    changes = _take_off(complaint, user)
    detail = {"user": user.get_username()}
    record(actor=actor, action="complaint-recusal", target=complaint, detail=detail, changes=changes, why=reason)
    return recusal


def _take_off(complaint: Complaint, user: User) -> dict[str, tuple[str, str]]:
    """A handler who withdraws is one no longer; an answer that was given stands."""
    if complaint.handler_id != user.pk or complaint.status not in UNDER_WAY:
        return {}
    before, finding = complaint.status, finding_of(complaint)
    if finding and before == Status.FOUND:
        finding.return_reason = _("Who found this has withdrawn from the case.")
        finding.save(update_fields=["return_reason"])
        complaint.status = Status.ACCEPTED
    complaint.handler = None
    complaint.save(update_fields=["handler", "status"])
    return {"handler": (user.get_username(), ""), "status": (before, complaint.status)}


def _require_fit(complaint: Complaint, handler: User) -> None:
    if not handlers_for(complaint).filter(pk=handler.pk).exists():
        raise DomainError(
            "unfit_handler",
            _("This person cannot handle it: not of this unit, named in it, withdrawn, or handled it before."),
        )


def _username(user: User | None) -> str:
    return user.get_username() if user else ""


# How the complainant can be reached


@transaction.atomic
def open_contact(*, complaint: Complaint, actor: User) -> dict[str, str]:
    """Return ``person``, ``telephone``, ``address`` as far as given, to the handler; each opening is recorded.

    Raises ``DomainError``: ``own_case``, ``not_handler``, ``wrong_state`` (once it is closed), ``no_contact``,
    ``sealed_shut``.
    """
    complaint = locked(complaint)
    require_handler(complaint, actor)
    require_state(complaint, *UNDER_WAY, Status.ANSWERED)
    contact = ComplaintContact.objects.filter(complaint=complaint).first()
    if contact is None:
        raise DomainError("no_contact", _("The complainant left no contact details."))
    opened = unseal(contact.sealed)
    record(actor=actor, action="complaint-contact-opened", target=complaint)
    return opened


# More time


@transaction.atomic
def ask_extension(*, complaint: Complaint, actor: User, reason: str) -> ComplaintExtension:
    """Ask for more time, once a handling, before its time is over (C20).

    Raises ``DomainError``: ``reason_missing``, ``citizen_number``, ``own_case``, ``not_handler``, ``wrong_state``,
    ``too_late``, ``asked_already``.
    """
    reason = reason_of(reason)
    complaint = locked(complaint)
    require_handler(complaint, actor)
    require_state(complaint, *UNDER_WAY)
    require_no_contact(complaint, reason)
    _require_time_left(complaint)
    if complaint.extensions.filter(round=complaint.round).exists():
        raise DomainError("asked_already", _("More time is asked for once only in one handling."))
    asked = ComplaintExtension.objects.create(
        complaint=complaint, round=complaint.round, reason=reason, asked_by=actor, asked_on=timezone.localdate()
    )
    record(actor=actor, action="complaint-extension-asked", target=complaint, why=reason)
    return asked


@transaction.atomic
def decide_extension(*, complaint: Complaint, actor: User, approve: bool, reason: str = "") -> Complaint:
    """Give more time (``complaint_extended_days`` in all since the handling began) or refuse it, with a reason.

    Raises ``DomainError``: ``own_case``, ``not_yours``, ``same_person``, ``not_asked``, ``too_late``,
    ``reason_missing``.
    """
    why = reason.strip()[:300] if approve else reason_of(reason)
    complaint = locked(complaint)
    require_second(complaint, actor)
    require_state(complaint, *UNDER_WAY)
    asked = complaint.extensions.filter(round=complaint.round, decided_on__isnull=True).first()
    if asked is None:
        raise DomainError("not_asked", _("Nobody asks for more time now."))
    if asked.asked_by_id == actor.pk:
        raise DomainError("same_person", _("You asked for it. A second person decides."))
    before = complaint.handling_due
    if approve:
        _extend(complaint)
    asked.decided_by, asked.decided_on, asked.is_approved = actor, timezone.localdate(), approve
    asked.decision_reason = why
    asked.save(update_fields=["decided_by", "decided_on", "is_approved", "decision_reason"])
    action = "complaint-extended" if approve else "complaint-extension-refused"
    changes = {"handling_due": (before, complaint.handling_due)} if approve else {}
    record(actor=actor, action=action, target=complaint, changes=changes, why=why or asked.reason)
    return complaint


def _extend(complaint: Complaint) -> None:
    _require_time_left(complaint)
    begun = complaint.handling_from or timezone.localdate()
    complaint.handling_due = add_working_days(begun, complaint.cycle.complaint_extended_days)
    complaint.is_extended = True
    complaint.save(update_fields=["handling_due", "is_extended"])


def _require_time_left(complaint: Complaint) -> None:
    """A day that has passed has passed: it is late, and more time does not undo that."""
    if complaint.handling_due is not None and timezone.localdate() > complaint.handling_due:
        raise DomainError("too_late", _("The time is over already; it cannot be extended any more. Answer soon."))
