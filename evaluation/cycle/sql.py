"""Frozen rules are never changed and never deleted: the database holds it, whoever writes.

Somebody has voted by them. What stands in the rows of a track can be written only while ``frozen_at`` of its
``TrackRules`` is empty; the freeze itself is the last change.
"""

ROW_TABLES = [f"evaluation_{name}" for name in ("grouprule", "aspectrule", "graderule", "deductionrule", "bonuslevel")]
MESSAGE = "the rules of this track are frozen"


def _sqlite(table: str, event: str, keys: str) -> str:
    return f"""CREATE TRIGGER {table}_frozen_{event.lower()} BEFORE {event} ON {table}
        WHEN EXISTS (SELECT 1 FROM evaluation_trackrules WHERE id IN ({keys}) AND frozen_at IS NOT NULL)
        BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"""  # noqa: S608 (constants of this file)


def _sqlite_rules(event: str) -> str:
    return f"""CREATE TRIGGER evaluation_trackrules_frozen_{event.lower()} BEFORE {event} ON evaluation_trackrules
        WHEN OLD.frozen_at IS NOT NULL BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"""


EVENTS = {"INSERT": "NEW.rules_id", "UPDATE": "OLD.rules_id, NEW.rules_id", "DELETE": "OLD.rules_id"}

FORWARD = {
    "sqlite": [
        *(_sqlite(table, event, keys) for table in ROW_TABLES for event, keys in EVENTS.items()),
        *(_sqlite_rules(event) for event in ("UPDATE", "DELETE")),
    ],
    "postgresql": [
        # FOR SHARE waits for a freeze that is being committed, so no row slips in beside it.
        f"""CREATE FUNCTION cycle_rule_row_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE frozen timestamptz;
        BEGIN
            IF TG_OP <> 'INSERT' THEN
                SELECT frozen_at INTO frozen FROM evaluation_trackrules WHERE id = OLD.rules_id FOR SHARE;
                IF frozen IS NOT NULL THEN
                    RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation';
                END IF;
            END IF;
            IF TG_OP <> 'DELETE' THEN
                SELECT frozen_at INTO frozen FROM evaluation_trackrules WHERE id = NEW.rules_id FOR SHARE;
                IF frozen IS NOT NULL THEN
                    RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            END IF;
            RETURN OLD;
        END $$""",  # noqa: S608 (constants of this file)
        f"""CREATE FUNCTION cycle_rules_are_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation'; END $$""",
        *(
            f"""CREATE TRIGGER {table}_frozen BEFORE INSERT OR UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION cycle_rule_row_is_frozen()"""
            for table in ROW_TABLES
        ),
        """CREATE TRIGGER evaluation_trackrules_frozen BEFORE UPDATE OR DELETE ON evaluation_trackrules
        FOR EACH ROW WHEN (OLD.frozen_at IS NOT NULL) EXECUTE FUNCTION cycle_rules_are_frozen()""",
    ],
}
REVERSE = {
    "sqlite": [
        *(f"DROP TRIGGER {table}_frozen_{event.lower()}" for table in ROW_TABLES for event in EVENTS),
        *(f"DROP TRIGGER evaluation_trackrules_frozen_{event}" for event in ("update", "delete")),
    ],
    "postgresql": [
        *(f"DROP TRIGGER {table}_frozen ON {table}" for table in [*ROW_TABLES, "evaluation_trackrules"]),
        "DROP FUNCTION cycle_rule_row_is_frozen",
        "DROP FUNCTION cycle_rules_are_frozen",
    ],
}
