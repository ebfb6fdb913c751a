"""What whoever holds a receipt sees: how far their matter is, what was found, what is next and by when.

Never who handles it, who brought it, whom it names, or what the file holds.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.daily.models import Complaint, Finding
from evaluation.daily.models.complaints import UNDER_WAY
from evaluation.daily.register import finding_of, is_lapsed, journey
from evaluation.portal.receipts import Matter
from evaluation.results.models import Objection

TAB = "portal.followed"
Status = Complaint.Status


@dataclass(frozen=True)
class Next:
    """What happens next, who does it, and by when."""

    text: str
    due: date | None = None
    who: str = ""
    is_late: bool = False


@dataclass(frozen=True)
class Stage:
    label: str
    done: date | None
    due: date | None
    is_late: bool
    is_current: bool


def followed_page(matter: Matter) -> dict[str, Any]:
    return _complaint(matter) if isinstance(matter, Complaint) else _objection(matter)


def tab_token(matter: Matter) -> str:
    """Names the matter that a form was shown for, so that a second tab cannot rate the first one's."""
    return signing.dumps([matter._meta.model_name, matter.pk], salt=TAB)


def is_of_tab(matter: Matter, token: str) -> bool:
    try:
        return bool(signing.loads(token, salt=TAB) == [matter._meta.model_name, matter.pk])
    except signing.BadSignature:
        return False


def finding_to_rate(complaint: Complaint) -> Finding | None:
    """The answer that waits for a word of the complainant, until the end of its last day."""
    if complaint.status != Status.ANSWERED or is_lapsed(complaint):
        return None
    finding = finding_of(complaint)
    open_still = ("", Finding.Satisfaction.NOT_REACHED)
    return finding if finding and finding.answered_on and finding.satisfaction in open_still else None


def next_of_complaint(complaint: Complaint, rated: Finding | None) -> Next | None:
    today, unit = timezone.localdate(), _handling(complaint)
    if complaint.status == Status.RECEIVED:
        return _next(_("It is read, and accepted or refused with a reason."), complaint.accept_due, unit, today)
    if complaint.status in UNDER_WAY:
        return _next(_("It is looked into, and you receive an answer here."), complaint.handling_due, unit, today)
    if rated is not None:
        return _next(_("Say whether you are satisfied with the answer."), rated.callback_due, _("You"), today)
    return None


def _handling(complaint: Complaint) -> str:
    return complaint.cycle.office_name if complaint.with_office else complaint.unit.name


def _next(text: str, due: date | None, who: str, today: date) -> Next:
    return Next(text, due, who, is_late=bool(due and due < today))


def _complaint(complaint: Complaint) -> dict[str, Any]:
    to_rate = finding_to_rate(complaint)
    return {
        "complaint": complaint,
        "cycle": complaint.cycle,
        "handled_by": _handling(complaint),
        "stages": journey(complaint),
        "findings": [finding for finding in complaint.findings.all() if finding.answered_on],
        "next": next_of_complaint(complaint, to_rate),
        "to_rate": to_rate,
        "tab": tab_token(complaint),
    }


def _objection(objection: Objection) -> dict[str, Any]:
    today, publication = timezone.localdate(), objection.result.publication
    made, reviewed = timezone.localdate(objection.made_at), objection.reviewed_at
    is_open = objection.status == Objection.Status.OPEN
    stages = [
        Stage(_("Received"), made, None, False, False),
        Stage(
            _("Reviewed"),
            timezone.localdate(reviewed) if reviewed else None,
            objection.due,
            is_late=is_open and objection.due < today,
            is_current=is_open,
        ),
    ]
    who = _("Somebody who did not decide first")
    return {
        "objection": objection,
        "cycle": publication.cycle,
        "stages": stages,
        "next": _next(_("It is reviewed, and the outcome stands here."), objection.due, who, today)
        if is_open
        else None,
        "tab": tab_token(objection),
    }
