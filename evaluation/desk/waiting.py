"""What waits for whom: for every role the rows that need that person's hand, by when, and where to go.

Every question is one COUNT, so a desk costs the same number of queries in a village and in a city.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.ballots.models import BallotBox, BoxGroup, Opinion, PaperCount, ScrutineerKey
from evaluation.ballots.selectors import moderated_opinions
from evaluation.bonus.models import BonusClaim
from evaluation.cycle.models import Cycle, Step, Track, WorkPlan
from evaluation.daily.models import Complaint, DailyDeduction, Defence, MonthSheet
from evaluation.daily.months import frozen_from
from evaluation.daily.register import callable_by, confirmable_findings, extensions_asked, overdue_rows
from evaluation.daily.selectors import answerable_by, reviewable_by, untold
from evaluation.desk.menu import address_of
from evaluation.desk.progress import progress_by_unit
from evaluation.meetings.models import DutyReport, Inquiry, ReportMeeting
from evaluation.pledges.models import Pledge
from evaluation.recognition.models import Recommendation, Selection
from evaluation.rectification.models import (
    ItemExtension,
    PlanItem,
    PublicComment,
    RectificationNotice,
    RectificationPlan,
)
from evaluation.rectification.selectors import (
    acceptable_by,
    draftable_by,
    due_soon,
    publishable_by,
    submittable_by,
    unread_by,
)
from evaluation.registry.models import IssuedDocument
from evaluation.results.models import Circular, Feedback, Objection, Publication, Result, ShortfallDecision
from evaluation.roster.models import Appraisal, ScopeList
from evaluation.units.access import roles_of
from evaluation.units.models import Membership, Role, Unit

SOON = timedelta(days=3)
SOON_DUE = timedelta(days=7)
TOLD_FOR = timedelta(days=30)
JUDGED = (Track.MID_LEVEL, Track.VILLAGE)
Rows = QuerySet[Any]


@dataclass(frozen=True)
class Waiting:
    """One thing to do: how many rows, by when, as whom, and the address of the page that does it."""

    title: str | Promise
    count: int
    due: date | None
    who: str | Promise
    url: str
    urgent: bool
    is_late: bool = False


@dataclass(frozen=True)
class Asked:
    """One question to the database: which rows wait, and the page that deals with them."""

    title: str | Promise
    rows: Rows
    page: str
    due: date | None = None


class Desk:
    """One person at their desk in one year, with what the questions share."""

    def __init__(self, user: User, cycle: Cycle, now: datetime) -> None:
        self.user, self.cycle, self.now, self.today = user, cycle, now, timezone.localdate(now)

    @cached_property
    def ends(self) -> dict[int, date]:
        return {row.step: row.ends for row in self.cycle.steps.all()}

    def end_of(self, step: Step) -> date:
        return self.ends.get(step, self.cycle.deadline)

    @property
    def appraisals(self) -> Rows:
        return Appraisal.objects.taking_part().filter(cycle=self.cycle, track__in=JUDGED)

    def organised_as(self, role: Role) -> Rows:
        """The appraisals of the units (and their villages) for which this person is ``role``."""
        return self.appraisals.filter(organising_unit__in=self.units_as(role))

    def units_as(self, role: Role) -> Rows:
        return Unit.objects.acted_for_by(self.user, role).values("pk")


def waiting_for(user: User, cycle: Cycle, *, now: datetime | None = None) -> list[Waiting]:
    """Return what waits for ``user`` in ``cycle``, the most pressing first; only what there is at least one of."""
    desk = Desk(user, cycle, now or timezone.now())
    found = [
        _answered(desk, asked, role) for role, ask in QUESTIONS.items() if role in roles_of(user) for asked in ask(desk)
    ]
    if Role.OFFICE in roles_of(user):
        found.append(_late_units(desk))
    waiting = [item for item in found if item.count]
    return sorted(waiting, key=lambda item: (not item.urgent, item.due or date.max))


def _answered(desk: Desk, asked: Asked, role: Role) -> Waiting:
    urgent = asked.due is not None and asked.due <= desk.today + SOON
    late = asked.due is not None and asked.due < desk.today
    url = address_of(asked.page, desk.cycle.year)
    return Waiting(asked.title, asked.rows.count(), asked.due, role.label, url, urgent, late)


def _late_units(desk: Desk) -> Waiting:
    late = sum(row.is_late for row in progress_by_unit(desk.cycle, today=desk.today))
    url = address_of("desk:monitor")
    return Waiting(_("Units that are late with a step"), late, None, Role.OFFICE.label, url, urgent=False)


def office(desk: Desk) -> Iterator[Asked]:
    cycle, user = desk.cycle, desk.user
    yield Asked(
        _("Finish setting up the year and open it"),
        Cycle.objects.filter(pk=cycle.pk, status=Cycle.Status.DRAFT),
        "cycle:overview",
        desk.end_of(Step.PLEDGE),
    )
    yield Asked(
        _("Units that have not handed in their work plan"),
        _without_work_plan(desk),
        "cycle:plan-list",
        desk.end_of(Step.PLEDGE),
    )
    yield Asked(
        _("Lists of cadres that units have not filed yet"),
        _without_scope_list(desk),
        "roster:scope-list",
        desk.end_of(Step.PLEDGE),
    )
    yield Asked(
        _("Bonus claims to decide"),
        BonusClaim.objects.filter(appraisal__cycle=cycle).decidable_by(user),
        "bonus:claim-list",
        desk.end_of(Step.RESULT),
    )
    yield Asked(
        _("Deductions to confirm"),
        _recorded_deductions(desk).filter(Q(by_office=True) | ~Q(Exists(_approvers_of("appraisal__organising_unit")))),
        "daily:confirm-list",
        desk.end_of(Step.RESULT),
    )
    yield _deduction_proposals(desk, Role.OFFICE)
    yield _defences(desk)
    yield Asked(
        _("Proposals for groups with too few ballots to decide"),
        _proposals(desk),
        "results:shortfall-list",
        desk.end_of(Step.RESULT),
    )
    yield Asked(
        _("Results that are incomplete because a group is missing"),
        Result.objects.filter(
            publication__cycle=cycle,
            publication__in=Publication.objects.current(),
            status=Result.Status.INCOMPLETE,
        ),
        "results:shortfall-list",
        desk.end_of(Step.RESULT),
    )
    yield Asked(_("Results to make final"), _finalisable(desk), "results:publication-list", cycle.deadline)
    yield _objections(desk)
    yield Asked(
        _("Rectification notices to issue"),
        RectificationNotice.objects.filter(appraisal__cycle=cycle, status=RectificationNotice.Status.PROPOSED),
        "rectification:notice-list",
        desk.end_of(Step.RECTIFICATION),
    )
    yield _late_notices(desk)
    yield _overdue_items(desk)
    yield Asked(
        _("Recommendations that have arrived for the ten best"),
        Recommendation.objects.filter(cycle=cycle, status=Recommendation.Status.SUBMITTED, selection__isnull=True),
        "recognition:selection-list",
    )
    yield Asked(
        _("Choices for the ten best to be confirmed by the office"),
        Selection.objects.filter(recommendation__cycle=cycle, office_by__isnull=True),
        "recognition:selection-list",
    )
    yield from _complaints(desk, Role.OFFICE)
    yield from _complaints_to_decide(desk)
    yield Asked(
        _("Complaints whose answer is overdue, in all units"),
        overdue_rows(Complaint.objects.visible_to(user).of_cycle(cycle), desk.today),
        "daily:complaint-list",
    )
    yield _unreleased(desk)
    yield _annulments(desk)
    yield _scans(desk, IssuedDocument.objects.of_issuer(None))
    yield Asked(
        _("Circulars worded by another account, to issue"),
        Circular.objects.filter(cycle=cycle).issuable_by(user),
        "results:circular-list",
    )


def unit_admin(desk: Desk) -> Iterator[Asked]:
    yield from _complaints(desk, Role.UNIT_ADMIN)
    yield from _unit_preparation(desk)
    yield from _unit_papers(desk)
    yield from _unit_meetings(desk)
    yield from _unit_ballots(desk)
    yield from _unit_results(desk)
    yield from _unit_rectification(desk)
    yield _scans(desk, IssuedDocument.objects.filter(unit__in=desk.units_as(Role.UNIT_ADMIN)))


def _scans(desk: Desk, documents: Rows) -> Asked:
    missing = IssuedDocument.objects.filter(pk__in=documents.values("pk")).of_year(desk.cycle.year).without_scan()
    return Asked(_("Issued documents whose signed scan is missing"), missing, "registry:document-list")


def _unit_preparation(desk: Desk) -> Iterator[Asked]:
    own = Membership.objects.filter(user=desk.user, role=Role.UNIT_ADMIN).values("unit_id")
    yield Asked(
        _("Work plan to hand in"),
        _without_work_plan(desk).filter(pk__in=own),
        "cycle:plan-list",
        desk.end_of(Step.PLEDGE),
    )
    yield Asked(
        _("List of cadres to file"),
        _without_scope_list(desk).filter(pk__in=own),
        "roster:scope-list",
        desk.end_of(Step.PLEDGE),
    )
    yield Asked(
        _("Bonus claims that need the opinion of the unit"),
        BonusClaim.objects.filter(
            appraisal__in=desk.organised_as(Role.UNIT_ADMIN),
            status=BonusClaim.Status.CLAIMED,
            unit_opinion="",
            claimed_by=F("appraisal__cadre__user"),
        ).exclude(appraisal__cadre__user=desk.user),
        "bonus:claim-list",
        desk.end_of(Step.BALLOT),
    )
    yield Asked(
        _("Deductions returned by the approver"),
        DailyDeduction.objects.filter(recorded_by=desk.user, status=DailyDeduction.Status.RETURNED),
        "daily:deduction-list",
        desk.end_of(Step.BALLOT),
    )
    yield _deduction_proposals(desk, Role.UNIT_ADMIN)
    yield Asked(
        _("Slips of deductions to hand over"),
        untold(DailyDeduction.objects.filter(appraisal__in=desk.organised_as(Role.UNIT_ADMIN))),
        "daily:slip-list",
        desk.end_of(Step.RESULT),
    )


def _unit_papers(desk: Desk) -> Iterator[Asked]:
    appraisals = desk.organised_as(Role.UNIT_ADMIN)
    yield Asked(
        _("Pledges to write and submit"),
        _unwritten(appraisals, "pledge"),
        "pledges:pledge-list",
        desk.end_of(Step.PLEDGE),
    )
    yield Asked(
        _("Approved pledges to publish"),
        Pledge.objects.filter(appraisal__in=appraisals, status=Pledge.Status.APPROVED),
        "pledges:pledge-list",
        desk.end_of(Step.PLEDGE),
    )
    yield Asked(
        _("Duty reports to write and submit"),
        _unwritten(appraisals.filter(pledge__status=Pledge.Status.PUBLISHED), "report"),
        "meetings:report-list",
        desk.end_of(Step.MEETING),
    )
    yield Asked(
        _("Approved duty reports to publish"),
        DutyReport.objects.filter(appraisal__in=appraisals, status=DutyReport.Status.APPROVED),
        "meetings:report-list",
        desk.end_of(Step.MEETING),
    )


def _unit_meetings(desk: Desk) -> Iterator[Asked]:
    meetings = ReportMeeting.objects.filter(cycle=desk.cycle, unit__in=desk.units_as(Role.UNIT_ADMIN))
    due = desk.end_of(Step.MEETING)
    yield Asked(
        _("Meeting to call"),
        Unit.objects.filter(pk__in=desk.organised_as(Role.UNIT_ADMIN).values("organising_unit_id")).exclude(
            meetings__cycle=desk.cycle
        ),
        "meetings:meeting-list",
        due,
    )
    yield Asked(
        _("Meetings to announce"), meetings.filter(status=ReportMeeting.Status.DRAFT), "meetings:meeting-list", due
    )
    yield Asked(
        _("Meetings whose attendance and inquiries are to be recorded"),
        meetings.filter(status=ReportMeeting.Status.ANNOUNCED, starts_at__lt=desk.now),
        "meetings:meeting-list",
        due,
    )
    yield Asked(
        _("Meetings to report in public"),
        meetings.filter(status=ReportMeeting.Status.HELD),
        "meetings:meeting-list",
        due,
    )
    yield from _owed_answers(desk, Q(appraisal__in=desk.organised_as(Role.UNIT_ADMIN)))


def _unit_ballots(desk: Desk) -> Iterator[Asked]:
    boxes = BallotBox.objects.real().filter(cycle=desk.cycle, unit__in=desk.units_as(Role.UNIT_ADMIN))
    uncounted = boxes.filter(takes_paper=True, state__in=[BallotBox.State.OPEN, BallotBox.State.CLOSED])
    counted = PaperCount.objects.filter(box=OuterRef("box"), group=OuterRef("group"))
    due = desk.end_of(Step.BALLOT)
    yield Asked(_("Boxes to prepare"), boxes.filter(state=BallotBox.State.DRAFT), "ballots:box-list", due)
    yield Asked(
        _("Tally sheets of paper ballots to enter"),
        BoxGroup.objects.filter(~Exists(counted), box__in=uncounted, printed__gt=0),
        "ballots:box-list",
        due,
    )
    yield Asked(
        _("Entered tally sheets to check"),
        PaperCount.objects.filter(box__in=uncounted, state=PaperCount.State.KEYED).exclude(keyed_by=str(desk.user)),
        "ballots:box-list",
        due,
    )
    yield Asked(
        _("Opinions from ballots to read"),
        moderated_opinions(desk.user, desk.cycle).filter(status=Opinion.Status.PENDING),
        "ballots:opinion-list",
        desk.end_of(Step.RESULT),
    )


def _unit_results(desk: Desk) -> Iterator[Asked]:
    units = desk.units_as(Role.UNIT_ADMIN)
    pools = Publication.objects.current().filter(cycle=desk.cycle, organising_unit__in=units)
    computed = pools.filter(status=Publication.Status.COMPUTED)
    due = desk.end_of(Step.RESULT)
    yield Asked(
        _("Counted boxes whose results are to be computed"),
        BallotBox.objects.real()
        .filter(cycle=desk.cycle, unit__in=units, state=BallotBox.State.COUNTED, released_at__isnull=False)
        .exclude(unit__publications__cycle=desk.cycle, unit__publications__track=F("track")),
        "results:publication-list",
        due,
    )
    yield Asked(
        _("Results whose analysis is to be written"),
        computed.filter(Q(analysis_by__isnull=True) | ~Q(return_reason=""), approved_at__isnull=True),
        "results:publication-list",
        due,
    )
    yield Asked(
        _("Results to feed back to the cadres"),
        computed.filter(approved_at__isnull=False),
        "results:publication-list",
        due,
    )
    yield Asked(
        _("Results to put under public notice"),
        _noticeable(pools, desk),
        "results:publication-list",
        due,
    )
    yield Asked(
        _("Results on paper to hand over"),
        Feedback.objects.filter(
            result__publication__in=pools.filter(status=Publication.Status.FEEDBACK), delivered_at__isnull=True
        ),
        "results:publication-list",
        due,
    )


def _unit_rectification(desk: Desk) -> Iterator[Asked]:
    due = desk.end_of(Step.RECTIFICATION)
    yield from _plans_to_write(desk)
    yield Asked(
        _("Opinions on plans to read"),
        unread_by(desk.user, PublicComment.objects.of_cycle(desk.cycle)),
        "rectification:comment-list",
        due,
    )
    yield _unanswered(desk)
    yield Asked(
        _("Rectification notices to acknowledge"),
        RectificationNotice.objects.filter(
            appraisal__cycle=desk.cycle,
            unit__in=desk.units_as(Role.UNIT_ADMIN),
            status=RectificationNotice.Status.ISSUED,
        ),
        "rectification:notice-list",
        due,
    )
    yield _items_due_soon(desk)
    yield Asked(
        _("Recommendation of the unit's best mid-level cadre"),
        _without_recommendation(desk),
        "recognition:recommendation-list",
        desk.cycle.deadline,
    )


def approver(desk: Desk) -> Iterator[Asked]:
    appraisals = desk.organised_as(Role.APPROVER)
    pools = Publication.objects.current().filter(cycle=desk.cycle, organising_unit__in=desk.units_as(Role.APPROVER))
    not_mine = ~Q(submitted_by=desk.user) | Q(submitted_by__isnull=True)
    yield Asked(
        _("Pledges to approve"),
        Pledge.objects.filter(not_mine, appraisal__in=appraisals, status=Pledge.Status.SUBMITTED),
        "pledges:pledge-list",
        desk.end_of(Step.PLEDGE),
    )
    yield Asked(
        _("Duty reports to approve"),
        DutyReport.objects.filter(not_mine, appraisal__in=appraisals, status=DutyReport.Status.SUBMITTED),
        "meetings:report-list",
        desk.end_of(Step.MEETING),
    )
    yield Asked(
        _("Deductions to confirm"),
        _recorded_deductions(desk)
        .filter(
            Q(appraisal__in=appraisals) | Q(appraisal__isnull=True, cadre__appraisals__in=appraisals), by_office=False
        )
        .distinct(),
        "daily:confirm-list",
        desk.end_of(Step.RESULT),
    )
    yield _defences(desk)
    yield _months_to_close(desk)
    yield Asked(
        _("Results to approve"),
        pools.filter(status=Publication.Status.COMPUTED, approved_at__isnull=True, analysis_by__isnull=False).exclude(
            analysis_by=desk.user
        ),
        "results:publication-list",
        desk.end_of(Step.RESULT),
    )
    yield Asked(
        _("Results of villages to make final"),
        _finalisable(desk).filter(pk__in=pools, track=Track.VILLAGE),
        "results:publication-list",
        desk.cycle.deadline,
    )
    yield _objections(desk)
    yield from _complaints(desk, Role.APPROVER)
    yield from _complaints_to_decide(desk)
    plans = RectificationPlan.objects.of_cycle(desk.cycle)
    yield Asked(
        _("Rectification plans to look at and publish"),
        publishable_by(desk.user, plans),
        "rectification:plan-list",
        desk.end_of(Step.RECTIFICATION),
    )
    yield Asked(
        _("Rectification reported as done, to accept or return"),
        acceptable_by(desk.user, plans),
        "rectification:plan-list",
    )
    yield _extensions(desk)


def cadre(desk: Desk) -> Iterator[Asked]:
    mine = desk.appraisals.filter(cadre__user=desk.user)
    yield Asked(
        _("Your pledge to write and submit"),
        _unwritten(mine, "pledge"),
        "pledges:pledge-list",
        desk.end_of(Step.PLEDGE),
    )
    yield Asked(
        _("Your duty report to write and submit"),
        _unwritten(mine.filter(pledge__status=Pledge.Status.PUBLISHED), "report"),
        "meetings:report-list",
        desk.end_of(Step.MEETING),
    )
    yield from _owed_answers(desk, Q(appraisal__in=mine))
    feedback = Feedback.objects.filter(
        result__appraisal__in=mine, delivered_at__isnull=False, answer=Feedback.Answer.NONE, due__gte=desk.today
    ).filter(result__publication__status=Publication.Status.FEEDBACK)
    first = feedback.order_by("due").values_list("due", flat=True).first()
    yield Asked(
        _("Deductions of the last 30 days that count against you: read them"),
        DailyDeduction.objects.filter(
            appraisal__in=mine,
            status=DailyDeduction.Status.CONFIRMED,
            confirmed_at__gte=desk.now - TOLD_FOR,
        ),
        "daily:deduction-list",
        desk.end_of(Step.RESULT),
    )
    answerable = answerable_by(desk.user, desk.today).filter(cycle=desk.cycle)
    yield Asked(
        _("Deductions that you may still answer"),
        answerable,
        "daily:deduction-list",
        answerable.values_list("defence_due", flat=True).first(),
    )
    yield Asked(_("Your result to read: agree or object"), feedback, "results:feedback-list", first)
    yield from _plans_to_write(desk)
    yield Asked(
        _("Your rectification to carry out and report"),
        RectificationPlan.objects.filter(appraisal__in=mine, status=RectificationPlan.Status.PUBLISHED),
        "rectification:plan-list",
    )
    yield _items_due_soon(desk)
    yield _unanswered(desk)


def scrutineer(desk: Desk) -> Iterator[Asked]:
    boxes, by_hand = _served_boxes(desk), Q(kind=BallotBox.Kind.MEETING)
    keyless = ScrutineerKey.objects.filter(cycle=desk.cycle, user=desk.user)
    for title, rows in (
        (_("Your key for the ballot boxes to make"), Cycle.objects.filter(~Exists(keyless), pk=desk.cycle.pk)),
        (_("Boxes to make ready"), boxes.filter(state=BallotBox.State.DRAFT)),
        (_("Boxes to open"), boxes.filter(by_hand, state=BallotBox.State.READY)),
        (_("Open boxes to close at the end of the vote"), boxes.filter(by_hand, state=BallotBox.State.OPEN)),
        (_("Closed boxes to count"), boxes.filter(_is_over(desk))),
    ):
        yield Asked(title, rows, "ballots:scrutineer-home", desk.end_of(Step.BALLOT))
    yield _unreleased(desk)
    yield _annulments(desk)


def organisation(desk: Desk) -> Iterator[Asked]:
    recommended = Recommendation.objects.filter(cycle=desk.cycle, status=Recommendation.Status.SUBMITTED)
    yield Asked(
        _("Recommendations to choose the ten best from"),
        recommended.filter(selection__isnull=True),
        "recognition:selection-list",
    )
    yield Asked(
        _("Choices for the ten best to be confirmed by the organisation department"),
        Selection.objects.filter(recommendation__cycle=desk.cycle, organisation_by__isnull=True),
        "recognition:selection-list",
    )


def auditor(desk: Desk) -> Iterator[Asked]:
    yield Asked(
        _("Objections under review"),
        Objection.objects.filter(result__publication__cycle=desk.cycle, status=Objection.Status.OPEN),
        "results:objection-list",
    )
    yield Asked(_("Boxes proposed for annulment"), _annulments(desk).rows, "ballots:box-list")


QUESTIONS: dict[Role, Callable[[Desk], Iterator[Asked]]] = {
    Role.OFFICE: office,
    Role.UNIT_ADMIN: unit_admin,
    Role.APPROVER: approver,
    Role.CADRE: cadre,
    Role.SCRUTINEER: scrutineer,
    Role.ORGANISATION: organisation,
    Role.AUDITOR: auditor,
}


# Rows that several roles ask for


def _complaints(desk: Desk, role: Role) -> Iterator[Asked]:
    """To accept, to give a handler, to handle oneself, to call back."""
    mine = Complaint.objects.visible_to(desk.user).of_cycle(desk.cycle)
    lying = mine.filter(with_office=True) if role == Role.OFFICE else mine.filter(unit__in=desk.units_as(role))
    received = lying.filter(status=Complaint.Status.RECEIVED)
    handled = mine.filter(handler=desk.user, status__in=[Complaint.Status.ACCEPTED, Complaint.Status.CONFIRMED])
    page = "daily:complaint-list"
    yield Asked(_("Complaints to accept or refuse"), received, page, received.aggregate(day=Min("accept_due"))["day"])
    yield Asked(
        _("Complaints that need a handler"),
        lying.filter(status__in=[Complaint.Status.ACCEPTED, Complaint.Status.CONFIRMED], handler__isnull=True),
        page,
    )
    yield Asked(_("Complaints that you handle"), handled, page, handled.aggregate(day=Min("handling_due"))["day"])
    yield Asked(_("Complainants to call back"), callable_by(desk.user, lying, desk.today), page)


def _complaints_to_decide(desk: Desk) -> Iterator[Asked]:
    """What a second person decides: findings, and more time."""
    mine = Complaint.objects.visible_to(desk.user).of_cycle(desk.cycle)
    if Role.OFFICE in roles_of(desk.user):
        mine = mine.filter(with_office=True)
    page = "daily:complaint-list"
    yield Asked(_("Findings of complaints to confirm"), confirmable_findings(desk.user, mine), page)
    yield Asked(_("Complaints: more time to decide"), extensions_asked(desk.user, mine), page)


def _unwritten(appraisals: Rows, paper: str) -> Rows:
    """Appraisals whose pledge or report does not exist yet, is a draft, or was returned."""
    return appraisals.filter(
        Q(**{f"{paper}__isnull": True}) | Q(**{f"{paper}__status__in": [Pledge.Status.DRAFT, Pledge.Status.RETURNED]})
    )


def _plans_to_write(desk: Desk) -> Iterator[Asked]:
    due = desk.end_of(Step.RECTIFICATION)
    plans = RectificationPlan.objects.of_cycle(desk.cycle)
    yield Asked(
        _("Rectification plans to draw up"), draftable_by(desk.user, desk.cycle), "rectification:plan-list", due
    )
    yield Asked(
        _("Rectification plans to finish and submit"),
        submittable_by(desk.user, plans),
        "rectification:plan-list",
        due,
    )


def _unanswered(desk: Desk) -> Asked:
    shown = PublicComment.objects.of_cycle(desk.cycle).answerable_by(desk.user).unanswered()
    first = shown.aggregate(first=Min("answer_due"))["first"] or desk.end_of(Step.RECTIFICATION)
    return Asked(_("Opinions on plans to answer"), shown, "rectification:comment-list", first)


def _items_due_soon(desk: Desk) -> Asked:
    """Items of one's own plans that fall due in the next days; the overdue ones are with those who carry them out."""
    items = PlanItem.objects.of_cycle(desk.cycle).writable_by(desk.user)
    soon = due_soon(items, today=desk.today, until=desk.today + SOON_DUE)
    late = items.overdue(today=desk.today)
    rows = PlanItem.objects.filter(Q(pk__in=soon.values("pk")) | Q(pk__in=late.values("pk")))
    first = rows.aggregate(first=Min("due"))["first"]
    return Asked(_("Items of rectification that fall due soon or are overdue"), rows, "rectification:item-list", first)


