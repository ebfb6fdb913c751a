"""Judge a service ledger against what is known, and write it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.intake.services import JudgedRow, Verdict, opened
from evaluation.recipients.models import ServiceRecord
from evaluation.recipients.reading import Ledger, LedgerRow, read_ledger
from evaluation.roster.importing import NewUnit, UnitIndex, UnitKey, create_units, own_units
from evaluation.roster.reading import Rejection, kind_of
from evaluation.units.access import roles_of
from evaluation.units.models import Role
from evaluation.workbooks import WorkbookError, text_key


@dataclass(slots=True)
class Entry:
    """One case to be written: a new record, or an existing one with new values."""

    unit: UnitKey
    number: str
    fields: Mapping[str, Any]
    record: ServiceRecord | None = None


@dataclass(slots=True)
class LedgerPlan:
    judged: list[JudgedRow]
    entries: list[Entry]
    new_units: dict[UnitKey, NewUnit]
    units: UnitIndex
    ignored_sheets: tuple[str, ...]

    def digest(self) -> str:
        said = [[row.sheet, row.number, str(row.verdict), row.target, row.values] for row in self.judged]
        text = json.dumps([said, [[*key] for key in self.new_units]], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def summary(self) -> dict[str, object]:
        new = [{"name": unit.name, "kind": unit.kind, "parent": ""} for unit in self.new_units.values()]
        return {"digest": self.digest(), "ignored_sheets": list(self.ignored_sheets), "new_units": new}


def read_file(*, data: bytes, name: str) -> Ledger:
    """Read a ledger upload. Raises ``DomainError`` with the code of the ``WorkbookError``."""
    try:
        return read_ledger(opened(data=data, name=name))
    except WorkbookError as error:
        raise DomainError(error.code, error.message) from error


def plan_ledger(*, cycle: Cycle, ledger: Ledger, actor: User | str) -> LedgerPlan:
    """Judge every case by unit and number: new, changed, same or rejected. The number of queries is constant."""
    units = UnitIndex()
    is_office = isinstance(actor, str) or Role.OFFICE in roles_of(actor)
    own = set() if isinstance(actor, str) or is_office else own_units(actor)
    known = {(record.unit_id, record.number): record for record in ServiceRecord.objects.filter(cycle=cycle)}
    plan = LedgerPlan(
        [rejection_row(rejection) for rejection in ledger.rejections], [], {}, units, ledger.ignored_sheets
    )
    for row in ledger.rows:
        plan.judged.append(judge(row, plan, known, own=None if is_office else own))
    sheets = list(dict.fromkeys(row.sheet for row in plan.judged))
    plan.judged.sort(key=lambda row: (sheets.index(row.sheet), row.number))
    return plan


def judge(
    row: LedgerRow, plan: LedgerPlan, known: Mapping[tuple[int, str], ServiceRecord], *, own: set[int] | None
) -> JudgedRow:
    """Judge one case; ``own`` are the units that the actor may write for, ``None`` for the office."""
    key: UnitKey = ("", text_key(row.unit))
    unit = plan.units.get(key)
    if own is not None and (unit is None or unit.pk not in own):
        return rejection_row(
            row.rejected(
                "unit",
                _("This row belongs to another unit."),
                _("Leave it out. That unit imports its own ledger, or the office does."),
            )
        )
    if unit is None and key not in plan.new_units:
        plan.new_units[key] = NewUnit(key, row.unit, kind_of(row.unit, ""))
    record = known.get((unit.pk, row.number)) if unit else None
    fields = {**row.given, **row.days}
    changes = {
        name: [text_of(getattr(record, name)), text_of(value)]
        for name, value in fields.items()
        if record is not None and getattr(record, name) != value
    }
    verdict = Verdict.NEW if record is None else Verdict.CHANGED if changes else Verdict.SAME
    if verdict != Verdict.SAME:
        plan.entries.append(Entry(key, row.number, fields, record))
    changes.pop("telephone", None)  # contact details are for the draw alone
    return JudgedRow(
        row.sheet,
        row.row,
        verdict,
        values={
            "name": row.number,
            "unit": unit.name if unit else row.unit,
            "office": row.given.get("office", ""),
            "post": row.given.get("matter", ""),
            **({"changes": changes} if changes else {}),
        },
        target=record.pk if record else None,
    )


def text_of(value: object) -> str:
    return "" if value is None else str(value)


def rejection_row(rejection: Rejection) -> JudgedRow:
    return JudgedRow(
        rejection.sheet,
        rejection.row,
        Verdict.REJECTED,
        rejection.column,
        rejection.problem,
        rejection.advice,
        {**rejection.shown, "cells": list(rejection.cells)},
    )


def carry_out(*, cycle: Cycle, plan: LedgerPlan, actor: User | str) -> None:
    """Write a plan. Inside a transaction; the number of queries is constant."""
    made = create_units(new=plan.new_units.values(), index=plan.units, actor=actor)

    def pk_of(key: UnitKey) -> int:
        return (plan.units.get(key) or made[key]).pk

    ServiceRecord.objects.bulk_create(
        (
            ServiceRecord(cycle=cycle, unit_id=pk_of(entry.unit), number=entry.number, **entry.fields)
            for entry in plan.entries
            if entry.record is None
        ),
        batch_size=500,
    )
    changed = [entry for entry in plan.entries if entry.record is not None]
    for entry in changed:
        for name, value in entry.fields.items():
            setattr(entry.record, name, value)
    names = sorted({name for entry in changed for name in entry.fields})
    if names:
        ServiceRecord.objects.bulk_update([entry.record for entry in changed if entry.record], names, batch_size=100)
