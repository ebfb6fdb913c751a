from django.urls import path

from evaluation.registry import views

app_name = "registry"
urlpatterns = [
    path("", views.document_list, name="document-list"),
    path("<int:pk>/", views.document_detail, name="document-detail"),
    path("<int:pk>/as-issued.<str:form>", views.document_file, name="document-file"),
    path("<int:pk>/scans/add/", views.scan_add, name="scan-add"),
    path("<int:pk>/scans/<int:scan_pk>/", views.scan_file, name="scan-file"),
    path("numbers/", views.series_list, name="series-list"),
    path("numbers/<str:owner>/<slug:kind>/", views.series_edit, name="series-edit"),
]
