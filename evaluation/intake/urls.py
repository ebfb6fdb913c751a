"""The addresses of an import, for a room to take among its own; and the office's page of learned columns."""

from typing import Any

from django.urls import URLPattern, path

from evaluation.intake import views
from evaluation.intake.importer import IMPORTERS, Importer

app_name = "intake"
urlpatterns = [
    path("columns/", views.learned_list, name="learned-list"),
    path("columns/<int:pk>/forget/", views.learned_forget, name="learned-forget"),
]


def import_urls(importer: Importer, prefix: str = "import/") -> list[URLPattern]:
    """Return the addresses of an import under ``prefix``, which has ``<int:about>`` where the importer needs it."""
    IMPORTERS[importer.kind] = importer
    given: dict[str, Any] = {"importer": importer}
    names = importer.names
    pages = [
        ("", views.import_create, "create"),
        ("<int:pk>/", views.import_detail, "detail"),
        ("<int:pk>/columns/", views.import_columns, "columns"),
        ("<int:pk>/questions/", views.import_questions, "questions"),
        ("<int:pk>/confirm/", views.import_confirm, "confirm"),
        ("<int:pk>/discard/", views.import_discard, "discard"),
        ("<int:pk>/learn/", views.import_learn, "learn"),
        ("<int:pk>/marked/", views.import_marked, "marked"),
    ]
    if importer.takes_photos:
        pages.append(("<int:pk>/questions/<int:number>.jpg", views.import_picture, "picture"))
    return [path(prefix + route, view, given, name=f"{names}-{act}") for route, view, act in pages]


def form_url(importer: Importer, route: str, name: str, form: str = "") -> URLPattern:
    """Return the address of an empty form."""
    return path(route, views.import_template, {"importer": importer, "form": form}, name=name)
