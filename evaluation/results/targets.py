"""What one may object to in a result, in words; and the row that an objection is about."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.bonus.models import BonusClaim
from evaluation.bonus.selectors import same_awards
from evaluation.daily.models import DailyDeduction
from evaluation.results.models import Objection, Result
from evaluation.results.shown import shown_result
from evaluation.units.access import roles_of
from evaluation.units.models import Role

About = Objection.About


@dataclass(frozen=True)
class Target:
    """The row an objection is about: ``deduction`` or ``claim``, where it names one that ``user`` may see."""

    words: str
    deduction: DailyDeduction | None = None
    claim: BonusClaim | None = None


def targets_of(result: Result) -> list[tuple[str, str]]:
    """Return choices (``about`` or ``about:key``, words): figures, each deduction, each award, also refused ones."""
    shown = shown_result(result, inside=True)
    rows = [(About.FIGURES.value, str(About.FIGURES.label))]
    for row in shown.deductions:
        words = _("The deduction of %(day)s: %(rule)s, −%(points)s")
        values = {"day": row["found_on"], "rule": row["label"], "points": row["total"]}
        rows.append((f"{About.DEDUCTION.value}:{row['id']}", words % values))
    for claim in BonusClaim.objects.filter(appraisal=result.appraisal_id).order_by("pk"):
        values = {"award": claim.award, "state": claim.get_status_display()}
        rows.append((f"{About.BONUS.value}:{claim.pk}", _("The award “%(award)s” (%(state)s)") % values))
    return [*rows, (About.OTHER.value, str(About.OTHER.label))]


def target_of(objection: Objection, user: User) -> Target:
    """Return what an objection is about, with the row where ``user`` may see it."""
    words = str(objection.get_about_display())
    if objection.about == About.DEDUCTION and objection.about_row:
        deduction = DailyDeduction.objects.visible_to(user).filter(pk=objection.about_row).first()
        return Target(words, deduction=deduction)
    if objection.about == About.BONUS and objection.about_row:
        return Target(
            words, claim=BonusClaim.objects.visible_to(user).for_list().filter(pk=objection.about_row).first()
        )
    return Target(words)


def next_steps(objection: Objection, target: Target, user: User) -> list[dict[str, Any]]:
    """Return what follows an objection that was upheld, in the order in which it is done: code, words, done or not.

    What was wrong is put right first; where the result is final, its correction opens it again before that.
    """
    if objection.status != Objection.Status.UPHELD:
        return []
    publication = objection.result.publication
    replaced = publication.status == "superseded"
    put_right = _put_right(target)
    correct = {
        "code": "correct",
        "words": _("Compute the corrected version; the earlier one is kept with its reason."),
        "is_done": replaced,
        "who": _("Unit or office"),
    }
    steps = [put_right, correct] if put_right else [correct]
    if put_right and not put_right["is_done"] and (publication.status == "final" or replaced):
        again = {"code": "again", "words": _("Compute the new version once more."), "is_done": False}
        steps = [correct, put_right, {**again, "who": _("Unit or office")}]
    by_office = Role.OFFICE in roles_of(user)
    return [{**step, "is_mine": by_office or step["code"] != "row"} for step in steps]


def _decided_anew(claim: BonusClaim) -> bool:
    """Taken back to be decided, or, where it was refused, claimed once more."""
    return claim.status == "claimed" or (claim.status == "refused" and bool(same_awards(claim)))


def _put_right(target: Target) -> dict[str, Any] | None:
    office = _("Office")
    if target.deduction is not None:
        words = _("Withdraw the deduction, with the outcome of the review as the reason.")
        return {"code": "row", "words": words, "is_done": target.deduction.status == "withdrawn", "who": office}
    if target.claim is not None:
        words = _("Decide the award anew: take the decision back, or have a refused one claimed again.")
        return {"code": "row", "words": words, "is_done": _decided_anew(target.claim), "who": office}
    return None
