from django.urls import URLPattern

app_name = "bonus"
urlpatterns: list[URLPattern] = []
