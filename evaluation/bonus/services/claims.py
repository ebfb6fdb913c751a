"""Bonus claims: made with proof by the cadre or the unit, with the opinion of the unit, withdrawn (C26)."""

from collections.abc import Sequence
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.bonus.awards import award_key
from evaluation.bonus.models import BonusClaim
from evaluation.bonus.posts import Held, tenure_of
from evaluation.bonus.selectors import key_of, similar_claims
from evaluation.cycle.models import BonusLevel
from evaluation.errors import DomainError
from evaluation.files.models import StoredFile
from evaluation.files.services import MOST_FILES, store_several
from evaluation.roster.models import Appraisal
from evaluation.roster.own_case import require_not_own

Status = BonusClaim.Status


class SimilarAwards(DomainError):
    """The award may be one that was claimed already: somebody has to say. ``claims`` are those it resembles."""

    def __init__(self, claims: Sequence[BonusClaim]) -> None:
        super().__init__(
            "similar_award", _("An award of nearly this name was claimed already. Say below whether it is the same.")
        )
        self.claims = list(claims)


def require_level(*, appraisal: Appraisal, level: str) -> None:
    levels = BonusLevel.objects.filter(rules__cycle_id=appraisal.cycle_id, rules__track=appraisal.track, code=level)
    if not levels.exists():
        raise DomainError("unknown_level", _("There is no such level in this year's rules. Choose one from the list."))


def require_not_final(appraisal: Appraisal) -> None:
    if appraisal.final_at:
        raise DomainError("results_final", _("The result is final; nothing can be claimed for this year any more."))


def require_free(*, appraisal: Appraisal, key: str, level: str, but: int = 0) -> None:
    """One award stands once at one level; the same at another level is recognised, and the highest counts."""
    standing = BonusClaim.objects.standing().filter(appraisal=appraisal, level=level).exclude(pk=but)
    if key in {key_of(claim, appraisal.cycle.year) for claim in standing}:
        raise DomainError("claimed_already", _("This award has been claimed at this level already."))


@transaction.atomic
def claim_bonus(
    *,
    appraisal: Appraisal,
    actor: User,
    award: str,
    issuer: str,
    level: str,
    awarded_on: date,
    proof: StoredFile | UploadedFile,
    further: Sequence[StoredFile | UploadedFile] = (),
    document_number: str = "",
    is_department: bool = False,
    department: str = "",
    post_note: str = "",
    note: str = "",
    unit_opinion: str = "",
    same_as: BonusClaim | None = None,
    is_another: bool = False,
) -> BonusClaim:
    """Claim the bonus of a commendation of the year (C26).

    ``same_as``: the claimant says that this is the award of that claim, under another name; ``is_another``: that it is
    none of those it resembles. An award of a department is claimed for whoever headed it on the day of the award.
    Raises ``DomainError``: ``unknown_level``; ``other_year`` if the award is not of the cycle's year;
    ``claimed_already`` if the same award stands claimed at the same level; ``SimilarAwards``
    (``similar_award``) where somebody has to say whether it is the same; ``other_held_post``, ``post_unknown``,
    ``no_department``; ``own_opinion`` where the cadre words the unit's opinion; ``results_final``;
    ``too_many_files``, and as ``store_evidence``.
    """
    rows = Appraisal.objects.select_for_update(of=("self",)).select_related("cycle", "cadre", "home_unit")
    appraisal = rows.get(pk=appraisal.pk)
    require_level(appraisal=appraisal, level=level)
    require_not_final(appraisal)
    _require_day(appraisal, awarded_on)
    if unit_opinion.strip() and actor.pk == appraisal.cadre.user_id:
        raise DomainError("own_opinion", _("The unit gives its own opinion; you cannot word it for your own claim."))
    key = _key_for(appraisal, award, level, same_as, is_another)
    department, held_post = _tenure(appraisal, awarded_on, department, post_note) if is_department else ("", "")
    if len(further) >= MOST_FILES:
        raise DomainError("too_many_files", _("At most %(most)s files, the proof included.") % {"most": MOST_FILES})
    kept = _kept([proof, *further], actor)
    claim = BonusClaim.objects.create(
        appraisal=appraisal,
        award=award,
        award_key=key,
        issuer=issuer,
        level=level,
        awarded_on=awarded_on,
        proof=kept[0],
        document_number=document_number,
        is_department=is_department,
        department=department,
        held_post=held_post,
        post_note=post_note.strip()[:200] if is_department else "",
        note=note,
        unit_opinion=unit_opinion.strip(),
        unit_opinion_by=actor if unit_opinion.strip() else None,
        claimed_by=actor,
    )
    claim.further_files.set(kept[1:])
    detail = {"level": level, "files": len(kept), **({"same_as": same_as.pk} if same_as else {})}
    if is_another:
        detail["said"] = "another award"
    record(actor=actor, action="bonus-claimed", target=claim, detail=detail, changes={"status": ("", claim.status)})
    return claim


