from django.urls import path

from evaluation.recipients import views

app_name = "recipients"
urlpatterns = [
    path("", views.frame_list, name="frame-list"),
    path("records/", views.record_list, name="record-list"),
    path("form/", views.ledger_template, name="ledger-template"),
    path("import/", views.import_create, name="import-create"),
    path("import/<int:pk>/", views.import_detail, name="import-detail"),
    path("import/<int:pk>/confirm/", views.import_confirm, name="import-confirm"),
    path("import/<int:pk>/discard/", views.import_discard, name="import-discard"),
    path("import/<int:pk>/marked/", views.import_marked, name="import-marked"),
]