def _overdue_items(desk: Desk) -> Asked:
    rows = PlanItem.objects.of_cycle(desk.cycle).overdue(today=desk.today)
    return Asked(_("Items of rectification that are overdue"), rows, "rectification:item-list")


def _late_notices(desk: Desk) -> Asked:
    rows = RectificationNotice.objects.of_cycle(desk.cycle).late(today=desk.today)
    return Asked(_("Rectification notices past their deadline"), rows, "rectification:notice-list")


def _extensions(desk: Desk) -> Asked:
    rows = ItemExtension.objects.of_cycle(desk.cycle).decidable_by(desk.user)
    first = rows.aggregate(first=Min("old_due"))["first"]
    return Asked(_("Requests for more time to decide"), rows, "rectification:extension-list", first)


def _owed_answers(desk: Desk, whose: Q) -> Iterator[Asked]:
    owed = Inquiry.objects.filter(whose, meeting__cycle=desk.cycle, written_due__isnull=False, written_at__isnull=True)
    first = owed.order_by("written_due").values_list("written_due", flat=True).first()
    yield Asked(_("Written answers owed to those who asked"), owed, "meetings:inquiry-list", first)


def _recorded_deductions(desk: Desk) -> Rows:
    return DailyDeduction.objects.filter(
        Q(cycle=desk.cycle) | Q(cycle__isnull=True), status=DailyDeduction.Status.RECORDED
    ).exclude(recorded_by=desk.user)


