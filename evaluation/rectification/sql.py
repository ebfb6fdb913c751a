"""What the database holds of rectification: what was published stays, what was accepted is closed (C11).

Of an item of a published plan problem, measure, effect, source and the day published first never change; its deadline
moves to the day of an approved extension alone. An accepted plan with its items never changes. A rating is given once,
of an accepted plan. What a resident wrote stays as it was written, and an issued notice as it was issued.
"""

from evaluation.guard.triggers import changed, putting_on, taking_off

OF_PLAN = "EXISTS (SELECT 1 FROM evaluation_rectificationplan p WHERE p.id = {row}.plan_id AND {condition})"
OF_ITEM = (
    "EXISTS (SELECT 1 FROM evaluation_rectificationplan p JOIN evaluation_planitem i ON i.plan_id = p.id"
    " WHERE i.id = {row}.planitem_id AND {condition})"
)


def _plan(condition: str, row: str = "OLD") -> str:
    return OF_PLAN.format(condition=condition, row=row)


def _plan_of_item(condition: str, row: str) -> str:
    return OF_ITEM.format(condition=condition, row=row)


PUBLISHED, ACCEPTED = "p.published_at IS NOT NULL", "p.status = 'accepted'"
PLAN_AS_ACCEPTED = (
    *("id", "appraisal_id", "status", "submitted_by_id", "submitted_at", "published_at", "comments_until"),
    *("completed_by_id", "completed_at", "accepted_by_id", "accepted_at", "rating_until", "return_reason"),
    "times_returned",
)
ITEM = ("id", "plan_id", "order", "source", "problem", "measure", "effect", "person", "first_due")
NOTICE = ("id", "appraisal_id", "unit_id", "number", "reasons", "text", "due", "issued_by_id", "issued_at", "issuer")
EXTENSION = ("id", "item_id", "until", "old_due", "reason", "asked_by_id", "asked_at")
MOVED = (
    "EXISTS (SELECT 1 FROM evaluation_itemextension e"
    " WHERE e.item_id = OLD.id AND e.status = 'approved' AND e.until = NEW.due AND e.old_due = OLD.due)"
)
# name, event, table, condition under which it is refused, message
RULES: list[tuple[str, str, str, str, str]] = [
    (
        "plan_update",
        "UPDATE",
        "rectificationplan",
        f"(OLD.status = 'accepted' AND {changed(PLAN_AS_ACCEPTED)})"
        f" OR (OLD.published_at IS NOT NULL AND {changed(('appraisal_id', 'published_at', 'comments_until'))})"
        " OR NEW.times_returned < OLD.times_returned",
        "an accepted plan never changes, nor when a plan was published",
    ),
    (
        "plan_delete",
        "DELETE",
        "rectificationplan",
        "OLD.published_at IS NOT NULL",
        "a published plan is never deleted",
    ),
    (
        "item_update",
        "UPDATE",
        "planitem",
        f"({_plan(PUBLISHED)} AND ({changed(ITEM)} OR (NEW.due IS DISTINCT FROM OLD.due AND NOT {MOVED})))"
        f" OR {_plan(ACCEPTED)}",
        "what was published of an item never changes",
    ),
    ("item_delete", "DELETE", "planitem", _plan(PUBLISHED), "an item that was published is never deleted"),
    (
        "proof_insert",
        "INSERT",
        "planitem_files",
        _plan_of_item(ACCEPTED, "NEW"),
        "the proofs of an accepted plan never change",
    ),
    (
        "proof_delete",
        "DELETE",
        "planitem_files",
        _plan_of_item(ACCEPTED, "OLD"),
        "the proofs of an accepted plan never change",
    ),
    (
        "extension_update",
        "UPDATE",
        "itemextension",
        f"OLD.status <> 'asked' OR {changed(EXTENSION)}",
        "an extension that was decided never changes",
    ),
    ("extension_delete", "DELETE", "itemextension", "TRUE", "an extension is never deleted"),
    (
        "rating_insert",
        "INSERT",
        "followuprating",
        f"NOT {_plan(ACCEPTED, 'NEW')}",
        "a plan that is not accepted is never rated",
    ),
    ("rating_update", "UPDATE", "followuprating", "TRUE", "a rating never changes"),
    ("rating_delete", "DELETE", "followuprating", "TRUE", "a rating is never deleted"),
    (
        "comment_update",
        "UPDATE",
        "publiccomment",
        changed(("id", "plan_id", "name", "text", "made_at")),
        "what a resident wrote never changes",
    ),
    ("comment_delete", "DELETE", "publiccomment", "TRUE", "what a resident wrote is never deleted"),
    (
        "notice_update",
        "UPDATE",
        "rectificationnotice",
        f"OLD.status IN ('issued', 'received') AND ({changed(NOTICE)} OR NEW.status NOT IN ('issued', 'received')"
        " OR (OLD.status = 'received' AND NEW.status = 'issued'))",
        "an issued notice never changes",
    ),
    (
        "notice_delete",
        "DELETE",
        "rectificationnotice",
        "OLD.status IN ('issued', 'received')",
        "an issued notice is never deleted",
    ),
]
FORWARD, REVERSE = putting_on("rectification", RULES), taking_off("rectification", RULES)
