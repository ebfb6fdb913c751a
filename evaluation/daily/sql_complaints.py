"""What the database holds of complaints: what came in never changes, what was confirmed and said stays (C19, C20).

Of a complaint only where it stands and with whom moves, and only forward: back from a finding that was returned, and
from an answer once, into the second handling. Rows as ``sql.RULES`` of the rooms: name, event, table, condition under
which it is refused, message.
"""

from evaluation.guard.triggers import changed

RECEIVED = (
    *("id", "cycle_id", "number", "receipt", "channel", "about", "text", "happened_on", "is_named"),
    *("received_on", "received_by_id", "accept_due"),
)
DECIDED = ("decided_on", "decided_by_id", "refusal_reason")
STEPS = (
    "(OLD.status = 'received' AND NEW.status IN ('accepted', 'refused'))"
    " OR (OLD.status = 'accepted' AND NEW.status = 'found')"
    " OR (OLD.status = 'found' AND NEW.status IN ('accepted', 'confirmed'))"
    " OR (OLD.status = 'confirmed' AND NEW.status = 'answered')"
    " OR (OLD.status = 'answered' AND NEW.status = 'closed')"
    " OR (OLD.status = 'answered' AND NEW.status = 'accepted' AND OLD.round = 1 AND NEW.round = 2)"
)
FOUND = (
    *("id", "complaint_id", "round", "outcome", "facts", "basis", "measures", "found_by_id", "found_on"),
    *("confirmed_by_id", "confirmed_on", "return_reason"),
)
ANSWERED = ("answer", "answer_way", "answered_on", "answered_by_id", "callback_due")
RATED = ("satisfaction", "satisfaction_note", "rated_on", "rated_by_id")
EXTENSION = ("id", "complaint_id", "round", "reason", "asked_by_id", "asked_on")
CONFIRMED = "EXISTS (SELECT 1 FROM evaluation_finding WHERE id = {row}.finding_id AND confirmed_on IS NOT NULL)"
KEPT = "what a confirmed finding rests on never changes"

RULES: list[tuple[str, str, str, str, str]] = [
    (
        "complaint_update",
        "UPDATE",
        "complaint",
        f"{changed(RECEIVED)} OR OLD.status IN ('refused', 'closed')"
        f" OR (OLD.decided_on IS NOT NULL AND {changed(DECIDED)})"
        f" OR (NEW.status <> OLD.status AND NOT ({STEPS}))"
        " OR (NEW.round <> OLD.round AND NOT (NEW.round = 2 AND OLD.status = 'answered' AND NEW.status = 'accepted'))",
        "what came in never changes, and a complaint moves forward only",
    ),
    ("complaint_delete", "DELETE", "complaint", "TRUE", "a complaint is never deleted"),
    ("contact_update", "UPDATE", "complaintcontact", "TRUE", "contact details never change"),
    (
        "finding_update",
        "UPDATE",
        "finding",
        f"OLD.confirmed_on IS NOT NULL AND ({changed(FOUND)}"
        f" OR (OLD.answered_on IS NOT NULL AND {changed(ANSWERED)})"
        f" OR (OLD.satisfaction NOT IN ('', 'not_reached') AND {changed(RATED)}))",
        "a confirmed finding and its answer never change",
    ),
    ("finding_delete", "DELETE", "finding", "TRUE", "a finding is never deleted"),
    ("finding_files_insert", "INSERT", "finding_files", CONFIRMED.format(row="NEW"), KEPT),
    ("finding_files_delete", "DELETE", "finding_files", CONFIRMED.format(row="OLD"), KEPT),
    (
        "extension_update",
        "UPDATE",
        "complaintextension",
        f"{changed(EXTENSION)} OR OLD.decided_on IS NOT NULL",
        "more time is decided once and never changes",
    ),
    ("extension_delete", "DELETE", "complaintextension", "TRUE", "what was asked for is never deleted"),
    ("recusal_update", "UPDATE", "recusal", "TRUE", "who withdrew never changes"),
    ("recusal_delete", "DELETE", "recusal", "TRUE", "who withdrew never changes"),
]
