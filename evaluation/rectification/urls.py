from django.urls import path

from evaluation.rectification.views import comments, items, notices, plans

app_name = "rectification"
urlpatterns = [
    path("", plans.plan_list, name="plan-list"),
    path("draft/", plans.plan_draft, name="plan-draft"),
    path("submit/", plans.plan_submit, name="plan-submit"),
    path("publish/", plans.plan_publish, name="plan-publish"),
    path("return/", plans.plan_return, name="plan-return"),
    path("accept/", plans.plan_accept, name="plan-accept"),
    path("missing/", plans.plan_missing, name="plan-missing"),
    path("items/", items.item_list, name="item-list"),
    path("items/propose/", items.item_propose, name="item-propose"),
    path("items/<int:pk>/report/", items.item_report, name="item-report"),
    path("items/<int:pk>/files/<int:file_pk>/", items.item_file, name="item-file"),
    path("items/<int:pk>/extend/", items.extension_ask, name="extension-ask"),
    path("extensions/", items.extension_list, name="extension-list"),
    path("extensions/<int:pk>/decide/", items.extension_decide, name="extension-decide"),
    path("<int:pk>/", plans.plan_detail, name="plan-detail"),
    path("<int:pk>/edit/", plans.plan_edit, name="plan-edit"),
    path("<int:pk>/report/", plans.plan_report, name="plan-report"),
    path("<int:pk>/send-back/", plans.plan_send_back, name="plan-send-back"),
    path("comments/", comments.comment_list, name="comment-list"),
    path("comments/show/", comments.comment_show, name="comment-show"),
    path("comments/hide/", comments.comment_hide, name="comment-hide"),
    path("comments/<int:pk>/answer/", comments.comment_answer, name="comment-answer"),
    path("notices/", notices.notice_list, name="notice-list"),
    path("notices/propose/", notices.notice_propose, name="notice-propose"),
    path("notices/issue/", notices.notice_issue, name="notice-issue"),
    path("notices/<int:pk>/", notices.notice_detail, name="notice-detail"),
    path("notices/<int:pk>/edit/", notices.notice_edit, name="notice-edit"),
    path("notices/<int:pk>/drop/", notices.notice_drop, name="notice-drop"),
    path("notices/<int:pk>/receive/", notices.notice_receive, name="notice-receive"),
    path("notices/<int:pk>/print/", notices.notice_print, name="notice-print"),
    path("notices/<int:pk>/pdf/", notices.notice_pdf, name="notice-pdf"),
]
