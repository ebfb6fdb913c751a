"""The writers of this room, and what other rooms call."""

from evaluation.rectification.services.comments import add_comment, answer_comment, hide_comments, show_comments
from evaluation.rectification.services.notices import (
    drop_notice,
    edit_notice,
    issue_notices,
    propose_notices,
    receive_notice,
)
from evaluation.rectification.services.plans import (
    ItemValues,
    accept_plans,
    complete_plan,
    draft_plans,
    publish_plans,
    report_items,
    return_completion,
    return_plans,
    save_plan,
    submit_plans,
)

__all__ = [
    "ItemValues",
    "accept_plans",
    "add_comment",
    "answer_comment",
    "complete_plan",
    "draft_plans",
    "drop_notice",
    "edit_notice",
    "hide_comments",
    "issue_notices",
    "propose_notices",
    "publish_plans",
    "receive_notice",
    "report_items",
    "return_completion",
    "return_plans",
    "save_plan",
    "show_comments",
    "submit_plans",
]
