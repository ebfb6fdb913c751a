"""What the database holds of circulars: what was issued stays as it was issued."""

from evaluation.guard.triggers import putting_on, taking_off

RULES: list[tuple[str, str, str, str, str]] = [
    ("circular_update", "UPDATE", "circular", "OLD.status = 'issued'", "an issued circular never changes"),
    ("circular_delete", "DELETE", "circular", "OLD.status = 'issued'", "an issued circular stays"),
]
FORWARD, REVERSE = putting_on("results", RULES), taking_off("results", RULES)
