"""The register of complaints: where one stands, until when, what comes next, and who may take part (C19, C20).

Nothing here writes. What is late, lapsed or next is worked out of dates when it is read.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.cycle.working_days import add_working_days
from evaluation.daily.models import Complaint, ComplaintExtension, ComplaintQuerySet, Finding
from evaluation.daily.models.complaints import UNDER_WAY
from evaluation.units.access import roles_of
from evaluation.units.models import Membership, Role, Unit

Status = Complaint.Status
NEAR = 3  # working days before a deadline from which on it is marked as near
LOOKS = {
    "received": "pending",
    "accepted": "under_way",
    "found": "submitted",
    "confirmed": "under_way",
    "answered": "done",
}
SEPARATORS = " \t\r\n-‐‑‒–—−_.·"


@dataclass(frozen=True)
class Stage:
    """One stage of a complaint's way: when it was ``done``, or until when it is ``due``."""

    label: str | Promise
    done: date | None = None
    due: date | None = None
    is_late: bool = False
    is_current: bool = False


@dataclass(frozen=True)
class Standing:
    """The state as it is today: a lapsed call-back reads as closed whether or not anybody wrote that down."""

    status: str
    label: str | Promise
    due: date | None
    is_late: bool
    is_near: bool

    @property
    def look(self) -> str:
        """The state whose badge it wears: green is kept for what is done."""
        return LOOKS.get(self.status, self.status)


@dataclass(frozen=True)
class Next:
    text: str | Promise
    who: str | Promise
    due: date | None


# Receipts


def complaint_of_receipt(receipt: str) -> Complaint | None:
    """Return the complaint of a receipt number as people type it: in fours, with hyphens, in full-width digits."""
    plain = unicodedata.normalize("NFKC", receipt)
    digits = "".join(char for char in plain if char not in SEPARATORS)
    if len(digits) != 12 or not (digits.isascii() and digits.isdigit()):
        return None
    return Complaint.objects.for_list().filter(receipt=digits).first()


# Who may take part


def acts_for(complaint: Complaint, user: User) -> bool:
    """Whether ``user`` belongs to those with whom the complaint lies: its unit, or the office."""
    return _holds(complaint, user, Role.UNIT_ADMIN, Role.APPROVER)


def decides_for(complaint: Complaint, user: User) -> bool:
    """Whether ``user`` is the leader in charge there, or the office: who confirms what a handler did."""
    return _holds(complaint, user, Role.APPROVER)


def _holds(complaint: Complaint, user: User, *roles: Role) -> bool:
    if Role.OFFICE in roles_of(user):
        return True
    if complaint.with_office:
        return False
    return Unit.objects.acted_for_by(user, *roles).filter(pk=complaint.unit_id).exists()


def is_interested(complaint: Complaint, user: User) -> bool:
    """Whether ``user`` is the one named, or has withdrawn from the case."""
    named = complaint.appraisal is not None and complaint.appraisal.cadre.user_id == user.pk
    return named or complaint.recusals.filter(user=user).exists()


def holds_receipt(complaint: Complaint, user: User, today: date) -> bool:
    """Whether ``user`` may still read out the receipt number: whoever entered it, on that day.

    With the number one speaks as the complainant; so nobody else of the staff ever sees it.
    """
    is_own = complaint.received_by_id == user.pk and complaint.received_on == today
    return is_own and complaint.channel != Complaint.Channel.BALLOT


def was_handler(complaint: Complaint, user: User) -> bool:
    """Whether ``user`` handles it, or found or answered something in either handling."""
    if complaint.handler_id == user.pk:
        return True
    return complaint.findings.filter(Q(found_by=user) | Q(answered_by=user)).exists()


def staff_around(complaint: Complaint) -> QuerySet[User]:
    """Those with whom it lies and the office: who might have to withdraw."""
    office = Q(role=Role.OFFICE)
    unit = Q(role__in=[Role.UNIT_ADMIN, Role.APPROVER], unit__in=[complaint.unit_id, complaint.unit.parent_id])
    members = Membership.objects.filter(office if complaint.with_office else office | unit)
    return User.objects.filter(is_active=True, pk__in=members.values("user_id")).order_by("full_name", "pk")


