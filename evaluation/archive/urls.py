from django.urls import path

from evaluation.archive import views

app_name = "archive"
urlpatterns = [
    path("", views.paper_list, name="paper-list"),
    path("papers/<slug:code>/<str:target>.<str:format>", views.paper_file, name="paper-file"),
    path("selection/", views.selection_start, name="selection-start"),
    path("meetings/<int:pk>/", views.pack_start, name="pack-start"),
    path("units/<slug:unit_code>/", views.unit_file, name="unit-file"),
    path("jobs/<int:pk>/", views.job_detail, name="job-detail"),
    path("jobs/<int:pk>/advance/", views.job_advance, name="job-advance"),
    path("jobs/<int:pk>/download/", views.job_download, name="job-download"),
]
