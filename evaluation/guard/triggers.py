"""Rules that the database holds, whoever writes: told once, said to both databases."""

from collections.abc import Iterable
from typing import NamedTuple

TEMPLATES = {
    "sqlite": [
        "CREATE TRIGGER {name} BEFORE {event} ON evaluation_{table} WHEN {condition} "
        "BEGIN SELECT RAISE(ABORT, '{message}'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
        "RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER {name} BEFORE {event} ON evaluation_{table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ],
}
REMOVALS = {"sqlite": "DROP TRIGGER {name}", "postgresql": "DROP FUNCTION {name} CASCADE"}
Statements = dict[str, list[str]]


def changed(columns: Iterable[str]) -> str:
    """Return the condition that any of ``columns`` becomes another value."""
    return "(" + " OR ".join(f'NEW."{column}" IS DISTINCT FROM OLD."{column}"' for column in columns) + ")"


class TableRule(NamedTuple):
    """``event`` (INSERT, UPDATE, DELETE) on ``table`` is refused with ``message`` where ``condition`` holds."""

    name: str
    event: str
    table: str
    condition: str
    message: str


def putting_on(room: str, rules: Iterable[tuple[str, str, str, str, str]]) -> Statements:
    """Return by vendor the statements that make the triggers ``<room>_<name>``."""
    told = [TableRule(*rule)._asdict() for rule in rules]
    return {
        vendor: [
            template.format(**{**rule, "name": f"{room}_{rule['name']}"}) for rule in told for template in templates
        ]
        for vendor, templates in TEMPLATES.items()
    }


def taking_off(room: str, rules: Iterable[tuple[str, str, str, str, str]]) -> Statements:
    """Return by vendor the statements that remove them."""
    names = [f"{room}_{rule[0]}" for rule in rules]
    return {vendor: [removal.format(name=name) for name in names] for vendor, removal in REMOVALS.items()}