def _deduction_proposals(desk: Desk, role: Role) -> Asked:
    """What rules propose; the office looks at those of units that have nobody to do it."""
    rows = DailyDeduction.objects.filter(status=DailyDeduction.Status.PROPOSED, appraisal__cycle=desk.cycle)
    rows = rows.exclude(cadre__user=desk.user)
    if role == Role.UNIT_ADMIN:
        rows = rows.filter(appraisal__in=desk.organised_as(role))
    return Asked(_("Proposed deductions to look at"), rows, "daily:proposal-list", desk.end_of(Step.RESULT))


def _defences(desk: Desk) -> Asked:
    rows = reviewable_by(desk.user, Defence.objects.filter(deduction__cycle=desk.cycle))
    first = rows.order_by("due").values_list("due", flat=True).first()
    return Asked(_("Defences against deductions to review"), rows, "daily:defence-list", first)


def _months_to_close(desk: Desk) -> Asked:
    """Units of this approver whose last month is over and not frozen yet; by itself it freezes on the day after."""
    month = (desk.today.replace(day=1) - timedelta(days=1)).replace(day=1)
    last = frozen_from(month, desk.cycle) - timedelta(days=1)
    frozen = MonthSheet.objects.filter(cycle=desk.cycle, month=month).values("unit")
    units = desk.organised_as(Role.APPROVER).values("organising_unit_id")
    rows = Unit.objects.filter(pk__in=units).exclude(pk__in=frozen)
    if desk.today > last or month.year != desk.cycle.year:
        rows = rows.none()
    return Asked(_("List of the month to look through and close"), rows, "daily:month-list", last)


