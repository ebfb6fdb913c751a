"""The writers of this room, and what other rooms call."""

from evaluation.daily.services.batches import BatchRefused, record_batch
from evaluation.daily.services.call_backs import rate_answer
from evaluation.daily.services.complaints import (
    accept_complaint,
    ask_extension,
    assign_handler,
    complaint_from_opinion,
    decide_extension,
    declare_recusal,
    open_contact,
    receive_complaint,
    refuse_complaint,
    transfer_complaint,
)
from evaluation.daily.services.deductions import (
    confirm_deductions,
    record_deduction,
    return_deductions,
    revise_deduction,
    withdraw_deduction,
)
from evaluation.daily.services.defences import hand_over_slips, make_defence, review_defence
from evaluation.daily.services.findings import (
    answer_complaint,
    confirm_finding,
    name_cadre,
    record_finding,
    return_finding,
)
from evaluation.daily.services.months import close_month, freeze_months
from evaluation.daily.services.overdue import close_lapsed_complaints, propose_overdue_complaints
from evaluation.daily.services.proposals import decline_proposal, propose_deduction, take_up_proposal

__all__ = [
    "BatchRefused",
    "accept_complaint",
    "answer_complaint",
    "ask_extension",
    "assign_handler",
    "close_lapsed_complaints",
    "close_month",
    "complaint_from_opinion",
    "confirm_deductions",
    "confirm_finding",
    "decide_extension",
    "declare_recusal",
    "decline_proposal",
    "freeze_months",
    "hand_over_slips",
    "make_defence",
    "name_cadre",
    "open_contact",
    "propose_deduction",
    "propose_overdue_complaints",
    "rate_answer",
    "receive_complaint",
    "record_batch",
    "record_deduction",
    "record_finding",
    "refuse_complaint",
    "return_deductions",
    "return_finding",
    "review_defence",
    "revise_deduction",
    "take_up_proposal",
    "transfer_complaint",
    "withdraw_deduction",
]
