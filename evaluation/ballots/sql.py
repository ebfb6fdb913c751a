"""What the database itself holds of a box: states that only go forward, a sheet that is fixed, counts that stay.

Every trigger is a name, an event, a table and a condition under which the act is refused, in SQL that SQLite and
PostgreSQL both read. Trial boxes may be deleted with all that is in them.
"""

BOX_STATE = "(SELECT state FROM evaluation_ballotbox WHERE id = {box})"
BOX_TRIAL = "(SELECT is_trial FROM evaluation_ballotbox WHERE id = {box})"


def _state(row: str) -> str:
    return BOX_STATE.format(box=f"{row}.box_id")


def _trial(row: str) -> str:
    return BOX_TRIAL.format(box=f"{row}.box_id")


def _changed(*columns: str) -> str:
    return "(" + " OR ".join(f'NEW."{column}" IS DISTINCT FROM OLD."{column}"' for column in columns) + ")"


FORWARD_STEPS = (
    "(OLD.state = 'draft' AND NEW.state = 'ready') OR (OLD.state = 'ready' AND NEW.state IN ('draft', 'open'))"
    " OR (OLD.state = 'open' AND NEW.state = 'closed') OR (OLD.state = 'closed' AND NEW.state = 'counted')"
    " OR (OLD.state <> 'annulled' AND NEW.state = 'annulled')"
)
FIXED_ONCE_READY = (
    *("cycle_id", "unit_id", "track", "kind", "meeting_id", "is_trial", "takes_passes", "takes_paper"),
    *("public_code", "public_key", "envelope_size", "spec", "repeats_id", "stratum_id"),
    *("asks_telephone", "burst_limit"),
)
COUNT_BOX = "(SELECT box_id FROM evaluation_papercount WHERE id = {row}.count_id)"


def _count_state(row: str) -> str:
    return BOX_STATE.format(box=COUNT_BOX.format(row=row))


