"""Judge a daily sheet against what is known, and record what is new: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.cycle.models import Cycle, DeductionRule, Track
from evaluation.daily.doubles import doubles_among
from evaluation.daily.models import Complaint, DailyDeduction
from evaluation.daily.reading import SheetRow, sheet_row
from evaluation.daily.services.checks import points_each, require_demands, require_open_month
from evaluation.errors import DomainError
from evaluation.intake.importer import JudgedRow, Plan, Reading, Refused, Verdict
from evaluation.roster.models import Appraisal
from evaluation.workbooks import name_key, text_key

Status = DailyDeduction.Status
Key = tuple[int, str, date, str]
# Which column a refusal of the service is about, where its code does not name it.
COLUMN_OF = {
    "points_out_of_bounds": "points",
    "in_the_future": "found_on",
    "not_due_yet": "rectify_by",
    "one_case_each": "count",
    "month_frozen": "late_reason",
}


def plan_daily(*, cycle: Cycle, reading: Reading, actor: User) -> Plan:
    """Judge every row: new, same or rejected. Reads only; the number of queries is constant but for months."""
    return _Judge(cycle, actor).plan(reading)


class _Judge:
    def __init__(self, cycle: Cycle, actor: User) -> None:
        self.cycle, self.actor = cycle, actor
        self.by_name: dict[str, list[Appraisal]] = {}
        rows = Appraisal.objects.writable_by(actor).filter(cycle=cycle).exclude(track=Track.BUREAU_LEADER)
        for one in rows.for_list().select_related("home_unit", "organising_unit", "cycle", "cadre"):
            self.by_name.setdefault(name_key(one.name), []).append(one)
        rules = DeductionRule.objects.filter(rules__cycle=cycle).select_related("rules")
        self.rules = {(rule.rules.track, rule.code): rule for rule in rules}
        self.complaints = {str(one): one for one in Complaint.objects.visible_to(actor).filter(cycle=cycle)}
        self.frozen: dict[tuple[int, date], DomainError | None] = {}
        self.seen: dict[Key, SheetRow] = {}
        known = DailyDeduction.objects.filter(appraisal__cycle=cycle)
        known = known.exclude(status__in=[Status.PROPOSED, Status.DECLINED])
        self.known = {_key(row): row for row in known if row.appraisal_id}

    def plan(self, reading: Reading) -> Plan:
        plan = Plan()
        for rejection in reading.rejections:
            plan.reject(rejection)
        fresh: list[tuple[SheetRow, DailyDeduction]] = []
        for row in map(sheet_row, reading.lines):
            try:
                deduction = self.deduction(row)
            except Refused as refused:
                plan.reject(row.line.rejected(*refused.rejection))
                continue
            standing = self.known.get(_key(deduction))
            if standing is not None:
                plan.judged.append(_judged(row, deduction, Verdict.SAME, standing.pk))
            else:
                fresh.append((row, deduction))
        self.judge_doubles(fresh, plan)
        plan.sort(reading.sheets)
        return plan

    def judge_doubles(self, fresh: Sequence[tuple[SheetRow, DailyDeduction]], plan: Plan) -> None:
        found = doubles_among([deduction for _row, deduction in fresh], user=self.actor)
        for (row, deduction), doubles in zip(fresh, found, strict=True):
            if doubles and not row.despite:
                named = "、".join(doubles.names[:3]) or "–"
                problem = _("The same incident number, or the same day and rule, stands under %(named)s.")
                advice = _("If it is to count all the same, write 是 in the column 重复仍计.")
                plan.reject(row.line.rejected("incident_number", problem % {"named": named}, advice))
                continue
            plan.judged.append(_judged(row, deduction, Verdict.NEW))
            plan.acts.append(_entry(row, deduction))

    def deduction(self, row: SheetRow) -> DailyDeduction:
        """Return what the row says, unsaved and checked, or raise ``Refused``."""
        appraisal = self.appraisal(row)
        rule = self.rule(row, appraisal)
        deduction = DailyDeduction(
            cadre=appraisal.cadre,
            appraisal=appraisal,
            rule=rule.code,
            found_on=row.found_on,
            count=row.count,
            source=row.source,
            rectify_by=row.rectify_by,
            complaint=self.complaint(row),
            **{"facts": "", "basis": "", **row.given},
        )
        standing = self.known.get(_key(deduction))
        if standing is None:
            self.check(row, deduction, rule)
        else:  # it was checked when it was recorded; its month may be frozen since
            deduction.points = standing.points
        first = self.seen.setdefault(_key(deduction), row)
        if first is not row:
            raise Refused(
                "facts",
                _("The same case stands in row %(row)s already.") % {"row": first.line.number},
                _("Delete one of the two rows, or write the number of cases."),
            )
        return deduction

    def appraisal(self, row: SheetRow) -> Appraisal:
        found = self.by_name.get(name_key(row.name), [])
        if row.unit:
            key = text_key(row.unit)
            found = [one for one in found if key in (text_key(one.organising_unit.name), text_key(one.home_unit.name))]
        if len(found) > 1 and row.office:
            found = [one for one in found if text_key(one.office) == text_key(row.office)]
        if not found:
            raise Refused(
                "name",
                _("No cadre of this name stands on the roster for which you record."),
                _("Check name and unit; whom another unit organises, that unit or the office records."),
            )
        if len(found) > 1:
            raise Refused(
                "name",
                _("Several cadres have this name."),
                _("Write the unit and the section as they stand on the roster."),
            )
        return found[0]

    def rule(self, row: SheetRow, appraisal: Appraisal) -> DeductionRule:
        rule = self.rules.get((appraisal.track, row.rule))
        if rule is None:
            words = text_key(row.rule)
            named = [one for (track, _code), one in self.rules.items() if track == appraisal.track]
            rule = next((one for one in named if text_key(one.label_zh).startswith(words)), None) if words else None
        if rule is not None:
            return rule
        advice = _("Write 5a (held to account) or 5b (disciplined or prosecuted).")
        if row.rule != "5":
            advice = _("Write the number of the rule: 1, 2, 3, 4, 5a, 5b or 6.")
        raise Refused("rule", _("“%(text)s” is no rule of this year.") % {"text": row.rule[:20]}, advice)

    def complaint(self, row: SheetRow) -> Complaint | None:
        if not row.complaint:
            return None
        if (found := self.complaints.get(row.complaint)) is None:
            raise Refused(
                "complaint",
                _("There is no complaint %(number)s in the register.") % {"number": row.complaint},
                _("Write its number as in the register, as 2012-17, or leave the cell empty."),
            )
        return found

    def check(self, row: SheetRow, deduction: DailyDeduction, rule: DeductionRule) -> None:
        try:
            deduction.points = points_each(rule=rule, asked=row.points)
            if rule.points is not None and row.points not in (None, rule.points):
                raise DomainError(
                    "points_out_of_bounds", _("The rule takes %(points)s points.") % {"points": rule.points}
                )
            require_demands(deduction, rule)
            self.check_month(deduction)
        except DomainError as error:
            column = COLUMN_OF.get(error.code) or error.code.removesuffix("_missing")
            label = row.line.header.labels.get(column)
            advice = _("Correct it in the file.") if label else _("Add the column; the empty form shows its name.")
            raise Refused(column, str(error), advice) from error

    def check_month(self, deduction: DailyDeduction) -> None:
        if deduction.late_reason.strip() or deduction.appraisal is None:
            return
        place = (deduction.appraisal.organising_unit_id, deduction.found_on.replace(day=1))
        if place not in self.frozen:
            try:
                require_open_month(deduction)
                self.frozen[place] = None
            except DomainError as error:
                self.frozen[place] = error
        if (refusal := self.frozen[place]) is not None:
            raise refusal


def _key(row: DailyDeduction) -> Key:
    return row.appraisal_id or 0, row.rule, row.found_on, text_key(row.facts)


def _entry(row: SheetRow, deduction: DailyDeduction) -> dict[str, Any]:
    return {
        "appraisal": deduction.appraisal,
        "rule": deduction.rule,
        "found_on": deduction.found_on,
        "source": deduction.source,
        "count": deduction.count,
        "points": deduction.points,
        "rectify_by": deduction.rectify_by,
        "complaint": deduction.complaint,
        "despite_doubles": row.despite,
        "facts": "",
        "basis": "",
        **row.given,
    }


def _judged(row: SheetRow, deduction: DailyDeduction, verdict: str, target: int | None = None) -> JudgedRow:
    appraisal = deduction.appraisal
    assert appraisal is not None
    total = f"−{deduction.points * deduction.count}"
    values = {
        "name": appraisal.name,
        "unit": appraisal.organising_unit.name,
        "office": appraisal.office,
        "post": f"{deduction.rule} · {deduction.found_on:%Y-%m-%d} · {total}",
    }
    return JudgedRow(row.line.sheet, row.line.number, verdict, values=values, target=target)
