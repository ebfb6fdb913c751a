"""Public addresses. What QR codes carry is ``/<year>/<unit code>/`` and ``/<year>/<unit code>/<eight characters>/``."""

from django.urls import path

from evaluation.portal import showcase, views

app_name = "portal"
CADRE = "<int:year>/<slug:unit_code>/<slug:code>/"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("results/", views.result_list, name="result-list"),
    path("components/", showcase.component_showcase, name="components"),
    path("<int:year>/<slug:unit_code>/", views.unit_detail, name="unit-detail"),
    path("<int:year>/<slug:unit_code>/meeting/<slug:code>/", views.meeting_detail, name="meeting-detail"),
    path("<int:year>/<slug:unit_code>/results/<slug:code>/", views.publication_detail, name="publication-detail"),
    path(CADRE, views.cadre_detail, name="cadre-detail"),
    path(CADRE + "photo/", views.cadre_photo, name="cadre-photo"),
]
