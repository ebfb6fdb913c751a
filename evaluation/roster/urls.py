from django.urls import path

from evaluation.cycle.models import Track
from evaluation.intake.urls import form_url, import_urls
from evaluation.roster import paper_views, views
from evaluation.roster.imports import ROSTER

app_name = "roster"
urlpatterns = [
    path("", views.appraisal_list, name="appraisal-list"),
    path("accounts/", views.cadre_accounts, name="cadre-accounts"),
    path("export/", views.appraisal_export, name="appraisal-export"),
    path("create/", views.appraisal_create, name="appraisal-create"),
    path("<int:pk>/", views.appraisal_detail, name="appraisal-detail"),
    path("<int:pk>/edit/", views.appraisal_edit, name="appraisal-edit"),
    path("<int:pk>/exempt/", views.appraisal_exempt, name="appraisal-exempt"),
    path("<int:pk>/include/", views.appraisal_include, name="appraisal-include"),
    path("<int:pk>/remove/", views.appraisal_remove, name="appraisal-remove"),
    form_url(ROSTER, "form/", "roster-template", Track.MID_LEVEL),
    form_url(ROSTER, "form/villages/", "village-template", Track.VILLAGE),
    *import_urls(ROSTER),
    path("scope/", views.scope_list, name="scope-list"),
    path("scope/annex-1.<str:form>", paper_views.annex_list_file, name="annex-list-file"),
    path("scope/<slug:code>/annex-1.<str:form>", paper_views.annex_file, name="annex-file"),
    path("scope/file/", views.scope_file, name="scope-file"),
    path("scope/return/", views.scope_return, name="scope-return"),
]
