"""All addresses: work pages by year and room, voters under /v/, everything else public (portal)."""

from django.urls import include, path

ROOMS_BY_YEAR = [
    "cycle",
    "roster",
    "recipients",
    "pledges",
    "meetings",
    "ballots",
    "daily",
    "bonus",
    "results",
    "rectification",
    "recognition",
    "registry",
    "archive",
    "intake",
]

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("accounts.urls")),
    path("desk/", include("evaluation.desk.urls")),
    path("units/", include("evaluation.units.urls")),
    path("files/", include("evaluation.files.urls")),
    path("audit/", include("evaluation.audit.urls")),
    path("v/", include("evaluation.ballots.voter_urls")),
    *(path(f"work/<int:year>/{room}/", include(f"evaluation.{room}.urls")) for room in ROOMS_BY_YEAR),
    path("", include("evaluation.portal.urls")),
]
