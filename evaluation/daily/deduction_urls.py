"""Addresses of deductions: entering, confirming, telling and answering, months, batches, imports."""

from django.urls import path

from evaluation.daily.imports import DAILY
from evaluation.daily.views import balances, batches, confirming, deductions, defences, months, proposals
from evaluation.intake.urls import form_url, import_urls

MONTH = "months/<slug:code>/<int:number>/"
patterns = [
    path("", deductions.deduction_list, name="deduction-list"),
    path("balances/", balances.balance_list, name="balance-list"),
    path("balances/<int:pk>/", balances.balance_detail, name="balance-detail"),
    path("create/", deductions.deduction_create, name="deduction-create"),
    path("create/<int:pk>/<slug:code>/balance/", deductions.deduction_balance, name="deduction-balance"),
    path("batch/", batches.batch_create, name="batch-create"),
    path("waiting/", confirming.confirm_list, name="confirm-list"),
    path("confirm/", confirming.deduction_confirm, name="deduction-confirm"),
    path("return/", confirming.deduction_return_list, name="deduction-return-list"),
    path("proposals/", proposals.proposal_list, name="proposal-list"),
    path("proposals/<int:pk>/take-up/", deductions.proposal_take_up, name="proposal-take-up"),
    path("proposals/<int:pk>/decline/", proposals.proposal_decline, name="proposal-decline"),
    path("slips/", defences.slip_list, name="slip-list"),
    path("slips.<str:form>", defences.slip_file, name="slip-file"),
    path("slips/hand-over/", defences.slip_hand_over, name="slip-hand-over"),
    path("defences/", defences.defence_list, name="defence-list"),
    path("defences/<int:pk>/review/", defences.defence_review, name="defence-review"),
    path("defences/<int:pk>/files/<int:file_pk>/", defences.defence_file, name="defence-file"),
    path("months/", months.month_list, name="month-list"),
    path(MONTH, months.month_detail, name="month-detail"),
    path(f"{MONTH}annex-3-2.<str:form>", months.month_file, name="month-file"),
    path("months/<slug:code>/annex-3-2.<str:form>", months.year_file, name="year-file"),
    path(f"{MONTH}close/", months.month_close, name="month-close"),
    path("<int:pk>/", deductions.deduction_detail, name="deduction-detail"),
    path("<int:pk>/notice.<str:form>", deductions.notice_file, name="notice-file"),
    path("<int:pk>/edit/", deductions.deduction_edit, name="deduction-edit"),
    path("<int:pk>/return/", confirming.deduction_return, name="deduction-return"),
    path("<int:pk>/withdraw/", deductions.deduction_withdraw, name="deduction-withdraw"),
    path("<int:pk>/defence/", defences.defence_create, name="defence-create"),
    path("<int:pk>/evidence/", deductions.deduction_evidence, name="deduction-evidence"),
    path("<int:pk>/files/<int:file_pk>/", deductions.deduction_file, name="deduction-file"),
    form_url(DAILY, "import/form/", "import-template"),
    *import_urls(DAILY),
]
