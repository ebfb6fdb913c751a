"""What this room puts on paper: Annex 3-2, the notice of a deduction, a complaint's receipt, record and register."""

from evaluation.daily.papers.complaints import (
    complaint_receipt_paper,
    complaint_record_paper,
    complaint_register_paper,
)
from evaluation.daily.papers.deductions import deduction_paper, deduction_papers
from evaluation.daily.papers.sheets import month_paper, year_sheet_paper

__all__ = [
    "complaint_receipt_paper",
    "complaint_record_paper",
    "complaint_register_paper",
    "deduction_paper",
    "deduction_papers",
    "month_paper",
    "year_sheet_paper",
]
