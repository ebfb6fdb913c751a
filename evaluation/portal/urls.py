"""Public addresses. What QR codes carry is ``/<year>/<unit code>/`` and ``/<year>/<unit code>/<eight characters>/``."""

from django.urls import path

from evaluation.portal import showcase
from evaluation.portal.views import actions, complaints, downloads, draws, home, lists, results, site_test, texts, units

app_name = "portal"
CADRE = "<int:year>/<slug:unit_code>/<slug:code>/"
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", home.search, name="search"),
    path("years/", home.year_list, name="year-list"),
    path("results/", results.result_list, name="result-list"),
    path("honours/", results.honour_list, name="honour-list"),
    path("open-data/", downloads.open_data, name="open-data"),
    path("open-data/<int:year>/results.json", downloads.results_file, name="results-file"),
    path("open-data/<int:year>/results.xlsx", downloads.results_workbook, name="results-workbook"),
    path("open-data/<int:year>/results.csv", downloads.results_csv, name="results-csv"),
    path("complaints/", complaints.complaint_follow, name="complaint-follow"),
    path("complaints/new/", complaints.complaint_start, name="complaint-start"),
    path("complaints/new/<slug:unit_code>/", complaints.complaint_create, name="complaint-create"),
    path("complaints/received/", complaints.receipt, name="receipt"),
    path("complaints/received/forget/", complaints.receipt_forget, name="receipt-forget"),
    path("complaints/find/", complaints.complaint_find, name="complaint-find"),
    path("complaints/leave/", complaints.complaint_leave, name="complaint-leave"),
    path("complaints/answer/", complaints.answer_rate, name="answer-rate"),
    path("about/", texts.about, name="about"),
    path("help/", texts.help_page, name="help"),
    path("accessibility/", texts.accessibility, name="accessibility"),
    path("components/", showcase.component_showcase, name="components"),
    path("t/<slug:code>/", site_test.site_test, name="site-test"),
    path("t/<slug:code>/confirm/", site_test.site_test_open, name="site-test-open"),
    path("<int:year>/", home.year_detail, name="year-detail"),
    path("<int:year>/rules/", lists.rule_list, name="rule-list"),
    path("<int:year>/bonus/", lists.award_list, name="award-list"),
    path("<int:year>/rectification/", lists.rectification_list, name="rectification-list"),
    path("<int:year>/draws/", draws.draw_list, name="draw-list"),
    path("<int:year>/draws/<slug:code>/", draws.draw_detail, name="draw-detail"),
    path("<int:year>/<slug:unit_code>/", units.unit_detail, name="unit-detail"),
    path("<int:year>/<slug:unit_code>/meeting/<slug:code>/", units.meeting_detail, name="meeting-detail"),
    path("<int:year>/<slug:unit_code>/results/<slug:code>/", results.publication_detail, name="publication-detail"),
    path(CADRE, units.cadre_detail, name="cadre-detail"),
    path(CADRE + "photo/", units.cadre_photo, name="cadre-photo"),
    path(CADRE + "objection/", actions.objection_create, name="objection-create"),
    path(CADRE + "rating/", actions.rating_create, name="rating-create"),
    path(CADRE + "opinion/", actions.comment_create, name="comment-create"),
]
