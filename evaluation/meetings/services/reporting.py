"""The duty-and-integrity report of a cadre, which answers for every pledged item (C7)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.errors import DomainError
from evaluation.guard.citizen_numbers import require_no_citizen_number
from evaluation.meetings.models import DutyReport, ItemStatement
from evaluation.pledges.models import Pledge, PledgeItem
from evaluation.pledges.review import EDITABLE, Outcome, advance, advance_all, require_open, writable
from evaluation.roster.models import Appraisal

SECTIONS = ("duty", "commitments", "integrity", "problems")


@dataclass(frozen=True)
class ReportText:
    """The sections 履职, 服务承诺, 廉洁自律, 问题与打算; plain text."""

    duty: str = ""
    commitments: str = ""
    integrity: str = ""
    problems: str = ""


@dataclass(frozen=True)
class StatementText:
    """How far one pledged item (``item``: its key) was kept: a value of ``ItemStatement.Completion``, and in words."""

    item: int
    completion: str = ""
    text: str = ""


@transaction.atomic
def save_report(
    *, appraisal: Appraisal, actor: User, text: ReportText, statements: Sequence[StatementText]
) -> DutyReport:
    """Write a report and its statements; a draft may have gaps.

    Raises ``DomainError``: ``not_allowed``, ``in_review`` (submitted, approved or published), ``citizen_number``,
    ``item_unknown``, ``completion_unknown``, as ``require_open``.
    """
    require_no_citizen_number(*vars(text).values(), *(statement.text for statement in statements))
    if not writable(actor).filter(pk=appraisal.pk).exists():
        raise DomainError("not_allowed", _("This is for the cadre or the organising unit to write."))
    appraisal = Appraisal.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=appraisal.pk)
    require_open(appraisal)
    report, _created = DutyReport.objects.select_for_update(of=("self",)).get_or_create(appraisal=appraisal)
    if report.status not in EDITABLE:
        raise DomainError("in_review", _("It has been submitted. Ask the approver to return it before you change it."))
    for field, value in vars(text).items():
        setattr(report, field, value.strip())
    report.edited_by = actor
    report.save(update_fields=[*SECTIONS, "edited_by"])
    _write_statements(report, statements)
    record(actor=actor, action="report-saved", target=report, detail={"appraisal": appraisal.public_code})
    return report


def submit_report(*, report: DutyReport, actor: User) -> DutyReport:
    """Hand a complete report to the approver.

    Raises ``DomainError``: ``report_incomplete``, ``pledge_not_published``, ``statement_missing``, as
    ``review.advance``.
    """
    return advance(paper=report, code="submit", actor=actor, check=check_complete)


def return_report(*, report: DutyReport, actor: User, reason: str) -> DutyReport:
    """Give a report back with the reason (1–200 characters). Raises ``DomainError`` as ``review.advance``."""
    return advance(paper=report, code="return", actor=actor, reason=reason)


def approve_report(*, report: DutyReport, actor: User) -> DutyReport:
    """Approve what another person wrote and submitted. Raises ``DomainError`` as ``review.advance``."""
    return advance(paper=report, code="approve", actor=actor)


def publish_report(*, report: DutyReport, actor: User) -> DutyReport:
    """Put an approved report on the public pages. Raises ``DomainError`` as ``review.advance``."""
    return advance(paper=report, code="publish", actor=actor)


def advance_reports(*, appraisals: Iterable[Appraisal], code: str, actor: User, reason: str = "") -> Outcome:
    """Submit, return, approve or publish (``code``) the reports of a list in one act."""
    return advance_all(
        model=DutyReport, appraisals=appraisals, code=code, actor=actor, check=check_complete, reason=reason
    )


def check_complete(report: DutyReport) -> None:
    """Raise ``DomainError`` unless every section is there and every item of the published pledge is answered."""
    if not all(getattr(report, field).strip() for field in SECTIONS):
        message = _("All four sections are needed before the report can be submitted.")
        raise DomainError("report_incomplete", message)
    pledge = Pledge.objects.filter(appraisal=report.appraisal_id, status=Pledge.Status.PUBLISHED).first()
    if pledge is None:
        message = _("The report answers for the pledge, and the pledge is not published yet. Publish it first.")
        raise DomainError("pledge_not_published", message)
    answered = report.statements.exclude(completion="").exclude(text="").values("item")
    if pledge.items.exclude(pk__in=answered).exists():
        message = _("Say for every pledged item how far it was kept, and what was done.")
        raise DomainError("statement_missing", message)


def _write_statements(report: DutyReport, statements: Sequence[StatementText]) -> None:
    known = set(PledgeItem.objects.filter(pledge__appraisal=report.appraisal_id).values_list("pk", flat=True))
    for given in statements:
        if given.item not in known:
            raise DomainError("item_unknown", _("This item is not in the pledge any more. Open the page again."))
        if given.completion and given.completion not in ItemStatement.Completion.values:
            raise DomainError("completion_unknown", _("Choose done, under way or not done."))
        values = {"completion": given.completion, "text": given.text.strip()}
        ItemStatement.objects.update_or_create(report=report, item_id=given.item, defaults=values)
