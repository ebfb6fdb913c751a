"""The record of who did what is never changed and never deleted: the database holds it."""

FORWARD = {
    "sqlite": [
        """CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON evaluation_auditevent
        BEGIN SELECT RAISE(ABORT, 'audit events are never changed'); END""",
        """CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON evaluation_auditevent
        BEGIN SELECT RAISE(ABORT, 'audit events are never deleted'); END""",
    ],
    "postgresql": [
        """CREATE FUNCTION audit_event_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'audit events are never changed or deleted' USING ERRCODE = 'check_violation'; END $$""",
        """CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE ON evaluation_auditevent
        FOR EACH ROW EXECUTE FUNCTION audit_event_is_final()""",
    ],
}
REVERSE = {
    "sqlite": ["DROP TRIGGER audit_event_no_update", "DROP TRIGGER audit_event_no_delete"],
    "postgresql": [
        "DROP TRIGGER audit_event_no_change ON evaluation_auditevent",
        "DROP FUNCTION audit_event_is_final",
    ],
}
