from django.urls import path

from evaluation.cycle.models import Track
from evaluation.roster import views

app_name = "roster"
urlpatterns = [
    path("", views.appraisal_list, name="appraisal-list"),
    path("accounts/", views.cadre_accounts, name="cadre-accounts"),
    path("export/", views.appraisal_export, name="appraisal-export"),
    path("form/", views.roster_template, {"track": Track.MID_LEVEL}, name="roster-template"),
    path("form/villages/", views.roster_template, {"track": Track.VILLAGE}, name="village-template"),
    path("create/", views.appraisal_create, name="appraisal-create"),
    path("<int:pk>/", views.appraisal_detail, name="appraisal-detail"),
    path("<int:pk>/edit/", views.appraisal_edit, name="appraisal-edit"),
    path("<int:pk>/exempt/", views.appraisal_exempt, name="appraisal-exempt"),
    path("<int:pk>/include/", views.appraisal_include, name="appraisal-include"),
    path("<int:pk>/remove/", views.appraisal_remove, name="appraisal-remove"),
    path("import/", views.import_create, name="import-create"),
    path("import/<int:pk>/", views.import_detail, name="import-detail"),
    path("import/<int:pk>/confirm/", views.import_confirm, name="import-confirm"),
    path("import/<int:pk>/discard/", views.import_discard, name="import-discard"),
    path("import/<int:pk>/marked/", views.import_marked, name="import-marked"),
    path("scope/", views.scope_list, name="scope-list"),
    path("scope/file/", views.scope_file, name="scope-file"),
    path("scope/return/", views.scope_return, name="scope-return"),
]
