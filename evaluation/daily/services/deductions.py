"""Deductions: recorded by one, confirmed by another, counted once (C19–C25)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.cycle.models import Cycle, DeductionRule
from evaluation.daily.models import DailyDeduction
from evaluation.errors import DomainError
from evaluation.files.models import StoredFile
from evaluation.roster.models import Appraisal
from evaluation.units.access import roles_of
from evaluation.units.models import Role

Status = DailyDeduction.Status
OPEN = (Status.RECORDED, Status.RETURNED)
RULES_ON_SUPERVISED = ("5a", "5b")
RULE_ON_LITIGATION = "4"


def rule_of(*, appraisal: Appraisal, code: str) -> DeductionRule:
    """Return the deduction rule ``code`` of the appraisal's track. Raises ``DomainError`` ``unknown_rule``."""
    rule = DeductionRule.objects.filter(
        rules__cycle_id=appraisal.cycle_id, rules__track=appraisal.track, code=code
    ).first()
    if rule is None:
        raise DomainError("unknown_rule", _("There is no such rule in this year's rules. Choose one from the list."))
    return rule


def points_each(*, rule: DeductionRule, asked: Decimal | None) -> Decimal:
    """Return the points of one case: the rule's own, or for the discretionary rule what was asked, in its bounds.

    Raises ``DomainError`` ``points_out_of_bounds`` (C24: the amount lies within the cycle's bounds).
    """
    if rule.points is not None:
        return rule.points
    if asked is None or not 0 < asked <= (rule.maximum or 0):
        raise DomainError(
            "points_out_of_bounds",
            _("Under this rule enter points above 0 and not above %(maximum)s.") % {"maximum": rule.maximum},
        )
    return asked


def _check_demands(*, rule: DeductionRule, count: int, supervised_person: str, harm: str) -> None:
    if rule.code in RULES_ON_SUPERVISED and not supervised_person:
        raise DomainError("supervised_person_missing", _("Enter the name of the supervised person."))
    if rule.code == RULE_ON_LITIGATION and not harm:
        raise DomainError(
            "harm_missing",
            _("This rule needs all three: the decision or judgment, improper performance, and the harm or influence."),
        )
    if rule.points is None and count != 1:
        raise DomainError("one_case_each", _("Under this rule enter each case by itself."))


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
    supervised_person: str = "",
    harm: str = "",
    incident_number: str = "",
    evidence: StoredFile | None = None,
) -> DailyDeduction:
    """Record a verified failing; it counts only when another person has confirmed it.

    ``points`` (positive, at most two places) is read for the discretionary rule alone. Raises ``DomainError``:
    ``unknown_rule``, ``points_out_of_bounds``, ``supervised_person_missing``, ``harm_missing``, ``one_case_each``,
    ``in_the_future``.
    """
    chosen = rule_of(appraisal=appraisal, code=rule)
    _check_demands(rule=chosen, count=count, supervised_person=supervised_person, harm=harm)
    if found_on > timezone.localdate():
        raise DomainError("in_the_future", _("The date of the finding lies in the future. Enter the day it was made."))
    deduction = DailyDeduction.objects.create(
        cadre_id=appraisal.cadre_id,
        appraisal=appraisal,
        rule=chosen.code,
        points=points_each(rule=chosen, asked=points),
        count=count,
        found_on=found_on,
        source=source,
        facts=facts,
        basis=basis,
        supervised_person=supervised_person,
        harm=harm,
        incident_number=incident_number,
        evidence=evidence,
        by_office=Role.OFFICE in roles_of(actor),
        recorded_by=actor,
    )
    record(actor=actor, action="deduction-recorded", target=deduction, detail={"rule": rule, "count": count})
    return deduction


