from django.urls import path

from evaluation.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.event_list, name="event-list"),
    path("<int:sequence>/", views.event_detail, name="event-detail"),
    path("verify/", views.record_verify, name="record-verify"),
    path("export.csv", views.events_csv, name="events-csv"),
    path("export.jsonl", views.events_lines, name="events-lines"),
    path("record.<str:form>", views.events_paper, name="events-paper"),
]
