"""Bonus claims: made with proof by the cadre or the unit, decided by the office (C26)."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.bonus.models import BonusClaim
from evaluation.cycle.models import BonusLevel
from evaluation.errors import DomainError
from evaluation.files.models import StoredFile
from evaluation.roster.models import Appraisal

Status = BonusClaim.Status


def award_key(award: str) -> str:
    """Return the award's name without spaces, quotes, brackets and case, so that one award is recognised as one."""
    return re.sub(r"\W", "", unicodedata.normalize("NFKC", award)).casefold()


def names_of_awards(awards: Iterable[str]) -> dict[str, str]:
    """Return for each award, as somebody wrote it, the first writing of the same award: one name for one award."""
    first: dict[str, str] = {}
    return {award: first.setdefault(award_key(award) or award, award) for award in awards}


def _require_level(*, appraisal: Appraisal, level: str) -> None:
    levels = BonusLevel.objects.filter(rules__cycle_id=appraisal.cycle_id, rules__track=appraisal.track, code=level)
    if not levels.exists():
        raise DomainError("unknown_level", _("There is no such level in this year's rules. Choose one from the list."))


def _require_not_final(appraisal: Appraisal) -> None:
    if appraisal.final_at:
        raise DomainError("results_final", _("The result is final; nothing can be claimed for this year any more."))


@transaction.atomic
def claim_bonus(
    *,
    appraisal: Appraisal,
    actor: User,
    award: str,
    issuer: str,
    level: str,
    awarded_on: date,
    proof: StoredFile,
    document_number: str = "",
    is_department: bool = False,
    note: str = "",
    unit_opinion: str = "",
) -> BonusClaim:
    """Claim the bonus of a commendation of the year (C26).

    Raises ``DomainError``: ``unknown_level``; ``other_year`` if the award is not of the cycle's year;
    ``claimed_already`` if the same award stands claimed at the same level; ``results_final``.
    """
    _require_level(appraisal=appraisal, level=level)
    _require_not_final(appraisal)
    if awarded_on.year != appraisal.cycle.year:
        raise DomainError(
            "other_year", _("Only commendations of %(year)s count in this year.") % {"year": appraisal.cycle.year}
        )
    standing = BonusClaim.objects.filter(appraisal=appraisal, level=level).exclude(status=Status.REFUSED)
    if award_key(award) in {award_key(name) for name in standing.values_list("award", flat=True)}:
        raise DomainError("claimed_already", _("This award has been claimed at this level already."))
    claim = BonusClaim.objects.create(
        appraisal=appraisal,
        award=award,
        issuer=issuer,
        level=level,
        awarded_on=awarded_on,
        proof=proof,
        document_number=document_number,
        is_department=is_department,
        note=note,
        unit_opinion=unit_opinion,
        claimed_by=actor,
    )
    record(actor=actor, action="bonus-claimed", target=claim, detail={"level": level})
    return claim


@transaction.atomic
def give_opinion(*, claim: BonusClaim, actor: User, opinion: str) -> BonusClaim:
    """Write the unit's opinion on a claim that its cadre made (Annex 2-2).

    Raises ``DomainError``: ``opinion_missing``; ``decided_already``.
    """
    claim = BonusClaim.objects.select_for_update(of=("self",)).get(pk=claim.pk)
    if claim.status != Status.CLAIMED:
        raise DomainError("decided_already", _("The claim for %(award)s has been decided.") % {"award": claim.award})
    if not opinion.strip():
        raise DomainError("opinion_missing", _("Enter the opinion of the unit."))
    claim.unit_opinion = opinion.strip()[:200]
    claim.save(update_fields=["unit_opinion"])
    record(actor=actor, action="bonus-opinion", target=claim)
    return claim


@transaction.atomic
def approve_claims(*, claims: Iterable[BonusClaim], actor: User, level: str = "") -> list[BonusClaim]:
    """Approve claims, all or none, at the claimed level or at ``level``.

    Of one award only the highest approved level counts; scoring sees to that. Raises ``DomainError``:
    ``same_person``, ``decided_already``, ``unknown_level``, ``results_final``.
    """
    return [_decide(claim=claim, actor=actor, status=Status.APPROVED, level=level or claim.level) for claim in claims]


@transaction.atomic
def refuse_claim(*, claim: BonusClaim, actor: User, reason: str) -> BonusClaim:
    """Refuse a claim with its reason. Raises ``DomainError``: ``reason_missing`` and those of ``approve_claims``."""
    if not reason.strip():
        raise DomainError("reason_missing", _("Enter the reason, so that the other side knows why."))
    return _decide(claim=claim, actor=actor, status=Status.REFUSED, level="", reason=reason)


def _decide(*, claim: BonusClaim, actor: User, status: str, level: str, reason: str = "") -> BonusClaim:
    claim = BonusClaim.objects.select_for_update(of=("self",)).select_related("appraisal__cycle").get(pk=claim.pk)
    _require_not_final(claim.appraisal)
    if claim.status != Status.CLAIMED:
        raise DomainError("decided_already", _("The claim for %(award)s has been decided.") % {"award": claim.award})
    if claim.claimed_by_id == actor.pk:
        raise DomainError("same_person", _("Whoever made a claim cannot decide it."))
    if level:
        _require_level(appraisal=claim.appraisal, level=level)
    claim.status, claim.approved_level, claim.reason = status, level, reason
    claim.decided_by, claim.decided_at = actor, timezone.now()
    claim.save(update_fields=["status", "approved_level", "reason", "decided_by", "decided_at"])
    record(actor=actor, action=f"bonus-{status}", target=claim, detail={"level": level})
    return claim