# A row of a table that is being deleted together with its box finds no box any more: NULL, which refuses nothing.
RULES: list[tuple[str, str, str, str, str]] = [
    ("box_begins", "INSERT", "ballotbox", "NEW.state <> 'draft'", "a box begins as a draft"),
    (
        "box_forward",
        "UPDATE",
        "ballotbox",
        f"NEW.state <> OLD.state AND NOT ({FORWARD_STEPS})",
        "the states of a box only go forward",
    ),
    (
        "box_handed_out",
        "UPDATE",
        "ballotbox",
        "OLD.state = 'ready' AND NEW.state = 'draft' AND (EXISTS (SELECT 1 FROM evaluation_pass WHERE box_id = OLD.id)"
        " OR EXISTS (SELECT 1 FROM evaluation_boxgroup WHERE box_id = OLD.id AND printed > 0))",
        "something has been handed out",
    ),
    (
        "box_fixed",
        "UPDATE",
        "ballotbox",
        f"OLD.state <> 'draft' AND {_changed(*FIXED_ONCE_READY)}",
        "the sheet of a box is fixed once it is ready",
    ),
    (
        "box_closed_facts",
        "UPDATE",
        "ballotbox",
        "OLD.state IN ('closed', 'counted', 'annulled') AND "
        + _changed("committed", "merkle_root", "opens_at", "closes_at", "opened_at", "closed_at"),
        "what was committed at closing stays",
    ),
    (
        "box_released",
        "UPDATE",
        "ballotbox",
        f"{_changed('released_at')} AND (OLD.released_at IS NOT NULL OR NEW.state <> 'counted')",
        "only a counted box is released, once",
    ),
    (
        "box_network_key",
        "UPDATE",
        "ballotbox",
        f"OLD.state <> 'draft' AND {_changed('network_key')} AND NEW.network_key IS NOT NULL",
        "the key of the networks is fixed, and destroyed with the count",
    ),
    ("box_kept", "DELETE", "ballotbox", "OLD.state <> 'draft' AND NOT OLD.is_trial", "a box is kept"),
    ("sheet_insert", "INSERT", "sheetentry", f"{_state('NEW')} <> 'draft'", "the sheet is fixed"),
    (
        "sheet_update",
        "UPDATE",
        "sheetentry",
        f"{_state('OLD')} <> 'draft' OR {_state('NEW')} <> 'draft'",
        "the sheet is fixed",
    ),
    (
        "sheet_delete",
        "DELETE",
        "sheetentry",
        f"{_state('OLD')} <> 'draft' AND NOT {_trial('OLD')}",
        "the sheet is fixed",
    ),
    ("group_insert", "INSERT", "boxgroup", f"{_state('NEW')} <> 'draft'", "the groups of a box are fixed"),
    (
        "group_update",
        "UPDATE",
        "boxgroup",
        f"{_changed('box_id', 'group', 'invited')} AND {_state('OLD')} <> 'draft'",
        "the groups of a box are fixed",
    ),
    (
        "group_numbers",
        "UPDATE",
        "boxgroup",
        f"{_state('OLD')} = 'counted' AND "
        + _changed("present", "slips_out", "printed", "leftover", "handed_out", "collected"),
        "the numbers of a counted box stay",
    ),
    ("group_delete", "DELETE", "boxgroup", f"{_state('OLD')} <> 'draft' AND NOT {_trial('OLD')}", "groups are fixed"),
    (
        "pass_insert",
        "INSERT",
        "pass",
        f"(NEW.state = 'issued' AND {_state('NEW')} NOT IN ('ready', 'open', 'closed'))"
        f" OR (NEW.state <> 'issued' AND {_state('NEW')} <> 'closed')",
        "passes are made while a box is ready or open",
    ),
    (
        "pass_one_way",
        "UPDATE",
        "pass",
        f"{_changed('digest', 'code_digest', 'box_id', 'group')} OR (NEW.state <> OLD.state AND OLD.state <> 'issued')"
        f" OR (OLD.state = 'issued' AND NEW.state = 'spent' AND {_state('NEW')} <> 'open')",
        "a pass goes from issued to spent or void and never back",
    ),
    (
        "pass_kept",
        "DELETE",
        "pass",
        f"{_state('OLD')} <> 'closed' AND NOT {_trial('OLD')}",
        "passes are kept",
    ),
    ("envelope_insert", "INSERT", "envelope", f"{_state('NEW')} <> 'open'", "the box is not open"),
    ("envelope_update", "UPDATE", "envelope", "TRUE", "an envelope never changes"),
    (
        "envelope_delete",
        "DELETE",
        "envelope",
        f"{_state('OLD')} NOT IN ('closed', 'annulled') AND NOT {_trial('OLD')}",
        "envelopes wait for their count",
    ),
    ("share_insert", "INSERT", "boxkeyshare", f"{_state('NEW')} <> 'draft'", "the keys of the box are fixed"),
    ("share_update", "UPDATE", "boxkeyshare", "TRUE", "the keys of the box are fixed"),
    (
        "share_delete",
        "DELETE",
        "boxkeyshare",
        f"{_state('OLD')} NOT IN ('draft', 'closed', 'annulled') AND NOT {_trial('OLD')}",
        "the keys of the box wait for its count",
    ),
    *(
        rule
        for table in ("ballot", "tally", "receipt", "opinion")
        for rule in (
            (f"{table}_insert", "INSERT", table, f"{_state('NEW')} <> 'closed'", "only the count writes this"),
            (
                f"{table}_update",
                "UPDATE",
                table,
                _changed("id", "box_id", "appraisal_id", "text") if table == "opinion" else "TRUE",
                "what was counted stays",
            ),
            (f"{table}_delete", "DELETE", table, f"NOT {_trial('OLD')}", "what was counted stays"),
        )
    ),
    ("paper_insert", "INSERT", "papercount", f"{_state('NEW')} <> 'closed'", "paper is keyed after closing"),
    (
        "paper_update",
        "UPDATE",
        "papercount",
        f"{_state('OLD')} <> 'closed' OR OLD.state = 'checked'",
        "a checked tally sheet stays",
    ),
    (
        "paper_delete",
        "DELETE",
        "papercount",
        f"{_state('OLD')} <> 'closed' AND NOT {_trial('OLD')}",
        "what was counted stays",
    ),
    ("paper_line_insert", "INSERT", "paperline", f"{_count_state('NEW')} <> 'closed'", "paper is keyed after closing"),
    ("paper_line_update", "UPDATE", "paperline", "TRUE", "a keyed row stays"),
    ("ballot_keyed", "INSERT", "paperballot", f"{_count_state('NEW')} <> 'closed'", "paper is keyed after closing"),
    ("ballot_rekeyed", "UPDATE", "paperballot", "TRUE", "a keyed ballot stays"),
    ("set_aside_insert", "INSERT", "setaside", f"{_state('NEW')} <> 'closed'", "only closing sets aside"),
    (
        "set_aside_update",
        "UPDATE",
        "setaside",
        f"{_state('OLD')} <> 'closed' OR {_changed('box_id', 'label', 'hour', 'number')}"
        f" OR (OLD.decision <> '' AND {_changed('decision', 'proposed', 'reason', 'proposed_by_id', 'decided_by_id')})",
        "what two people decided before the count stays",
    ),
    ("set_aside_delete", "DELETE", "setaside", f"NOT {_trial('OLD')}", "what was set aside stays on record"),
    ("request_update", "UPDATE", "passrequest", "OLD.state <> 'asked'", "what was done stays on record"),
    ("request_delete", "DELETE", "passrequest", f"NOT {_trial('OLD')}", "a request stays on record"),
    (
        "scrutineer_key_update",
        "UPDATE",
        "scrutineerkey",
        f"{_changed('cycle_id', 'user_id', 'public_key', 'salt')} OR OLD.destroyed_at IS NOT NULL"
        f" OR ({_changed('wrapped_private_key')} AND NEW.destroyed_at IS NULL)",
        "a key stays as it was made until it is destroyed",
    ),
]
TEMPLATES = {
    "sqlite": [
        "CREATE TRIGGER ballots_{name} BEFORE {event} ON evaluation_{table} WHEN {condition} "
        "BEGIN SELECT RAISE(ABORT, '{message}'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION ballots_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
        "RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER ballots_{name} BEFORE {event} ON evaluation_{table} "
        "FOR EACH ROW EXECUTE FUNCTION ballots_{name}()",
    ],
}


def _statements(vendor: str) -> list[str]:
    made = []
    for name, event, table, condition, message in RULES:
        values = {"name": name, "event": event, "table": table, "condition": condition, "message": message}
        made += [template.format(**values) for template in TEMPLATES[vendor]]
    return made


def _removals(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [f"DROP TRIGGER ballots_{name}" for name, *_rest in RULES]
    return [f"DROP FUNCTION ballots_{name} CASCADE" for name, *_rest in RULES]


FORWARD = {vendor: _statements(vendor) for vendor in TEMPLATES}
REVERSE = {vendor: _removals(vendor) for vendor in TEMPLATES}
