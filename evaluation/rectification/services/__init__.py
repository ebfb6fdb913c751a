"""The writers of this room, and what other rooms call."""

from evaluation.rectification.services.comments import add_comment, answer_comment, hide_comments, show_comments
from evaluation.rectification.services.items import ask_extension, decide_extension, report_item, report_items
from evaluation.rectification.services.notices import (
    drop_notice,
    edit_notice,
    issue_notices,
    propose_all_notices,
    propose_notices,
    receive_notice,
)
from evaluation.rectification.services.plans import (
    ItemValues,
    accept_plans,
    complete_plan,
    draft_plans,
    publish_plans,
    return_completion,
    return_plans,
    save_plan,
    submit_plans,
)
from evaluation.rectification.services.proposals import propose_overdue_items, propose_poor_ratings
from evaluation.rectification.services.ratings import rate_plan, ratings_of, takes_ratings

__all__ = [
    "ItemValues",
    "accept_plans",
    "add_comment",
    "answer_comment",
    "ask_extension",
    "complete_plan",
    "decide_extension",
    "draft_plans",
    "drop_notice",
    "edit_notice",
    "hide_comments",
    "issue_notices",
    "propose_all_notices",
    "propose_notices",
    "propose_overdue_items",
    "propose_poor_ratings",
    "publish_plans",
    "rate_plan",
    "ratings_of",
    "receive_notice",
    "report_item",
    "report_items",
    "return_completion",
    "return_plans",
    "save_plan",
    "show_comments",
    "submit_plans",
    "takes_ratings",
]
