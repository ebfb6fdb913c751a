"""Addresses of complaints within this room."""

from django.urls import path

from evaluation.daily.views import complaint_acts as acts
from evaluation.daily.views import complaints

patterns = [
    path("complaints/", complaints.complaint_list, name="complaint-list"),
    path("complaints/create/", complaints.complaint_create, name="complaint-create"),
    path("complaints/sweep/", acts.complaint_sweep, name="complaint-sweep"),
    path("complaints/<int:pk>/", complaints.complaint_detail, name="complaint-detail"),
    path("complaints/<int:pk>/receipt/", complaints.complaint_receipt, name="complaint-receipt"),
    path("complaints/register.<str:form>", complaints.complaint_register_file, name="complaint-register-file"),
    path("complaints/<int:pk>/receipt.<str:form>", complaints.complaint_receipt_file, name="complaint-receipt-file"),
    path("complaints/<int:pk>/record.<str:form>", complaints.complaint_record_file, name="complaint-record-file"),
    path("complaints/<int:pk>/files/<int:file>/", complaints.complaint_file, name="complaint-file"),
    path("complaints/<int:pk>/accept/", acts.complaint_accept, name="complaint-accept"),
    path("complaints/<int:pk>/refuse/", acts.complaint_refuse, name="complaint-refuse"),
    path("complaints/<int:pk>/transfer/", acts.complaint_transfer, name="complaint-transfer"),
    path("complaints/<int:pk>/assign/", acts.complaint_assign, name="complaint-assign"),
    path("complaints/<int:pk>/recuse/", acts.complaint_recuse, name="complaint-recuse"),
    path("complaints/<int:pk>/name/", acts.complaint_name, name="complaint-name"),
    path("complaints/<int:pk>/contact/", acts.complaint_contact, name="complaint-contact"),
    path("complaints/<int:pk>/extension/", acts.complaint_extension_ask, name="complaint-extension-ask"),
    path("complaints/<int:pk>/extension/decide/", acts.complaint_extension_decide, name="complaint-extension-decide"),
    path("complaints/<int:pk>/finding/", acts.complaint_finding, name="complaint-finding"),
    path("complaints/<int:pk>/confirm/", acts.complaint_confirm, name="complaint-confirm"),
    path("complaints/<int:pk>/return/", acts.complaint_return, name="complaint-return"),
    path("complaints/<int:pk>/answer/", acts.complaint_answer, name="complaint-answer"),
    path("complaints/<int:pk>/rate/", acts.complaint_rate, name="complaint-rate"),
]
