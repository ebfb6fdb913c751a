"""What the database holds of what cadres and residents said of a result: what was handed over, objected and answered
never changes. Apart from ``sql``, whose triggers are older than these columns.
"""

from evaluation.results.sql import _changed, _function, _sqlite, _trigger

OBJECTION = (
    *("id", "result_id", "by_cadre", "about", "about_row", "person", "contact", "sealed", "receipt", "text"),
    *("made_at", "due"),
)
REVIEW = ("status", "answer", "reviewed_by_id", "reviewed_at", "taken_by_id")
DELIVERY = ("scan_id", "delivered_at", "delivered_by_id", "due")


def _objection_changed(differs: str) -> str:
    return f"({_changed(OBJECTION, differs)}) OR (OLD.status <> 'open' AND ({_changed(REVIEW, differs)}))"


def _feedback_changed(differs: str) -> str:
    """An answer is given once; who had none to make objects yet, while the notice runs."""
    return (
        f"({_changed(('id', 'result_id', 'how', 'prepared_on'), differs)})"
        f" OR (OLD.delivered_at IS NOT NULL AND ({_changed(DELIVERY, differs)}))"
        " OR (OLD.answer <> 'none' AND NEW.answer <> OLD.answer AND NEW.answer <> 'objected')"
    )


# name, event, table, condition by what differs, message
RULES = (
    ("objection_fixed", "UPDATE", "objection", _objection_changed, "what was objected and answered never changes"),
    ("objection_kept", "DELETE", "objection", lambda _differs: "TRUE", "an objection is never deleted"),
    ("feedback_fixed", "UPDATE", "feedback", _feedback_changed, "what was handed over and answered never changes"),
    ("feedback_kept", "DELETE", "feedback", lambda _differs: "TRUE", "feedback is never deleted"),
)
FORWARD = {
    "sqlite": [_sqlite(name, event, when("IS NOT"), message, table) for name, event, table, when, message in RULES],
    "postgresql": [
        statement
        for name, event, table, when, message in RULES
        for statement in (
            _function(name, when("IS DISTINCT FROM"), message, "OLD" if event == "DELETE" else "NEW"),
            _trigger(name, event, table),
        )
    ],
}
