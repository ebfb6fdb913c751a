"""Judge a service ledger against what is known, and write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.intake.importer import Ask, JudgedRow, Plan, Reading, Refused, Verdict
from evaluation.intake.reading import Line
from evaluation.recipients.models import ServiceRecord
from evaluation.recipients.reading import DAYS, TEXTS
from evaluation.roster.importing import NewUnit, UnitIndex, UnitKey, create_units, own_units
from evaluation.roster.reading import kind_of
from evaluation.workbooks import text_key


@dataclass(slots=True)
class Entry:
    """One case to be written: a new record, or an existing one with new values."""

    unit: UnitKey
    number: str
    fields: Mapping[str, Any]
    record: ServiceRecord | None = None


@dataclass(slots=True)
class LedgerPlan(Plan):
    new_units: dict[UnitKey, NewUnit] = field(default_factory=dict)
    units: UnitIndex = field(default_factory=UnitIndex)


def plan_ledger(*, cycle: Cycle, reading: Reading, ask: Ask) -> LedgerPlan:
    """Judge every case by unit and number: new, changed, same or rejected. The number of queries is constant."""
    judge = _Judge(cycle, ask)
    plan = judge.plan
    for rejection in reading.rejections:
        plan.reject(rejection)
    for line in reading.lines:
        try:
            plan.judged.append(judge.row(line))
        except Refused as refused:
            shown = {"name": line.text("number"), "unit": line.text("unit")}
            plan.reject(line.rejected(*refused.rejection, shown))
    plan.sort(reading.sheets)
    plan.told["new_units"] = [{"name": unit.name, "kind": unit.kind, "parent": ""} for unit in plan.new_units.values()]
    return plan


class _Judge:
    def __init__(self, cycle: Cycle, ask: Ask) -> None:
        self.plan = LedgerPlan()
        self.own = None if ask.is_office or isinstance(ask.actor, str) else own_units(ask.actor)
        self.known = {(record.unit_id, record.number): record for record in ServiceRecord.objects.filter(cycle=cycle)}
        self.keys: dict[str, UnitKey] = {}
        self.seen: dict[tuple[UnitKey, str], int] = {}

    def row(self, line: Line) -> JudgedRow:
        named, number = line.texts["unit"], line.texts["number"]
        key = self.keys.get(named) or self.keys.setdefault(named, ("", text_key(named)))
        first = self.seen.setdefault((key, number), line.number)
        if first != line.number:
            problem = _("This case number stands in row %(row)s already.") % {"row": first}
            raise Refused("number", problem, _("Delete one of the two rows."))
        unit = self.plan.units.get(key)
        if self.own is not None and (unit is None or unit.pk not in self.own):
            advice = _("Leave it out. That unit imports its own ledger, or the office does.")
            raise Refused("unit", _("This row belongs to another unit."), advice)
        if unit is None and key not in self.plan.new_units:
            self.plan.new_units[key] = NewUnit(key, named, kind_of(named, ""))
        record = self.known.get((unit.pk, number)) if unit else None
        fields: dict[str, Any] = line.given(TEXTS)
        fields |= {name: line.day(name) if line.texts[name] else None for name in DAYS if name in line.texts}
        changes = changes_of(record, fields) if record else {}
        verdict = Verdict.NEW if record is None else Verdict.CHANGED if changes else Verdict.SAME
        if verdict != Verdict.SAME:
            self.plan.acts.append(Entry(key, number, fields, record))
        changes.pop("telephone", None)  # contact details are for the draw alone
        values = {
            "name": number,
            "unit": unit.name if unit else named,
            "office": fields.get("office", ""),
            "post": fields.get("matter", ""),
            **({"changes": changes} if changes else {}),
        }
        return JudgedRow(line.sheet, line.number, verdict, values=values, target=record.pk if record else None)


def changes_of(record: ServiceRecord, fields: Mapping[str, Any]) -> dict[str, list[str]]:
    return {
        name: [text_of(getattr(record, name)), text_of(value)]
        for name, value in fields.items()
        if getattr(record, name) != value
    }


def text_of(value: object) -> str:
    return "" if value is None else str(value)


def carry_out(*, cycle: Cycle, plan: LedgerPlan, actor: User | str) -> None:
    """Write a plan. Inside a transaction; the number of queries is constant."""
    made = create_units(new=plan.new_units.values(), index=plan.units, actor=actor)
    units = {key: (plan.units.get(key) or made[key]).pk for key in {entry.unit for entry in plan.acts}}
    ServiceRecord.objects.bulk_create(
        (
            ServiceRecord(cycle=cycle, unit_id=units[entry.unit], number=entry.number, **entry.fields)
            for entry in plan.acts
            if entry.record is None
        ),
        batch_size=500,
    )
    changed = [entry for entry in plan.acts if entry.record is not None]
    for entry in changed:
        for name, value in entry.fields.items():
            setattr(entry.record, name, value)
    names = sorted({name for entry in changed for name in entry.fields})
    if names:
        ServiceRecord.objects.bulk_update([entry.record for entry in changed], names, batch_size=100)
