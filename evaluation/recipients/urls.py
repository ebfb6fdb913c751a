from django.urls import path

from evaluation.intake.urls import form_url, import_urls
from evaluation.recipients import draw_views, views
from evaluation.recipients.imports import LEDGER
from evaluation.recipients.list_imports import SERVED

app_name = "recipients"
urlpatterns = [
    path("", views.frame_list, name="frame-list"),
    path("records/", views.record_list, name="record-list"),
    path("records/export/", views.record_export, name="record-export"),
    form_url(LEDGER, "form/", "ledger-template"),
    *import_urls(LEDGER),
    path("draws/sections/", draw_views.section_list, name="section-list"),
    path("draws/frames/ledger/", draw_views.frames_make, name="frames-make"),
    form_url(SERVED, "draws/lists/form/", "served-template"),
    *import_urls(SERVED, "draws/lists/"),
    path("draws/frames/<int:pk>/", draw_views.frame_detail, name="frame-detail"),
    path("draws/frames/<int:pk>/draw/", draw_views.draw_make, name="draw-make"),
    path("draws/frames/<int:pk>/forget/", draw_views.frame_forget, name="frame-forget"),
    path("draws/frames/<int:pk>/frame.<slug:form>", draw_views.frame_export, name="frame-export"),
    path("draws/", draw_views.draw_list, name="draw-list"),
    path("draws/make/", draw_views.draws_make, name="draws-make"),
    path("draws/<int:pk>/", draw_views.draw_detail, name="draw-detail"),
    path("draws/<int:pk>/mark/", draw_views.recipients_mark, name="recipients-mark"),
    path("draws/<int:pk>/invitations/", draw_views.invitations_download, name="invitations-download"),
]
