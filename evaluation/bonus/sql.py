"""What the database holds of this room, whoever writes: what a decided claim was for never changes (C26)."""


def _changed(columns: tuple[str, ...]) -> str:
    return "(" + " OR ".join(f'NEW."{column}" IS DISTINCT FROM OLD."{column}"' for column in columns) + ")"


CLAIM = ("id", "appraisal_id", "level", "awarded_on", "award", "issuer", "proof_id", "claimed_by_id", "claimed_at")
DECIDED = ("award_key", "unit_opinion", "unit_opinion_by_id")
DECISION = ("approved_level", "decided_by_id", "decided_at", "reason")
# An approval may be taken back, to be decided anew; a refused or withdrawn claim stays what it is.
STEPS = (
    "(OLD.status = 'claimed' AND NEW.status IN ('approved', 'refused', 'withdrawn'))"
    " OR (OLD.status = 'approved' AND NEW.status = 'claimed')"
)
# name, event, table, condition under which it is refused, message
RULES: list[tuple[str, str, str, str, str]] = [
    (
        "claim_update",
        "UPDATE",
        "bonusclaim",
        f"{_changed(CLAIM)} OR (OLD.status <> 'claimed' AND {_changed(DECIDED)})"
        f" OR (OLD.status <> 'claimed' AND NEW.status = OLD.status AND {_changed(DECISION)})"
        f" OR (NEW.status <> OLD.status AND NOT ({STEPS}))",
        "what was claimed and decided never changes",
    ),
    ("claim_delete", "DELETE", "bonusclaim", "TRUE", "a claim is never deleted"),
]
TEMPLATES = {
    "sqlite": [
        "CREATE TRIGGER bonus_{name} BEFORE {event} ON evaluation_{table} WHEN {condition} "
        "BEGIN SELECT RAISE(ABORT, '{message}'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION bonus_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
        "RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER bonus_{name} BEFORE {event} ON evaluation_{table} FOR EACH ROW EXECUTE FUNCTION bonus_{name}()",
    ],
}
REMOVALS = {"sqlite": "DROP TRIGGER bonus_{name}", "postgresql": "DROP FUNCTION bonus_{name} CASCADE"}


def _statements(vendor: str) -> list[str]:
    made = []
    for name, event, table, condition, message in RULES:
        values = {"name": name, "event": event, "table": table, "condition": condition, "message": message}
        made += [template.format(**values) for template in TEMPLATES[vendor]]
    return made


FORWARD = {vendor: _statements(vendor) for vendor in TEMPLATES}
REVERSE = {vendor: [removal.format(name=rule[0]) for rule in RULES] for vendor, removal in REMOVALS.items()}
