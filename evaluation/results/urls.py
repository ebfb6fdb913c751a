from django.urls import path

from evaluation.results.views import feedback, missing, objections, pools, publications

app_name = "results"
urlpatterns = [
    path("", pools.publication_list, name="publication-list"),
    path("compute/", pools.publication_compute, name="publication-compute"),
    path("deliver/", pools.feedback_deliver, name="feedback-deliver"),
    path("finalise/", pools.publication_finalise, name="publication-finalise"),
    path("file/", pools.results_file, name="results-file"),
    path("missing/", missing.shortfall_list, name="shortfall-list"),
    path("missing/propose/", missing.shortfall_propose, name="shortfall-propose"),
    path("missing/settle/", missing.shortfall_settle, name="shortfall-settle"),
    path("missing/drop/", missing.shortfall_drop, name="shortfall-drop"),
    path("objections/", objections.objection_list, name="objection-list"),
    path("objections/<int:pk>/", objections.objection_detail, name="objection-detail"),
    path("objections/<int:pk>/take/", objections.objection_take, name="objection-take"),
    path("objections/<int:pk>/contact/", objections.objection_contact, name="objection-contact"),
    path("objections/<int:pk>/files/<int:file_pk>/", objections.objection_file, name="objection-file"),
    path("mine/", feedback.feedback_list, name="feedback-list"),
    path("mine/<int:pk>/accept/", feedback.feedback_accept, name="feedback-accept"),
    path("mine/<int:pk>/object/", feedback.feedback_object, name="feedback-object"),
    path("cadres/<int:pk>/", publications.result_detail, name="result-detail"),
    path("<int:pk>/", publications.publication_detail, name="publication-detail"),
    path("<int:pk>/analysis/", publications.publication_analysis, name="publication-analysis"),
    path("<int:pk>/approve/", publications.publication_approve, name="publication-approve"),
    path("<int:pk>/return/", publications.publication_return, name="publication-return"),
    path("<int:pk>/notice/", publications.notice_start, name="notice-start"),
    path("<int:pk>/correct/", publications.publication_correct, name="publication-correct"),
    path("<int:pk>/feedback/", feedback.publication_feedback, name="publication-feedback"),
    path("<int:pk>/feedback/print/", feedback.feedback_print, name="feedback-print"),
    path("<int:pk>/feedback/slips.pdf", feedback.feedback_slips, name="feedback-slips"),
    path("<int:pk>/feedback/hand-over/", feedback.slips_hand_over, name="slips-hand-over"),
    path("<int:pk>/feedback/<int:result_pk>/hand-over/", feedback.slip_hand_over, name="slip-hand-over"),
    path("cadres/<int:result_pk>/scan/", feedback.slip_scan, name="slip-scan"),
    path("<int:pk>/feedback/<int:result_pk>/object/", feedback.objection_record, name="objection-record"),
]