def _approvers_of(unit: str) -> Rows:
    return Membership.objects.filter(role=Role.APPROVER, unit=OuterRef(unit))


def _proposals(desk: Desk) -> Rows:
    return ShortfallDecision.objects.filter(appraisal__cycle=desk.cycle, decided_by__isnull=True).exclude(
        proposed_by=desk.user
    )


def _noticeable(pools: Rows, desk: Desk) -> Rows:
    """Fed back, every slip handed over, the last day to answer gone."""
    waiting = Feedback.objects.filter(result__publication=OuterRef("pk"), delivered_at__isnull=True)
    return pools.filter(~Exists(waiting), status=Publication.Status.FEEDBACK, feedback_due__lt=desk.today)


def _finalisable(desk: Desk) -> Rows:
    """Pools whose notice is over and against which no objection is open."""
    still_open = Objection.objects.filter(result__publication=OuterRef("pk"), status=Objection.Status.OPEN)
    return Publication.objects.filter(
        ~Exists(still_open),
        cycle=desk.cycle,
        status=Publication.Status.NOTICE,
        notice_until__lt=desk.today,
    )


def _objections(desk: Desk) -> Asked:
    rows = Objection.objects.reviewable_by(desk.user).filter(
        result__publication__cycle=desk.cycle, status=Objection.Status.OPEN
    )
    first = rows.order_by("due").values_list("due", flat=True).first()
    return Asked(_("Objections to review"), rows, "results:objection-list", first)


