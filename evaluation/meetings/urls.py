from django.urls import path

from evaluation.intake.urls import form_url, import_urls
from evaluation.meetings.importing import ATTENDANCE
from evaluation.meetings.views import inquiries, meetings, papers, reports

app_name = "meetings"
urlpatterns = [
    path("", meetings.meeting_list, name="meeting-list"),
    path("create/", meetings.meeting_create, name="meeting-create"),
    path("<int:pk>/", meetings.meeting_detail, name="meeting-detail"),
    path("<int:pk>/edit/", meetings.meeting_edit, name="meeting-edit"),
    path("<int:pk>/agenda/", meetings.agenda_edit, name="agenda-edit"),
    path("<int:pk>/agenda/generate/", meetings.agenda_generate, name="agenda-generate"),
    path("<int:pk>/invitations/", meetings.invitation_edit, name="invitation-edit"),
    path("<int:pk>/attendance/", meetings.attendance_edit, name="attendance-edit"),
    form_url(ATTENDANCE, "<int:about>/attendance/form/", "attendance-template"),
    *import_urls(ATTENDANCE, "<int:about>/attendance/import/"),
    path("<int:pk>/attendees/", meetings.attendee_edit, name="attendee-edit"),
    path("<int:pk>/papers/<slug:paper>.<str:format>", papers.meeting_paper, name="meeting-paper"),
    path("<int:pk>/announce/", meetings.meeting_announce, name="meeting-announce"),
    path("<int:pk>/hold/", meetings.meeting_hold, name="meeting-hold"),
    path("<int:pk>/publish/", meetings.meeting_publish, name="meeting-publish"),
    path("<int:pk>/inquiries/create/", inquiries.inquiry_create, name="inquiry-create"),
    path("inquiries/", inquiries.inquiry_list, name="inquiry-list"),
    path("inquiries/<int:pk>/edit/", inquiries.inquiry_edit, name="inquiry-edit"),
    path("inquiries/<int:pk>/answer/", inquiries.inquiry_answer, name="inquiry-answer"),
    path("reports/", reports.report_list, name="report-list"),
    path("reports/mine/", reports.my_report, name="my-report"),
    path("reports/submit/", reports.report_submit, name="report-submit"),
    path("reports/return/", reports.report_return, name="report-return"),
    path("reports/approve/", reports.report_approve, name="report-approve"),
    path("reports/publish/", reports.report_publish, name="report-publish"),
    path("reports/<int:pk>/", reports.report_detail, name="report-detail"),
    path("reports/<int:pk>/report.<str:format>", papers.report_file, name="report-paper"),
    path("reports/<int:pk>/edit/", reports.report_edit, name="report-edit"),
    path("reports/<int:pk>/read/", reports.report_read, name="report-read"),
]
