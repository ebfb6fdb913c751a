"""What the database holds of the registry: a document stays as issued, and no number is given twice or skipped."""

from evaluation.guard.triggers import changed, putting_on, taking_off

SERIES = ("id", "unit_id", "kind", "year")
RULES: list[tuple[str, str, str, str, str]] = [
    ("document_update", "UPDATE", "issueddocument", "TRUE", "a document stays as it was issued"),
    ("document_delete", "DELETE", "issueddocument", "TRUE", "a document stays as it was issued"),
    ("scan_update", "UPDATE", "issuedscan", "TRUE", "a scan stays beside its document"),
    ("scan_delete", "DELETE", "issuedscan", "TRUE", "a scan stays beside its document"),
    (
        "series_update",
        "UPDATE",
        "numberseries",
        f"{changed(SERIES)} OR NEW.last < OLD.last"
        # Switched on in the middle of a year, it goes on after the highest number that was typed.
        " OR (NEW.last > OLD.last + 1 AND (OLD.is_automatic OR NOT NEW.is_automatic))",
        "numbers go up one by one",
    ),
    ("series_delete", "DELETE", "numberseries", "OLD.last > 0", "a series that gave numbers stays"),
]
FORWARD, REVERSE = putting_on("registry", RULES), taking_off("registry", RULES)
