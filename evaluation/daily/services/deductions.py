"""Deductions: recorded by one, confirmed by another, counted once (C19–C25)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.cycle.models import Cycle
from evaluation.cycle.working_days import add_working_days
from evaluation.daily.demands import PARTICULARS
from evaluation.daily.doubles import doubles_of
from evaluation.daily.models import Complaint, DailyDeduction
from evaluation.daily.services.checks import (
    locked,
    points_each,
    require_demands,
    require_open_month,
    require_proof,
    rule_of,
)
from evaluation.errors import DomainError
from evaluation.files.models import StoredFile
from evaluation.files.services import store_several
from evaluation.guard.citizen_numbers import require_no_citizen_number
from evaluation.roster.models import Appraisal
from evaluation.roster.own_case import require_not_own
from evaluation.units.access import roles_of
from evaluation.units.models import Role

Status = DailyDeduction.Status
OPEN = (Status.RECORDED, Status.RETURNED)
WRITTEN = ("facts", "basis", "supervised_person", "responsibility", "decision", "impropriety", "harm", "to_rectify")
TRACED = ("rule", "points", "count", "found_on", "incident_number", "status")


@transaction.atomic
def record_deduction(
    *,
    appraisal: Appraisal,
    actor: User,
    rule: str,
    found_on: date,
    source: str,
    facts: str,
    basis: str,
    count: int = 1,
    points: Decimal | None = None,
    incident_number: str = "",
    complaint: Complaint | None = None,
    late_reason: str = "",
    evidence: StoredFile | None = None,
    uploads: Sequence[UploadedFile] = (),
    despite_doubles: bool = False,
    besides: Collection[int] = (),
    proof_later: bool = False,
    **particulars: Any,
) -> DailyDeduction:
    """Record a deduction; it counts nothing until somebody else confirmed it.

    ``particulars`` are what the rule demands (``checks.DEMANDS``). ``evidence`` is a file that is kept already,
    ``uploads`` are new ones, stored after everything was checked. ``besides``: rows of the same entry, which share an
    incident. ``proof_later``: evidence for rule 1 is asked for when it is confirmed, not now (rows of a workbook).
    Raises ``DomainError``: ``unknown_rule``, ``points_out_of_bounds``, ``<field>_missing``, ``in_the_future``,
    ``one_case_each``, ``proof_missing``, ``other_complaint``, ``month_frozen``, ``double_counting``,
    ``citizen_number``, ``results_final``, and those of ``store_several``.
    """
    chosen = rule_of(appraisal=appraisal, code=rule)
    deduction = DailyDeduction(
        cadre=appraisal.cadre,
        appraisal=appraisal,
        rule=chosen.code,
        found_on=found_on,
        points=points_each(rule=chosen, asked=points),
        count=count,
        source=source,
        facts=facts,
        basis=basis,
        incident_number=incident_number,
        complaint=complaint,
        late_reason=late_reason,
        evidence=evidence,
        by_office=Role.OFFICE in roles_of(actor),
        recorded_by=actor,
        **{name: value for name, value in particulars.items() if name in PARTICULARS},
    )
    require_demands(deduction, chosen)
    if not uploads and not proof_later:
        require_proof(deduction)
    _check(deduction, actor, despite_doubles, besides)
    deduction.save()
    _attach_files(deduction, uploads, actor)
    detail = {"rule": rule, "count": count, "points": deduction.points, "late": bool(late_reason)}
    changes = {"status": ("", deduction.status)}
    record(actor=actor, action="deduction-recorded", target=deduction, detail=detail, changes=changes, why=late_reason)
    return deduction


def _check(deduction: DailyDeduction, actor: User, despite_doubles: bool, besides: Collection[int] = ()) -> None:
    """What recording, correcting and taking up ask alike."""
    require_no_citizen_number(*(getattr(deduction, name) for name in WRITTEN))
    complaint, appraisal = deduction.complaint, deduction.appraisal
    if complaint is not None and complaint.appraisal_id not in (None, deduction.appraisal_id):
        raise DomainError("other_complaint", _("The complaint is about somebody else. Choose the one that names them."))
    if appraisal is not None:
        require_open_month(deduction)
    if not despite_doubles:
        require_no_doubles(deduction, actor, besides)


def require_no_doubles(deduction: DailyDeduction, actor: User, besides: Collection[int] = ()) -> None:
    """Raise ``DomainError`` ``double_counting``, naming what ``actor`` may see and counting what they may not."""
    found = doubles_of(deduction, user=actor, besides=besides)
    if not found:
        return
    named = "、".join(found.names[:5]) or "–"
    raise DomainError(
        "double_counting",
        _(
            "%(name)s: the same incident number, or the same day and rule, stands under %(named)s"
            " (and %(others)s elsewhere). If it is to count all the same, tick it."
        )
        % {"name": deduction.cadre.name, "named": named, "others": found.others + max(len(found.names) - 5, 0)},
    )


def _attach_files(deduction: DailyDeduction, uploads: Sequence[UploadedFile], actor: User) -> None:
    if not uploads:
        return
    already = (deduction.evidence_id is not None) + deduction.further_files.count()
    stored = store_several(uploads=uploads, actor=actor, already=already)
    if deduction.evidence is None:
        deduction.evidence = stored.pop(0)
        deduction.save(update_fields=["evidence"])
    deduction.further_files.add(*stored)


@transaction.atomic
def revise_deduction(
    *,
    deduction: DailyDeduction,
    actor: User,
    changes: dict[str, Any],
    uploads: Sequence[UploadedFile] = (),
    despite_doubles: bool = False,
) -> DailyDeduction:
    """Correct a deduction that does not count yet; whoever corrects it is its author from then on.

    ``changes`` are fields of ``record_deduction``. Raises ``DomainError`` as there, ``not_open`` once it was decided,
    ``office_deduction`` and ``own_case``.
    """
    deduction = locked(deduction)
    if deduction.status not in OPEN or deduction.appraisal is None:
        raise DomainError("not_open", _("This deduction has been decided and can no longer be edited."))
    require_office_for(deduction, actor)
    require_not_own(deduction.cadre, actor)
    before = {name: getattr(deduction, name) for name in TRACED}
    put(deduction, changes, actor, uploads, despite_doubles)
    detail = {"fields": sorted(changes)}
    record(actor=actor, action="deduction-revised", target=deduction, detail=detail, changes=traced(before, deduction))
    return deduction


def put(
    deduction: DailyDeduction,
    changes: dict[str, Any],
    actor: User,
    uploads: Sequence[UploadedFile],
    despite_doubles: bool,
) -> None:
    """Write ``changes`` into a locked deduction, check it as if it were new, and make ``actor`` its author."""
    values = {name: value for name, value in changes.items() if name != "points"}
    for name, value in values.items():
        setattr(deduction, name, value)
    chosen = rule_of(appraisal=deduction.appraisal, code=deduction.rule)  # type: ignore[arg-type]
    deduction.points = points_each(rule=chosen, asked=changes.get("points", deduction.points))
    require_demands(deduction, chosen)
    if not uploads:
        require_proof(deduction)
    _check(deduction, actor, despite_doubles)
    deduction.status, deduction.reason, deduction.recorded_by = Status.RECORDED, "", actor
    deduction.save(update_fields=[*values, "points", "status", "reason", "recorded_by"])
    _attach_files(deduction, uploads, actor)


def traced(before: dict[str, object], deduction: DailyDeduction) -> dict[str, tuple[object, object]]:
    """Return from what to what, of the fields that may stand in the record."""
    now = {name: getattr(deduction, name) for name in before}
    return {name: (before[name], now[name]) for name in before if before[name] != now[name]}


def require_office_for(deduction: DailyDeduction, actor: User) -> None:
    """Raise ``DomainError`` ``office_deduction``: what the office recorded no unit edits, returns or removes."""
    if deduction.by_office and Role.OFFICE not in roles_of(actor):
        raise DomainError(
            "office_deduction", _("The office recorded this deduction; only the office may change or remove it.")
        )


@transaction.atomic
def confirm_deductions(
    *, deductions: Iterable[DailyDeduction], approver: User, despite_doubles: Collection[int] = ()
) -> list[DailyDeduction]:
    """Make recorded deductions count, all or none (C19–C24), and tell the cadres who have an account.

    ``despite_doubles`` are the keys of those that are to count although something like them stands already.
    Raises ``DomainError``: ``same_person`` if ``approver`` recorded one, ``own_case``, ``not_recorded`` if one is
    decided already, ``double_counting``, ``proof_missing`` and what the rule demands, ``results_final`` if the cadre's
    result is final and there is no next year to count it in.
    """
    return [_confirm(deduction=one, approver=approver, despite_doubles=one.pk in despite_doubles) for one in deductions]


def _confirm(*, deduction: DailyDeduction, approver: User, despite_doubles: bool) -> DailyDeduction:
    deduction = locked(deduction)
    name = {"name": deduction.cadre.name}
    if deduction.status != Status.RECORDED:
        raise DomainError("not_recorded", _("The deduction of %(name)s has been decided already.") % name)
    require_not_own(deduction.cadre, approver)
    if deduction.recorded_by_id == approver.pk:
        raise DomainError("same_person", _("Whoever recorded a deduction cannot confirm it."))
    _require_complete(deduction)
    if not despite_doubles:
        require_no_doubles(deduction, approver)
    _attach(deduction)
    deduction.status, deduction.confirmed_by, deduction.confirmed_at = Status.CONFIRMED, approver, timezone.now()
    _tell_on_page(deduction)
    deduction.save(
        update_fields=[
            *("status", "confirmed_by", "confirmed_at", "cycle", "appraisal", "told_how", "told_on", "defence_due")
        ]
    )
    detail = {"cycle": str(deduction.cycle), "points": deduction.points, "count": deduction.count}
    detail |= {"told": deduction.told_how, "despite_doubles": despite_doubles}
    changes = {"status": (Status.RECORDED, Status.CONFIRMED)}
    record(actor=approver, action="deduction-confirmed", target=deduction, detail=detail, changes=changes)
    return deduction


def _require_complete(deduction: DailyDeduction) -> None:
    """What was recorded before the rules asked for it, or came from a workbook, is completed before it counts."""
    if deduction.appraisal is None:
        return
    require_proof(deduction)
    try:
        require_demands(deduction, rule_of(appraisal=deduction.appraisal, code=deduction.rule))
    except DomainError as error:
        raise DomainError(error.code, f"{deduction.cadre.name}：{error}") from error


def _tell_on_page(deduction: DailyDeduction) -> None:
    """A cadre with an account in use is told that day on their own page; without one the unit hands over a slip."""
    user, cycle = deduction.cadre.user, deduction.cycle
    if user is None or not user.is_active or not user.has_usable_password() or cycle is None:
        return
    deduction.told_how, deduction.told_on = DailyDeduction.Told.PAGE, timezone.localdate()
    deduction.defence_due = add_working_days(deduction.told_on, cycle.defence_days)


def _attach(deduction: DailyDeduction) -> None:
    """Count in the cycle of the appraisal, or in the next one where that result is final (C25 reading)."""
    appraisal = deduction.appraisal and Appraisal.objects.select_for_update().get(pk=deduction.appraisal.pk)
    if appraisal is not None and appraisal.final_at is None:
        deduction.cycle = appraisal.cycle
        return
    year = appraisal.cycle.year if appraisal else timezone.localdate().year
    following = Cycle.objects.filter(year__gt=year).order_by("year").first()
    if following is None:
        raise DomainError(
            "results_final",
            _("This year's result of %(name)s is final: open the next year's cycle, then confirm; it counts there.")
            % {"name": deduction.cadre.name},
        )
    deduction.cycle = following
    deduction.appraisal = Appraisal.objects.filter(cycle=following, cadre_id=deduction.cadre_id).first()


@transaction.atomic
def return_deductions(*, deductions: Iterable[DailyDeduction], approver: User, reason: str) -> list[DailyDeduction]:
    """Send recorded deductions back to be corrected, all or none.

    Raises ``DomainError``: ``reason_missing``, ``not_recorded``, ``own_case``, ``office_deduction``.
    """
    if not reason.strip():
        raise DomainError("reason_missing", _("Enter the reason, so that the other side knows what to correct."))
    return [_return(deduction, approver, reason.strip()[:200]) for deduction in deductions]


def _return(deduction: DailyDeduction, approver: User, reason: str) -> DailyDeduction:
    deduction = locked(deduction)
    if deduction.status != Status.RECORDED:
        raise DomainError(
            "not_recorded", _("The deduction of %(name)s has been decided already.") % {"name": deduction.cadre.name}
        )
    require_not_own(deduction.cadre, approver)
    require_office_for(deduction, approver)
    deduction.status, deduction.reason = Status.RETURNED, reason
    deduction.save(update_fields=["status", "reason"])
    changes = {"status": (Status.RECORDED, Status.RETURNED)}
    record(actor=approver, action="deduction-returned", target=deduction, changes=changes, why=reason)
    return deduction


@transaction.atomic
def withdraw_deduction(*, deduction: DailyDeduction, actor: User, reason: str) -> DailyDeduction:
    """Take a deduction back, with a reason that is kept.

    A unit withdraws what it recorded, nobody confirmed and no frozen month lists; the office withdraws any until the
    result is final. Raises ``DomainError``: ``reason_missing``, ``not_open``, ``own_case``, ``office_deduction``,
    ``already_counts``, ``month_frozen``, ``results_final``, ``defence_open``.
    """
    if not reason.strip():
        raise DomainError("reason_missing", _("Enter the reason for taking the deduction back."))
    deduction = locked(deduction)
    _require_withdrawable(deduction, actor)
    return take_back(deduction=deduction, actor=actor, reason=reason.strip()[:200])


def _require_withdrawable(deduction: DailyDeduction, actor: User) -> None:
    if deduction.status not in (*OPEN, Status.CONFIRMED):
        raise DomainError("not_open", _("This deduction has been withdrawn already, or was never taken up."))
    require_not_own(deduction.cadre, actor)
    require_office_for(deduction, actor)
    if Role.OFFICE not in roles_of(actor):
        if deduction.status == Status.CONFIRMED:
            raise DomainError("already_counts", _("The deduction counts already. Ask the office to withdraw it."))
        require_open_month(deduction)
    if hasattr(deduction, "defence") and deduction.defence.status == "open":
        raise DomainError("defence_open", _("A defence is under review. Its outcome decides."))


def take_back(*, deduction: DailyDeduction, actor: User, reason: str) -> DailyDeduction:
    """Withdraw a locked deduction, inside a transaction: a mistake found, or a defence upheld."""
    if deduction.appraisal and deduction.appraisal.final_at:
        raise DomainError("results_final", _("The result is final. A mistake is put right by a corrected result."))
    before, deduction.status, deduction.reason = deduction.status, Status.WITHDRAWN, reason
    deduction.save(update_fields=["status", "reason"])
    changes = {"status": (before, Status.WITHDRAWN)}
    record(actor=actor, action="deduction-withdrawn", target=deduction, changes=changes, why=reason)
    return deduction
