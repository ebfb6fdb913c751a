from django.urls import path

from evaluation.desk import views

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
    path("monitor/", views.monitor, name="monitor"),
    path("appraisals/<int:pk>/", views.appraisal_detail, name="appraisal-detail"),
]