def _annulments(desk: Desk) -> Asked:
    rows = (
        BallotBox.objects.filter(cycle=desk.cycle, annul_proposed_by__isnull=False)
        .exclude(state=BallotBox.State.ANNULLED)
        .exclude(annul_proposed_by=desk.user)
    )
    return Asked(_("Boxes whose annulment a second person must confirm"), rows, "ballots:box-list")


def _served_boxes(desk: Desk) -> Rows:
    """Boxes for which this person holds a key share, or to which nobody is appointed yet."""
    boxes = BallotBox.objects.visible_to(desk.user).filter(cycle=desk.cycle)
    return boxes.filter(Q(key_shares__isnull=True) | Q(key_shares__scrutineer_key__user=desk.user)).distinct()


def _is_over(desk: Desk) -> Q:
    """Closed, or open beyond its time, which closes by itself at the next visit."""
    return Q(state=BallotBox.State.CLOSED) | Q(state=BallotBox.State.OPEN, closes_at__lte=desk.now)


def _unreleased(desk: Desk) -> Asked:
    rows = BallotBox.objects.real().filter(cycle=desk.cycle, state=BallotBox.State.COUNTED, released_at__isnull=True)
    return Asked(
        _("Counted boxes whose figures are to be released"), rows, "ballots:box-list", desk.end_of(Step.BALLOT)
    )


def _taking_part(desk: Desk) -> Rows:
    return Unit.objects.filter(pk__in=desk.appraisals.values("organising_unit_id"))


def _without_work_plan(desk: Desk) -> Rows:
    handed_in = WorkPlan.objects.filter(cycle=desk.cycle, status=WorkPlan.Status.SUBMITTED).values("unit_id")
    return _taking_part(desk).exclude(pk__in=handed_in)


def _without_scope_list(desk: Desk) -> Rows:
    filed = ScopeList.objects.filter(cycle=desk.cycle, status=ScopeList.Status.FILED).values("unit_id")
    return _taking_part(desk).exclude(pk__in=filed)


def _without_recommendation(desk: Desk) -> Rows:
    """Units with a final list of mid-level cadres that have not recommended one (C27)."""
    final = Publication.objects.filter(cycle=desk.cycle, track=Track.MID_LEVEL, status=Publication.Status.FINAL)
    submitted = Recommendation.objects.filter(cycle=desk.cycle, status=Recommendation.Status.SUBMITTED)
    return Unit.objects.filter(pk__in=desk.units_as(Role.UNIT_ADMIN), publications__in=final).exclude(
        pk__in=submitted.values("unit_id")
    )
