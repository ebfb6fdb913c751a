"""What never changes of deductions, defences and months: a confirmed finding, a reviewed defence, a frozen list."""

from evaluation.daily.demands import DEMANDS
from evaluation.guard.triggers import changed


def _missing(field: str) -> str:
    return f"NEW.{field} IS NULL" if field == "rectify_by" else f"NEW.{field} = ''"


def _lacks() -> str:
    """Whether a row lacks what its rule demands (C20–C24)."""
    rules = [f"(NEW.rule = '{code}' AND ({' OR '.join(map(_missing, fields))}))" for code, fields in DEMANDS.items()]
    return f"(NEW.basis = '' OR {' OR '.join(rules)})"


DEMANDED = sorted({field for fields in DEMANDS.values() for field in fields})
FIXED = (
    *("id", "cadre_id", "cycle_id", "rule", "found_on", "points", "count", "source", "facts", "basis"),
    *DEMANDED,
    *("late_reason", "incident_number", "evidence_id", "complaint_id", "proposal_key", "proposal", "by_office"),
    *("recorded_by_id", "recorded_at", "confirmed_by_id", "confirmed_at"),
)
TOLD = ("told_how", "told_on", "told_by_id", "defence_due")
MADE = ("id", "deduction_id", "text", "made_by_id", "made_on", "on_paper", "due")
STANDS = "NEW.status IN ('recorded', 'confirmed')"
# name, event, table, condition under which it is refused, message
RULES: list[tuple[str, str, str, str, str]] = [
    (
        "deduction_insert",
        "INSERT",
        "dailydeduction",
        f"{STANDS} AND {_lacks()}",
        "a deduction never lacks what its rule demands",
    ),
    (
        "deduction_update",
        "UPDATE",
        "dailydeduction",
        f"{STANDS} AND {changed(('status', 'rule', 'basis', *DEMANDED))} AND {_lacks()}",
        "a deduction never lacks what its rule demands",
    ),
    (
        "deduction_fixed",
        "UPDATE",
        "dailydeduction",
        f"OLD.confirmed_at IS NOT NULL AND {changed(FIXED)}",
        "a confirmed deduction never changes",
    ),
    (
        "deduction_states",
        "UPDATE",
        "dailydeduction",
        "(OLD.status = 'confirmed' AND NEW.status NOT IN ('confirmed', 'withdrawn'))"
        f" OR (OLD.status = 'withdrawn' AND {changed(('status', 'reason'))})",
        "a confirmed deduction never goes back, it is withdrawn",
    ),
    (
        "deduction_told",
        "UPDATE",
        "dailydeduction",
        f"OLD.told_how <> '' AND {changed(TOLD)}",
        "when the cadre was told never changes",
    ),
    (
        "deduction_delete",
        "DELETE",
        "dailydeduction",
        "OLD.confirmed_at IS NOT NULL",
        "a confirmed deduction is never deleted",
    ),
    (
        "defence_update",
        "UPDATE",
        "defence",
        f"OLD.status <> 'open' OR {changed(MADE)}",
        "a defence never changes, it is reviewed once",
    ),
    ("defence_delete", "DELETE", "defence", "TRUE", "a defence is never deleted"),
    ("month_update", "UPDATE", "monthsheet", "TRUE", "a frozen month never changes"),
    ("month_delete", "DELETE", "monthsheet", "TRUE", "a frozen month is never deleted"),
]