@transaction.atomic
def revise_deduction(*, deduction: DailyDeduction, actor: User, changes: dict[str, object]) -> DailyDeduction:
    """Correct a deduction that does not count yet; whoever corrects it is its author from then on.

    ``changes`` are fields of ``record_deduction``. Raises ``DomainError`` as there, and ``not_open`` once confirmed.
    """
    deduction = _locked(deduction)
    if deduction.status not in OPEN or deduction.appraisal is None:
        raise DomainError("not_open", _("This deduction has been decided and can no longer be edited."))
    if deduction.by_office and Role.OFFICE not in roles_of(actor):
        raise DomainError("office_deduction", _("The office recorded this deduction; only the office may change it."))
    asked = changes.pop("points", None)
    for name, value in changes.items():
        setattr(deduction, name, value)
    chosen = rule_of(appraisal=deduction.appraisal, code=deduction.rule)
    _check_demands(
        rule=chosen, count=deduction.count, supervised_person=deduction.supervised_person, harm=deduction.harm
    )
    deduction.points = points_each(rule=chosen, asked=asked if isinstance(asked, Decimal) else None)
    deduction.status, deduction.reason, deduction.recorded_by = Status.RECORDED, "", actor
    deduction.save(update_fields=[*changes, "points", "status", "reason", "recorded_by"])
    record(actor=actor, action="deduction-revised", target=deduction, detail={"fields": sorted(changes)})
    return deduction


@transaction.atomic
def confirm_deductions(*, deductions: Iterable[DailyDeduction], approver: User) -> list[DailyDeduction]:
    """Make recorded deductions count, all or none (C19–C24).

    Raises ``DomainError``: ``same_person`` if ``approver`` recorded one, ``not_recorded`` if one is decided already,
    ``results_final`` if the cadre's result is final and there is no next year to count it in.
    """
    return [_confirm(deduction=deduction, approver=approver) for deduction in deductions]


def _confirm(*, deduction: DailyDeduction, approver: User) -> DailyDeduction:
    deduction = _locked(deduction)
    if deduction.status != Status.RECORDED:
        raise DomainError(
            "not_recorded", _("The deduction of %(name)s has been decided already.") % {"name": deduction.cadre.name}
        )
    if deduction.recorded_by_id == approver.pk:
        raise DomainError("same_person", _("Whoever recorded a deduction cannot confirm it."))
    _attach(deduction)
    deduction.status, deduction.confirmed_by, deduction.confirmed_at = Status.CONFIRMED, approver, timezone.now()
    deduction.save(update_fields=["status", "confirmed_by", "confirmed_at", "cycle", "appraisal"])
    record(actor=approver, action="deduction-confirmed", target=deduction, detail={"cycle": str(deduction.cycle)})
    return deduction


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
    """Send recorded deductions back to be corrected. Raises ``DomainError``: ``reason_missing``, ``not_recorded``."""
    if not reason.strip():
        raise DomainError("reason_missing", _("Enter the reason, so that the other side knows what to correct."))
    returned = []
    for deduction in map(_locked, deductions):
        if deduction.status != Status.RECORDED:
            raise DomainError(
                "not_recorded",
                _("The deduction of %(name)s has been decided already.") % {"name": deduction.cadre.name},
            )
        deduction.status, deduction.reason = Status.RETURNED, reason
        deduction.save(update_fields=["status", "reason"])
        record(actor=approver, action="deduction-returned", target=deduction)
        returned.append(deduction)
    return returned


@transaction.atomic
def withdraw_deduction(*, deduction: DailyDeduction, actor: User, reason: str) -> DailyDeduction:
    """Take a deduction back, with a reason that is kept.

    A unit withdraws what it recorded and nobody confirmed; the office withdraws any until the result is final.
    Raises ``DomainError``: ``reason_missing``, ``office_deduction``, ``already_counts``, ``results_final``.
    """
    if not reason.strip():
        raise DomainError("reason_missing", _("Enter the reason for taking the deduction back."))
    deduction = _locked(deduction)
    by_office = Role.OFFICE in roles_of(actor)
    if deduction.by_office and not by_office:
        raise DomainError("office_deduction", _("The office recorded this deduction; only the office may withdraw it."))
    if deduction.status == Status.CONFIRMED and not by_office:
        raise DomainError("already_counts", _("The deduction counts already. Ask the office to withdraw it."))
    if deduction.status == Status.WITHDRAWN:
        raise DomainError("not_open", _("This deduction has been withdrawn already."))
    if deduction.appraisal and deduction.appraisal.final_at:
        raise DomainError("results_final", _("The result is final. A mistake is put right by a corrected result."))
    deduction.status, deduction.reason = Status.WITHDRAWN, reason
    deduction.save(update_fields=["status", "reason"])
    record(actor=actor, action="deduction-withdrawn", target=deduction)
    return deduction


def _locked(deduction: DailyDeduction) -> DailyDeduction:
    return DailyDeduction.objects.select_for_update(of=("self",)).get(pk=deduction.pk)
