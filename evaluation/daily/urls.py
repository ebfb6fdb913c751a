from django.urls import path

from evaluation.daily import views

app_name = "daily"
urlpatterns = [
    path("", views.deduction_list, name="deduction-list"),
    path("balances/", views.balance_list, name="balance-list"),
    path("create/", views.deduction_create, name="deduction-create"),
    path("confirm/", views.deduction_confirm, name="deduction-confirm"),
    path("return/", views.deduction_return_list, name="deduction-return-list"),
    path("<int:pk>/", views.deduction_detail, name="deduction-detail"),
    path("<int:pk>/edit/", views.deduction_edit, name="deduction-edit"),
    path("<int:pk>/return/", views.deduction_return, name="deduction-return"),
    path("<int:pk>/withdraw/", views.deduction_withdraw, name="deduction-withdraw"),
    path("<int:pk>/evidence/", views.deduction_evidence, name="deduction-evidence"),
]
