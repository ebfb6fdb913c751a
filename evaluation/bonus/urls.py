from django.urls import path

from evaluation.bonus import views

app_name = "bonus"
urlpatterns = [
    path("", views.claim_list, name="claim-list"),
    path("create/", views.claim_create, name="claim-create"),
    path("approve/", views.claim_approve, name="claim-approve"),
    path("<int:pk>/", views.claim_detail, name="claim-detail"),
    path("<int:pk>/proof/", views.claim_proof, name="claim-proof"),
    path("<int:pk>/opinion/", views.claim_opinion, name="claim-opinion"),
    path("<int:pk>/refuse/", views.claim_refuse, name="claim-refuse"),
]
