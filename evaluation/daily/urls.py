from django.urls import path

from evaluation.daily import complaint_urls, deduction_urls
from evaluation.daily.views import opinions

app_name = "daily"
urlpatterns = [
    *complaint_urls.patterns,
    path("complaints/from-opinion/<int:pk>/", opinions.complaint_from_opinion, name="complaint-from-opinion"),
    *deduction_urls.patterns,
]
