"""What the database holds of this room, whoever writes: the rules of complaints, and those of deductions."""

from evaluation.daily import sql_complaints, sql_deductions

# name, event, table, condition under which it is refused, message
RULES: list[tuple[str, str, str, str, str]] = [*sql_complaints.RULES, *sql_deductions.RULES]
TEMPLATES = {
    "sqlite": [
        "CREATE TRIGGER daily_{name} BEFORE {event} ON evaluation_{table} WHEN {condition} "
        "BEGIN SELECT RAISE(ABORT, '{message}'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION daily_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
        "RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER daily_{name} BEFORE {event} ON evaluation_{table} FOR EACH ROW EXECUTE FUNCTION daily_{name}()",
    ],
}
REMOVALS = {"sqlite": "DROP TRIGGER daily_{name}", "postgresql": "DROP FUNCTION daily_{name} CASCADE"}


def _statements(vendor: str) -> list[str]:
    made = []
    for name, event, table, condition, message in RULES:
        values = {"name": name, "event": event, "table": table, "condition": condition, "message": message}
        made += [template.format(**values) for template in TEMPLATES[vendor]]
    return made


FORWARD = {vendor: _statements(vendor) for vendor in TEMPLATES}
REVERSE = {vendor: [removal.format(name=rule[0]) for rule in RULES] for vendor, removal in REMOVALS.items()}