@transaction.atomic
def give_opinion(*, claim: BonusClaim, actor: User, opinion: str) -> BonusClaim:
    """Write the unit's opinion on a claim (Annex 2-2); never the cadre, nor who claimed it for themselves.

    Raises ``DomainError``: ``opinion_missing``; ``decided_already``; ``own_case``; ``same_person``.
    """
    claim = locked_claim(claim)
    require_undecided(claim)
    if not opinion.strip():
        raise DomainError("opinion_missing", _("Enter the opinion of the unit."))
    require_not_own(claim.appraisal.cadre, actor)
    before, claim.unit_opinion = claim.unit_opinion, opinion.strip()[:200]
    claim.unit_opinion_by = actor
    claim.save(update_fields=["unit_opinion", "unit_opinion_by"])
    changes = {"unit_opinion": (before, claim.unit_opinion)}
    record(actor=actor, action="bonus-opinion", target=claim, changes=changes)
    return claim


@transaction.atomic
def withdraw_claim(*, claim: BonusClaim, actor: User, reason: str) -> BonusClaim:
    """Take an undecided claim back, by whoever made it; the award may be claimed anew.

    Raises ``DomainError``: ``reason_missing``, ``not_the_claimant``, ``decided_already``.
    """
    if not reason.strip():
        raise DomainError("reason_missing", _("Enter the reason, so that the other side knows why."))
    claim = locked_claim(claim)
    require_undecided(claim)
    if claim.claimed_by_id != actor.pk:
        raise DomainError("not_the_claimant", _("Only whoever made a claim can withdraw it."))
    before, claim.status, claim.reason = claim.status, Status.WITHDRAWN, reason.strip()[:200]
    claim.save(update_fields=["status", "reason"])
    changes = {"status": (before, claim.status)}
    record(actor=actor, action="bonus-withdrawn", target=claim, changes=changes, why=claim.reason)
    return claim


def locked_claim(claim: BonusClaim) -> BonusClaim:
    rows = BonusClaim.objects.select_for_update(of=("self",))
    return rows.select_related("appraisal__cycle", "appraisal__cadre").get(pk=claim.pk)


def require_undecided(claim: BonusClaim) -> None:
    if claim.status != Status.CLAIMED:
        raise DomainError("decided_already", _("The claim for %(award)s has been decided.") % {"award": claim.award})


def _require_day(appraisal: Appraisal, awarded_on: date) -> None:
    if awarded_on.year != appraisal.cycle.year:
        raise DomainError(
            "other_year", _("Only commendations of %(year)s count in this year.") % {"year": appraisal.cycle.year}
        )


def _key_for(appraisal: Appraisal, award: str, level: str, same_as: BonusClaim | None, is_another: bool) -> str:
    """The key of the award it is, as far as names tell or the claimant says."""
    year = appraisal.cycle.year
    key = key_of(same_as, year) if same_as else award_key(award, year)
    require_free(appraisal=appraisal, key=key, level=level)
    if same_as is None and not is_another and (found := similar_claims(appraisal=appraisal, key=key)):
        raise SimilarAwards(found)
    return key


def _tenure(appraisal: Appraisal, day: date, department: str, note: str) -> tuple[str, str]:
    """The department, and the post that the cadre held in it on the day, as it stands in the record."""
    department = department.strip() or appraisal.office
    if not department:
        raise DomainError("no_department", _("Enter the department that was commended."))
    tenure = tenure_of(appraisal=appraisal, department=department, day=day)
    values = {"day": day, "department": department, "name": appraisal.name, "others": "、".join(tenure.others)}
    if tenure.held == Held.NO and tenure.others:
        raise DomainError(
            "other_held_post",
            _("On %(day)s %(department)s was headed by %(others)s, not by %(name)s: claim it for them.") % values,
        )
    if tenure.held == Held.NO:
        raise DomainError(
            "other_held_post",
            _("By the roster %(name)s did not head %(department)s on %(day)s. Put the roster right first.") % values,
        )
    if tenure.held == Held.UNKNOWN and not note.strip():
        raise DomainError(
            "post_unknown",
            _(
                "The roster does not say who headed %(department)s on %(day)s. Say below why it was %(name)s "
                "(document of appointment, date)."
            )
            % values,
        )
    return department[:80], tenure.words[:200]


def _kept(files: Sequence[StoredFile | UploadedFile], actor: User) -> list[StoredFile]:
    """Files last, so that a refusal leaves none; those that wait since the question was asked are taken as they are."""
    stored = iter(store_several(uploads=[one for one in files if not isinstance(one, StoredFile)], actor=actor))
    return [one if isinstance(one, StoredFile) else next(stored) for one in files]
