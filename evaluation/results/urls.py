from django.urls import path

from evaluation.results.views import feedback, missing, objections, pools, publications, residents

app_name = "results"
urlpatterns = [
    path("", pools.publication_list, name="publication-list"),
    path("compute/", pools.publication_compute, name="publication-compute"),
    path("deliver/", pools.feedback_deliver, name="feedback-deliver"),
    path("finalise/", pools.publication_finalise, name="publication-finalise"),
    path("file/", pools.results_file, name="results-file"),
    path("missing/", missing.missing_list, name="missing-list"),
    path("missing/propose/", missing.missing_propose, name="missing-propose"),
    path("missing/settle/", missing.missing_settle, name="missing-settle"),
    path("missing/drop/", missing.missing_drop, name="missing-drop"),
    path("objections/", objections.objection_list, name="objection-list"),
    path("objections/<int:pk>/", objections.objection_detail, name="objection-detail"),
    path("object/<str:code>/", residents.objection_new, name="objection-new"),
    path("mine/", feedback.my_result, name="my-result"),
    path("mine/<int:pk>/accept/", feedback.feedback_accept, name="feedback-accept"),
    path("mine/<int:pk>/object/", feedback.feedback_object, name="feedback-object"),
    path("cadres/<int:pk>/", publications.result_detail, name="result-detail"),
    path("<int:pk>/", publications.publication_detail, name="publication-detail"),
    path("<int:pk>/analysis/", publications.publication_analysis, name="publication-analysis"),
    path("<int:pk>/approve/", publications.publication_approve, name="publication-approve"),
    path("<int:pk>/return/", publications.publication_return, name="publication-return"),
    path("<int:pk>/notice/", publications.notice_start, name="notice-start"),
    path("<int:pk>/correct/", publications.publication_correct, name="publication-correct"),
    path("<int:pk>/feedback/", feedback.feedback_list, name="feedback-list"),
    path("<int:pk>/feedback/print/", feedback.feedback_print, name="feedback-print"),
    path("<int:pk>/feedback/slips.pdf", feedback.feedback_slips, name="feedback-slips"),
    path("<int:pk>/feedback/<int:result_pk>/object/", feedback.objection_record, name="objection-record"),
]
