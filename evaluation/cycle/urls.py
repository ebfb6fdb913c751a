from django.urls import path

from evaluation.cycle import views

app_name = "cycle"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("create/", views.cycle_create, name="cycle-create"),
    path("edit/", views.cycle_edit, name="cycle-edit"),
    path("open/", views.cycle_open, name="cycle-open"),
    path("close/", views.cycle_close, name="cycle-close"),
    path("rules/<slug:track>/", views.rules_detail, name="rules-detail"),
    path("rules/<slug:track>/edit/", views.rules_edit, name="rules-edit"),
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/add/", views.calendar_add, name="calendar-add"),
    path("calendar/load/", views.calendar_load, name="calendar-load"),
    path("calendar/<int:pk>/remove/", views.calendar_remove, name="calendar-remove"),
    path("plans/", views.plan_list, name="plan-list"),
    path("plans/<int:unit>/", views.plan_detail, name="plan-detail"),
    path("plans/<int:unit>/edit/", views.plan_edit, name="plan-edit"),
    path("plans/<int:unit>/submit/", views.plan_submit, name="plan-submit"),
    path("plans/<int:unit>/return/", views.plan_return, name="plan-return"),
    path("plans/<int:unit>/file/", views.plan_file, name="plan-file"),
]
