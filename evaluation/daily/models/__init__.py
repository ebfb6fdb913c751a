"""What this room keeps."""

from evaluation.daily.models.complaints import (
    Complaint,
    ComplaintContact,
    ComplaintExtension,
    ComplaintQuerySet,
    Finding,
    Recusal,
)
from evaluation.daily.models.deductions import (
    DailyDeduction,
    DailyDeductionQuerySet,
    Defence,
    DefenceQuerySet,
    MonthSheet,
)

__all__ = [
    "Complaint",
    "ComplaintContact",
    "ComplaintExtension",
    "ComplaintQuerySet",
    "DailyDeduction",
    "DailyDeductionQuerySet",
    "Defence",
    "DefenceQuerySet",
    "Finding",
    "MonthSheet",
    "Recusal",
]