def handlers_for(complaint: Complaint) -> QuerySet[User]:
    """Who may handle it now: nobody with an interest, and in the second handling nobody of the first."""
    rows = staff_around(complaint).exclude(pk__in=complaint.recusals.values("user_id"))
    if complaint.appraisal is not None:
        rows = rows.exclude(cadre=complaint.appraisal.cadre_id)
    earlier = complaint.findings.filter(round__lt=complaint.round)
    return rows.exclude(pk__in=earlier.values("found_by_id")).exclude(
        pk__in=earlier.filter(answered_by__isnull=False).values("answered_by_id")
    )


# Clocks


def finding_of(complaint: Complaint, handling: int | None = None) -> Finding | None:
    wanted = handling or complaint.round
    return next((row for row in complaint.findings.all() if row.round == wanted), None)


def is_lapsed(complaint: Complaint, today: date | None = None) -> bool:
    """Whether the time to say something to the answer is over without a word that closes it."""
    finding = finding_of(complaint)
    due = finding.callback_due if finding else None
    return complaint.status == Status.ANSWERED and due is not None and due < (today or timezone.localdate())


def due_of(complaint: Complaint) -> date | None:
    """The end of the clock that runs now."""
    if complaint.status == Status.RECEIVED:
        return complaint.accept_due
    if complaint.status in UNDER_WAY:
        return complaint.handling_due
    finding = finding_of(complaint)
    return finding.callback_due if finding and complaint.status == Status.ANSWERED else None


def near_until(today: date | None = None) -> date:
    """Deadlines up to this day are near; asked once for a list."""
    return add_working_days(today or timezone.localdate(), NEAR)


def standing_of(complaint: Complaint, *, today: date, near: date) -> Standing:
    """Where ``complaint`` stands on ``today``; ``near`` as ``near_until`` says."""
    if is_lapsed(complaint, today):
        return Standing(Status.CLOSED, Status.CLOSED.label, None, is_late=False, is_near=False)
    due = due_of(complaint)
    counts = due is not None and complaint.status != Status.ANSWERED
    late = counts and due is not None and due < today
    is_near = counts and due is not None and today <= due <= near
    return Standing(complaint.status, complaint.get_status_display(), due, is_late=late, is_near=is_near)


# The way


def journey(complaint: Complaint, today: date | None = None) -> list[Stage]:
    """Return the stages of ``complaint`` in their order, those to come included."""
    today = today or timezone.localdate()
    stages = list(_stages(complaint, today))
    current = next((place for place, stage in enumerate(stages) if stage.done is None), None)
    if complaint.status in (Status.REFUSED, Status.CLOSED) or is_lapsed(complaint, today):
        current = None
    return [_placed(stage, place == current, today) for place, stage in enumerate(stages)]


def _placed(stage: Stage, is_current: bool, today: date) -> Stage:
    """A stage is late if it came after its day, or is the one that is waited for and its day is past."""
    reached = stage.done or (today if is_current else None)
    late = stage.due is not None and reached is not None and reached > stage.due
    return Stage(stage.label, stage.done, stage.due, late, is_current)


def _stages(complaint: Complaint, today: date) -> Iterator[Stage]:
    yield Stage(_("Received"), complaint.received_on)
    if complaint.status == Status.REFUSED:
        yield Stage(_("Not taken up"), complaint.decided_on, complaint.accept_due)
        return
    yield Stage(_("Taken up"), complaint.decided_on, complaint.accept_due)
    if complaint.round > 1:
        yield from _first_handling(complaint)
    yield from _handling(complaint, today)


def _first_handling(complaint: Complaint) -> Iterator[Stage]:
    first = finding_of(complaint, 1)
    if first is None:
        return
    yield Stage(_("First finding confirmed"), first.confirmed_on)
    yield Stage(_("First answer"), first.answered_on)
    yield Stage(_("Not satisfied: handled once more"), first.rated_on)


def _handling(complaint: Complaint, today: date) -> Iterator[Stage]:
    finding = finding_of(complaint)
    over = complaint.status == Status.CLOSED or is_lapsed(complaint, today)
    due = complaint.handling_due
    yield Stage(_("Finding confirmed"), finding.confirmed_on if finding else None, due)
    yield Stage(_("Answer"), finding.answered_on if finding else None, due)
    said = finding if finding and finding.satisfaction not in ("", Finding.Satisfaction.NOT_REACHED) else None
    label = _("Call-back: nothing was said in time") if over and said is None else _("Call-back: are you satisfied?")
    callback_due = finding.callback_due if finding else None
    yield Stage(label, said.rated_on if said else callback_due if over else None, None if over else callback_due)
    yield Stage(_("Matter closed"), (complaint.closed_on or callback_due) if over else None)


