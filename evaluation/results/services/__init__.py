"""The writers of this room, and what other rooms call."""

from evaluation.results.services.circulars import draft_circular, drop_circular, edit_circular, issue_circular
from evaluation.results.services.computing import compute_all, compute_publication
from evaluation.results.services.feedback import accept_result, deliver_feedback, hand_over, hand_over_all
from evaluation.results.services.keeping import keep_paper, keepable, kept_documents
from evaluation.results.services.objections import (
    make_cadre_objection,
    make_public_objection,
    objection_of_receipt,
    open_objection_contact,
    review_objection,
    take_objection,
)
from evaluation.results.services.publishing import (
    approve_publication,
    correct_publication,
    edit_analysis,
    finalise,
    return_publication,
    start_notice,
)
from evaluation.results.services.shortfalls import drop_proposals, propose_decisions, settle_decisions

__all__ = [
    "accept_result",
    "approve_publication",
    "compute_all",
    "compute_publication",
    "correct_publication",
    "deliver_feedback",
    "draft_circular",
    "drop_circular",
    "drop_proposals",
    "edit_analysis",
    "edit_circular",
    "finalise",
    "hand_over",
    "hand_over_all",
    "issue_circular",
    "keep_paper",
    "keepable",
    "kept_documents",
    "make_cadre_objection",
    "make_public_objection",
    "objection_of_receipt",
    "open_objection_contact",
    "propose_decisions",
    "return_publication",
    "review_objection",
    "settle_decisions",
    "start_notice",
    "take_objection",
]
