"""What every act of a complaint asks first: the row locked, the state, and that nobody acts in their own matter."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.cycle.models import Cycle, DeductionRule
from evaluation.daily.models import Complaint, ComplaintContact, DailyDeduction, Finding
from evaluation.daily.register import acts_for, decides_for, finding_of, is_interested, was_handler
from evaluation.daily.services.proposals import propose_deduction
from evaluation.errors import DomainError
from evaluation.guard.citizen_numbers import require_no_citizen_number
from evaluation.guard.contacts import unseal
from evaluation.roster.models import Appraisal
from evaluation.units.models import Unit

SYSTEM = "system"


def locked(complaint: Complaint) -> Complaint:
    """Return the complaint as it is now, locked until the act is done."""
    rows = Complaint.objects.select_for_update(of=("self",))
    return rows.select_related("cycle", "unit", "appraisal__cadre", "handler").get(pk=complaint.pk)


def require_state(complaint: Complaint, *states: str) -> None:
    if complaint.status not in states:
        message = _("The complaint stands elsewhere by now: %(state)s. Open it again.")
        raise DomainError("wrong_state", message % {"state": complaint.get_status_display()})


def require_disinterested(complaint: Complaint, actor: User) -> None:
    """Raise ``own_case``: nobody named, and nobody who has withdrawn, takes any part (C20)."""
    if is_interested(complaint, actor):
        raise DomainError("own_case", _("You have an interest in this matter. Somebody else deals with it."))


def require_staff(complaint: Complaint, actor: User) -> None:
    require_disinterested(complaint, actor)
    if not acts_for(complaint, actor):
        raise DomainError("not_yours", _("This complaint lies with another unit or with the office."))


def require_handler(complaint: Complaint, actor: User) -> None:
    require_disinterested(complaint, actor)
    if complaint.handler_id != actor.pk:
        raise DomainError("not_handler", _("Only the person who handles the complaint does this."))


def require_second(complaint: Complaint, actor: User) -> None:
    """Raise where ``actor`` has no say there, or would confirm what they did themselves."""
    require_disinterested(complaint, actor)
    if not decides_for(complaint, actor):
        raise DomainError("not_yours", _("The leader in charge of the unit or the office decides this."))
    if was_handler(complaint, actor):
        raise DomainError("same_person", _("You handled this complaint. A second person decides."))


def reason_of(text: str, most: int = 300) -> str:
    """Return the reason as it is kept. Raises ``DomainError``: ``reason_missing``, ``citizen_number``."""
    if not text.strip():
        raise DomainError("reason_missing", _("Enter the reason: it stays on record."))
    require_no_citizen_number(text)
    return text.strip()[:most]


def require_of_unit(appraisal: Appraisal, cycle: Cycle, unit: Unit) -> None:
    """Of this year, and of this unit or one of its villages."""
    units = (appraisal.organising_unit, appraisal.home_unit)
    if appraisal.cycle_id != cycle.pk or not any(unit.pk in (one.pk, one.parent_id) for one in units):
        raise DomainError("cadre_elsewhere", _("This cadre does not belong to the unit. Choose the cadre again."))


def require_no_contact(complaint: Complaint, *texts: str) -> None:
    """Raise ``contact_in_text``: others read what the handler writes, the contact details are for the handler alone."""
    contact = ComplaintContact.objects.filter(complaint=complaint).first()
    if contact is None:
        return
    written = "".join("".join(texts).split())
    values = ("".join(value.split()) for value in unseal(contact.sealed).values())
    if any(len(value) > 1 and value in written for value in values):
        raise DomainError(
            "contact_in_text",
            _("The complainant's name, telephone or address stands in the text. Take it out: others read it."),
        )


def current_finding(complaint: Complaint) -> Finding:
    finding = finding_of(complaint)
    if finding is None:
        raise DomainError("no_finding", _("There is no finding yet."))
    return finding


def incident_number_of(complaint: Complaint) -> str:
    """One event, one number: deductions under several rules show that they are about the same complaint."""
    return f"TS{complaint.cycle.year}-{complaint.number}"


def propose_for(
    complaint: Complaint,
    *,
    rule: str,
    what: str,
    facts: str,
    basis: str,
    why: str,
    found_on: date | None,
    to_rectify: str = "",
    rectify_by: date | None = None,
) -> DailyDeduction | None:
    """Propose ``rule`` for the cadre whom ``complaint`` names, once for ``what``; ``None`` where nobody is named,
    the rules of the track know no such rule, or it was proposed before."""
    appraisal = complaint.appraisal
    if appraisal is None or not _knows(complaint, rule):
        return None
    by_ballot = complaint.channel == Complaint.Channel.BALLOT
    return propose_deduction(
        key=f"complaint:{complaint.pk}:{what}",
        appraisal=appraisal,
        rule=rule,
        found_on=found_on or timezone.localdate(),
        source=DailyDeduction.Source.OPINION if by_ballot else DailyDeduction.Source.COMPLAINT,
        facts=facts,
        basis=basis,
        why=why,
        to_rectify=to_rectify,
        rectify_by=rectify_by,
        complaint=complaint,
        incident_number=incident_number_of(complaint),
        actor=SYSTEM,
    )


def _knows(complaint: Complaint, rule: str) -> bool:
    appraisal = complaint.appraisal
    return (
        appraisal is not None
        and DeductionRule.objects.filter(
            rules__cycle=appraisal.cycle_id, rules__track=appraisal.track, code=rule
        ).exists()
    )
