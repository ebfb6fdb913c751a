"""The writers of this room, and what other rooms call."""

from evaluation.bonus.services.claims import SimilarAwards, claim_bonus, give_opinion, withdraw_claim
from evaluation.bonus.services.decisions import (
    approve_claims,
    refuse_claim,
    reopen_claim,
    set_another_award,
    set_same_award,
)

__all__ = [
    "SimilarAwards",
    "approve_claims",
    "claim_bonus",
    "give_opinion",
    "refuse_claim",
    "reopen_claim",
    "set_another_award",
    "set_same_award",
    "withdraw_claim",
]
