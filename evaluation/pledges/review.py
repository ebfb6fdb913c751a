"""The way of a paper from draft to publication: one table, one service, for pledges and for duty reports (C6, C7)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction
from django.db.models import Count, F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.cycle.models import Cycle, Track
from evaluation.errors import DomainError
from evaluation.pledges.models import ReviewedPaper
from evaluation.roster.models import Appraisal, AppraisalQuerySet

Paper = TypeVar("Paper", bound=ReviewedPaper)
Check = Callable[[Paper], None]
Status = ReviewedPaper.Status

# Leading cadres are recorded only (C1); the five steps are for these.
TRACKS = (Track.MID_LEVEL, Track.VILLAGE)
EDITABLE = frozenset({Status.DRAFT, Status.RETURNED})
NOT_BEGUN = "none"
STATUS = "paper_status"


def _writers(user: User) -> AppraisalQuerySet:
    """The cadre, or the organising unit for them, or the office."""
    return Appraisal.objects.writable_by(user) | Appraisal.objects.filter(cadre__user=user)


def _approvers(user: User) -> AppraisalQuerySet:
    return Appraisal.objects.approvable_by(user)


def _publishers(user: User) -> AppraisalQuerySet:
    return Appraisal.objects.writable_by(user) | Appraisal.objects.approvable_by(user)


@dataclass(frozen=True)
class Transition:
    code: str
    before: frozenset[str]
    after: str
    allowed: Callable[[User], AppraisalQuerySet]
    refusal: str | Promise


TRANSITIONS = {
    transition.code: transition
    for transition in (
        Transition(
            "submit", EDITABLE, Status.SUBMITTED, _writers, _("Only a draft or a returned one can be submitted.")
        ),
        Transition(
            "return",
            frozenset({Status.SUBMITTED, Status.APPROVED}),
            Status.RETURNED,
            _approvers,
            _("Only what was submitted and is not yet published can be returned."),
        ),
        Transition(
            "approve",
            frozenset({Status.SUBMITTED}),
            Status.APPROVED,
            _approvers,
            _("Only what was submitted can be approved."),
        ),
        Transition(
            "publish",
            frozenset({Status.APPROVED}),
            Status.PUBLISHED,
            _publishers,
            _("Only what was approved can be published."),
        ),
    )
}


@dataclass(frozen=True)
class Outcome:
    """What an act on a list did: how many, and why the others were left, each as (name, sentence)."""

    done: int
    left: tuple[tuple[str, str], ...]


def allowed(code: str, user: User) -> AppraisalQuerySet:
    """The appraisals whose paper ``user`` may submit, return, approve or publish."""
    return TRANSITIONS[code].allowed(user)


def writable(user: User) -> AppraisalQuerySet:
    """The appraisals whose paper ``user`` may write."""
    return _writers(user)


def appraisals_with_paper(model: type[ReviewedPaper], appraisals: AppraisalQuerySet, cycle: Cycle) -> AppraisalQuerySet:
    """Those of ``appraisals`` who take part in ``cycle``, with ``paper_status`` (``none`` where nothing is begun)."""
    accessor = accessor_of(model)
    rows = appraisals.filter(cycle=cycle, track__in=TRACKS).taking_part()
    return rows.annotate(**{STATUS: Coalesce(F(f"{accessor}__status"), Value(NOT_BEGUN))})


def with_status(rows: AppraisalQuerySet, statuses: Iterable[str]) -> AppraisalQuerySet:
    """Those of ``appraisals_with_paper`` whose paper is in one of ``statuses``."""
    return rows.filter(**{f"{STATUS}__in": list(statuses)})


def paper_counts(rows: AppraisalQuerySet) -> dict[str, int]:
    """How many of ``appraisals_with_paper`` are in each state; states without any are missing."""
    return dict(rows.order_by().values_list(STATUS).annotate(Count("pk")))


def accessor_of(model: type[ReviewedPaper]) -> str:
    """The name under which an appraisal knows its paper: ``pledge``, ``report``."""
    return model._meta.get_field("appraisal").remote_field.get_accessor_name() or ""


def require_open(appraisal: Appraisal) -> None:
    """Raise ``DomainError``: ``cycle_not_open``, ``takes_no_part``, ``results_final``."""
    if appraisal.cycle.status != Cycle.Status.OPEN:
        raise DomainError("cycle_not_open", _("This year is not under way; nothing can be changed in it now."))
    if appraisal.exempt or appraisal.track not in TRACKS:
        raise DomainError("takes_no_part", _("This cadre takes no part in the five steps of this year."))
    if appraisal.final_at is not None:
        raise DomainError(
            "results_final", _("The result of this cadre is final; nothing before it can be changed now.")
        )


def advance(*, paper: Paper, code: str, actor: User, check: Check[Paper] | None = None, reason: str = "") -> Paper:
    """Take one paper one step along ``TRANSITIONS``.

    ``check`` raises ``DomainError`` where a paper is not complete; asked on submission. ``reason``: why it is returned.
    Raises ``DomainError``: ``not_allowed``, ``wrong_state``, ``reason_missing``, ``same_person`` (who wrote or
    submitted it does not approve it), what ``check`` and ``require_open`` raise.
    """
    with transaction.atomic():
        locked = _locked(type(paper), [paper.appraisal_id]).get()
        if not allowed(code, actor).filter(pk=paper.appraisal_id).exists():
            raise DomainError("not_allowed", _("This is for the organising unit and its approver to do."))
        _step(locked, TRANSITIONS[code], actor, check, reason)
        return locked


@transaction.atomic
def advance_all(
    *,
    model: type[Paper],
    appraisals: Iterable[Appraisal],
    code: str,
    actor: User,
    check: Check[Paper] | None = None,
    reason: str = "",
) -> Outcome:
    """Take every paper of ``appraisals`` a step; those that cannot are left as they are and named in the outcome."""
    wanted = {appraisal.pk: appraisal for appraisal in appraisals}
    mine = set(allowed(code, actor).filter(pk__in=wanted).values_list("pk", flat=True))
    done, left = 0, []
    papers = {paper.appraisal_id: paper for paper in _locked(model, list(mine))}
    for key, appraisal in wanted.items():
        try:
            if key not in mine:
                raise DomainError("not_allowed", _("This is for the organising unit and its approver to do."))
            if key not in papers:
                raise DomainError("not_begun", _("Nothing has been written here yet. Fill it in first."))
            _step(papers[key], TRANSITIONS[code], actor, check, reason)
        except DomainError as error:
            left.append((appraisal.name, str(error)))
        else:
            done += 1
    return Outcome(done, tuple(left))


def _locked(model: type[Paper], appraisals: list[int]) -> QuerySet[Paper]:
    rows = model._default_manager.select_for_update(of=("self",)).filter(appraisal__in=appraisals)
    return rows.select_related("appraisal__cycle").order_by("pk")


def _step(paper: Paper, step: Transition, actor: User, check: Check[Paper] | None, reason: str) -> None:
    require_open(paper.appraisal)
    if paper.status not in step.before:
        raise DomainError("wrong_state", step.refusal)
    if step.code == "submit" and check is not None:
        check(paper)
    if step.code == "return" and not reason.strip():
        raise DomainError("reason_missing", _("Say why it is returned, so that it can be put right."))
    if step.code == "approve" and actor.pk in (paper.submitted_by_id, paper.edited_by_id):
        raise DomainError("same_person", _("Whoever wrote or submitted it cannot approve it; another person must."))
    before, paper.status = paper.status, step.after
    paper.save(update_fields=["status", *_stamp(paper, step.code, actor, reason)])
    detail, changes = {"appraisal": paper.appraisal.public_code}, {"status": (before, step.after)}
    action, why = f"{accessor_of(type(paper))}-{step.code}", reason.strip() if step.code == "return" else ""
    record(actor=actor, action=action, target=paper, detail=detail, changes=changes, why=why)


def _stamp(paper: ReviewedPaper, code: str, actor: User, reason: str) -> list[str]:
    """Write who did it and when; return the names of the columns."""
    if code == "submit":
        paper.submitted_by, paper.submitted_at, paper.return_reason = actor, timezone.now(), ""
        return ["submitted_by", "submitted_at", "return_reason"]
    if code == "approve":
        paper.approved_by = actor
        return ["approved_by"]
    if code == "publish":
        paper.published_at = timezone.now()
        return ["published_at"]
    paper.return_reason, paper.approved_by = reason.strip()[:200], None
    return ["return_reason", "approved_by"]
