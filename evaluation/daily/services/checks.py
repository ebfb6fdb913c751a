"""What is asked before a deduction is written: the rule and what it demands, the month, the person who acts."""

from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.cycle.models import DeductionRule
from evaluation.daily.demands import DEMANDS
from evaluation.daily.models import DailyDeduction
from evaluation.daily.months import is_frozen, month_of
from evaluation.errors import DomainError
from evaluation.roster.models import Appraisal

MISSING = {
    "to_rectify": gettext_lazy("Rule 2: say what was to be rectified."),
    "rectify_by": gettext_lazy("Rule 2: say by when it was to be rectified."),
    "decision": gettext_lazy("Name the decision or judgment: its number, who made it, and when."),
    "impropriety": gettext_lazy("Rule 4 needs all three: say what improper performance was established."),
    "harm": gettext_lazy("Rule 4 needs all three: say which lawful rights were harmed or what bad influence it had."),
    "supervised_person": gettext_lazy("Enter the name of the supervised person."),
    "responsibility": gettext_lazy("Rule 5: say what the leader was responsible for at that time."),
    "amount_reason": gettext_lazy("Rule 6: give the reason for the amount."),
}


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
    least, most = rule.minimum or Decimal(0), rule.maximum or Decimal(0)
    if asked is not None and asked > 0 and least <= asked <= most:
        return asked
    if least:
        words = _("Under this rule enter points from %(minimum)s to %(maximum)s.")
    else:
        words = _("Under this rule enter points above 0 and not above %(maximum)s.")
    raise DomainError("points_out_of_bounds", words % {"minimum": least, "maximum": most})


def require_demands(deduction: DailyDeduction, rule: DeductionRule) -> None:
    """Raise ``DomainError`` for the first thing that the rule demands and the deduction does not say.

    Codes: ``<field>_missing``, ``in_the_future``, ``one_case_each``.
    """
    if deduction.found_on > timezone.localdate():
        raise DomainError("in_the_future", _("The date of the finding lies in the future."))
    if not deduction.basis.strip():
        raise DomainError("basis_missing", _("Name the document, decision or record that the finding rests on."))
    for name in DEMANDS.get(rule.code, ()):
        if getattr(deduction, name) in ("", None):
            raise DomainError(f"{name}_missing", MISSING[name])
    if deduction.rectify_by and deduction.rectify_by > timezone.localdate():
        raise DomainError("not_due_yet", _("The time to rectify it has not ended yet."))
    if rule.points is None and deduction.count != 1:
        raise DomainError("one_case_each", _("Under this rule enter each case by itself."))


def require_proof(deduction: DailyDeduction) -> None:
    """Raise ``DomainError`` ``proof_missing``: a verified complaint is linked, or its finding is attached (C19)."""
    if deduction.rule == "1" and deduction.complaint_id is None and deduction.evidence_id is None:
        raise DomainError(
            "proof_missing",
            _("Rule 1 of %(name)s: link the complaint, or attach the finding that it rests on.")
            % {"name": deduction.cadre.name},
        )


def require_open_month(deduction: DailyDeduction, today: date | None = None) -> None:
    """Raise ``DomainError`` ``month_frozen`` where the list of that month stands and no reason is given."""
    if deduction.late_reason.strip() or deduction.appraisal is None:
        return
    appraisal = deduction.appraisal
    month = month_of(deduction.found_on)
    if is_frozen(cycle=appraisal.cycle, unit=appraisal.organising_unit, month=month, today=today):
        raise DomainError(
            "month_frozen",
            _("The list of %(month)s is frozen. For a finding that came late, give the reason for entering it late.")
            % {"month": month.strftime("%Y-%m")},
        )


def locked(deduction: DailyDeduction) -> DailyDeduction:
    rows = DailyDeduction.objects.select_for_update(of=("self",))
    return rows.select_related("cadre__user", "appraisal__cycle", "appraisal__organising_unit").get(pk=deduction.pk)
