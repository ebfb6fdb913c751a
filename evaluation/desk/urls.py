from django.urls import path

from evaluation.desk import site_test_views, views

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
    path("test-code/", site_test_views.test_code, name="site-test"),
    path("monitor/", views.monitor, name="monitor"),
    path("appraisals/<int:pk>/", views.appraisal_detail, name="appraisal-detail"),
]
