from django.urls import path

from evaluation.daily import complaint_urls
from evaluation.daily.views import deductions, opinions

app_name = "daily"
urlpatterns = [
    *complaint_urls.patterns,
    path("complaints/from-opinion/<int:pk>/", opinions.complaint_from_opinion, name="complaint-from-opinion"),
    path("", deductions.deduction_list, name="deduction-list"),
    path("balances/", deductions.balance_list, name="balance-list"),
    path("create/", deductions.deduction_create, name="deduction-create"),
    path("confirm/", deductions.deduction_confirm, name="deduction-confirm"),
    path("return/", deductions.deduction_return_list, name="deduction-return-list"),
    path("<int:pk>/", deductions.deduction_detail, name="deduction-detail"),
    path("<int:pk>/edit/", deductions.deduction_edit, name="deduction-edit"),
    path("<int:pk>/return/", deductions.deduction_return, name="deduction-return"),
    path("<int:pk>/withdraw/", deductions.deduction_withdraw, name="deduction-withdraw"),
    path("<int:pk>/evidence/", deductions.deduction_evidence, name="deduction-evidence"),
]
