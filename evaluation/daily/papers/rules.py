"""The rules of the year as a form names them, by track and code."""

from collections.abc import Mapping
from decimal import Decimal

from evaluation.cycle.clauses import clause_of
from evaluation.cycle.models import Cycle, DeductionRule, Track
from evaluation.daily.models import DailyDeduction

Rules = Mapping[tuple[str, str], DeductionRule]

# A form is Chinese whatever the language of the page.
SOURCES = {
    DailyDeduction.Source.COMPLAINT: "群众投诉",
    DailyDeduction.Source.OPINION: "群众意见建议",
    DailyDeduction.Source.INSPECTION: "督查检查",
    DailyDeduction.Source.DISCIPLINE: "纪检监察",
    DailyDeduction.Source.COURT: "行政复议或行政诉讼",
    DailyDeduction.Source.OTHER: "其他",
}


def rules_in_words(cycle: Cycle) -> Rules:
    """Return the deduction rules of ``cycle`` by (track, code); one query."""
    rows = DeductionRule.objects.filter(rules__cycle=cycle).select_related("rules")
    return {(row.rules.track, row.code): row for row in rows}


def rule_of(deduction: DailyDeduction, rules: Rules) -> DeductionRule | None:
    track = deduction.appraisal.track if deduction.appraisal else Track.MID_LEVEL
    return rules.get((track, deduction.rule))


def whole_rule(deduction: DailyDeduction, rules: Rules) -> str:
    """``第1项（五（二）1）服务对象投诉……``: number, place in the source, words."""
    rule = rule_of(deduction, rules)
    if rule is None:
        return f"第{deduction.rule}项"
    place = f"（{clause_of(rule.clause).heading}）" if rule.clause else ""
    return f"第{rule.code}项{place}　{rule.label_zh}"


def plain_points(points: Decimal) -> str:
    """``5``, ``0.5``: without zeros that say nothing."""
    return format(points.normalize(), "f")
