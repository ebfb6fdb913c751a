"""Voters: a pass, no account."""

from django.urls import URLPattern

app_name = "vote"
urlpatterns: list[URLPattern] = []
