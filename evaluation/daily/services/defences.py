"""The cadre is told, may answer (申辩) within the period, and somebody who had no part reviews the answer."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.cycle.working_days import add_working_days
from evaluation.daily.models import DailyDeduction, Defence
from evaluation.daily.services.checks import locked
from evaluation.daily.services.deductions import take_back
from evaluation.errors import DomainError
from evaluation.files.services import store_several
from evaluation.roster.own_case import require_not_own
from evaluation.units.access import roles_of
from evaluation.units.models import Role

Status = DailyDeduction.Status


@transaction.atomic
def hand_over_slips(*, deductions: Iterable[DailyDeduction], handed_on: date, actor: User) -> list[DailyDeduction]:
    """Note that the printed slips of confirmed deductions were handed over on ``handed_on``, all or none.

    The period of defence runs from that day. Raises ``DomainError``: ``nothing_chosen``, ``in_the_future``,
    ``before_confirmation``, ``not_confirmed``, ``told_already``, ``own_case``.
    """
    if handed_on > timezone.localdate():
        raise DomainError("in_the_future", _("The day on which it was handed over lies in the future."))
    done = [_hand_over(deduction, handed_on, actor) for deduction in deductions]
    if not done:
        raise DomainError("nothing_chosen", _("Choose at least one slip."))
    return done


def _hand_over(deduction: DailyDeduction, handed_on: date, actor: User) -> DailyDeduction:
    deduction = locked(deduction)
    name = {"name": deduction.cadre.name}
    if deduction.status != Status.CONFIRMED or deduction.confirmed_at is None or deduction.cycle is None:
        raise DomainError("not_confirmed", _("The deduction of %(name)s does not count; there is no slip.") % name)
    if deduction.told_how:
        raise DomainError("told_already", _("%(name)s has been told already.") % name)
    require_not_own(deduction.cadre, actor)
    if handed_on < timezone.localdate(deduction.confirmed_at):
        raise DomainError("before_confirmation", _("%(name)s: nothing was confirmed yet on that day.") % name)
    deduction.told_how, deduction.told_on, deduction.told_by = DailyDeduction.Told.SLIP, handed_on, actor
    deduction.defence_due = add_working_days(handed_on, deduction.cycle.defence_days)
    deduction.save(update_fields=["told_how", "told_on", "told_by", "defence_due"])
    detail = {"handed_on": handed_on, "due": deduction.defence_due}
    record(actor=actor, action="deduction-slip-handed", target=deduction, detail=detail)
    return deduction


@transaction.atomic
def make_defence(
    *,
    deduction: DailyDeduction,
    text: str,
    actor: User,
    uploads: Sequence[UploadedFile] = (),
    on_paper: bool = False,
) -> Defence:
    """Answer a deduction, once, until the end of its last day: by the cadre, or by the unit from the cadre's paper.

    The scan of the paper is demanded (``scan_missing``). Review is due ``defence_review_days`` working days later.
    Raises ``DomainError``: ``text_missing``, ``not_the_cadre``, ``not_confirmed``, ``not_told``, ``too_late``,
    ``answered_already``, ``results_final`` and those of ``store_several``.
    """
    deduction = locked(deduction)
    _require_answerable(deduction)
    is_own = deduction.cadre.user_id == actor.pk
    if is_own == on_paper:
        raise DomainError("not_the_cadre", _("The cadre answers, or the unit enters what the cadre wrote on paper."))
    if on_paper and not uploads:
        raise DomainError("scan_missing", _("Attach the scan of the paper that the cadre signed."))
    if len(text.strip()) < 5:
        raise DomainError("text_missing", _("Say what is not right about the deduction, in a sentence at least."))
    today = timezone.localdate()
    due = add_working_days(today, deduction.cycle.defence_review_days)  # type: ignore[union-attr]
    defence = Defence.objects.create(
        deduction=deduction, text=text.strip(), made_by=actor, made_on=today, on_paper=on_paper, due=due
    )
    defence.files.set(store_several(uploads=uploads, actor=actor))
    detail = {"deduction": deduction.pk, "on_paper": on_paper, "due": due}
    record(actor=actor, action="defence-made", target=defence, detail=detail, changes={"status": ("", "open")})
    return defence


def _require_answerable(deduction: DailyDeduction) -> None:
    if deduction.status != Status.CONFIRMED:
        raise DomainError("not_confirmed", _("This deduction does not count; there is nothing to answer."))
    if deduction.defence_due is None:
        raise DomainError("not_told", _("The slip has not been handed over yet; the period has not begun."))
    if timezone.localdate() > deduction.defence_due:
        raise DomainError("too_late", _("The time to answer ended on %(due)s.") % {"due": deduction.defence_due})
    if hasattr(deduction, "defence"):
        raise DomainError("answered_already", _("This deduction was answered already."))
    if deduction.appraisal and deduction.appraisal.final_at:
        raise DomainError("results_final", _("The result is final. Ask the office for a corrected result."))


@transaction.atomic
def review_defence(*, defence: Defence, is_upheld: bool, answer: str, reviewer: User) -> Defence:
    """Decide on a defence: upheld, the deduction is withdrawn for that reason; dismissed, it stands.

    By the approver of the unit or the office, who neither recorded nor confirmed the deduction nor made the defence,
    and whom it does not name; what the office recorded, the office reviews. Raises ``DomainError``: ``answer_missing``,
    ``reviewed_already``, ``own_case``, ``took_part``, ``office_deduction``, ``not_an_approver``.
    """
    if not answer.strip():
        raise DomainError("answer_missing", _("Give the reasons; the cadre reads them."))
    defence = Defence.objects.select_for_update(of=("self",)).get(pk=defence.pk)
    deduction = locked(defence.deduction)
    _require_reviewer(defence, deduction, reviewer)
    after = Defence.Status.UPHELD if is_upheld else Defence.Status.DISMISSED
    defence.status, defence.answer = after, answer.strip()
    defence.reviewed_by, defence.reviewed_on = reviewer, timezone.localdate()
    defence.save(update_fields=["status", "answer", "reviewed_by", "reviewed_on"])
    if is_upheld:
        take_back(deduction=deduction, actor=reviewer, reason=defence.answer[:200])
    changes = {"status": ("open", str(after))}
    detail = {"deduction": deduction.pk}
    record(
        actor=reviewer, action="defence-reviewed", target=defence, detail=detail, changes=changes, why=defence.answer
    )
    return defence


def _require_reviewer(defence: Defence, deduction: DailyDeduction, reviewer: User) -> None:
    if defence.status != Defence.Status.OPEN:
        raise DomainError("reviewed_already", _("This defence has been reviewed already."))
    require_not_own(deduction.cadre, reviewer)
    if reviewer.pk in (deduction.recorded_by_id, deduction.confirmed_by_id, defence.made_by_id):
        raise DomainError("took_part", _("Somebody reviews it who neither recorded nor confirmed it nor made it."))
    if not roles_of(reviewer) & {Role.OFFICE, Role.APPROVER}:
        raise DomainError("not_an_approver", _("The approver of the unit or the office reviews defences."))
    if deduction.by_office and Role.OFFICE not in roles_of(reviewer):
        raise DomainError("office_deduction", _("The office recorded this deduction; the office reviews the defence."))
