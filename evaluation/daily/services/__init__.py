"""The writers of this room, and what other rooms call."""

from evaluation.daily.services.deductions import (
    confirm_deductions,
    record_deduction,
    return_deductions,
    revise_deduction,
    withdraw_deduction,
)
from evaluation.daily.services.proposals import decline_proposal, propose_deduction, take_up_proposal

__all__ = [
    "confirm_deductions",
    "decline_proposal",
    "propose_deduction",
    "record_deduction",
    "return_deductions",
    "revise_deduction",
    "take_up_proposal",
    "withdraw_deduction",
]
