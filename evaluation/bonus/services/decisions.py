"""What the office decides of claims, and of which award is which (C26)."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.bonus.awards import LONGEST
from evaluation.bonus.models import BonusClaim
from evaluation.bonus.selectors import key_of
from evaluation.bonus.services.claims import (
    locked_claim,
    require_free,
    require_level,
    require_not_final,
    require_undecided,
)
from evaluation.errors import DomainError
from evaluation.roster.own_case import require_not_own

Status = BonusClaim.Status


@transaction.atomic
def approve_claims(*, claims: Iterable[BonusClaim], actor: User, level: str = "") -> list[BonusClaim]:
    """Approve claims, all or none, at the claimed level or at ``level``.

    Of one award only the highest approved level counts; scoring sees to that. Raises ``DomainError``:
    ``same_person`` for whoever claimed it or gave the opinion, ``own_case``, ``decided_already``, ``opinion_missing``
    where the cadre claimed and the unit has not been heard, ``unknown_level``, ``results_final``.
    """
    return [_decide(claim=claim, actor=actor, status=Status.APPROVED, level=level or claim.level) for claim in claims]


@transaction.atomic
def refuse_claim(*, claim: BonusClaim, actor: User, reason: str) -> BonusClaim:
    """Refuse a claim with its reason; the award may be claimed anew.

    Raises ``DomainError``: ``reason_missing`` and those of ``approve_claims`` (the unit need not be heard).
    """
    _require_reason(reason)
    return _decide(claim=claim, actor=actor, status=Status.REFUSED, level="", reason=reason.strip()[:200])


@transaction.atomic
def reopen_claim(*, claim: BonusClaim, actor: User, reason: str) -> BonusClaim:
    """Take an approval back, with a reason, so that it is decided anew: an objection was upheld, or it was a mistake.

    Raises ``DomainError``: ``reason_missing``, ``not_approved``, ``own_case``, ``results_final``.
    """
    _require_reason(reason)
    claim = locked_claim(claim)
    require_not_final(claim.appraisal)
    require_not_own(claim.appraisal.cadre, actor)
    if claim.status != Status.APPROVED:
        raise DomainError("not_approved", _("Only a recognised claim is decided anew; a refused one is claimed anew."))
    before = (claim.status, claim.approved_level)
    claim.status, claim.approved_level, claim.decided_by, claim.decided_at = Status.CLAIMED, "", None, None
    claim.save(update_fields=["status", "approved_level", "decided_by", "decided_at"])
    changes = {"status": (before[0], claim.status), "approved_level": (before[1], "")}
    record(actor=actor, action="bonus-reopened", target=claim, changes=changes, why=reason.strip()[:200])
    return claim


@transaction.atomic
def set_same_award(*, claim: BonusClaim, same_as: BonusClaim, actor: User, reason: str) -> BonusClaim:
    """Say that two claims are of one award, whatever their names: of one cadre only the highest level counts.

    Raises ``DomainError``: ``reason_missing``, ``decided_already``, ``same_person``, ``own_case``,
    ``claimed_already`` where the award stands at this level already (refuse this one instead), ``results_final``.
    """
    return _set_key(claim=claim, key=key_of(same_as, same_as.appraisal.cycle.year), actor=actor, reason=reason)


@transaction.atomic
def set_another_award(*, claim: BonusClaim, actor: User, reason: str) -> BonusClaim:
    """Say that a claim is of an award of its own, though its name is that of another. Raises as ``set_same_award``."""
    key = f"{claim.award_key.partition('#')[0][: LONGEST - 20]}#{claim.pk}"
    return _set_key(claim=claim, key=key, actor=actor, reason=reason)


def _decide(*, claim: BonusClaim, actor: User, status: str, level: str, reason: str = "") -> BonusClaim:
    claim = locked_claim(claim)
    require_not_final(claim.appraisal)
    require_undecided(claim)
    _require_another(claim, actor)
    if status == Status.APPROVED and claim.claimed_by_id == claim.appraisal.cadre.user_id and not claim.unit_opinion:
        raise DomainError(
            "opinion_missing",
            _("%(name)s claimed %(award)s: the unit gives its opinion first.")
            % {"name": claim.appraisal.name, "award": claim.award},
        )
    if level:
        require_level(appraisal=claim.appraisal, level=level)
    before, claim.status, claim.approved_level, claim.reason = claim.status, status, level, reason
    claim.decided_by, claim.decided_at = actor, timezone.now()
    claim.save(update_fields=["status", "approved_level", "reason", "decided_by", "decided_at"])
    changes = {"status": (before, status), **({"level": (claim.level, level)} if level else {})}
    record(actor=actor, action=f"bonus-{status}", target=claim, changes=changes, why=reason)
    return claim


def _set_key(*, claim: BonusClaim, key: str, actor: User, reason: str) -> BonusClaim:
    _require_reason(reason)
    claim = locked_claim(claim)
    require_not_final(claim.appraisal)
    require_undecided(claim)
    _require_another(claim, actor)
    require_free(appraisal=claim.appraisal, key=key, level=claim.level, but=claim.pk)
    before, claim.award_key = claim.award_key, key
    claim.save(update_fields=["award_key"])
    changes = {"award_key": (before, key)}
    record(actor=actor, action="bonus-award-told-apart", target=claim, changes=changes, why=reason.strip()[:200])
    return claim


def _require_another(claim: BonusClaim, actor: User) -> None:
    require_not_own(claim.appraisal.cadre, actor)
    if actor.pk in (claim.claimed_by_id, claim.unit_opinion_by_id):
        raise DomainError("same_person", _("Whoever made a claim or gave the opinion on it cannot decide it."))


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise DomainError("reason_missing", _("Enter the reason, so that the other side knows why."))
