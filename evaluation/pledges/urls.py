from django.urls import path

from evaluation.intake.urls import form_url, import_urls
from evaluation.pledges import import_views, print_views, views
from evaluation.pledges.importing import PLEDGES

app_name = "pledges"
urlpatterns = [
    path("", views.pledge_list, name="pledge-list"),
    path("mine/", views.my_pledge, name="my-pledge"),
    path("submit/", views.pledge_submit, name="pledge-submit"),
    path("return/", views.pledge_return, name="pledge-return"),
    path("approve/", views.pledge_approve, name="pledge-approve"),
    path("publish/", views.pledge_publish, name="pledge-publish"),
    path("posters.pdf", print_views.pledge_posters, name="pledge-posters"),
    path("plates.pdf", print_views.pledge_plates, name="pledge-plates"),
    path("boards/<slug:code>.pdf", print_views.unit_board, name="unit-board"),
    path("media.xlsx", print_views.media_file, name="media-list"),
    path("pledges.xlsx", import_views.pledge_export, name="pledge-export"),
    form_url(PLEDGES, "form/", "pledge-template"),
    *import_urls(PLEDGES),
    path("<int:pk>/poster.pdf", print_views.pledge_poster, name="pledge-poster"),
    path("<int:pk>/", views.pledge_detail, name="pledge-detail"),
    path("<int:pk>/edit/", views.pledge_edit, name="pledge-edit"),
    path("<int:pk>/photo/", views.pledge_photo, name="pledge-photo"),
]
