from django.urls import path

from evaluation.units import views

app_name = "units"
urlpatterns = [
    path("", views.unit_list, name="unit-list"),
    path("create/", views.unit_create, name="unit-create"),
    path("open-accounts/", views.unit_accounts, name="unit-accounts"),
    path("<int:pk>/", views.unit_detail, name="unit-detail"),
    path("<int:pk>/edit/", views.unit_edit, name="unit-edit"),
    path("<int:pk>/merge/", views.unit_merge, name="unit-merge"),
    path("<int:pk>/names/add/", views.unit_name_add, name="unit-name-add"),
    path("names/<int:pk>/remove/", views.unit_name_remove, name="unit-name-remove"),
    path("accounts/", views.account_list, name="account-list"),
    path("accounts/create/", views.account_create, name="account-create"),
    path("accounts/invite/", views.account_invite, name="account-invite"),
    path("accounts/<int:pk>/", views.account_detail, name="account-detail"),
    path("accounts/<int:pk>/close/", views.account_close, name="account-close"),
    path("accounts/<int:pk>/open/", views.account_open, name="account-open"),
    path("accounts/<int:pk>/roles/add/", views.membership_add, name="membership-add"),
    path("roles/<int:pk>/remove/", views.membership_remove, name="membership-remove"),
]
