"""What the database holds of this room, whoever writes: what a decided claim was for never changes (C26)."""

from evaluation.guard.triggers import changed, putting_on, taking_off

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
        f"{changed(CLAIM)} OR (OLD.status <> 'claimed' AND {changed(DECIDED)})"
        f" OR (OLD.status <> 'claimed' AND NEW.status = OLD.status AND {changed(DECISION)})"
        f" OR (NEW.status <> OLD.status AND NOT ({STEPS}))",
        "what was claimed and decided never changes",
    ),
    ("claim_delete", "DELETE", "bonusclaim", "TRUE", "a claim is never deleted"),
]
FORWARD, REVERSE = putting_on("bonus", RULES), taking_off("bonus", RULES)
