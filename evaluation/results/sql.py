"""What the database holds of results: figures that were handed to anybody never change, states only go forward.

A publication's figures may be replaced while it is computed; from the feedback on they are fixed. No publication is
ever deleted, nor a result of one that was fed back.
"""

FIXED = (
    "cycle_id",
    "track",
    "organising_unit_id",
    "version",
    "public_code",
    "rules",
    "analysis",
    "computed_at",
    "computed_by_id",
    "analysis_by_id",
    "approved_by_id",
    "approved_at",
    "correction_reason",
)
NOTICE = ("feedback_due", "notice_from", "notice_until")
FINAL = ("finalised_by_id", "finalised_at")


def _order(row: str) -> str:
    states = ("computed", "feedback", "notice", "final", "superseded")
    cases = " ".join(f"WHEN '{state}' THEN {place}" for place, state in enumerate(states))
    return f"CASE {row}.status {cases} END"


def _changed(columns: tuple[str, ...], differs: str, text: str = "") -> str:
    return " OR ".join(f"NEW.{name}{text} {differs} OLD.{name}{text}" for name in columns)


def _refused(differs: str, text: str = "") -> str:
    """``text`` casts json on PostgreSQL, where jsonb compares well and json does not."""
    return (
        f"({_order('NEW')} < {_order('OLD')})"
        f" OR (OLD.status <> 'computed' AND ({_changed(FIXED, differs, text)}))"
        f" OR (OLD.status IN ('notice', 'final', 'superseded') AND ({_changed(NOTICE, differs, text)}))"
        f" OR (OLD.status IN ('final', 'superseded') AND ({_changed(FINAL, differs, text)}))"
    )


def _is_fixed(row: str) -> str:
    return f"(SELECT status FROM evaluation_publication WHERE id = {row}.publication_id) <> 'computed'"  # noqa: S608


def _sqlite(name: str, event: str, condition: str, message: str, table: str = "result") -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {event} ON evaluation_{table} WHEN {condition}"
        f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def _function(name: str, condition: str, message: str, answer: str) -> str:
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {condition} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END IF;"
        f" RETURN {answer}; END $$"
    )


def _trigger(name: str, event: str, table: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {event} ON evaluation_{table} FOR EACH ROW EXECUTE FUNCTION {name}()"


PUBLICATION_FIXED = "figures of a publication that was fed back never change"
PUBLICATION_KEPT = "a publication is never deleted"
RESULT_FIXED = "results that were fed back never change"

FORWARD = {
    "sqlite": [
        _sqlite("publication_fixed", "UPDATE", _refused("IS NOT"), PUBLICATION_FIXED, "publication"),
        _sqlite("publication_kept", "DELETE", "1", PUBLICATION_KEPT, "publication"),
        _sqlite("result_fixed_insert", "INSERT", _is_fixed("NEW"), RESULT_FIXED),
        _sqlite("result_fixed_update", "UPDATE", f"{_is_fixed('OLD')} OR {_is_fixed('NEW')}", RESULT_FIXED),
        _sqlite("result_fixed_delete", "DELETE", _is_fixed("OLD"), RESULT_FIXED),
    ],
    "postgresql": [
        _function("publication_fixed", _refused("IS DISTINCT FROM", "::text"), PUBLICATION_FIXED, "NEW"),
        _trigger("publication_fixed", "UPDATE", "publication"),
        _function("publication_kept", "TRUE", PUBLICATION_KEPT, "OLD"),
        _trigger("publication_kept", "DELETE", "publication"),
        _function("result_fixed_insert", _is_fixed("NEW"), RESULT_FIXED, "NEW"),
        _trigger("result_fixed_insert", "INSERT", "result"),
        _function("result_fixed_update", f"{_is_fixed('OLD')} OR {_is_fixed('NEW')}", RESULT_FIXED, "NEW"),
        _trigger("result_fixed_update", "UPDATE", "result"),
        _function("result_fixed_delete", _is_fixed("OLD"), RESULT_FIXED, "OLD"),
        _trigger("result_fixed_delete", "DELETE", "result"),
    ],
}
NAMES = {
    "publication": ("publication_fixed", "publication_kept"),
    "result": ("result_fixed_insert", "result_fixed_update", "result_fixed_delete"),
}
REVERSE = {
    "sqlite": [f"DROP TRIGGER {name}" for names in NAMES.values() for name in names],
    "postgresql": [
        statement
        for table, names in NAMES.items()
        for name in names
        for statement in (f"DROP TRIGGER {name} ON evaluation_{table}", f"DROP FUNCTION {name}")
    ],
}