def next_step(complaint: Complaint, today: date | None = None) -> Next | None:
    """Return what comes next, by whom, by when; ``None`` where nothing does."""
    if is_lapsed(complaint, today):
        return None
    unit = _("Office") if complaint.with_office else complaint.unit.name
    if complaint.status == Status.ACCEPTED and complaint.handler is None:
        return Next(_("Assign a handler who has no interest in the matter."), unit, complaint.handling_due)
    handler = str(complaint.handler) if complaint.handler else unit
    steps: dict[str, tuple[str | Promise, str | Promise]] = {
        Status.RECEIVED: (_("Accept the complaint and name a handler, or refuse it with the reason."), unit),
        Status.ACCEPTED: (_("Check the facts and record the finding."), handler),
        Status.FOUND: (_("Confirm the finding, or return it with what is missing."), _("A second person")),
        Status.CONFIRMED: (_("Answer the complainant."), handler),
        Status.ANSWERED: (_("The complainant says whether the answer satisfies, or is called."), _("A second person")),
    }
    if complaint.status not in steps:
        return None
    text, who = steps[complaint.status]
    return Next(text, who, due_of(complaint))


# Lists


def found(rows: ComplaintQuerySet, words: str) -> ComplaintQuerySet:
    """Those whose number, receipt, cadre or subject fits ``words``; never what a complainant is called."""
    plain = unicodedata.normalize("NFKC", words).replace("\0", "").strip()
    digits = "".join(char for char in plain if char not in SEPARATORS)
    fits = Q(about__icontains=plain) | Q(appraisal__name__icontains=plain)
    if digits.isascii() and digits.isdigit() and len(digits) == 12:
        fits |= Q(receipt=digits)
    number = plain.rpartition("-")[2]
    if number.isascii() and number.isdigit() and len(number) < 9:
        fits |= Q(number=int(number))
    return rows.filter(fits)


def in_state(rows: ComplaintQuerySet, status: str, today: date) -> ComplaintQuerySet:
    """Those that stand in ``status`` on ``today``."""
    lapsed = rows.lapsed(today).values("pk")
    if status == Status.CLOSED:
        return rows.filter(Q(status=status) | Q(pk__in=lapsed))
    if status == Status.ANSWERED:
        return rows.filter(status=status).exclude(pk__in=lapsed)
    return rows.filter(status=status)


def counts_by_state(rows: ComplaintQuerySet, today: date) -> dict[str, int]:
    """How many stand in each state on ``today``, those without any left out; two queries."""
    counted = dict(rows.order_by().values_list("status").annotate(number=Count("pk")))
    lapsed = rows.lapsed(today).count()
    if lapsed:
        counted[Status.ANSWERED] -= lapsed
        counted[Status.CLOSED] = counted.get(Status.CLOSED, 0) + lapsed
    return {status: counted[status] for status in Status.values if counted.get(status)}


def overdue_rows(rows: ComplaintQuerySet, today: date | None = None) -> ComplaintQuerySet:
    """Those whose answer is owed beyond its day."""
    return rows.filter(status__in=UNDER_WAY, handling_due__lt=today or timezone.localdate())


# What waits for whom


def not_handled_by(user: User, rows: ComplaintQuerySet) -> ComplaintQuerySet:
    touched = Finding.objects.filter(Q(found_by=user) | Q(answered_by=user)).values("complaint_id")
    return rows.exclude(handler=user).exclude(pk__in=touched)


def confirmable_findings(user: User, rows: ComplaintQuerySet) -> ComplaintQuerySet:
    return not_handled_by(user, rows.filter(status=Status.FOUND))


def extensions_asked(user: User, rows: ComplaintQuerySet) -> ComplaintQuerySet:
    asked = ComplaintExtension.objects.filter(
        complaint=OuterRef("pk"), round=OuterRef("round"), decided_on__isnull=True
    )
    return not_handled_by(user, rows.filter(Exists(asked), status__in=UNDER_WAY))


def callable_by(user: User, rows: ComplaintQuerySet, today: date) -> ComplaintQuerySet:
    """Answered, reachable, and nothing said yet: somebody who did not handle it calls."""
    unsaid = Finding.objects.filter(
        complaint=OuterRef("pk"),
        round=OuterRef("round"),
        satisfaction__in=["", Finding.Satisfaction.NOT_REACHED],
        callback_due__gte=today,
    )
    return not_handled_by(user, rows.filter(Exists(unsaid), status=Status.ANSWERED, contact__isnull=False))
