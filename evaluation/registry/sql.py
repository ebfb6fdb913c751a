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
        f"{changed(SERIES)} OR NEW.last < OLD.last OR NEW.last > OLD.last + 1",
        "numbers go up one by one",
    ),
]
FORWARD, REVERSE = putting_on("registry", RULES), taking_off("registry", RULES)
