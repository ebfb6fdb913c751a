"""From the complaint to the acceptance: the links of one plan, each with the pages that this person may see (C11)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.daily.models import Complaint, DailyDeduction
from evaluation.rectification.models import RectificationNotice, RectificationPlan
from evaluation.rectification.selectors import published_results
from evaluation.units.access import roles_of
from evaluation.units.models import Role

COMPLAINT_READERS = {Role.OFFICE, Role.UNIT_ADMIN, Role.APPROVER, Role.AUDITOR}
Status = RectificationPlan.Status


@dataclass(frozen=True)
class Page:
    text: str
    url: str


@dataclass(frozen=True)
class Link:
    """One link of the chain: what it is, how it stands, since when or until when, and its pages."""

    label: str | Promise
    note: str
    is_done: bool = False
    is_current: bool = False
    is_late: bool = False
    pages: list[Page] = field(default_factory=list)


def chain_of(plan: RectificationPlan, user: User) -> list[Link]:
    """Return the links of ``plan`` (its appraisal and items loaded) in a fixed number of queries.

    Complaints and deductions are counted for nobody who may not see them: they stand here for their own readers alone.
    """
    today, year = timezone.localdate(), plan.appraisal.cycle.year
    return [
        _complaints(plan, user, year),
        _deductions(plan, user, year),
        _result(plan, year),
        _notice(plan, user, today),
        _written(plan),
        _opinions(plan, today, year),
        _carried_out(plan, today),
        _accepted(plan),
        _rated(plan, today),
    ]


def _complaints(plan: RectificationPlan, user: User, year: int) -> Link:
    rows: Iterable[Complaint] = []
    if roles_of(user) & COMPLAINT_READERS:
        rows = Complaint.objects.visible_to(user).filter(appraisal=plan.appraisal_id).order_by("number")
    pages = [
        Page(_("Complaint %(number)s") % {"number": row.number}, reverse("daily:complaint-detail", args=[year, row.pk]))
        for row in rows
    ]
    return Link(_("Complaints"), "" if pages else _("none that you may see"), bool(pages), pages=pages)


def _deductions(plan: RectificationPlan, user: User, year: int) -> Link:
    seen = DailyDeduction.objects.visible_to(user).filter(appraisal=plan.appraisal_id, status="confirmed")
    pages = [
        Page(
            _("Rule %(rule)s, %(day)s") % {"rule": row.rule, "day": row.found_on},
            reverse("daily:deduction-detail", args=[year, row.pk]),
        )
        for row in seen.order_by("found_on", "pk")
    ]
    return Link(_("Deductions"), "" if pages else _("none"), bool(pages), pages=pages)


def _result(plan: RectificationPlan, year: int) -> Link:
    """The public page of the cadre is open to everybody who may see the plan."""
    row = published_results().filter(appraisal=plan.appraisal_id).first()
    if row is None:
        return Link(_("Result"), _("not published"))
    code = plan.appraisal.home_unit.code
    url = reverse("portal:cadre-detail", args=[year, code, plan.appraisal.public_code])
    return Link(_("Result"), _("published"), is_done=True, pages=[Page(_("Public page"), url)])


def _notice(plan: RectificationPlan, user: User, today: date) -> Link:
    visible = RectificationNotice.objects.visible_to(user).filter(appraisal=plan.appraisal_id)
    notice = visible.for_list().first()
    if notice is None:
        return Link(_("Rectification notice"), _("none"))
    url = reverse("rectification:notice-detail", args=[plan.appraisal.cycle.year, notice.pk])
    pages = [Page(notice.number or _("Rectification notice"), url)]
    note = _("%(state)s; by %(day)s") % {"state": notice.get_status_display(), "day": notice.due}
    is_received = notice.status == RectificationNotice.Status.RECEIVED
    return Link(_("Rectification notice"), note, is_received, is_late=notice.is_late_on(today), pages=pages)


def _written(plan: RectificationPlan) -> Link:
    if plan.published_at:
        return Link(
            _("Rectification plan"),
            _("published on %(day)s") % {"day": timezone.localdate(plan.published_at)},
            is_done=True,
        )
    late = timezone.localdate() > plan.appraisal.cycle.deadline
    note = _("to be published by %(day)s") % {"day": plan.appraisal.cycle.deadline}
    return Link(_("Rectification plan"), note, is_current=True, is_late=late)


def _opinions(plan: RectificationPlan, today: date, year: int) -> Link:
    if plan.comments_until is None:
        return Link(_("Opinions of residents"), _("still to come"))
    is_over = plan.comments_until < today
    words = _("taken until %(day)s") if not is_over else _("ended on %(day)s")
    pages = [Page(_("Opinions on plans"), reverse("rectification:comment-list", args=[year]))]
    note = words % {"day": plan.comments_until}
    return Link(_("Opinions of residents"), note, is_over, is_current=not is_over, pages=pages)


def _carried_out(plan: RectificationPlan, today: date) -> Link:
    items = list(plan.items.all())
    done = sum(item.completed_on is not None for item in items)
    note = _("%(done)d of %(all)d items done") % {"done": done, "all": len(items)}
    late = any(item.state_on(today) == "overdue" for item in items)
    is_done = plan.status in (Status.COMPLETED, Status.ACCEPTED)
    return Link(_("Carried out"), note, is_done, is_current=plan.status == Status.PUBLISHED, is_late=late)


def _accepted(plan: RectificationPlan) -> Link:
    if plan.accepted_at:
        note = _("accepted on %(day)s") % {"day": timezone.localdate(plan.accepted_at)}
        return Link(_("Acceptance"), note, is_done=True)
    returned = plan.times_returned
    note = _("returned %(number)d times") % {"number": returned} if returned else _("still to come")
    return Link(_("Acceptance"), note, is_current=plan.status == Status.COMPLETED)


def _rated(plan: RectificationPlan, today: date) -> Link:
    if plan.rating_until is None:
        return Link(_("Ratings of residents"), _("still to come"))
    is_over = plan.rating_until < today
    words = _("ended on %(day)s") if is_over else _("taken until %(day)s")
    return Link(_("Ratings of residents"), words % {"day": plan.rating_until}, is_over, is_current=not is_over)
